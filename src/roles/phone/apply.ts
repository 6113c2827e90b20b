// Applying: with the My Number Card, which signs the form with its 署名用 key, or without it from home.
// Seed 4 前提(2), (5)①. The password goes to the card and nowhere else.

import { hex, utf8 } from '../../base/bytes.ts'
import type { Clock, Entropy, Session } from '../../base/ports.ts'
import type { ApplicationForm, Order, SpTsm } from '../sp-tsm/contract.ts'
import { signOnCard } from './card-signature.ts'
import type { Phone } from './contract.ts'
import { no } from './refusals.ts'
import type { Slot } from './slot.ts'
import type { PhoneStore } from './store.ts'

export interface ApplyDeps {
  readonly name: string
  readonly model: string
  readonly slot: Slot
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
  async ({ card, password, mailAddress, moves }) => {
    const chosen = { ...(mailAddress && { mailAddress }), ...(moves && { moves }) }
    const form = utf8(JSON.stringify({ ...(await formOf(deps)), ...chosen }))
    return applied(deps, async () => {
      const application = await signOnCard(await deps.cards(card), password, form, deps.clock())
      return deps.spTsm.apply({ application })
    })
  }

/** Without the card: what the holder entered, for the line, SIM and phone that this one is. */
export const applyFromHome =
  (deps: ApplyDeps): Phone['applyFromHome'] =>
  ({ fourInfo }) =>
    applied(deps, async () => deps.spTsm.applyFromHome({ form: await formOf(deps), fourInfo }))

async function applied(deps: ApplyDeps, apply: () => Promise<Order>): Promise<Order> {
  const before = await deps.currentOrder()
  if (before && !MAY_APPLY.includes(before.state)) throw no.orderUnderWay()
  const order = await apply()
  await deps.store.setOrderId(deps.name, (await deps.slot.sim()).iccid, order.orderId)
  return order
}

const MAY_APPLY: readonly Order['state'][] = ['applied', 'accepted', 'undone']

/** Members in the order of the schema: the octets are signed. */
async function formOf({ slot, model, clock, entropy }: ApplyDeps): Promise<ApplicationForm> {
  const { carrier, msisdn, iccid } = await slot.sim()
  return {
    purpose: 'jpki-auth-certificate-for-phone',
    carrier,
    msisdn,
    iccid,
    deviceModel: model,
    appliedAt: clock().toISOString(),
    nonce: hex(entropy(16)),
  }
}
