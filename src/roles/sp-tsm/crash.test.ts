// Killed before and after every step of the saga and every write of a card, the next life finds
// nothing half-done. Each life recovers what the one before left, and is killed one point later.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase, testDatabaseUrl } from '../../adapters/testing/index.ts'
import { live } from '../../adapters/testing/life.ts'
import { postgresBinaries } from '../../adapters/testing/postgres-server.ts'
import type { CrashReport } from '../../world/testing/crash-run.ts'

const SCRIPT = new URL('../../world/testing/crash-run.ts', import.meta.url).pathname
const root = mkdtempSync(join(tmpdir(), 'kazasu-crash-'))
const url = testDatabaseUrl()
const serverAtHand = process.env.DATABASE_URL !== undefined || postgresBinaries() !== undefined
let database: TestDatabase | undefined
beforeAll(async () => {
  database = url ? await testDatabase() : undefined
})
afterAll(async () => {
  rmSync(root, { recursive: true, force: true })
  await database?.close()
})

/** On a server the folder holds cards and keys, and the database is a namespace of its own there. */
const lives = (folder: string, prefix: string, killAt: number, also: NodeJS.ProcessEnv) =>
  live<CrashReport>(SCRIPT, {
    args: [folder, String(killAt)],
    env: { ...also, CRASH_PREFIX: prefix, ...(url && { DATABASE_URL: url }) },
  })

const NOTHING_HALF_DONE = { unfinished: 0, validWithoutKey: 0, keysWithoutOrder: 0, keysNotForgotten: 0 }

/** Every `stride`-th point from `first` on; how many lives were killed, and how many points there are. */
async function chain(
  name: string,
  first: number,
  stride: number,
  also: NodeJS.ProcessEnv = {},
): Promise<{ kills: number; points: number }> {
  const folder = join(root, name)
  const prefix = `${database?.schemaName('x').slice(0, -2) ?? 'crash'}_${name}`
  await lives(folder, prefix, 0, also)
  for (let kills = 0, killAt = first; ; killAt += stride) {
    const { reports, killed } = await lives(folder, prefix, killAt, also)
    for (const report of reports) expect({ killAt, ...report }).toMatchObject({ killAt, ...NOTHING_HALF_DONE })
    expect(['none', 'active', 'undone', 'unknown to the phone']).toContain(reports[0]?.state)
    if (!killed) return { kills, points: reports.at(-1)?.points ?? 0 }
    kills += 1
  }
}

test('kill -9 at every point of an enrolment and a removal', { timeout: 900_000 }, async () => {
  // Every point on one kind of database, every third on the other: lives on a server are the quicker ones.
  const stride = url || !serverAtHand ? 2 : 6
  const chains = await Promise.all([chain('a', 1, stride), chain('b', 1 + stride / 2, stride)])
  for (const { points } of chains) expect(points).toBeGreaterThan(80)
  const kills = chains.reduce((sum, one) => sum + one.kills, 0)
  expect(kills).toBeGreaterThanOrEqual(Math.floor((2 * Math.max(...chains.map(({ points }) => points))) / stride) - 2)
})

test('kill -9 while a key of the authority is on its way into a SIM that makes none', async () => {
  const stride = url || !serverAtHand ? 2 : 4
  const also = { CRASH_SIM_MODEL: 'aozora-lite-1', CRASH_STEPS: 'makeKeyPair issue' }
  const { kills, points } = await chain('c', 1, stride, also)
  expect(points).toBeGreaterThan(15)
  expect(kills).toBeGreaterThanOrEqual(Math.floor(points / stride) - 1)
})
