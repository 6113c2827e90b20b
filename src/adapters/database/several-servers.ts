// Several PostgreSQL servers of which one takes writes, as libpq has it with target_session_attrs=read-write: a primary and
// its standbys. Who takes over is somebody else's decision; here it is found out. Not here: pools.

import type { Socket } from 'node:net'
import pg from 'pg'
import { PreparingClient } from './preparing-client.ts'
import { no } from './refusals.ts'

export interface SeveralServers {
  /** Connects to whoever takes writes at that moment, and to nobody who has been succeeded. */
  readonly Client: typeof pg.Client
  close(): void
}

/** How soon a connection to a primary that hangs, and was succeeded, is broken. */
const LOOK_EVERY_MS = 2000
const PATIENCE_MS = 2000

/**
 * A promoted standby counts its timeline up (PostgreSQL 15, 26.3.5), so that a primary which comes back as it was is told from
 * its successor. The system identifier tells a server that is none of these.
 */
const STANDING = `select system_identifier::text as system,
  not pg_is_in_recovery() and current_setting('default_transaction_read_only') = 'off' as writes,
  case when pg_is_in_recovery() then 0
    else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer end as timeline
  from pg_control_system()`

interface Standing {
  readonly system: string
  readonly writes: boolean
  readonly timeline: number
}
type Primary = Standing & { readonly url: string }

/** One URL for each of the servers of `postgres://user@one:5432,two:5432/name`; refuses sessions that would only read. */
export function urlsOf(url: string): { readonly urls: readonly string[]; readonly follow: boolean } {
  const [, start, hosts, rest] = /^(\w+:\/\/(?:[^@/]*@)?)([^/?]*)(.*)$/s.exec(url) ?? []
  if (hosts === undefined) return { urls: [url], follow: false }
  const wanted = new URLSearchParams(rest!.split('?')[1]).get('target_session_attrs')
  const urls = hosts.split(',').map((host) => start + host + rest)
  if (wanted !== null && wanted !== 'read-write' && wanted !== 'primary') throw no['session-attrs']({ wanted })
  return { urls, follow: urls.length > 1 || wanted !== null }
}

export function severalServers(urls: readonly string[]): SeveralServers {
  let highest = 0
  let system: string | undefined
  let present: Primary | undefined
  let looking: Promise<Primary> | undefined
  const open = new Map<FollowingClient, string>()

  /** Throws for one that has been succeeded, or is of another cluster. */
  const admit = (one: Standing): void => {
    if (!one.writes || one.timeline < highest || one.system !== (system ?? one.system)) throw no['no-primary']()
    highest = one.timeline
    system = one.system
  }
  const find = async (): Promise<Primary> => {
    const found = (await Promise.all(urls.map(standingOf))).filter((one) => one !== undefined)
    if (new Set(found.map((one) => one.system)).size > 1) throw no['no-cluster']()
    const [newest, next] = found.filter((one) => one.writes).toSorted((a, b) => b.timeline - a.timeline)
    if (!newest) throw no['no-primary']()
    if (newest.timeline === next?.timeline) throw no['no-cluster']()
    admit(newest)
    return newest
  }
  const look = async (): Promise<Primary> => {
    looking ??= find().finally(() => (looking = undefined))
    try {
      present = await looking
    } catch (error) {
      present = undefined
      throw error
    }
    for (const [client, url] of open) if (url !== present.url) cut(client)
    return present
  }
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS).unref()

  class FollowingClient extends PreparingClient {
    override connect = ((callback?: (error?: Error) => void) => {
      const connected = this.#follow()
      if (!callback) return connected
      connected.then(() => callback(), callback)
    }) as pg.Client['connect']

    async #follow(): Promise<this> {
      const { url } = present ?? (await look())
      const { hostname, port } = new URL(url)
      const server = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 5432) }
      Object.assign(this, server)
      // By which a password is looked up in ~/.pgpass.
      Object.assign((this as unknown as { connectionParameters: object }).connectionParameters, server)
      try {
        await (PreparingClient.prototype.connect as () => Promise<unknown>).call(this)
        admit((await this.query<Standing>(STANDING)).rows[0]!)
      } catch (error) {
        present = undefined
        cut(this)
        throw error
      }
      open.set(this, url)
      this.once('end', () => open.delete(this))
      return this
    }
  }
  return { Client: FollowingClient as unknown as typeof pg.Client, close: () => clearInterval(timer) }
}

/** As if the server had: whoever waits for an answer hears of it, and no pool hands it out again. */
const cut = (client: pg.Client): void =>
  void (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy()

/** Undefined where nobody answers. */
async function standingOf(url: string): Promise<Primary | undefined> {
  const times = { connectionTimeoutMillis: PATIENCE_MS, query_timeout: PATIENCE_MS }
  const client = new pg.Client({ connectionString: url, ...times })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<Standing>(STANDING)
    return { ...rows[0]!, url }
  } catch {
    return undefined
  } finally {
    // One that hangs takes no leave.
    void client.end().catch(() => undefined)
  }
}
