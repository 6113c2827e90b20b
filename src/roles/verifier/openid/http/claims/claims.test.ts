// What a service is told of a person at a login: of what it asked, what the person gave, as J-LIS has it at this moment. With a real
// authority, a signed consent, and openid-client as the service.

import * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemEntropy } from '../../../../../adapters/random.ts'
import { privateKey, sign } from '../../../../../base/crypto.ts'
import { Refusal } from '../../../../../base/refusal.ts'
import { ageStatement, sealAgeProof } from '../../../../../protocol/age-proof/age-proof.ts'
import { ageQuestionOf } from '../../../../../protocol/login/login-message.ts'
import { ADDRESS, type WatchedRoom, watchedRoom } from '../../../../../world/testing/watched-room.ts'
import type { Holder } from '../../../../authority/parties/specimen.ts'
import { FOUR_INFO } from '../../../../authority/test-authority.ts'
import { browser } from '../../../testing/browser.ts'
import {
  back,
  exchange,
  type OpenIdRoom,
  openIdRoom,
  plain,
  type Service,
  waiting,
} from '../../../testing/http/openid-room.ts'
import { answer } from '../../../testing/phone.ts'

const DAY_MS = 86_400_000
const BIRTHDATE = '2000-02-03'
let watched: WatchedRoom
let room: OpenIdRoom
let bank: Service
let shop: Service
let who: Holder
/** J-LIS does not answer. */
let away = false

beforeAll(async () => {
  watched = await watchedRoom()
  const { party, ...deps } = watched.deps
  const authority = { ...party!.authority }
  const asked = authority.latestFacts
  authority.latestFacts = async (input) => {
    if (away) throw new Refusal('peer/unreachable', 503, 'no answer')
    return asked(input)
  }
  room = await openIdRoom(undefined, { ...deps, party: { ...party!, authority } })
  bank = await room.service('hinata-bank')
  shop = await room.service('corner-shop', { mayAsk: ['age'] })
  who = await watched.holder(BIRTHDATE)
})
afterAll(async () => {
  await room?.close()
  await watched?.close()
})

type Claims = Record<string, unknown>
const wanting = (claims: Claims, verification: Claims = { trust_framework: null }) =>
  JSON.stringify({ userinfo: { verified_claims: { verification, claims } } })

const NAME = { name: { essential: true, purpose: '口座の名義を確かめるため' } }
const BOTH = { ...NAME, address: { purpose: 'カードを送るため' } }

const keyOf = ({ auth }: Holder) => privateKey(auth.pair.privateKey)

/** The phone's answer: these are given, and an age is proved where one is asked. */
async function answering(loginId: string, given: readonly string[], holder = who, proof = true) {
  const shown = await room.verifier.showLogin({ loginId })
  const question = ageQuestionOf(shown, { party: shown.party!, at: shown.since })
  const { sealFor } = await watched.made.authority.ageKey({})
  const signed = question && {
    certificate: holder.auth.certificate,
    signature: sign('RSA-SHA256', keyOf(holder), ageStatement(question)),
  }
  const ageProof = signed && proof ? { ageProof: sealAgeProof(signed, question, sealFor, systemEntropy) } : {}
  const own = { serial: holder.auth.serial, certificate: holder.auth.certificate, key: keyOf(holder) }
  return answer(room.verifier, own, loginId, { given, ...ageProof })
}

interface Told {
  readonly sub: string
  readonly verified_claims?: { readonly verification: Claims; readonly claims: Claims }
}

async function tokensOf(service: Service, claims: string, given: readonly string[], holder = who) {
  const begun = await plain(service, { claims })
  const login = await waiting(room, begun.location)
  expect((await answering(login.loginId, given, holder)).verdict.outcome).toBe('passed')
  const tokens = await exchange(service, begun, await back(room, login))
  return { tokens, sub: tokens.claims()!.sub, login }
}

const userinfo = async ({ configuration }: Service, { tokens, sub }: Awaited<ReturnType<typeof tokensOf>>) =>
  (await oidc.fetchUserInfo(configuration, tokens.access_token, sub)) as unknown as Told

const told = async (service: Service, claims: string, given: readonly string[], holder = who) =>
  userinfo(service, await tokensOf(service, claims, given, holder))

test('without a consent that was signed with the card nothing is told, essential or not; with one from the next day on', async () => {
  const first = await tokensOf(bank, wanting(BOTH), ['name', 'address'])
  expect(await userinfo(bank, first)).toEqual({ sub: first.sub })
  await watched.consent('hinata-bank', first.sub, who, ['name', 'address', 'birthDate'])
  expect((await told(bank, wanting(BOTH), ['name'])).verified_claims).toBeUndefined()
  watched.pass(DAY_MS)
  const { verified_claims } = await told(bank, wanting(BOTH), ['name', 'address'])
  expect(verified_claims).toEqual({
    verification: { trust_framework: 'jp_jpki' },
    claims: { name: FOUR_INFO.name, address: { formatted: FOUR_INFO.address, country: 'JP' } },
  })
})

test('what was not given on the phone, not consented to, or not asked, is not told', async () => {
  expect((await told(bank, wanting(BOTH), ['name'])).verified_claims?.claims).toEqual({ name: FOUR_INFO.name })
  // The person sees it on the own page: which facts, and no more than those.
  const [use] = (await room.verifier.ownRecords(watched.own(who, 'show'))).uses
  expect(use).toMatchObject({ kind: 'facts', clientId: 'hinata-bank', items: ['name'] })
  const all = { name: null, birthdate: null, gender: null, nationalities: null }
  const given = ['name', 'birthdate', 'gender']
  expect((await told(bank, wanting(all), given)).verified_claims?.claims).toEqual({
    name: FOUR_INFO.name,
    birthdate: BIRTHDATE,
  })
  expect(await told(bank, wanting(all), [])).toEqual({ sub: expect.any(String) })
  const other = await watched.holder(BIRTHDATE)
  expect((await told(bank, wanting(BOTH), ['name', 'address'], other)).verified_claims).toBeUndefined()
})

test('IDA §6.5: the process and the evidence where they are asked for; what does not fit the demand is left out', async () => {
  const time = watched.made.clock.now.toISOString()
  const record = {
    type: { value: 'electronic_record' },
    record: { type: null },
    check_details: [{ check_method: null }],
  }
  const whole = { trust_framework: { value: 'jp_jpki' }, time: { max_age: 60 }, assurance_process: null }
  const verification = { ...whole, evidence: [{ type: { value: 'document' } }, record] }
  expect((await told(bank, wanting(NAME, verification), ['name'])).verified_claims?.verification).toEqual({
    trust_framework: 'jp_jpki',
    time,
    assurance_process: { policy: '公的個人認証法', procedure: '最新の利用者情報提供' },
    evidence: [
      { type: 'electronic_record', record: { type: 'population_register' }, check_details: [{ check_method: 'data' }] },
    ],
  })
  for (const demand of [
    { trust_framework: { value: 'eidas' } },
    { trust_framework: { values: ['jp_aml'] } },
    { trust_framework: null, evidence: [{ type: { value: 'document' } }] },
    { trust_framework: null, assurance_level: { value: 'high' } },
  ])
    expect((await told(bank, wanting(NAME, demand), ['name'])).verified_claims).toBeUndefined()
  const claims = { ...NAME, birthdate: { value: '1970-01-01' } }
  expect((await told(bank, wanting(claims), ['name', 'birthdate'])).verified_claims?.claims).toEqual({
    name: FOUR_INFO.name,
  })
})

test('an age is yes or no of J-LIS, by the phone’s key alone, once; without a proof there is none', async () => {
  const limit = wanting({ age_over_20: { essential: true, purpose: '酒類を売るため' } })
  const adult = await tokensOf(shop, limit, ['age_over_20'])
  expect((await userinfo(shop, adult)).verified_claims?.claims).toEqual({ age_over_20: true })
  expect((await userinfo(shop, adult)).verified_claims).toBeUndefined()
  // Told once and noted once, for the person's own page: that, to whom and when, and not what J-LIS said.
  const at = watched.made.clock.now
  const { uses } = await room.verifier.ownRecords(watched.own(who, 'show'))
  const ages = uses.filter(({ kind, clientId }) => kind === 'facts' && clientId === 'corner-shop')
  expect(ages).toMatchObject([{ at, clientName: (await room.verifier.showLogin(adult.login)).clientName }])
  expect(ages[0]!.items).toEqual(['age_over_20'])
  const child = await watched.holder('2008-02-03')
  expect((await told(shop, limit, ['age_over_20'], child)).verified_claims?.claims).toEqual({ age_over_20: false })
  // J-LIS has not granted this platform to ask for that one.
  expect((await told(shop, wanting({ age_over_65: null }), ['age_over_65'])).verified_claims).toBeUndefined()
  const begun = await plain(shop, { claims: limit })
  const login = await waiting(room, begun.location)
  await answering(login.loginId, ['age_over_20'], who, false)
  const tokens = await exchange(shop, begun, await back(room, login))
  expect(await userinfo(shop, { tokens, sub: tokens.claims()!.sub, login })).toEqual({ sub: adult.sub })
})

test('the person’s signature covers what is asked, why, and what is given', async () => {
  const login = async () => waiting(room, (await plain(bank, { claims: wanting(BOTH) })).location)
  const own = { serial: who.auth.serial, certificate: who.auth.certificate, key: keyOf(who) }
  const asked = [
    { claim: 'name', essential: true, purpose: '口座の名義を確かめるため' },
    { claim: 'address', essential: false, purpose: 'カードを送るため' },
  ]
  for (const change of [
    { given: ['name'], asked: [asked[0]!] },
    { given: ['name'], asked: [asked[0]!, { ...asked[1]!, purpose: '別の理由' }] },
    { given: ['name'], asked: [{ ...asked[0]!, essential: false }, asked[1]!] },
  ]) {
    const { loginId } = await login()
    expect((await room.verifier.showLogin({ loginId })).asked).toEqual(asked)
    expect((await answer(room.verifier, own, loginId, change)).verdict.outcome).toBe('failed')
  }
  // Nothing more than asked, and not less than what the service cannot do without: that is not this login’s answer.
  for (const given of [['address'], [], ['name', 'gender']]) {
    const { loginId } = await login()
    await expect(answering(loginId, given)).rejects.toMatchObject({ code: 'verifier/otherClaims' })
    expect((await room.verifier.showLogin({ loginId })).state).toBe('waiting')
  }
})

test('a service gets what it is registered for, one age at a time, for a reason of one line', async () => {
  const error = async (service: Service, claims: string) => {
    const { url } = await browser(room.server.issuer).go((await plain(service, { claims })).location.href)
    return new URL(url).searchParams
  }
  for (const [service, claims] of [
    [shop, wanting(NAME)],
    [bank, wanting({ age_over_18: null, age_over_20: null })],
    [bank, wanting({ name: { purpose: 'two\nlines' } })],
    [bank, wanting({ name: { purpose: 'x' } })],
    [bank, JSON.stringify({ userinfo: { verified_claims: { claims: NAME } } })],
    [bank, JSON.stringify({ userinfo: { verified_claims: [] } })],
  ] as const)
    expect((await error(service, claims)).get('error')).toBe('invalid_request')
})

test('facts are in no ID token, address, record or log; J-LIS away is an error and not “nothing”', async () => {
  const inToken = JSON.stringify({
    id_token: { verified_claims: { verification: { trust_framework: null }, claims: NAME } },
  })
  const { tokens, login } = await tokensOf(bank, inToken, [])
  expect(tokens.claims()?.verified_claims).toBeUndefined()
  expect((await room.verifier.showLogin({ loginId: login.loginId })).asked).toEqual([])
  const given = await tokensOf(bank, wanting(BOTH), ['name', 'address'])
  expect(given.tokens.claims()?.verified_claims).toBeUndefined()
  away = true
  await expect(userinfo(bank, given)).rejects.toMatchObject({ status: 503 })
  away = false
  expect((await userinfo(bank, given)).verified_claims?.claims).toMatchObject({ name: FOUR_INFO.name })
  const rows = [
    await watched.db.selectFrom('login').selectAll().execute(),
    await watched.db.selectFrom('openid_artifact').selectAll().execute(),
    watched.logged,
    room.logged,
  ]
  const plainly = (_: string, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value instanceof Uint8Array ? Buffer.from(value).toString() : value
  const kept = JSON.stringify(rows, plainly)
  for (const secret of [FOUR_INFO.name, FOUR_INFO.address, BIRTHDATE]) expect(kept).not.toContain(secret)
})

test('RFC 9470: read long after the login, the answer asks for another, and says how fresh it must be', async () => {
  const late = await tokensOf(bank, wanting(NAME), ['name'])
  watched.pass(121_000)
  const response = await fetch(bank.configuration.serverMetadata().userinfo_endpoint!, {
    headers: { authorization: `Bearer ${late.tokens.access_token}` },
  })
  expect(response.status).toBe(401)
  const challenge = response.headers.get('www-authenticate')
  expect(challenge).toMatch(/^Bearer .*error="insufficient_user_authentication".*, max_age="120"$/)
})

test('after a move: nothing until there is a new certificate, then its facts; after the person’s withdrawal nothing at once', async () => {
  await watched.move(who)
  expect((await told(bank, wanting(BOTH), ['name', 'address'])).verified_claims).toBeUndefined()
  await watched.issue(who.residentId, 'sign')
  const given = await tokensOf(bank, wanting(BOTH), ['name', 'address'])
  expect((await userinfo(bank, given)).verified_claims?.claims.address).toEqual({ formatted: ADDRESS, country: 'JP' })
  const { consents } = await room.verifier.ownRecords(watched.own(who, 'show'))
  const { consentId } = consents[0]!
  await room.verifier.withdrawOwn({ ...watched.own(who, `withdraw ${consentId}`), consentId })
  expect((await userinfo(bank, given)).verified_claims).toBeUndefined()
})
