// Seed 2 pattern 2-2: a person agrees, moves, and the service hears THAT facts changed, then asks for them; with a real authority,
// and receivers on real sockets.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Refusal } from '../../../base/refusal.ts'
import { DELIVERY, EVENT_TYPES } from '../../../protocol/security-event/event-types.ts'
import { ADDRESS, PLATFORM, type Receiver, type WatchedRoom, watchedRoom } from '../../../world/testing/watched-room.ts'
import type { Holder } from '../../authority/parties/specimen.ts'
import { FOUR_INFO } from '../../authority/test-authority.ts'
import { createVerifier } from '../index.ts'

const BANK = 'hinata-bank'
const INSURER = 'midori-insurance'
const DAY_MS = 86_400_000

let room: WatchedRoom
let bank: Receiver
let insurer: Receiver
let who: Holder

const subscribe = async (clientId: string, receiver: Receiver, events_requested?: string[]) => {
  const delivery = { method: DELIVERY.push, endpoint_url: receiver.url, authorization_header: `secret of ${clientId}` }
  const { status, body } = await room.ssf(clientId, 'POST', 'stream', { delivery, events_requested })
  expect(status).toBe(201)
  return body as { stream_id: string }
}
/** As the platform does every ten seconds. */
const tick = async () => ({ ...(await room.verifier.followChanges({})), ...(await room.verifier.deliverEvents({})) })
const types = ({ received }: Receiver) => received.map(({ type }) => type)

beforeAll(async () => {
  room = await watchedRoom()
  for (const clientId of [BANK, INSURER]) await room.service(clientId)
  bank = await room.receiver(BANK)
  insurer = await room.receiver(INSURER)
  await subscribe(BANK, bank)
  await subscribe(INSURER, insurer, [EVENT_TYPES.factsChanged, 'https://other.example/event'])
})
afterAll(() => room.close())
beforeEach(async () => {
  room.pass(1000)
  await tick()
  bank.received.length = 0
  insurer.received.length = 0
  who = await room.holder()
})

const agree = async (clientId: string, holder = who) => {
  const subject = await room.logIn(clientId, holder)
  expect((await room.consent(clientId, subject, holder)).state).toBe('given')
  return subject
}

test('a move: both services hear that facts changed, each under its own subject; the facts come by consent, and are in no event', async () => {
  const subjects = [await agree(BANK), await agree(INSURER)]
  expect(await tick()).toMatchObject({ told: 0, delivered: 0 })
  await room.move(who)
  expect(await tick()).toMatchObject({ told: 4, delivered: 3, failed: 0, dead: 0 })
  expect(types(bank)).toEqual([EVENT_TYPES.factsChanged, EVENT_TYPES.credentialChange])
  expect(types(insurer)).toEqual([EVENT_TYPES.factsChanged])
  expect([bank.received[0]!.sub, insurer.received[0]!.sub]).toEqual(subjects)
  expect(subjects[0]).not.toBe(subjects[1])
  expect(bank.authorizations.at(-1)).toBe(`secret of ${BANK}`)
  expect(bank.received[0]!.claims).toEqual({
    iss: room.deps.issuer,
    aud: BANK,
    jti: expect.stringMatching(/^[0-9a-f]{32}$/),
    iat: expect.any(Number),
    toe: expect.any(Number),
    sub_id: { format: 'iss_sub', iss: room.deps.issuer, sub: subjects[0] },
    events: { [EVENT_TYPES.factsChanged]: { event_timestamp: expect.any(Number) } },
  })

  const ask = () => room.verifier.latestFacts({ clientId: BANK, subject: subjects[0]! })
  await expect(ask()).rejects.toMatchObject({ code: 'verifier/consentNotYet' })
  room.pass(DAY_MS)
  await expect(ask()).rejects.toMatchObject({ code: 'authority/noNewCertificate' })
  const renewed = await room.issue(who.residentId, 'sign')
  await tick()
  expect(types(bank).slice(2)).toEqual([EVENT_TYPES.credentialChange, EVENT_TYPES.factsAvailable])
  // As often as it is asked: an answer may be lost on its way.
  for (let times = 0; times < 2; times++)
    expect(await ask()).toEqual({ changed: true, facts: { name: FOUR_INFO.name, address: ADDRESS } })

  // What came after is watched in its turn.
  await room.move({ ...who, sign: renewed }, `${ADDRESS}８号`)
  await tick()
  expect(types(bank).slice(4)).toEqual([EVENT_TYPES.factsChanged, EVENT_TYPES.credentialChange])
  const rows = [
    await room.db.selectFrom('watched_consent').selectAll().execute(),
    await room.db.selectFrom('security_event').selectAll().execute(),
    room.logged,
    bank.received,
  ]
  const plain = (_: string, value: unknown) => {
    if (typeof value === 'bigint') return value.toString()
    return value instanceof Uint8Array ? Buffer.from(value).toString() : value
  }
  const kept = JSON.stringify(rows, plain)
  for (const secret of [FOUR_INFO.name, ADDRESS, FOUR_INFO.address, '2000-02-03']) expect(kept).not.toContain(secret)
  expect(JSON.stringify(bank.received)).not.toContain(who.sign.serial.toString())
})

test('an end for another reason is no change of facts; the new certificate is', async () => {
  await agree(BANK)
  const { serial } = who.sign
  await room.made.authority.revoke({ kind: 'sign', serial, reason: 'keyCompromise', requestedBy: 'counter' })
  await tick()
  expect(types(bank)).toEqual([EVENT_TYPES.credentialChange])
  await room.issue(who.residentId, 'sign')
  room.pass(60_000)
  expect(await tick()).toMatchObject({ told: 2, delivered: 2, failed: 0 })
  expect(types(bank).slice(1)).toEqual([EVENT_TYPES.credentialChange, EVENT_TYPES.factsAvailable])
})

test('a certificate that ended between the consent and its record is found by looking, and told of once', async () => {
  const subject = await room.logIn(BANK, who)
  const { authority } = room.made
  const late = await createVerifier({
    ...room.deps,
    party: {
      name: PLATFORM,
      authority: {
        ...authority,
        giveConsent: async (input) => {
          const given = await authority.giveConsent(input)
          await room.move(who)
          await room.verifier.followChanges({})
          return given
        },
      },
    },
  })
  const { askConsent, answerConsent } = room.verifier
  Object.assign(room.verifier, { askConsent: late.askConsent, answerConsent: late.answerConsent })
  await room.consent(BANK, subject, who)
  Object.assign(room.verifier, { askConsent, answerConsent })
  for (let times = 0; times < 3; times++) await tick()
  expect(types(bank)).toEqual([EVENT_TYPES.factsChanged, EVENT_TYPES.credentialChange])
})

describe('withdrawal', () => {
  test('counts at once: what waits is dropped, what is on its way is broken off, J-LIS hears of it, nobody is told any more', async () => {
    const subject = await agree(BANK)
    room.pass(1000)
    await agree(INSURER)
    const { consents, uses } = await room.verifier.ownRecords(room.own(who, 'show'))
    expect(consents.map(({ clientId, items }) => [clientId, items.join()])).toEqual([
      [INSURER, 'name,address'],
      [BANK, 'name,address'],
    ])
    expect(uses.map(({ clientId, kind, acr }) => [clientId, kind, acr])).toEqual([
      [INSURER, 'login', 'urn:kazasu:acr:card-pin'],
      [BANK, 'login', 'urn:kazasu:acr:card-pin'],
    ])
    const { consentId } = consents.find(({ clientId }) => clientId === BANK)!
    expect((await room.evidenceOf(BANK)).at(-1)).toEqual({
      ...{ kind: 'consent', consent: consentId, items: ['name', 'address'] },
      ...{ from: expect.any(String), until: expect.any(String), statement: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    await room.move(who)
    await room.verifier.followChanges({})
    let arrived = 0
    bank.answer = async () => {
      if (arrived++ === 0) await room.verifier.withdrawOwn({ ...room.own(who, `withdraw ${consentId}`), consentId })
      return { status: 202 }
    }
    // The first was on its way when it was taken back: its answer is not waited for, and the second is never sent.
    expect(await room.verifier.deliverEvents({})).toMatchObject({ delivered: 1, failed: 0, dead: 0 })
    expect(arrived).toBe(1)
    bank.answer = () => ({ status: 202 })
    await room.issue(who.residentId, 'sign')
    room.pass(DAY_MS)
    const before = bank.received.length
    await tick()
    expect(bank.received.length).toBe(before)
    expect(types(insurer)).toEqual([EVENT_TYPES.factsChanged])
    const ask = room.verifier.latestFacts({ clientId: BANK, subject })
    await expect(ask).rejects.toMatchObject({ code: 'verifier/noConsent' })
    const standing = await room.made.authority.standingConsents({ party: PLATFORM, consentIds: [consentId] })
    expect(standing.consentIds).toEqual([])
    expect((await room.verifier.ownRecords(room.own(who, 'show'))).consents).toHaveLength(1)
    expect((await room.evidenceOf(BANK)).at(-1)).toEqual({ kind: 'withdrawal', consent: consentId })
    expect((await room.evidenceOf(INSURER)).at(-1)).toMatchObject({ kind: 'delivery', type: EVENT_TYPES.factsChanged })
  })

  test('at J-LIS, while news waits for a receiver that is away: it is not told when that one comes back', async () => {
    await agree(BANK)
    await agree(INSURER)
    const { consents } = await room.verifier.ownRecords(room.own(who, 'show'))
    const { consentId } = consents.find(({ clientId }) => clientId === BANK)!
    bank.answer = insurer.answer = () => ({ status: 503 })
    await room.move(who)
    expect(await tick()).toMatchObject({ told: 4, delivered: 0 })
    await room.made.authority.relinquishConsent({ party: PLATFORM, consentId })
    bank.answer = insurer.answer = () => ({ status: 202 })
    room.pass(60_000)
    // J-LIS does not answer: nobody is told, and nothing is lost by it.
    const { authority } = room.made
    const away = { ...authority, standingConsents: () => Promise.reject(new Error('away')) }
    const alone = await createVerifier({ ...room.deps, party: { name: PLATFORM, authority: away } })
    expect(await alone.deliverEvents({})).toMatchObject({ delivered: 0 })
    room.pass(60_000)
    await room.verifier.deliverEvents({})
    expect([types(bank), types(insurer)]).toEqual([[], [EVENT_TYPES.factsChanged]])
    expect((await room.verifier.ownRecords(room.own(who, 'show'))).consents.map(({ clientId }) => clientId)).toEqual([
      INSURER,
    ])
  })

  test('between the last look and the sending: what is about to go is broken off', async () => {
    await agree(BANK)
    const { consentId } = (await room.verifier.ownRecords(room.own(who, 'show'))).consents[0]!
    const { events } = room.deps.store
    const stillWaiting: typeof events.stillWaiting = async (sequences) => {
      const found = await events.stillWaiting(sequences)
      if (found.size > 0) await one.withdrawOwn({ ...room.own(who, `withdraw ${consentId}`), consentId })
      return found
    }
    const one = await createVerifier({
      ...room.deps,
      store: { ...room.deps.store, events: { ...events, stillWaiting } },
    })
    await room.move(who)
    await one.followChanges({})
    expect(await one.deliverEvents({})).toMatchObject({ delivered: 0, failed: 0, dead: 0 })
    await tick()
    expect(types(bank)).toEqual([])
  })

  test('at J-LIS counts here before anybody is told', async () => {
    const subject = await agree(BANK)
    const { consents } = await room.verifier.ownRecords(room.own(who, 'show'))
    await room.made.authority.relinquishConsent({ party: PLATFORM, consentId: consents[0]!.consentId })
    await room.move(who)
    expect(await tick()).toMatchObject({ told: 0, delivered: 0 })
    await expect(room.verifier.latestFacts({ clientId: BANK, subject })).rejects.toMatchObject({
      code: 'verifier/noConsent',
    })
  })

  test('while J-LIS is away counts here, and J-LIS hears of it later', async () => {
    await agree(BANK)
    const { consentId } = (await room.verifier.ownRecords(room.own(who, 'show'))).consents[0]!
    const { authority } = room.made
    const away = { relinquishConsent: () => Promise.reject(new Refusal('peer/unreachable', 503, 'away')) }
    const alone = await createVerifier({
      ...room.deps,
      party: { name: PLATFORM, authority: { ...authority, ...away } },
    })
    await alone.withdrawOwn({ ...room.own(who, `withdraw ${consentId}`), consentId })
    const standing = async () =>
      (await authority.standingConsents({ party: PLATFORM, consentIds: [consentId] })).consentIds.length
    expect(await standing()).toBe(1)
    await room.move(who)
    expect(await tick()).toMatchObject({ told: 0, delivered: 0 })
    expect(await standing()).toBe(0)
  })

  test('by nobody else, not twice with one statement, not with a statement for something else', async () => {
    await agree(BANK)
    const { consentId } = (await room.verifier.ownRecords(room.own(who, 'show'))).consents[0]!
    const other = await room.holder()
    const as = (own: ReturnType<WatchedRoom['own']>) => room.verifier.withdrawOwn({ ...own, consentId })
    await expect(as(room.own(other, `withdraw ${consentId}`))).rejects.toMatchObject({
      code: 'verifier/unknownConsent',
    })
    const show = room.own(who, 'show')
    await expect(as(show)).rejects.toMatchObject({ code: 'verifier/ownSignatureWrong' })
    await room.verifier.ownRecords(show)
    await expect(room.verifier.ownRecords(show)).rejects.toMatchObject({ code: 'verifier/statementUsed' })
    const old = { ...room.own(who, 'show') }
    room.pass(601_000)
    await expect(room.verifier.ownRecords(old)).rejects.toMatchObject({ code: 'verifier/statementOld' })
    expect((await room.verifier.ownRecords(room.own(who, 'show'))).consents).toHaveLength(1)
  })
})

test('agreed again while the news waits: all of it comes, in order, and the new facts; the own page says when it was told', async () => {
  const subject = await agree(BANK)
  const toldAt = async () => (await room.verifier.ownRecords(room.own(who, 'show'))).consents[0]!.toldAt
  bank.answer = () => ({ status: 503 })
  await room.move(who)
  await tick()
  // Known here, and not told yet.
  expect(await toldAt()).toBeNull()
  const renewed = { ...who, sign: await room.issue(who.residentId, 'sign') }
  room.pass(1000)
  expect(await agree(BANK, renewed)).toBe(subject)
  bank.answer = () => ({ status: 202 })
  room.pass(60_000)
  await tick()
  await tick()
  const { factsChanged, credentialChange, factsAvailable } = EVENT_TYPES
  expect(types(bank)).toEqual([factsChanged, credentialChange, credentialChange, factsAvailable])
  expect(await toldAt()).toEqual(room.made.clock.now)
  room.pass(DAY_MS)
  const facts = { name: FOUR_INFO.name, address: ADDRESS }
  expect(await room.verifier.latestFacts({ clientId: BANK, subject })).toEqual({ changed: true, facts })
  // Taken back, it takes along what came over to it.
  await room.move(renewed, `${ADDRESS}８号`)
  bank.answer = () => ({ status: 503 })
  await tick()
  const { consentId } = (await room.verifier.ownRecords(room.own(who, 'show'))).consents[0]!
  await room.verifier.withdrawOwn({ ...room.own(who, `withdraw ${consentId}`), consentId })
  bank.answer = () => ({ status: 202 })
  room.pass(600_000)
  await tick()
  expect(types(bank)).toHaveLength(4)
})

describe('consent', () => {
  test('of somebody else, to something else, for a subject that nobody has: none', async () => {
    const subject = await room.logIn(BANK, who)
    const other = await room.holder()
    await room.logIn(BANK, other)
    const byOther = room.consent(BANK, subject, other)
    await expect(byOther).rejects.toMatchObject({ code: 'verifier/otherPerson' })
    const unknown = room.verifier.askConsent({ clientId: INSURER, subject, items: ['name'] })
    await expect(unknown).rejects.toMatchObject({ code: 'verifier/unknownSubject' })
    const { requestId } = await room.verifier.askConsent({ clientId: BANK, subject, items: ['name'] })
    await room.verifier.declineRequest({ requestId })
    expect((await room.verifier.consentRequest({ requestId })).state).toBe('declined')
    expect(await room.verifier.factsConsent({ clientId: BANK, subject })).toEqual({ consent: null })
    const late = await room.verifier.askConsent({ clientId: BANK, subject, items: ['name'] })
    room.pass(181_000)
    expect((await room.verifier.consentRequest(late)).state).toBe('expired')
    await expect(room.verifier.declineRequest(late)).rejects.toMatchObject({ code: 'verifier/questionOver' })
  })
})

test('two processes and an authority that comes back after days: each change once, in order, none missed', async () => {
  const others = await Promise.all(Array.from({ length: 3 }, () => room.holder()))
  const subjects = new Map<string, Holder>()
  for (const holder of others) subjects.set(await agree(BANK, holder), holder)
  const down = { statusChanges: () => Promise.reject(new Refusal('peer/unreachable', 503, 'away')) }
  const cut = await createVerifier({
    ...room.deps,
    party: { name: PLATFORM, authority: { ...room.made.authority, ...down } },
  })
  for (const holder of subjects.values()) await room.move(holder)
  await expect(cut.followChanges({})).rejects.toMatchObject({ code: 'peer/unreachable' })
  room.pass(3 * DAY_MS)
  for (const holder of subjects.values()) await room.issue(holder.residentId, 'sign')
  const second = await createVerifier(room.deps)
  const both = [room.verifier, second]
  await Promise.all([...both, ...both].map((one) => one.followChanges({})))
  await Promise.all(both.map((one) => one.deliverEvents({})))
  for (const subject of subjects.keys())
    expect(bank.received.filter(({ sub }) => sub === subject).map(({ type }) => type)).toEqual([
      EVENT_TYPES.factsChanged,
      EVENT_TYPES.credentialChange,
      EVENT_TYPES.credentialChange,
      EVENT_TYPES.factsAvailable,
    ])
  expect(new Set(bank.received.map(({ jti }) => jti)).size).toBe(12)
})

test('age for a service that is no party: the platform asks, and hears yes or no', async () => {
  const { requestId, party, onBehalfOf } = await room.verifier.askAge({ clientId: BANK, limit: 20 })
  expect({ party, onBehalfOf }).toMatchObject({ party: PLATFORM, onBehalfOf: { clientId: BANK } })
  expect((await room.verifier.answerAge({ requestId, proof: new Uint8Array(3) })).state).toBe('undetermined')
  await expect(room.verifier.askAge({ clientId: 'nobody', limit: 20 })).rejects.toMatchObject({
    code: 'verifier/unknownClient',
  })
})
