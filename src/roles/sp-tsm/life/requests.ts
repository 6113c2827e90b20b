// What the phone, the hot line, the counter and the operator ask for. Seed 4 (4)②, (5)③④.

import { utf8 } from '../../../base/bytes.ts'
import { privateScalar } from '../../../protocol/hpke/hpke.ts'
import { renewableFrom } from '../../../protocol/jpki-profile/index.ts'
import type { SpTsm } from '../contract.ts'
import type { Running } from '../deps.ts'
import { orderView } from '../order-view.ts'
import { no } from '../refusals.ts'
import { randomPin } from '../secrets.ts'
import type { OrderRow } from '../store.ts'
import type { LifeEvent, Party } from './contract.ts'
import { type Also, endOrder, happen, resumeOrder, stopOrder } from './events.ts'

export const stop =
  (deps: Running): SpTsm['stop'] =>
  async ({ orderId }) =>
    orderView(deps, (await stopOrder(deps, orderId, 'holder')).order)

/** Oldest first; also by the number of the card: who calls the hot line does not know that of the phone. */
async function ordersOf({ store, authority }: Running, serial: bigint): Promise<[OrderRow, ...OrderRow[]]> {
  const known = await store.liveBySerial(serial.toString())
  if (isSome(known)) return known
  const link = { kind: 'auth', serial, want: 'phone-auth', asker: 'sp-tsm' } as const
  const { serial: phone } = await authority.link(link)
  const linked = phone === null ? [] : await store.liveBySerial(phone.toString())
  if (!isSome(linked)) throw no.unknownOrder()
  return linked
}

const isSome = <T>(rows: readonly T[]): rows is [T, ...T[]] => rows.length > 0

export const stopBySerial =
  (deps: Running): SpTsm['stopBySerial'] =>
  async ({ serial, requestedBy }) => {
    for (const { order_id } of await ordersOf(deps, serial)) await stopOrder(deps, order_id, requestedBy)
    return {}
  }

export const resumeBySerial =
  (deps: Running): SpTsm['resumeBySerial'] =>
  async ({ serial, requestedBy }) => {
    if (requestedBy === 'hot-line') throw no.notYours({ requestedBy })
    await resumeOrder(deps, (await ordersOf(deps, serial)).at(-1)!.order_id, requestedBy)
    return {}
  }

export const endBySerial =
  (deps: Running): SpTsm['endBySerial'] =>
  async ({ serial, requestedBy, reason }) => {
    if (requestedBy === 'hot-line') throw no.notYours({ requestedBy })
    for (const { order_id } of await ordersOf(deps, serial)) await endOrder(deps, order_id, requestedBy, reason)
    return {}
  }

/** The table must let it: asking again while it is being done is no error. */
async function demanded(
  deps: Running,
  orderId: string,
  [event, by]: readonly [LifeEvent, Party],
  also: Also,
  underWay: readonly OrderRow['state'][],
): Promise<OrderRow> {
  const { order, happened } = await happen(deps, orderId, [event, by], also)
  if (!happened && !underWay.includes(order.state)) throw no.notNow({ state: order.state })
  return order
}

const RENEWING = ['renewing', 'nextKeyPairMade', 'nextIssued', 'nextWritten'] as const

export const renew =
  (deps: Running): SpTsm['renew'] =>
  async ({ orderId }) => {
    const { store, secrets, entropy, clock } = deps
    const before = await store.order(orderId)
    if (!before) throw no.unknownOrder()
    if (before.not_after && renewableFrom(before.not_after) > clock()) {
      throw no.renewalNotDue({ from: renewableFrom(before.not_after).toISOString() })
    }
    const receiver = before.authority_key ? await secrets.seal('receiver-key', orderId, privateScalar(entropy)) : null
    const numbered = ({ keys_made }: OrderRow) => ({ keys_made: keys_made + 1, next_key_number: keys_made + 1 })
    const next: Also = (order) => ({ ...numbered(order), receiver_key: receiver })
    return orderView(deps, await demanded(deps, orderId, ['renew', 'holder'], next, RENEWING))
  }

/** The transport PIN is chosen here, so that writing it again writes the same. */
export async function resetPin(deps: Running, orderId: string, by: Party): Promise<OrderRow> {
  const { secrets, entropy } = deps
  const pin = await secrets.seal('transport-pin', orderId, utf8(randomPin(entropy)))
  return demanded(deps, orderId, ['resetPin', by], () => ({ transport_pin: pin }), ['resetting'])
}

export const history =
  ({ store }: Running): SpTsm['history'] =>
  async ({ orderId }) => ({
    events: (await store.history(orderId)).map(({ at, event, by, from_state, to_state }) => ({
      at,
      event,
      by,
      from: from_state,
      to: to_state,
    })),
  })
