// Deletion in batches, and how much of each kind went on which day. A batch and its count are one statement: a process that dies
// between two has deleted nothing that is not counted.

import { type Kysely, sql } from 'kysely'
import { under } from '../operator/measures/store.ts'
import type { Term } from './terms.ts'

export const retentionMigrations = {
  '030-retention': `
    create table forgotten (kind text not null, day date not null, count bigint not null, primary key (kind, day));
    alter table login_note add column note_id bigint generated always as identity primary key;
    create index login_note_at on login_note (at);
    create index request_count_minute on request_count (minute);
    create index security_event_dead on security_event (recorded_at) where state = 'dead';
    create index watched_consent_withdrawn on watched_consent (withdrawn_at) where withdrawn_at is not null;
    create index watched_consent_ends on watched_consent (ends_at) where withdrawn_at is null;`,
  // What was handed on ends no later than what it was handed on from, so that both are due together.
  '050-retention-of-mandates': `
    alter table mandate_use add column use_id bigint generated always as identity primary key,
      drop constraint mandate_use_mandate_id_fkey,
      add constraint mandate_use_mandate_id_fkey foreign key (mandate_id) references mandate on delete cascade;
    alter table mandate drop constraint mandate_within_fkey,
      add constraint mandate_within_fkey foreign key (within) references mandate on delete cascade;
    create index mandate_end on mandate (ends_at);
    create index mandate_within on mandate (within);
    create index mandate_use_at on mandate_use (at);
    create index clerk_session_until on clerk_session (until);
    create index operator_act_at on operator_act (at);`,
} as const

/** Every table of the schema: which ones is said by the terms. */
type Any = Kysely<Record<string, Record<string, unknown>>>

export const retentionStore = (given: unknown) => {
  const db = given as Any
  return {
    /** At most so many; those under a hold stay. How many went. */
    async forgetSome(kind: string, term: Term, before: Date, now: Date, limit: number): Promise<number> {
      const { table, key, from, of, only } = term
      const keys = key.length === 1 ? sql.ref(key[0]!) : sql`(${sql.join(key.map((one) => sql.ref(one)))})`
      const { count } = await db
        .with('due', (inner) => {
          let due = inner
            .selectFrom(table)
            .select([...key])
            .where(from, '<', before)
          if (only) due = due.where(only[0], only[1], only[2])
          if (of) due = due.where((eb) => eb.not(under('held', `${table}.${of}`)(eb as never)))
          return due.orderBy(from).limit(limit).forUpdate().skipLocked()
        })
        .with('gone', (inner) =>
          inner
            .deleteFrom(table)
            .where((eb) => sql<boolean>`${keys} in ${eb.selectFrom('due').select([...key])}`)
            .returning(sql<number>`1`.as('one')),
        )
        .with('counted', (inner) =>
          inner
            .insertInto('forgotten')
            .columns(['kind', 'day', 'count'])
            .expression((eb) =>
              eb
                .selectFrom('gone')
                .select([
                  sql<string>`${kind}::text`.as('kind'),
                  sql<string>`${now}::timestamptz::date`.as('day'),
                  sql<bigint>`count(*)`.as('count'),
                ])
                .having(sql<boolean>`count(*) > 0`),
            )
            .onConflict((there) =>
              there.columns(['kind', 'day']).doUpdateSet({ count: sql`forgotten.count + excluded.count` }),
            ),
        )
        .selectFrom('gone')
        .select(sql<bigint>`count(*)`.as('count'))
        .executeTakeFirstOrThrow()
      return Number(count)
    },

    /** Of the days since this one, by kind. */
    async forgotten(since: Date): Promise<{ readonly kind: string; readonly count: number; readonly last: Date }[]> {
      const rows = await db
        .selectFrom('forgotten')
        .select(['kind', sql<bigint>`sum(count)`.as('count'), sql<Date>`max(day)::timestamptz`.as('last')])
        .where('day', '>=', sql`${since}::timestamptz::date`)
        .groupBy('kind')
        .execute()
      return rows.map(({ kind, count, last }) => ({ kind: String(kind), count: Number(count), last }))
    },
  }
}
