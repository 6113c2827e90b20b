// Several processes of the provider share the database and the keys and nothing else: each step of a login comes to the other than
// the step before, and what counts once counts once among them all.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browser } from '../testing/browser.ts'
import { back, dpopOf, exchange, publicJwkOf, pushed, type Service, waiting } from '../testing/http/openid-room.ts'
import { type TwoProviders, twoProviders } from '../testing/http/two-providers.ts'
import { answer } from '../testing/phone.ts'

let two: TwoProviders
let bank: Service
const heard: string[] = []
const site = createServer(async (req, res) => {
  let body = ''
  for await (const chunk of req.setEncoding('utf8')) body += chunk
  heard.push(new URLSearchParams(body).get('logout_token') ?? '')
  res.end()
})

beforeAll(async () => {
  await once(site.listen(0, '127.0.0.1'), 'listening')
  two = await twoProviders()
  const backchannelLogoutUri = `http://localhost:${(site.address() as AddressInfo).port}/`
  bank = await two.room.service('bank', { profile: 'fapi2', backchannelLogoutUri })
})
afterAll(async () => {
  await two.close()
  site.close()
})

/** From the pushed request to the code; `first` has the request, and every step after it comes to the other. */
async function begun(first: 0 | 1, own = browser(two.room.server.issuer), key?: CryptoKeyPair) {
  const dpop = key ? oidc.getDPoPHandle(bank.configuration, key) : await dpopOf(bank)
  two.turn.next = first
  const request = await pushed(bank, {}, dpop)
  const login = await waiting(two.room, request.location, own)
  await answer(alternating(first), two.room.phone, login.loginId)
  return { dpop, request, callback: await back(two.room, login) }
}

/** The phone too meets another process each time. */
function alternating(first: 0 | 1): TwoProviders['verifiers'][0] {
  let turn: number = first
  return new Proxy(two.verifiers[0], {
    get: (_, operation) => two.verifiers[turn++ % 2]![operation as keyof TwoProviders['verifiers'][0]],
  })
}

async function loggedIn(first: 0 | 1, own = browser(two.room.server.issuer)) {
  const { dpop, request, callback } = await begun(first, own)
  return { dpop, tokens: await exchange(bank, request, callback, dpop) }
}

const oauthError = (error: string) => expect.objectContaining({ error })
const jwks = async (which: 0 | 1) => (await (await two.at(which, '/jwks')).json()) as JSONWebKeySet

test('each step of a login at the other provider, whichever is first: one person, one subject, keys that both publish', async () => {
  const subjects: string[] = []
  for (const first of [0, 1] as const) {
    const { dpop, tokens } = await loggedIn(first)
    const { sub } = tokens.claims()!
    const told = await oidc.fetchUserInfo(bank.configuration, tokens.access_token, sub, { DPoP: dpop })
    await jwtVerify(tokens.id_token!, createLocalJWKSet(await jwks(first)), { audience: 'bank' })
    subjects.push(sub, told.sub)
  }
  expect(new Set(subjects).size).toBe(1)
  expect(await jwks(0)).toEqual(await jwks(1))
})

test('RFC 6749 §4.1.2: of two who bring one code to two providers at one moment one gets a token, and nobody after them', async () => {
  const { dpop, request, callback } = await begun(0)
  const both = await Promise.allSettled([0, 1].map(() => exchange(bank, request, callback, dpop)))
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const one of both) if (one.status === 'rejected') expect(one.reason).toEqual(oauthError('invalid_grant'))
  await expect(exchange(bank, request, callback, dpop)).rejects.toEqual(oauthError('invalid_grant'))
  const after = await begun(1)
  await exchange(bank, after.request, after.callback, after.dpop)
  await expect(exchange(bank, after.request, after.callback, after.dpop)).rejects.toEqual(oauthError('invalid_grant'))
})

test('RFC 9449 §8, §11.1: the nonce of one is good at the other, a proof that one has seen is nothing to the other', async () => {
  const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const { dpop, request, callback } = await begun(0, undefined, key)
  const tokens = await exchange(bank, request, callback, dpop)
  const jwk = await publicJwkOf(key)
  const ath = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(tokens.access_token))).toString('base64url')
  const proof = (nonce?: string) =>
    new SignJWT({ htm: 'GET', htu: `${two.room.server.issuer}/me`, jti: crypto.randomUUID(), ath, nonce })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setIssuedAt()
      .sign(key.privateKey)
  const me = (which: 0 | 1, dpop: string) =>
    two.at(which, '/me', { headers: { authorization: `DPoP ${tokens.access_token}`, dpop } })
  const refused = await me(0, await proof('of nobody'))
  const nonce = refused.headers.get('dpop-nonce')!
  expect([refused.status, nonce]).toEqual([401, expect.stringMatching(/^[\w-]{20,}$/)])
  const once = await proof(nonce)
  expect((await me(1, once)).status).toBe(200)
  for (const which of [0, 1] as const) expect((await me(which, once)).status).toBe(401)
})

test('RFC 7523 §3: an assertion that one provider has taken the other does not take', async () => {
  const sent: URLSearchParams[] = []
  const keeping: typeof fetch = (url, init) => {
    sent.push(new URLSearchParams(String(init?.body)))
    return fetch(url, init)
  }
  bank.configuration[oidc.customFetch] = keeping as never
  await pushed(bank).finally(() => {
    delete (bank.configuration as { [oidc.customFetch]?: unknown })[oidc.customFetch]
  })
  const seen = (two.turn.next - 1) % 2
  const again = await two.at(seen === 0 ? 1 : 0, '/request', { method: 'POST', body: sent[0]! })
  expect([again.status, (await again.json()).error]).toEqual([401, 'invalid_client'])
})

test('who logs out at one is logged out at both, and the service hears of it once', async () => {
  const { issuer } = two.room.server
  const own = browser(issuer)
  const { tokens } = await loggedIn(0, own)
  heard.length = 0
  const end = oidc.buildEndSessionUrl(bank.configuration, { id_token_hint: tokens.id_token! })
  const page = await (await own.go(end.href)).response!.text()
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)![1]!
  const before = new Map(own.cookies)
  await own.submit(`${issuer}/session/end/confirm`, { xsrf, logout: 'yes' })
  expect(heard).toHaveLength(1)
  const { payload } = await jwtVerify(heard[0]!, createLocalJWKSet(await jwks(1)), { typ: 'logout+jwt' })
  expect(payload.sub).toBe(tokens.claims()!.sub)
  // The cookie of the session that was: no provider knows it any more, and no service hears a second time.
  own.cookies.clear()
  for (const [name, cookie] of before) own.cookies.set(name, cookie)
  for (const which of [0, 1] as const) {
    two.turn.next = which
    expect(await own.submit(`${issuer}/session/end/confirm`, { xsrf, logout: 'yes' })).toMatchObject({
      response: { status: 400 },
    })
  }
  expect(heard).toHaveLength(1)
})
