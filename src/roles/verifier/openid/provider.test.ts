// What a service can demand of a login (means, person, age of it), how it ends, and how the keys of ID tokens change.
// OpenID Connect Core 1.0, RP-Initiated Logout 1.0, Back-Channel Logout 1.0, RFC 9470 §5.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import * as oidc from 'openid-client'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { browser } from '../testing/browser.ts'
import {
  approved,
  back,
  exchange,
  type OpenIdRoom,
  openIdRoom,
  plain,
  type Service,
  waiting,
} from '../testing/http/openid-room.ts'
import { answer } from '../testing/phone.ts'
import { GENERATION_MS, generations, PUBLISHED_AFTER_MS, PUBLISHED_BEFORE_MS } from './http/signing-keys.ts'

const [PHONE, CARD] = ['urn:kazasu:acr:phone-pin', 'urn:kazasu:acr:card-pin']
let room: OpenIdRoom
let shop: Service

beforeAll(async () => {
  room = await openIdRoom()
  shop = await room.service('shop')
})
afterAll(() => room.close())
afterEach(() => {
  room.time.ahead = 0
})

async function loggedIn(service: Service, change: Record<string, string> = {}, own = browser(room.server.issuer)) {
  const begun = await plain(service, change)
  const callback = await approved(room, begun.location, room.phone, own)
  return exchange(service, begun, callback)
}

const errorOf = (callback: URL) => callback.searchParams.get('error')

test('RFC 9470 §5: a service that demands the card is not content with the phone, which may not answer in its place', async () => {
  const begun = await plain(shop, { acr_values: CARD })
  const login = await waiting(room, begun.location)
  expect(await room.verifier.showLogin({ loginId: login.loginId })).toMatchObject({ acrValues: [CARD] })
  await expect(answer(room.verifier, room.phone, login.loginId)).rejects.toMatchObject({ code: 'verifier/otherMeans' })
  await answer(room.verifier, room.card, login.loginId)
  const tokens = await exchange(shop, begun, await back(room, login))
  expect(tokens.claims()).toMatchObject({ acr: CARD })
})

test('of several means any will do, and an essential claim demands as acr_values do', async () => {
  expect((await loggedIn(shop, { acr_values: `${CARD} ${PHONE}` })).claims()?.acr).toBe(PHONE)
  const claims = JSON.stringify({ id_token: { acr: { essential: true, values: [CARD] } } })
  const begun = await plain(shop, { claims })
  const { loginId } = await waiting(room, begun.location)
  await expect(answer(room.verifier, room.phone, loginId)).rejects.toMatchObject({ code: 'verifier/otherMeans' })
})

test('means that do not exist, and means that nobody had in time, are told apart from a refusal', async () => {
  const unknown = await plain(shop, { acr_values: 'urn:example:retina' })
  const { url } = await browser(room.server.issuer).go(unknown.location.href)
  expect(errorOf(new URL(url))).toBe('unmet_authentication_requirements')
  const login = await waiting(room, (await plain(shop, { acr_values: CARD })).location)
  room.time.ahead = 121_000
  expect(errorOf(await back(room, login))).toBe('unmet_authentication_requirements')
})

test('every login is fresh: max_age, prompt=login and the claim auth_time agree; prompt=none is login_required', async () => {
  const own = browser(room.server.issuer)
  const first = await loggedIn(shop, {}, own)
  const again = await loggedIn(shop, { max_age: '0', prompt: 'login' }, own)
  expect(Number(again.claims()?.auth_time)).toBeGreaterThanOrEqual(Number(first.claims()?.auth_time))
  const silent = await plain(shop, { prompt: 'none' })
  expect(errorOf(new URL((await own.go(silent.location.href)).url))).toBe('login_required')
})

test('OpenID Connect Core §3.1.2.1: prompt=consent and select_account are every login; the rest, and what has not its form, is invalid_request', async () => {
  const own = browser(room.server.issuer)
  for (const prompt of ['consent', 'login consent select_account'])
    expect((await loggedIn(shop, { prompt }, own)).claims()?.acr).toBe(PHONE)
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  for (const change of [
    { prompt: 'none consent' },
    { prompt: 'none login' },
    { prompt: 'create' },
    { max_age: '-1' },
    { max_age: '1e3x' },
    { max_age: '9'.repeat(20) },
    { claims: '[]' },
    { claims: '{"id_token":1}' },
    { claims: `{"id_token":{"acr":${nested(900)},"sub":"x"}}` },
    { claims: '{"id_token":{"acr":{"essential":true,"values":{}}}}' },
    { claims: '{"userinfo":{"verified_claims":[]}}' },
    { id_token_hint: 'e30.e30.AAAA' },
  ]) {
    const { url } = await own.go((await plain(shop, change as Record<string, string>)).location.href)
    expect([change, errorOf(new URL(url))]).toEqual([change, 'invalid_request'])
  }
  // What says only how it should look, or what is not essential, changes nothing.
  const mild = { display: 'wap', ui_locales: 'x-'.repeat(200), claims: '{"id_token":{"__proto__":null,"acr":null}}' }
  expect((await waiting(room, (await plain(shop, mild)).location)).loginId).toMatch(/./)
})

test('a login that is for one person is no login when another approves it', async () => {
  const { id_token } = await loggedIn(shop)
  const begun = await plain(shop, { id_token_hint: id_token! })
  const stranger = room.authority.issue('auth')
  const callback = await approved(room, begun.location, stranger)
  expect([callback.hostname, errorOf(callback)]).toEqual(['shop.example', 'login_required'])
  const right = await plain(shop, { id_token_hint: id_token! })
  expect((await exchange(shop, right, await approved(room, right.location))).claims()?.acr).toBe(PHONE)
})

test('OpenID Connect Core §8.1: hosts of one sector see one subject, another sector another', async () => {
  const redirectUris = ['https://www.group.example/callback', 'https://travel.group.example/callback']
  await expect(room.service('no-sector', { redirectUris })).rejects.toMatchObject({ code: 'verifier/redirectUris' })
  const subjects = new Set<string>()
  for (const [i, redirectUri] of redirectUris.entries()) {
    const service = await room.service(`group-${i}`, { redirectUris, sector: 'group.example' })
    subjects.add((await loggedIn({ ...service, redirectUri })).claims()!.sub)
  }
  expect(subjects.size).toBe(1)
  expect(subjects).not.toContain((await loggedIn(shop)).claims()!.sub)
})

test('logging out at one service tells the others that were logged in with this browser, by signed tokens', async () => {
  const heard: Record<string, string> = {}
  const site = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    heard[req.url!.slice(1)] = new URLSearchParams(Buffer.concat(chunks).toString()).get('logout_token') ?? ''
    // One of them sends on what it gets: nobody follows.
    if (req.url === '/moved') res.writeHead(307, { location: '/elsewhere' })
    res.end()
  }).listen(0, '127.0.0.1')
  await once(site, 'listening')
  const at = (name: string) => `http://localhost:${(site.address() as AddressInfo).port}/${name}`
  const after = 'https://news.example/bye'
  const [news, mail, moved] = await Promise.all(
    ['news', 'mail', 'moved'].map((name) =>
      room.service(name, { backchannelLogoutUri: at(name), postLogoutRedirectUris: [after] }),
    ),
  )
  try {
    const own = browser(room.server.issuer)
    const atNews = await loggedIn(news!, {}, own)
    const atMail = await loggedIn(mail!, {}, own)
    const atMoved = await loggedIn(moved!, {}, own)
    const end = oidc.buildEndSessionUrl(news!.configuration, {
      id_token_hint: atNews.id_token!,
      post_logout_redirect_uri: after,
      state: 'done',
    })
    const asked = (await own.go(end.href)).response!
    const page = await asked.text()
    expect(page).toContain('ログアウト')
    // The one page with a button: clickjacking.
    expect(asked.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(asked.headers.get('x-frame-options')).toBe('DENY')
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)![1]!
    expect(
      await own.submit(`${room.server.issuer}/session/end/confirm`, { xsrf: 'another', logout: 'yes' }),
    ).toMatchObject({ response: { status: 400 } })
    await own.go(end.href)
    const form = await (await own.go(end.href)).response!.text()
    const fresh = /name="xsrf" value="([^"]+)"/.exec(form)![1]!
    expect(fresh).not.toBe(xsrf)
    const { url } = await own.submit(`${room.server.issuer}/session/end/confirm`, { xsrf: fresh, logout: 'yes' })
    expect(url).toBe(`${after}?state=done`)
    const jwks = (await (await fetch(`${room.server.issuer}/jwks`)).json()) as JSONWebKeySet
    const services = { news: atNews, mail: atMail, moved: atMoved }
    expect(Object.keys(heard).sort()).toEqual(Object.keys(services).sort())
    for (const [name, tokens] of Object.entries(services)) {
      const { payload } = await jwtVerify(heard[name]!, createLocalJWKSet(jwks), { audience: name, typ: 'logout+jwt' })
      const { sub, sid } = tokens.claims()!
      const { jti, iat, exp, events, ...rest } = payload
      // Back-Channel Logout 1.0 §2.4; nothing else of the login, and never a nonce.
      expect(rest).toEqual({ iss: room.server.issuer, aud: name, sub, sid })
      expect([typeof jti, exp! - iat!]).toEqual(['string', 120])
      expect(events).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} })
    }
  } finally {
    site.close()
  }
})

test('a client that knows RS256 alone gets its ID tokens so; one for FAPI does not', async () => {
  await expect(room.service('strict', { profile: 'fapi2', idTokenAlg: 'RS256' })).rejects.toMatchObject({
    code: 'verifier/clientKey',
  })
  const old = await room.service('old', { idTokenAlg: 'RS256' })
  const { id_token } = await loggedIn(old)
  expect(JSON.parse(Buffer.from(id_token!.split('.')[0]!, 'base64url').toString()).alg).toBe('RS256')
})

test('RP-Initiated Logout §2: a page to go to is one of the service that asks; a hint is ours, and nobody is logged out unasked', async () => {
  const own = browser(room.server.issuer)
  const bye = 'https://bye.example/out'
  const other = await room.service('bye', { postLogoutRedirectUris: [bye] })
  const tokens = await loggedIn(shop, {}, own)
  const { id_token } = tokens
  const end = async (asked: Record<string, string>) => {
    const { url, response } = await own.go(`${room.server.issuer}/session/end?${new URLSearchParams(asked)}`)
    expect(url.startsWith(room.server.issuer)).toBe(true)
    return response!.status
  }
  const [head, body, signature] = id_token!.split('.') as [string, string, string]
  const foreign = await loggedIn(other)
  for (const asked of [
    { id_token_hint: id_token!, post_logout_redirect_uri: 'https://evil.example/' },
    { id_token_hint: id_token!, post_logout_redirect_uri: bye },
    { id_token_hint: id_token!, client_id: 'bye', post_logout_redirect_uri: bye },
    { id_token_hint: `${head}.${body}.${signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}` },
    { id_token_hint: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.` },
    { id_token_hint: 'x' },
    { client_id: 'nobody' },
  ])
    expect([asked, await end(asked)]).toEqual([asked, 400])
  // Another's hint, none, or a page without a service: the person is asked, and nothing is over before the answer.
  for (const asked of [{ id_token_hint: foreign.id_token! }, {}, { post_logout_redirect_uri: bye }, { state: '<x>' }])
    expect(await end(asked)).toBe(200)
  for (const form of [{}, { logout: 'yes' }, { xsrf: 'x', logout: 'yes' }])
    expect(
      (await own.submit(`${room.server.issuer}/session/end/confirm`, form as Record<string, string>)).response!.status,
    ).toBe(400)
  const { sub } = tokens.claims()!
  expect(await oidc.fetchUserInfo(shop.configuration, tokens.access_token, sub)).toEqual({ sub })
})

test('clickjacking: no page of the provider may be framed, cached or tell where it was', async () => {
  const { response } = await browser(room.server.issuer).go(`${room.server.issuer}/interaction/none`)
  const headers = Object.fromEntries(response!.headers)
  expect(headers).toMatchObject({
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  })
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
})

test('CSRF: an interaction ends for the browser that has its cookie, and nothing ends by another method', async () => {
  const { location } = await plain(shop)
  const login = await waiting(room, location)
  await answer(room.verifier, room.phone, login.loginId)
  const address = `${room.server.issuer}/interaction/${login.uid}/finish`
  for (const method of ['GET', 'POST'])
    expect((await fetch(address, { method, redirect: 'manual' })).headers.get('location')).toBeNull()
  expect((await back(room, login)).searchParams.has('code')).toBe(true)
})

test('enumeration: a client that does not exist and one with another key get the same answer, after the same questions to the records', async () => {
  const thief = await room.service('thief')
  const answers = []
  for (const client_id of ['shop', 'nobody']) {
    const configuration = thief.configuration
    const server = configuration.serverMetadata()
    const other = new oidc.Configuration(
      { ...server } as never,
      client_id,
      {},
      oidc.PrivateKeyJwt(thief.key.privateKey),
    )
    oidc.allowInsecureRequests(other)
    room.statements()
    const answer = await plainError(other)
    // What is noted for the developer of a service is a statement that no answer waits for.
    answers.push({ ...answer, asked: room.statements().replaceAll('InsertQueryNode', '').trim() })
  }
  expect(answers[0]).toEqual(answers[1])
  expect(answers[0]).toMatchObject({ status: 401, error: 'invalid_client' })
})

test('a connection that breaks off is a code in the log, and prints nothing past it', async () => {
  const printed = vi.spyOn(console, 'error')
  const { hostname, port } = new URL(room.server.issuer)
  const before = room.logged.length
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const form = 'content-type: application/x-www-form-urlencoded\r\ncontent-length: 99\r\nexpect: 100-continue'
  // The answer to it says that the provider has begun.
  socket.write(`POST /verifier/token HTTP/1.1\r\nhost: ${hostname}\r\n${form}\r\n\r\nclient_id=`)
  await once(socket, 'data')
  socket.resetAndDestroy()
  await expect.poll(() => room.logged.slice(before)).toContainEqual(['verifier.openid-error', { error: 'Error' }])
  expect(printed).not.toHaveBeenCalled()
  printed.mockRestore()
})

async function plainError(configuration: oidc.Configuration) {
  const error = await oidc
    .buildAuthorizationUrlWithPAR(configuration, { redirect_uri: 'https://shop.example/callback', scope: 'openid' })
    .then(() => undefined)
    .catch(({ status, error, error_description }) => ({ status, error, error_description }))
  return error
}

const HOUR_MS = 3_600_000

test('keys: the next is published before it signs, the last stays after, and old ID tokens still verify', async () => {
  const now = Math.ceil(Date.now() / GENERATION_MS) * GENERATION_MS + GENERATION_MS / 2
  const at = (ms: number) => generations(new Date(now + ms)).map((one) => one - Math.floor(now / GENERATION_MS))
  const end = GENERATION_MS / 2
  expect(at(0)).toEqual([0])
  expect(at(end - PUBLISHED_BEFORE_MS)).toEqual([0, 1])
  expect(at(end)).toEqual([1, 0])
  expect(at(end + PUBLISHED_AFTER_MS)).toEqual([1])
  const kids = async () =>
    ((await (await fetch(`${room.server.issuer}/jwks`)).json()) as JSONWebKeySet).keys.map(({ kid }) => kid)
  const used = async () => (await loggedIn(shop)).id_token!.split('.')[0]!
  room.time.ahead = now - Date.now()
  const [before, first] = [await kids(), await used()]
  room.time.ahead = now + end - HOUR_MS - Date.now()
  const between = await kids()
  expect([between.length, await used()]).toEqual([4, first])
  room.time.ahead = now + end + HOUR_MS - Date.now()
  const afterwards = await kids()
  expect(afterwards).toEqual(expect.arrayContaining([...before, ...between]))
  expect(await used()).not.toBe(first)
})
