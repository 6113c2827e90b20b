// A certificate moves to another SIM by being issued anew: the application names, signed, that it takes the place of the other;
// that one serves until the new one does, and ends then. No key is ever copied. Seed 4 (5)⑦: SIMカード間の利用者証明機能の移転.

import type { Running } from '../deps.ts'
import { no } from '../refusals.ts'
import type { OrderRow } from '../store.ts'
import { endOrder } from './events.ts'
import { ENDING } from './model.ts'

/** The order whose certificate the next one takes the place of: on hold, too. Refuses where there is none. */
export async function replaceable(deps: Running, cardAuthSerial: bigint, iccid: string): Promise<OrderRow> {
  const { store, authority } = deps
  const ofCard = await store.liveBySerial(cardAuthSerial.toString())
  // The card may have been renewed since.
  const { serial } = await authority.link({ kind: 'auth', serial: cardAuthSerial, want: 'phone-auth', asker: 'sp-tsm' })
  const linked = serial === null ? [] : await store.liveBySerial(serial.toString())
  const found = [...ofCard, ...linked].findLast((order) => order.serial !== null && !ENDING.includes(order.state))
  if (!found) throw no.nothingToMove()
  if (found.iccid === iccid) throw no.orderLive()
  return found
}

/** The one whose place it takes ends now, and not before. One that was stopped had been lost. */
export async function endReplaced(deps: Running, orderId: string): Promise<void> {
  const old = await deps.store.order(orderId)
  if (old) await endOrder(deps, orderId, 'sp-tsm', old.stopped_by === '' ? 'superseded' : 'keyCompromise')
}

/** What nobody asks for: the calendar, a move that nobody made, and one whose last step a crash has cut off. */
export async function endWhatIsOver(deps: Running): Promise<void> {
  const { store, clock } = deps
  for (const orderId of await store.expired(clock())) await endOrder(deps, orderId, 'sp-tsm')
  for (const orderId of await store.notMoved(clock())) await endOrder(deps, orderId, 'sp-tsm')
  for (const orderId of await store.replaced()) await endReplaced(deps, orderId)
}
