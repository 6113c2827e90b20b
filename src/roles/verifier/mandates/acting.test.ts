// Somebody logs in for another: the service hears of both by names that nobody else knows, both hear of it, and what was given ends
// with the mandate. RFC 8693 §4.1; OpenID Connect Back-Channel Logout 1.0. Seed 0 高橋①.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt } from 'jose'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemEntropy } from '../../../adapters/random.ts'
import { hex } from '../../../base/bytes.ts'
import { sign } from '../../../base/crypto.ts'
import { ownStatement } from '../../../protocol/consent/own-page.ts'
import { serviceApi } from '../api/http.ts'
import { OWN } from '../evidence/store.ts'
import type { Holder } from '../testing/authority.ts'
import {
  back,
  exchange,
  type OpenIdRoom,
  openIdRoom,
  plain,
  type Service,
  waiting,
} from '../testing/http/openid-room.ts'
import { named } from '../testing/http.ts'
import { answer, PLATFORM } from '../testing/phone.ts'
import type { Terms } from './contract.ts'
import { mandatesOf } from './specimen.ts'

const DELEGATION = {
  kinds: ['general' as const],
  acts: [
    { act: 'prescriptions.read', title: '処方箋を見る / See prescriptions' },
    { act: 'prescriptions.collect', title: '薬を受け取る / Collect medicines' },
  ],
}
const DAY_MS = 86_400_000
let room: OpenIdRoom
let mandates: ReturnType<typeof mandatesOf>
let pharmacy: Service
let clinic: Service
let shop: Service
const heard: string[] = []
let away = false
const site = createServer(async (req, res) => {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  if (!away) heard.push(new URLSearchParams(Buffer.concat(chunks).toString()).get('logout_token') ?? '')
  res.writeHead(away ? 503 : 200).end()
})

beforeAll(async () => {
  site.listen(0, '127.0.0.1')
  await once(site, 'listening')
  room = await openIdRoom(undefined, { endActing: () => room.server.openId.endActing() })
  const { verifier, deps } = room
  mandates = mandatesOf({ verifier, platform: PLATFORM, entropy: systemEntropy, clock: deps.clock })
  const backchannelLogoutUri = `http://localhost:${(site.address() as AddressInfo).port}/out`
  pharmacy = await room.service('pharmacy', { delegation: DELEGATION, backchannelLogoutUri })
  clinic = await room.service('clinic', { delegation: DELEGATION })
  shop = await room.service('shop')
})
afterAll(async () => {
  site.close()
  await room.close()
})

const newPerson = () => room.authority.issue('auth')
const BOTH = ['prescriptions.read', 'prescriptions.collect']
const terms = (change: Partial<Terms> = {}): Terms => ({
  ...{ principalCalled: '母', delegateCalled: '長女', purpose: '薬の受け取り', subDelegation: 0, within: null },
  ...{ scope: [{ clientId: 'pharmacy', acts: BOTH }], from: room.deps.clock() },
  ...{ until: new Date(Date.now() + 30 * DAY_MS), ...change },
})
const give = (from: Holder, to: Holder, change: Partial<Terms> = {}) => mandates.give(from, to, terms(change))

const own = (by: Holder, wanted: 'show' | `end mandate ${string}`) => {
  const of = { platform: PLATFORM, wanted, nonce: hex(systemEntropy(16)), at: room.deps.clock() }
  const signature = sign('RSA-SHA256', by.key, ownStatement(of))
  return { certificate: by.certificate, signature, nonce: of.nonce, at: of.at }
}
const withdraw = (mandateId: string, by: Holder) =>
  room.verifier.withdrawMandate({ ...own(by, `end mandate ${mandateId}`), mandateId })

/** Until the code is at the service. */
async function acted(service: Service, by: Holder, mandateId?: string) {
  const begun = await plain(service)
  const login = await waiting(room, begun.location)
  await answer(room.verifier, by, login.loginId, mandateId === undefined ? {} : { mandateId })
  return { begun, callback: await back(room, login) }
}
async function actAt(service: Service, by: Holder, mandateId?: string) {
  const { begun, callback } = await acted(service, by, mandateId)
  return exchange(service, begun, callback)
}
const subjectAt = async (service: Service, who: Holder) => (await actAt(service, who)).claims()!.sub
const userinfo = (service: Service, tokens: Awaited<ReturnType<typeof exchange>>) =>
  oidc.fetchUserInfo(service.configuration, tokens.access_token, tokens.claims()!.sub)
const refusedTo = (code: string) => expect.objectContaining({ code: `verifier/${code}` })

test('the subject is whose affairs they are, act who acts: the names that the service knows both by, and no others', async () => {
  const [mother, daughter] = [newPerson(), newPerson()]
  const scope = ['pharmacy', 'clinic'].map((clientId) => ({ clientId, acts: BOTH }))
  const mandateId = await give(mother, daughter, { scope })
  const tokens = await actAt(pharmacy, daughter, mandateId)
  const claims = tokens.claims()!
  const [hers, own] = [await subjectAt(pharmacy, mother), await subjectAt(pharmacy, daughter)]
  const mandate = { id: expect.any(String), kind: 'general', acts: BOTH, until: expect.any(Number) }
  expect(claims).toMatchObject({ sub: hers, act: { sub: own }, mandate })
  expect(await userinfo(pharmacy, tokens)).toEqual({ sub: hers, act: { sub: own }, mandate })
  // At another service every name is another, that of the mandate too.
  const elsewhere = (await actAt(clinic, daughter, mandateId)).claims()!
  const names = (of: typeof claims) => [of.sub, (of.act as typeof claims).sub, (of.mandate as { id: string }).id]
  expect(new Set([...names(claims), ...names(elsewhere), mandateId]).size).toBe(7)
  // Who logs in for themselves is nobody's delegate.
  expect((await actAt(pharmacy, daughter)).claims()).not.toHaveProperty('act')
  const seen = await Promise.all([mother, daughter].map((one) => room.verifier.ownMandates(own_(one))))
  for (const { uses } of seen)
    expect(uses.map(({ clientId, act, delegateCalled }) => [clientId, act, delegateCalled])).toEqual([
      ['clinic', 'login', '長女'],
      ['pharmacy', 'login', '長女'],
    ])
  expect([await evidenceOf(claims), await evidenceOf(elsewhere)]).toEqual([['login'], ['login']])
  expect(JSON.stringify(room.logged)).not.toMatch(new RegExp(`${hers}|${own}`))
})
const own_ = (by: Holder) => own(by, 'show')
/** For auditors: uses of this mandate, by the name that the service has for it. */
async function evidenceOf({ mandate: of }: oidc.IDToken): Promise<string[]> {
  await room.verifier.sealEvidence({})
  const lines = (await room.deps.store.evidence.lines(OWN, 0, 1_000)).map(({ line }) => JSON.parse(line))
  return lines.filter(({ mandate }) => mandate === Reflect.get(of as object, 'id')).map(({ act }) => act)
}

test('handed on: act names who acts, and inside it through whom', async () => {
  const [mother, daughter, husband] = [newPerson(), newPerson(), newPerson()]
  const within = await give(mother, daughter, { subDelegation: 1 })
  const scope = [{ clientId: 'pharmacy', acts: ['prescriptions.collect'] }]
  const until = new Date(Date.now() + DAY_MS)
  const mandateId = await give(daughter, husband, { within, scope, until, delegateCalled: '夫' })
  const claims = (await actAt(pharmacy, husband, mandateId)).claims()!
  expect(claims).toMatchObject({
    sub: await subjectAt(pharmacy, mother),
    act: { sub: await subjectAt(pharmacy, husband), act: { sub: await subjectAt(pharmacy, daughter) } },
    mandate: { acts: ['prescriptions.collect'], until: Math.floor(until.getTime() / 1000) },
  })
  heard.length = 0
  await withdraw(within, mother)
  // At once, and for what was handed on.
  expect(heard.map((token) => decodeJwt(token).sid)).toEqual([claims.sid])
  await expect(actAt(pharmacy, husband, mandateId)).rejects.toEqual(refusedTo('mandateNotHere'))
})

test('at another service, by another person, before its time, with another text, or where nobody acts: refused', async () => {
  const [mother, daughter] = [newPerson(), newPerson()]
  const mandateId = await give(mother, daughter)
  const not = refusedTo('mandateNotHere')
  await expect(actAt(clinic, daughter, mandateId)).rejects.toEqual(not)
  await expect(actAt(shop, daughter, mandateId)).rejects.toEqual(not)
  await expect(actAt(pharmacy, mother, mandateId)).rejects.toEqual(not)
  await expect(actAt(pharmacy, newPerson(), mandateId)).rejects.toEqual(not)
  await expect(actAt(pharmacy, daughter, 'f'.repeat(32))).rejects.toEqual(not)
  const later = await give(mother, daughter, { from: new Date(Date.now() + DAY_MS) })
  await expect(actAt(pharmacy, daughter, later)).rejects.toEqual(not)
  // Signed for oneself, sent as for another: the signature is over what the person chose.
  const login = await waiting(room, (await plain(pharmacy)).location)
  const signed = await answer(
    { ...room.verifier, answerLogin: (input) => room.verifier.answerLogin({ ...input, mandateId }) },
    daughter,
    login.loginId,
  )
  expect(signed.verdict.outcome).toBe('failed')
  expect((await back(room, login)).searchParams.get('error')).toBe('access_denied')
  // The screen says whether a phone may choose.
  const loginOf = async (service: Service) => (await waiting(room, (await plain(service)).location)).loginId
  expect((await room.verifier.showLogin({ loginId: await loginOf(pharmacy) })).delegation).toBe(true)
  expect((await room.verifier.showLogin({ loginId: await loginOf(shop) })).delegation).toBe(false)
})

test('between the answer and the token: withdrawn, or a certificate of either revoked, and there is no token', async () => {
  const ends: [string, (mandateId: string, mother: Holder, daughter: Holder) => unknown][] = [
    ['withdrawn by the principal', (mandateId, mother) => withdraw(mandateId, mother)],
    ['withdrawn by the delegate', (mandateId, _, daughter) => withdraw(mandateId, daughter)],
    ['the principal revoked', (_, mother) => room.authority.revoke(mother.serial)],
    ['the delegate revoked', (_, __, daughter) => room.authority.revoke(daughter.serial)],
  ]
  for (const [what, end] of ends) {
    const [mother, daughter] = [newPerson(), newPerson()]
    const mandateId = await give(mother, daughter)
    const { begun, callback } = await acted(pharmacy, daughter, mandateId)
    expect(callback.searchParams.get('code'), what).toBeTruthy()
    await end(mandateId, mother, daughter)
    await expect(exchange(pharmacy, begun, callback), what).rejects.toMatchObject({ error: 'invalid_grant' })
  }
})

test('withdrawn while somebody is logged in: the token is dead at once, the service is told, and told again if it was away', async () => {
  const [mother, daughter] = [newPerson(), newPerson()]
  const mandateId = await give(mother, daughter)
  const tokens = await actAt(pharmacy, daughter, mandateId)
  await room.server.openId.endActing()
  heard.length = 0
  away = true
  await withdraw(mandateId, mother)
  expect(heard).toEqual([])
  await expect(userinfo(pharmacy, tokens)).rejects.toMatchObject({ status: 401 })
  away = false
  await room.server.openId.endActing()
  const { sub, sid } = tokens.claims()!
  expect(heard.map((token) => decodeJwt(token))).toMatchObject([
    { sub, sid, aud: 'pharmacy', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
  ])
  await room.server.openId.endActing()
  expect(heard).toHaveLength(1)
  await expect(actAt(pharmacy, daughter, mandateId)).rejects.toEqual(refusedTo('mandateNotHere'))
  // A login of their own is not touched by it.
  expect((await userinfo(pharmacy, await actAt(pharmacy, daughter))).sub).toBeTruthy()
})

test('it ends by time, and by a certificate, without anybody saying so', async () => {
  const [mother, daughter] = [newPerson(), newPerson()]
  heard.length = 0
  const brief = await give(mother, daughter, { until: new Date(Date.now() + 180_000) })
  const first = await actAt(pharmacy, daughter, brief)
  room.time.ahead = 181_000
  await expect(userinfo(pharmacy, first)).rejects.toMatchObject({ status: 401 })
  await room.server.openId.endActing()
  expect(heard).toHaveLength(1)
  room.time.ahead = 0
  const second = await actAt(pharmacy, daughter, await give(mother, daughter))
  room.authority.revoke(mother.serial)
  await room.server.openId.endActing()
  expect(heard.map((token) => decodeJwt(token).sid)).toEqual([first.claims()!.sid, second.claims()!.sid])
})

test('AuthZEN §6, AuthZEN §7: whether somebody may act for somebody is asked by the service for its own customers; unknown is no', async () => {
  const [mother, daughter] = [newPerson(), newPerson()]
  const [hers, own] = [await subjectAt(pharmacy, mother), await subjectAt(pharmacy, daughter)]
  const elsewhere = await subjectAt(clinic, daughter)
  const { verifier, deps, server } = room
  const api = serviceApi({ ...deps, issuer: server.issuer, verifier, askerOf: named })
  const ask = async (token: string, name: string, body: unknown) => {
    const headers = { authorization: `Bearer ${token}`, 'x-request-id': 'r-1' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return api.fetch(new Request(`${server.issuer}/access/v1/${name}`, init))
  }
  const about = (by: string, act: string, of: string) => ({
    ...{ subject: { type: 'person', id: by }, action: { name: act }, resource: { type: 'person', id: of } },
  })
  const may = async (by: string, act: string, of: string, token = 'pharmacy') =>
    (await ask(token, 'evaluation', about(by, act, of))).json()
  const no = { decision: false, context: { reason: 'not_known' } }
  const yes = { decision: true, context: { reason: 'mandate' } }
  // AuthZEN §9: where it is asked is said beside the issuer, and an issuer that is another's has none.
  const metadata = (path: string) => api.fetch(new Request(new URL(path, server.issuer)))
  const { pathname } = new URL(server.issuer)
  expect(await (await metadata(`/.well-known/authzen-configuration${pathname.replace(/\/$/, '')}`)).json()).toEqual({
    policy_decision_point: server.issuer,
    access_evaluation_endpoint: `${server.issuer}/access/v1/evaluation`,
    access_evaluations_endpoint: `${server.issuer}/access/v1/evaluations`,
  })
  expect((await metadata('/.well-known/authzen-configuration/another')).status).toBe(404)
  expect(await may(own, 'prescriptions.read', hers)).toEqual(no)
  const mandateId = await give(mother, daughter, { scope: [{ clientId: 'pharmacy', acts: ['prescriptions.read'] }] })
  expect(await may(own, 'prescriptions.read', hers)).toEqual(yes)
  expect(await may(own, 'prescriptions.read', own)).toEqual({ decision: true, context: { reason: 'own_affairs' } })
  for (const [by, act, of] of [
    [own, 'prescriptions.collect', hers],
    [own, 'pay', hers],
    [hers, 'prescriptions.read', own],
    [elsewhere, 'prescriptions.read', hers],
    ['nobody', 'prescriptions.read', hers],
    [own, 'prescriptions.read', 'nobody'],
  ] as const)
    expect(await may(by, act, of), `${act} by ${by}`).toEqual(no)
  expect(await may(own, 'prescriptions.read', hers, 'clinic')).toEqual(no)
  expect((await ask('shop', 'evaluation', about(own, 'pay', hers))).status).toBe(403)
  const { status, headers } = await ask('pharmacy', 'evaluation', { subject: { type: 'person' } })
  expect([status, headers.get('x-request-id')]).toEqual([400, 'r-1'])
  const { action: _, ...defaults } = about(own, '', hers)
  const evaluations = [0, 1, 0].map((at) => ({ action: { name: BOTH[at] } }))
  const all = async (semantic?: string) => {
    const options = semantic ? { options: { evaluations_semantic: semantic } } : {}
    return (await (await ask('pharmacy', 'evaluations', { ...defaults, evaluations, ...options })).json()).evaluations
  }
  expect(await all()).toEqual([yes, no, yes])
  const none = { ...about(own, 'prescriptions.collect', hers), evaluations: [] }
  expect(await (await ask('pharmacy', 'evaluations', none)).json()).toEqual(no)
  expect((await ask('pharmacy', 'evaluations', { ...none, context: 'x'.repeat(300_000) })).status).toBe(413)
  expect(await all('deny_on_first_deny')).toEqual([yes, no])
  expect(await all('permit_on_first_permit')).toEqual([yes])
  // Each yes is a use that both see.
  const { uses } = await verifier.ownMandates(own_(mother))
  const read = ['prescriptions.read', DELEGATION.acts[0]!.title]
  expect(uses.map(({ act, title }) => [act, title])).toEqual(Array(5).fill(read))
  const acting = (await actAt(pharmacy, daughter, mandateId)).claims()!
  expect((await evidenceOf(acting)).sort()).toEqual(['login', ...Array(5).fill('prescriptions.read')])
  await withdraw(mandateId, daughter)
  expect(await may(own, 'prescriptions.read', hers)).toEqual(no)
})
