// Representatives and employees of firms: nobody acts for a firm because they say so; what an employee may do ends with the one who let
// them, and a service hears of firm, employee and representative by names of its own. Seed 3 (4); RFC 8693 §4.1.

import * as oidc from 'openid-client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemEntropy } from '../../../adapters/random.ts'
import { hex } from '../../../base/bytes.ts'
import { generateKeyPair, sign } from '../../../base/crypto.ts'
import { type OwnStatement, ownStatement } from '../../../protocol/consent/own-page.ts'
import type { Terms } from '../mandates/contract.ts'
import { mandatesOf } from '../mandates/specimen.ts'
import { standing } from '../mandates/standing.ts'
import { FOUR_INFO, type Holder } from '../testing/authority.ts'
import { byTwo, type DeskSessions, deskOf } from '../testing/desk.ts'
import {
  back,
  exchange,
  type OpenIdRoom,
  openIdRoom,
  plain,
  type Service,
  waiting,
} from '../testing/http/openid-room.ts'
import { answer, PLATFORM } from '../testing/phone.ts'
import { firmClaim, firmNumbered } from './specimen.ts'

const DAY_MS = 86_400_000
const FIRM = '株式会社ひかり製作所'
const ACTS = [
  { act: 'bid', title: '入札する / Bid', kinds: ['representative' as const, 'employee' as const] },
  { act: 'qualify', title: '資格を申請する / Apply for qualification', kinds: ['employee' as const] },
  { act: 'seal', title: '契約する / Conclude a contract', kinds: ['representative' as const] },
]
const REPRESENTATIVES = { kinds: ['representative' as const, 'employee' as const], acts: ACTS }
let room: OpenIdRoom
let mandates: ReturnType<typeof mandatesOf>
let desk: DeskSessions
let tenders: Service
let city: Service

beforeAll(async () => {
  room = await openIdRoom(undefined, { endActing: () => room.server.openId.endActing() })
  const { verifier, deps } = room
  mandates = mandatesOf({ verifier, platform: PLATFORM, entropy: systemEntropy, clock: deps.clock })
  desk = await deskOf(verifier, ['operator', 'release', 'auditor'])
  tenders = await room.service('tenders', { delegation: REPRESENTATIVES })
  city = await room.service('city', { delegation: { kinds: ['employee'], acts: [ACTS[1]!] } })
})
afterAll(() => room.close())

let numbered = 0
let number: string
let chief: Person
let clerk: Person
beforeEach(() => {
  number = firmNumbered(++numbered)
  chief = person()
  clerk = person()
})

interface Person extends Holder {
  /** The 署名用 key of the same card. */
  readonly sign: Holder
}

function person(days = 365): Person {
  // One key pair for both certificates: keys are dear, and nothing here is about them.
  const pair = generateKeyPair('RSA-2048')
  const auth = room.authority.issue('auth', { days, pair })
  return { ...auth, sign: room.authority.issue('sign', { cardSerial: auth.serial, days, pair }) }
}

const claimOf = (by: Person, change: Partial<Parameters<typeof firmClaim>[1]> = {}) =>
  firmClaim(by.sign, {
    ...{ platform: PLATFORM, number, name: FIRM, at: room.deps.clock(), entropy: systemEntropy, ...change },
  })
const claim = async (by: Person) => (await room.verifier.claimFirm({ claim: claimOf(by) })).firm

/** Claimed with the card, proposed by one clerk and released by another. */
async function represents(by: Person): Promise<string> {
  const { representationId } = await claim(by)
  await byTwo(room.verifier, desk, 'represent', representationId, 'as in the certificate of registered matters')
  return representationId
}

const terms = (change: Partial<Terms> = {}): Terms => ({
  ...{ principalCalled: FIRM, delegateCalled: '代表', purpose: '会社の手続き', subDelegation: 1, within: null },
  scope: [
    { clientId: 'tenders', acts: ['bid', 'qualify', 'seal'] },
    { clientId: 'city', acts: ['qualify'] },
  ],
  ...{ from: room.deps.clock(), until: new Date(room.deps.clock().getTime() + 30 * DAY_MS), ...change },
})

const actFor = async (by: Person, representationId: string, change: Partial<Terms> = {}) =>
  (await mandates.forFirm(by, representationId, terms(change))).mandate

/** The employee accepts; limited to what is said. */
const employ = (by: Person, whom: Person, within: string, change: Partial<Terms> = {}) =>
  mandates.give(by, whom, {
    ...terms({ within, subDelegation: 0, delegateCalled: '営業の佐倉', purpose: '市の入札' }),
    ...{
      scope: [{ clientId: 'tenders', acts: ['bid'] }],
      until: new Date(room.deps.clock().getTime() + DAY_MS),
      ...change,
    },
  })

async function actAt(service: Service, by: Person, mandateId?: string) {
  const begun = await plain(service)
  const login = await waiting(room, begun.location)
  await answer(room.verifier, by, login.loginId, mandateId === undefined ? {} : { mandateId })
  return exchange(service, begun, await back(room, login))
}
const own = (by: Person, wanted: OwnStatement['wanted']) => {
  const of = { platform: PLATFORM, wanted, nonce: hex(systemEntropy(16)), at: room.deps.clock() }
  const signature = sign('RSA-SHA256', by.key, ownStatement(of))
  return { certificate: by.certificate, signature, nonce: of.nonce, at: of.at }
}
const seenBy = (by: Person) => room.verifier.ownMandates(own(by, 'show'))
const counts = async (mandateId: string, clientId = 'tenders') =>
  (await standing(room.deps, (await room.deps.store.client(clientId))!, mandateId)) !== undefined
const refused = (code: string) => expect.objectContaining({ code: `verifier/${code}` })
const userinfo = ({ configuration }: Service, tokens: Awaited<ReturnType<typeof exchange>>) =>
  oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()!.sub)

test('seed 3 (4): to say that one represents a firm gives nothing; two clerks who have seen the register do, and they see who claims', async () => {
  const firm = await claim(chief)
  expect(firm).toMatchObject({ number, name: FIRM, state: 'claimed' })
  await expect(actFor(chief, firm.representationId)).rejects.toEqual(refused('notRepresentative'))
  await expect(claim(chief)).rejects.toEqual(refused('firmClaimed'))
  const atDesk = async () =>
    (await room.verifier.firmsAtDesk({ session: desk.auditor })).firms.find((one) => one.number === number)
  const { gender: _, ...person } = FOUR_INFO
  expect(await atDesk()).toMatchObject({ name: FIRM, state: 'claimed', person })
  const subject = firm.representationId
  const act = { act: 'represent', subject } as const
  await room.verifier.proposeAct({ session: desk.operator, ...act, reason: 'seen' })
  await expect(room.verifier.releaseAct({ session: desk.operator, ...act })).rejects.toEqual(refused('notYourPart'))
  await expect(actFor(chief, subject)).rejects.toEqual(refused('notRepresentative'))
  await room.verifier.releaseAct({ session: desk.release, ...act })
  await expect(room.verifier.releaseAct({ session: desk.release, ...act })).rejects.toEqual(refused('notProposed'))
  // Decided: nobody at the desk needs to see any more who it is.
  expect(await atDesk()).toMatchObject({ state: 'standing', person: null })
  expect(await actFor(chief, subject)).toMatchObject({ kind: 'representative', state: 'standing' })
  await expect(actFor(clerk, subject)).rejects.toEqual(refused('notRepresentative'))
  await expect(actFor(chief, subject, { principalCalled: '別の会社' })).rejects.toEqual(refused('notRepresentative'))
  expect((await seenBy(chief)).firms).toMatchObject([{ number, name: FIRM, state: 'standing' }])
  // Of firm and person nothing is in clear in the records, nor in what was logged.
  expect(await room.rows()).not.toMatch(new RegExp(`${number}|${FOUR_INFO.name}|${FOUR_INFO.address}`))
  expect(JSON.stringify(room.logged)).not.toMatch(new RegExp(`${number}|${FIRM}|${FOUR_INFO.name}`))
})

test('a claim counts once, in time, for this platform, by a valid card, for a 法人番号 with its check digit', async () => {
  const not = refused('firmClaim')
  const send = (bytes: Uint8Array) => room.verifier.claimFirm({ claim: bytes })
  const wrongDigit = `${(Number(number[0]) % 9) + 1}${number.slice(1)}`
  for (const change of [{ platform: 'another' }, { number: wrongDigit }, { name: ' ' }, { name: 'a\nb' }])
    await expect(send(claimOf(chief, change))).rejects.toEqual(not)
  await expect(send(claimOf({ ...chief, sign: { ...chief.sign, key: clerk.sign.key } }))).rejects.toEqual(not)
  // The 利用者証明用 key signs no claims: its certificate names nobody.
  await expect(send(claimOf({ ...chief, sign: chief }))).rejects.toEqual(not)
  const old = claimOf(chief, { at: new Date(room.deps.clock().getTime() - 11 * 60_000) })
  await expect(send(old)).rejects.toEqual(refused('statementOld'))
  const once = claimOf(chief)
  await send(once)
  await expect(send(once)).rejects.toEqual(refused('statementUsed'))
  const alone = person()
  room.authority.revoke(alone.sign.serial)
  await expect(send(claimOf(alone))).rejects.toEqual(not)
})

test('an employee who has accepted acts for the firm: the token names firm, employee and representative, each by pairwise names', async () => {
  const within = (await actFor(chief, await represents(chief))).mandateId
  const ofFirm = (await actAt(tenders, chief, within)).claims()!
  const chiefHere = (await actAt(tenders, chief)).claims()!.sub
  const mandate = { kind: 'representative', acts: ['bid', 'seal'] }
  expect(ofFirm).toMatchObject({ act: { sub: chiefHere }, mandate })
  expect(ofFirm.sub).not.toBe(chiefHere)
  const until = new Date(room.deps.clock().getTime() + 3_600_000)
  const mandateId = await employ(chief, clerk, within, { until })
  const tokens = await actAt(tenders, clerk, mandateId)
  expect(tokens.claims()).toMatchObject({
    sub: ofFirm.sub,
    act: { sub: (await actAt(tenders, clerk)).claims()!.sub, act: { sub: chiefHere } },
    mandate: { kind: 'employee', acts: ['bid'], until: Math.floor(until.getTime() / 1000) },
  })
  expect((await userinfo(tenders, tokens)).sub).toBe(ofFirm.sub)
  await expect(actAt(city, clerk, mandateId)).rejects.toEqual(refused('mandateNotHere'))
  const atCity = await employ(chief, clerk, within, { scope: [{ clientId: 'city', acts: ['qualify'] }] })
  expect((await actAt(city, clerk, atCity)).claims()!.sub).not.toBe(ofFirm.sub)
  // The city takes employees only.
  await expect(actAt(city, chief, within)).rejects.toEqual(refused('mandateNotHere'))
  // Both see each use, and so does another representative of the firm.
  const second = person()
  await represents(second)
  for (const by of [chief, clerk, second]) {
    const { uses } = await seenBy(by)
    expect(uses.filter((use) => use.mandateId === mandateId)).toMatchObject([
      { act: 'login', principalCalled: FIRM, delegateCalled: '営業の佐倉' },
    ])
  }
})

test('by default nobody; more than the representative has, handed on by an employee, or given to oneself: refused', async () => {
  const within = (await actFor(chief, await represents(chief), { scope: [{ clientId: 'tenders', acts: ['bid'] }] }))
    .mandateId
  const more = (what: string) => expect.objectContaining({ code: 'verifier/mandateExceeds', detail: { more: what } })
  await expect(employ(chief, clerk, within, { scope: [{ clientId: 'tenders', acts: ['qualify'] }] })).rejects.toEqual(
    more('scope'),
  )
  const late = { until: new Date(room.deps.clock().getTime() + 31 * DAY_MS) }
  await expect(employ(chief, clerk, within, late)).rejects.toEqual(more('time'))
  await expect(employ(chief, chief, within)).rejects.toEqual(refused('ownInvitation'))
  const mandateId = await employ(chief, clerk, within)
  await expect(employ(clerk, person(), mandateId)).rejects.toEqual(more('depth'))
  // Without a representative there is no employee.
  await expect(mandates.offer(clerk, terms({ scope: [{ clientId: 'city', acts: ['qualify'] }] }))).rejects.toEqual(
    refused('notDelegable'),
  )
  // What a service does not let representatives or employees do, nobody gets.
  const unknown = { scope: [{ clientId: 'tenders', acts: ['dissolve'] }] }
  await expect(actFor(chief, (await seenBy(chief)).firms[0]!.representationId, unknown)).rejects.toEqual(
    refused('notDelegable'),
  )
})

test('it ends at once: with the employee’s mandate, the representative’s standing, the firm, or a death; tokens die, and nobody logs in', async () => {
  const { verifier } = room
  const end = (mandateId: string, by: Person) =>
    verifier.withdrawMandate({ ...own(by, `end mandate ${mandateId}`), mandateId })
  const { operator: session } = desk
  const ends: [string, (of: { mandateId: string; within: string; id: string }) => unknown][] = [
    ['withdrawn by the representative', ({ mandateId }) => end(mandateId, chief)],
    ['given up by the employee', ({ mandateId }) => end(mandateId, clerk)],
    ['the representative’s own mandate withdrawn', ({ within }) => end(within, chief)],
    [
      'the clerk says it is over',
      ({ id }) => verifier.endRepresentation({ session, representationId: id, reason: 'r' }),
    ],
    ['left', ({ id }) => verifier.leaveFirm({ ...own(chief, `end firm ${id}`), representationId: id })],
    ['the firm is struck off', () => verifier.strikeFirm({ session, number, reason: 'closed' })],
    ['the representative has died', () => room.authority.revoke(chief.serial)],
    ['the employee has died', () => room.authority.revoke(clerk.serial)],
  ]
  for (const [what, how] of ends) {
    number = firmNumbered(++numbered)
    ;[chief, clerk] = [person(), person()]
    const id = await represents(chief)
    const within = (await actFor(chief, id)).mandateId
    const mandateId = await employ(chief, clerk, within)
    const tokens = await actAt(tenders, clerk, mandateId)
    expect((await userinfo(tenders, tokens)).sub, what).toBeTruthy()
    await how({ mandateId, within, id })
    await expect(userinfo(tenders, tokens), what).rejects.toMatchObject({ status: 401 })
    const no = what === 'the employee has died' ? { error: 'access_denied' } : { code: 'verifier/mandateNotHere' }
    await expect(actAt(tenders, clerk, mandateId), what).rejects.toMatchObject(no)
  }
})

test('共同代表: a claim is refused as that, and what stood ends as that, when the register says that several act together', async () => {
  const joint = (representationId: string) =>
    room.verifier.endRepresentation({ session: desk.operator, representationId, reason: 'two together', joint: true })
  await joint((await claim(chief)).representationId)
  const id = await represents(chief)
  const within = (await actFor(chief, id)).mandateId
  expect(await counts(within)).toBe(true)
  await joint(id)
  expect((await seenBy(chief)).firms.map(({ state }) => state)).toEqual(['joint', 'joint'])
  expect(await counts(within)).toBe(false)
  await expect(joint(id)).rejects.toEqual(refused('unknownFirm'))
})

test('what ended is not revived: after a strike both are fallen, and the firm is claimed and released anew', async () => {
  const id = await represents(chief)
  const within = (await actFor(chief, id)).mandateId
  const mandateId = await employ(chief, clerk, within)
  await room.verifier.strikeFirm({ session: desk.operator, number, reason: 'closed' })
  const stateOf = async (by: Person, of: string) =>
    (await seenBy(by)).mandates.find((one) => one.mandateId === of)?.state
  expect([await stateOf(chief, within), await stateOf(clerk, mandateId)]).toEqual(['fallen', 'fallen'])
  expect((await seenBy(chief)).firms).toMatchObject([{ state: 'struck' }])
  await expect(room.verifier.strikeFirm({ session: desk.operator, number, reason: 'r' })).rejects.toEqual(
    refused('unknownFirm'),
  )
  const anew = (await actFor(chief, await represents(chief))).mandateId
  expect([await counts(within), await counts(mandateId), await counts(anew)]).toEqual([false, false, true])
})

test('the register is looked at anew each year; a renewal keeps what stands on it, and while it cannot be read nobody acts', async () => {
  const YEAR_MS = 366 * DAY_MS
  chief = person(1000)
  const id = await represents(chief)
  room.time.ahead = YEAR_MS - DAY_MS
  desk = await deskOf(room.verifier, ['operator', 'release'])
  const within = (await actFor(chief, id)).mandateId
  const anew = await represents(chief)
  room.time.ahead = YEAR_MS + DAY_MS
  expect((await seenBy(chief)).firms.map(({ state }) => state)).toEqual(['standing', 'ended'])
  expect(await counts(within)).toBe(true)
  const firms = { ...room.deps.store.firms, represents: () => Promise.reject(new Error('away')) }
  const client = (await room.deps.store.client('tenders'))!
  const away = { ...room.deps, store: { ...room.deps.store, firms } }
  await expect(standing(away, client, within)).rejects.toThrow('away')
  expect(await counts(within)).toBe(true)
  room.time.ahead = 2 * YEAR_MS - 2 * DAY_MS
  const last = (await actFor(chief, anew)).mandateId
  expect(await counts(last)).toBe(true)
  room.time.ahead = 2 * YEAR_MS
  expect((await seenBy(chief)).firms[0]?.state).toBe('expired')
  expect(await counts(last)).toBe(false)
  room.time.ahead = 0
})
