// What two people sign when one lets the other act, each on the own phone, in the SIM after the PIN. Nothing of it is kept here: the
// platform has it, and shows it to both. Ours: docs/profile.md#mandates.

import { type Bytes, hex, utf8 } from '../../../base/bytes.ts'
import type { Session } from '../../../base/ports.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import { type MandateStatement, mandateStatement } from '../../../protocol/consent/mandate.ts'
import { type Dialogue, run } from '../../../protocol/iso7816/index.ts'
import * as jpki from '../../../protocol/jpki-ap/index.ts'
import type { FirmClaim, Verifier } from '../../verifier/contract.ts'
import { signAndRead } from '../applet.ts'
import { signOnCard } from '../card-signature.ts'
import type { Phone } from '../contract.ts'
import { type OwnKey, ownSigned } from '../own/statement.ts'
import type { mandateOperations } from './contract.ts'

interface Deps extends OwnKey {
  /** The verification platform, as J-LIS names it: what is signed here is for it alone. */
  readonly platform: string
  readonly verifier: Verifier
  /** The My Number Card of this name, held to the phone. */
  readonly cards: (name: string) => Promise<Session>
}

/** Who the card is of: 利用者証明用, which is read without a PIN. */
async function childCertificate({ cards }: Deps, name: string): Promise<Bytes> {
  const card = await cards(name)
  try {
    return await run(card, authCertificate())
  } finally {
    await card.end()
  }
}

function* authCertificate(): Dialogue<Bytes> {
  yield* jpki.select()
  return yield* jpki.readCertificate('auth')
}

async function signedTerms(deps: Deps, of: Pick<MandateStatement, 'act' | 'terms'>, pin: string) {
  const { inApplet, clock, entropy, platform } = deps
  const once = { nonce: hex(entropy(16)), at: clock() }
  return { ...once, ...(await inApplet(signAndRead(pin, mandateStatement({ platform, ...of, ...once })))) }
}

type Delegable = Awaited<ReturnType<Verifier['delegableServices']>>['services'][number]
type OwnMandate = Awaited<ReturnType<Verifier['ownMandates']>>['mandates'][number]

/** With what may be done by it at this service; nothing where that takes no such mandate. */
function countingAt({ clientId, clientName, acts: taken }: Delegable, mandate: OwnMandate): OwnMandate[] {
  const { kind, scope } = mandate
  const own = scope.filter((one) => one.clientId === clientId).flatMap(({ acts }) => acts.map(({ act }) => act))
  const acts = taken.filter(({ act, kinds }) => kinds.includes(kind) && own.includes(act))
  return acts.length > 0 ? [{ ...mandate, scope: [{ clientId, clientName, acts }] }] : []
}

export const mandates = (deps: Deps): Pick<Phone, keyof typeof mandateOperations> => {
  const { verifier, platform, clock } = deps
  const ownMandates: Phone['ownMandates'] = async ({ pin }) =>
    verifier.ownMandates(await ownSigned(deps, { platform, wanted: 'show' }, pin))
  return {
    delegableServices: (nothing) => verifier.delegableServices(nothing),
    offerMandate: async ({ terms, pin }) =>
      verifier.offerMandate({ ...(await signedTerms(deps, { act: 'offer', terms }, pin)), terms }),
    invitedMandate: (invited) => verifier.invitedMandate(invited),
    acceptMandate: async ({ invitation, pin }) => {
      const { mandate, terms } = await verifier.invitedMandate({ invitation })
      const signed = await signedTerms(deps, { act: `accept ${mandate.mandateId}`, terms }, pin)
      return verifier.acceptMandate({ ...signed, invitation })
    },
    actForChild: async ({ terms, card, pin }) => {
      const child = await childCertificate(deps, card)
      const act = `child ${decodeCertificate(child).serialNumber}` as const
      return verifier.actForChild({ ...(await signedTerms(deps, { act, terms }, pin)), terms, child })
    },
    claimFirm: async ({ number, name, card, password }) => {
      const [at, nonce] = [clock(), hex(deps.entropy(16))]
      const said: FirmClaim = {
        ...{ purpose: 'claim to represent a firm', platform, number, name, at: at.toISOString(), nonce },
      }
      const claim = await signOnCard(await deps.cards(card), password, utf8(JSON.stringify(said)), at)
      return verifier.claimFirm({ claim })
    },
    actForFirm: async ({ terms, representationId, pin }) => {
      const signed = await signedTerms(deps, { act: `firm ${representationId}`, terms }, pin)
      return verifier.actForFirm({ ...signed, terms, representationId })
    },
    leaveFirm: async ({ representationId, pin }) => {
      const signed = await ownSigned(deps, { platform, wanted: `end firm ${representationId}` }, pin)
      return verifier.leaveFirm({ ...signed, representationId })
    },
    ownMandates,
    actingChoices: async ({ loginId, pin }) => {
      const { clientId, delegation } = await verifier.showLogin({ loginId })
      if (!delegation) return { mandates: [] }
      const { services } = await verifier.delegableServices({})
      const here = services.find((one) => one.clientId === clientId)
      const { mandates } = await ownMandates({ pin })
      const held = mandates.filter(
        ({ as, state, from }) => as === 'delegate' && state === 'standing' && from <= clock(),
      )
      return { mandates: here ? held.flatMap((one) => countingAt(here, one)) : [] }
    },
    withdrawMandate: async ({ mandateId, pin }) => {
      const signed = await ownSigned(deps, { platform, wanted: `end mandate ${mandateId}` }, pin)
      return verifier.withdrawMandate({ ...signed, mandateId })
    },
  }
}
