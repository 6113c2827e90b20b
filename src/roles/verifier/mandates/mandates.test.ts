// Mandates: given by one signature and taken by another, never more than was seen, over as soon as one of the two says so. Seed 0 高橋①.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemEntropy } from '../../../adapters/random.ts'
import { privateKey, sign } from '../../../base/crypto.ts'
import { mandateStatement } from '../../../protocol/consent/mandate.ts'
import { PLATFORM, type WatchedRoom, watchedRoom } from '../../../world/testing/watched-room.ts'
import type { Holder } from '../../authority/parties/specimen.ts'
import type { Terms } from './contract.ts'
import { mandatesOf, type Signer } from './specimen.ts'
import { standing } from './standing.ts'

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
    [SCHOOL, ['general', 'parent']],
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

const refused = (code: string) => ({ code: `verifier/${code}` })
const forSchool = (change: Partial<Terms> = {}) =>
  terms({
    principalCalled: 'こはる',
    delegateCalled: '母',
    scope: [{ clientId: SCHOOL, acts: ['absence'] }],
    ...change,
  })
const take = (child: Holder, change: Partial<Terms> = {}, parent = who) => {
  room.pass(1)
  return mandates.forChild(key(parent), child.auth.certificate, child.auth.serial, forSchool(change))
}
const custody = (child: Holder, parent: Holder, more: { ended?: boolean } = {}) =>
  room.made.register.recordCustody({ childId: child.residentId, parentId: parent.residentId, by: 'mori', ...more })
const countsAtSchool = async (mandateId: string) =>
  (await standing(room.deps, (await room.deps.store.client(SCHOOL))!, mandateId)) !== undefined
const day = (years: number, days: number) => {
  const born = new Date(room.made.clock.now.getTime() + 9 * 3_600_000 + days * DAY_MS)
  born.setUTCFullYear(born.getUTCFullYear() - years)
  return born.toISOString().slice(0, 10)
}

test('親権: a parent acts for a child because the municipality says so; who is none, or names another, acts for nobody', async () => {
  const child = await room.holder(day(15, -3))
  const not = refused('notParent')
  await expect(take(child)).rejects.toMatchObject(not)
  await custody(child, who)
  const { mandate } = await take(child)
  expect(mandate).toMatchObject({ kind: 'parent', state: 'standing', principalCalled: 'こはる' })
  expect(await countsAtSchool(mandate.mandateId)).toBe(true)
  // The child sees it and every use of it, and has signed nothing; it is the parent who ends it.
  const partOf = async (holder: Holder) => (await listOf(holder)).map(({ as, state }) => [as, state])
  expect([await partOf(child), await partOf(who)]).toEqual([[['principal', 'standing']], [['delegate', 'standing']]])
  const { mandateId } = mandate
  const end = (by: Holder) => room.verifier.withdrawMandate({ ...room.own(by, `end mandate ${mandateId}`), mandateId })
  await expect(end(child)).rejects.toMatchObject(refused('unknownMandate'))
  expect(await countsAtSchool(mandateId)).toBe(true)
  await withdraw(mandateId, who)
  expect(await countsAtSchool(mandateId)).toBe(false)
  // Another's child, the child itself, another card than the one signed for, and what is not for parents.
  await expect(take(child, {}, other)).rejects.toMatchObject(not)
  await expect(take(child, {}, child)).rejects.toMatchObject(not)
  room.pass(1)
  const signedForOther = mandates.forChild(key(who), child.auth.certificate, other.auth.serial, forSchool())
  await expect(signedForOther).rejects.toMatchObject(refused('ownSignatureWrong'))
  const diary = { scope: [{ clientId: SCHOOL, acts: ['diary'] }] }
  await expect(take(child, diary)).rejects.toMatchObject(refused('notDelegable'))
  await expect(take(child, { subDelegation: 1 })).rejects.toMatchObject(refused('parentInPerson'))
  room.pass(1)
  await expect(mandates.offer(key(who), forSchool())).rejects.toMatchObject(refused('notDelegable'))
})

test('親権 is told to a platform that J-LIS has granted it, for a statement to it, once, about a card in force', async () => {
  const child = await room.holder(day(15, -3))
  await custody(child, who)
  const { authority } = room.made
  const until = new Date('2040-01-01T00:00:00Z')
  await authority.accredit({ name: 'nosy', displayName: 'Nosy', services: ['facts'], ageLimits: [], until })
  const asked = (platform = PLATFORM) => {
    room.pass(1)
    const act = `child ${child.auth.serial}` as const
    const at = room.made.clock.now
    const statement = mandateStatement({ platform, act, terms: forSchool(), nonce: '0'.repeat(32), at })
    const signature = sign('RSA-SHA256', privateKey(who.auth.pair.privateKey), statement)
    return { statement, certificate: who.auth.certificate, signature }
  }
  const not = (code: string) => ({ code: `authority/${code}` })
  await expect(authority.attestCustody({ party: 'nosy', ...asked('nosy') })).rejects.toMatchObject(not('notGranted'))
  const party = PLATFORM
  await expect(authority.attestCustody({ party, ...asked('nosy') })).rejects.toMatchObject(not('statementWrong'))
  const good = { party, ...asked() }
  const { attestationId } = await authority.attestCustody(good)
  await expect(authority.attestCustody(good)).rejects.toMatchObject(not('statementUsed'))
  const old = { party, ...asked() }
  room.pass(601_000)
  await expect(authority.attestCustody(old)).rejects.toMatchObject(not('statementOld'))
  expect(await authority.custodyStands({ party, attestationId })).toEqual({ stands: true })
  await expect(authority.custodyStands({ party: 'nosy', attestationId })).rejects.toMatchObject(not('notGranted'))
  const { serial } = child.auth
  await authority.revoke({ kind: 'auth', serial, reason: 'keyCompromise', requestedBy: 'holder' })
  await expect(authority.attestCustody({ party, ...asked() })).rejects.toMatchObject(not('noCustody'))
})

test('親権: over with the eighteenth birthday, with custody and with a death, at the next use; and then for good', async () => {
  const child = await room.holder(day(18, 2))
  await custody(child, who)
  const { mandateId } = (await take(child)).mandate
  const before = room.made.clock.now
  const morning = new Date(`${day(0, 2)}T00:00:00+09:00`).getTime()
  room.made.clock.now = new Date(morning - 1)
  expect(await countsAtSchool(mandateId)).toBe(true)
  room.made.clock.now = new Date(morning)
  expect(await countsAtSchool(mandateId)).toBe(false)
  await expect(take(child)).rejects.toMatchObject(refused('notParent'))
  room.made.clock.now = before
  const ends = [
    (young: Holder, parent: Holder) => custody(young, parent, { ended: true }),
    (young: Holder) => room.made.register.change({ residentId: young.residentId, event: 'emigrate' }),
    (_: Holder, parent: Holder) => room.made.register.change({ residentId: parent.residentId, event: 'emigrate' }),
  ]
  for (const end of ends) {
    const [young, parent] = [await room.holder(day(16, -1)), await room.holder()]
    await custody(young, parent)
    const taken = (await take(young, {}, parent)).mandate.mandateId
    expect(await countsAtSchool(taken)).toBe(true)
    await end(young, parent)
    expect(await countsAtSchool(taken)).toBe(false)
    expect((await room.deps.store.mandates.chain(taken))[0]!.recorded).toBe('fallen')
  }
  // J-LIS does not answer: nobody acts, and nothing is over by that.
  const young = await room.holder(day(16, -1))
  await custody(young, who)
  const taken = (await take(young)).mandate.mandateId
  const client = (await room.deps.store.client(SCHOOL))!
  const authority = { ...room.made.authority, custodyStands: () => Promise.reject(new Error('away')) }
  const away = { ...room.deps, party: { name: PLATFORM, authority } }
  await expect(standing(away, client, taken)).rejects.toThrow('away')
  expect(await countsAtSchool(taken)).toBe(true)
  await custody(young, who, { ended: true })
  await custody(young, who)
  expect(await countsAtSchool(taken)).toBe(true)
})
