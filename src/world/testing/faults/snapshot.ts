// All tables of a prefix as they are now, and back again: each case begins with the same records. Needs a superuser,
// because foreign keys are not looked at meanwhile.

import type { Database } from '../../../adapters/database/database.ts'

interface Row {
  readonly schema: string
  readonly name: string
}
interface Place extends Row {
  readonly last: string | null
}

/** Rows that deletion left behind are in the way after so many cases. */
const TIDY_EVERY = 20

export interface Snapshot {
  restore(): Promise<void>
  /** All records as text, bytes as hex. */
  asText(): Promise<string>
}

export async function snapshot(database: Database): Promise<Snapshot> {
  const { pool } = database
  const ours = [database.schemaName('')]
  const tables = (
    await pool.query<Row>(
      `select table_schema as schema, table_name as name from information_schema.tables
       where starts_with(table_schema, $1) and table_type = 'BASE TABLE' order by 1, 2`,
      ours,
    )
  ).rows
  const places = (
    await pool.query<Place>(
      `select schemaname as schema, sequencename as name, last_value::text as last from pg_sequences
       where starts_with(schemaname, $1)`,
      ours,
    )
  ).rows
  const saved = database.schemaName('saved')
  const full = ({ schema, name }: Row) => `"${schema}"."${name}"`
  const kept = (i: number) => `"${saved}"."t${i}"`
  await pool.query(`create schema "${saved}"`)
  for (const [i, table] of tables.entries()) await pool.query(`create table ${kept(i)} as table ${full(table)}`)
  const back = [
    'begin',
    'set local session_replication_role = replica',
    ...tables.flatMap((table, i) => [
      `delete from ${full(table)}`,
      `insert into ${full(table)} overriding system value table ${kept(i)}`,
    ]),
    ...places.map((place) => `select setval('${full(place)}', ${place.last ?? 1}, ${place.last !== null})`),
    'commit',
  ].join(';\n')
  const text = tables
    .map((table) => `select string_agg(t::text, ' ') as part from ${full(table)} t`)
    .join(' union all ')
  let restored = 0
  return {
    restore: async () => {
      await pool.query(back)
      restored += 1
      if (restored % TIDY_EVERY === 0) await pool.query(`vacuum ${tables.map(full).join(', ')}`)
    },
    asText: async () => {
      const { rows } = await pool.query<{ part: string | null }>(text)
      return rows.map(({ part }) => part ?? '').join('\n')
    },
  }
}
