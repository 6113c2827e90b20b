// Orders as operators see them, and what operators may do with them. Each act is written down with who did it, the refused too.

import { onRecord } from '../../../protocol/clerks/acts/record.ts'
import type { WrittenAct } from '../../../protocol/clerks/acts/store.ts'
import { clerksOf } from '../../../protocol/clerks/clerks.ts'
import { dueOf } from '../applications/store.ts'
import type { SpTsm } from '../contract.ts'
import { QUEUE, type Running } from '../deps.ts'
import { endOrder, resumeOrder, stopOrder } from '../life/events.ts'
import { partiesOf } from '../life/model.ts'
import { isWorking, progress, serviceInstance, TRANSITIONS } from '../model.ts'
import { no } from '../refusals.ts'
import { turnOf } from '../responsibility.ts'
import { type DeskActName, type Part, zDesk, zDeskAct } from './contract.ts'
import type { ShownOrder } from './store.ts'

const RUNS_SHOWN = 100

export function shownOrder(row: ShownOrder) {
  const waitsFor = row.state === 'applied' && row.due !== null ? (dueOf({ due: row.due })[0] ?? null) : null
  return {
    number: row.number,
    reference: serviceInstance(row.order_id),
    way: row.way,
    carrier: row.carrier,
    iccid: row.iccid,
    state: row.state,
    waitsFor,
    turn: turnOf(row.state, row.way, waitsFor),
    appliedAt: row.applied_at,
    openUntil: row.open_until,
    refusal: row.refusal,
    attempts: row.attempts,
    serial: row.serial === null ? null : BigInt(row.serial),
    stoppedBy: partiesOf(row.stopped_by),
  }
}

export const orders =
  ({ store }: Running): SpTsm['orders'] =>
  async ({ show = 'all', limit = 50, ...wanted }) => {
    const rows = await store.ordersWanted({ ...wanted, show, limit: limit + 1 })
    return { orders: rows.slice(0, limit).map(shownOrder), more: rows.length > limit }
  }

export async function byReference({ store }: Running, reference: string): Promise<ShownOrder> {
  const row = await store.shownByReference(reference)
  if (!row) throw no.unknownOrder()
  return row
}

export const orderDetail =
  (deps: Running): SpTsm['orderDetail'] =>
  async ({ reference }) => {
    const row = await byReference(deps, reference)
    const events = await deps.store.history(row.order_id)
    const runs = await deps.store.runs(row.order_id, RUNS_SHOWN)
    return {
      order: shownOrder(row),
      ...progress(row.state),
      events: events.map(({ at, event, by, from_state, to_state }) => ({
        at,
        event,
        by,
        from: from_state,
        to: to_state,
      })),
      runs: runs.map(({ order_id: _, transcript, ...run }) => ({
        ...run,
        transcript: transcript === null ? [] : transcript.split('\n'),
      })),
    }
  }

export const actOnOrder =
  (deps: Running): SpTsm['actOnOrder'] =>
  async ({ reference, session, act }) => {
    await atDesk(deps, session, { desk: 'operator', act, reference }, async () => {
      const row = await byReference(deps, reference)
      await ACTS[act](deps, row)
      return { reference }
    })
    return {}
  }

const ACTS = {
  /** Failures of before count no more. */
  retry: async ({ store, jobs }: Running, { order_id, state }: ShownOrder) => {
    if (!isWorking(state)) throw no.notNow({ state })
    await store.forgetFailures(order_id, state)
    await jobs.send(QUEUE, { orderId: order_id })
  },
  cancel: async (deps: Running, { order_id, state }: ShownOrder) => {
    const { order, happened } = await endOrder(deps, order_id, 'operator')
    if (!happened) throw no.notNow({ state })
    if (order.state === 'undone') await deps.store.changeApplication(order_id, { petition: null, code_hash: null })
  },
  stop: async (deps: Running, { order_id, state }: ShownOrder) => {
    const { happened } = await stopOrder(deps, order_id, 'operator')
    if (!happened) throw no.notNow({ state })
  },
  resume: (deps: Running, { order_id }: ShownOrder) => resumeOrder(deps, order_id, 'operator'),
} as const

export const { operations: clerks, signedIn } = clerksOf<Part>('sp-tsm', no)

interface DeskAct {
  readonly desk: Part & ('operator' | 'call-centre')
  readonly act: DeskActName
  readonly reference: string | null
}

/** On record with whose session it is, before it is done and with what came of it. */
export async function atDesk<T extends { readonly reference: string } | null | undefined>(
  deps: Running,
  session: string,
  { desk, act, reference }: DeskAct,
  work: (clerkId: string) => Promise<T>,
): Promise<T> {
  const { clerkId } = await signedIn(deps, session, desk)
  deps.log('sp-tsm.desk', { desk, act })
  const written = { act: desk === 'operator' ? act : `${desk} ${act}`, subject: reference ?? '' }
  return onRecord(deps, clerkId, written, () => work(clerkId), { subject: (done) => done?.reference })
}

export const recordAct =
  (deps: Running): SpTsm['recordAct'] =>
  async ({ session, act, subject }) => {
    await atDesk(deps, session, { desk: 'operator', act, reference: subject }, async () => null)
    return {}
  }

export const statistics =
  ({ store }: Running): SpTsm['statistics'] =>
  async ({ since }) => {
    const order = Object.values(TRANSITIONS).map(({ step }) => step as string)
    const steps = (await store.figures(since)).toSorted((a, b) => order.indexOf(a.step) - order.indexOf(b.step))
    return { steps, orders: await store.census() }
  }

export const deskActs =
  ({ store }: Running): SpTsm['deskActs'] =>
  async ({ before, limit = 50 }) => {
    const rows = await store.acts.written(limit + 1, { before })
    return { acts: rows.slice(0, limit).map(shownAct), more: rows.length > limit }
  }

function shownAct({ act: written, subject, outcome, number, at, clerk }: WrittenAct) {
  const [act, desk = 'operator'] = written.split(' ').reverse()
  const of = { number, at, clerk, act: zDeskAct.parse(act), desk: zDesk.parse(desk) }
  return { ...of, reference: subject === '' ? null : subject, refusal: outcome === 'done' ? null : outcome }
}
