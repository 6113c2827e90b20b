// Connections to the two kinds of database as one kind of pool: PGlite (PostgreSQL in this process) and a server.
// PGlite has one session, so its pool has one client and queues the rest. Not here: schemas, migrations.

import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { createPgConfig } from '@electric-sql/pglite/node-postgres'
import pg from 'pg'
import { Refusal } from '../../base/refusal.ts'
import { type FileLock, LockHeld, lockFile } from '../file-lock.ts'
import { clearing, type Query } from './clear.ts'
import { emptyCluster, layOut } from './empty-cluster.ts'
import { PreparingClient } from './preparing-client.ts'
import { no } from './refusals.ts'
import { severalServers, urlsOf } from './several-servers.ts'
import { VALUE_TYPES } from './value-types.ts'

export interface OpenPool {
  readonly pool: pg.Pool
  close(): Promise<void>
}

/** Of a log that nobody recovers from: whole pages after each checkpoint, and files filled with zeros beforehand. */
const UNRECOVERED = ['full_page_writes=off', 'wal_init_zero=off'].flatMap((setting) => ['-c', setting])

/** PGlite without a folder: gone with the process. */
export async function memoryPool(): Promise<OpenPool> {
  const loadDataDir = new Blob([await emptyCluster()])
  const startParams = [...PGlite.defaultStartParams, ...UNRECOVERED]
  return embedded(await PGlite.create({ loadDataDir, startParams }))
}

/**
 * PGlite in `folder`, for one process at a time. Survives the death of the process, but not always power loss:
 * PGlite never asks the operating system to flush.
 */
export async function folderPool(folder: string): Promise<OpenPool> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = lockFolder(folder)
  try {
    const data = join(folder, 'postgres')
    if (!existsSync(data)) layOut(await emptyCluster(), data)
    return embedded(await PGlite.create(data), lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

function lockFolder(folder: string): FileLock {
  try {
    return lockFile(join(folder, 'lock'))
  } catch (error) {
    if (error instanceof LockHeld) throw no['folder-in-use']({ folder, process: error.pid }, error)
    throw error
  }
}

function embedded(pglite: PGlite, lock?: FileLock): OpenPool {
  const pool = new pg.Pool({
    Client: clientOf(pglite),
    max: 1,
    idleTimeoutMillis: 0,
    types: VALUE_TYPES,
    // The pool throws a client away after some errors; the one session lives on, perhaps inside a transaction.
    verify: (client, done) => client.query('rollback', (error: Error | null) => done(error ?? undefined)),
    // Who waits for the one client inside a transaction that holds it would wait for ever.
    connectionTimeoutMillis: 30_000,
  })
  pool.on('error', () => undefined)
  return {
    pool,
    close: async () => {
      await pool.end()
      await pglite.close()
      lock?.release()
    },
  }
}

/** Each client gets a connection object of its own: one that a predecessor has ended must not be used again. */
function clientOf(pglite: PGlite) {
  return class extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      super({ ...config, ...createPgConfig(pglite) } as pg.ClientConfig)
    }

    override query = clearing((...asked) => (super.query as Query).call(this, ...asked))
  } as typeof pg.Client
}

/** As libpq has it, in seconds; also for who waits until one of the connections is free. */
const connectTimeout = (): number => Number(process.env.PGCONNECT_TIMEOUT ?? 10) * 1000

/** Refuses what could not even be asked. */
class ServerPool extends pg.Pool {
  override connect = ((callback?: Connected) => {
    const plainly: Connect = super.connect
    if (!callback) return (plainly.call(this) as Promise<unknown>).catch((error) => Promise.reject(unconnected(error)))
    plainly.call(this, (error, ...rest) => callback(error && unconnected(error), ...rest))
  }) as pg.Pool['connect']
}
type Connected = (error: Error | undefined, ...rest: unknown[]) => void
type Connect = (callback?: Connected) => unknown

/** SQLSTATE 53300 (too_many_connections): of the server; or none of the pool's has become free. */
function unconnected(error: Error): Error {
  if (error instanceof Refusal) return error
  const { code = 'unknown' } = error as { code?: string }
  const busy = code === '53300' || error.message === 'timeout exceeded when trying to connect'
  return busy ? no.busy({}, error) : no.unreachable({ reason: code }, error)
}

/** So that the server too notices in half a minute when we are gone without a word: until then it keeps what we have locked. */
const NOTICED = 'set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3'

/**
 * A PostgreSQL server, or whichever of several takes writes. Refuses at once when it cannot be used, without its password in the
 * message.
 */
export async function serverPool(url: string): Promise<OpenPool> {
  const { urls, follow } = urlsOf(url)
  const several = follow ? severalServers(urls) : undefined
  const pool = new ServerPool({
    Client: several?.Client ?? PreparingClient,
    connectionString: urls[0],
    max: 10,
    connectionTimeoutMillis: connectTimeout(),
    types: VALUE_TYPES,
    // Who waits for an answer of a server that is gone without a word hears so in half a minute.
    keepAlive: true,
    keepAliveInitialDelayMillis: 15_000,
    onConnect: async (client) => void (await client.query(NOTICED)),
  })
  // An idle connection that breaks is dropped by the pool, and the next query opens another.
  pool.on('error', () => undefined)
  // One that breaks between two queries of a transaction fails the next of them; it must not end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const close = async () => {
    several?.close()
    await pool.end()
  }
  try {
    await pool.query('select 1')
  } catch (error) {
    await close()
    const server = urls.map(serverOf).join(', ')
    const { code, detail } = error as Refusal
    throw no.unreachable({ server, reason: detail?.reason ?? code }, error)
  }
  return { pool, close }
}

function serverOf(url: string): string {
  if (!URL.canParse(url)) return 'not a URL'
  const { host, pathname } = new URL(url)
  return host + pathname
}
