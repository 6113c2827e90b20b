// The `Deliveries` port over gateways: a message is taken into a table, sealed, and given to its gateway by a job: tried again
// while the gateway is away, given up when it says no for good, and when a code in it would be too old. What was written is
// erased with the last try. Given at least once: who dies between giving and noting it gives the same message id again.

import type { Kysely } from 'kysely'
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes.ts'
import { seal, unseal } from '../../base/crypto.ts'
import type { Clock, Deliveries, DeliveryWay, Entropy, Jobs, KeyStore, Log, Message } from '../../base/ports.ts'
import type { ShowsDeliveries } from './shown.ts'

/** Carries messages of one way. Returning means that the gateway has taken it. */
export interface Gateway {
  /** Throws `NeverDelivered` when trying again cannot help, anything else when it may. */
  give(message: Message): Promise<void>
}

/** The code is the protocol's own and says nothing of the message. */
export class NeverDelivered extends Error {
  override readonly name = 'NeverDelivered'
  readonly code: string

  constructor(code: string) {
    super(`refused for good: ${code}`)
    this.code = code
  }
}

export const dispatchMigrations = {
  '001-dispatch': `
    create table dispatch (
      id text primary key, way text not null, sealed bytea, state text not null, attempts integer not null,
      code text, taken_at timestamptz not null, ended_at timestamptz);
    create index dispatch_state on dispatch (state, taken_at)`,
} as const

export interface DispatchTables {
  dispatch: {
    id: string
    way: DeliveryWay
    /** Null once it was given or given up. */
    sealed: Bytes | null
    state: 'waiting' | 'given' | 'failed'
    attempts: number
    code: string | null
    taken_at: Date
    ended_at: Date | null
  }
}

export interface GatewayDeps {
  readonly db: Kysely<DispatchTables>
  readonly keys: KeyStore
  readonly entropy: Entropy
  readonly clock: Clock
  readonly jobs: Jobs
  readonly log: Log
  readonly gateways: Partial<Record<DeliveryWay, Gateway>>
  /** For ways without a gateway, and for receipts of letters. */
  readonly others: Deliveries
}

export interface GatewayDeliveries extends Deliveries, ShowsDeliveries {
  /** Tried now; false when it does not wait any more. What failed is gone: its holder has another code sent. */
  again(id: string): Promise<boolean>
  /** Begins to give, also what was left from before. */
  start(): Promise<void>
  /** Once in a while: what waits is tried again, for a job gives up after some minutes; what ended long ago is forgotten. */
  wake(): Promise<void>
}

const QUEUE = 'deliveries'
/** As long as the longest-lived code in an SMS or mail. */
const LATEST_MS = 30 * 60_000
const KEPT_MS = 30 * 86_400_000

export function gatewayDeliveries(deps: GatewayDeps): GatewayDeliveries {
  const { db, keys, entropy, clock, jobs, gateways, others } = deps
  const wake = async () => {
    await db
      .deleteFrom('dispatch')
      .where('ended_at', '<', new Date(clock().getTime() - KEPT_MS))
      .execute()
    const waiting = await db.selectFrom('dispatch').select('id').where('state', '=', 'waiting').execute()
    for (const { id } of waiting) await jobs.send(QUEUE, { id })
  }
  return {
    send: async (message) => {
      const { id, way } = message
      if (!gateways[way]) return others.send(message)
      const key = await keys.secret('deliveries', 32)
      const sealed = seal(key, utf8(JSON.stringify(message)), utf8(id), entropy)
      const row = {
        id,
        way,
        sealed,
        state: 'waiting',
        attempts: 0,
        code: null,
        taken_at: clock(),
        ended_at: null,
      } as const
      await db
        .insertInto('dispatch')
        .values(row)
        .onConflict((c) => c.doNothing())
        .execute()
      await jobs.send(QUEUE, { id })
    },
    receipt: (id) => others.receipt(id),
    shown: async ({ before, limit }) => {
      const newest = db
        .selectFrom('dispatch')
        .select(['id', 'way', 'state', 'attempts', 'code', 'taken_at', 'ended_at'])
      const page = before ? newest.where('taken_at', '<', before) : newest
      const rows = await page.orderBy('taken_at', 'desc').limit(limit).execute()
      return rows.map(({ taken_at: takenAt, ended_at: endedAt, ...row }) => ({ ...row, takenAt, endedAt }))
    },
    again: async (id) => {
      const row = db.selectFrom('dispatch').select('id').where('id', '=', id).where('state', '=', 'waiting')
      if (!(await row.executeTakeFirst())) return false
      await jobs.send(QUEUE, { id })
      return true
    },
    wake,
    start: async () => {
      await jobs.work(QUEUE, ({ id }) => dispatch(deps, String(id)))
      await wake()
    },
  }
}

async function dispatch({ db, keys, clock, log, gateways }: GatewayDeps, id: string): Promise<void> {
  const begun = db.updateTable('dispatch').set((e) => ({ attempts: e('attempts', '+', 1) }))
  const row = await begun.where('id', '=', id).where('state', '=', 'waiting').returningAll().executeTakeFirst()
  const gateway = row && gateways[row.way]
  if (!row?.sealed || !gateway) return
  const end = async (state: 'given' | 'failed', code: string | null) => {
    const ended = db.updateTable('dispatch').set({ state, code, sealed: null, ended_at: clock() })
    await ended.where('id', '=', id).where('state', '=', 'waiting').execute()
    log(`delivery.${state}`, { way: row.way, attempts: row.attempts, ...(code && { reason: code }) })
  }
  if (clock().getTime() - row.taken_at.getTime() > LATEST_MS) return end('failed', 'too-late')
  try {
    const message = unseal(await keys.secret('deliveries', 32), row.sealed, utf8(id))
    await gateway.give(JSON.parse(fromUtf8(message)))
  } catch (error) {
    if (error instanceof NeverDelivered) return end('failed', error.code)
    log('delivery.again', { way: row.way, attempts: row.attempts, reason: (error as Error).name })
    // Its text may repeat an address: only the kind goes on to the jobs.
    throw new Error('the gateway did not take it')
  }
  await end('given', null)
}
