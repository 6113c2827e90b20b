// What is to follow in an order whose certificate is being renewed.

import type { Dialogue } from '../../../protocol/iso7816/index.ts'
import { type ContentChannel, generateKeyPair } from '../../../protocol/personalisation/index.ts'
import { needed } from '../conversation.ts'
import { keyPairRequest } from '../model.ts'
import type { OrderPatch, OrderRow } from '../store.ts'

/** The order as if the next key pair were its only one, for the steps that are the same. */
export const nextOf = (order: OrderRow): OrderRow => ({
  ...order,
  key_number: needed(order.next_key_number),
  public_key: order.next_public_key,
  proof_of_possession: order.next_proof_of_possession,
  certificate: order.next_certificate,
  serial: order.next_serial,
  replaces_serial: order.serial,
})

export const NOTHING_NEXT = {
  next_public_key: null,
  next_proof_of_possession: null,
  next_certificate: null,
  next_serial: null,
  next_not_after: null,
} as const satisfies OrderPatch

/** Nothing is to follow; the SIM may still keep the key pair that was to. */
export const noNext = (order: OrderRow): OrderPatch => ({ ...NOTHING_NEXT, next_key_number: order.next_key_number })

/** Asked for the key pair in use, the card forgets the other. */
export function* forgetNext(content: ContentChannel, { order_id, key_number }: OrderRow): Dialogue<void> {
  yield* generateKeyPair(content, keyPairRequest(order_id, key_number))
}
