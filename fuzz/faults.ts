// `npm run faults [-- --seed N --count 1000 --case K --workers 2]`: enrolments and lives of certificates under random faults. The
// seed is printed; with `--seed` and `--case` what failed runs again alone, with `--verbose` every act and fault of it is told.
// `--planted` lives the case of each planted defect instead, with it and without. On PGlite, each worker with its own, or on the server of DATABASE_URL.

import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { openDatabase } from '../src/adapters/database/database.ts'
import { DEFECTS } from '../src/world/testing/faults/defects.ts'
import { type CaseReport, faultCases } from '../src/world/testing/faults/run.ts'

interface Part {
  readonly seed: string
  readonly numbers: readonly number[]
  readonly prefix: string
  readonly planted: boolean
}
type Told = CaseReport & { readonly number: number }

async function work({ seed, numbers, prefix, planted }: Part, tell: (report: Told) => void): Promise<void> {
  const url = process.env.DATABASE_URL
  const database = await openDatabase(url ? { url } : { memory: true })
  const own = database.withPrefix(prefix)
  const { run } = await faultCases(own, seed)
  if (planted) await findPlanted(run)
  else for (const number of numbers) tell({ number, ...(await run(number)) })
  if (url) await own.drop()
  await database.close()
}

/** The case that is about it, with each defect and without; how the defect shows. */
async function findPlanted(run: Awaited<ReturnType<typeof faultCases>>['run']) {
  for (const [name, defect] of Object.entries(DEFECTS)) {
    const report = await run(0, defect, defect.shownBy)
    const [found] = report.faults.length > 0 ? wrongs(report) : []
    const [sound] = wrongs(await run(0, {}, defect.shownBy))
    const told = [found?.split('\n')[0] ?? 'NOT FOUND', ...(sound ? [`WRONG WITHOUT IT: ${sound}`] : [])]
    process.stdout.write(`${name}\n  ${told.join('\n  ')}\n`)
  }
}

const wrongs = ({ disagreements, unended, keysTwice, bugs }: CaseReport) => [
  ...[...disagreements, ...unended, ...bugs],
  ...keysTwice.map((where) => `private keys: ${where}`),
]

async function main(): Promise<void> {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const { values } = parseArgs({
    options: {
      ...{
        count: text('1000'),
        from: text('0'),
        seed: text(String(Date.now() % 2 ** 31)),
        workers: text(String(availableParallelism())),
      },
      ...{ case: { type: 'string' }, verbose: { type: 'boolean', default: false } },
      planted: { type: 'boolean', default: false },
    },
  })
  const { seed, verbose, planted } = values
  const only = values.case === undefined ? undefined : Number(values.case)
  const numbers =
    only === undefined ? Array.from({ length: Number(values.count) }, (_, i) => Number(values.from) + i) : [only]
  const workers = planted ? 1 : Math.min(Number(values.workers), numbers.length)
  process.stdout.write(`seed ${seed}: ${numbers.length} enrolments, ${workers} at once\n`)
  const started = performance.now()
  const reports: Told[] = []
  const seconds = () => Math.round((performance.now() - started) / 1000)
  const tell = (report: Told) => {
    reports.push(report)
    show(report, seed, verbose)
    if (reports.length % 50 === 0) process.stdout.write(`${reports.length} in ${seconds()} s\n`)
  }
  const parts = Array.from({ length: workers }, (_, i) => numbers.filter((_, at) => at % workers === i))
  await Promise.all(
    parts.map((part, i) => inWorker({ seed, numbers: part, prefix: `faults_${process.pid}_${i}`, planted }, tell)),
  )
  if (!planted) summary(reports, seconds())
  // A worker that waits for what never comes ends with its case untold.
  const untold = planted ? [] : numbers.filter((number) => !reports.some((report) => report.number === number))
  if (untold.length > 0) process.stdout.write(`never ended, or not begun after one that did not: ${untold.join(' ')}\n`)
  process.exitCode = untold.length > 0 || reports.some((report) => wrongs(report).length > 0) ? 1 : 0
}

const inWorker = (part: Part, tell: (report: Told) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: part })
    worker.on('message', tell)
    worker.once('error', reject)
    worker.once('exit', () => resolve())
  })

function show(report: Told, seed: string, verbose: boolean): void {
  const wrong = wrongs(report)
  if (wrong.length === 0 && !verbose) return
  const lines = [
    `case ${report.number}, ${report.setting}, ${report.digest}: ${report.acts.join(', ')}`,
    ...report.faults.map(({ kind, where }) => `  ${kind}: ${where}`),
    ...wrong.map((line) => `  WRONG ${line}`),
    `  again: npm run faults -- --seed ${seed} --case ${report.number} --verbose`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function summary(reports: readonly Told[], seconds: number): void {
  const counted = (of: (report: Told) => readonly string[]) => {
    const counts = new Map<string, number>()
    for (const name of reports.flatMap(of)) counts.set(name, (counts.get(name) ?? 0) + 1)
    return [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  }
  for (const [kind, count] of counted(({ faults }) => faults.map((fault) => fault.kind)))
    process.stdout.write(`${kind.padEnd(24)} ${count}\n`)
  for (const [setting, count] of counted((report) => [report.setting]))
    process.stdout.write(`${setting}: ${count} cases\n`)
  const sum = (of: (report: Told) => readonly unknown[]) =>
    reports.reduce((total, report) => total + of(report).length, 0)
  process.stdout.write(
    `${reports.length} enrolments in ${seconds} s, ${sum(({ acts }) => acts)} acts, ${sum(({ faults }) => faults)} faults: ` +
      `disagreements ${sum(({ disagreements }) => disagreements)}, orders that do not end ${sum(({ unended }) => unended)}, ` +
      `private keys in two places ${sum(({ keysTwice }) => keysTwice)}, other errors ${sum(({ bugs }) => bugs)}\n`,
  )
}

if (isMainThread) await main()
else await work(workerData as Part, (report) => parentPort!.postMessage(report))
