// Work that ends in a signature beside the bare signature, as many in flight on the same threads, and who spends the
// processor's time: what of the whole is signing.

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

/** `one` ends in one signature of the kind that `sign` makes. */
export async function besideRawSigning(
  database: Database,
  one: () => Promise<void>,
  sign: () => Promise<void>,
): Promise<Required<Pick<Prepared, 'work' | 'floor' | 'notes'>>> {
  const spent = { whole: 0, wholes: 0, server: 0, sign: 0, signatures: 0 }
  const serverSpent = (database.kind === 'postgres' && (await processorOf(database.pool))) || (() => Number.NaN)
  const measured = async (of: 'whole' | 'sign', work: Promise<undefined>) => {
    const before = process.cpuUsage()
    await work
    const { user, system } = process.cpuUsage(before)
    spent[of] += (user + system) / 1000
    return undefined
  }
  return {
    work: async (count) => {
      const before = serverSpent()
      spent.wholes += count
      await measured('whole', inFlight(count, one))
      spent.server += serverSpent() - before
      return undefined
    },
    floor: (count) => {
      spent.signatures += count
      return measured('sign', inFlight(count, sign))
    },
    notes: () => {
      const [ours, servers] = [spent.whole / spent.wholes, spent.server / spent.wholes]
      const raw = spent.sign / spent.signatures
      return [
        `on ${database.kind === 'postgres' ? 'a PostgreSQL server of its own' : 'PGlite'}, ${IN_FLIGHT} in flight`,
        `processor time of one: ${ms(raw)} its signature, ${ms(ours - raw)} the rest of this process, ${ms(servers)} PostgreSQL`,
        `at most ${percent(raw / (ours + servers))} of raw signing where both share these cores, ${percent(raw / ours)} where PostgreSQL has its own`,
      ]
    },
  }
}
