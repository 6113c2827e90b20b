// Work that ends in a signature beside the bare signature, as many in flight on the same threads or through the same signer
// process, and who spends the processor's time: what of the whole is signing.

import type { Database } from '../src/adapters/database/database.ts'
import type { Prepared } from './harness.ts'
import { processorOf } from './processor.ts'

export const IN_FLIGHT = 256

export async function inFlight(count: number, one: () => Promise<void>): Promise<undefined> {
  let left = count
  const lane = async () => {
    while (left-- > 0) await one()
  }
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, count) }, lane))
  return undefined
}

const ms = (value: number) => `${value.toFixed(2)} ms`
export const percent = (share: number) => `${Math.round(100 * share)} %`

/** `one` ends in one signature of the kind that `sign` makes; `signer`, if signing is of another process: its clock. */
export async function besideRawSigning(
  database: Database,
  one: () => Promise<void>,
  sign: () => Promise<void>,
  signer?: () => number,
): Promise<Required<Pick<Prepared, 'work' | 'floor' | 'processor' | 'notes'>>> {
  const serverSpent = (database.kind === 'postgres' && (await processorOf(database.pool))) || (() => Number.NaN)
  const clocks = { ours: oursSpent, server: serverSpent, signer: signer ?? (() => 0) }
  const whole = sums()
  const raw = sums()
  return {
    work: (count) => whole.add(clocks, count, inFlight(count, one)),
    floor: (count) => raw.add(clocks, count, inFlight(count, sign)),
    processor: () => clocks.ours() + (clocks.server() || 0) + clocks.signer(),
    notes: () => {
      const rest = whole.of('ours') - raw.of('ours') + whole.of('server')
      const signature = raw.of('ours') + raw.of('signer')
      const here = signer ? ', and of the signer process' : ''
      return [
        `on ${database.kind === 'postgres' ? 'a PostgreSQL server of its own' : 'PGlite'}, ${IN_FLIGHT} in flight`,
        `by the clock, over all rounds: ${whole.rate()} a second beside ${raw.rate()} of raw signing: ${percent(raw.of('wall') / whole.of('wall'))}`,
        `processor time of one, with PostgreSQL's${here}: raw ${ms(signature)}; whole ${ms(whole.of('ours') + whole.of('signer') + whole.of('server'))}, of which ${ms(whole.of('server'))} PostgreSQL${signer ? `, ${ms(whole.of('signer'))} the signer process` : ''}`,
        `${ms(rest)} of it beside the signature: ${percent(signature / (signature + rest))} of raw signing where all share these cores`,
        signer
          ? `${Math.round(1000 / rest).toLocaleString('en')} a second for each core that the authority and PostgreSQL have, where the HSM is a device of its own`
          : `${percent(signature / (signature + rest - whole.of('server')))} where PostgreSQL has cores of its own`,
      ]
    },
  }
}

const CLOCKS = ['ours', 'server', 'signer'] as const
type Clocks = Readonly<Record<(typeof CLOCKS)[number], () => number>>

function oursSpent(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Milliseconds of clocks and of the wall, and of how many. */
function sums() {
  const spent = { wall: 0, ours: 0, server: 0, signer: 0 }
  let many = 0
  return {
    add: async (clocks: Clocks, count: number, work: Promise<undefined>): Promise<undefined> => {
      const started = performance.now()
      for (const name of CLOCKS) spent[name] -= clocks[name]()
      await work
      for (const name of CLOCKS) spent[name] += clocks[name]()
      spent.wall += performance.now() - started
      many += count
    },
    of: (what: keyof typeof spent): number => spent[what] / many,
    rate: (): string => Math.round((1000 * many) / spent.wall).toLocaleString('en'),
  }
}
