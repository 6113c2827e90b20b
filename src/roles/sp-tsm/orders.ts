// Questions about orders, and what the holder decides: install, PIN set, remove.

import { fromUtf8 } from '../../base/bytes.ts'
import type { Order, SpTsm } from './contract.ts'
import { type EventDeps, endOrder, happen } from './life/events.ts'
import { partiesOf, renewableFrom } from './life/model.ts'
import { progress } from './model.ts'
import { no } from './refusals.ts'
import type { Secrets } from './secrets.ts'
import type { OrderRow } from './store.ts'

export interface OrderDeps extends EventDeps {
  readonly secrets: Secrets
}

/** An order as the phone sees it. */
export async function orderView(secrets: Secrets, row: OrderRow): Promise<Order> {
  const shown = row.state === 'written' && row.transport_pin !== null
  const pin = shown ? fromUtf8(await secrets.unseal('transport-pin', row.order_id, row.transport_pin!)) : null
  return {
    orderId: row.order_id,
    state: row.state,
    ...progress(row.state),
    refusal: row.refusal,
    serial: row.serial === null ? null : BigInt(row.serial),
    notAfter: row.not_after,
    transportPin: pin,
    renewableFrom: row.not_after && renewableFrom(row.not_after),
    stoppedBy: partiesOf(row.stopped_by),
  }
}

export const order =
  ({ store, secrets }: OrderDeps): SpTsm['order'] =>
  async ({ orderId }) => {
    const row = await store.order(orderId)
    if (!row) throw no.unknownOrder()
    return orderView(secrets, row)
  }

/** Starts the saga; asked again, it wakes one that sleeps. */
export const install =
  (deps: OrderDeps): SpTsm['install'] =>
  async ({ orderId }) =>
    orderView(deps.secrets, (await happen(deps, orderId, ['install', 'holder'])).order)

/** The one whose place it takes ends now, and not before. */
export const confirmPin =
  (deps: OrderDeps): SpTsm['confirmPin'] =>
  async ({ orderId }) => {
    const { order } = await happen(deps, orderId, ['confirmPin', 'holder'], () => ({ transport_pin: null }))
    if (order.state !== 'active') throw no.pinNotDue({ state: order.state })
    if (order.replaces) await endOrder(deps, order.replaces, 'sp-tsm', 'superseded')
    return orderView(deps.secrets, order)
  }

/** From any state; a worker that is busy with the order turns round at its next step. */
export const remove =
  (deps: OrderDeps): SpTsm['remove'] =>
  async ({ orderId }) =>
    orderView(deps.secrets, (await endOrder(deps, orderId, 'holder')).order)
