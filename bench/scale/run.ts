// `npm run scale [-- --to 10000000]`: the authority over a register of 10^4, 10^5, 10^6 … certificates, one in ten
// revoked, on PostgreSQL: the server of DATABASE_URL, or a throw-away one. Prints each figure at each size, and its growth.

import { parseArgs } from 'node:util'
import { systemClock } from '../../src/adapters/clock.ts'
import { openDatabase } from '../../src/adapters/database/database.ts'
import { volatileKeyStore } from '../../src/adapters/keys/index.ts'
import { systemEntropy } from '../../src/adapters/random.ts'
import { postgresBinaries, startPostgres } from '../../src/adapters/testing/postgres-server.ts'
import { authorityMigrations, authorityStore, createAuthority } from '../../src/roles/authority/index.ts'
import { openResidentRegister } from '../../src/roles/resident-register/index.ts'
import { processorOf } from '../processor.ts'
import { grow } from './grow.ts'
import { type Figures, measureAll } from './measure.ts'
import { massEnrolment } from './sims/run.ts'

const { values } = parseArgs({
  options: {
    to: { type: 'string', default: '1000000' },
    sims: { type: 'string' },
    workers: { type: 'string', default: '2' },
    lanes: { type: 'string', default: '4' },
  },
})
const largest = Number(values.to)
// A machine that others share may let us wait.
process.env.PGCONNECT_TIMEOUT ??= '300'
const binaries = postgresBinaries()
if (!process.env.DATABASE_URL && !binaries) throw new Error('no PostgreSQL: install it or set DATABASE_URL')
const server = process.env.DATABASE_URL ? undefined : await startPostgres(binaries!)
const url = process.env.DATABASE_URL ?? server!.url
const database = (await openDatabase({ url })).withPrefix(`scale${process.pid}`)

const say = (text: string) => process.stderr.write(text)
const bar = (done: number, of: number, what: string) => {
  const width = Math.round((30 * done) / of)
  say(`\r${'█'.repeat(width)}${'░'.repeat(30 - width)} ${done.toLocaleString('en')} ${what}\u001b[K`)
}

async function scene() {
  const register = await openResidentRegister(database, systemClock)
  const authority = await createAuthority({
    store: authorityStore(await database.schema('authority', authorityMigrations)),
    register,
    clock: systemClock,
    entropy: systemEntropy,
    keys: volatileKeyStore(systemEntropy),
    publish: async () => undefined,
    log: (event, fields) => {
      if (event.endsWith('failed')) say(`\n${event} ${JSON.stringify(fields)}\n`)
    },
  })
  const spent = (await processorOf(database.pool)) ?? (() => Number.NaN)
  return { authority, register, pool: database.pool, schema: database.schemaName('authority'), spent }
}

const round = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3))

function print(sizes: readonly number[], figures: readonly Figures[]): void {
  const names = Object.keys(figures[0]!)
  const head = ['', ...sizes.map((size) => size.toLocaleString('en')), 'growth']
  const rows = names.map((name) => {
    const row = figures.map((one) => one[name]!)
    return [name, ...row.map(round), `×${(row.at(-1)! / row[0]!).toFixed(2)}`]
  })
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)))
  for (const row of [head, ...rows])
    process.stdout.write(
      `${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}\n`,
    )
}

try {
  if (values.sims) {
    const [sims, workers, lanes] = [values.sims, values.workers, values.lanes].map(Number) as [number, number, number]
    await massEnrolment({ url, sims, workers, lanes, bar })
  } else {
    await growing()
  }
} finally {
  await database.drop()
  await database.close()
  server?.stop()
}

async function growing(): Promise<void> {
  const stage = await scene()
  const sizes: number[] = []
  const figures: Figures[] = []
  for (let size = 10_000, before = 0; size <= largest; before = size, size *= 10) {
    const started = performance.now()
    await grow(stage.pool, stage.schema, before, size, (done) => bar(done, size, 'certificates'))
    say(` in ${((performance.now() - started) / 1000).toFixed(1)} s`)
    sizes.push(size)
    figures.push(await measureAll(stage, (what) => say(`; ${what}`)))
    say(`; resident memory ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB\n`)
  }
  print(sizes, figures)
}
