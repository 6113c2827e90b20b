// Renewal in the same SIM: a new key pair beside the old one, its certificate, both into use at once, and only then is the
// old certificate revoked. The holder's PIN stays. Until the certificate goes to the SIM it can be given up.

import { inOwnChannel, needed } from '../conversation.ts'
import { issued } from './issue.ts'
import { makeKeyPair } from './make-key-pair.ts'
import { forgetNext, NOTHING_NEXT, nextOf, noNext } from './next.ts'
import { change, issuedSerial } from './revoke.ts'
import type { Step } from './step.ts'
import { writeCertificates } from './write.ts'

/** renewing → nextKeyPairMade. */
export const makeNextKeyPair: Step = async (deps, order) => {
  const made = await makeKeyPair(deps, nextOf(order))
  return {
    next_public_key: made.public_key ?? null,
    next_proof_of_possession: made.proof_of_possession ?? null,
  }
}

/** nextKeyPairMade → nextIssued: under the certificate that the card has now; it may have been renewed itself. */
export const issueNext: Step = async (deps, order) => {
  const { authority, effect } = deps
  const link = { kind: 'auth', serial: BigInt(needed(order.serial)), want: 'card-auth', asker: 'sp-tsm' } as const
  const { serial: card } = await effect('link', () => authority.link(link))
  const card_auth_serial = card === null ? order.card_auth_serial : card.toString()
  const next = await issued(deps, { ...nextOf(order), card_auth_serial })
  return {
    card_auth_serial,
    receiver_key: null,
    next_serial: next.serial.toString(),
    next_certificate: next.certificate,
    next_not_after: next.notAfter,
  }
}

/** nextIssued → nextWritten: the SIM uses the new key from here on. */
export const writeNext: Step = async (deps, order) => {
  await writeCertificates(deps, nextOf(order))
  return {
    ...NOTHING_NEXT,
    next_key_number: null,
    key_number: needed(order.next_key_number),
    public_key: order.next_public_key,
    proof_of_possession: order.next_proof_of_possession,
    certificate: order.next_certificate,
    serial: order.next_serial,
    not_after: order.next_not_after,
    old_serial: order.serial,
  }
}

/** nextWritten → active. */
export const revokeOld: Step = async (deps, order) => {
  await change(deps, 'revokeOld', order.old_serial, 'superseded')
  return { old_serial: null }
}

/** renewalFailed → nextRevoked: also one whose answer was lost. */
export const revokeNext: Step = async (deps, order) => {
  const serial = await issuedSerial(deps, nextOf(order))
  if (serial !== null) await change(deps, 'revokeNext', serial.toString(), 'cessationOfOperation')
  return { ...noNext(order), receiver_key: null }
}

/** nextRevoked → active. */
export const dropNext: Step = async (deps, order) => {
  await inOwnChannel(deps, order, (content) => forgetNext(content, order))
  return { next_key_number: null }
}
