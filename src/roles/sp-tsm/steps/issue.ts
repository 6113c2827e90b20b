// keyPairMade → issued: the authority issues for the public key; the same request gives the same certificate. A key pair
// that it made it forgets now. Undo: revoke. The transport PIN is chosen here, so that repeating `write` writes the same.

import { utf8 } from '../../../base/bytes.ts'
import type { Authority } from '../../authority/contract.ts'
import { needed } from '../conversation.ts'
import { requestKey } from '../model.ts'
import { randomPin } from '../secrets.ts'
import type { OrderRow } from '../store.ts'
import type { Step, StepDeps } from './step.ts'

/** What is asked of the authority for this order, now and whenever it is asked again. */
export const certificateRequest = (order: OrderRow): Parameters<Authority['issueForPhone']>[0] => ({
  requestKey: requestKey(order.order_id, order.key_number),
  cardAuthSerial: BigInt(order.card_auth_serial),
  publicKey: needed(order.public_key),
  proofOfPossession: needed(order.proof_of_possession),
  ...(order.replaces_serial !== null && { replaces: BigInt(order.replaces_serial) }),
})

export async function issued(deps: Pick<StepDeps, 'authority' | 'effect'>, order: OrderRow) {
  const { authority, effect } = deps
  const made = await effect('issueForPhone', () => authority.issueForPhone(certificateRequest(order)))
  await keyForgotten(deps, order)
  return made
}

export const issue: Step = async ({ authority, secrets, entropy, effect }, order) => {
  const { serial, certificate, notAfter } = await issued({ authority, effect }, order)
  return {
    receiver_key: null,
    serial: serial.toString(),
    certificate,
    not_after: notAfter,
    transport_pin: await secrets.seal('transport-pin', order.order_id, utf8(randomPin(entropy))),
  }
}

/** Nothing of a key pair that the authority made is left outside the SIM, nor what would open its envelope. */
export async function keyForgotten({ authority, effect }: Pick<StepDeps, 'authority' | 'effect'>, order: OrderRow) {
  if (order.receiver_key === null) return {}
  await effect('confirmKey', () => authority.confirmKey({ requestKey: requestKey(order.order_id, order.key_number) }))
  return { receiver_key: null }
}
