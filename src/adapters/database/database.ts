// The one store: PostgreSQL, embedded (PGlite) or a server, behind one code path. A schema per role.
// Not here: queries (each role's store.ts), jobs (adapters/jobs).

import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import { type Migrations, migrate } from './migrations.ts'
import { folderPool, memoryPool, type OpenPool, serverPool } from './pools.ts'

export interface Database {
  readonly kind: 'pglite' | 'postgres'
  /** The connections, for what brings its own SQL (pg-boss). With PGlite there is one: never hold two. */
  readonly pool: pg.Pool
  /** The schema's name in the database: with the prefix, and `_` for `-`. */
  schemaName(name: string): string
  /**
   * The tables of `name` (a role), after its pending migrations. Query-builder names land in that schema; whole
   * statements in raw `sql` do not (fragments inside the builder are fine).
   */
  schema<T>(name: string, migrations: Migrations): Promise<Kysely<T>>
  /** The same database, where every schema's name starts with `prefix_`: many worlds share one. */
  withPrefix(prefix: string): Database
  /** Removes all schemas of this prefix; a database without a prefix is not dropped but throws. */
  drop(): Promise<void>
  /** Ends the connections and frees the folder; for all prefixes at once. */
  close(): Promise<void>
}

export type Where = { readonly url: string } | { readonly folder: string } | { readonly memory: true }

/** Opens the database; refuses with `database/folder-in-use` or `database/unreachable`. */
export async function openDatabase(where: Where): Promise<Database> {
  const kind = 'url' in where ? 'postgres' : 'pglite'
  const open = await ('url' in where
    ? serverPool(where.url)
    : 'folder' in where
      ? folderPool(where.folder)
      : memoryPool())
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: open.pool }) })
  let closed: Promise<void> | undefined
  return prefixed(kind, { ...open, close: () => (closed ??= open.close()) }, db, '')
}

function prefixed(kind: Database['kind'], open: OpenPool, db: Kysely<unknown>, prefix: string): Database {
  const schemaName = (name: string) => plainName(prefix + name)
  return {
    kind,
    pool: open.pool,
    schemaName,
    schema: async <T>(name: string, migrations: Migrations) => {
      await migrate(db, schemaName(name), migrations)
      return db.withSchema(schemaName(name)) as unknown as Kysely<T>
    },
    withPrefix: (inner) => prefixed(kind, open, db, `${prefix}${inner}_`),
    drop: () => drop(db, prefix),
    close: open.close,
  }
}

/** Unquoted PostgreSQL identifiers, because pg-boss does not quote; 63 bytes is PostgreSQL's limit. */
function plainName(name: string): string {
  const plain = name.replaceAll('-', '_')
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(plain)) throw new RangeError(`not a schema name: ${name}`)
  return plain
}

async function drop(db: Kysely<unknown>, prefix: string): Promise<void> {
  if (prefix === '') throw new Error('a database without a prefix is not dropped')
  const start = prefix.replaceAll('-', '_')
  const schemas = await (db as Kysely<Catalogue>)
    .selectFrom('information_schema.schemata')
    .select('schema_name')
    .execute()
  for (const { schema_name } of schemas)
    if (schema_name.startsWith(start)) await db.schema.dropSchema(schema_name).ifExists().cascade().execute()
}

interface Catalogue {
  'information_schema.schemata': { schema_name: string }
}
