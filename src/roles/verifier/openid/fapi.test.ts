// FAPI 2.0 Security Profile, from a client of another project's library and from its attackers. The names are those of the
// modules of the OpenID Foundation's conformance suite, where it has one: docs/coverage.md.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { compactDecrypt, decodeJwt, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browser } from '../testing/browser.ts'
import {
  approved,
  back,
  clientOf,
  dpopOf,
  exchange,
  type OpenIdRoom,
  openIdRoom,
  plain,
  publicJwkOf,
  pushed,
  request,
  type Service,
  waiting,
} from '../testing/http/openid-room.ts'
import { answer } from '../testing/phone.ts'
import { CLIENT_KEPT_MS } from './adapter.ts'
import { SITE_KEYS_MS } from './client-metadata.ts'

let room: OpenIdRoom
let bank: Service
let broker: Service

beforeAll(async () => {
  room = await openIdRoom()
  bank = await room.service('bank', { profile: 'fapi2' })
  broker = await room.service('broker', { profile: 'fapi2' })
})
afterAll(() => room.close())

/** A whole login of the bank, with a DPoP key of its own. */
async function loggedIn(service = bank, change: Record<string, string> = {}) {
  const dpop = await dpopOf(service)
  const begun = await pushed(service, change, dpop)
  const callback = await approved(room, begun.location)
  return { dpop, begun, callback, tokens: await exchange(service, begun, callback, dpop) }
}

const oauthError = (error: string) => expect.objectContaining({ error })
const post = (path: string, body: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${room.server.issuer}${path}`, {
    method: 'POST',
    body: new URLSearchParams(body),
    headers,
    redirect: 'manual',
  })

test('happy flow: pushed request, PKCE, private_key_jwt, tokens bound by DPoP, issuer in the response', async () => {
  const began = Math.floor(Date.now() / 1000)
  const { tokens, callback, dpop } = await loggedIn()
  expect(callback.searchParams.get('iss')).toBe(room.server.issuer)
  expect(tokens.token_type).toBe('dpop')
  const claims = tokens.claims()!
  expect(claims).toMatchObject({
    iss: room.server.issuer,
    aud: 'bank',
    acr: 'urn:kazasu:acr:phone-pin',
    amr: ['hwk', 'pin', 'mfa'],
  })
  expect(Number(claims.auth_time)).toBeGreaterThanOrEqual(began)
  expect(Number(claims.auth_time)).toBeLessThanOrEqual(Date.now() / 1000)
  const user = await oidc.fetchUserInfo(bank.configuration, tokens.access_token, claims.sub, { DPoP: dpop })
  expect(user.sub).toBe(claims.sub)
})

test('discovery: what the profile demands is announced', async () => {
  const metadata = bank.configuration.serverMetadata()
  expect(metadata).toMatchObject({
    pushed_authorization_request_endpoint: expect.stringContaining('/request'),
    authorization_response_iss_parameter_supported: true,
    code_challenge_methods_supported: ['S256'],
    response_types_supported: ['code'],
    dpop_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA'],
    tls_client_certificate_bound_access_tokens: true,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    backchannel_logout_supported: true,
  })
})

test('ensure-request-object-without-par fails: a FAPI client cannot put its request into the address', async () => {
  const { location } = await plain(bank)
  const { url } = await browser(room.server.issuer).go(location.href)
  expect(new URL(url).searchParams.get('error')).toBe('invalid_request')
})

test.each([
  ['ensure-authorization-request-without-pkce-fails', { code_challenge: '', code_challenge_method: '' }],
  ['ensure-pkce-plain-fails', { code_challenge_method: 'plain' }],
  ['ensure-unsupported-response-type-fails', { response_type: 'code id_token' }],
  ['ensure-different-redirect-uri-fails', { redirect_uri: 'https://evil.example/callback' }],
  ['par-pushed-authorization-url-as-request-uri fails', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }],
])('%s', async (_name, change) => {
  const { parameters } = await request(bank, change)
  const sent = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''))
  await expect(oidc.buildAuthorizationUrlWithPAR(bank.configuration, sent)).rejects.toMatchObject({
    status: 400,
    error: expect.stringMatching(
      /^(invalid_request|unsupported_response_type|invalid_redirect_uri|request_uri_not_supported)$/,
    ),
  })
})

test('ensure-holder-of-key-required: without a proof of possession there is no token', async () => {
  const begun = await pushed(bank)
  await expect(exchange(bank, begun, await approved(room, begun.location))).rejects.toMatchObject({
    error: 'invalid_grant',
    error_description: 'grant request is invalid',
  })
})

test('par-authorization-request-containing-request_uri-form-param, reused: a pushed request leads to one code', async () => {
  const dpop = await dpopOf(bank)
  const begun = await pushed(bank, {}, dpop)
  const callback = await approved(room, begun.location)
  await exchange(bank, begun, callback, dpop)
  const again = await browser(room.server.issuer).go(begun.location.href)
  expect([again.response?.status ?? 303, again.url.includes('code=')]).toEqual([400, false])
})

test('par-attempt-to-use-expired-request_uri', async () => {
  const begun = await pushed(bank)
  room.time.ahead = 61_000
  try {
    const { url, response } = await browser(room.server.issuer).go(begun.location.href)
    expect([response?.status, url.startsWith(room.server.issuer)]).toEqual([400, true])
  } finally {
    room.time.ahead = 0
  }
})

test('par-attempt-to-use-request_uri-for-different-client', async () => {
  const begun = await pushed(bank)
  begun.location.searchParams.set('client_id', 'broker')
  const { response, url } = await browser(room.server.issuer).go(begun.location.href)
  expect([response?.status, url.includes('broker.example')]).toEqual([400, false])
})

test('ensure-authorization-code-is-bound-to-client: a code of the bank is nothing to the broker', async () => {
  const dpop = await dpopOf(broker)
  const begun = await pushed(bank)
  const callback = await approved(room, begun.location)
  await expect(exchange(broker, begun, callback, dpop)).rejects.toEqual(oauthError('invalid_grant'))
  expect((await exchange(bank, begun, callback, await dpopOf(bank))).token_type).toBe('dpop')
})

test('attacker A3a, code injection: a code from a login of the attacker does not fit the verifier of the victim', async () => {
  const [attacker, victim] = [await pushed(bank), await pushed(bank)]
  const stolen = await approved(room, attacker.location)
  const injected = new URL(stolen)
  injected.searchParams.set('state', victim.state)
  await expect(exchange(bank, victim, injected, await dpopOf(bank))).rejects.toEqual(oauthError('invalid_grant'))
})

test('attacker A1a, mix-up: an answer that names another issuer, or none, is not taken to the token endpoint', async () => {
  const begun = await pushed(bank)
  const callback = await approved(room, begun.location)
  // RFC 9207 §2.4: every answer names its issuer, and the metadata say so.
  expect(callback.searchParams.get('iss')).toBe(room.server.issuer)
  const refusedFor = async (change: (answer: URLSearchParams) => void) => {
    const answer = new URL(callback)
    change(answer.searchParams)
    await expect(exchange(bank, begun, answer, await dpopOf(bank))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('"iss"') },
    })
  }
  await refusedFor((answer) => answer.set('iss', 'https://evil.example'))
  await refusedFor((answer) => answer.delete('iss'))
})

test('dpop code binding: a code asked for with one key is not exchanged with another', async () => {
  const begun = await pushed(bank, {}, await dpopOf(bank))
  const callback = await approved(room, begun.location)
  await expect(exchange(bank, begun, callback, await dpopOf(bank))).rejects.toEqual(oauthError('invalid_grant'))
})

test('attacker A7, DPoP replay: a recorded proof counts once, also of two at the same moment', async () => {
  const proofs: string[] = []
  const begun = await pushed(bank)
  const { tokens, dpop } = await loggedIn()
  const recording: typeof fetch = (url, init) => {
    proofs.push(new Headers(init?.headers).get('dpop') ?? '')
    return fetch(url, init)
  }
  bank.configuration[oidc.customFetch] = recording as never
  try {
    await oidc.fetchUserInfo(bank.configuration, tokens.access_token, oidc.skipSubjectCheck, { DPoP: dpop })
  } finally {
    delete (bank.configuration as { [oidc.customFetch]?: unknown })[oidc.customFetch]
  }
  const send = (proof: string) =>
    fetch(`${room.server.issuer}/me`, { headers: { authorization: `DPoP ${tokens.access_token}`, dpop: proof } })
  expect(proofs.at(-1)).toMatch(/^ey/)
  expect((await send(proofs.at(-1)!)).status).toBe(401)
  // Nor does a token go without a proof, or as if it were a bearer's.
  const bearer = await fetch(`${room.server.issuer}/me`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  expect(bearer.status).toBe(401)
  expect(begun.location.search).not.toContain('scope')
})

test('attacker A5, who reads what goes to the token endpoint and back: neither serves a second time, nor without the key', async () => {
  const read: { body: Record<string, string>; dpop: string }[] = []
  bank.configuration[oidc.customFetch] = ((url: string, init: RequestInit) => {
    const dpop = new Headers(init.headers).get('dpop') ?? ''
    if (url.endsWith('/token')) read.push({ body: Object.fromEntries(new URLSearchParams(String(init.body))), dpop })
    return fetch(url, init)
  }) as never
  const { tokens } = await loggedIn().finally(() => {
    delete (bank.configuration as { [oidc.customFetch]?: unknown })[oidc.customFetch]
  })
  const { body, dpop } = read.at(-1)!
  expect(body).toMatchObject({ grant_type: 'authorization_code', client_assertion: expect.stringMatching(/^ey/) })
  const again = await post('/token', body, { dpop })
  expect([again.status, (await again.json()).error]).toEqual([401, 'invalid_client'])
  const others = { DPoP: await dpopOf(bank) }
  await expect(
    oidc.fetchUserInfo(bank.configuration, tokens.access_token, oidc.skipSubjectCheck, others),
  ).rejects.toThrow()
})

test('a code is used once, and with its second use the token of the first is gone', async () => {
  const { tokens, callback, begun, dpop } = await loggedIn()
  await expect(exchange(bank, begun, callback, dpop)).rejects.toEqual(oauthError('invalid_grant'))
  await expect(
    oidc.fetchUserInfo(bank.configuration, tokens.access_token, oidc.skipSubjectCheck, { DPoP: dpop }),
  ).rejects.toThrow()
})

test.each([
  ['no assertion', {}],
  ['a secret', { client_secret: 'guess' }],
  ['ensure-client-assertion-signature-is-valid', { client_assertion: `${'e30'}.${'e30'}.AAAA` }],
])('the pushed request of a client with %s is refused', async (_what, extra) => {
  const { parameters } = await request(bank)
  const type = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' }
  const body = { ...parameters, client_id: 'bank', response_type: 'code', ...extra }
  const answered = await post('/request', 'client_assertion' in extra ? { ...body, ...type } : body)
  expect(answered.status).toBe(401)
  expect(await answered.json()).toMatchObject({ error: 'invalid_client' })
})

test('ensure-client-assertion-with-wrong-aud-fails, and one assertion is good for one request', async () => {
  const { parameters } = await request(bank)
  const sent: URLSearchParams[] = []
  const keeping: typeof fetch = (_url, init) => {
    sent.push(new URLSearchParams(String(init?.body)))
    return fetch(_url, init)
  }
  bank.configuration[oidc.customFetch] = keeping as never
  try {
    await oidc.buildAuthorizationUrlWithPAR(bank.configuration, parameters)
  } finally {
    delete (bank.configuration as { [oidc.customFetch]?: unknown })[oidc.customFetch]
  }
  const again = await post('/request', Object.fromEntries(sent[0]!))
  expect([again.status, (await again.json()).error]).toEqual([401, 'invalid_client'])
  const other = clientOf(bank, 'bank', bank.key.privateKey, { issuer: 'https://evil.example' })
  await expect(oidc.buildAuthorizationUrlWithPAR(other, parameters)).rejects.toEqual(oauthError('invalid_client'))
})

test('session fixation: the address of a begun login, planted in a victim’s browser, brings the planter nothing', async () => {
  const begun = await pushed(bank)
  const planter = browser(room.server.issuer)
  const own = await waiting(room, begun.location, planter)
  const victim = browser(room.server.issuer)
  // The victim follows the same address: a login of its own, which the victim approves.
  const theirs = await waiting(room, begun.location, victim)
  expect(theirs.loginId).not.toBe(own.loginId)
  await answer(room.verifier, room.phone, theirs.loginId)
  expect((await back(room, own)).href).not.toContain('code=')
  const forced = await fetch(`${room.server.issuer}/interaction/${theirs.uid}/finish`, {
    headers: { cookie: [...planter.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ') },
    redirect: 'manual',
  })
  expect(forced.status).toBe(400)
})

test('user-rejects-authentication: the service is told, in the words of OAuth', async () => {
  const begun = await pushed(bank)
  const login = await waiting(room, begun.location)
  await room.verifier.declineLogin({ loginId: login.loginId })
  const callback = await back(room, login)
  expect(Object.fromEntries(callback.searchParams)).toMatchObject({
    error: 'access_denied',
    state: begun.state,
    iss: room.server.issuer,
  })
})

test('an ID token is encrypted for the key that the client registered, and signed inside', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { extractable: true })
  const { kty, crv, x, y } = await exportJWK(publicKey)
  const clinic = await room.service('clinic', {
    profile: 'fapi2',
    encryptionJwk: { kty: kty!, crv: crv!, x: x!, y: y! },
  })
  const dpop = await dpopOf(clinic)
  const begun = await pushed(clinic, {}, dpop)
  const callback = await approved(room, begun.location)
  oidc.enableDecryptingResponses(clinic.configuration, ['A256GCM'], privateKey as CryptoKey)
  let raw = ''
  clinic.configuration[oidc.customFetch] = (async (url: string, init: RequestInit) => {
    const response = await fetch(url, init)
    raw = ((await response.clone().json()) as { id_token: string }).id_token
    return response
  }) as never
  const tokens = await exchange(clinic, begun, callback, dpop)
  expect(raw.split('.')).toHaveLength(5)
  const { plaintext } = await compactDecrypt(raw, await importJWK(await exportJWK(privateKey), 'ECDH-ES'))
  expect(decodeJwt(new TextDecoder().decode(plaintext)).sub).toBe(tokens.claims()?.sub)
})

/** A service that has its keys on its own site, which answers `path` as `sites` says. */
async function keySite() {
  const made = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const [first, second] = [await made(), await made()]
  const asked: string[] = []
  const set = async (...keys: CryptoKeyPair[]) => JSON.stringify({ keys: await Promise.all(keys.map(publicJwkOf)) })
  const sites: Record<string, { status?: number; body: string; headers?: Record<string, string> }> = {
    jwks: { body: await set(first), headers: { 'cache-control': 'max-age=31536000' } },
    moved: { status: 302, body: '', headers: { location: '/jwks' } },
    page: { body: '<html>' },
    long: { body: `{"keys":[],"x":"${'x'.repeat(10_000_000)}"}` },
    away: { status: 503, body: await set(first) },
    many: { body: await set(...Array.from({ length: 20 }, () => second), first) },
  }
  const server = createServer((req, res) => {
    const path = req.url!.slice(1)
    asked.push(path)
    const { status = 200, body, headers } = sites[path]!
    res.writeHead(status, headers).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const push = async (path: string, { privateKey } = first) => {
    const [clientId, redirectUri] = [`site-${path}`, 'https://site.example/callback']
    const jwksUri = `http://localhost:${(server.address() as AddressInfo).port}/${path}`
    await room.verifier.registerClient({ clientId, name: clientId, redirectUris: [redirectUri], jwksUri })
    const begun = pushed({ ...bank, redirectUri, configuration: clientOf(bank, clientId, privateKey) })
    return begun.then(({ location }) => location.searchParams.has('request_uri'))
  }
  return { sites, asked, push, first, second, set, close: () => server.close() }
}

test('a service whose key is on its own site is known by it; a site that sends elsewhere, or gives no keys, is not asked on', async () => {
  const { asked, push, close } = await keySite()
  room.time.stands = new Date()
  try {
    expect(await push('jwks')).toBe(true)
    // Whoever sends assertions in its name does not make us ask and ask.
    for (const path of ['moved', 'page', 'long', 'away', 'many'])
      for (let i = 0; i < 3; i++) await expect(push(path)).rejects.toEqual(oauthError('invalid_client'))
    expect(asked).toEqual(['jwks', 'moved', 'page', 'long', 'away', 'many'])
  } finally {
    delete room.time.stands
    close()
  }
})

test('a key that a service has taken from its site counts for ten minutes at most, whatever the site says of caching', async () => {
  const { sites, asked, push, first, second, set, close } = await keySite()
  room.time.stands = new Date(Math.ceil(Date.now() / SITE_KEYS_MS) * SITE_KEYS_MS)
  try {
    expect(await push('jwks')).toBe(true)
    sites.jwks = { body: await set(second) }
    expect(await push('jwks')).toBe(true)
    room.time.stands = new Date(room.time.stands.getTime() + SITE_KEYS_MS)
    await expect(push('jwks', first)).rejects.toEqual(oauthError('invalid_client'))
    expect([await push('jwks', second), asked]).toEqual([true, ['jwks', 'jwks']])
  } finally {
    delete room.time.stands
    close()
  }
})

test('a key that a service with CIBA has given up here is none from then on, and the new one counts at once', async () => {
  const [first, second] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')] as CryptoKeyPair[]
  const line = { clientId: 'line', name: 'line', redirectUris: ['https://line.example/callback'], ciba: {} }
  const registered = async (key: CryptoKeyPair) =>
    room.verifier.registerClient({ ...line, publicJwk: await publicJwkOf(key) })
  const push = ({ privateKey }: CryptoKeyPair) =>
    pushed({ ...bank, redirectUri: line.redirectUris[0]!, configuration: clientOf(bank, 'line', privateKey) })
  await registered(first!)
  await push(first!)
  await registered(second!)
  room.time.ahead = CLIENT_KEPT_MS
  try {
    await expect(push(first!)).rejects.toEqual(oauthError('invalid_client'))
    await push(second!)
  } finally {
    room.time.ahead = 0
  }
})

test('SSRF: where the provider is no sandbox, addresses of this machine and of private networks are not asked', async () => {
  const real = await openIdRoom('https://login.example/verifier')
  const asked: string[] = []
  const site = createServer((req, res) => {
    asked.push(req.url ?? '')
    res.end('{"keys":[]}')
  }).listen(0, '127.0.0.1')
  await once(site, 'listening')
  const { port } = site.address() as AddressInfo
  const redirectUri = 'https://site.example/callback'
  const addresses = [
    `http://localhost:${port}/`,
    `http://127.0.0.1:${port}/`,
    'https://10.0.0.1/',
    'https://169.254.169.254/',
  ]
  try {
    for (const [i, jwksUri] of addresses.entries()) {
      const clientId = `inside-${i}`
      await real.verifier.registerClient({ clientId, name: clientId, redirectUris: [redirectUri], jwksUri })
      const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'login.example' }
      const assertion = await new SignJWT({ jti: clientId })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience('https://login.example/verifier')
        .setExpirationTime('1m')
        .sign(bank.key.privateKey)
      const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
      const body = new URLSearchParams({
        client_assertion: assertion,
        client_assertion_type: type,
        client_id: clientId,
      })
      const answered = await fetch(`${real.server.address}/request`, { method: 'POST', body, headers: proxied })
      expect([answered.status, (await answered.json()).error]).toEqual([401, 'invalid_client'])
    }
    expect(asked).toEqual([])
  } finally {
    site.close()
    await real.close()
  }
})
