// FAPI 2.0 Security Profile, requests that no client library would send: assertions, proofs and parameters made by hand.

import { randomUUID } from 'node:crypto'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browser } from '../testing/browser.ts'
import { approved, type OpenIdRoom, openIdRoom, publicJwkOf, type Service } from '../testing/http/openid-room.ts'

let room: OpenIdRoom
let bank: Service
let other: CryptoKey

beforeAll(async () => {
  room = await openIdRoom()
  bank = await room.service('bank', { profile: 'fapi2' })
  const rsa = await generateKeyPair('RS256', { extractable: true })
  other = rsa.privateKey
  const { kty, n, e } = await exportJWK(rsa.publicKey)
  const publicJwk = { kty: kty!, n: n!, e: e! }
  await room.service('rsa-bank', { profile: 'fapi2', publicJwk })
})
afterAll(() => room.close())

const now = () => Math.floor(Date.now() / 1000)
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

interface Assertion {
  readonly clientId?: string
  readonly claims?: JWTPayload
  readonly alg?: string
  readonly key?: CryptoKey
}

async function asClient({ clientId = 'bank', claims = {}, alg = 'ES256', key = bank.key.privateKey }: Assertion = {}) {
  const own = { iss: clientId, sub: clientId, aud: room.server.issuer, jti: randomUUID(), iat: now(), exp: now() + 60 }
  const signed = new SignJWT(JSON.parse(JSON.stringify({ ...own, ...claims }))).setProtectedHeader({ alg })
  return { client_id: clientId, client_assertion_type: TYPE, client_assertion: await signed.sign(key) }
}

const post = (path: string, body: Record<string, string> | URLSearchParams, headers: Record<string, string> = {}) =>
  fetch(room.server.issuer + path, { method: 'POST', body: new URLSearchParams(body), headers, redirect: 'manual' })

const errorOf = async (answered: Response) =>
  [answered.status, ((await answered.json()) as { error?: string }).error] as const

const VERIFIER = oidc.randomPKCECodeVerifier()
const parameters = async (clientId = 'bank'): Promise<Record<string, string>> => ({
  response_type: 'code',
  redirect_uri: `https://${clientId}.example/callback`,
  scope: 'openid',
  code_challenge: await oidc.calculatePKCECodeChallenge(VERIFIER),
  code_challenge_method: 'S256',
})

async function push(change: Record<string, string> = {}, assertion: Assertion = {}): Promise<string> {
  const clientId = assertion.clientId ?? 'bank'
  const answered = await post('/request', {
    ...(await parameters(clientId)),
    ...change,
    ...(await asClient(assertion)),
  })
  const { request_uri } = (await answered.json()) as { request_uri: string }
  expect([answered.status, request_uri]).toEqual([201, expect.stringMatching(/^urn:ietf:params:oauth:request_uri:/)])
  return request_uri
}

async function codeOf(requestUri: string): Promise<URL> {
  const query = new URLSearchParams({ client_id: 'bank', request_uri: requestUri })
  return approved(room, new URL(`${room.server.issuer}/auth?${query}`))
}

interface Proof {
  readonly key?: CryptoKeyPair
  readonly claims?: JWTPayload
  readonly typ?: string
}

async function proof({ key, claims = {}, typ = 'dpop+jwt' }: Proof = {}) {
  const pair = key ?? ((await generateKeyPair('ES256')) as CryptoKeyPair)
  const own = { htm: 'POST', htu: `${room.server.issuer}/token`, jti: randomUUID(), iat: now() }
  const jwk = await publicJwkOf(pair)
  const signed = new SignJWT(JSON.parse(JSON.stringify({ ...own, ...claims })))
  return signed.setProtectedHeader({ alg: 'ES256', typ, jwk }).sign(pair.privateKey)
}

const redeem = async (callback: URL, change: Record<string, string> = {}, dpop?: string, assertion?: Assertion) => {
  const body = {
    grant_type: 'authorization_code',
    code: callback.searchParams.get('code') ?? '',
    redirect_uri: 'https://bank.example/callback',
    code_verifier: VERIFIER,
    ...(await asClient(assertion)),
    ...change,
  }
  const sent = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== ''))
  return post('/token', sent, { dpop: dpop ?? (await proof()) })
}

test.each([
  ['PAREndpointAsAudienceFails', () => ({ claims: { aud: `${room.server.issuer}/request` } })],
  ['PARTokenEndpointAsAudienceFails', () => ({ claims: { aud: `${room.server.issuer}/token` } })],
  ['PAREndpointAsArrayAudienceFails', () => ({ claims: { aud: [room.server.issuer] } })],
  ['EnsureClientAssertionWithNoSubFails', () => ({ claims: { sub: undefined as never } })],
  ['EnsureClientAssertionWithExpIs5MinutesInPastFails', () => ({ claims: { exp: now() - 300 } })],
  [
    'PAREnsureJWTClientAssertionWithIatNbfOver60SecondsInTheFutureFails',
    () => ({ claims: { iat: now() + 90, nbf: now() + 90, exp: now() + 150 } }),
  ],
  ['issued in the future, and good already', () => ({ claims: { iat: now() + 90 } })],
  ['good for years', () => ({ claims: { exp: 1e17 } })],
  ['EnsureSignedClientAssertionWithRS256Fails', () => ({ clientId: 'rsa-bank', alg: 'RS256', key: other })],
])('%s', async (_name, assertion: () => Assertion) => {
  const given = assertion()
  const answered = await post('/request', { ...(await parameters(given.clientId)), ...(await asClient(given)) })
  expect(await errorOf(answered)).toEqual([401, 'invalid_client'])
})

test('PAREnsureJWTClientAssertionWithIatNbf8SecondsInTheFutureIsAccepted; an RSA key signs by PS256', async () => {
  await push({}, { claims: { iat: now() + 8, nbf: now() + 8, exp: now() + 68 } })
  const key = (await crypto.subtle.importKey(
    'jwk',
    { ...(await exportJWK(other)), alg: 'PS256' },
    { name: 'RSA-PSS', hash: 'SHA-256' },
    false,
    ['sign'],
  )) as CryptoKey
  await push({}, { clientId: 'rsa-bank', alg: 'PS256', key })
})

test('EnsureAuthorizationRequestWithoutStateSuccess, WithoutNonceSuccess, With64CharNonceSuccess, WithLongState', async () => {
  const bare = await codeOf(await push())
  expect([bare.searchParams.has('code'), bare.searchParams.has('state')]).toEqual([true, false])
  const state = 's'.repeat(1000)
  const long = await codeOf(await push({ state, nonce: 'n'.repeat(64) }))
  expect(long.searchParams.get('state')).toBe(state)
  const tokens = (await (await redeem(long)).json()) as { id_token: string }
  expect(JSON.parse(Buffer.from(tokens.id_token.split('.')[1]!, 'base64url').toString()).nonce).toBe('n'.repeat(64))
})

test('StateOnlyOutsideRequestObjectNotUsed: what is in the address beside a pushed request does not count', async () => {
  const query = new URLSearchParams({ client_id: 'bank', request_uri: await push(), state: 'planted', scope: 'other' })
  const callback = await approved(room, new URL(`${room.server.issuer}/auth?${query}`))
  expect([callback.searchParams.has('code'), callback.searchParams.get('state')]).toEqual([true, null])
})

test('ParWithoutDuplicateParameters and PARRejectInvalidHttpVerb', async () => {
  const twice = new URLSearchParams({ ...(await parameters()), ...(await asClient()) })
  twice.append('scope', 'openid')
  expect(await errorOf(await post('/request', twice))).toEqual([400, 'invalid_request'])
  for (const method of ['GET', 'PUT', 'DELETE'])
    expect((await fetch(`${room.server.issuer}/request`, { method })).status).toBeGreaterThanOrEqual(404)
})

test('EnsureRedirectUriInAuthorizationRequest: a request without one is refused', async () => {
  const { redirect_uri, ...rest } = await parameters()
  expect(await errorOf(await post('/request', { ...rest, ...(await asClient()) }))).toEqual([400, 'invalid_request'])
})

test('PAREnsureServerAcceptsReusedRequestUriBeforeAuthenticationCompletion: a page that is loaded again goes on', async () => {
  const requestUri = await push()
  const query = new URLSearchParams({ client_id: 'bank', request_uri: requestUri })
  await browser(room.server.issuer).go(`${room.server.issuer}/auth?${query}`)
  expect((await codeOf(requestUri)).searchParams.has('code')).toBe(true)
})

test.each([
  ['PAREnsurePKCECodeVerifierRequired', { code_verifier: '' }],
  ['PARIncorrectPKCECodeVerifierRejected', { code_verifier: 'v'.repeat(43) }],
  ['redirect URI of another request', { redirect_uri: 'https://bank.example/other' }],
])('%s', async (_name, change) => {
  expect(await errorOf(await redeem(await codeOf(await push()), change))).toEqual([400, 'invalid_grant'])
})

test('EnsureClientIdInTokenEndpoint, EnsureClientAssertionInTokenEndpoint: nobody redeems a code without saying who', async () => {
  const change = { client_assertion: '', client_assertion_type: '' }
  expect((await errorOf(await redeem(await codeOf(await push()), change)))[0]).toBe(401)
})

test('AttemptToUseExpiredAuthCode', async () => {
  const callback = await codeOf(await push())
  room.time.ahead = 31_000
  try {
    expect(await errorOf(await redeem(callback))).toEqual([400, 'invalid_grant'])
  } finally {
    room.time.ahead = 0
  }
})

test('EnsureMismatchedDpopJktFails: a pushed request names the key of the proof that comes with it, or is refused', async () => {
  const keys = [await generateKeyPair('ES256'), await generateKeyPair('ES256')] as CryptoKeyPair[]
  const [mine, theirs] = [keys[0]!, keys[1]!]
  const pushed = async (of: CryptoKeyPair) => {
    const dpop_jkt = await calculateJwkThumbprint(await publicJwkOf(of))
    const dpop = await proof({ key: mine, claims: { htu: `${room.server.issuer}/request` } })
    return post('/request', { ...(await parameters()), dpop_jkt, ...(await asClient()) }, { dpop })
  }
  expect((await errorOf(await pushed(theirs)))[0]).toBe(400)
  expect((await pushed(mine)).status).toBe(201)
})

test('CheckDpopProofNbfExp: what a proof says of its own time counts', async () => {
  const answered = async (claims: JWTPayload) => redeem(await codeOf(await push()), {}, await proof({ claims }))
  expect((await answered({ nbf: now() - 5, exp: now() + 60 })).status).toBe(200)
  for (const wrong of [{ exp: now() - 120 }, { nbf: now() + 300 }])
    expect(await errorOf(await answered(wrong))).toEqual([400, 'invalid_dpop_proof'])
  expect(await errorOf(await answered({ iat: now() + 200 }))).toEqual([400, 'use_dpop_nonce'])
})

test('EnsureDpopAuthCodeBindingSuccess: a code bound by dpop_jkt goes to that key and no other', async () => {
  const key = (await generateKeyPair('ES256')) as CryptoKeyPair
  const dpop_jkt = await calculateJwkThumbprint(await publicJwkOf(key))
  const stolen = await codeOf(await push({ dpop_jkt }))
  expect(await errorOf(await redeem(stolen))).toEqual([400, 'invalid_grant'])
  const own = await codeOf(await push({ dpop_jkt }))
  expect((await redeem(own, {}, await proof({ key }))).status).toBe(200)
})

test.each([
  ['for another address', { claims: { htu: 'https://evil.example/token' } }],
  ['for another method', { claims: { htm: 'GET' } }],
  ['of ten minutes ago', { claims: { iat: Math.floor(Date.now() / 1000) - 600 } }],
  ['without a name of its own', { claims: { jti: undefined as never } }],
  ['of another type', { typ: 'jwt' }],
])('DpopNegativeTests: a proof %s is none', async (_what, change) => {
  const answered = await redeem(await codeOf(await push()), {}, await proof(change))
  expect(await errorOf(answered)).toEqual([400, expect.stringMatching(/^(invalid_dpop_proof|use_dpop_nonce)$/)])
})

test('EnsureDpopProofWithIat10SecondsBeforeSucceeds, After; AccessTokenTypeHeaderCaseSensitivity', async () => {
  for (const offset of [-10, 10]) {
    const key = (await generateKeyPair('ES256')) as CryptoKeyPair
    const answered = await redeem(await codeOf(await push()), {}, await proof({ key, claims: { iat: now() + offset } }))
    const { access_token } = (await answered.json()) as { access_token: string }
    const ath = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(access_token))).toString('base64url')
    const htu = `${room.server.issuer}/me`
    for (const scheme of ['DPoP', 'dpop', 'DPOP']) {
      const dpop = await proof({ key, claims: { htm: 'GET', htu, ath } })
      expect((await fetch(htu, { headers: { authorization: `${scheme} ${access_token}`, dpop } })).status).toBe(200)
    }
  }
})

test('RFC 9449 §7: the service’s own token opens its doors with a proof of its key, for that request, once, and in its scope', async () => {
  const key = (await generateKeyPair('ES256')) as CryptoKeyPair
  const granted = { grant_type: 'client_credentials', scope: 'approval.outcome' }
  const answered = await post('/token', { ...granted, ...(await asClient()) }, { dpop: await proof({ key }) })
  const { access_token: token } = (await answered.json()) as { access_token: string }
  const htu = `${room.server.issuer}/approval/outcome`
  const ath = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(token))).toString('base64url')
  const at = async (claims: JWTPayload = {}, by = key, scheme = 'DPoP') => {
    const dpop = await proof({ key: by, claims: { htu, ath, ...claims } })
    return { dpop, authorization: `${scheme} ${token}` }
  }
  const asked = async (headers: Record<string, string>) => {
    const { status, headers: told } = await fetch(htu, { method: 'POST', headers, body: '{}' })
    return [status, told.get('www-authenticate')?.replace(/, algs=.*/, '')]
  }
  const good = await at()
  // 400: it was let in, and what it says has not the form.
  expect(await asked(good)).toEqual([400, undefined])
  const none = [401, 'DPoP error="invalid_dpop_proof"']
  expect(await asked(good)).toEqual(none)
  const other = (await generateKeyPair('ES256')) as CryptoKeyPair
  for (const headers of [
    await at({ htm: 'GET' }),
    await at({ htu: `${room.server.issuer}/token` }),
    await at({ ath: 'x' }),
    await at({ iat: now() + 90 }),
    await at({ iat: now() - 400 }),
    await at({ jti: undefined as never }),
    await at({}, other),
    { authorization: `DPoP ${token}` },
  ])
    expect(await asked(headers)).toEqual(none)
  expect(await asked(await at({}, key, 'Bearer'))).toEqual([401, 'Bearer error="invalid_token"'])
  expect(await asked({})).toEqual([401, 'Bearer, DPoP algs="ES256 PS256 EdDSA"'])
  const { askerOf } = room.server.openId
  const presented = { method: 'POST', path: '/verifier/approval/outcome', ...(await at()) }
  expect(await askerOf({ ...presented, proof: presented.dpop }, 'api')).toEqual({
    status: 403,
    challenge: 'DPoP error="insufficient_scope", scope="api", algs="ES256 PS256 EdDSA"',
  })
})
