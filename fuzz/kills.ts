// `npm run kills [-- --of certificates|platform|failover --seed N --from 0 --count 20 --case K]`: lives among role processes and a PostgreSQL server
// that are killed, and wires that break. The seed is printed; with `--seed` and `--case` one life runs again alone.

import { parseArgs } from 'node:util'
import { startPair } from '../src/adapters/testing/postgres-pair.ts'
import { type PostgresServer, postgresBinaries, startPostgres } from '../src/adapters/testing/postgres-server.ts'
import { failingOver } from '../src/apps/cli/testing/fail-overs.ts'
import { FATES, killWorld } from '../src/apps/cli/testing/kill-run.ts'
import { type Deaths, type Mortal, PLATFORM_FATES, platformLives } from '../src/apps/cli/testing/platform-run.ts'

/** What is told of a life, and what is counted over all of them. */
interface Life {
  readonly fates: readonly string[]
  readonly lines: readonly string[]
  readonly counts: Readonly<Record<string, number>>
}
interface Lives {
  run(number: number): Promise<Life>
  close(): Promise<void>
}

async function certificates(server: PostgresServer, seed: string): Promise<Lives> {
  const world = await killWorld(server, seed)
  const run = async (number: number): Promise<Life> => {
    const { fates, acts, disagreements, unended, bugs, certificatesWithoutOrder } = await world.run(number)
    return {
      fates,
      lines: [...acts, ...disagreements, ...certificatesWithoutOrder, ...unended, ...bugs],
      counts: {
        acts: acts.length,
        disagreements: disagreements.length,
        'orders that do not end': unended.length,
        'certificates without an order': certificatesWithoutOrder.length,
        'other errors': bugs.length,
      },
    }
  }
  return { run, close: world.close }
}

async function platform(server: Mortal, seed: string, deaths?: Deaths): Promise<Lives> {
  const world = await platformLives(server, seed, deaths)
  const run = async (number: number): Promise<Life> => {
    const { act, fates, told, again, lost, doubled, missed, outOfOrder, bugs } = await world.run(number)
    return {
      fates,
      lines: [told, ...lost, ...doubled, ...missed, ...outOfOrder, ...bugs],
      counts: {
        [act]: 1,
        'begun again': again,
        lost: lost.length,
        doubled: doubled.length,
        'events missed': missed.length,
        'events out of order': outOfOrder.length,
        'other errors': bugs.length,
      },
    }
  }
  return { run, close: world.close }
}

const OF = {
  certificates: {
    lives: async (binaries: string, seed: string) =>
      on(await startPostgres(binaries), (server) => certificates(server, seed)),
    fates: FATES,
  },
  platform: {
    lives: async (binaries: string, seed: string) =>
      on(await startPostgres(binaries), (server) => platform(server, seed)),
    fates: PLATFORM_FATES,
  },
  failover: {
    lives: async (binaries: string, seed: string) =>
      on(await startPair(binaries), (pair) => platform(failingOver(pair), seed, ['database'])),
    fates: PLATFORM_FATES,
  },
} as const

/** The lives, with what they stand on. */
async function on<S extends { stop(): void }>(server: S, begin: (server: S) => Promise<Lives>): Promise<Lives> {
  const lives = await begin(server)
  const close = async () => {
    await lives.close()
    server.stop()
  }
  return { ...lives, close }
}

const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
const { values } = parseArgs({
  options: {
    of: text('certificates'),
    from: text('0'),
    count: text('20'),
    seed: text(String(Date.now() % 2 ** 31)),
    case: { type: 'string' },
  },
})
const { seed, of } = values
if (!Object.hasOwn(OF, of)) throw new Error(`--of is one of ${Object.keys(OF).join(', ')}`)
const kind = OF[of as keyof typeof OF]
const only = values.case === undefined ? undefined : Number(values.case)
const first = only ?? Number(values.from)
const last = only === undefined ? first + Number(values.count) : first + 1

const binaries = postgresBinaries()
if (!binaries) throw new Error('no PostgreSQL server binaries found')
const lives = await kind.lives(binaries, seed)
process.stdout.write(`seed ${seed}: ${last - first} lives\n`)
const met: string[] = []
const figures: Record<string, number> = { lives: 0 }
try {
  for (let number = first; number < last; number++) {
    const { fates, lines, counts } = await lives.run(number)
    met.push(...fates)
    figures.lives = (figures.lives ?? 0) + 1
    for (const [name, count] of Object.entries(counts)) figures[name] = (figures[name] ?? 0) + count
    for (const line of [`life ${number}`, ...lines]) process.stdout.write(`${line}\n`)
  }
} finally {
  await lives.close()
}
for (const fate of kind.fates) process.stdout.write(`${fate.padEnd(14)} ${met.filter((one) => one === fate).length}\n`)
process.stdout.write(`${JSON.stringify(figures)}\n`)
