// Lives of a phone's certificate among processes that are killed and wires that break, where a seed says: SIGKILL of a role or
// of the database before a call between two roles or after its answer, requests and answers that are lost or come twice.
// After each act all is quiet for a while: then everything must be finished, and all must agree.

import { isDeepStrictEqual } from 'node:util'
import { systemEntropy } from '../../../adapters/random.ts'
import type { PostgresServer } from '../../../adapters/testing/postgres-server.ts'
import { Refusal } from '../../../base/refusal.ts'
import { isWorking, LEASE_MS } from '../../../roles/sp-tsm/model.ts'
import { certificatesDue } from '../../../world/testing/certificates-due.ts'
import { type Chance, chanceOf } from '../../../world/testing/chance.ts'
import { type InHand, NotReached, type Person } from '../../../world/testing/faults/acts.ts'
import { lifeOfCase } from '../../../world/testing/faults/lives.ts'
import { holder, settled } from '../../../world/testing/holder.ts'
import type { OnTheWire } from './links.ts'
import { type ProcessName, type ServedWorld, servedWorld } from './served-world.ts'
import { dueAt, eventually, strikes, WIRE_FATES } from './strikes.ts'

const ROLES = ['sp-tsm', 'carrier-minato', 'authority', 'phone-adult'] as const satisfies ProcessName[]
export const FATES = [...ROLES, 'database', ...WIRE_FATES] as const
export type Fate = (typeof FATES)[number]

export interface KillReport {
  /** Each with what came between, and where. */
  readonly acts: readonly string[]
  readonly fates: readonly Fate[]
  /** What SIM, carriers, SP-TSM and authority did not agree on when all was quiet, and SIMs that were not seen. */
  readonly disagreements: readonly string[]
  /** Orders that do not end. */
  readonly unended: readonly string[]
  /** Where certificates in phones that are valid or on hold are more, or fewer, than the orders in use account for: which. */
  readonly certificatesWithoutOrder: readonly string[]
  /** Errors that are no refusals. */
  readonly bugs: readonly string[]
}

/** Calls of an act that was not counted yet. */
const SOME = 6
const DAY_MS = 86_400_000

/** `database` is a server of its own: it is killed too. */
export async function killWorld(server: PostgresServer, seed: string) {
  let fates: Fate[] = []
  let risen: Promise<unknown> = Promise.resolve()
  const known = new Map<string, number>()

  const strike = async (fate: Fate): Promise<void> => {
    if (fate === 'database') {
      server.kill()
      return
    }
    const victim = fate as ProcessName
    if (!(await world.kill(victim))) return
    // The lease of a dead worker must run out before another takes the order.
    if (victim === 'sp-tsm') world.pass(LEASE_MS + 1000)
    // One that is killed while it starts is started again by whoever killed it.
    risen = risen.then(() => world.start(victim)).catch(() => undefined)
  }
  const calls = strikes(strike)
  const onTheWire: OnTheWire = ({ from, to, operation }, send) => calls.around(`${from} → ${to}.${operation}`, send)
  const world: ServedWorld = await servedWorld({ databaseUrl: server.url, onTheWire })
  const me = holder(world, 'adult')
  const { spTsm, authority, outbox } = world
  const mailbox: typeof outbox = {
    ...outbox,
    inbox: (way, to) => eventually(() => outbox.inbox(way, to)),
    handOver: (id, to) => eventually(() => outbox.handOver(id, to)),
  }
  const parties = { spTsm, authority, mailbox, carrier: world.carriers.minato }
  const inHand = async (): Promise<InHand> => ({
    phone: me.phone,
    iccid: (await eventually(() => me.phone.sim({}))).iccid,
    order: async () => (await eventually(() => me.phone.order({}))).order,
  })
  const anotherSim = async () => {
    const { iccid } = await eventually(() => world.newSim('adult', 'minato'))
    const inserted = async () => {
      await eventually(() => me.phone.insertSim({ iccid }))
      return inHand()
    }
    return { iccid, inserted }
  }
  // A phone's certificate ends with the card's: two months before that, each can be renewed as soon as it is there.
  world.pass((await cardEnd(world)).getTime() - 60 * DAY_MS - Date.now())
  await world.authority.refreshStatus({})

  const quiet = async () => {
    await calls.quiet()
    await risen
    for (const carrier of Object.values(world.carriers)) await eventually(() => carrier.sendNotifications({}))
    // It does so by itself every ten seconds: what the authority did just now it knows by then.
    await eventually(() => spTsm.followAuthority({}))
    await eventually(() => settled(world))
  }

  const run = async (number: number): Promise<KillReport> => {
    const chance = chanceOf(`${seed} ${number}`)
    const found = { acts: [] as string[], disagreements: [] as string[], unended: [] as string[], bugs: [] as string[] }
    const certificatesWithoutOrder: string[] = []
    fates = []
    // Each fate once in a life, in an order of chance; what an act was too short for comes to the next one.
    let awaiting = shuffled(FATES, chance)
    const act: Person['act'] = async (name, work, calm = false) => {
      const now = calm ? [] : awaiting.slice(0, 1 + chance.below(2))
      calls.begin(now.map((fate) => dueAt(chance, fate, known.get(name) ?? SOME)))
      let well = true
      await work().catch((error: unknown) => {
        well = false
        if (!(error instanceof Refusal)) found.bugs.push(`${name}: ${(error as Error).stack}`)
      })
      await eventually(() => settled(world)).catch(() => undefined)
      known.set(name, Math.max(known.get(name) ?? 0, calls.counted()))
      await quiet().catch((error: Error) => found.unended.push(`${name}: ${error.message}`))
      const befallen = calls.befallen()
      fates.push(...befallen.map(({ fate }) => fate))
      awaiting = awaiting.filter((one) => !befallen.some(({ fate }) => fate === one))
      found.acts.push([`${name} (${calls.counted()} calls)`, ...befallen.map(({ told }) => told)].join(', '))
      const { findings, simsUnseen } = await eventually(world.audit)
      for (const { code, expected, found: is } of findings)
        found.disagreements.push(`${name}: ${code}: ${expected} / ${is}`)
      // Others are in no phone.
      for (const { iccid, because } of simsUnseen)
        if (iccid === person.inHand.iccid) found.disagreements.push(`${name}: SIM not seen, ${because}`)
      const unequal = await eventually(() => surplus(world)).catch((error: Error) => error.message)
      if (unequal) certificatesWithoutOrder.push(`${name}: ${unequal}`)
      return well
    }
    const person: Person = {
      ...{ parties, line: me.line, chance, entropy: systemEntropy, now: world.clock, anotherSim, act },
      inHand: await inHand(),
    }
    await lifeOfCase(person).catch((error: unknown) => {
      if (!(error instanceof NotReached)) throw error
      found.unended.push(error.message)
    })
    return { ...found, fates, certificatesWithoutOrder }
  }
  return { run, close: world.close }
}

/** Undefined where each certificate has its order, and each order its certificates; throws while an order moves. */
async function surplus({ authority, spTsm }: ServedWorld): Promise<string | undefined> {
  const look = async () => (await spTsm.records({ after: 0, limit: 500 })).orders
  const orders = await look()
  const { certificates } = await authority.phones({ after: 0n, limit: 500 })
  if (!isDeepStrictEqual(orders, await look()) || orders.some(({ state }) => isWorking(state)))
    throw new Error('an order moves')
  if (certificates.length === certificatesDue(orders)) return undefined
  const there = certificates.map(({ serial, status }) => `${serial} ${status}`)
  const due = orders
    .filter(({ state }) => state !== 'undone')
    .map(({ state, serial, nextSerial, oldSerial }) => `${state} ${serial}, next ${nextSerial}, old ${oldSerial}`)
  return `certificates: ${there.join('; ')} / orders: ${due.join('; ')}`
}

function shuffled<T>(all: readonly T[], chance: Chance): T[] {
  const left = [...all]
  return all.map(() => left.splice(chance.below(left.length), 1)[0]!)
}

async function cardEnd(world: ServedWorld): Promise<Date> {
  const { atCounter } = holder(world, 'adult')
  const { cards } = await atCounter(({ session, residentId }) => world.counter.person({ session, residentId }))
  return cards[0]!.certificates.find(({ kind, medium }) => kind === 'auth' && medium === 'card')!.notAfter!
}
