// A life or two of `npm run kills`: role processes and the database are killed between any two steps, answers are lost and
// doubled. Everything ends, all agree, and each kind of fate was met.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabaseUrl } from '../../adapters/testing/index.ts'
import { type PostgresServer, postgresBinaries, startPostgres } from '../../adapters/testing/postgres-server.ts'
import { FATES, type KillReport, killWorld } from './testing/kill-run.ts'

const binaries = testDatabaseUrl() ? postgresBinaries() : undefined
/** A life may be over before each fate was met. */
const MOST_LIVES = 3

if (binaries) {
  let server: PostgresServer
  let world: Awaited<ReturnType<typeof killWorld>>
  beforeAll(async () => {
    server = await startPostgres(binaries)
    world = await killWorld(server, '2016')
  })
  afterAll(async () => {
    await world?.close()
    server?.stop()
  })

  test('kill -9 of either TSM, the authority, the phone and the database between calls; calls lost and doubled', async () => {
    const reports: KillReport[] = []
    const unmet = () => FATES.filter((fate) => !reports.some(({ fates }) => fates.includes(fate)))
    while (unmet().length > 0 && reports.length < MOST_LIVES) reports.push(await world.run(reports.length))
    for (const report of reports)
      expect(report).toMatchObject({ disagreements: [], unended: [], certificatesWithoutOrder: [], bugs: [] })
    expect(unmet()).toEqual([])
  })
} else test('kill -9 among processes', ({ skip }) => skip('needs the project postgres and PostgreSQL server binaries'))
