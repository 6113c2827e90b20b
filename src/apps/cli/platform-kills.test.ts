// A few lives of `npm run kills -- --of platform`: the platform and its database are killed while somebody logs in, approves,
// signs and moves.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabaseUrl } from '../../adapters/testing/index.ts'
import { type PostgresServer, postgresBinaries, startPostgres } from '../../adapters/testing/postgres-server.ts'
import { ACTS, platformLives } from './testing/platform-run.ts'

const binaries = testDatabaseUrl() ? postgresBinaries() : undefined

if (binaries) {
  let server: PostgresServer
  let lives: Awaited<ReturnType<typeof platformLives>>
  beforeAll(async () => {
    server = await startPostgres(binaries)
    lives = await platformLives(server, '2001')
  })
  afterAll(async () => {
    await lives?.close()
    server?.stop()
  })

  test('kill -9 of the platform and its database in a login, an approval, a signature and a delivery: lost 0, doubled 0, missed 0', async () => {
    const met = new Set<string>()
    for (const number of ACTS.keys()) {
      const report = await lives.run(number)
      for (const fate of report.fates) met.add(fate)
      expect(report).toMatchObject({ lost: [], doubled: [], missed: [], outOfOrder: [], bugs: [] })
    }
    expect([...met]).toEqual(expect.arrayContaining(['verifier', 'database']))
  })
} else test('kill -9 of the platform', ({ skip }) => skip('needs the project postgres and PostgreSQL server binaries'))
