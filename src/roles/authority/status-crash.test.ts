// Killed at any point of following the register, revoking and publishing, or without its database or its disk, the
// authority loses nothing, does nothing twice and puts out nothing stale. Each life takes up what the one before left.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openDatabase } from '../../adapters/database/database.ts'
import { type TestDatabase, testDatabase, testDatabaseUrl } from '../../adapters/testing/index.ts'
import { live } from '../../adapters/testing/life.ts'
import { postgresBinaries, startPostgres } from '../../adapters/testing/postgres-server.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import { decodeCrl } from '../../codec/crl.ts'
import type { StatusReport } from '../../world/testing/status-run.ts'
import { openResidentRegister } from '../resident-register/index.ts'
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

/** Lives of one chain share the folder and, on a server, the prefix of their schemas. */
const lives = (prefix: string, killAt: number, also: NodeJS.ProcessEnv = {}, patience?: number) =>
  live<StatusReport>(SCRIPT, {
    args: [join(root, prefix), String(killAt)],
    env: { CRASH_PREFIX: prefix, ...(url && { DATABASE_URL: url }), ...also },
    ...(patience && { patience }),
  })

test('kill -9 in every phase of following, revoking and publishing: lost 0, doubled 0, wrong 0, stale 0', {
  timeout: 900_000,
}, async () => {
  database = url ? await testDatabase() : undefined
  const prefix = `${database?.schemaName('x').slice(0, -2) ?? 'status'}_c`
  // On one kind of database more points than on the other: lives on a server are the quicker ones.
  const stride = url || !serverAtHand ? 9 : 24
  await lives(prefix, 0)
  let last: StatusReport | undefined
  for (let kills = 0, killAt = 1; ; killAt += stride, kills++) {
    const { reports, killed } = await lives(prefix, killAt)
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

test.skipIf(spawnSync('prlimit', ['--version']).status !== 0)(
  'nothing can be written in any phase of issuing, revoking, publishing and a roll-over: lost 0, doubled 0, stale 0 (absent: prlimit of util-linux)',
  async () => {
    const prefix = `${database?.schemaName('x').slice(0, -2) ?? 'status'}_f`
    const counts = { faults: 0, refused: 0, hung: 0 }
    await lives(prefix, 0)
    // On one kind of database more points than on the other, as above.
    for (let faultAt = 1; ; faultAt += url || !serverAtHand ? 24 : 34, counts.faults++) {
      // The embedded database does not come back from a commit that it cannot write: docs/operations.md.
      const { reports, killed } = await lives(prefix, faultAt, { CRASH_FAULT: 'full' }, 30_000)
      const asked = 2 * (counts.faults + 1)
      for (const [i, report] of reports.entries())
        expect({ faultAt, ...report }).toMatchObject({
          faultAt,
          ...{ lost: 0, doubled: 0, wrongFiles: 0, stale: 0, certificates: asked - 2 * (1 - i) },
        })
      const { refused = 'nothing', points = faultAt } = reports.at(-1)!
      if (refused !== 'nothing') counts.refused++
      if (killed) counts.hung++
      if (points < faultAt) break
    }
    process.stdout.write(
      `nothing to write on, ${counts.faults} times: ${counts.refused} refused and done after, ${counts.hung} hung and done by the next process, lost 0, doubled 0, stale 0\n`,
    )
    expect(counts.refused + counts.hung).toBeGreaterThan(2)
  },
)

// Once, beside the server of this run: one of its own that may be torn down.
const binaries = url ? postgresBinaries() : undefined
if (binaries)
  test('the database is torn down and comes back, again and again: nothing lost, nothing double', async () => {
    const server = await startPostgres(binaries)
    const own = await openDatabase({ url: server.url })
    const world = await testAuthority((_, clock) => openResidentRegister(own, clock))
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
      const rollOver = authority.rollOver({ kind: 'sign', generation: 2 })
      const work = Promise.allSettled([rollOver, authority.followRegister({}), authority.refreshStatus({})])
      await authority.statusChanges({ after: 0, limit: 0 }).catch(() => undefined)
      server.restart()
      breaks += (await work).filter(({ status }) => status === 'rejected').length
    }
    // Each connection of before is found broken once.
    for (let tries = 0; tries < 20; tries++) await authority.followRegister({}).catch(() => undefined)
    world.clock.now = new Date(world.clock.now.getTime() + 2 * 60_000)
    await authority.refreshStatus({})
    await authority.rollOver({ kind: 'sign', generation: 2 })
    expect(await authority.generations({ kind: 'sign' })).toEqual({ current: 2, living: [2, 1] })
    const { changes, last } = await authority.statusChanges({ after: 0, limit: 1000 })
    expect(breaks).toBeGreaterThan(0)
    expect([changes.length, last, new Set(changes.map(({ serial }) => serial)).size]).toEqual([30, 30, 30])
    const { crl } = await authority.crl({ kind: 'auth', municipalityCode: CITY.code })
    expect([decodeCrl(crl).entryCount, published.get('authority/crl/auth/13999.crl')]).toEqual([30, crl])
    await world.close()
    await own.close()
    server.stop()
  })
