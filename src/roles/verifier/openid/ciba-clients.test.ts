// Who comes to the endpoints of CIBA as a service, and is not, or not in the way of FAPI: the modules of the plan about client
// assertions, made by hand. FAPI-CIBA; RFC 7523 §3.

import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ask, fetchTokens, type Person, person, rsaKey, signedRequest } from '../testing/http/approval-room.ts'
import { dpopOf, type OpenIdRoom, openIdRoom, type Service } from '../testing/http/openid-room.ts'

let room: OpenIdRoom
let bank: Service
let fapi: Service
let fapiCustomer: Person

beforeAll(async () => {
  room = await openIdRoom()
  bank = await room.service('bank', { ciba: {} })
  const sector = 'fapi.example'
  const web = await room.service('fapi-web', { sector, redirectUris: ['https://fapi-web.example/callback'] })
  fapi = await room.service('fapi', { ciba: {}, profile: 'fapi2', sector })
  fapiCustomer = await person(room, web)
})
afterAll(() => room.close())

const signed = (service: Service, change = {}, key = service.key, alg = 'ES256') =>
  signedRequest(room, service, { login_hint: fapiCustomer.subject, ...change }, key, alg)
const send = (service: Service, request: string) =>
  oidc.initiateBackchannelAuthentication(service.configuration, { request }) as ReturnType<typeof ask>

/** So that nobody waits for an answer, and the pace begins anew. */
async function later(): Promise<void> {
  room.time.ahead += 26 * 3_600_000
}

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Authenticates as the FAPI service; a claim that is undefined is left out. */
async function asFapi(change: Record<string, unknown> = {}, key = fapi.key.privateKey, alg = 'ES256') {
  const now = Math.floor(Date.now() / 1000)
  const own = { iss: 'fapi', sub: 'fapi', aud: room.server.issuer, jti: randomUUID(), iat: now, exp: now + 60 }
  const claims = JSON.parse(JSON.stringify({ ...own, ...change }))
  const client_assertion = await new SignJWT(claims).setProtectedHeader({ alg }).sign(key)
  return { client_assertion_type: TYPE, client_assertion }
}

/** By hand: what came, and what became of it. */
async function posted(path: '/backchannel' | '/token', body: Record<string, string>) {
  const answered = await fetch(room.server.issuer + path, { method: 'POST', body: new URLSearchParams(body) })
  return [answered.status, ((await answered.json()) as { error?: string }).error] as const
}

const UNKNOWN = [401, 'invalid_client']
const backchannel = async (assertion: Record<string, string>, change: Record<string, string> = {}) =>
  posted('/backchannel', { client_id: 'fapi', request: await signed(fapi), ...assertion, ...change })
const token = (authReqId: string, assertion: Record<string, string>) =>
  posted('/token', {
    grant_type: 'urn:openid:params:grant-type:ciba',
    auth_req_id: authReqId,
    client_id: 'fapi',
    ...assertion,
  })

test('EnsureClientAssertionSignatureAlgorithmInBackchannelAuthorizationRequestIsRS256Fails, InTokenEndpointRequest', async () => {
  const sector = 'fapi.example'
  const key = await rsaKey()
  const { kty, n, e } = await crypto.subtle.exportKey('jwk', key.publicKey)
  await room.service('fapi-rsa', { ciba: {}, profile: 'fapi2', sector, publicJwk: { kty: kty!, n: n!, e: e! } })
  const own = { iss: 'fapi-rsa', sub: 'fapi-rsa' }
  const asRsa = async (alg: string, by: CryptoKey) => ({ ...(await asFapi(own, by, alg)), client_id: 'fapi-rsa' })
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', key.privateKey)
  const pss = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'RSA-PSS', hash: 'SHA-256' }, false, ['sign'])
  const request = await signed(fapi, { iss: 'fapi-rsa' }, { ...key, privateKey: pss }, 'PS256')
  expect(await backchannel(await asRsa('RS256', key.privateKey), { request })).toEqual(UNKNOWN)
  expect(await token('x'.repeat(43), await asRsa('RS256', key.privateKey))).toEqual(UNKNOWN)
  // The same key by PSS is one of FAPI.
  expect(await backchannel(await asRsa('PS256', pss), { request })).toEqual([200, undefined])
  await later()
})

test('EnsureClientAssertionWithIssAudToTokenEndpointSucceeds: the issuer is the audience, and nothing else is', async () => {
  const begun = await send(fapi, await signed(fapi))
  // Known as the client; what is missing is the proof that the token is to be bound to.
  expect(await token(begun.auth_req_id, await asFapi({ aud: room.server.issuer }))).toEqual([400, 'invalid_grant'])
  for (const aud of [`${room.server.issuer}/token`, [room.server.issuer], 'https://elsewhere.example'])
    expect(await token(begun.auth_req_id, await asFapi({ aud }))).toEqual(UNKNOWN)
  await later()
})

test('EnsureInvalidClientAssertionsInBackchannelAuthorizationRequestFail', async () => {
  const now = Math.floor(Date.now() / 1000)
  const good = await asFapi()
  const bad = [
    await asFapi({ aud: 'https://elsewhere.example' }),
    await asFapi({ exp: now - 300, iat: now - 360 }),
    await asFapi({ iss: 'bank' }),
    await asFapi({ sub: undefined }),
    await asFapi({ jti: undefined }),
    await asFapi({}, bank.key.privateKey),
    { ...good, client_assertion: `${good.client_assertion.slice(0, -8)}AAAAAAAA` },
    { ...good, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' },
  ]
  for (const assertion of bad) {
    const [status, error] = await backchannel(assertion)
    expect([[400, 401].includes(status), error?.startsWith('invalid_')]).toEqual([true, true])
  }
  expect(await backchannel(good)).toEqual([200, undefined])
  // One assertion is good for one request.
  expect(await backchannel(good)).toEqual(UNKNOWN)
  await later()
})

test('EnsureWithoutClientAssertionInTokenEndpointFails', async () => {
  const begun = await send(fapi, await signed(fapi))
  const [approval] = await fapiCustomer.phone.asked()
  await fapiCustomer.phone.approve(approval!, begun.comparison_code)
  expect(await token(begun.auth_req_id, {})).toEqual(UNKNOWN)
  expect(await token(begun.auth_req_id, { client_assertion_type: TYPE, client_assertion: '' })).toEqual(UNKNOWN)
  const tokens = await fetchTokens(fapi, begun.auth_req_id, await dpopOf(fapi))
  expect(tokens.claims()!.sub).toBe(fapiCustomer.subject)
})

test('EnsureDifferentClientIdAndIssuerInBackchannelAuthorizationRequest', async () => {
  expect(await backchannel(await asFapi(), { client_id: 'bank' })).toEqual([400, 'invalid_request'])
  expect(await fapiCustomer.phone.asked()).toEqual([])
})
