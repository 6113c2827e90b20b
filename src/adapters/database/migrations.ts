// A schema's migrations: recorded by name, run once, in the order of the record, all that are new in one transaction.
// No advisory lock: two processes that start together meet at the primary key of the recorded name.

import { type Kysely, sql } from 'kysely'
import { no } from './refusals.ts'

/**
 * Name → SQL text (unqualified names land in the role's schema), or a function for what SQL cannot say.
 * Names are never changed or reordered once released; new ones are added at the end.
 */
export type Migrations = Record<string, Step>
type Step = string | ((db: Kysely<unknown>) => Promise<void>)

const UNDEFINED_TABLE = '42P01'

interface Recorded {
  migration: { name: string }
}

/** Creates `schema` if it is missing and runs the migrations that it has not seen. */
export async function migrate(db: Kysely<unknown>, schema: string, migrations: Migrations): Promise<void> {
  const own = db.withSchema(schema)
  const names = Object.keys(migrations)
  const seen = await seenIn(own as Kysely<unknown> as Kysely<Recorded>)
  // What a later version has done to the tables, this one cannot know.
  const newer = [...(seen ?? [])].find((name) => !Object.hasOwn(migrations, name))
  if (newer) throw no.newer({ schema, migration: newer })
  if (seen && names.every((name) => seen.has(name))) return
  if (!seen) await prepare(db, schema)
  if (names.length === 0) return
  await own.transaction().execute(async (tx) => {
    await sql`set local search_path to ${sql.id(schema)}`.execute(tx)
    const ours = await record(tx as Kysely<unknown> as Kysely<Recorded>, names)
    const steps = Object.entries(migrations).flatMap(([name, step]) => (ours.has(name) ? [step] : []))
    for (const step of joined(steps)) {
      if (typeof step === 'string') await sql.raw(step).execute(tx)
      else await step(tx)
    }
  })
}

/** Undefined before the first time. */
async function seenIn(recorded: Kysely<Recorded>): Promise<Set<string> | undefined> {
  try {
    const rows = await recorded.selectFrom('migration').select('name').execute()
    return new Set(rows.map(({ name }) => name))
  } catch (error) {
    if ((error as { code?: string }).code !== UNDEFINED_TABLE) throw error
    return undefined
  }
}

async function prepare(db: Kysely<unknown>, schema: string): Promise<void> {
  await racing(() => db.schema.createSchema(schema).ifNotExists().execute())
  await racing(() =>
    db
      .withSchema(schema)
      .schema.createTable('migration')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('applied_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .execute(),
  )
}

/** Those that were not recorded already; waits for a process that is recording the same just now. */
async function record(tx: Kysely<Recorded>, names: readonly string[]): Promise<Set<string>> {
  const rows = await tx
    .insertInto('migration')
    .values(names.map((name) => ({ name })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('name')
    .execute()
  return new Set(rows.map(({ name }) => name))
}

/** SQL that follows SQL is one text: a new database has a hundred of them. */
function joined(steps: readonly Step[]): Step[] {
  const texts: Step[] = []
  for (const step of steps) {
    const last = texts.at(-1)
    if (typeof last === 'string' && typeof step === 'string') texts[texts.length - 1] = `${last}\n;\n${step}`
    else texts.push(step)
  }
  return texts
}

/** PostgreSQL's IF NOT EXISTS is no protection against a simultaneous creator: 23505 and 42710 come from its own catalogue. */
async function racing(create: () => Promise<unknown>): Promise<void> {
  try {
    await create()
  } catch (error) {
    if (!['23505', '42710', '42P06', '42P07'].includes((error as { code?: string }).code ?? '')) throw error
    await create()
  }
}
