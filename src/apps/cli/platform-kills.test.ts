// A few lives of `npm run kills`: the platform is killed, or the primary of its database, whose standby succeeds it, while somebody
// logs in, approves, signs and moves.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabaseUrl } from '../../adapters/testing/index.ts'
import { type PostgresPair, startPair } from '../../adapters/testing/postgres-pair.ts'
import { postgresBinaries } from '../../adapters/testing/postgres-server.ts'
import { failingOver } from './testing/fail-overs.ts'
import { ACTS, platformLives } from './testing/platform-run.ts'

const binaries = testDatabaseUrl() ? postgresBinaries() : undefined

if (binaries) {
  let pair: PostgresPair
  let lives: Awaited<ReturnType<typeof platformLives>>
  beforeAll(async () => {
    pair = await startPair(binaries)
    lives = await platformLives(failingOver(pair), '2001')
  })
  afterAll(async () => {
    await lives?.close()
    pair?.stop()
  })

  test('kill -9 of the platform and fail-over of its database in a login, an approval, a signature and a delivery: lost 0, doubled 0, missed 0', async () => {
    const met = new Set<string>()
    for (const number of ACTS.keys()) {
      const report = await lives.run(number)
      for (const fate of report.fates) met.add(fate)
      expect(report).toMatchObject({ lost: [], doubled: [], missed: [], outOfOrder: [], bugs: [] })
    }
    expect([...met]).toEqual(expect.arrayContaining(['verifier', 'database']))
  })
} else test('kill -9 of the platform', ({ skip }) => skip('needs the project postgres and PostgreSQL server binaries'))
