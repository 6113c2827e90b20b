// What clerks did at a desk, in the schema of the role whose desk it is. Rows are added and never changed, which the database sees to;
// they go by their term.

import type { Generated, Kysely } from 'kysely'

export const ACT_TABLE = `
  create table clerk_act (
    number bigint generated always as identity primary key, act_id text not null, at timestamptz not null,
    clerk text not null, act text not null, subject text not null, reason text not null, outcome text not null);
  create index clerk_act_id on clerk_act (act_id, number);
  create index clerk_act_at on clerk_act (at);
  create function acts_stay() returns trigger language plpgsql as
    $$ begin raise exception 'what was written down is not changed'; end $$;
  create trigger acts_stay before update on clerk_act for each row execute function acts_stay()`

export interface Act {
  readonly act: string
  /** Of what; empty for nothing in particular. */
  readonly subject?: string
  /** In the clerk's words, or what was set. */
  readonly reason?: string
}

export interface ActRow extends Required<Act> {
  readonly act_id: string
  readonly at: Date
  readonly clerk: string
  /** `begun` where it was broken off, `done`, or the code of the refusal. */
  readonly outcome: string
}

export interface ActTables {
  clerk_act: ActRow & { number: Generated<bigint> }
}

export interface Wanted {
  /** The number of the last one seen. */
  readonly before?: number | undefined
  readonly clerk?: string | undefined
}
export type WrittenAct = ActRow & { readonly number: number }

export type ActStore = ReturnType<typeof actStore>
/** Kept with the end, in its transaction. */
export type Beside = (tx: unknown, row: ActRow) => Promise<unknown>

export function actStore<T extends ActTables>(of: Kysely<T>) {
  const db = of as unknown as Kysely<ActTables>
  return {
    async write(row: ActRow, beside: Beside = async () => undefined): Promise<void> {
      await db.transaction().execute(async (tx) => {
        await tx.insertInto('clerk_act').values(row).execute()
        await beside(tx, row)
      })
    },

    /** What came of an act that this clerk has begun, once; where the desk is not in the process that does it. */
    async end(actId: string, clerk: string, outcome: string, at: Date): Promise<void> {
      const those = db.selectFrom('clerk_act').selectAll().where('act_id', '=', actId).where('clerk', '=', clerk)
      const [begun, ...more] = await those.orderBy('number').limit(2).execute()
      if (!begun || more.length > 0) return
      const { number: _, ...row } = begun
      await db
        .insertInto('clerk_act')
        .values({ ...row, at, outcome })
        .execute()
    },

    /** How each stands now, the newest first; before a number, of one clerk, where these are named. */
    async written(limit: number, { before, clerk }: Wanted = {}): Promise<WrittenAct[]> {
      const last = db
        .selectFrom('clerk_act as a')
        .select(['number', 'act_id', 'at', 'clerk', 'act', 'subject', 'reason', 'outcome'])
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('clerk_act as later')
                .select('later.number')
                .whereRef('later.act_id', '=', 'a.act_id')
                .whereRef('later.number', '>', 'a.number'),
            ),
          ),
        )
      const of = clerk === undefined ? last : last.where('a.clerk', '=', clerk)
      const wanted = before === undefined ? of : of.where('a.number', '<', BigInt(before))
      const rows = await wanted.orderBy('a.number', 'desc').limit(limit).execute()
      return rows.map(({ number, ...row }) => ({ ...row, number: Number(number) }))
    },
  }
}
