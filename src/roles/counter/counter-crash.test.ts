// The counter killed with -9 at its steps to the outside, while it issues, hands over, renews and abandons cards. The next
// life asks again, or undoes; what was lost and doubled, counted.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase, testDatabaseUrl } from '../../adapters/testing/index.ts'
import { live } from '../../adapters/testing/life.ts'
import { postgresBinaries } from '../../adapters/testing/postgres-server.ts'
import type { CounterReport } from '../../world/testing/counter-run.ts'

const SCRIPT = new URL('../../world/testing/counter-run.ts', import.meta.url).pathname
const root = mkdtempSync(join(tmpdir(), 'kazasu-counter-'))
const url = testDatabaseUrl()
const serverAtHand = process.env.DATABASE_URL !== undefined || postgresBinaries() !== undefined
let database: TestDatabase | undefined
afterAll(async () => {
  rmSync(root, { recursive: true, force: true })
  await database?.close()
})

test('kill -9 in every phase of issuing, handing over, renewing and abandoning a card: lost 0, doubled 0', async () => {
  database = url ? await testDatabase() : undefined
  const prefix = `${database?.schemaName('x').slice(0, -2) ?? 'counter'}_c`
  const env = { CRASH_PREFIX: prefix, ...(url && { DATABASE_URL: url }) }
  const lives = (killAt: number) => live<CounterReport>(SCRIPT, { args: [root, String(killAt)], env })
  // Lives on a server are the quicker ones.
  const stride = url || !serverAtHand ? 26 : 40
  await lives(0)
  for (let kills = 0, killAt = 1; ; killAt += stride, kills++) {
    const { reports, killed } = await lives(killAt)
    for (const report of reports) expect({ killAt, ...report }).toMatchObject({ killAt, lost: 0, doubled: 0 })
    if (killed) continue
    const { points, cards } = reports.at(-1)!
    process.stdout.write(`counter: ${kills} kills at ${points} points, ${cards} cards, lost 0, doubled 0\n`)
    expect(points).toBeGreaterThan(120)
    expect(kills).toBeGreaterThanOrEqual(Math.floor(120 / stride))
    break
  }
})
