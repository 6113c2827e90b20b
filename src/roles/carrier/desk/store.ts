// What failed at SIMs, for FAILURES_KEPT_MS; and the questions of the carrier's desk.

import { type Generated, type Kysely, type Selectable, sql } from 'kysely'
import { ACT_TABLE, type ActStore, type ActTables, actStore } from '../../../protocol/clerks/acts/store.ts'
import { CLERK_TABLES } from '../../../protocol/clerks/store.ts'
import type { NotificationRow } from '../outbox/store.ts'
import type { CarrierTables } from '../store.ts'

export const FAILURES_KEPT_MS = 30 * 86_400_000

export const deskMigrations = {
  '007-desk': `
  create table sim_failure (
    number integer generated always as identity primary key, at timestamptz not null, iccid text not null, aid text not null,
    code text not null, transcript text not null);
  create index sim_failure_at on sim_failure (at);
  create index sim_failure_sim on sim_failure (iccid, number)`,
  '008-clerks': `${CLERK_TABLES};
  create table desk_act (
    number integer generated always as identity primary key, act_id text not null unique, at timestamptz not null,
    clerk text not null, act text not null, line_id text, outcome text not null)`,
  // What was kept in a form of its own.
  '009-acts': `${ACT_TABLE};
  insert into clerk_act (act_id, at, clerk, act, subject, reason, outcome)
    select act_id, at, clerk, act, coalesce(line_id, ''), '', outcome from desk_act order by number;
  drop table desk_act`,
} as const

interface FailureTable {
  number: Generated<number>
  at: Date
  iccid: string
  /** Hex. */
  aid: string
  code: string
  /** Lines; empty when the SIM was not spoken to. */
  transcript: string
}

export interface DeskTables extends ActTables {
  sim_failure: FailureTable
}

interface Page {
  readonly before?: number | undefined
  readonly limit: number
  readonly iccid?: string | undefined
}

export interface DeskFigures {
  readonly waiting: number
  readonly oldestWaiting: Date | null
  readonly told: number
  readonly medianToTell: number | null
}

export interface DeskStore {
  readonly acts: ActStore
  addFailure(failure: Omit<Selectable<FailureTable>, 'number'>): Promise<void>
  /** The newest first. */
  failures(page: Page): Promise<Selectable<FailureTable>[]>
  forgetFailures(before: Date): Promise<void>
  /** The newest first. */
  notificationsShown(page: Page & { readonly show: 'all' | 'waiting' | 'refused' }): Promise<NotificationRow[]>
  serviceCounts(): Promise<Record<string, number>>
  notificationFigures(since: Date): Promise<DeskFigures>
  failureCounts(since: Date): Promise<Record<string, number>>
  untold(lineId: string): Promise<number>
}

const counted = (rows: readonly { readonly name: string; readonly count: number }[]): Record<string, number> =>
  Object.fromEntries(rows.map(({ name, count }) => [name, count]))
const COUNT = sql<number>`count(*)::integer`

export const deskStore = (db: Kysely<CarrierTables>): DeskStore => ({
  acts: actStore(db),
  addFailure: async (failure) => {
    await db.insertInto('sim_failure').values(failure).execute()
  },
  failures: ({ before, limit, iccid }) => {
    let found = db.selectFrom('sim_failure').selectAll().orderBy('number', 'desc').limit(limit)
    if (iccid) found = found.where('iccid', '=', iccid)
    return (before === undefined ? found : found.where('number', '<', before)).execute()
  },
  forgetFailures: async (before) => {
    await db.deleteFrom('sim_failure').where('at', '<', before).execute()
  },
  notificationsShown: ({ before, limit, iccid, show }) => {
    let found = db.selectFrom('notification').selectAll().orderBy('sequence', 'desc').limit(limit)
    if (show === 'waiting') found = found.where('delivered_at', 'is', null)
    if (show === 'refused') found = found.where('refusal', 'is not', null)
    // The digits of an ICCID stand in what is sent, between quotes.
    if (iccid) found = found.where('body', 'like', `%"${iccid}"%`)
    return (before === undefined ? found : found.where('sequence', '<', before)).execute()
  },
  serviceCounts: async () =>
    counted(
      await db
        .selectFrom('service')
        .select(['state as name', COUNT.as('count')])
        .groupBy('state')
        .execute(),
    ),
  notificationFigures: (since) =>
    db
      .selectFrom('notification')
      .select([
        sql<number>`(count(*) filter (where delivered_at is null))::integer`.as('waiting'),
        sql<Date | null>`min(at) filter (where delivered_at is null)`.as('oldestWaiting'),
        sql<number>`(count(*) filter (where delivered_at >= ${since}))::integer`.as('told'),
        sql<
          number | null
        >`percentile_cont(0.5) within group (order by extract(epoch from delivered_at - at)::float8 * 1000)
          filter (where delivered_at >= ${since})`.as('medianToTell'),
      ])
      .executeTakeFirstOrThrow(),
  failureCounts: async (since) => {
    const failed = db
      .selectFrom('sim_failure')
      .select(['code as name', COUNT.as('count')])
      .where('at', '>=', since)
    return counted(await failed.groupBy('code').execute())
  },
  untold: async (lineId) => {
    const waiting = db.selectFrom('notification').select(COUNT.as('count')).where('line_id', '=', lineId)
    return (await waiting.where('delivered_at', 'is', null).executeTakeFirstOrThrow()).count
  },
})
