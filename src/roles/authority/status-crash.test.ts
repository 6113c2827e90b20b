// Killed at any point of following the register, revoking and publishing, or without its database or its disk, the
// authority loses nothing, does nothing twice and puts out nothing stale. Each life takes up what the one before left.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openDatabase } from '../../adapters/database/database.ts'
import { type TestDatabase, testDatabase, testDatabaseUrl } from '../../adapters/testing/index.ts'
import { postgresBinaries, startPostgres } from '../../adapters/testing/postgres-server.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import { decodeCrl } from '../../codec/crl.ts'
import type { StatusReport } from '../../world/testing/status-run.ts'
import {
  createResidentRegister,
  residentRegisterMigrations,
  residentRegisterStore,
} from '../resident-register/index.ts'
import { type AuthorityTables, authorityMigrations, authorityStore, createAuthority } from './index.ts'
import { CITY, testAuthority } from './test-authority.ts'

const SCRIPT = new URL('../../world/testing/status-run.ts', import.meta.url).pathname
const root = mkdtempSync(join(tmpdir(), 'kazasu-status-'))
const url = testDatabaseUrl()
const serverAtHand = process.env.DATABASE_URL !== undefined || postgresBinaries() !== undefined
let database: TestDatabase | undefined
afterAll(async () => {
  rmSync(root, { recursive: true, force: true })
  await database?.close()
})

interface Life {
  readonly reports: readonly StatusReport[]
  readonly killed: boolean
}

function live(prefix: string, killAt: number): Promise<Life> {
  const { DATABASE_URL: _, ...inherited } = process.env
  const env = {
    ...inherited,
    CRASH_PREFIX: prefix,
    NODE_COMPILE_CACHE: join(root, 'compiled'),
    ...(url && { DATABASE_URL: url }),
  }
  const child = spawn(process.execPath, [SCRIPT, root, String(killAt)], { env })
  let [out, errors] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      const reports = out.split('\n').filter(Boolean) as string[]
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(`point ${killAt}: ${errors}`))
      else resolve({ reports: reports.map((line) => JSON.parse(line) as StatusReport), killed: signal === 'SIGKILL' })
    })
  })
}

test('kill -9 in every phase of following, revoking and publishing: lost 0, doubled 0, wrong 0, stale 0', {
  timeout: 900_000,
}, async () => {
  database = url ? await testDatabase() : undefined
  const prefix = `${database?.schemaName('x').slice(0, -2) ?? 'status'}_c`
  // On one kind of database more points than on the other: lives on a server are the quicker ones.
  const stride = url || !serverAtHand ? 9 : 24
  await live(prefix, 0)
  let last: StatusReport | undefined
  for (let kills = 0, killAt = 1; ; killAt += stride, kills++) {
    const { reports, killed } = await live(prefix, killAt)
    for (const report of reports) {
      expect({ killAt, ...report }).toMatchObject({ killAt, lost: 0, doubled: 0, wrongFiles: 0, stale: 0 })
      expect(report.crlNumber).toBeGreaterThanOrEqual(last?.crlNumber ?? 0)
      expect(report.filterNumber).toBeGreaterThanOrEqual(last?.filterNumber ?? 0)
      last = report
    }
    if (killed) continue
    expect(reports.at(-1)!.points).toBeGreaterThan(60)
    expect(kills).toBeGreaterThanOrEqual(Math.floor(60 / stride))
    expect(reports.at(-1)!.asked).toBe(kills + 1)
    break
  }
})

// Once, beside the server of this run: one of its own that may be torn down.
const binaries = url ? postgresBinaries() : undefined
if (binaries)
  test('the database is torn down and comes back, again and again: nothing lost, nothing double', {
    timeout: 180_000,
  }, async () => {
    const server = await startPostgres(binaries)
    const own = await openDatabase({ url: server.url })
    const world = await testAuthority(async (_, clock) => {
      const db = await own.schema('resident-register', residentRegisterMigrations)
      return createResidentRegister({ store: residentRegisterStore(db as never), clock })
    })
    const tables = await own.schema<AuthorityTables>('authority', authorityMigrations)
    const published = new Map<string, Uint8Array>()
    const publish = async (path: string, content: Uint8Array) => void published.set(path, content)
    const deps = { ...world.deps, store: authorityStore(tables), publish, publishAnswer: publish }
    const authority = await createAuthority(deps)
    const { publicKey } = generateKeyPair('RSA-2048')
    const residents = Array.from({ length: 30 }, (_, i) => `torn-${i}`)
    for (const [i, residentId] of residents.entries()) {
      await world.resident(residentId)
      const key = publicKey.slice()
      key[60] = i
      await authority.issueForCard({ requestKey: residentId, residentId, kind: 'auth', publicKey: key })
      await world.register.change({ residentId, event: 'die' })
    }
    let breaks = 0
    for (let torn = 0; torn < 4; torn++) {
      const work = Promise.allSettled([authority.followRegister({}), authority.refreshStatus({})])
      await authority.statusChanges({ after: 0, limit: 0 }).catch(() => undefined)
      server.restart()
      breaks += (await work).filter(({ status }) => status === 'rejected').length
    }
    // Each connection of before is found broken once.
    for (let tries = 0; tries < 20; tries++) await authority.followRegister({}).catch(() => undefined)
    world.clock.now = new Date(world.clock.now.getTime() + 2 * 60_000)
    await authority.refreshStatus({})
    const { changes, last } = await authority.statusChanges({ after: 0, limit: 1000 })
    expect(breaks).toBeGreaterThan(0)
    expect([changes.length, last, new Set(changes.map(({ serial }) => serial)).size]).toEqual([30, 30, 30])
    const { crl } = await authority.crl({ kind: 'auth', municipalityCode: CITY.code })
    expect([decodeCrl(crl).entryCount, published.get('authority/crl/auth/13999.crl')]).toEqual([30, crl])
    await world.close()
    await own.close()
    server.stop()
  })
