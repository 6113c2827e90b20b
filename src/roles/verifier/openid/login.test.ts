import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { volatileKeyStore } from '../../../adapters/keys/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { hex } from '../../../base/bytes.ts'
import { generateKeyPair, privateKey } from '../../../base/crypto.ts'
import { phoneRequest, type TestAuthority, testAuthority } from '../../authority/test-authority.ts'
import { openResidentRegister } from '../../resident-register/index.ts'
import type { Service } from '../../service/contract.ts'
import { openIdClient } from '../../service/http.ts'
import { createService, type OpenIdPort, serviceMigrations, serviceStore } from '../../service/index.ts'
import type { Verifier } from '../contract.ts'
import { createVerifier, verifierMigrations, verifierStore } from '../index.ts'
import type { Holder } from '../testing/authority.ts'
import { type Browser, browser } from '../testing/browser.ts'
import { type OpenIdServer, openIdServer, SCREEN } from '../testing/http.ts'
import { answer } from '../testing/phone.ts'

let database: TestDatabase
let server: OpenIdServer
let offset = 0
const clock = () => new Date(Date.now() + offset)
const entropy = systemEntropy
const keys = volatileKeyStore(entropy)
const log = () => undefined
let world: TestAuthority
let verifier: Verifier
let bank: Service
let hospital: Service
let card: Holder
let phone: Holder

const client = (clientId: string, redirectUri: string, issuer = server.issuer) =>
  openIdClient({ issuer, clientId, redirectUri, key: keys })

async function relyingParty(clientId: string, redirectUri: string, issuer?: string): Promise<Service> {
  const openid = await client(clientId, redirectUri, issuer)
  await verifier.registerClient({ clientId, name: clientId, redirectUris: [redirectUri], publicJwk: openid.publicJwk })
  const store = serviceStore(await database.schema(clientId, serviceMigrations))
  return createService({ store, clock, entropy, openid, log })
}

async function newCard(residentId: string): Promise<Holder> {
  await world.resident(residentId)
  const pair = generateKeyPair('RSA-2048')
  const request = { requestKey: `card of ${residentId}`, residentId, kind: 'auth', publicKey: pair.publicKey } as const
  return { ...(await world.authority.issueForCard(request)), key: privateKey(pair.privateKey) }
}

async function newPhone(of: Holder): Promise<Holder> {
  const pair = generateKeyPair('RSA-2048')
  const request = phoneRequest(hex(entropy(16)), of.serial, pair)
  return { ...(await world.authority.issueForPhone(request)), key: privateKey(pair.privateKey) }
}

/** The key of the SIM and its certificate are made anew. */
async function renewPhone(): Promise<void> {
  await world.authority.revoke({ kind: 'auth', serial: phone.serial, reason: 'superseded', requestedBy: 'holder' })
  phone = await newPhone(card)
}

beforeAll(async () => {
  database = await testDatabase()
  world = await testAuthority((own) => openResidentRegister(own, clock), { clock })
  card = await newCard('citizen')
  phone = await newPhone(card)
  const store = verifierStore(await database.schema('verifier', verifierMigrations))
  verifier = await createVerifier({ store, clock, entropy, keys, authority: world.authority, log })
  server = await openIdServer({ store, clock, entropy, keys, log, authority: world.authority })
  bank = await relyingParty('bank', 'https://bank.example/callback')
  hospital = await relyingParty('hospital', 'https://hospital.example/callback')
})

afterAll(async () => {
  server.close()
  await database.close()
  await world.close()
})

interface Begun {
  readonly session: string
  readonly loginId: string
  readonly uid: string
  readonly browser: Browser
}

/** Until the screen that waits for the phone. */
async function begin(service: Service, own: Browser = browser(server.issuer)): Promise<Begun> {
  const { session, location } = await service.startLogin({})
  const { url } = await own.go(location)
  expect(url).toContain(SCREEN)
  const { pathname, searchParams } = new URL(url)
  return { session, loginId: pathname.slice(1), uid: searchParams.get('uid')!, browser: own }
}

/** The address at the service that the browser is sent to. */
const finish = async ({ browser, uid }: Begun) => (await browser.go(`${server.issuer}/interaction/${uid}/finish`)).url

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
  const own = browser(server.issuer)
  const first = await logIn(bank, phone, own)
  expect(first).toMatchObject({ recognised: false, acr: 'urn:kazasu:acr:phone-pin' })
  const { session } = first
  expect(await bank.account({ session })).toEqual({ loggedIn: true, customer: null, delegated: false })
  const linked = { ...customer, address: null, standing: 'current', refreshedAt: null }
  expect(await bank.linkCustomer({ session, customerNumber: '1000001', passcode: '770011' })).toEqual(linked)
  // The same browser asks the phone again: there is no single sign-on.
  const second = await logIn(bank, phone, own)
  expect(second.recognised).toBe(true)
  expect(await bank.account({ session: second.session })).toEqual({
    loggedIn: true,
    customer: linked,
    delegated: false,
  })
  await bank.logout({ session: second.session })
  expect(await bank.account({ session: second.session })).toEqual({ loggedIn: false, customer: null, delegated: false })
})

test('the certificate of the renewed phone, and that of the card, are the same person at the same service', async () => {
  const old = phone
  await renewPhone()
  expect(phone.serial).not.toBe(old.serial)
  expect((await logIn(bank, phone)).recognised).toBe(true)
  expect(await logIn(bank, card)).toMatchObject({ recognised: true, acr: 'urn:kazasu:acr:card-pin' })
  expect((await logIn(bank, await newCard('stranger'))).recognised).toBe(false)
  const { verdict } = await answer(verifier, old, (await begin(bank)).loginId)
  expect(verdict.outcome).toBe('failed')
})

/** From the client's request to the address that brings the code back, approved by this phone. */
async function approved(openid: OpenIdPort, holder: Holder = phone) {
  const request = await openid.begin()
  const own = browser(server.issuer)
  const { pathname, searchParams } = new URL((await own.go(request.location)).url)
  await answer(verifier, holder, pathname.slice(1))
  const { url } = await own.go(`${server.issuer}/interaction/${searchParams.get('uid')}/finish`)
  return { request, url }
}

/** Who the client learns it is. */
async function identityAt(clientId: string, host: string, holder: Holder) {
  const openid = await client(clientId, `https://${host}/callback`)
  const { request, url: callback } = await approved(openid, holder)
  return { openid, request, callback, identity: await openid.finish({ ...request, callback }) }
}

test('OpenID Connect Core §8.1: two services see two subjects, each always the same, none of them the serial', async () => {
  const before = phone.serial
  const atBank = (await identityAt('bank', 'bank.example', phone)).identity.subject
  const atHospital = (await identityAt('hospital', 'hospital.example', phone)).identity.subject
  await renewPhone()
  const again = (await identityAt('bank', 'bank.example', phone)).identity.subject
  expect(again).toBe(atBank)
  expect(atHospital).not.toBe(atBank)
  expect(atBank).not.toContain(String(before))
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

test.each([
  ['of another issuer', 'https://evil.example'],
  ['of no issuer', ''],
])('mix-up: an answer %s is not taken by our own client, and nothing is spent by it', async (_what, iss) => {
  const openid = await client('bank', 'https://bank.example/callback')
  const { request, url } = await approved(openid)
  const answer = new URL(url)
  if (iss) answer.searchParams.set('iss', iss)
  else answer.searchParams.delete('iss')
  await expect(openid.finish({ ...request, callback: answer.href })).rejects.toMatchObject({ kind: 'invalid' })
  expect((await openid.finish({ ...request, callback: url })).subject).toBeTruthy()
})

test('a client with another key than the registered one gets nothing', async () => {
  const thief = await openIdClient({
    issuer: server.issuer,
    clientId: 'bank',
    redirectUri: 'https://bank.example/callback',
    key: volatileKeyStore(entropy),
  })
  const { request, url } = await approved(thief)
  await expect(thief.finish({ ...request, callback: url })).rejects.toMatchObject({ code: 'invalid_client' })
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

const cancel = async ({ browser, uid }: Begun) => browser.go(`${server.issuer}/interaction/${uid}/cancel`)

test('the browser cancels: the service is told, and the phone can no longer approve', async () => {
  const begun = await begin(bank)
  const { url: callback } = await cancel(begun)
  expect(callback).toMatch(/^https:\/\/bank\.example\/callback\?.*error=access_denied/)
  await expect(answer(verifier, phone, begun.loginId)).rejects.toEqual(refusedAs('verifier/loginAnswered'))
  expect((await verifier.showLogin({ loginId: begun.loginId })).state).toBe('declined')
  await expect(bank.finishLogin({ session: begun.session, callback })).rejects.toEqual(
    refusedAs('service/loginDeclined'),
  )
})

test.each([
  [
    'a phone has read',
    async ({ loginId }: Begun) => verifier.scanLogin({ qr: (await verifier.loginQr({ loginId })).qr! }),
  ],
  ['a phone has approved', async ({ loginId }: Begun) => answer(verifier, phone, loginId)],
  ['a phone has declined', async ({ loginId }: Begun) => verifier.declineLogin({ loginId })],
  ['has expired', async () => void (offset = 121_000)],
])('a login that %s can be cancelled by its own browser, and by no other', async (_, meanwhile) => {
  const begun = await begin(bank)
  try {
    await meanwhile(begun)
    const { state } = await verifier.showLogin({ loginId: begun.loginId })
    expect(await cancel({ ...begun, browser: browser(server.issuer) })).toMatchObject({ response: { status: 400 } })
    expect((await verifier.showLogin({ loginId: begun.loginId })).state).toBe(state)
    expect((await cancel(begun)).url).toContain('error=access_denied')
  } finally {
    offset = 0
  }
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

test('a day after its end nothing is left of a login', async () => {
  const { loginId } = await begin(bank)
  offset = 24 * 3_600_000 + 121_000
  try {
    expect((await verifier.showLogin({ loginId })).state).toBe('expired')
    await verifier.forgetDue({})
    await expect(verifier.showLogin({ loginId })).rejects.toMatchObject({ code: 'verifier/unknownLogin' })
  } finally {
    offset = 0
  }
})

test('while the phone has not answered the browser is sent back to the screen', async () => {
  expect(await finish(await begin(bank))).toContain(SCREEN)
})

test('another browser, even with the address of the interaction, does not get the code', async () => {
  const begun = await begin(bank)
  await answer(verifier, phone, begun.loginId)
  const stranger = browser(server.issuer)
  expect(await stranger.go(`${server.issuer}/interaction/${begun.uid}/finish`)).toMatchObject({
    response: { status: 400 },
  })
  const own = await begin(hospital, stranger)
  expect(own.uid).not.toBe(begun.uid)
  expect(await stranger.go(`${server.issuer}/interaction/${begun.uid}/finish`)).toMatchObject({
    response: { status: 400 },
  })
  // Browsers keep cookies to their paths; who attacks does not.
  const cookie = [...stranger.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
  const forced = await fetch(`${server.issuer}/interaction/${begun.uid}/finish`, {
    headers: { cookie },
    redirect: 'manual',
  })
  expect([forced.status, forced.headers.get('location')]).toEqual([400, null])
  expect(await finish(begun)).toContain('code=')
})

test('a different person after the first in the same browser is the different person', async () => {
  const own = browser(server.issuer)
  expect((await logIn(bank, phone, own)).recognised).toBe(true)
  expect((await logIn(bank, await newPhone(await newCard('second person')), own)).recognised).toBe(false)
})

test('nothing personal in the code or the address', async () => {
  const { callback } = await identityAt('bank', 'bank.example', phone)
  expect([...new URL(callback).searchParams.keys()].sort()).toEqual(['code', 'iss', 'state'])
})

describe('the platform dies while a bank waits for its answer', () => {
  /** What becomes of requests to the token endpoint; elsewhere it answers as always. */
  let dies: 'no' | 'before' | 'instead' | 'after' = 'no'
  let front: Server
  let behind: OpenIdServer
  let shinkin: Service
  beforeAll(async () => {
    front = createServer((req, res) => {
      if (dies === 'before') return void req.socket.destroy()
      if (dies === 'instead') return void res.writeHead(503, { 'retry-after': '1' }).end('starting')
      // Done, and nobody is told.
      if (dies === 'after') Object.assign(res, { end: () => req.socket.destroy() })
      void behind.openId.handler(req, res)
    }).listen(0, '127.0.0.1')
    await once(front, 'listening')
    const issuer = `http://localhost:${(front.address() as AddressInfo).port}/verifier`
    const store = verifierStore(await database.schema('verifier', verifierMigrations))
    behind = await openIdServer({ store, clock, entropy, keys, authority: world.authority, log }, issuer)
    shinkin = await relyingParty('shinkin', 'https://shinkin.example/callback', issuer)
  })
  afterAll(() => {
    front?.close()
    front?.closeAllConnections()
    behind?.close()
  })
  afterEach(() => {
    dies = 'no'
  })

  /** Approved, and back at the bank. */
  async function approvedThere() {
    const { session, location } = await shinkin.startLogin({})
    const own = browser(behind.issuer)
    const { pathname, searchParams } = new URL((await own.go(location)).url)
    await answer(verifier, phone, pathname.slice(1))
    const { url: callback } = await own.go(`${behind.issuer}/interaction/${searchParams.get('uid')}/finish`)
    return { session, callback }
  }

  test('nobody is there when a login begins: 503, and it begins when somebody is', async () => {
    dies = 'before'
    const fresh = await relyingParty('fresh', 'https://fresh.example/callback', behind.issuer)
    await expect(fresh.startLogin({})).rejects.toMatchObject({ code: 'service/platformAway', status: 503 })
    dies = 'no'
    expect((await fresh.startLogin({})).location).toContain(behind.issuer)
  })

  test.each(['before', 'instead'] as const)(
    'dead %s the answer: the same callback again logs in, once',
    async (when) => {
      const back = await approvedThere()
      dies = when
      await expect(shinkin.finishLogin(back)).rejects.toMatchObject({ code: 'service/platformAway', status: 503 })
      dies = 'no'
      const { session } = await shinkin.finishLogin(back)
      expect((await shinkin.account({ session })).loggedIn).toBe(true)
      await expect(shinkin.finishLogin(back)).rejects.toEqual(refusedAs('service/noSession'))
    },
  )

  test('dead after the code was spent: the same callback again is refused with words, and nobody is logged in', async () => {
    const back = await approvedThere()
    dies = 'after'
    await expect(shinkin.finishLogin(back)).rejects.toEqual(refusedAs('service/platformAway'))
    dies = 'no'
    await expect(shinkin.finishLogin(back)).rejects.toEqual(refusedAs('service/loginInvalid'))
    expect((await shinkin.account({ session: back.session })).loggedIn).toBe(false)
  })
})
