// The database as one process has it: connections that are cut, before what is sent arrives or before its answer does, and
// that end with the process. A server sees a connection break; the embedded database, which has one session, rolls back.

import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { Database } from '../../../adapters/database/database.ts'
import { forever, Injected, type Life } from './process.ts'

/** What stands between a process and its database: `sends` is the query itself. */
export type AroundQuery = (life: Life, name: string, send: () => Promise<unknown>) => Promise<unknown>

class Cut extends Injected {}

/** Before or after it is carried out. */
export const cut = (): never => {
  throw new Cut('the connection to the database is cut')
}

/** Tables that are written, and the end of a transaction; what is only read changes nothing. */
function writeIn(sql: string): string | undefined {
  if (sql === 'commit') return sql
  const found = /\b(insert into|update|delete from) "[^"]*"\."([^"]*)"/.exec(sql)
  return found ? `${found[1]} ${found[2]}` : undefined
}

export interface OwnDatabase {
  schema<T>(name: string): Kysely<T>
}

/** All connections of all processes are cut when `restarts` says so; tables must be there. */
export function ownDatabase(database: Database, life: Life, around: AroundQuery, restarts: () => number): OwnDatabase {
  const { pool, kind } = database
  const connect = async () => {
    if (life.dead) return forever
    const client = await pool.connect()
    if (!life.dead) return connection(client, { life, around, restarts, kind })
    client.release()
    return forever
  }
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: { connect, end: async () => undefined } as unknown as pg.Pool }),
  })
  return { schema: <T>(name: string) => db.withSchema(database.schemaName(name)) as unknown as Kysely<T> }
}

interface Parts {
  readonly life: Life
  readonly around: AroundQuery
  readonly restarts: () => number
  readonly kind: Database['kind']
}

function connection(client: pg.PoolClient, { life, around, restarts, kind }: Parts) {
  const born = restarts()
  let sent: Promise<unknown> = Promise.resolve()
  let over = false
  /** What is under way ends first; nothing follows it. */
  const end = async () => {
    if (over) return
    over = true
    await sent.catch(() => undefined)
    if (kind === 'pglite') await client.query('rollback')
    client.release(kind !== 'pglite')
  }
  const forget = life.leaves(end)
  const send = async (sql: string, parameters: unknown[]) => {
    if (life.dead) return forever
    if (over || restarts() !== born) return cut()
    sent = client.query(sql, parameters)
    const answer = await sent
    return life.dead ? forever : answer
  }
  return {
    query: async (sql: string, parameters: unknown[]) => {
      if (life.dead) return forever
      const name = writeIn(sql)
      try {
        return await (name ? around(life, name, () => send(sql, parameters)) : send(sql, parameters))
      } catch (error) {
        if (error instanceof Cut) await end()
        throw error
      }
    },
    release: () => {
      if (life.dead) return
      forget()
      if (!over) client.release()
      over = true
    },
  }
}
