// Applying with the My Number Card: the form is signed on the card with the 署名用 key and goes to J-LIS.
// Seed 4 前提(2), (5)①. The password goes to the card and nowhere else.

import { type Bytes, hex, utf8 } from '../../base/bytes.ts'
import type { Clock, Entropy, Session } from '../../base/ports.ts'
import type { ApplicationForm, Order, SpTsm } from '../sp-tsm/contract.ts'
import { signOnCard } from './card-signature.ts'
import type { Phone } from './contract.ts'
import { no } from './refusals.ts'
import type { PhoneStore } from './store.ts'

export interface ApplyDeps {
  readonly name: string
  readonly model: string
  readonly carrierId: string
  readonly msisdn: string
  readonly iccid: string
  readonly cards: (name: string) => Promise<Session>
  readonly spTsm: SpTsm
  readonly clock: Clock
  readonly entropy: Entropy
  readonly store: PhoneStore
  readonly currentOrder: () => Promise<Order | null>
}

/** Signs on the card and sends; remembers the order. */
export const apply =
  (deps: ApplyDeps): Phone['apply'] =>
  async ({ card, password }) => {
    const before = await deps.currentOrder()
    if (before && before.state !== 'undone' && before.state !== 'accepted') throw no.orderUnderWay()
    const application = await signOnCard(await deps.cards(card), password, formOf(deps), deps.clock())
    const order = await deps.spTsm.apply({ application })
    await deps.store.setOrderId(deps.name, order.orderId)
    return order
  }

/** Members in the order of the schema: the octets are signed. */
function formOf({ carrierId, msisdn, iccid, model, clock, entropy }: ApplyDeps): Bytes {
  const form: ApplicationForm = {
    purpose: 'jpki-auth-certificate-for-phone',
    carrier: carrierId,
    msisdn,
    iccid,
    deviceModel: model,
    appliedAt: clock().toISOString(),
    nonce: hex(entropy(16)),
  }
  return utf8(JSON.stringify(form))
}
