// Measures work beside its floor in one run: rounds of both alternate, so that a busy machine slows both.
// Not a profiler: medians of wall-clock time, and of processor time, which what else the machine does changes less.

import { ofOwn } from './processor.ts'

/**
 * Does `count` units and checks their results; a figure of work whose outcome nobody looked at is worth nothing.
 * Work that must prepare between its units keeps the time itself and returns the milliseconds that count.
 */
export type Work = (count: number) => Promise<undefined | number>

export interface Prepared {
  readonly work: Work
  readonly floor: Work
  /** Milliseconds of processor spent so far, where other processes share the work; else those of this process count. */
  readonly processor?: () => number
  /** Lines that say what the figure alone does not: counts, bytes, a model. Asked after the measurement. */
  readonly notes?: () => readonly string[]
  readonly end?: () => Promise<void>
}

export interface Bench {
  readonly name: string
  /** What one unit of work is. */
  readonly unit: string
  /** What the floor does: the part of the work that no program can leave out. */
  readonly floorIs: string
  /** Units in one round; chosen so that a round takes about `ROUND_MS` when absent. */
  readonly batch?: number
  /** Both keep the time of a run that is as long whatever the count: one run is one round, and more of them tell nothing. */
  readonly timed?: true
  /** What this machine lacks for it, if anything. */
  readonly missing?: () => string | undefined
  readonly prepare: () => Promise<Prepared>
}

export interface Figure {
  readonly name: string
  readonly unit: string
  readonly floorIs: string
  /** Medians, in milliseconds a unit. */
  readonly milliseconds: number
  readonly floorMilliseconds: number
  /** Work over floor: 1 is perfect. */
  readonly ratio: number
  /** The same of processor time, which all threads of the process share; absent where work keeps the time itself. */
  readonly processorRatio?: number
  /** Time of ten batches over time of one: 10 is linear. Absent where a run has its own length. */
  readonly growth?: number
  readonly notes: readonly string[]
}

const ROUNDS = 7
const GROWTH_ROUNDS = 3
const ROUND_MS = 60
/** Of the processor: compilers need their turn, and on a busy machine get it late. */
const WARM_UP_MS = 1000
const LARGEST_BATCH = 2 ** 16

/** Milliseconds. */
interface Spent {
  readonly wall: number
  readonly processor: number
}

const timing =
  (processor: () => number) =>
  async (work: Work, count: number): Promise<Spent> => {
    const [started, before] = [performance.now(), processor()]
    const kept = await work(count)
    return kept === undefined
      ? { wall: performance.now() - started, processor: processor() - before }
      : { wall: kept, processor: Number.NaN }
  }
type Time = ReturnType<typeof timing>

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The smallest power of two of units that fills a round; also warms up. */
async function batchFor(time: Time, work: Work): Promise<number> {
  for (let count = 1, spent = 0; ; count *= 2) {
    const { wall, processor } = await time(work, count)
    spent += Number.isFinite(processor) ? processor : wall
    if ((wall >= ROUND_MS && spent >= WARM_UP_MS) || count >= LARGEST_BATCH) return count
  }
}

async function rounds(time: Time, times: number, ...works: (readonly [Work, number])[]): Promise<Spent[]> {
  const spent = works.map((): Spent[] => [])
  for (let round = 0; round < times; round++)
    for (const [index, [work, count]] of works.entries()) spent[index]!.push(await time(work, count))
  return spent.map((all) => ({
    wall: median(all.map(({ wall }) => wall)),
    processor: median(all.map(({ processor }) => processor)),
  }))
}

export async function measure(bench: Bench): Promise<Figure> {
  const { work, floor, notes, end, processor = ofOwn } = await bench.prepare()
  const time = timing(processor)
  try {
    const batch = bench.batch ?? (await batchFor(time, work))
    const floorBatch = bench.timed ? batch : await batchFor(time, floor)
    if (bench.batch) await work(batch)
    const [ours, least] = await rounds(time, ROUNDS, [work, batch], [floor, floorBatch])
    const [one, ten] = bench.timed ? [] : await rounds(time, GROWTH_ROUNDS, [work, batch], [work, 10 * batch])
    const milliseconds = ours!.wall / batch
    const floorMilliseconds = least!.wall / floorBatch
    const processorRatio = ours!.processor / batch / (least!.processor / floorBatch)
    return {
      name: bench.name,
      unit: bench.unit,
      floorIs: bench.floorIs,
      milliseconds,
      floorMilliseconds,
      ratio: milliseconds / floorMilliseconds,
      ...(Number.isFinite(processorRatio) && { processorRatio }),
      ...(one && ten && { growth: ten.wall / one.wall }),
      notes: notes?.() ?? [],
    }
  } finally {
    await end?.()
  }
}

/** Work that is the same thing over and over, synchronous or not. */
export const repeated =
  (once: () => unknown): Work =>
  async (count) => {
    for (let i = 0; i < count; i++) {
      const running = once()
      if (running instanceof Promise) await running
    }
    return undefined
  }

/** For results that must hold: a bench that computes the wrong thing stops. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`bench: ${what} did not hold`)
}
