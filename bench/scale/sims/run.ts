// `npm run scale -- --sims 10000 [--workers 2] [--lanes 4]`: SIMs enrolled through real cards, SP-TSM, carrier and authority, by
// several processes on one PostgreSQL. People, cards and key pairs are prepared by the hundred while the clock stands.

import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { must } from '../../harness.ts'
import { processorOf } from '../../processor.ts'
import { primesFor } from './key-pairs.ts'
import { PAIRS_EACH, PARTS } from './person.ts'
import { openSite, type Site } from './site.ts'
import type { Done, Order } from './worker.ts'

export interface MassOptions {
  readonly url: string
  readonly sims: number
  readonly workers: number
  /** Enrolments under way in each process. */
  readonly lanes: number
  /** One line that is written over. */
  readonly bar: (done: number, of: number, what: string) => void
}

/** Of each size: what was added since the size before. */
interface Stage {
  readonly size: number
  readonly enrolled: number
  readonly ms: number
  readonly processor: number
  readonly server: number
  readonly parts: readonly number[]
  readonly load: number
}

/** In each process between two stops of the clock. */
const CHUNK = 100
const SMALLEST = 100

export async function massEnrolment(options: MassOptions): Promise<void> {
  const begun = performance.now()
  const { sims, bar } = options
  const keyFolder = mkdtempSync(join(tmpdir(), 'kazasu-keys-'))
  const shared = { url: options.url, prefix: `sims${process.pid}`, keyFolder }
  const primes = primesFor(PAIRS_EACH * sims, (done, of) => bar(done, of, 'primes for the key pairs'))
  const site = await openSite({ ...shared, worker: 0 })
  const workers = Array.from({ length: options.workers }, () => started())
  const stages: Stage[] = []
  try {
    const open = (worker: number): Order => ({
      do: 'open',
      options: { ...shared, worker },
      primes,
      lanes: options.lanes,
    })
    await Promise.all(workers.map((tell, i) => tell(open(i + 1))))
    for (
      let size = Math.min(SMALLEST, sims), before = 0;
      before < sims;
      before = size, size = Math.min(10 * size, sims)
    )
      stages.push(await stage(site, workers, before, size, options))
    const { orders } = await site.spTsm.census({})
    must(orders.active === sims && total(Object.values(orders)) === sims, 'that all are active')
    await Promise.all(workers.map((tell) => tell({ do: 'close' })))
  } finally {
    // What was measured before something failed was measured.
    if (stages.length > 0) print(stages, options, (performance.now() - begun) / 60_000)
    for (const { child } of workers) child.kill('SIGKILL')
    await site.platform.database.drop()
    await site.close()
    rmSync(keyFolder, { recursive: true, force: true })
  }
}

type Tell = ((order: Order) => Promise<Done | undefined>) & { readonly child: ChildProcess }

function started(): Tell {
  const child = fork(new URL('./worker.ts', import.meta.url), { serialization: 'advanced' })
  const tell = (order: Order) =>
    new Promise<Done | undefined>((resolve, reject) => {
      const gone = () => reject(new Error('bench: a worker has ended'))
      child.once('exit', gone)
      child.once('message', (answer: { done?: Done; failed?: string }) => {
        child.off('exit', gone)
        if (answer.failed) reject(new Error(`bench: a worker has failed: ${answer.failed}`))
        else resolve(answer.done)
      })
      child.send(order)
    })
  return Object.assign(tell, { child })
}

async function stage(site: Site, workers: readonly Tell[], from: number, to: number, { bar, sims }: MassOptions) {
  const spent = (await processorOf(site.platform.database.pool)) ?? (() => Number.NaN)
  const sum = { ms: 0, processor: 0, server: 0, enrolled: 0, parts: PARTS.map(() => 0) }
  for (let at = from; at < to; ) {
    const each = Math.ceil(Math.min(CHUNK * workers.length, to - at) / workers.length)
    const bounds = workers.map((_, i) => [Math.min(to, at + i * each), Math.min(to, at + (i + 1) * each)] as const)
    bar(at, sims, 'enrolled; the next people are prepared')
    await Promise.all(workers.map((tell, i) => tell({ do: 'prepare', from: bounds[i]![0], to: bounds[i]![1] })))
    at = bounds.at(-1)![1]
    bar(at, sims, 'being enrolled')
    const [started, server] = [performance.now(), spent()]
    const done = await Promise.all(workers.map((tell) => tell({ do: 'enrol' })))
    sum.ms += performance.now() - started
    sum.server += spent() - server
    for (const one of done) {
      sum.processor += one!.processor
      sum.enrolled += one!.enrolled
      for (const [i, ms] of one!.parts.entries()) sum.parts[i]! += ms
    }
  }
  must(sum.enrolled === to - from, 'that everybody was enrolled')
  return { size: to, load: loadavg()[0]!, ...sum }
}

const YEAR_S = 365 * 86_400
const PHONES = 50_000_000
/** All in eight hours of two hundred and fifty days. */
const OFFICE_S = 250 * 8 * 3600

function print(stages: readonly Stage[], { workers, lanes }: MassOptions, minutes: number): void {
  const row = (name: string, of: (one: Stage) => number, unit = '') => {
    const values = stages.map(of)
    const growth = (values.at(-1)! / values[0]!).toFixed(2)
    const cells = values.map((value) => `${value.toPrecision(3)}${unit}`.padStart(10))
    process.stdout.write(`${name.padEnd(44)}${cells.join('')}   ×${growth}\n`)
  }
  const titles = stages.map(({ size }) => size.toLocaleString('en').padStart(10)).join('')
  process.stdout.write(`\n${'enrolled so far'.padEnd(44)}${titles}   growth\n`)
  row('enrolments a second', ({ enrolled, ms }) => (enrolled / ms) * 1000)
  row('processor of one, cards and phones included', ({ processor, enrolled }) => processor / enrolled, ' ms')
  row('processor of one, PostgreSQL', ({ server, enrolled }) => server / enrolled, ' ms')
  row('one from signature to PIN, clock', ({ parts, enrolled }) => total(parts) / enrolled, ' ms')
  for (const [i, [name]] of PARTS.entries()) row(`  ${name}`, ({ parts }) => (100 * parts[i]!) / total(parts), ' %')
  row('load of the machine, by the minute', ({ load }) => load)
  const { enrolled, ms, processor, server } = stages.at(-1)!
  const rate = (enrolled / ms) * 1000
  const machines = (seconds: number) => (PHONES / seconds / rate).toFixed(2)
  process.stdout.write(
    `\n${workers} processes, ${lanes} under way in each; ${minutes.toFixed(1)} minutes with the preparation of people\n` +
      `fifty million in a year are ${(PHONES / YEAR_S).toFixed(2)} a second: ${machines(YEAR_S)} of this machine; ` +
      `in office hours ${(PHONES / OFFICE_S).toFixed(2)} a second: ${machines(OFFICE_S)}\n` +
      `by processor, ${((processor + server) / enrolled).toFixed(1)} ms each: ` +
      `${(((PHONES / OFFICE_S) * (processor + server)) / enrolled / 1000).toFixed(2)} cores in office hours\n`,
  )
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
