// Who asks for the own page: whoever signs with the 利用者証明用 key, once and in time; and the way to take a consent back there.
// Withdrawal counts here at once, whether or not J-LIS can be reached.

import type { Bytes } from '../../../base/bytes.ts'
import { publicKey, sha256, verify } from '../../../base/crypto.ts'
import { type OwnStatement, ownStatement } from '../../../protocol/consent/own-page.ts'
import { checkCertificate, online } from '../certificate-checks.ts'
import type { Verifier } from '../contract.ts'
import type { Deps, Running } from '../model.ts'
import type { Reader } from '../own/model.ts'
import { personOf } from '../person.ts'
import { no } from '../refusals.ts'
import { partyOf, STATEMENT_LIFE_MS } from './model.ts'

export interface Own {
  readonly certificate: Bytes
  readonly signature: Bytes
  readonly nonce: string
  readonly at: Date
}

/** Who signed; refuses everything else, and what was signed before. */
export async function ownReader(deps: Deps, own: Own, wanted: OwnStatement['wanted']): Promise<Reader> {
  const statement = ownStatement({ platform: partyOf(deps).name, wanted, nonce: own.nonce, at: own.at })
  return signerOnce(deps, own, statement)
}

/** Who signed these octets: by a valid certificate, in time and for the first time. */
async function signerOnce(deps: Deps, own: Own, statement: Bytes): Promise<Reader> {
  const { verdict, certificate } = await checkCertificate(online(deps), own.certificate, 'auth')
  if (verdict.outcome === 'indeterminate') throw no.statusUnknown()
  if (verdict.outcome !== 'passed' || !certificate) throw no.ownSignatureWrong()
  const key = publicKey(certificate.subjectPublicKeyInfo)
  if (!verify('RSA-SHA256', key, statement, own.signature)) throw no.ownSignatureWrong()
  await onceInTime(deps, own.at, statement)
  return { personId: await personOf(deps, certificate), serial: certificate.serialNumber }
}

/** Refuses what was signed long ago, or was used before. */
export async function onceInTime({ store, clock }: Deps, at: Date, statement: Bytes): Promise<void> {
  const now = clock()
  if (Math.abs(now.getTime() - at.getTime()) > STATEMENT_LIFE_MS) throw no.statementOld()
  const forget = new Date(now.getTime() - 2 * STATEMENT_LIFE_MS)
  if (!(await store.consents.useOnce(sha256(statement), now, forget))) throw no.statementUsed()
}

export const signedOnce = async (deps: Deps, own: Own, statement: Bytes): Promise<string> =>
  (await signerOnce(deps, own, statement)).personId

export const ownPerson = async (deps: Deps, own: Own, wanted: OwnStatement['wanted']): Promise<string> =>
  (await ownReader(deps, own, wanted)).personId

export const withdrawOwn =
  (deps: Running): Verifier['withdrawOwn'] =>
  async ({ consentId, ...own }) => {
    const { store, clock, inFlight, log } = deps
    const personId = await ownPerson(deps, own, `withdraw ${consentId}`)
    const clientId = await store.consents.withdraw(consentId, clock(), personId)
    if (clientId === undefined) throw no.unknownConsent()
    inFlight.drop(consentId)
    log('verifier.consent.withdrawn', { clientId, consentId })
    await giveUp(deps)
    return {}
  }

/** Tells J-LIS of what was taken back here; what it does not hear now it hears at the next watch. */
export async function giveUp(deps: Deps): Promise<void> {
  const { store, log } = deps
  const { name: party, authority } = partyOf(deps)
  for (const consentId of await store.consents.toGiveUp()) {
    try {
      await authority.relinquishConsent({ party, consentId })
      await store.consents.gaveUp(consentId)
    } catch (error) {
      log('verifier.consent.not-given-up', { consentId, reason: (error as Error).name })
    }
  }
}
