// Figures by the hour: what services asked and what came of it, counted from their log, with durations as a histogram. Counting is
// one statement, which marks what it has counted: nothing is counted twice or lost, whichever process dies.

import { type Kysely, sql } from 'kysely'
import type { ServiceTables } from '../../services/store.ts'

export const figureMigrations = {
  '031-figures': `
    alter table service_activity
      add column note_id bigint generated always as identity primary key, add column counted boolean not null default false;
    create index service_activity_uncounted on service_activity (note_id) where not counted;
    create table activity_hour (
      figure_id bigint generated always as identity primary key, client_id text not null, hour timestamptz not null,
      what text not null, outcome text not null, reason text not null, bucket smallint not null, count bigint not null,
      unique (hour, client_id, what, outcome, reason, bucket));
    create index activity_hour_client on activity_hour (client_id, hour);
    create table status_seen (kind text primary key, at timestamptz not null);`,
} as const

/** Upper bounds in milliseconds; the last bucket has none. */
export const BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const
/** Of what was not measured. */
export const UNMEASURED = -1

export interface FigureRow {
  readonly hour: Date
  readonly what: string
  readonly outcome: 'ok' | 'failed' | 'declined'
  readonly reason: string
  readonly bucket: number
  readonly count: number
}

interface FigureTables extends ServiceTables {
  activity_hour: { client_id: string } & { -readonly [K in keyof FigureRow]: K extends 'count' ? bigint : FigureRow[K] }
}

const AT_ONCE = 5000

export const figureStore = (given: unknown) => {
  const db = given as Kysely<FigureTables>
  return {
    /** False when nothing is left to count. */
    async countSome(): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .with('some', (inner) =>
          inner
            .selectFrom('service_activity')
            .select('note_id')
            .where('counted', '=', false)
            .orderBy('note_id')
            .limit(AT_ONCE)
            .forUpdate()
            .skipLocked(),
        )
        .with('marked', (inner) =>
          inner
            .updateTable('service_activity')
            .set({ counted: true })
            .where('note_id', 'in', (eb) => eb.selectFrom('some').select('note_id'))
            .returning(['client_id', 'at', 'what', 'outcome', 'reason', 'took_ms']),
        )
        .insertInto('activity_hour')
        .columns(['client_id', 'hour', 'what', 'outcome', 'reason', 'bucket', 'count'])
        .expression((eb) =>
          eb
            .selectFrom('marked')
            .select([
              'client_id',
              sql<Date>`date_trunc('hour', at)`.as('hour'),
              'what',
              'outcome',
              // The rest is of one request, and may be what a stranger wrote.
              sql<string>`split_part(reason, ': ', 1)`.as('reason'),
              sql<number>`case when took_ms is null then ${sql.lit(UNMEASURED)}
                else width_bucket(took_ms - 1, array[${sql.join(BOUNDS.map((bound) => sql.lit(bound)))}]) end`.as(
                'bucket',
              ),
              sql<bigint>`count(*)`.as('count'),
            ])
            .groupBy([sql`1`, sql`2`, sql`3`, sql`4`, sql`5`, sql`6`]),
        )
        .onConflict((there) =>
          there
            .columns(['hour', 'client_id', 'what', 'outcome', 'reason', 'bucket'])
            .doUpdateSet({ count: sql`activity_hour.count + excluded.count` }),
        )
        .executeTakeFirst()
      return (numInsertedOrUpdatedRows ?? 0n) > 0n
    },

    /** Of all services, or of those of one tenant. */
    async figures(since: Date, tenantId?: string): Promise<FigureRow[]> {
      let rows = db
        .selectFrom('activity_hour')
        .select(['hour', 'what', 'outcome', 'reason', 'bucket', sql<bigint>`sum(count)`.as('count')])
        .where('hour', '>=', since)
      if (tenantId !== undefined)
        rows = rows.where('client_id', 'in', (eb) =>
          eb.selectFrom('tenant_service').select('client_id').where('tenant_id', '=', tenantId),
        )
      const found = await rows.groupBy(['hour', 'what', 'outcome', 'reason', 'bucket']).orderBy('hour').execute()
      return found.map((row) => ({ ...row, count: Number(row.count) }))
    },
  }
}
