// Opens an account for whoever signed the application, by the name in the signature.

import { fromUint, utf8 } from '../../../base/bytes.ts'
import { scrypt } from '../../../base/crypto.ts'
import type { Verifier } from '../../verifier/contract.ts'
import type { Service } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { APPLICATION_TITLE, pdfApplication, xmlApplication } from './application.ts'

/** Whom the service has signatures made and verified by: the common platform, or a verifier of its own. */
export interface Signing {
  readonly clientId: string
  readonly name: string
  readonly verifier: Pick<
    Verifier,
    'askSignature' | 'signedDocument' | 'signatureRequest' | 'answerSignature' | 'declineSignature' | 'report'
  >
  /** It is J-LIS's party itself, and phones ask it and not the platform. */
  readonly own: boolean
}

/** As long as the verifier keeps what was asked. */
const KEPT_MS = 24 * 3_600_000

function signingOf({ signing }: Deps): Signing {
  if (!signing) throw no.opensNoAccounts()
  return signing
}

/** Phones ask a service only where it verifies itself. */
function ownVerifier(deps: Deps): Signing['verifier'] {
  const { own, verifier } = signingOf(deps)
  if (!own) throw no.notAccredited()
  return verifier
}

const dayInJapan = (at: Date): string => new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(0, 10)

const openAccount =
  (deps: Deps): Service['openAccount'] =>
  async ({ passcode }) => {
    const { store, clock, entropy, log } = deps
    const { clientId, name, verifier, own } = signingOf(deps)
    const now = clock()
    const application = {
      to: name,
      number: String(fromUint(entropy(6)) % 10 ** 10).padStart(10, '0'),
      day: dayInJapan(now),
    }
    const [format, document] = own
      ? (['PAdES', pdfApplication(application)] as const)
      : (['XAdES', xmlApplication(application)] as const)
    const title = APPLICATION_TITLE
    const asked = await verifier.askSignature({ clientId, title, format, level: 'B-T', document })
    const salt = entropy(16)
    const passcodeHash = await scrypt(utf8(passcode), salt)
    const { requestId, code, expiresAt } = asked
    await store.forgetOpenings(new Date(now.getTime() - KEPT_MS))
    await store.addOpening({ requestId, code, salt, passcodeHash, customerNumber: null, reportId: null }, now)
    log('service.opening-asked', { clientId })
    return { requestId, expiresAt }
  }

const accountOpening =
  (deps: Deps): Service['accountOpening'] =>
  async ({ requestId }) => {
    const { clientId, verifier, own } = signingOf(deps)
    const opening = await deps.store.opening(requestId)
    if (!opening) throw no.unknownRequest()
    const place = { code: opening.code, party: own ? clientId : null }
    if (opening.customerNumber === null) {
      const { state, signed } = await verifier.signedDocument({ clientId, requestId })
      if (!signed) return { state: state === 'signed' ? 'waiting' : state, ...place, ...NOBODY }
      const customer = { displayName: signed.fourInfo.name, customerNumber: newNumber(deps) }
      if (await deps.store.openFor(opening, customer, signed.reportId)) deps.log('service.opened', { clientId })
    }
    const { customerNumber, reportId } = (await deps.store.opening(requestId)) ?? opening
    // A number that was taken: the next look tries another.
    if (customerNumber === null) return { state: 'waiting', ...place, ...NOBODY }
    const customer = await deps.store.customer(customerNumber)
    return { state: 'opened', ...place, customerNumber, displayName: customer?.displayName ?? null, reportId }
  }

const NOBODY = { customerNumber: null, displayName: null, reportId: null } as const

/** Those that came on line begin with 9. */
const newNumber = ({ entropy }: Deps): string => `9${String(fromUint(entropy(4)) % 10 ** 6).padStart(6, '0')}`

export const openings = (deps: Deps) => ({
  openAccount: openAccount(deps),
  accountOpening: accountOpening(deps),
  signatureRequest: (async (input) => ownVerifier(deps).signatureRequest(input)) as Service['signatureRequest'],
  answerSignature: (async (input) => ownVerifier(deps).answerSignature(input)) as Service['answerSignature'],
  declineSignature: (async (input) => ownVerifier(deps).declineSignature(input)) as Service['declineSignature'],
  report: (async (input) => signingOf(deps).verifier.report(input)) as Service['report'],
})
