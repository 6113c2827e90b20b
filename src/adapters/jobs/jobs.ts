// The `Jobs` port on pg-boss, in the same database as the records. At least once: a handler must be idempotent.
// A queue is asked twice a second, and at once after a send from this process; LISTEN/NOTIFY is not used.

import type pg from 'pg'
import { type Db, type Job, PgBoss } from 'pg-boss'
import type { Jobs, Log } from '../../base/ports.ts'
import { reasonOf } from '../../base/refusal.ts'
import type { Database } from '../database/database.ts'

/** A job that failed at every try and waits for an operator. */
export interface DeadJob {
  readonly id: string
  readonly queue: string
  readonly data: Record<string, unknown>
  readonly failedAt: Date
}

export interface RunningJobs extends Jobs {
  /** What will not be tried again by itself. */
  dead(): Promise<DeadJob[]>
  /** Tries a dead job once more, with all its tries. */
  revive(job: DeadJob): Promise<void>
  /** Takes no new work, lets running handlers end (30 s), then returns; what is left is tried again later. */
  stop(): Promise<void>
}

export interface JobsOptions {
  readonly log?: Log
  /**
   * Nobody else works on these queues, so what is active at start was left by a dead process and goes back at once.
   * Default: true for PGlite, whose folder admits one process. Otherwise a lost heartbeat brings it back in 10 to 20 s.
   */
  readonly alone?: boolean
}

const TRIES = { retryLimit: 10, retryDelay: 1, retryBackoff: true, retryDelayMax: 60 } as const
const LIFE = { expireInSeconds: 600, heartbeatSeconds: 10 } as const
const WORKERS_PER_QUEUE = 2
const SEND_AGAIN_MS = 1000

/** Starts the jobs of this database (schema `jobs`). Stop before the database is closed. */
export async function startJobs(database: Database, options: JobsOptions = {}): Promise<RunningJobs> {
  const log = options.log ?? (() => undefined)
  const schema = database.schemaName('jobs')
  const boss = new PgBoss({
    db: sqlThrough(database.pool),
    backend: database.kind,
    schema,
    schedule: false,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  })
  boss.on('error', (error) => log('jobs.error', { reason: reasonOf(error) }))
  await boss.start()
  if (options.alone ?? database.kind === 'pglite') await takeBack(database.pool, schema)
  return running(boss, database.pool, schema, log)
}

function running(boss: PgBoss, pool: pg.Pool, schema: string, log: Log): RunningJobs {
  const workers = new Map<string, string[]>()
  const queues = new Map<string, Promise<void>>()
  const queue = (name: string) => {
    const made = queues.get(name) ?? boss.createQueue(name, { ...TRIES, ...LIFE })
    queues.set(name, made)
    made.catch(() => queues.delete(name))
    return made
  }
  const send = async ({ name, data }: Asked) => {
    await queue(name)
    await boss.send(name, data)
    for (const worker of workers.get(name) ?? []) boss.notifyWorker(worker)
  }
  const promised = promises(send, log)
  return {
    send: (name, data) => promised.keep({ name, data }),
    work: async (name, handler) => {
      await queue(name)
      const handle = (jobs: Job<Record<string, unknown>>[]) => each(jobs, handler, name, log)
      for (let i = 0; i < WORKERS_PER_QUEUE; i++) {
        const worker = await boss.work(name, { pollingIntervalSeconds: 0.5 }, handle)
        workers.set(name, [...(workers.get(name) ?? []), worker])
      }
    },
    dead: () => dead(pool, schema),
    revive: async (job) => {
      await boss.retry(job.queue, job.id)
    },
    stop: async () => {
      promised.end()
      await boss.stop({ graceful: true, close: false, timeout: 30_000 })
    },
  }
}

interface Asked {
  readonly name: string
  readonly data: Record<string, unknown>
}

/** What the database does not take now, for it is full or away, is sent as soon as it does. */
function promises(send: (asked: Asked) => Promise<void>, log: Log) {
  const unsent = new Map<string, Asked>()
  let running = false
  const sendAll = async () => {
    if (running) return
    running = true
    try {
      for (const [key, asked] of unsent) {
        await send(asked)
        unsent.delete(key)
      }
    } catch {
    } finally {
      running = false
    }
  }
  const timer = setInterval(sendAll, SEND_AGAIN_MS).unref()
  return {
    keep: async (asked: Asked) => {
      try {
        await send(asked)
      } catch (error) {
        log('jobs.send.failed', { queue: asked.name, reason: reasonOf(error) })
        unsent.set(JSON.stringify(asked), asked)
      }
    },
    end: () => clearInterval(timer),
  }
}

async function each(
  jobs: Job<Record<string, unknown>>[],
  handler: (data: Record<string, unknown>) => Promise<void>,
  queue: string,
  log: Log,
): Promise<void> {
  for (const { id, data } of jobs) {
    try {
      await handler(data)
    } catch (error) {
      log('jobs.failed', { queue, id, reason: reasonOf(error) })
      throw error
    }
  }
}

/** The death of a process is not the fault of the job: its tries are not counted. */
const takeBack = (pool: pg.Pool, schema: string) =>
  pool.query(`update ${schema}.job set state = 'created', started_on = null, heartbeat_on = null
              where state = 'active'`)

async function dead(pool: pg.Pool, schema: string): Promise<DeadJob[]> {
  const { rows } = await pool.query<DeadJob>(`select id, name as queue, data, completed_on as "failedAt"
    from ${schema}.job where state = 'failed' order by completed_on`)
  return rows
}

/**
 * pg-boss's own SQL; it expects int8 as text, as `pg` has it by default. A script of several statements that fails leaves its
 * transaction open; a server's session would be thrown away, PGlite's is the only one and is rolled back.
 */
function sqlThrough(pool: pg.Pool): Db {
  return {
    executeSql: async (text, values) => {
      const client = await pool.connect()
      try {
        const result: unknown = await client.query(text, values ?? [])
        return { rows: (Array.isArray(result) ? result : [result]).flatMap((part) => part.rows.map(withoutBigints)) }
      } catch (error) {
        if (/^\s*begin\b/i.test(text)) await client.query('rollback')
        throw error
      } finally {
        client.release()
      }
    },
  }
}

const withoutBigints = (row: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? `${value}` : value]))
