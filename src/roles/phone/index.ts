// The handset: TSM proxy, JPKI UI app, contactless face.

import type { Clock, Entropy, Log, Session } from '../../base/ports.ts'
import type { DeviceApp } from '../../protocol/access-rules/index.ts'
import type { SpTsm } from '../sp-tsm/contract.ts'
import type { Verifier } from '../verifier/contract.ts'
import { proveAge, showAge } from './age.ts'
import { uiApp } from './applet.ts'
import { apply, applyFromHome } from './apply.ts'
import { approvals } from './approvals/approvals.ts'
import { type Asking, declineRequest } from './asking.ts'
import { askBiometric } from './biometric/ask.ts'
import { biometricVerbs, forgetting } from './biometric/biometric.ts'
import { challenges } from './biometric/challenges.ts'
import { connector } from './connector/connector.ts'
import { consents, showConsent, signConsent, withdrawConsent } from './consent.ts'
import { tap, tapEnd } from './contactless.ts'
import type { Phone, SimInside } from './contract.ts'
import { createEnforcer } from './enforcer.ts'
import { life } from './life.ts'
import { approveLogin, declineLogin, scanLogin, showLogin } from './login.ts'
import { mandates } from './mandates/mandates.ts'
import { confirmCode, currentOrder, install, orderElsewhere, remove, resendCode } from './orders.ts'
import { own } from './own/own.ts'
import { partners } from './partner.ts'
import { changePin, setPin } from './pin.ts'
import { proxy } from './proxy.ts'
import { declineSignature, showSignature, signRequested } from './signing/signing.ts'
import { simAccess } from './sim-access.ts'
import { slotOf, slotVerbs } from './slot.ts'
import { certificates, status } from './status.ts'
import type { PhoneStore } from './store.ts'
import { ALL_CONNECTIONS, type MakeTerminal, terminal } from './terminal.ts'
import { noting, usesVerbs } from './uses.ts'

export type { AskingService } from './asking.ts'
export { no as phoneRefusals } from './refusals.ts'
export { type PhoneStore, type PhoneTables, phoneMigrations, phoneStore } from './store.ts'
export type { MakeTerminal } from './terminal.ts'

export interface PhoneDeps extends Asking {
  readonly name: string
  readonly model: string
  /** The SIM that it begins with. */
  readonly line: SimInside
  /** Powers the secure element in this SIM; each session begins with nothing selected and nothing verified. */
  readonly secureElement: (iccid: string) => Promise<Session>
  /** The My Number Card of this name, held to the phone. */
  readonly cards: (name: string) => Promise<Session>
  /** The apps that come with the service, with the certificates that signed them: that of J-LIS, and each carrier's. */
  readonly apps: { readonly ui: DeviceApp; readonly proxy: (carrier: string) => DeviceApp }
  /** The SIM's terminal: connections and messages that it asks for. */
  readonly makeTerminal: MakeTerminal
  readonly spTsm: SpTsm
  /** The verification platform, by its name in J-LIS's register. */
  readonly platform: string
  readonly verifier: Verifier
  readonly clock: Clock
  readonly entropy: Entropy
  readonly store: PhoneStore
  readonly log: Log
}

export function createPhone(given: PhoneDeps): Phone {
  const slot = slotOf(given)
  const sim = simAccess(async () => given.secureElement((await slot.sim()).iccid), given.clock)
  const enforcer = createEnforcer()
  const inApplet = uiApp({ ...given, sim, enforcer })
  const connections = { now: ALL_CONNECTIONS }
  const orders = { currentOrder: currentOrder({ ...given, slot }), orderElsewhere: orderElsewhere({ ...given, slot }) }
  const scanned = new Map<string, string>()
  const here = {
    scanned,
    slot,
    connections,
    sim,
    enforcer,
    inApplet,
    note: noting(given),
    challenges: challenges(given),
  }
  const deps = { ...given, ...here, ...orders }
  return forgetting(deps, {
    ...proxy(deps),
    ...terminal(deps),
    ...slotVerbs(deps),
    status: status(deps),
    apply: apply(deps),
    applyFromHome: applyFromHome(deps),
    confirmCode: confirmCode(deps),
    resendCode: resendCode(deps),
    install: install(deps),
    order: async () => ({ order: await deps.currentOrder() }),
    setPin: setPin(deps),
    changePin: changePin(deps),
    certificates: certificates(deps),
    showLogin: showLogin(deps),
    scanLogin: scanLogin(deps),
    approveLogin: approveLogin(deps),
    declineLogin: declineLogin(deps),
    askBiometric: askBiometric(deps),
    ...biometricVerbs(deps),
    ...partners(deps),
    showAge: showAge(deps),
    proveAge: proveAge(deps),
    showConsent: showConsent(deps),
    signConsent: signConsent(deps),
    showSignature: showSignature(deps),
    signRequested: signRequested(deps),
    declineSignature: declineSignature(deps),
    declineRequest: declineRequest(deps),
    ...approvals(deps),
    ...own(deps),
    ...mandates(deps),
    consents: consents(deps),
    withdrawConsent: withdrawConsent(deps),
    remove: remove(deps),
    ...life(deps),
    ...connector(deps),
    tap: tap(deps),
    tapEnd: tapEnd(sim),
    ...usesVerbs(given),
  })
}
