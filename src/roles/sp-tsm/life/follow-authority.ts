// What the register of certificates says of phones: a card that was stopped or revoked, a death, a stop at the window
// or by the hot line. A change only says where to look: what counts is what the register says now. Seed 4 (4)②.

import { Refusal } from '../../../base/refusal.ts'
import type { SpTsm } from '../contract.ts'
import type { Running } from '../deps.ts'
import type { OrderRow } from '../store.ts'
import { endOrder, resumeOrder, stopOrder } from './events.ts'
import { partiesOf, STOPPED } from './model.ts'

const PAGE = 500

export const followAuthority =
  (deps: Running): SpTsm['followAuthority'] =>
  async () => {
    const { store, authority } = deps
    let taken = 0
    for (;;) {
      const { changes } = await authority.statusChanges({ after: await store.followed(), limit: PAGE })
      const last = changes.at(-1)
      if (!last) return { taken }
      for (const { kind, serial } of changes) {
        if (kind !== 'auth') continue
        for (const order of await store.liveBySerial(serial.toString())) if (await agree(deps, order)) taken += 1
      }
      await store.setFollowed(last.sequence)
    }
  }

/** True when the order had to follow. One that is being stopped or ended has asked for the change itself. */
export async function agree(deps: Running, order: OrderRow): Promise<boolean> {
  if (order.serial === null) return false
  const { status } = await deps.authority.status({ kind: 'auth', serial: BigInt(order.serial) })
  const stopped = STOPPED.includes(order.state)
  if (status === 'revoked') return (await endOrder(deps, order.order_id, 'authority')).happened
  if (status === 'onHold' && !stopped) return (await stopOrder(deps, order.order_id, 'authority')).happened
  if (status !== 'valid' || order.state !== 'suspended' || !partiesOf(order.stopped_by).includes('authority'))
    return false
  try {
    await resumeOrder(deps, order.order_id, 'authority')
    return true
  } catch (error) {
    if (error instanceof Refusal && error.code === 'sp-tsm/stillStopped') return true
    throw error
  }
}
