// `npm run kills [-- --seed N --count 20 --case K]`: lives of certificates among role processes and a PostgreSQL server that are
// killed, and wires that break. The seed is printed; with `--seed` and `--case` one life runs again alone.

import { parseArgs } from 'node:util'
import { postgresBinaries, startPostgres } from '../src/adapters/testing/postgres-server.ts'
import { FATES, type KillReport, killWorld } from '../src/apps/cli/testing/kill-run.ts'

const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
const { values } = parseArgs({
  options: { count: text('20'), seed: text(String(Date.now() % 2 ** 31)), case: { type: 'string' } },
})
const { seed } = values
const only = values.case === undefined ? undefined : Number(values.case)
const [first, last] = only === undefined ? [0, Number(values.count)] : [only, only + 1]

const binaries = postgresBinaries()
if (!binaries) throw new Error('no PostgreSQL server binaries found')
const server = await startPostgres(binaries)
const world = await killWorld(server, seed)
process.stdout.write(`seed ${seed}: ${last - first} lives\n`)
const reports: KillReport[] = []
const sum = (of: (report: KillReport) => number) => reports.reduce((total, report) => total + of(report), 0)
try {
  for (let number = first; number < last; number++) {
    const report = await world.run(number)
    reports.push(report)
    const { acts, disagreements, unended, bugs } = report
    for (const line of [`life ${number}`, ...acts, ...disagreements, ...unended, ...bugs])
      process.stdout.write(`${line}\n`)
  }
} finally {
  await world.close()
  server.stop()
}
for (const fate of FATES)
  process.stdout.write(`${fate.padEnd(14)} ${sum(({ fates }) => fates.filter((one) => one === fate).length)}\n`)
const figures = {
  lives: reports.length,
  acts: sum(({ acts }) => acts.length),
  disagreements: sum(({ disagreements }) => disagreements.length),
  'orders that do not end': sum(({ unended }) => unended.length),
  'certificates without an order': sum(({ certificatesWithoutOrder }) => certificatesWithoutOrder),
  'other errors': sum(({ bugs }) => bugs.length),
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
