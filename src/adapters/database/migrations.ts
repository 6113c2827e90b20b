// A schema's migrations: recorded by name, run once, in the order of the record, each in a transaction of its own.
// No advisory lock: two processes that start together meet at the primary key of the recorded name.

import { type Kysely, sql } from 'kysely'

/**
 * Name → SQL text (unqualified names land in the role's schema), or a function for what SQL cannot say.
 * Names are never changed or reordered once released; new ones are added at the end.
 */
export type Migrations = Record<string, string | ((db: Kysely<unknown>) => Promise<void>)>

interface Recorded {
  migration: { name: string }
}

/** Creates `schema` if it is missing and runs the migrations that it has not seen. */
export async function migrate(db: Kysely<unknown>, schema: string, migrations: Migrations): Promise<void> {
  await racing(() => db.schema.createSchema(schema).ifNotExists().execute())
  const own = db.withSchema(schema)
  await racing(() =>
    own.schema
      .createTable('migration')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('applied_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .execute(),
  )
  for (const [name, step] of Object.entries(migrations)) {
    await own.transaction().execute(async (tx) => {
      await sql`set local search_path to ${sql.id(schema)}`.execute(tx)
      if (!(await record(tx as Kysely<unknown> as Kysely<Recorded>, name))) return
      if (typeof step === 'string') await sql.raw(step).execute(tx)
      else await step(tx)
    })
  }
}

/** False when it is recorded already; waits for a process that is recording the same name just now. */
async function record(tx: Kysely<Recorded>, name: string): Promise<boolean> {
  const rows = await tx
    .insertInto('migration')
    .values({ name })
    .onConflict((conflict) => conflict.doNothing())
    .returning('name')
    .execute()
  return rows.length === 1
}

/** PostgreSQL's IF NOT EXISTS is no protection against a simultaneous creator: 23505 comes from its own catalogue. */
async function racing(create: () => Promise<unknown>): Promise<void> {
  try {
    await create()
  } catch (error) {
    if (!['23505', '42P06', '42P07'].includes((error as { code?: string }).code ?? '')) throw error
    await create()
  }
}
