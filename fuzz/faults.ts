// `npm run faults [-- --seed N --count 1000 --case K]`: enrolments and lives of certificates under random faults. The seed is
// printed; with `--seed` and `--case` what failed runs again alone. Half of the SIMs make their keys, half get one.

import { parseArgs } from 'node:util'
import { openDatabase } from '../src/adapters/database/database.ts'
import { type CaseReport, FAULTS, faultWorld } from '../src/world/testing/fault-run.ts'

const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
const { values } = parseArgs({
  options: { count: text('1000'), seed: text(String(Date.now() % 2 ** 31)), case: { type: 'string' } },
})
const { seed } = values
const only = values.case === undefined ? undefined : Number(values.case)
const [first, last] = only === undefined ? [0, Number(values.count)] : [only, only + 1]

const url = process.env.DATABASE_URL
const database = await openDatabase(url ? { url } : { memory: true })
const MODELS = ['minato-nfc-1', 'aozora-lite-1'] as const
const worlds = await Promise.all(
  MODELS.map((model, i) => faultWorld(database.withPrefix(`faults_${process.pid}_${i}`), seed, model)),
)
process.stdout.write(`seed ${seed}: ${last - first} enrolments\n`)
const reports: CaseReport[] = []
const sum = (of: (report: CaseReport) => number) => reports.reduce((total, report) => total + of(report), 0)
const started = performance.now()
let bad = 0
for (let number = first; number < last; number++) {
  const report = await worlds[number % worlds.length]!.run(number)
  reports.push(report)
  const wrong = [...report.disagreements, ...report.unended, ...report.bugs]
  if (wrong.length > 0 || report.keysTwice > 0) {
    bad += 1
    process.stdout.write(`case ${number}: ${report.acts.join(', ')}\n  faults: ${report.faults.join(', ')}\n`)
    for (const line of wrong) process.stdout.write(`  ${line}\n`)
    process.stdout.write(`  again: npm run faults -- --seed ${seed} --case ${number}\n`)
  }
  if ((number + 1) % 50 === 0)
    process.stdout.write(`${number + 1} in ${Math.round((performance.now() - started) / 1000)} s\n`)
}
for (const fault of FAULTS)
  process.stdout.write(`${fault.padEnd(14)} ${sum(({ faults }) => faults.filter((one) => one === fault).length)}\n`)
process.stdout.write(
  `${reports.length} enrolments, ${sum(({ acts }) => acts.length)} acts, ${sum(({ faults }) => faults.length)} faults: ` +
    `disagreements ${sum(({ disagreements }) => disagreements.length)}, orders that do not end ${sum(({ unended }) => unended.length)}, ` +
    `private keys in two places ${sum(({ keysTwice }) => keysTwice)}, other errors ${sum(({ bugs }) => bugs.length)}\n`,
)
await database.close()
process.exit(bad === 0 ? 0 : 1)
