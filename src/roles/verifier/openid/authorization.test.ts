import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { volatileKeyStore } from '../../../adapters/keys/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { type OpenIdClient, openIdClient } from '../../service/http.ts'
import { verifierMigrations, verifierStore } from '../index.ts'
import { registerClient } from '../register-client.ts'
import { testAuthority } from '../testing/authority.ts'
import { browser } from '../testing/browser.ts'
import { type OpenIdServer, openIdServer } from '../testing/http.ts'

let database: TestDatabase
let server: OpenIdServer
let openid: OpenIdClient
let options: Parameters<typeof openIdServer>[0]

beforeAll(async () => {
  database = await testDatabase()
  const store = verifierStore(await database.schema('verifier', verifierMigrations))
  const keys = volatileKeyStore(systemEntropy)
  const log = () => undefined
  const clock = () => new Date()
  options = { store, clock, entropy: systemEntropy, keys, log, authority: testAuthority(clock, systemEntropy) }
  server = await openIdServer(options)
  const redirectUri = 'https://bank.example/callback'
  openid = await openIdClient({ issuer: server.issuer, clientId: 'bank', redirectUri, key: keys })
  const client = { clientId: 'bank', name: 'bank', redirectUris: [redirectUri], publicJwk: openid.publicJwk }
  await registerClient({ store, log })(client)
})

afterAll(async () => {
  server.close()
  await database.close()
})

async function authorize(change: Record<string, string | undefined>) {
  const url = new URL((await openid.begin()).location)
  for (const [name, value] of Object.entries(change))
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  return browser(server.issuer).go(url.href)
}

test.each([
  ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
  ['PKCE plain', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['the implicit flow', { response_type: 'id_token' }, 'unsupported_response_type'],
  ['no screen', { prompt: 'none' }, 'login_required'],
])('RFC 7636 and ours: %s is refused', async (_what, change, error) => {
  const { url } = await authorize(change)
  expect(url).toMatch(/^https:\/\/bank\.example\/callback[?#]/)
  expect(url).toContain(`error=${error}`)
})

test.each([
  ['a redirect URI that is not registered', { redirect_uri: 'https://evil.example/callback' }],
  ['an unknown client', { client_id: '<script>nobody' }],
])('%s ends on our own page, in two languages, without what was sent', async (_what, change) => {
  const { url, response } = await authorize(change)
  expect(url.startsWith(server.issuer)).toBe(true)
  expect(response?.status).toBe(400)
  const page = await response!.text()
  expect(page).toContain('ログインできませんでした')
  expect(page).not.toContain('<script>')
  expect(page).not.toContain('evil')
})

test('a database that fails in the middle of a login is a page and a line in the log, and the provider goes on', async () => {
  const events: unknown[] = []
  const fails = async () => {
    throw new Error('facts of the inside')
  }
  const failing = await openIdServer({
    ...options,
    store: { ...options.store, startLogin: fails },
    log: (event, fields) => void events.push([event, fields]),
  })
  const { search } = new URL((await openid.begin()).location)
  const { url, response } = await browser(failing.issuer).go(`${failing.issuer}/auth${search}`)
  expect(new URL(url).pathname).toMatch(/^\/verifier\/interaction\//)
  expect(response?.status).toBe(500)
  const page = await response!.text()
  expect(page).toContain('server_error')
  expect(page).not.toContain('inside')
  expect(events).toContainEqual(['verifier.openid-error', { error: 'Error' }])
  expect((await fetch(`${failing.issuer}/.well-known/openid-configuration`)).status).toBe(200)
  failing.close()
})

test('the metadata and keys offer what is meant and nothing else', async () => {
  const metadata = (await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json()) as Record<
    string,
    unknown
  >
  expect(metadata).toMatchObject({
    issuer: server.issuer,
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    scopes_supported: ['openid', 'ssf.read', 'ssf.manage', 'api', 'approval.outcome'],
    token_endpoint: `${server.issuer}/token`,
    request_parameter_supported: false,
    revocation_endpoint_auth_methods_supported: ['private_key_jwt'],
  })
  expect(Object.keys(metadata).filter((member) => member.startsWith('request_object'))).toEqual([])
  const atRoot = new URL(`/.well-known/oauth-authorization-server/verifier`, server.issuer)
  expect(await (await fetch(atRoot)).json()).toEqual(metadata)
  const { keys: published } = (await (await fetch(String(metadata.jwks_uri))).json()) as { keys: object[] }
  // Two algorithms, and for some days of the quarter two generations.
  expect([2, 4]).toContain(published.length)
  for (const key of published) expect(Object.keys(key)).not.toContain('d')
})

test('a client without an assertion gets nothing, whatever else it sends', async () => {
  const post = (body: URLSearchParams) => fetch(`${server.issuer}/token`, { method: 'POST', body })
  const form = { grant_type: 'authorization_code', client_id: 'bank', code: 'c', redirect_uri: 'https://bank.example/' }
  for (const secret of [{}, { client_secret: 'guess' }])
    expect((await post(new URLSearchParams({ ...form, ...secret }))).status).toBe(401)
})

test('an issuer without TLS on another machine is refused by the client', async () => {
  const options = { clientId: 'bank', redirectUri: 'https://bank.example/', key: volatileKeyStore(systemEntropy) }
  await expect(openIdClient({ ...options, issuer: 'http://op.example/' })).rejects.toThrow('TLS')
})

test('behind a proxy that ends TLS addresses are https, and cookies secure and out of reach of scripts', async () => {
  const proxied = await openIdServer(options, 'https://login.example/verifier')
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'login.example' }
  const metadata = await fetch(`${proxied.address}/.well-known/openid-configuration`, { headers })
  expect(await metadata.json()).toMatchObject({ token_endpoint: 'https://login.example/verifier/token' })
  const { search } = new URL((await openid.begin()).location)
  const { headers: answer } = await fetch(`${proxied.address}/auth${search}`, { headers, redirect: 'manual' })
  const cookies = answer.getSetCookie()
  expect(cookies.length).toBeGreaterThan(1)
  for (const cookie of cookies)
    expect(cookie.toLowerCase()).toMatch(/(?=.*; secure)(?=.*; httponly)(?=.*; samesite=lax)/)
  proxied.close()
})

/** As a browser or somebody else sends it, with whatever `Host`. */
const sent = (path: string, headers: Record<string, string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request(`${server.address}${path}`, { headers }, (answer) => {
      let text = `${answer.statusCode} ${answer.headers.location ?? ''} `
      answer.on('data', (part) => {
        text += part
      })
      answer.on('end', () => resolve(text))
    })
    asked.once('error', reject).end()
  })

test('RFC 9110 §17.1: addresses are the issuer’s, whatever host a request names', async () => {
  const { search } = new URL((await openid.begin()).location)
  const { host } = new URL(server.issuer)
  for (const headers of [
    { host: 'evil.example' },
    { host: 'localhost:80.evil.example' },
    { host, 'x-forwarded-host': 'evil.example' },
  ]) {
    const metadata = await sent('/.well-known/openid-configuration', headers)
    expect(metadata).toContain(`"token_endpoint":"${server.issuer}/token"`)
    expect(metadata + (await sent(`/auth${search}`, headers))).not.toContain('evil')
  }
})

test('OpenID Connect Core 1.0 §3.1.2.1: a request that a browser posts is the same as in the address', async () => {
  const { searchParams } = new URL((await openid.begin()).location)
  const posted = (path: string, body: BodyInit) =>
    fetch(server.issuer + path, { method: 'POST', body, redirect: 'manual' })
  const { status, headers } = await posted('/auth', searchParams)
  expect([status, headers.get('location')]).toEqual([303, `${server.issuer}/auth?${searchParams}`])
  expect((await browser(server.issuer).go(headers.get('location')!)).url).toMatch(/^http:\/\/screen\.invalid\//)
  expect((await posted('/session/end', new URLSearchParams({ state: 's' }))).headers.get('location')).toBe(
    `${server.issuer}/session/end?state=s`,
  )
  for (const body of ['{}', new URLSearchParams({ state: 's'.repeat(9000) })])
    expect((await posted('/auth', body)).status).toBe(400)
})

test('a client id that no record can hold is an unknown client', async () => {
  const { response } = await authorize({ client_id: 'bank\0' })
  expect(response?.status).toBe(400)
  expect(await response!.text()).toContain('invalid_client')
})
