// One process of the mass enrolment: prepares people when told, enrols them when told, and says what it took.

import { keyPairOf } from './key-pairs.ts'
import { enrol, PAIRS_EACH, PARTS, type Person, personOf } from './person.ts'
import { openSite, type SiteOptions } from './site.ts'

export type Order =
  | { readonly do: 'open'; readonly options: SiteOptions; readonly primes: readonly bigint[]; readonly lanes: number }
  /** People with these numbers, ready to apply. */
  | { readonly do: 'prepare'; readonly from: number; readonly to: number }
  | { readonly do: 'enrol' }
  | { readonly do: 'close' }

export interface Done {
  /** Of each part, summed over all that were enrolled. */
  readonly parts: readonly number[]
  /** Milliseconds of this process' processor. */
  readonly processor: number
  readonly enrolled: number
}

let site: Awaited<ReturnType<typeof openSite>>
let primes: readonly bigint[] = []
let lanes = 1
let people: Person[] = []

async function prepare(from: number, to: number): Promise<void> {
  for (let number = from; number < to; number++) {
    const pairs = Array.from({ length: PAIRS_EACH }, (_, i) => keyPairOf(primes, PAIRS_EACH * number + i))
    people.push(await personOf(site, number, pairs))
  }
}

async function enrolAll(): Promise<Done> {
  const parts = PARTS.map(() => 0)
  const waiting = people
  const enrolled = waiting.length
  people = []
  const before = process.cpuUsage()
  const lane = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop())
      for (const [i, ms] of (await enrol(site, next)).entries()) parts[i]! += ms
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  const { user, system } = process.cpuUsage(before)
  return { parts, processor: (user + system) / 1000, enrolled }
}

async function obey(order: Order): Promise<Done | undefined> {
  if (order.do === 'open') {
    ;({ primes, lanes } = order)
    site = await openSite(order.options)
  }
  if (order.do === 'prepare') await prepare(order.from, order.to)
  if (order.do === 'close') await site.close()
  return order.do === 'enrol' ? enrolAll() : undefined
}

process.on('message', (order: Order) => {
  obey(order).then(
    (done) => process.send!({ done }),
    (error: unknown) => {
      process.send!({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    },
  )
})
// Ctrl-C is for who started all of this; when that one is gone, so are we.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit(1))
