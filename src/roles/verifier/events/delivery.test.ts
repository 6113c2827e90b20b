// Delivery of security events: poll, push, dead letters, streams that are paused or off, receivers and databases that fail, processes
// that die between any two statements. Each ends by counting what was lost, out of order or doubled. RFC 8935, RFC 8936, SSF 1.0 §8.1.

import type { Kysely } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemEntropy } from '../../../adapters/random.ts'
import { hex } from '../../../base/bytes.ts'
import { DELIVERY, EVENT_TYPES, STREAM_EVENT_TYPES } from '../../../protocol/security-event/event-types.ts'
import { chanceOf } from '../../../world/testing/chance.ts'
import { type Receiver, type WatchedRoom, watchedRoom } from '../../../world/testing/watched-room.ts'
import type { Verifier } from '../contract.ts'
import { createVerifier } from '../index.ts'
import type { Deps } from '../model.ts'
import { byTwo, type DeskSessions, deskOf } from '../testing/desk.ts'
import { LEASE_MS } from './model.ts'
import { type EventTables, recordEvents } from './store.ts'

const BANK = 'hinata-bank'
const CITY = 'kazasu-city'
let room: WatchedRoom
let bank: Receiver
let desk: DeskSessions
const streams: Record<string, string> = {}

beforeAll(async () => {
  room = await watchedRoom()
  for (const clientId of [BANK, CITY]) await room.service(clientId)
  bank = await room.receiver(BANK)
  const delivery = { method: DELIVERY.push, endpoint_url: bank.url }
  streams[BANK] = (await room.ssf(BANK, 'POST', 'stream', { delivery })).body.stream_id
  streams[CITY] = (await room.ssf(CITY, 'POST', 'stream', {})).body.stream_id
})
afterAll(() => room.close())
beforeEach(() => {
  room.pass(3_600_000)
  bank.received.length = 0
  bank.answer = () => ({ status: 202 })
})

let made = 0
/** For each of these subjects one event after another; their jtis in the order in which they were recorded, by subject. */
async function happen(
  clientId: string,
  subjects: readonly string[],
  times = 1,
  until = new Date('2040-01-01T00:00:00Z'),
): Promise<Map<string, string[]>> {
  const recorded = new Map<string, string[]>(subjects.map((subject) => [subject, []]))
  for (let i = 0; i < times; i++)
    for (const subject of subjects) {
      const jti = `${++made}`.padStart(32, '0')
      const at = room.made.clock.now
      const of = { clientId, subject, consentId: `c ${subject}`, until }
      const event = { ...of, type: 'factsChanged', claims: {}, at } as const
      await recordEvents(room.db as unknown as Kysely<EventTables>, [event], at, () => jti)
      recorded.get(subject)!.push(jti)
    }
  return recorded
}
const subjectsOf = (count: number) => Array.from({ length: count }, () => hex(systemEntropy(8)))
/** What arrived first of each jti, by subject. */
function arrived(): Map<string, string[]> {
  const seen = new Map<string, string[]>()
  for (const { jti, sub } of bank.received) {
    const those = seen.get(sub) ?? []
    if (!those.includes(jti)) seen.set(sub, [...those, jti])
  }
  return seen
}
const revive = (jti: string) => room.verifier.reviveLetter({ session: desk.operator, jti })
const waiting = async (clientId: string) =>
  Number((await room.deps.store.events.waitingByClient()).find((one) => one.client_id === clientId)?.count ?? 0)

describe('poll', () => {
  const poll = async (body: object, clientId = CITY) =>
    (await room.ssf(clientId, 'POST', `poll/${streams[CITY]}`, body)).body
  const jtis = ({ sets }: { sets: Record<string, string> }) => Object.keys(sets)

  test('of each subject the next one when the one before is acknowledged; no more at once than was asked for', async () => {
    const recorded = await happen(CITY, subjectsOf(3), 2)
    const firsts = [...recorded.values()].map(([first]) => first!)
    const some = await poll({ maxEvents: 2 })
    expect(jtis(some)).toEqual(firsts.slice(0, 2))
    expect(some.moreAvailable).toBe(true)
    // What is not acknowledged comes again, as the same event.
    expect(jtis(await poll({}))).toEqual(firsts)
    const seconds = await poll({ ack: firsts })
    expect(jtis(seconds)).toEqual([...recorded.values()].map(([, second]) => second!))
    expect(seconds.moreAvailable).toBeUndefined()
    expect(jtis(await poll({ ack: jtis(seconds), maxEvents: 0 }))).toEqual([])
    expect(await waiting(CITY)).toBe(0)
  })

  test('an error buries the event with its code, and the next of the subject follows; nobody else acknowledges', async () => {
    desk = await deskOf(room.verifier, ['operator'])
    const [subject] = subjectsOf(1)
    const [first, second] = (await happen(CITY, [subject!], 2)).get(subject!)!
    const foreign = await room.ssf(BANK, 'POST', `poll/${streams[CITY]}`, { ack: [first] })
    expect(foreign.status).toBe(404)
    expect(jtis(await poll({ ack: ['unknown'], setErrs: { other: { err: 'invalid_key' } } }))).toEqual([first])
    const next = await poll({
      setErrs: { [first!]: { err: 'invalid_audience', description: '風見 あかり is nobody here' } },
    })
    expect(jtis(next)).toEqual([second])
    const { dead } = await room.verifier.undelivered({ session: desk.operator })
    expect(dead.find(({ jti }) => jti === first)).toMatchObject({ clientId: CITY, reason: 'invalid_audience' })
    expect(JSON.stringify([dead, room.logged])).not.toContain('風見')
    expect(JSON.stringify(dead)).not.toContain(subject)
    await revive(first!)
    expect(jtis(await poll({}))).toEqual([first])
    expect(jtis(await poll({ ack: [first, second] }))).toEqual([])
    await expect(revive(first!)).rejects.toMatchObject({ code: 'verifier/noDeadLetter' })
  })
})

describe('push', () => {
  test('SSRF: no address of the inside becomes a receiver, when a stream is made or changed', async () => {
    await room.service('inside')
    const at = (endpoint_url: string) => ({ delivery: { method: DELIVERY.push, endpoint_url } })
    for (const inside of [
      'https://10.0.0.1/',
      'https://[fd00::1]/',
      'https://169.254.169.254/latest/meta-data',
      'http://a.example/',
    ]) {
      expect((await room.ssf('inside', 'POST', 'stream', at(inside))).body).toMatchObject({
        code: 'verifier/endpointRefused',
      })
      const changed = { stream_id: streams[CITY], ...at(inside) }
      for (const method of ['PATCH', 'PUT'])
        expect((await room.ssf(CITY, method, 'stream', changed)).body.code).toBe('verifier/endpointRefused')
    }
    expect((await room.ssf('inside', 'GET', 'stream')).body).toEqual([])
  })

  test('a receiver that refuses one event gets the next; the dead letter comes again as the same event', async () => {
    desk = await deskOf(room.verifier, ['operator'])
    const [subject] = subjectsOf(1)
    const [bad, good] = (await happen(BANK, [subject!], 2)).get(subject!)!
    bank.answer = ({ jti }) => (jti === bad ? { status: 400, body: { err: 'invalid_request' } } : { status: 202 })
    expect(await room.verifier.deliverEvents({})).toMatchObject({ delivered: 1, dead: 1 })
    expect(bank.received.map(({ jti }) => jti)).toEqual([good])
    expect(await room.verifier.deliverEvents({})).toMatchObject({ delivered: 0, failed: 0 })
    bank.answer = () => ({ status: 202 })
    await revive(bad!)
    await room.verifier.deliverEvents({})
    expect(bank.received.map(({ jti }) => jti)).toEqual([good, bad])
    const evidence = (await room.evidenceOf(BANK)).map(({ kind, event, outcome }) => [kind, event, outcome])
    expect(evidence).toEqual([
      ['delivery', bad, 'dead'],
      ['delivery', good, 'delivered'],
      ['delivery', bad, 'delivered'],
    ])
  })

  test('R2: what a clerk has tried again comes exactly once, before what still waits of its person, late after what came', async () => {
    desk = await deskOf(room.verifier)
    const [subject, other] = subjectsOf(2)
    const recorded = await happen(BANK, [subject!, other!], 3)
    const [bad, second, third] = recorded.get(subject!)!
    // The first is refused; then the receiver is away, while the second waits.
    bank.answer = ({ jti }) => (jti === bad ? { status: 400, body: { err: 'invalid_request' } } : { status: 503 })
    expect(await room.verifier.deliverEvents({})).toMatchObject({ delivered: 0, dead: 1 })
    await expect(room.verifier.reviveLetter({ session: desk.auditor, jti: bad! })).rejects.toMatchObject({
      code: 'verifier/notYourPart',
    })
    await revive(bad!)
    await expect(revive(bad!)).rejects.toMatchObject({ code: 'verifier/noDeadLetter' })
    bank.answer = () => ({ status: 202 })
    room.pass(600_000)
    await room.verifier.deliverEvents({})
    expect(arrived()).toEqual(recorded)
    expect(bank.received).toHaveLength(6)
    // Once more dead after what came later has arrived: it comes with the time at which it happened, so that it can be told.
    bank.received.length = 0
    const [late, after] = (await happen(BANK, [subject!], 2)).get(subject!)!
    bank.answer = ({ jti }) => (jti === late ? { status: 400, body: { err: 'invalid_request' } } : { status: 202 })
    await room.verifier.deliverEvents({})
    const happened = Math.floor(room.made.clock.now.getTime() / 1000)
    room.pass(60_000)
    bank.answer = () => ({ status: 202 })
    await revive(late!)
    await room.verifier.deliverEvents({})
    expect(bank.received.map(({ jti }) => jti)).toEqual([after, late])
    expect(bank.received[1]!.claims.toe).toBe(happened)
    expect([second, third].every(Boolean)).toBe(true)
    const [act] = (await room.verifier.platformActs({ session: desk.auditor, clerk: 'kudo' })).acts
    expect(act).toMatchObject({ act: 'revive', subject: late, outcome: 'done' })
  })

  test('R2: what two clerks give up never comes, what follows does, and the receiver hears that something is missing', async () => {
    desk = await deskOf(room.verifier)
    const [subject] = subjectsOf(1)
    const [bad, good] = (await happen(BANK, [subject!], 2)).get(subject!)!
    bank.answer = ({ jti }) => (jti === bad ? { status: 400, body: { err: 'invalid_request' } } : { status: 202 })
    await room.verifier.deliverEvents({})
    bank.answer = () => ({ status: 202 })
    const of = { act: 'drop', subject: bad! } as const
    await expect(room.verifier.releaseAct({ session: desk.release, ...of })).rejects.toMatchObject({
      code: 'verifier/notProposed',
    })
    await room.verifier.proposeAct({ session: desk.operator, ...of, reason: 'its receiver was rebuilt' })
    await expect(room.verifier.releaseAct({ session: desk.operator, ...of })).rejects.toMatchObject({
      code: 'verifier/notYourPart',
    })
    expect((await room.verifier.proposedActs({ session: desk.auditor })).proposals).toMatchObject([
      { ...of, clerk: 'kudo', reason: 'its receiver was rebuilt' },
    ])
    await room.verifier.releaseAct({ session: desk.release, ...of })
    await expect(revive(bad!)).rejects.toMatchObject({ code: 'verifier/noDeadLetter' })
    await room.verifier.deliverEvents({})
    room.pass(600_000)
    await room.verifier.deliverEvents({})
    expect(bank.received.map(({ jti, sub }) => [jti, sub])).toEqual([
      [good, subject],
      [expect.stringMatching(/^[0-9a-f]{32}$/), streams[BANK]],
    ])
    const { claims, raw } = bank.received[1]!
    expect(claims.events).toEqual({
      [STREAM_EVENT_TYPES.streamUpdated]: {
        ...{ status: 'enabled', reason: 'an event was given up and will not come' },
        missing: { jti: bad, type: EVENT_TYPES.factsChanged },
      },
    })
    expect(raw).not.toContain(subject)
    const evidence = (await room.evidenceOf(BANK)).filter(({ event }) => event === bad)
    expect(evidence.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['dead', 'invalid_request'],
      ['dropped', 'its receiver was rebuilt'],
    ])
    // One proposal falls when the letter is tried again, and can be taken back.
    const [again] = (await happen(BANK, [subject!])).get(subject!)!
    bank.answer = () => ({ status: 400, body: { err: 'invalid_request' } })
    await room.verifier.deliverEvents({})
    await room.verifier.proposeAct({ session: desk.operator, act: 'drop', subject: again!, reason: 'x' })
    await revive(again!)
    expect((await room.verifier.proposedActs({ session: desk.auditor })).proposals).toEqual([])
    await room.verifier.deliverEvents({})
    await byTwo(room.verifier, desk, 'drop', again!)
    // A notice that is itself given up makes no other one.
    await room.verifier.deliverEvents({})
    const { dead } = await room.verifier.undelivered({ session: desk.operator })
    const notice = dead.find(({ type }) => type === STREAM_EVENT_TYPES.streamUpdated)!
    await byTwo(room.verifier, desk, 'drop', notice.jti)
    expect(await waiting(BANK)).toBe(0)
  })

  test('away for hours: tried later and later, then everything in order, once', async () => {
    const recorded = await happen(BANK, subjectsOf(3), 3)
    let tries = 0
    bank.answer = () => {
      tries++
      return { status: 503 }
    }
    for (let seconds = 0; seconds < 120; seconds++) {
      await room.verifier.deliverEvents({})
      room.pass(1000)
    }
    // Doubling from a second: seven rounds at the most within two minutes, three subjects each.
    expect(tries).toBeLessThanOrEqual(21)
    expect(await waiting(BANK)).toBe(9)
    bank.answer = () => ({ status: 202 })
    room.pass(600_000)
    await room.verifier.deliverEvents({})
    expect(arrived()).toEqual(recorded)
    expect(bank.received).toHaveLength(9)
  })

  test('paused: everything waits and comes in order; disabled: nothing is kept, then or later', async () => {
    const status = async (to: string) => {
      const set = await room.ssf(BANK, 'POST', 'status', {
        stream_id: streams[BANK],
        status: to,
        reason: 'moving house',
      })
      expect(set.body).toMatchObject({ status: to, reason: 'moving house' })
    }
    await status('paused')
    const recorded = await happen(BANK, subjectsOf(2), 2)
    expect(await room.verifier.deliverEvents({})).toMatchObject({ delivered: 0 })
    await status('enabled')
    await room.verifier.deliverEvents({})
    expect(arrived()).toEqual(recorded)
    await status('paused')
    await happen(BANK, subjectsOf(1))
    await status('disabled')
    await happen(BANK, subjectsOf(1))
    // By a process that had read the stream before it was off.
    const late = (to: 'paused' | 'disabled') => room.deps.store.events.changeStream(streams[BANK]!, { status: to })
    await late('paused')
    await happen(BANK, subjectsOf(1))
    await late('disabled')
    await status('enabled')
    expect(await room.verifier.deliverEvents({})).toMatchObject({ delivered: 0 })
    expect(await waiting(BANK)).toBe(0)
  })

  test('paused while an event is about to go: it does not; resumed after weeks, one failure is no end of what waited', async () => {
    const status = (to: string) => room.ssf(BANK, 'POST', 'status', { stream_id: streams[BANK], status: to })
    const recorded = await happen(BANK, subjectsOf(2), 2)
    const { events } = room.deps.store
    const claim: typeof events.claim = async (...asked) => {
      const claimed = await events.claim(...asked)
      if (claimed.length > 0) await status('paused')
      return claimed
    }
    const store = { ...room.deps.store, events: { ...events, claim } }
    await (await createVerifier({ ...room.deps, store })).deliverEvents({})
    expect(bank.received).toEqual([])
    room.pass(20 * 86_400_000)
    await status('enabled')
    bank.answer = () => ({ status: 503 })
    expect(await room.verifier.deliverEvents({})).toMatchObject({ dead: 0, failed: 2 })
    bank.answer = () => ({ status: 202 })
    room.pass(600_000)
    await room.verifier.deliverEvents({})
    expect(arrived()).toEqual(recorded)
  })

  test('what its receiver did not take before the consent was over is told to nobody, nor tried again, and is deleted', async () => {
    const [over, standing] = subjectsOf(2)
    const until = new Date(room.made.clock.now.getTime() + 60_000)
    bank.answer = () => ({ status: 503 })
    await happen(BANK, [over!], 2, until)
    const kept = await happen(BANK, [standing!])
    await room.verifier.deliverEvents({})
    room.pass(600_000)
    bank.answer = () => ({ status: 202 })
    await room.verifier.deliverEvents({})
    expect(arrived()).toEqual(kept)
    await room.verifier.forgetDue({})
    expect(await waiting(BANK)).toBe(0)
  })
})

/** The database is gone for this process from its k-th question on, as for one that is killed there. */
const dying = (k: number): Pick<Deps, 'store'> => {
  let asked = 0
  const events = new Proxy(room.deps.store.events, {
    get: (target, name) => {
      const question = Reflect.get(target, name) as (...given: unknown[]) => unknown
      return (...given: unknown[]) => {
        if (asked++ >= k) throw new Error('connection terminated')
        return question(...given)
      }
    },
  })
  return { store: { ...room.deps.store, events } }
}

test('processes that lose their database between any two statements: lost 0, out of order 0, doubled only as the same event', async () => {
  const seed = Number(process.env.SEED ?? 20261128)
  const pick = chanceOf(`${seed}`)
  const recorded = await happen(BANK, subjectsOf(5), 6)
  let deaths = 0
  bank.answer = () => (pick.below(8) === 0 ? { status: 503 } : { status: 202 })
  for (let round = 0; round < 40; round++) {
    const verifier: Verifier = await createVerifier({ ...room.deps, ...dying(pick.below(12)) })
    await verifier.deliverEvents({}).catch((error: Error) => {
      expect(error.message).toBe('connection terminated')
      deaths++
    })
    room.pass(LEASE_MS + 600_000)
  }
  bank.answer = () => ({ status: 202 })
  for (let round = 0; round < 3; round++) {
    await room.verifier.deliverEvents({})
    room.pass(LEASE_MS + 600_000)
  }
  expect(deaths).toBeGreaterThan(0)
  expect(await waiting(BANK), `seed ${seed}`).toBe(0)
  expect(arrived(), `seed ${seed}`).toEqual(recorded)
  const doubled = bank.received.length - 30
  expect(doubled, `seed ${seed}`).toBeGreaterThan(0)
  // Whatever came twice is, but for when it was sent, the same token.
  const told = new Map<string, unknown>()
  for (const { jti, claims } of bank.received) {
    const { iat: _, ...same } = claims
    expect(told.get(jti) ?? same).toEqual(same)
    told.set(jti, same)
  }
  expect(Object.values(EVENT_TYPES)).toContain(bank.received[0]!.type)
})
