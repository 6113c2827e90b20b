// The counter with real register, authority and cards: what clerks do, and what is refused.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { utf8 } from '../../base/bytes.ts'
import { publicKey, verify } from '../../base/crypto.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { readFourInfo } from '../../protocol/jpki-profile/index.ts'
import {
  CLERK,
  type CounterSpecimen,
  counterSpecimen,
  FACTS,
  PASSWORD,
  PIN,
  proof,
} from '../../world/testing/counter-specimen.ts'
import { expiryOf } from './cards/issue-card.ts'
import type { Counter } from './contract.ts'

let made: CounterSpecimen
let counter: Counter
let session: string
let resident: CounterSpecimen['resident']
let signs: CounterSpecimen['signs']
let living: CounterSpecimen['living']
let certificatesOf: CounterSpecimen['certificatesOf']
beforeAll(async () => {
  made = await counterSpecimen()
  ;({ resident, signs, living, certificatesOf } = made)
  counter = made.counter()
  session = (await counter.signIn(CLERK)).session
})
afterAll(() => made.close())
const order = (residentId: string, more: object = {}) => ({ ...made.order(residentId, more), session })
const holder = () => made.holder()
const refused = (code: string) => ({ code: `counter/${code}` })

test.each([
  ['2026-12-31T14:59:59Z', '20361231'],
  ['2026-12-31T15:00:00Z', '20370101'],
  ['2028-02-28T15:00:00Z', '20380228'],
])('a card of %s ends ten years later in Japan, on a day that there is: %s', (now, expiry) =>
  expect(expiryOf(new Date(now))).toBe(expiry),
)

describe('clerks', () => {
  test('a wrong passcode, a stranger, a session that is over', async () => {
    const wrong = { clerkId: 'mori', passcode: 'wrong-passcode' }
    await expect(counter.signIn(wrong)).rejects.toMatchObject(refused('wrongPasscode'))
    await expect(counter.signIn({ ...wrong, clerkId: 'nobody' })).rejects.toMatchObject(refused('wrongPasscode'))
    await expect(counter.person({ session: 'x'.repeat(48), residentId: 'a' })).rejects.toMatchObject(
      refused('notSignedIn'),
    )
    const { session: other } = await counter.signIn(CLERK)
    expect(await counter.clerk({ session: other })).toMatchObject({ clerkId: 'mori', name: CLERK.name })
    await counter.signOut({ session: other })
    await expect(counter.clerk({ session: other })).rejects.toMatchObject(refused('notSignedIn'))
    const { session: late } = await counter.signIn(CLERK)
    const before = made.clock.now
    made.clock.now = new Date(before.getTime() + 8 * 3600_000 + 1)
    await expect(counter.clerk({ session: late })).rejects.toMatchObject(refused('notSignedIn'))
    made.clock.now = before
  })

  test('five wrong passcodes lock a clerk until an administrator gives a new one', async () => {
    await counter.addClerk({ clerkId: 'ito', name: '伊藤', passcode: 'first-passcode', parts: ['clerk'] })
    for (let i = 0; i < 5; i++)
      await expect(counter.signIn({ clerkId: 'ito', passcode: 'guess-guess' })).rejects.toThrow()
    const right = () => counter.signIn({ clerkId: 'ito', passcode: 'first-passcode' })
    await expect(right()).rejects.toMatchObject(refused('wrongPasscode'))
    await counter.addClerk({ clerkId: 'ito', name: '伊藤', passcode: 'first-passcode', parts: ['clerk'] })
    expect(await right()).toMatchObject({ name: '伊藤' })
  })
})

describe('a card', () => {
  test('is made with both keys, handed over, and signs with what its holder chose', async () => {
    const { residentId, cardNumber } = await holder()
    const { signature, certificate } = await signs(residentId, 'sign', PASSWORD)
    const decoded = decodeCertificate(certificate)
    expect(verify('RSA-SHA256', publicKey(decoded.subjectPublicKeyInfo), utf8('m'), signature)).toBe(true)
    expect(readFourInfo(decoded).name).toBe(FACTS.name)
    await signs(residentId, 'auth', PIN)
    const { cards, acts } = await counter.person({ session, residentId })
    expect(cards).toMatchObject([
      { cardNumber, state: 'inUse', certificates: [{ status: 'valid' }, { status: 'valid' }] },
    ])
    expect(
      acts.map(({ what, clerk, outcome, proof: shown }) => [what, clerk, outcome, shown?.reference]).toSorted(),
    ).toEqual([
      ['handOver', 'mori', 'done', 'L-0042'],
      ['issueCard', 'mori', 'done', 'L-0042'],
    ])
    expect([...made.memory(residentId).load().keys()].filter((name) => name.startsWith('blank/'))).toEqual([])
  })

  test('under fifteen it has no password; the dead get none; a second one waits until the first is stopped', async () => {
    const child = await resident('2015-06-21')
    await expect(counter.issueCard(order(child))).rejects.toMatchObject({ code: 'authority/tooYoung' })
    const { cards } = await counter.person({ session, residentId: child })
    await counter.abandonCard({ session, cardNumber: cards[0]!.cardNumber })
    expect(await living(child)).toEqual([])
    expect(await counter.issueCard(order(child, { password: null }))).toMatchObject({ state: 'made', signSerial: null })
    const dead = await resident()
    await made.register.change({ residentId: dead, event: 'die' })
    await expect(counter.issueCard(order(dead))).rejects.toMatchObject(refused('notResident'))
    const { residentId, cardNumber } = await holder()
    await expect(counter.issueCard(order(residentId))).rejects.toMatchObject(refused('hasCard'))
    await counter.stopCard({ session, cardNumber, reason: 'certificateHold' })
    expect(await counter.issueCard(order(residentId))).toMatchObject({ state: 'made' })
    expect(await living(residentId)).toEqual(['auth', 'sign'])
  })

  test('a lost one is stopped without proof, for good only with it; the stop is final', async () => {
    const { residentId, cardNumber } = await holder()
    const stop = (reason: 'keyCompromise' | 'certificateHold') => ({ session, cardNumber, reason })
    await expect(counter.stopCard(stop('keyCompromise'))).rejects.toMatchObject(refused('proofNeeded'))
    expect(await counter.stopCard(stop('certificateHold'))).toMatchObject({ state: 'stopped' })
    expect((await certificatesOf(residentId)).map(({ status }) => status)).toEqual(['onHold', 'onHold'])
    expect(await counter.stopCard({ ...stop('keyCompromise'), proof })).toMatchObject({ state: 'ended' })
    expect((await certificatesOf(residentId)).map(({ reason }) => reason)).toEqual(['keyCompromise', 'keyCompromise'])
    const reset = { session, cardNumber, kind: 'auth', secret: '9999', proof } as const
    await expect(counter.resetPin(reset)).rejects.toMatchObject(refused('cardNotInUse'))
  })
})

describe('PIN and password', () => {
  test('blocked ones are reset through the issuer’s channel; nobody but the holder knows them', async () => {
    const { residentId, cardNumber } = await holder()
    for (let i = 0; i < 3; i++) await expect(signs(residentId, 'auth', '0000')).rejects.toThrow()
    await expect(signs(residentId, 'auth', PIN)).rejects.toThrow()
    await counter.resetPin({ session, cardNumber, kind: 'auth', secret: '8642', proof })
    await signs(residentId, 'auth', '8642')
    await counter.resetPin({ session, cardNumber, kind: 'sign', secret: 'NEWPASS9', proof })
    await signs(residentId, 'sign', 'NEWPASS9')
    await expect(signs(residentId, 'sign', PASSWORD)).rejects.toThrow()
  })

  test('the holder changes one with the old one; a wrong one costs a try; no other card, no other form', async () => {
    const { residentId, cardNumber } = await holder()
    const change = { session, cardNumber, kind: 'auth', old: PIN, secret: '5555' } as const
    await expect(counter.changePin({ ...change, old: '0000' })).rejects.toMatchObject({
      ...refused('wrongPin'),
      detail: { triesLeft: 2 },
    })
    await counter.changePin(change)
    await signs(residentId, 'auth', '5555')
    await expect(counter.changePin({ ...change, kind: 'sign' })).rejects.toMatchObject(refused('secretShape'))
    const other = await holder()
    made.memory(residentId).commit(made.memory(other.residentId).load())
    await expect(counter.changePin({ ...change, old: '5555' })).rejects.toMatchObject(refused('notOnThisCard'))
  })
})

describe('renewal', () => {
  test('a move ends the signature certificate at once; the counter writes a new one with the new address', async () => {
    const { residentId, cardNumber } = await holder()
    const renew = { session, cardNumber, kind: 'sign', proof } as const
    await expect(counter.renew(renew)).rejects.toMatchObject(refused('tooEarly'))
    const fourInfo = { ...FACTS, address: '東京都かざす市７番' }
    await counter.record({ session, residentId, event: 'move', fourInfo, proof })
    expect(await living(residentId)).toEqual(['auth'])
    await counter.renew(renew)
    expect(await living(residentId)).toEqual(['auth', 'sign'])
    const { certificate, signature } = await signs(residentId, 'sign', PASSWORD)
    const decoded = decodeCertificate(certificate)
    expect(readFourInfo(decoded).address).toBe(fourInfo.address)
    expect(verify('RSA-SHA256', publicKey(decoded.subjectPublicKeyInfo), utf8('m'), signature)).toBe(true)
    const { events } = await counter.person({ session, residentId })
    await counter.undoRecord({ session, residentId, sequence: events[0]!.sequence })
    expect(await living(residentId)).toEqual(['auth'])
  })

  test('before the end both are renewed; the old ones are superseded', async () => {
    const { residentId, cardNumber } = await holder()
    const before = made.clock.now
    made.clock.now = new Date('2030-12-01T00:00:00Z')
    session = (await counter.signIn(CLERK)).session
    const { cards } = await counter.person({ session, residentId })
    expect(cards[0]!.certificates.map(({ renewable }) => renewable)).toEqual([true, true])
    await counter.renew({ session, cardNumber, kind: 'auth', proof })
    const all = await certificatesOf(residentId)
    expect(all.map(({ status, reason }) => `${status} ${reason}`).toSorted()).toEqual([
      'revoked superseded',
      'revoked superseded',
      'valid null',
      'valid null',
    ])
    await signs(residentId, 'auth', PIN)
    await signs(residentId, 'sign', PASSWORD)
    made.clock.now = before
    session = (await counter.signIn(CLERK)).session
  })
})

test('no log has a fact, a name, a PIN or a password', () => {
  const all = made.logged.join('\n')
  expect(all).toContain('counter.done')
  for (const secret of [
    ...Object.values(FACTS).filter((fact) => fact.length > 1),
    PASSWORD,
    'NEWPASS9',
    CLERK.passcode,
  ])
    expect(all).not.toContain(secret)
  // Any four digits are somewhere in names of acts and in serial numbers.
  expect(all.split(/\W+/)).not.toContain(PIN)
})
