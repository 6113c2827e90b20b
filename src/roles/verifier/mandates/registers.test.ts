// What stands on a register: a parent's word is the municipality's, and whoever has died lets nobody act any more, nor does a firm's
// representative. J-LIS and the register are the real ones. Seed 0 高橋①, seed 3 (4).

import * as oidc from 'openid-client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemEntropy } from '../../../adapters/random.ts'
import { privateKey, sign } from '../../../base/crypto.ts'
import { mandateStatement } from '../../../protocol/consent/mandate.ts'
import { PLATFORM, type WatchedRoom, watchedRoom } from '../../../world/testing/watched-room.ts'
import type { Holder } from '../../authority/parties/specimen.ts'
import { firmClaim, firmNumbered } from '../firms/specimen.ts'
import { byTwo, deskOf } from '../testing/desk.ts'
import { back, exchange, plain, type Service, serviceAt, waiting } from '../testing/http/openid-room.ts'
import { type OpenIdServer, openIdServer } from '../testing/http.ts'
import { answer } from '../testing/phone.ts'
import type { Terms } from './contract.ts'
import { mandatesOf, type Signer } from './specimen.ts'
import { standing } from './standing.ts'

const SCHOOL = 'school'
const DAY_MS = 86_400_000
let room: WatchedRoom
let server: OpenIdServer
let school: Service
let mandates: ReturnType<typeof mandatesOf>
let who: Holder
let other: Holder

const ACTS = [
  { act: 'absence', title: '欠席を知らせる / Report an absence', kinds: ['parent' as const] },
  { act: 'diary', title: '日誌を書く / Write the diary', kinds: ['general' as const] },
  { act: 'supply', title: '教材を納める / Deliver', kinds: ['representative' as const, 'employee' as const] },
]
const KINDS = ['general' as const, 'parent' as const, 'representative' as const, 'employee' as const]

beforeAll(async () => {
  room = await watchedRoom()
  // The services' library looks at the clock of this machine.
  room.made.clock.now = new Date()
  const { verifier, deps } = room
  server = await openIdServer(deps)
  school = await serviceAt({ verifier, server }, SCHOOL, { delegation: { kinds: KINDS, acts: ACTS } })
  mandates = mandatesOf({ verifier, platform: PLATFORM, entropy: systemEntropy, clock: deps.clock })
})
afterAll(async () => {
  server.close()
  await room.close()
})
beforeEach(async () => {
  who = await room.holder()
  other = await room.holder()
})

const signer = ({ certificate, pair }: Holder['auth']): Signer => ({
  certificate,
  key: privateKey(pair.privateKey),
})
const key = ({ auth }: Pick<Holder, 'auth'>): Signer => signer(auth)
const terms = (change: Partial<Terms> = {}): Terms => ({
  ...{ principalCalled: '母', delegateCalled: '長女', purpose: '学校のこと', subDelegation: 0, within: null },
  scope: [{ clientId: SCHOOL, acts: ['diary'] }],
  ...{ from: room.made.clock.now, until: new Date(room.made.clock.now.getTime() + 30 * DAY_MS), ...change },
})
const listOf = async (holder: Holder) => (await room.verifier.ownMandates(room.own(holder, 'show'))).mandates
const withdraw = (mandateId: string, by: Holder) =>
  room.verifier.withdrawMandate({ ...room.own(by, `end mandate ${mandateId}`), mandateId })

async function logIn(by: Holder, mandateId?: string) {
  const begun = await plain(school)
  const login = await waiting({ server }, begun.location)
  const holder = { ...key(by), serial: by.auth.serial }
  await answer(room.verifier, holder, login.loginId, mandateId === undefined ? {} : { mandateId })
  return exchange(school, begun, await back({ server }, login))
}
const userinfo = (tokens: Awaited<ReturnType<typeof exchange>>) =>
  oidc.fetchUserInfo(school.configuration, tokens.access_token, tokens.claims()!.sub)

async function die({ residentId }: Holder): Promise<void> {
  await room.made.register.change({ residentId, event: 'die' })
  await room.made.authority.followRegister({})
}

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
const custody = (child: Holder, parent: Holder, more: { ended?: boolean; kind?: 'guardian' } = {}) =>
  room.made.register.recordCustody({
    ...{ childId: child.residentId, parentId: parent.residentId, ground: 'court', by: 'mori' },
    ...more,
  })
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
  await expect(take(child, { within: mandateId })).rejects.toMatchObject(refused('parentInPerson'))
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
  expect(await authority.custodyStands({ party, attestationId })).toEqual({ kind: 'parent' })
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

test('未成年後見: a guardian acts where parents do, and the service reads that it is a guardian', async () => {
  const child = await room.holder(day(15, -3))
  await custody(child, who, { kind: 'guardian' })
  const { mandate } = await take(child)
  expect(mandate).toMatchObject({ kind: 'guardian', state: 'standing' })
  const { mandateId } = mandate
  expect((await logIn(who, mandateId)).claims()).toMatchObject({ mandate: { kind: 'guardian', acts: ['absence'] } })
  await expect(withdraw(mandateId, child)).rejects.toMatchObject(refused('unknownMandate'))
  // Adopted by the same person: a parent, who says so anew.
  await custody(child, who, { kind: 'guardian', ended: true })
  await custody(child, who)
  expect(await countsAtSchool(mandateId)).toBe(false)
  expect((await take(child)).mandate).toMatchObject({ kind: 'parent' })
})

test('親権: a parent logs in for the child; the service hears of child and parent, and of nobody when custody has ended', async () => {
  const child = await room.holder(day(15, -3))
  await custody(child, who)
  const { mandateId } = (await take(child)).mandate
  const tokens = await logIn(who, mandateId)
  const [childHere, parentHere] = [(await logIn(child)).claims()!.sub, (await logIn(who)).claims()!.sub]
  expect(tokens.claims()).toMatchObject({
    ...{ sub: childHere, act: { sub: parentHere } },
    mandate: { kind: 'parent', acts: ['absence'] },
  })
  expect((await userinfo(tokens)).sub).toBe(childHere)
  const seen = await Promise.all([child, who].map((one) => room.verifier.ownMandates(room.own(one, 'show'))))
  for (const { uses } of seen) expect(uses).toMatchObject([{ mandateId, act: 'login', delegateCalled: '母' }])
  await expect(logIn(other, mandateId)).rejects.toMatchObject(refused('mandateNotHere'))
  await custody(child, who, { ended: true })
  await expect(userinfo(tokens)).rejects.toMatchObject({ status: 401 })
  await expect(logIn(who, mandateId)).rejects.toMatchObject(refused('mandateNotHere'))
})

test('the giver dies, and nobody says a word: what they gave, and what was handed on of it, counts no more', async () => {
  const third = await room.holder()
  const within = await mandates.give(key(who), key(other), terms({ subDelegation: 1 }))
  room.pass(1)
  const handedOn = await mandates.give(key(other), key(third), terms({ within, until: soon() }))
  const tokens = await logIn(third, handedOn)
  expect([await countsAtSchool(within), await countsAtSchool(handedOn)]).toEqual([true, true])
  await die(who)
  expect([await countsAtSchool(within), await countsAtSchool(handedOn)]).toEqual([false, false])
  await expect(userinfo(tokens)).rejects.toMatchObject({ status: 401 })
  await expect(logIn(other, within)).rejects.toMatchObject(refused('mandateNotHere'))
  // Their own affairs are still theirs.
  expect((await logIn(other)).claims()).not.toHaveProperty('act')
})
const soon = () => new Date(room.made.clock.now.getTime() + DAY_MS)

test('a firm’s representative dies: the employees act no more, and a new representative lets them anew', async () => {
  const name = '有限会社つばさ教材'
  const desk = await deskOf(room.verifier, ['operator', 'release'])
  const firm = async (by: Holder) => {
    const of = { platform: PLATFORM, number: firmNumbered(7), name, at: room.made.clock.now, entropy: systemEntropy }
    const { representationId } = (await room.verifier.claimFirm({ claim: firmClaim(signer(by.sign), of) })).firm
    await byTwo(room.verifier, desk, 'represent', representationId)
    const scope = [{ clientId: SCHOOL, acts: ['supply'] }]
    const whole = terms({ principalCalled: name, subDelegation: 1, scope })
    const within = (await mandates.forFirm(key(by), representationId, whole)).mandate.mandateId
    const part = terms({ principalCalled: name, within, scope, until: soon() })
    return { within, mandateId: await mandates.give(key(by), key(other), part) }
  }
  const first = await firm(who)
  const before = (await logIn(other, first.mandateId)).claims()!
  await die(who)
  expect([await countsAtSchool(first.within), await countsAtSchool(first.mandateId)]).toEqual([false, false])
  await expect(logIn(other, first.mandateId)).rejects.toMatchObject(refused('mandateNotHere'))
  const next = await firm(await room.holder())
  // To the service it is the same firm.
  expect((await logIn(other, next.mandateId)).claims()!.sub).toBe(before.sub)
})
