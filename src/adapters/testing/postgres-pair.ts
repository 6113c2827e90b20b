// A primary and a standby that has each commit before it is acknowledged (PostgreSQL 15, 27.2.8). The primary dies or hangs, the
// standby is promoted, the dead one comes back as it was or as the standby of its successor; each keeps its address.

import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Cluster, cluster, initialise } from './postgres-server.ts'

export interface PostgresPair {
  /** As kazasu takes it. */
  readonly url: string
  /** Of the one that takes writes first. */
  readonly urls: readonly [string, string]
  /** SIGKILL of the primary. */
  crash(): void
  /** The primary hangs, as behind a broken wire. */
  hang(): void
  promote(): void
  /** The dead one starts as it was: nobody told it that it was succeeded. */
  comeBack(): void
  /** The one that was succeeded begins anew as the standby of the other, also where it came back. */
  rejoin(): Promise<void>
  stop(): void
}

/** Takes about four seconds. */
export async function startPair(binaries: string, where = tmpdir()): Promise<PostgresPair> {
  let [primary, standby] = [await cluster(binaries, where), await cluster(binaries, where)]
  const urls = [primary.url, standby.url] as const
  let hung: Cluster | undefined
  const follow = async () => {
    const source = `${primary.url}?application_name=standby`
    standby.run('pg_basebackup', '-d', source, '-D', standby.data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync')
    standby.start()
    await asked(primary.url, "alter system set synchronous_standby_names = 'standby'")
    await asked(primary.url, 'select pg_reload_conf()')
    await inStep(primary.url)
  }
  initialise(primary)
  primary.start()
  await follow()
  return {
    url: primary.url.replace(/@([^/]+)/, (_, host) => `@${host},${new URL(standby.url).host}`),
    urls,
    crash: () => {
      hung?.signal('SIGCONT')
      hung = undefined
      primary.crash()
    },
    hang: () => {
      hung = primary
      primary.signal('SIGSTOP')
    },
    promote: () => {
      standby.run('pg_ctl', '-D', standby.data, '-w', 'promote')
      ;[primary, standby] = [standby, primary]
    },
    comeBack: () => {
      if (hung) hung.signal('SIGCONT')
      else standby.start()
      hung = undefined
    },
    rejoin: async () => {
      if (existsSync(join(standby.data, 'postmaster.pid'))) standby.crash()
      rmSync(standby.data, { recursive: true, force: true })
      await follow()
    },
    stop: () => {
      hung?.signal('SIGCONT')
      for (const one of [standby, primary]) one.remove()
    },
  }
}

async function asked(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** Until each commit waits for the standby. */
async function inStep(url: string): Promise<void> {
  const text = "select 1 from pg_stat_replication where state = 'streaming' and sync_state = 'sync'"
  while ((await asked(url, text)).length === 0) await new Promise((resolve) => setTimeout(resolve, 50))
}
