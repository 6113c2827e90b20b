import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { volatileKeyStore } from '../../../adapters/keys/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import type { Service } from '../../service/contract.ts'
import { openIdClient } from '../../service/http.ts'
import { createService, type OpenIdPort, serviceMigrations, serviceStore } from '../../service/index.ts'
import type { Verifier } from '../contract.ts'
import { createVerifier, verifierMigrations, verifierStore } from '../index.ts'
import { type Holder, type TestAuthority, testAuthority } from '../testing/authority.ts'
import { type Browser, browser } from '../testing/browser.ts'
import { answer } from '../testing/phone.ts'
import { createOpenId } from './http.ts'

let database: TestDatabase
let server: Server
let issuer: string
let offset = 0
const clock = () => new Date(Date.now() + offset)
const entropy = systemEntropy
const keys = volatileKeyStore(entropy)
const log = () => undefined
let authority: TestAuthority
let verifier: Verifier
let bank: Service
let hospital: Service
let card: Holder
let phone: Holder

const client = (clientId: string, redirectUri: string) => openIdClient({ issuer, clientId, redirectUri, key: keys })

async function relyingParty(clientId: string, redirectUri: string): Promise<Service> {
  const openid = await client(clientId, redirectUri)
  await verifier.registerClient({ clientId, name: clientId, redirectUris: [redirectUri], publicJwk: openid.publicJwk })
  const db = await database.schema(clientId, serviceMigrations)
  return createService({ store: serviceStore(db as never), clock, entropy, openid, log })
}

beforeAll(async () => {
  database = await testDatabase()
  authority = testAuthority(clock, entropy)
  card = authority.issue('auth')
  phone = authority.issue('phoneAuth', { cardSerial: card.serial })
  const store = verifierStore((await database.schema('verifier', verifierMigrations)) as never)
  server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  issuer = `http://localhost:${(server.address() as AddressInfo).port}/verifier`
  verifier = await createVerifier({ store, clock, entropy, keys, authority, log })
  const loginPage = (loginId: string, uid: string) => `http://screen.invalid/${loginId}?uid=${uid}`
  const openId = await createOpenId({ issuer, loginPage, store, clock, entropy, keys, log })
  server.on('request', (req, res) => void openId.handler(req, res))
  bank = await relyingParty('bank', 'https://bank.example/callback')
  hospital = await relyingParty('hospital', 'https://hospital.example/callback')
})

afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await database.close()
})

interface Begun {
  readonly session: string
  readonly loginId: string
  readonly uid: string
  readonly browser: Browser
}

/** Until the screen that waits for the phone. */
async function begin(service: Service, own: Browser = browser(issuer)): Promise<Begun> {
  const { session, location } = await service.startLogin({})
  const { url } = await own.go(location)
  expect(url).toContain('http://screen.invalid/')
  const { pathname, searchParams } = new URL(url)
  return { session, loginId: pathname.slice(1), uid: searchParams.get('uid')!, browser: own }
}

/** The address at the service that the browser is sent to. */
const finish = async ({ browser, uid }: Begun) => (await browser.go(`${issuer}/interaction/${uid}/finish`)).url

async function logIn(service: Service, holder: Holder, own?: Browser) {
  const begun = await begin(service, own)
  expect((await answer(verifier, holder, begun.loginId)).verdict.outcome).toBe('passed')
  const callback = await finish(begun)
  return { begun, callback, ...(await service.finishLogin({ session: begun.session, callback })) }
}

const refusedAs = (code: string) => expect.objectContaining({ code })

test('seed 2 pattern 3: the first login links the person to a customer, the next one recognises', async () => {
  const customer = { customerNumber: '1000001', displayName: 'A', balance: 5 }
  await bank.addCustomer({ ...customer, passcode: '770011' })
  const own = browser(issuer)
  const first = await logIn(bank, phone, own)
  expect(first).toMatchObject({ recognised: false, acr: 'urn:kazasu:acr:phone-pin' })
  const { session } = first.begun
  expect(await bank.account({ session })).toEqual({ loggedIn: true, customer: null })
  expect(await bank.linkCustomer({ session, customerNumber: '1000001', passcode: '770011' })).toEqual(customer)
  // The same browser asks the phone again: there is no single sign-on.
  const second = await logIn(bank, phone, own)
  expect(second.recognised).toBe(true)
  expect(await bank.account({ session: second.begun.session })).toEqual({ loggedIn: true, customer })
  await bank.logout({ session: second.begun.session })
  expect(await bank.account({ session: second.begun.session })).toEqual({ loggedIn: false, customer: null })
})

test('the certificate of the renewed phone, and that of the card, are the same person at the same service', async () => {
  const renewed = authority.issue('phoneAuth', { cardSerial: card.serial })
  const other = authority.issue('auth')
  expect((await logIn(bank, renewed)).recognised).toBe(true)
  expect(await logIn(bank, card)).toMatchObject({ recognised: true, acr: 'urn:kazasu:acr:card-pin' })
  expect((await logIn(bank, other)).recognised).toBe(false)
})

/** From the client's request to the address that brings the code back, approved by this phone. */
async function approved(openid: OpenIdPort, holder: Holder = phone) {
  const request = await openid.begin()
  const own = browser(issuer)
  const { pathname, searchParams } = new URL((await own.go(request.location)).url)
  await answer(verifier, holder, pathname.slice(1))
  const { url } = await own.go(`${issuer}/interaction/${searchParams.get('uid')}/finish`)
  return { request, url }
}

/** Who the client learns it is. */
async function identityAt(clientId: string, host: string, holder: Holder) {
  const openid = await client(clientId, `https://${host}/callback`)
  const { request, url: callback } = await approved(openid, holder)
  return { openid, request, callback, identity: await openid.finish({ ...request, callback }) }
}

test('OpenID Connect Core §8.1: two services see two subjects, each always the same, none of them the serial', async () => {
  const [atBank, again, atHospital] = [
    await identityAt('bank', 'bank.example', phone),
    await identityAt('bank', 'bank.example', authority.issue('phoneAuth', { cardSerial: card.serial })),
    await identityAt('hospital', 'hospital.example', phone),
  ].map(({ identity }) => identity.subject)
  expect(again).toBe(atBank)
  expect(atHospital).not.toBe(atBank)
  expect(atBank).not.toContain(String(phone.serial))
})

test('RFC 6749 §4.1.2: a code is used once', async () => {
  const { openid, request, callback } = await identityAt('bank', 'bank.example', phone)
  await expect(openid.finish({ ...request, callback })).rejects.toMatchObject({
    kind: 'invalid',
    code: 'invalid_grant',
  })
})

test('of two simultaneous exchanges of one code one succeeds', async () => {
  const openid = await client('bank', 'https://bank.example/callback')
  const { request, url: callback } = await approved(openid)
  const both = await Promise.allSettled([1, 2].map(() => openid.finish({ ...request, callback })))
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test.each([
  ['nonce', { nonce: 'another' }],
  ['state', { state: 'another' }],
  ['code verifier', { codeVerifier: 'a'.repeat(43) }],
])('the wrong %s is refused', async (_what, change) => {
  const openid = await client('bank', 'https://bank.example/callback')
  const { request, url } = await approved(openid)
  await expect(openid.finish({ ...request, ...change, callback: url })).rejects.toMatchObject({ kind: 'invalid' })
})

test('a client with another key than the registered one gets nothing', async () => {
  const thief = await openIdClient({
    issuer,
    clientId: 'bank',
    redirectUri: 'https://bank.example/callback',
    key: volatileKeyStore(entropy),
  })
  const { request, url } = await approved(thief)
  await expect(thief.finish({ ...request, callback: url })).rejects.toMatchObject({ code: 'invalid_client' })
})

async function authorize(change: Record<string, string | undefined>) {
  const openid = await client('bank', 'https://bank.example/callback')
  const url = new URL((await openid.begin()).location)
  for (const [name, value] of Object.entries(change))
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  return browser(issuer).go(url.href)
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
  expect(url.startsWith(issuer)).toBe(true)
  expect(response?.status).toBe(400)
  const page = await response!.text()
  expect(page).toContain('ログインできませんでした')
  expect(page).not.toContain('<script>')
  expect(page).not.toContain('evil')
})

test('the person declines: the service is told, and the session is over', async () => {
  const begun = await begin(bank)
  await verifier.declineLogin({ loginId: begun.loginId })
  const callback = await finish(begun)
  expect(callback).toContain('error=access_denied')
  await expect(bank.finishLogin({ session: begun.session, callback })).rejects.toEqual(
    refusedAs('service/loginDeclined'),
  )
  await expect(bank.finishLogin({ session: begun.session, callback })).rejects.toEqual(refusedAs('service/noSession'))
})

test('nobody answers for two minutes: expired, for phone and browser', async () => {
  const begun = await begin(bank)
  offset = 121_000
  try {
    await expect(answer(verifier, phone, begun.loginId)).rejects.toEqual(refusedAs('verifier/loginExpired'))
    expect((await verifier.showLogin({ loginId: begun.loginId })).state).toBe('expired')
    expect(await finish(begun)).toContain('error=access_denied')
  } finally {
    offset = 0
  }
})

test('while the phone has not answered the browser is sent back to the screen', async () => {
  expect(await finish(await begin(bank))).toContain('http://screen.invalid/')
})

test('another browser, even with the address of the interaction, does not get the code', async () => {
  const begun = await begin(bank)
  await answer(verifier, phone, begun.loginId)
  const stranger = browser(issuer)
  expect(await stranger.go(`${issuer}/interaction/${begun.uid}/finish`)).toMatchObject({ response: { status: 400 } })
  const own = await begin(hospital, stranger)
  expect(own.uid).not.toBe(begun.uid)
  expect(await stranger.go(`${issuer}/interaction/${begun.uid}/finish`)).toMatchObject({ response: { status: 400 } })
  expect(await finish(begun)).toContain('code=')
})

test('a different person after the first in the same browser is the different person', async () => {
  const own = browser(issuer)
  expect((await logIn(bank, phone, own)).recognised).toBe(true)
  expect((await logIn(bank, authority.issue('phoneAuth'), own)).recognised).toBe(false)
})

test('the metadata and keys offer what is meant and nothing else', async () => {
  const metadata = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>
  expect(metadata).toMatchObject({
    issuer,
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    scopes_supported: ['openid'],
    token_endpoint: `${issuer}/token`,
  })
  const { keys: published } = (await (await fetch(String(metadata.jwks_uri))).json()) as { keys: object[] }
  expect(published.map((key) => Object.keys(key))).toEqual([
    expect.not.arrayContaining(['d']),
    expect.not.arrayContaining(['d', 'p', 'q']),
  ])
})

test('nothing personal in the code or the address', async () => {
  const { callback } = await identityAt('bank', 'bank.example', phone)
  expect([...new URL(callback).searchParams.keys()].sort()).toEqual(['code', 'iss', 'state'])
})
