// Mandates: given by one signature and taken by another, never more than was seen, over as soon as one of the two says so. Seed 0 高橋①.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemEntropy } from '../../../adapters/random.ts'
import { privateKey } from '../../../base/crypto.ts'
import { PLATFORM, type WatchedRoom, watchedRoom } from '../../../world/testing/watched-room.ts'
import type { Holder } from '../../authority/parties/specimen.ts'
import type { Terms } from './contract.ts'
import { chainState, exceeds, type MandateRecord } from './model.ts'
import { mandatesOf, type Signer } from './specimen.ts'

const PHARMACY = 'aoba-pharmacy'
const BANK = 'kazasu-bank'
const SHOP = 'shop'
const SCHOOL = 'school'
const DAY_MS = 86_400_000
let room: WatchedRoom
let mandates: ReturnType<typeof mandatesOf>
let who: Holder
let other: Holder
let begun: Date

const SCHOOL_ACTS = [
  { act: 'absence', title: '欠席を知らせる / Report an absence', kinds: ['parent' as const] },
  { act: 'diary', title: '日誌を書く / Write the diary', kinds: ['general' as const] },
]
const ACTS = [
  { act: 'prescriptions.read', title: '処方箋を見る / See prescriptions' },
  { act: 'prescriptions.collect', title: '薬を受け取る / Collect medicines' },
]

beforeAll(async () => {
  room = await watchedRoom()
  await room.service(PHARMACY, { delegation: { kinds: ['general'], acts: ACTS } })
  await room.service(BANK, { delegation: { kinds: ['employee'], acts: [{ act: 'pay', title: '支払う / Pay' }] } })
  await room.service(SHOP)
  const parents = { kinds: ['general' as const, 'parent' as const], acts: SCHOOL_ACTS }
  await room.service(SCHOOL, { delegation: parents })
  const { verifier, deps } = room
  mandates = mandatesOf({ verifier, platform: PLATFORM, entropy: systemEntropy, clock: deps.clock })
})
afterAll(() => room.close())
beforeEach(async () => {
  room.pass(1000)
  begun = room.made.clock.now
  who = await room.holder()
  other = await room.holder()
})

const key = ({ auth }: Pick<Holder, 'auth'>): Signer => ({
  certificate: auth.certificate,
  key: privateKey(auth.pair.privateKey),
})
const terms = (change: Partial<Terms> = {}): Terms => ({
  ...{ principalCalled: '母', delegateCalled: '長女', purpose: '薬の受け取り', subDelegation: 0, within: null },
  scope: [{ clientId: PHARMACY, acts: ['prescriptions.read', 'prescriptions.collect'] }],
  ...{ from: room.made.clock.now, until: new Date(begun.getTime() + 30 * DAY_MS) },
  ...change,
})
const offer = (change: Partial<Terms> = {}, by = who) => {
  room.pass(1)
  return mandates.offer(key(by), terms(change))
}
const give = (change: Partial<Terms> = {}) => {
  room.pass(1)
  return mandates.give(key(who), key(other), terms(change))
}
const listOf = async (holder: Holder) => (await room.verifier.ownMandates(room.own(holder, 'show'))).mandates
const withdraw = (mandateId: string, by: Holder) =>
  room.verifier.withdrawMandate({ ...room.own(by, `end mandate ${mandateId}`), mandateId })

test('by default nobody acts for anybody; given and accepted, both see the same, and neither who the other is', async () => {
  expect([await listOf(who), await listOf(other)]).toEqual([[], []])
  const { services } = await room.verifier.delegableServices({})
  expect(services.map(({ clientId, kinds }) => [clientId, kinds])).toEqual([
    [PHARMACY, ['general']],
    [BANK, ['employee']],
    [SCHOOL, ['general', 'parent', 'guardian']],
  ])
  const { mandateId, invitation } = await offer()
  expect(invitation).toMatch(/^([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$/)
  expect(await listOf(who)).toMatchObject([{ mandateId, state: 'offered', as: 'principal' }])
  const asked = await room.verifier.invitedMandate({ invitation: invitation.replaceAll('-', ' ').toLowerCase() })
  expect(asked.mandate).toMatchObject({ purpose: '薬の受け取り', scope: [{ clientId: PHARMACY, acts: ACTS }] })
  await mandates.accept(key(other), invitation)
  const [mine, theirs] = [await listOf(who), await listOf(other)]
  expect([mine[0]?.as, theirs[0]?.as, mine[0]?.state]).toEqual(['principal', 'delegate', 'standing'])
  expect({ ...mine[0], as: '' }).toEqual({ ...theirs[0], as: '' })
  // Not by a stranger, and no name of the platform for anybody is in what is shown.
  expect(await listOf(await room.holder())).toEqual([])
  const row = await room.db
    .selectFrom('mandate' as never)
    .selectAll()
    .where('mandate_id' as never, '=', mandateId as never)
    .executeTakeFirstOrThrow()
  const { principal, delegate, invitation: code, ...rest } = row as Record<string, unknown>
  expect(code).toBeNull()
  expect(JSON.stringify([mine, theirs])).not.toMatch(new RegExp(`${principal}|${delegate}`))
  expect(room.logged.join()).not.toMatch(new RegExp(`${invitation}|母|長女`))
  // What was signed is kept, and nobody reads it out of the records.
  expect(String(Buffer.from(rest.offer_evidence as Uint8Array))).not.toContain('kazasu mandate')
})

test('the code: guessed, used twice, used by the principal, or late, it gives nothing', async () => {
  const gone = { code: 'verifier/mandateInvitation' }
  await expect(room.verifier.invitedMandate({ invitation: 'AAAA-BBBB-CCCC-DDDD' })).rejects.toMatchObject(gone)
  const { mandateId, invitation } = await offer()
  await expect(mandates.accept(key(who), invitation)).rejects.toMatchObject({ code: 'verifier/ownInvitation' })
  const third = await room.holder()
  const both = await Promise.allSettled([other, third].map((one) => mandates.accept(key(one), invitation)))
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(mandates.accept(key(third), invitation)).rejects.toMatchObject(gone)
  expect((await listOf(who)).map((one) => [one.mandateId, one.state])).toEqual([[mandateId, 'standing']])
  const late = await offer()
  room.pass(30 * 60_000)
  await expect(mandates.accept(key(other), late.invitation)).rejects.toMatchObject(gone)
  expect((await listOf(who)).map(({ state }) => state)).toEqual(['expired', 'standing'])
  const taken = await offer()
  await withdraw(taken.mandateId, who)
  await expect(mandates.accept(key(other), taken.invitation)).rejects.toMatchObject(gone)
})

test('what is signed is what was seen: widened, for another mandate, replayed or by another key it is refused', async () => {
  const wrong = { code: 'verifier/ownSignatureWrong' }
  const wide = terms({ until: new Date(room.made.clock.now.getTime() + 300 * DAY_MS) })
  const own = mandates.signed(key(who), { act: 'offer', terms: terms() })
  await expect(room.verifier.offerMandate({ ...own, terms: wide })).rejects.toMatchObject(wrong)
  const used = mandates.signed(key(who), { act: 'offer', terms: terms() })
  await room.verifier.offerMandate({ ...used, terms: terms() })
  await expect(room.verifier.offerMandate({ ...used, terms: terms() })).rejects.toMatchObject({
    code: 'verifier/statementUsed',
  })
  const { invitation } = await offer()
  for (const change of [{ purpose: 'すべて' }, { principalCalled: '父' }, { subDelegation: 1 }])
    await expect(mandates.accept(key(other), invitation, change)).rejects.toMatchObject(wrong)
  await room.made.authority.revoke({
    ...{ kind: 'auth', serial: other.auth.serial, reason: 'keyCompromise', requestedBy: 'holder' },
  })
  await expect(mandates.accept(key(other), invitation)).rejects.toMatchObject(wrong)
})

test('only where a service lets people act, for acts that it has, and for a time that is to come', async () => {
  const nowhere = { code: 'verifier/notDelegable' }
  for (const [clientId, acts] of [
    [SHOP, ['prescriptions.read']],
    [BANK, ['pay']],
    [PHARMACY, ['prescriptions.read', 'pay']],
    ['nobody', ['pay']],
  ] as const)
    await expect(offer({ scope: [{ clientId, acts: [...acts] }] })).rejects.toMatchObject(nowhere)
  const now = room.made.clock.now.getTime()
  for (const [from, until] of [
    [now, now],
    [now - 2 * DAY_MS, now - DAY_MS],
    [now, now + 400 * DAY_MS],
  ] as const)
    await expect(offer({ from: new Date(from), until: new Date(until) })).rejects.toMatchObject({
      code: 'verifier/mandateTime',
    })
  expect(await listOf(who)).toEqual([])
})

test('either of the two ends it, a stranger does not; over is over, and time ends it too', async () => {
  const none = { code: 'verifier/unknownMandate' }
  for (const by of ['principal', 'delegate'] as const) {
    const mandateId = await give()
    await expect(withdraw(mandateId, await room.holder())).rejects.toMatchObject(none)
    await withdraw(mandateId, by === 'principal' ? who : other)
    expect((await listOf(by === 'principal' ? other : who))[0]).toMatchObject({ mandateId, state: 'withdrawn' })
    await expect(withdraw(mandateId, who)).rejects.toMatchObject(none)
  }
  await give({ until: new Date(room.made.clock.now.getTime() + DAY_MS) })
  room.pass(DAY_MS)
  expect((await listOf(other))[0]?.state).toBe('expired')
})

test('handed on: within the own mandate in everything, as deep as was allowed, and it falls with the one before', async () => {
  const within = await give({ subDelegation: 1 })
  const third = await room.holder()
  const handOn = (change: Partial<Terms>, by = other) => offer({ within, delegateCalled: '夫', ...change }, by)
  const later = new Date(room.made.clock.now.getTime() + 31 * DAY_MS)
  const more = (change: Partial<Terms>) => expect(handOn(change)).rejects
  await more({ subDelegation: 1 }).toMatchObject({ code: 'verifier/mandateExceeds', detail: { more: 'depth' } })
  await more({ until: later }).toMatchObject({ code: 'verifier/mandateExceeds', detail: { more: 'time' } })
  await more({ purpose: '旅行' }).toMatchObject({ code: 'verifier/mandateExceeds', detail: { more: 'purpose' } })
  const narrow = await mandates.give(
    key(who),
    key(other),
    terms({ subDelegation: 1, scope: [{ clientId: PHARMACY, acts: ['prescriptions.read'] }] }),
  )
  await more({ within: narrow }).toMatchObject({ code: 'verifier/mandateExceeds', detail: { more: 'scope' } })
  // Neither the principal nor a stranger hands on what is another's to hand on.
  for (const by of [who, third]) await expect(handOn({}, by)).rejects.toMatchObject({ code: 'verifier/unknownMandate' })
  const { mandateId, invitation } = await handOn({})
  await expect(mandates.accept(key(who), invitation)).rejects.toMatchObject({ code: 'verifier/ownInvitation' })
  await mandates.accept(key(third), invitation)
  const ofAll = async () =>
    (await Promise.all([who, other, third].map(listOf))).map((list) => list.find((one) => one.mandateId === mandateId)!)
  expect((await ofAll()).map(({ as, state }) => [as, state])).toEqual([
    ['principal', 'standing'],
    ['grantor', 'standing'],
    ['delegate', 'standing'],
  ])
  await expect(offer({ within: mandateId }, third)).rejects.toMatchObject({ detail: { more: 'depth' } })
  await withdraw(within, other)
  expect((await ofAll()).map(({ state }) => state)).toEqual(['fallen', 'fallen', 'fallen'])
  await expect(handOn({})).rejects.toMatchObject({ code: 'verifier/mandateOver' })
})

test('its end is the first moment at which it counts no more, also of one that it was handed on from; handed on it ends no later', () => {
  const at = (ms: number) => new Date(Date.UTC(2030, 0, 1) + ms)
  const one = (recorded: MandateRecord['recorded'], until: number) => ({
    ...{ recorded, until: at(until), invitationUntil: at(0) },
  })
  const states = (chain: ReturnType<typeof one>[]) => [-1, 0].map((ms) => chainState(chain, at(ms)))
  expect(states([one('standing', 0)])).toEqual(['standing', 'expired'])
  expect(states([one('standing', 9), one('standing', 0)])).toEqual(['standing', 'fallen'])
  // Nobody has accepted: the code ends first.
  expect(states([one('offered', 9)])).toEqual(['offered', 'expired'])
  const whole = { from: at(0), until: at(9), subDelegation: 1, purpose: 'p', kind: 'general', scope: [] } as never
  const part = (change: object) =>
    exceeds({ ...terms({ purpose: 'p', scope: [] }), from: at(0), until: at(9), ...change }, whole)
  expect(part({})).toBeUndefined()
  expect([part({ until: at(10) }), part({ from: at(-1) }), part({ subDelegation: 1 })]).toEqual([
    'time',
    'time',
    'depth',
  ])
})
