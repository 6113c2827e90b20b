// Questions about orders, and what the holder decides: install, PIN set, remove.

import { fromUtf8 } from '../../base/bytes.ts'
import type { Order, SpTsm } from './contract.ts'
import { QUEUE, type SpTsmDeps } from './deps.ts'
import { isWorking, progress, REMOVABLE_STATES, REMOVED } from './model.ts'
import { no } from './refusals.ts'
import type { Secrets } from './secrets.ts'
import type { OrderRow, SpTsmStore } from './store.ts'

export interface OrderDeps extends Pick<SpTsmDeps, 'store' | 'jobs' | 'log'> {
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
  }
}

async function existing(store: SpTsmStore, orderId: string): Promise<OrderRow> {
  const row = await store.order(orderId)
  if (!row) throw no.unknownOrder()
  return row
}

export const order =
  ({ store, secrets }: OrderDeps): SpTsm['order'] =>
  async ({ orderId }) =>
    orderView(secrets, await existing(store, orderId))

/** Starts the saga; asked again, it wakes one that sleeps. */
export const install =
  ({ store, secrets, jobs }: OrderDeps): SpTsm['install'] =>
  async ({ orderId }) => {
    await existing(store, orderId)
    await store.move(orderId, ['accepted'], { state: 'deploying' })
    const row = await existing(store, orderId)
    if (isWorking(row.state)) await jobs.send(QUEUE, { orderId })
    return orderView(secrets, row)
  }

export const confirmPin =
  ({ store, secrets, log }: OrderDeps): SpTsm['confirmPin'] =>
  async ({ orderId }) => {
    if (await store.move(orderId, ['written'], { state: 'active', transport_pin: null })) log('sp-tsm.active')
    const row = await existing(store, orderId)
    if (row.state !== 'active') throw no.pinNotDue({ state: row.state })
    return orderView(secrets, row)
  }

/** From any state; a worker that is busy with the order turns round at its next step. */
export const remove =
  ({ store, secrets, jobs }: OrderDeps): SpTsm['remove'] =>
  async ({ orderId }) => {
    await existing(store, orderId)
    for (const from of REMOVABLE_STATES) {
      const state = REMOVED[from]
      await store.move(orderId, [from], { state, transport_pin: null, ...(state === 'undone' && { live_iccid: null }) })
    }
    const row = await existing(store, orderId)
    if (isWorking(row.state)) await jobs.send(QUEUE, { orderId })
    return orderView(secrets, row)
  }
