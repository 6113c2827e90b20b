// Runs of steps, with the transcript of those that failed. Kept for RUNS_KEPT_MS: long enough to look for a
// reason and to see a month; what an order is and who proved what lies elsewhere and stays.

import { type Generated, type Kysely, type Selectable, sql } from 'kysely'
import { ACT_TABLE } from '../../../protocol/clerks/acts/store.ts'
import type { ApplicationTable } from '../applications/store.ts'
import { type StepName, WORKING_STATES } from '../model.ts'
import type { OrderRow, SpTsmTables } from '../store.ts'
import type { Show } from './contract.ts'

export const RUNS_KEPT_MS = 30 * 86_400_000

export const OPERATOR_MIGRATION = `
  create table step_run (
    number bigint generated always as identity primary key, order_id text not null, at timestamptz not null,
    step text not null, milliseconds integer not null, outcome text not null, code text, transcript text);
  create index step_run_order on step_run (order_id, number);
  create index step_run_at on step_run (at);
  create table desk_act (
    number integer generated always as identity primary key, at timestamptz not null, desk text not null, clerk text not null,
    act text not null, reference text, refusal text)`

/** What was kept in a form of its own; acts at the call centre's desk say so. */
export const ACTS_MIGRATION = `${ACT_TABLE};
  insert into clerk_act (act_id, at, clerk, act, subject, reason, outcome)
    select 'before ' || number, at, clerk, case desk when 'operator' then act else desk || ' ' || act end,
      coalesce(reference, ''), '', coalesce(refusal, 'done') from desk_act order by desk_act.number;
  drop table desk_act`

interface StepRunTable {
  number: Generated<string>
  order_id: string
  at: Date
  step: StepName
  milliseconds: number
  outcome: 'done' | 'refused' | 'failed'
  code: string | null
  /** Lines; null for a step that was done, and where no card was spoken to. */
  transcript: string | null
}

export interface OperatorTables {
  step_run: StepRunTable
}

export type StepRun = Omit<Selectable<StepRunTable>, 'number'>
export type ShownOrder = OrderRow & Pick<{ [K in keyof ApplicationTable]: ApplicationTable[K] | null }, Joined>
type Joined = 'way' | 'due' | 'open_until'

export interface OrdersWanted {
  readonly find?: string | undefined
  readonly show: Show
  readonly carrier?: string | undefined
  readonly before?: number | undefined
  readonly limit: number
}

export interface StepFigures {
  readonly step: string
  readonly runs: number
  readonly failed: number
  readonly median: number | null
  readonly longest: number | null
}

export interface OperatorStore {
  ordersWanted(wanted: OrdersWanted): Promise<ShownOrder[]>
  shownByReference(reference: string): Promise<ShownOrder | undefined>
  shownByOrder(orderId: string): Promise<ShownOrder | undefined>
  addRun(run: StepRun): Promise<void>
  /** The newest first. */
  runs(orderId: string, limit: number): Promise<StepRun[]>
  figures(since: Date): Promise<StepFigures[]>
  forgetRuns(before: Date): Promise<void>
}

const STATES = {
  holder: ['applied', 'accepted', 'written'],
  working: WORKING_STATES,
  active: ['active'],
  stopped: ['suspended', 'holding', 'held'],
  ended: ['undone'],
} as const satisfies Partial<Record<Show, readonly OrderRow['state'][]>>

export function operatorStore(db: Kysely<SpTsmTables>): OperatorStore {
  const shown = () =>
    db
      .selectFrom('order_')
      .leftJoin('application', 'application.order_id', 'order_.order_id')
      .selectAll('order_')
      .select(['application.way', 'application.due', 'application.open_until'])
  return {
    ordersWanted: ({ find, show, carrier, before, limit }) => {
      let wanted = shown()
      if (find) {
        wanted = wanted.where((e) =>
          e.or([
            e('application.reference', '=', find),
            e('order_.iccid', '=', find),
            e('order_.serial', '=', find),
            e('order_.card_auth_serial', '=', find),
          ]),
        )
      }
      if (show === 'failing') wanted = wanted.where('state', 'in', WORKING_STATES).where('attempts', '>', 0)
      else if (show === 'refused') wanted = wanted.where('refusal', 'is not', null)
      else if (show !== 'all') wanted = wanted.where('state', 'in', STATES[show])
      if (carrier) wanted = wanted.where('carrier', '=', carrier)
      if (before !== undefined) wanted = wanted.where('order_.number', '<', before)
      return wanted.orderBy('order_.number', 'desc').limit(limit).execute()
    },
    shownByReference: (reference) => shown().where('application.reference', '=', reference).executeTakeFirst(),
    shownByOrder: (orderId) => shown().where('order_.order_id', '=', orderId).executeTakeFirst(),
    addRun: async (run) => {
      await db.insertInto('step_run').values(run).execute()
    },
    runs: (orderId, limit) =>
      db
        .selectFrom('step_run')
        .select(['order_id', 'at', 'step', 'milliseconds', 'outcome', 'code', 'transcript'])
        .where('order_id', '=', orderId)
        .orderBy('number', 'desc')
        .limit(limit)
        .execute(),
    figures: async (since) =>
      db
        .selectFrom('step_run')
        .select([
          'step',
          sql<number>`count(*)::integer`.as('runs'),
          sql<number>`(count(*) filter (where outcome <> 'done'))::integer`.as('failed'),
          sql<
            number | null
          >`percentile_cont(0.5) within group (order by milliseconds) filter (where outcome = 'done')`.as('median'),
          sql<number | null>`max(milliseconds) filter (where outcome = 'done')`.as('longest'),
        ])
        .where('at', '>=', since)
        .groupBy('step')
        .execute(),
    forgetRuns: async (before) => {
      await db.deleteFrom('step_run').where('at', '<', before).execute()
    },
  }
}
