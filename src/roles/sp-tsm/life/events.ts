// Lets events happen to orders, by the table, and wakes the worker.

import type { Clock, Jobs, Log } from '../../../base/ports.ts'
import type { OrderState } from '../contract.ts'
import { QUEUE } from '../deps.ts'
import { isWorking } from '../model.ts'
import { no } from '../refusals.ts'
import type { OrderPatch, OrderRow, SpTsmStore } from '../store.ts'
import type { EndReason, LifeEvent, MoveCause, Party } from './contract.ts'
import { afterEvent, ENDING, joined, MOVE_MS, partiesOf, remaining } from './model.ts'

export interface EventDeps {
  readonly store: SpTsmStore
  readonly jobs: Jobs
  readonly clock: Clock
  readonly log: Log
}

/** What else an event writes, given the order. */
export type Also = (order: OrderRow, to: OrderState) => OrderPatch

/**
 * Lets an event happen; the order afterwards, and whether the table let it. The worker is woken also when nothing happened:
 * who asks again may ask because it sleeps.
 */
export async function happen(
  deps: EventDeps,
  orderId: string,
  [event, by]: readonly [LifeEvent, Party],
  also: Also = () => ({}),
): Promise<{ order: OrderRow; happened: boolean }> {
  const { store, jobs, clock, log } = deps
  const result = await store.happen(orderId, { event, by, at: clock() }, (order) => {
    const to = afterEvent(order.state, event)
    return to && { refusal: null, ...also(order, to), state: to }
  })
  if (!result) throw no.unknownOrder()
  const { order, happened } = result
  if (happened) log('sp-tsm.event', { event, by, state: order.state })
  if (isWorking(order.state)) await jobs.send(QUEUE, { orderId })
  return result
}

/** Comes through in every state in which something could be used. */
export const stopOrder = (deps: EventDeps, orderId: string, by: Party) =>
  happen(deps, orderId, ['stop', by], (order, to) => ({
    stopped_by: joined([...partiesOf(order.stopped_by), by]),
    ...ended(to, by),
  }))

/** Its SIM has lost its line. What is usable serves on until the holder has it in another SIM, or the time is over. */
export const moveOrder = (deps: EventDeps, orderId: string, by: Party, because: MoveCause) =>
  happen(deps, orderId, ['move', by], (_, to) => ({
    ...(ENDING.includes(to)
      ? { end_reason: 'cessationOfOperation' as const }
      : { move_because: because, move_until: new Date(deps.clock().getTime() + MOVE_MS) }),
    ...ended(to, by),
  }))

/** Lifts what this party may; the certificate is resumed when nobody stops it any more. */
export async function resumeOrder(deps: EventDeps, orderId: string, by: Party): Promise<OrderRow> {
  const { store, clock } = deps
  const before = await store.order(orderId)
  if (!before) throw no.unknownOrder()
  const left = remaining(before.stopped_by, by)
  if (left.length === 0) return (await happen(deps, orderId, ['resume', by])).order
  await store.happen(orderId, { event: 'resume', by, at: clock() }, ({ state, stopped_by }) =>
    stopped_by === before.stopped_by ? { state, stopped_by: joined(left) } : undefined,
  )
  throw no.stillStopped({ by: joined(left) })
}

export const endOrder = (deps: EventDeps, orderId: string, by: Party, reason: EndReason = 'cessationOfOperation') =>
  happen(deps, orderId, ['end', by], (_, to) => ({ end_reason: reason, transport_pin: null, ...ended(to, by) }))

/** On whose word it ends. Where nothing was sent to the SIM, it is free at once. */
const ended = (to: OrderState, by: Party): OrderPatch => ({
  ...(ENDING.includes(to) ? { ended_by: by } : {}),
  ...(to === 'undone' ? { live_iccid: null } : {}),
})
