// Tenants and their services over a provider that listens: registered by a developer who logged in, isolated from one another,
// keys rotated under a running client, and a log that says why a request failed.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base64url } from '../../../base/bytes.ts'
import { serviceApi } from '../api/http.ts'
import type { Verifier } from '../contract.ts'
import { outsidePush, ssfRoutes } from '../events/http.ts'
import { createVerifier } from '../index.ts'
import { CLIENT_KEPT_MS } from '../openid/adapter.ts'
import {
  approved,
  exchange,
  type OpenIdRoom,
  openIdRoom,
  plain,
  publicJwkOf,
  pushed,
  type Service,
  waiting,
} from '../testing/http/openid-room.ts'
import { named } from '../testing/http.ts'
import { answer } from '../testing/phone.ts'
import { zRegistration } from './contract.ts'
import { EARLIER_KEY_MS, INVITATION_MS, SESSION_MS } from './model.ts'

let room: OpenIdRoom
let verifier: Verifier
const push = outsidePush({ loopback: true })

beforeAll(async () => {
  room = await openIdRoom()
  // Who comes back from a login is said by the callback: the login itself is that of every service, and tried as such.
  const portal = {
    begin: async () => ({ location: 'https://platform.example/auth', pending: 'kept' }),
    finish: async (callback: string, pending: string) =>
      pending === 'kept' ? { subject: new URL(callback).searchParams.get('code')! } : null,
  }
  verifier = await createVerifier({ ...room.deps, portal, push, issuer: room.server.issuer })
})
afterAll(async () => {
  push.close()
  await room.close()
})

const loggedIn = async (subject: string) =>
  (await verifier.finishDeveloperLogin({ callback: `https://platform.example/?code=${subject}`, pending: 'kept' }))
    .session

async function administrator(subject: string) {
  const session = await loggedIn(subject)
  await verifier.openTenant({ session, name: `Firm of ${subject}` })
  return session
}

async function clerk() {
  const one = { clerkId: 'kudo', passcode: 'kazasu-kiban' }
  await verifier.addClerk({ ...one, name: '工藤', parts: ['operator'] })
  return (await verifier.signIn(one)).session
}

const ES256 = { name: 'ECDSA', namedCurve: 'P-256' } as const
const keyPair = () => crypto.subtle.generateKey(ES256, true, ['sign', 'verify'])

const registrationOf = (name: string) => ({
  name,
  redirectUris: [`https://${name}.example/callback`],
  profile: 'openid' as const,
  mayAsk: [],
})

async function registered(session: string, name: string) {
  const key = await keyPair()
  const { clientId } = await verifier.registerService({
    session,
    registration: registrationOf(name),
    key: { publicJwk: await publicJwkOf(key) },
  })
  return { clientId, service: await client(clientId, name, key), key }
}

async function client(clientId: string, name: string, key: CryptoKeyPair): Promise<Service> {
  const configuration = await oidc.discovery(
    new URL(room.server.issuer),
    clientId,
    { id_token_signed_response_alg: 'ES256' },
    oidc.PrivateKeyJwt(key.privateKey),
    { execute: [oidc.allowInsecureRequests] },
  )
  return { configuration, redirectUri: `https://${name}.example/callback`, key }
}

async function logIn(service: Service) {
  const begun = await plain(service)
  return exchange(service, begun, await approved(room, begun.location))
}

const reasons = async (session: string, clientId: string) =>
  (await verifier.serviceActivity({ session, clientId, failuresOnly: true })).entries.map(({ what, reason }) => [
    what,
    reason,
  ])

test('a service registered by its developer logs a person in, and its log says so', async () => {
  const session = await administrator('ann')
  const { clientId, service } = await registered(session, 'bakery')
  expect((await logIn(service)).claims()?.sub).toMatch(/^[\w-]{43}$/)
  await expect
    .poll(async () => (await verifier.serviceActivity({ session, clientId, failuresOnly: false })).entries)
    .toMatchObject([
      { what: 'token', outcome: 'ok' },
      { what: 'login', outcome: 'ok', reason: '', tookMs: expect.any(Number) },
    ])
  const own = async () => (await verifier.ownServices({ session })).services[0]
  expect(await own()).toMatchObject({ clientId, name: 'bakery', profile: 'openid' })
  // That people may act for others there is said, changed and taken back with the rest.
  const delegation = { kinds: ['parent' as const], acts: [{ act: 'order', title: '注文する / Order' }] }
  const change = (more: object) =>
    verifier.changeService({ session, clientId, registration: { ...registrationOf('bakery'), ...more } })
  await change({ delegation })
  expect((await own())?.delegation).toEqual(delegation)
  await change({})
  expect(await own()).not.toHaveProperty('delegation')
})

test('R2: a tenant sees, changes and closes its own services only; another’s are as if they were not there', async () => {
  const [session, other] = [await administrator('bob'), await administrator('cat')]
  const { clientId } = await registered(session, 'florist')
  const key = { publicJwk: await publicJwkOf(await keyPair()) }
  const asks = [
    () => verifier.changeService({ session: other, clientId, registration: registrationOf('florist') }),
    () => verifier.rotateServiceKey({ session: other, clientId, key, dropEarlier: true }),
    () => verifier.closeService({ session: other, clientId }),
    () => verifier.serviceActivity({ session: other, clientId, failuresOnly: false }),
    () => verifier.testReceiver({ session: other, clientId, url: 'http://localhost:1/' }),
  ]
  for (const ask of asks) await expect(ask()).rejects.toMatchObject({ code: 'verifier/notOwnService' })
  expect((await verifier.ownServices({ session: other })).services).toEqual([])
  const stranger = await loggedIn('dan')
  await expect(verifier.ownServices({ session: stranger })).rejects.toMatchObject({ code: 'verifier/noTenant' })
  expect((await verifier.ownServices({ session })).services).toHaveLength(1)
})

test('a second administrator joins by a code that is good once and for a day; each administers one tenant', async () => {
  const session = await administrator('eve')
  const { code } = await verifier.inviteDeveloper({ session })
  const fay = await loggedIn('fay')
  await expect(verifier.joinTenant({ session: fay, code: 'guess' })).rejects.toMatchObject({
    code: 'verifier/invitation',
  })
  await verifier.joinTenant({ session: fay, code })
  expect(await verifier.developer({ session: fay })).toEqual(await verifier.developer({ session }))
  const gus = await loggedIn('gus')
  await expect(verifier.joinTenant({ session: gus, code })).rejects.toMatchObject({ code: 'verifier/invitation' })
  await expect(verifier.openTenant({ session: fay, name: 'Mine' })).rejects.toMatchObject({
    code: 'verifier/tenantAlready',
  })
  const late = await verifier.inviteDeveloper({ session })
  room.time.ahead += INVITATION_MS + 1000
  const hal = await loggedIn('hal')
  await expect(verifier.joinTenant({ session: hal, code: late.code })).rejects.toMatchObject({
    code: 'verifier/invitation',
  })
  room.time.ahead = 0
})

test('a session ends with its logout and with its time, and is kept as a digest', async () => {
  await expect(
    verifier.finishDeveloperLogin({ callback: 'https://x.example/', pending: 'forged' }),
  ).rejects.toMatchObject({
    code: 'verifier/developerLogin',
  })
  const [first, second] = [await loggedIn('ann'), await loggedIn('ann')]
  await verifier.endDeveloperSession({ session: first })
  await expect(verifier.developer({ session: first })).rejects.toMatchObject({ code: 'verifier/developerSession' })
  room.time.ahead = SESSION_MS + 1000
  await expect(verifier.developer({ session: second })).rejects.toMatchObject({ code: 'verifier/developerSession' })
  room.time.ahead = 0
  expect((await verifier.developer({ session: second })).tenant?.name).toBe('Firm of ann')
})

test('keys: the one before stays good for a day beside the new one, a dropped one and a closed service do nothing', async () => {
  const session = await administrator('ian')
  const { clientId, service, key } = await registered(session, 'garage')
  const next = await keyPair()
  const publicJwk = await publicJwkOf(next)
  const same = { publicJwk: await publicJwkOf(key) }
  await expect(verifier.rotateServiceKey({ session, clientId, key: same, dropEarlier: false })).rejects.toMatchObject({
    code: 'verifier/sameKey',
  })
  await verifier.rotateServiceKey({ session, clientId, key: { publicJwk }, dropEarlier: false })
  const renewed = await client(clientId, 'garage', next)
  await logIn(service)
  await logIn(renewed)
  room.time.ahead = EARLIER_KEY_MS + 1000
  await expect(oidc.clientCredentialsGrant(service.configuration, { scope: 'ssf.read' })).rejects.toMatchObject({
    error: 'invalid_client',
  })
  room.time.ahead = 0
  await verifier.rotateServiceKey({
    session,
    clientId,
    key: { publicJwk: await publicJwkOf(await keyPair()) },
    dropEarlier: true,
  })
  await expect(oidc.clientCredentialsGrant(renewed.configuration, { scope: 'ssf.read' })).rejects.toMatchObject({
    error: 'invalid_client',
  })
  await verifier.closeService({ session, clientId })
  expect((await verifier.ownServices({ session })).services).toEqual([])
  room.time.ahead = CLIENT_KEPT_MS + 1
  await expect(plainStatus(renewed)).resolves.toBe(400)
  room.time.ahead = 0
})

const plainStatus = async (service: Service) =>
  (await fetch((await plain(service)).location, { redirect: 'manual' })).status

test('quotas: a service that asks too much is told when to come again; another one of the tenant goes on, until the tenant is at its end', async () => {
  const session = await administrator('mia')
  const { tenant } = await verifier.developer({ session })
  const { tenantId } = tenant!
  const [loud, quiet] = [await registered(session, 'loud'), await registered(session, 'quiet')]
  const api = serviceApi({ ...room.deps, issuer: room.server.issuer, verifier, askerOf: named })
  const ask = (clientId: string) =>
    api.fetch(
      new Request(`${room.server.issuer}/api/signedDocument`, {
        method: 'POST',
        headers: { authorization: `Bearer ${clientId}`, 'content-type': 'application/json' },
        body: JSON.stringify({ requestId: 'none' }),
      }),
    )
  await verifier.changeService({
    session,
    clientId: loud.clientId,
    registration: { ...registrationOf('loud'), mayAsk: ['signatures'] },
  })
  await verifier.changeService({
    session,
    clientId: quiet.clientId,
    registration: { ...registrationOf('quiet'), mayAsk: ['signatures'] },
  })
  // A quarter past a minute, and it stays that: however slow the machine, no minute ends between two requests.
  const minute = Math.ceil(Date.now() / 60_000) * 60_000
  room.time.stands = new Date(minute + 15_000)
  const operator = await clerk()
  await verifier.setQuota({ session: operator, tenantId, clientId: loud.clientId, perMinute: 2 })
  await verifier.setQuota({ session: operator, tenantId, perMinute: 4 })
  const statuses = []
  for (const { clientId } of [loud, loud, loud, quiet, quiet, quiet]) statuses.push((await ask(clientId)).status)
  expect(statuses).toEqual([404, 404, 429, 404, 404, 429])
  const refused = await ask(loud.clientId)
  expect(refused.headers.get('retry-after')).toBe('45')
  expect(await refused.json()).toMatchObject({
    code: 'verifier/tooManyRequests',
    context: { of: 'service', perMinute: 2 },
  })
  const begun = await fetch((await plain(loud.service)).location, { redirect: 'manual' })
  const login = await fetch(new URL(begun.headers.get('location')!, room.server.issuer), {
    redirect: 'manual',
    headers: {
      cookie: begun.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; '),
    },
  })
  expect([login.status, Number(login.headers.get('retry-after')) > 0]).toEqual([429, true])
  await expect(pushed(loud.service)).rejects.toMatchObject({ status: 429 })
  const ssf = ssfRoutes({ ...room.deps, issuer: room.server.issuer, askerOf: named })
  const streams = await ssf.request('/verifier/ssf/stream', { headers: { authorization: `Bearer ${loud.clientId}` } })
  expect([streams.status, streams.headers.get('retry-after')]).toEqual([429, '45'])
  room.time.stands = new Date(minute + 75_000)
  expect((await ask(loud.clientId)).status).toBe(404)
  expect((await pushed(loud.service)).location.searchParams.get('request_uri')).toBeTruthy()
  expect((await ask(loud.clientId)).status).toBe(429)
  delete room.time.stands
  expect((await verifier.runTenants({ session: operator })).tenants).toContainEqual(
    expect.objectContaining({
      ...{ tenantId, name: 'Firm of mia', perMinute: 4, administrators: 1 },
      services: [
        expect.objectContaining({ clientId: loud.clientId, perMinute: 2 }),
        expect.objectContaining({ clientId: quiet.clientId, perMinute: null }),
      ],
    }),
  )
  expect(await reasons(session, loud.clientId)).toContainEqual(['signedDocument', 'verifier/tooManyRequests'])
})

test('the same form sent twice is one service, also at the same moment; changed since it stays so, closed it stays closed', async () => {
  const session = await administrator('twin')
  const one = { session, registration: registrationOf('twin'), key: { publicJwk: await publicJwkOf(await keyPair()) } }
  const twice = await Promise.all([verifier.registerService(one), verifier.registerService(one)])
  const { clientId } = twice[0]
  expect(twice[1].clientId).toBe(clientId)
  const changed = { ...registrationOf('twin'), name: 'Twin & Co' }
  await verifier.changeService({ session, clientId, registration: changed })
  expect((await verifier.registerService(one)).clientId).toBe(clientId)
  const { services } = await verifier.ownServices({ session })
  expect(services.map((each) => [each.clientId, each.name])).toEqual([[clientId, 'Twin & Co']])
  // Another tenant's, with the same words and key, is another.
  const theirs = await verifier.registerService({ ...one, session: await administrator('tess') })
  expect(theirs.clientId).not.toBe(clientId)
  await verifier.closeService({ session, clientId })
  await expect(verifier.registerService(one)).rejects.toMatchObject({ code: 'verifier/serviceClosed' })
})

test('what a developer may not register is refused as an operator’s is: a private key, plain HTTP, two hosts', async () => {
  const session = await administrator('joe')
  const key = await keyPair()
  const jwk = (await crypto.subtle.exportKey('jwk', key.privateKey)) as Record<string, string>
  const { kty, crv, x, y, d } = jwk
  const ask = (change: object, own: object) =>
    verifier.registerService({ session, registration: { ...registrationOf('hotel'), ...change }, key: own })
  await expect(ask({}, { publicJwk: { kty, crv, x, y, d } })).rejects.toMatchObject({ code: 'verifier/clientKey' })
  await expect(
    ask({ redirectUris: ['http://hotel.example/'] }, { publicJwk: { kty, crv, x, y } }),
  ).rejects.toMatchObject({ code: 'verifier/redirectUris' })
  await expect(ask({}, {})).rejects.toMatchObject({ code: 'verifier/clientKey' })
  // No point of the curve; exponents and sizes that nobody should verify with.
  const n = base64url(new Uint8Array(256).fill(255))
  for (const publicJwk of [
    { kty, crv, x, y: x },
    { kty: 'RSA', n, e: 'AQ' },
    { kty: 'RSA', n: base64url(new Uint8Array(4096).fill(255)), e: 'AQAB' },
  ])
    await expect(ask({}, { publicJwk })).rejects.toMatchObject({ code: 'verifier/clientKey' })
})

test('what people are shown as the name of who asks is one line that reads as it is written', () => {
  const named = (name: string) => zRegistration.safeParse({ ...registrationOf('hotel'), name }).success
  expect(['花のホテル / Hotel', ' 葛󠄀城 '].map(named)).toEqual([true, true])
  expect(['', ' ', 'a\nb', '\u200b', '銀行\u202e', 'a\0'].map(named)).toEqual(Array(6).fill(false))
})

test('each failure is in the log with what exactly was wrong: key, code, redirect, check of the certificate, the person’s no', async () => {
  const session = await administrator('kim')
  const { clientId, service } = await registered(session, 'inn')
  const thief = await client(clientId, 'inn', await keyPair())
  await expect(oidc.clientCredentialsGrant(thief.configuration, { scope: 'ssf.read' })).rejects.toThrow()
  const begun = await plain(service)
  const callback = await approved(room, begun.location)
  await exchange(service, begun, callback)
  await expect(exchange(service, begun, callback)).rejects.toThrow()
  await fetch((await plain(service, { redirect_uri: 'https://evil.example/' })).location, { redirect: 'manual' })
  const gone = room.authority.issue('auth')
  room.authority.revoke(gone.serial)
  const refused = await waiting(room, (await plain(service)).location)
  await answer(room.verifier, gone, refused.loginId)
  const declined = await waiting(room, (await plain(service)).location)
  await room.verifier.declineLogin({ loginId: declined.loginId })
  await expect.poll(() => reasons(session, clientId).then((all) => all.length)).toBe(5)
  const all = Object.fromEntries(
    (await reasons(session, clientId)).map(([what, reason]) => [`${what} ${reason}`, true]),
  )
  expect(Object.keys(all).sort()).toMatchInlineSnapshot(`
    [
      "login ",
      "login invalid_redirect_uri: redirect_uri did not match any of the client's registered redirect_uris",
      "login no certificate is revoked",
      "token invalid_client: signature verification failed",
      "token invalid_grant: authorization code already consumed",
    ]
  `)
})

test('the tester sends a signed event to the receiver and shows the answer; addresses of the inside are refused', async () => {
  const session = await administrator('lea')
  const { clientId } = await registered(session, 'jeweller')
  let heard = ''
  const site = createServer(async (request, response) => {
    heard = ''
    for await (const part of request) heard += part
    const status = request.headers.authorization === 'Bearer right' ? 202 : 401
    response.writeHead(status).end(status === 202 ? '' : '{"err":"authentication_failed"}')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => site.once('listening', resolve))
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/events`
  try {
    expect(await verifier.testReceiver({ session, clientId, url })).toMatchObject({
      status: 401,
      answer: '{"err":"authentication_failed"}',
    })
    const told = await verifier.testReceiver({ session, clientId, url, authorization: 'Bearer right' })
    expect(told).toMatchObject({ status: 202, reason: '', set: heard })
    const ssf = ssfRoutes({ ...room.deps, issuer: room.server.issuer, askerOf: named })
    const jwks = (await (await ssf.request('/verifier/ssf/jwks')).json()) as JSONWebKeySet
    const { payload } = await jwtVerify(heard, createLocalJWKSet(jwks), { audience: clientId, typ: 'secevent+jwt' })
    expect(payload.events).toHaveProperty(['https://schemas.openid.net/secevent/ssf/event-type/verification'])
  } finally {
    site.close()
    site.closeAllConnections()
  }
  expect(await verifier.testReceiver({ session, clientId, url })).toMatchObject({
    status: null,
    reason: expect.stringMatching(/^ECONN(REFUSED|RESET)$/),
  })
  for (const inside of ['http://10.0.0.1/', 'https://169.254.169.254/'])
    await expect(verifier.testReceiver({ session, clientId, url: inside })).rejects.toMatchObject({
      code: 'verifier/endpointRefused',
    })
})
