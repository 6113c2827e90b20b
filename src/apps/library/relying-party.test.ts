// The client of a service against a running world: logins of both profiles, a step-up that is declined, events that are believed or
// not, and each example of the API's description, sent to the platform and judged by the schemas of that same description.

import { spawn } from 'node:child_process'
import { webcrypto } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { testDatabase } from '../../adapters/testing/index.ts'
import { freePort } from '../../adapters/testing/postgres-server.ts'
import { base64url, fromBase64url, hex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { Browser } from '../../cases/main-job/browser.ts'
import { encodeTimeStampRequest } from '../../codec/tsp.ts'
import { mandateStatement } from '../../protocol/consent/mandate.ts'
import * as iso7816 from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { loginMessage } from '../../protocol/login/login-message.ts'
import { API_NAMES, type ApiName } from '../../roles/verifier/api/contract.ts'
import { EXAMPLES, type Given, SHOWN } from '../../roles/verifier/api/examples.ts'
import { STREAM_SHOWN } from '../../roles/verifier/api/streams.ts'
import type { Client } from '../../roles/verifier/contract.ts'
import { browser } from '../../roles/verifier/testing/browser.ts'
import { choosePin } from '../../world/choose-pin.ts'
import { approveBySms } from '../../world/codes.ts'
import { CITIZENS, PLATFORM, SHINKIN } from '../../world/people.ts'
import { volatilePlatform } from '../../world/platform.ts'
import { orderIn } from '../../world/testing/small-world.ts'
import { createWorld, type World } from '../../world/world.ts'
import { challenge, demanded, LoginRefused, type RelyingParty, relyingParty } from './relying-party.ts'

const { password, phonePin: pin } = CITIZENS.adult
const REDIRECT = 'http://localhost:3000/callback'
let world: World
let ahead = 0
/** Everything that the roles have logged, before the log masks anything. */
const logged: string[] = []
/** Whoever reads one of these could act for somebody. */
const secrets: string[] = []

beforeAll(async () => {
  const clock = () => new Date(Date.now() + ahead)
  const log = (event: string, fields: object = {}) => void logged.push(`${event} ${JSON.stringify(fields)}`)
  world = await createWorld({ ...(await volatilePlatform(await testDatabase())), clock, log })
  const { phone } = world.citizens.adult
  await phone.apply({ card: 'adult', password })
  await approveBySms(world, 'adult')
  await phone.install({})
  await orderIn({ phone }, 'written')
  await choosePin(phone, pin)
})
afterAll(() => world?.close())

type Registered = Partial<Omit<Client, 'clientId' | 'redirectUris'>> & { readonly redirectUri?: string }

/** With `folder`, its key is saved there, as the developers' page has it saved. */
async function registered(clientId: string, { redirectUri = REDIRECT, ...change }: Registered = {}, folder?: string) {
  const pair = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
  const key = await webcrypto.subtle.exportKey('jwk', pair.privateKey)
  const { kty, crv, x, y, d } = key as Record<string, string>
  secrets.push(d!)
  if (folder) writeFileSync(join(folder, 'service-key.json'), JSON.stringify(key, null, 2))
  const publicJwk = { kty: kty!, crv: crv!, x: x!, y: y! }
  await world.verifier.registerClient({ clientId, name: clientId, redirectUris: [redirectUri], publicJwk, ...change })
  return { issuer: `${world.origin}/verifier`, clientId, redirectUri, key }
}

async function service(clientId: string, change: Registered = {}, folder?: string) {
  const options = await registered(clientId, change, folder)
  const { profile } = change
  return relyingParty({
    ...{ ...options, ...(profile && { profile }) },
    // A careless one is registered for it, and does not look.
    ...(change.delegation && clientId !== 'careless' && { delegation: true as const }),
  })
}

/** Where a server of a test may listen, and where its people come back to. */
async function place() {
  const port = await freePort()
  return { port, redirectUri: `http://localhost:${port}/callback` }
}

const statusOf = (address: string): Promise<number> =>
  fetch(address, { redirect: 'manual' }).then(
    ({ status }) => status,
    () => 0,
  )

/** Every fenced block of a page, with what stands between it and the block before. */
function blocksOf(page: string): { before: string; text: string }[] {
  return [...page.matchAll(/(.*?)^```\w+\n(.*?)^```$/gms)].map(([, before, text]) => ({ before: before!, text: text! }))
}

type Begun = Awaited<ReturnType<RelyingParty['begin']>>
type Answer = (loginId: string) => Promise<{ readonly release?: string | null }>

/** The way on from the page that waits, once the phone of the same device has answered. */
async function answered(waiting: URL, answer: Answer): Promise<string> {
  const { release } = await answer(waiting.pathname.slice('/login/'.length))
  const finish = `${world.origin}/verifier/interaction/${waiting.searchParams.get('uid')}/finish`
  return release ? `${finish}?release=${release}` : finish
}

/** As a person: the browser goes where it is sent, the phone answers. */
async function back(location: string, answer: Answer, to = REDIRECT): Promise<string> {
  const browser = new Browser()
  const waiting = await browser.follow(location, ({ pathname }) => pathname.startsWith('/login/'))
  const address = await browser.follow(await answered(waiting, answer), ({ href }) => href.startsWith(to))
  const code = address.searchParams.get('code')
  if (code) secrets.push(code)
  return address.href
}

const approve = (loginId: string) => world.citizens.adult.phone.approveLogin({ loginId, pin })
const decline = (loginId: string) => world.citizens.adult.phone.declineLogin({ loginId })

async function signedBy(name: 'adult' | 'elder', loginId: string) {
  const login = await world.verifier.showLogin({ loginId })
  const card = await world.shelf.open(name)
  const [certificate, signature] = await iso7816.run(card, authSigned(CITIZENS[name].pin, loginMessage(login)))
  await card.end()
  return world.verifier.answerLogin({ loginId, certificate, signature })
}
const byCard: Answer = (loginId) => signedBy('adult', loginId)
const byElder: Answer = (loginId) => signedBy('elder', loginId)

const touchReader: Answer = async (loginId) => {
  await world.reader.readLogin({ qr: (await world.verifier.loginQr({ loginId })).qr! })
  await world.reader.answerLogin({ reader: 'adult-phone' })
  return {}
}

/** In a browser that stays logged in at the platform. */
async function inBrowser(own: ReturnType<typeof browser>, kazasu: RelyingParty) {
  const { location, pending } = await kazasu.begin()
  const waiting = new URL((await own.go(location)).url)
  return kazasu.finish((await own.go(await answered(waiting, approve))).url, pending)
}

/** A place of the service that is posted to: what was said there. */
async function saidAt() {
  const said: string[] = []
  const server = createServer(async (request, response) => {
    said.push(await text(request))
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    said: async () => {
      await expect.poll(() => said.length).toBeGreaterThan(0)
      return said[0]!
    },
    close: () => server.close(),
  }
}

/** The event by which a stream is tried. RFC 8936 §2.4. */
async function oneEvent(kazasu: RelyingParty): Promise<string> {
  const asked = async (path: string, body: object) =>
    fetch(new URL(path, `${world.origin}/verifier/ssf/`), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await kazasu.token('ssf.manage ssf.read')}`,
      },
      body: JSON.stringify(body),
    })
  const stream = (await (await asked('stream', { delivery: { method: 'urn:ietf:rfc:8936' } })).json()) as {
    stream_id: string
    delivery: { endpoint_url: string }
  }
  await asked('verify', { stream_id: stream.stream_id })
  const { sets } = (await (await asked(stream.delivery.endpoint_url, {})).json()) as { sets: Record<string, string> }
  return Object.values(sets)[0]!
}

async function logIn(shop: RelyingParty) {
  const { location, pending } = await shop.begin()
  const login = await shop.finish(await back(location, approve), pending)
  secrets.push(login.idToken)
  return login
}

test.each(['openid', 'fapi2'] as const)(
  'a person logs in with the profile %s, the same subject each time',
  async (profile) => {
    const shop = await service(`login-${profile}`, { profile })
    const first = await logIn(shop)
    expect(first).toMatchObject({ by: 'phone', subject: expect.stringMatching(/^[\w-]{43}$/) })
    expect((await logIn(shop)).subject).toBe(first.subject)
    const { requestId } = await shop.ask.askAge({ limit: 20 })
    expect(await shop.ask.ageRequest({ requestId })).toMatchObject({ state: 'waiting' })
    await expect(shop.ask.ageRequest({ requestId: 'none' })).rejects.toMatchObject({ code: 'verifier/unknownQuestion' })
    expect(shop.logoutUrl(first.idToken)).toContain('/verifier/session/end?id_token_hint=')
  },
)

test('a login that is declined, mixed up with another or never begun is no login', async () => {
  const shop = await service('careful')
  const [one, other] = [await shop.begin({ by: 'card' }), await shop.begin()]
  await expect(back(one.location, approve)).rejects.toMatchObject({ code: 'verifier/otherMeans' })
  const declined = await back((await shop.begin({ by: 'card' })).location, decline)
  await expect(shop.finish(declined, one.pending)).rejects.toBeInstanceOf(LoginRefused)
  const good = await back(other.location, approve)
  await expect(shop.finish(good, one.pending)).rejects.toMatchObject({ declined: false })
  await expect(shop.finish(good, 'nothing')).rejects.toMatchObject({ code: 'no_login_begun' })
  const foreign = new URL(good)
  foreign.searchParams.set('iss', 'https://evil.example')
  await expect(shop.finish(foreign.href, other.pending)).rejects.toMatchObject({ declined: false })
  expect((await shop.finish(good, other.pending)).by).toBe('phone')
  const said = await shop.begin()
  await expect(shop.finish(await back(said.location, decline), said.pending)).rejects.toMatchObject({ declined: true })
})

test('RFC 9470: what a service’s own API demands more than a login is, is the next login', async () => {
  const shop = await service('vault', { profile: 'fapi2' })
  const refused = challenge(await logIn(shop), { by: 'card', maxAge: 60 })!
  const wrong = (await shop.begin(demanded(refused))).location
  await expect(back(wrong, approve)).rejects.toMatchObject({ code: 'verifier/otherMeans' })
  const want = { age_over_65: { purpose: 'To lower the price', essential: true } } as const
  const { location, pending } = await shop.begin({ maxAge: 60, want })
  const again = await shop.finish(await back(location, approve), pending)
  expect([challenge(again, { maxAge: 60 }), again.told]).toEqual([undefined, { age_over_65: false }])
})

test('who acts for another is told by `act`, to a service that takes it; another one refuses the login', async () => {
  const acts = [{ act: 'collect', title: '薬を受け取る / Collect medicines' }]
  const delegation = { kinds: ['general' as const], acts }
  const pharmacy = await service('pharmacy', { delegation })
  const careless = await service('careless', { delegation })
  const scope = ['pharmacy', 'careless'].map((clientId) => ({ clientId, acts: ['collect'] }))
  const [from, nonce] = [world.platform.clock(), '5'.repeat(32)]
  const terms = {
    ...{
      principalCalled: 'Grandfather',
      delegateCalled: 'Akari',
      purpose: 'Medicines',
      subDelegation: 0,
      within: null,
    },
    ...{ scope, from, until: new Date(from.getTime() + 86_400_000) },
  }
  const signed = mandateStatement({ platform: PLATFORM.party, act: 'offer', terms, nonce, at: from })
  const card = await world.shelf.open('elder')
  const [certificate, signature] = await iso7816.run(card, authSigned(CITIZENS.elder.pin, signed))
  await card.end()
  const { invitation } = await world.verifier.offerMandate({ certificate, signature, nonce, at: from, terms })
  const { mandateId } = (await world.citizens.adult.phone.acceptMandate({ invitation, pin })).mandate
  const acting = async (at: RelyingParty) => {
    const { location, pending } = await at.begin()
    const act = (loginId: string) => world.citizens.adult.phone.approveLogin({ loginId, pin, mandateId })
    return at.finish(await back(location, act), pending)
  }
  const own = await logIn(pharmacy)
  expect([own.act, own.mandate]).toEqual([undefined, undefined])
  const { idToken, ...login } = await acting(pharmacy)
  secrets.push(idToken)
  expect(login.subject).not.toBe(own.subject)
  const mandate = { kind: 'general', acts: ['collect'], until: expect.any(Date) }
  expect(login).toMatchObject({ by: 'phone', act: { subject: own.subject }, mandate })
  const refused = await acting(careless).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(LoginRefused)
  expect(refused).toMatchObject({ code: 'acts_for_another', declined: false })
})
/** An operation of OpenAPI 3.1. */
interface Described {
  readonly operationId: string
  readonly security: { platform: [string] }[]
  readonly parameters?: { in: 'path' | 'query' }[]
  readonly requestBody?: { content: Record<string, { example: object }> }
  readonly responses: Record<string, { content?: Record<string, { schema: object }> }>
}

describe('the description of the API', () => {
  let shop: RelyingParty
  let described: { paths: Record<string, Record<string, Described>> }
  const given: { -readonly [K in keyof Given]: string } = {
    subject: '',
    requestId: '',
    certificate: '',
    draft: '',
    signature: '',
    signed: '',
    timeStampRequest: '',
    other: SHINKIN.clientId,
    serviceId: '',
  }

  beforeAll(async () => {
    shop = await service('asking')
    described = await (await fetch(`${world.origin}/verifier/openapi.json`)).json()
    given.subject = (await logIn(shop)).subject
    const serial = await world.signSerialOf('adult')
    given.certificate = base64url((await world.authority.certificate({ kind: 'sign', serial })).certificate)
    const messageImprint = { hashAlgorithm: { algorithm: '2.16.840.1.101.3.4.2.1' }, hashedMessage: sha256() } as const
    given.timeStampRequest = base64url(encodeTimeStampRequest({ messageImprint, certReq: true }))
  })

  /** The example as it is described, with what came before in it; the answer has the form that is described. */
  async function run<T>(name: ApiName): Promise<T> {
    const token = await shop.token('api')
    secrets.push(token)
    const response = await fetch(`${world.origin}/verifier/api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(EXAMPLES[name](given)),
    })
    const body = await response.json()
    expect([response.status, body], name).toEqual([200, expect.anything()])
    tried.add(name)
    const { schema } = described.paths[`/${name}`]!.post!.responses[200]!.content!['application/json']!
    return z.fromJSONSchema(schema as never).parse(body) as T
  }
  const tried = new Set<string>()
  const asked = () => ({ party: PLATFORM.party, requestId: given.requestId })

  test('its examples run: an age', async () => {
    given.requestId = (await run<Given>('askAge')).requestId
    await world.citizens.adult.phone.proveAge({ ...asked(), limit: 20, pin })
    expect(await run('ageRequest')).toMatchObject({ state: 'reached' })
  })

  test('its examples run: consent and facts', async () => {
    given.requestId = (await run<Given>('askConsent')).requestId
    expect(await run('consentRequest')).toMatchObject({ state: 'waiting' })
    await world.citizens.adult.phone.signConsent({ ...asked(), items: ['address'], card: 'adult', password })
    expect(await run('factsConsent')).toMatchObject({ consent: { items: ['address'] } })
    ahead = 24 * 3_600_000
    expect(await run('latestFacts')).toMatchObject({ changed: false })
    const why = { purpose: 'カードを送るため / To send the card' }
    const want = { address: why, age_over_20: { ...why, essential: true } } as const
    const toldOf = async (give: string[]) => {
      const { location, pending } = await shop.begin({ want })
      const answer = (loginId: string) => world.citizens.adult.phone.approveLogin({ loginId, pin, give })
      return (await shop.finish(await back(location, answer), pending)).told
    }
    const { address } = CITIZENS.adult.fourInfo
    expect(await toldOf([])).toEqual({ age_over_20: true })
    expect(await toldOf(['address', 'name'])).toEqual({
      age_over_20: true,
      address: { formatted: address, country: 'JP' },
    })
    ahead = 0
  })

  test('its examples run: signatures', async () => {
    given.requestId = (await run<Given>('askSignature')).requestId
    const { phone } = world.citizens.adult
    const documentSha256 = hex(sha256(fromBase64url((EXAMPLES.askSignature(given) as { document: string }).document)))
    await phone.signRequested({ ...asked(), party: null, documentSha256, card: 'adult', password })
    given.signed = (await run<{ signed: { document: string } }>('signedDocument')).signed.document
    expect(await run('verifyDocument')).toMatchObject({ report: { indication: 'TOTAL-PASSED' } })
    await run('verifyDocuments')
    const { draft, toBeSigned } = await run<{ draft: string; toBeSigned: string }>('prepareSignature')
    const card = await world.shelf.open('adult')
    given.draft = draft
    given.signature = base64url(await iso7816.run(card, sign(fromBase64url(toBeSigned))))
    await card.end()
    await run('finishSignature')
    await run('timeStamp')
  })

  test('its examples run: a tie to another service, which finds its own customer by the id', async () => {
    given.requestId = (await run<Given>('askLink')).requestId
    expect(await run('linkRequest')).toMatchObject({ state: 'waiting', with: { clientId: SHINKIN.clientId } })
    const stranger = await service('nosy')
    const { requestId } = given
    await expect(stranger.ask.linkRequest({ requestId })).rejects.toMatchObject({ code: 'verifier/unknownQuestion' })
    await world.citizens.adult.phone.agreeToLink({ requestId, pin })
    given.serviceId = (await run<Given>('serviceId')).serviceId
    expect(await run('customerOfId')).toMatchObject({ customer: { subject: given.subject, with: SHINKIN.clientId } })
    expect(await stranger.ask.customerOfId({ serviceId: given.serviceId })).toEqual({ customer: null })
  })

  /** As it stands in the document, but for who is spoken of; status and answer are those that are described. */
  async function runDescribed(path: string, method: string, by: RelyingParty, streamId = ''): Promise<unknown> {
    const { operationId, security, parameters, requestBody, responses } = described.paths[path]![method]!
    const url = new URL(`${world.origin}/verifier${path.replace('{stream_id}', streamId)}`)
    if (parameters?.[0]?.in === 'query') url.searchParams.set('stream_id', streamId)
    const example = requestBody && JSON.stringify(requestBody.content['application/json']!.example)
    const response = await fetch(url, {
      method: method.toUpperCase(),
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await by.token(security[0]!.platform[0])}`,
      },
      body: example?.replaceAll(STREAM_SHOWN, streamId).replaceAll(SHOWN.subject, given.subject) ?? null,
    })
    const [status, answer] = Object.entries(responses).find(([one]) => one.startsWith('2'))!
    expect(String(response.status), operationId).toBe(status)
    tried.add(operationId)
    if (!answer.content) return expect(await response.text()).toBe('')
    const { schema } = answer.content['application/json']!
    return z.fromJSONSchema(schema as never).parse(await response.json())
  }

  test('its examples run: the stream of events', async () => {
    const all = Object.entries(described.paths)
      .filter(([path]) => path.startsWith('/ssf/'))
      .flatMap(([path, { servers: _, ...methods }]) => Object.keys(methods).map((method) => ({ path, method })))
    const [first, ...others] = all
    const made = (await runDescribed(first!.path, first!.method, shop)) as { stream_id: string }
    const nothing = await fetch(`${world.origin}/verifier/ssf/stream`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${await shop.token('ssf.manage')}` },
      body: JSON.stringify({ stream_id: made.stream_id }),
    })
    expect([nothing.status, await nothing.json()]).toEqual([200, made])
    const last = ({ method }: { method: string }) => Number(method === 'delete')
    for (const { path, method } of others.sort((one, other) => last(one) - last(other)))
      await runDescribed(path, method, shop, made.stream_id)
    for (const { path } of all) {
      const { status, headers } = await fetch(`${world.origin}/verifier${path}`, { method: 'OPTIONS' })
      expect([status, headers.get('allow')], path).toEqual([405, expect.stringMatching(/POST/)])
    }
  })

  test('its examples run: who may act for whom', async () => {
    const office = await service('office', {
      delegation: { kinds: ['general'], acts: [{ act: 'records.read', title: '記録を見る / See records' }] },
    })
    for (const name of ['evaluation', 'evaluations']) await runDescribed(`/access/v1/${name}`, 'post', office)
  })

  test('no operation is without an example that has run', () => {
    const all = Object.values(described.paths).flatMap((item) => Object.values(item).map((one) => one.operationId))
    expect(all.filter((name) => name && !tried.has(name))).toEqual([])
    expect(all).toEqual(expect.arrayContaining([...API_NAMES]))
  })

  test('what another service asked for is not there, without a token nothing is, and not every service may ask all', async () => {
    const stranger = await service('stranger')
    const { requestId } = await shop.ask.askAge({ limit: 20 })
    await expect(stranger.ask.ageRequest({ requestId })).rejects.toMatchObject({ code: 'verifier/unknownQuestion' })
    expect(await shop.ask.ageRequest({ requestId })).toMatchObject({ state: 'waiting' })
    const answered = async (headers: Record<string, string>) => {
      const response = await fetch(`${world.origin}/verifier/api/askAge`, { method: 'POST', body: '{}', headers })
      return [response.status, response.headers.get('www-authenticate')]
    }
    expect(await answered({})).toEqual([401, 'Bearer, DPoP algs="ES256 PS256 EdDSA"'])
    expect(await answered({ authorization: 'Bearer none' })).toEqual([401, 'Bearer error="invalid_token"'])
    const other = await stranger.token('ssf.read')
    expect(await answered({ authorization: `Bearer ${other}` })).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="api"',
    ])
    const small = await service('small', { mayAsk: [] })
    await expect(small.ask.askAge({ limit: 20 })).rejects.toMatchObject({ code: 'verifier/notRegisteredFor' })
  })
})

describe('docs/relying-party.md, as it is written', () => {
  const page = readFileSync('docs/relying-party.md', 'utf8')
  const run = new Set<string>()
  /** The one block under these words, which a test is about to run. */
  function block(words: string): string {
    const found = blocksOf(page).find(({ before }) => before.includes(words))
    if (!found) throw new Error(`no block after: ${words}`)
    run.add(found.text)
    return found.text
  }
  let shop: RelyingParty
  let login: Awaited<ReturnType<typeof logIn>>
  /** A folder as the reader has it: this project, the key and `service.env`. */
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-guide-'))
  let port: number
  beforeAll(async () => {
    for (const name of ['examples', 'node_modules', 'package.json']) symlinkSync(resolve(name), join(folder, name))
    port = await freePort()
    const clientId = 's-0123456789abcdef'
    shop = await service('guide', {}, folder)
    login = await logIn(shop)
    await service(clientId, { redirectUri: `http://localhost:${port}/callback` }, folder)
    const env = block('has these four lines').replace('http://localhost:8080', world.origin)
    expect(env).toContain(`CLIENT_ID=${clientId}\n`)
    writeFileSync(join(folder, 'service.env'), env.replace('PORT=3000', `PORT=${port}`))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const inFolder = (commands: string) =>
    spawn('bash', ['-ec', commands], { cwd: folder, detached: true, stdio: ['pipe', 'pipe', 'inherit'] })

  test('its example runs, logs a person in, hears of events', async () => {
    const running = inFolder(block('In a second terminal'))
    try {
      const origin = `http://localhost:${port}`
      await expect.poll(() => statusOf(origin)).toBe(302)
      const browser = new Browser()
      const waiting = await browser.follow(origin, ({ pathname }) => pathname.startsWith('/login/'))
      const callback = await browser.follow(await answered(waiting, approve), ({ port: at }) => at === String(port))
      expect(await (await browser.open(callback.href)).text()).toMatch(/^You are [\w-]{43}, by your phone\.$/)
      const again = await browser.open(callback.href)
      expect([again.status, await again.text()]).toEqual([403, expect.stringContaining('Again: http://localhost')])
      const forged = await fetch(`${origin}/events`, { method: 'POST', body: 'a.b.c' })
      expect(forged.status).toBe(400)
    } finally {
      process.kill(-running.pid!)
    }
  }, 60_000)

  test('a whole login by curl and openssl', async () => {
    const running = inFolder(block('## Plain curl'))
    let said = ''
    running.stdout!.on('data', (chunk) => {
      said += chunk
    })
    await expect.poll(() => said).toContain('paste')
    running.stdin!.end(`${await back(/Open: (\S+)/.exec(said)![1]!, approve, `http://localhost:${port}/`)}\n`)
    const [status] = await once(running, 'close')
    expect([status, said]).toEqual([0, expect.stringMatching(/You are [\w-]{43}\.\n$/)])
  }, 60_000)

  test.skipIf(!existsSync('node_modules/express'))('with Express (absent: express)', async () => {
    const app = createRequire(import.meta.url)('express')()
    const { port: at, redirectUri } = await place()
    const kazasu = await service('express', { redirectUri })
    new Function('app', 'kazasu', block('With Express'))(app, kazasu)
    const listening = app.listen(at)
    try {
      const browser = new Browser()
      const waiting = await browser.follow(`http://localhost:${at}/`, ({ pathname }) => pathname.startsWith('/login/'))
      const callback = await browser.follow(await answered(waiting, approve), ({ href }) =>
        href.startsWith(redirectUri),
      )
      const told = await (await browser.open(callback.href)).json()
      expect(told).toMatchObject({ subject: expect.stringMatching(/^[\w-]{43}$/), by: 'phone' })
      expect((await fetch(callback)).status).toBe(500)
    } finally {
      listening.close()
      listening.closeAllConnections()
    }
  })

  test('the routes that get a Request', async () => {
    const made = new Function('kazasu', `${block('With Next.js')}; return { login, callback }`)(shop) as {
      login(): Promise<Response>
      callback(request: Request): Promise<Response>
    }
    const { headers } = await made.login()
    const address = await back(headers.get('location')!, approve)
    const cookie = headers.getSetCookie()[0]!.split(';')[0]!
    const told = (await (await made.callback(new Request(address, { headers: { cookie } }))).json()) as {
      idToken: string
    }
    secrets.push(told.idToken)
    expect(told).toMatchObject({ subject: login.subject })
    await expect(made.callback(new Request(address))).rejects.toThrow()
  })

  /** In a service where `begin` has the person approve, and `address` is where the browser then is. */
  function snippet(words: string, names: object, result: string): Promise<unknown> {
    const text = block(words).replace(/^import (\{.*\}) from 'kazasu\/relying-party'$/m, 'const $1 = library')
    const at = { address: '' }
    const kazasu = {
      ...shop,
      begin: async (options: Parameters<RelyingParty['begin']>[0]) => {
        const begun = await shop.begin(options)
        if (options?.by !== 'card') at.address = await back(begun.location, approve)
        return begun
      },
    }
    const library = { challenge, demanded }
    const given = Object.entries({ kazasu, library, at, ...names })
    const body = `return (async () => { ${text.replace('(address,', '(at.address,')}\n return ${result} })()`
    return new Function(...given.map(([name]) => name), body)(...given.map(([, value]) => value))
  }

  test('being told, step-up, asking', async () => {
    expect(await snippet('## Being told', {}, '{ subject, told }')).toMatchObject({ subject: login.subject, told: {} })
    const response = (await snippet('## Step-up', { login }, 'null')) as Response
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      challenge(login, { by: 'card', maxAge: 60 }),
    ])
    const card = { ...login, by: 'card', at: new Date() }
    expect(await snippet('## Step-up', { login: card }, 'null')).toBeNull()
    const location = (await snippet('where that answer is read', { response }, 'location')) as string
    await expect(back(location, approve)).rejects.toMatchObject({ code: 'verifier/otherMeans' })
    expect(await snippet('## Asking', {}, 'state')).toBe('waiting')
  })

  test('each line of “What else” is a call of this form, and does what the line says', async () => {
    const [, table = ''] = /^## What else$(.*?)^## /ms.exec(page) ?? []
    const calls = [...table.matchAll(/`((?:kazasu\.|relyingParty\()[^`]+)`/g)].map(([, call]) => call!)
    const place = await saidAt()
    const { keyId } = await world.reader.prepare({})
    const readers = [{ keyId: hex(keyId), name: 'Reader', place: 'Counter' }]
    const change = { readers, keptStatusMinutes: 10, backchannelLogoutUri: place.url }
    const options = await registered('what-else', change)
    const kazasu = await relyingParty(options)
    const logInBy = async (begun: Begun, answer: Answer = approve) =>
      kazasu.finish(await back(begun.location, answer), begun.pending)
    const own = browser(options.issuer)
    const first = await inBrowser(own, kazasu)
    secrets.push(first.idToken)
    const begun = await kazasu.begin()
    const names = { kazasu, idToken: first.idToken, token: '', set: await oneEvent(kazasu), ...begun, address: '' }
    const shown: Record<string, (value: never) => unknown> = {
      "kazasu.begin({ by: 'card', maxAge: 60 })": async (one: Begun) => {
        expect(new URL(one.location).searchParams.get('max_age')).toBe('60')
        expect((await logInBy(one, byCard)).by).toBe('card')
      },
      // Logged in so: finger-browser.test.ts.
      "kazasu.begin({ by: 'biometric' })": async (one: Begun) => {
        await expect(back(one.location, approve)).rejects.toMatchObject({ code: 'verifier/otherMeans' })
      },
      "kazasu.begin({ by: ['pinless', 'phone', 'card'] })": async (one: Begun) =>
        expect((await logInBy(one, touchReader)).by).toBe('pinless'),
      'kazasu.begin({ want: … })': async (one: Begun) => expect((await logInBy(one)).told).toEqual({}),
      'kazasu.begin({ same: idToken })': async (one: Begun) => {
        expect((await logInBy(one)).subject).toBe(first.subject)
        const other = await kazasu.begin({ same: first.idToken })
        await expect(logInBy(other, byElder)).rejects.toBeInstanceOf(LoginRefused)
      },
      'kazasu.finish(address, pending)': (login: { statusAt: Date }) => expect(login.statusAt).toBeInstanceOf(Date),
      'kazasu.logoutUrl(idToken)': async (url: string) => {
        const form = await (await own.go(url)).response!.text()
        const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(form) ?? []
        await own.submit(`${options.issuer}/session/end/confirm`, { xsrf, logout: 'yes' })
        names.token = new URLSearchParams(await place.said()).get('logout_token')!
      },
      'kazasu.loggedOut(token)': async ({ subject }: { subject: string }) => {
        expect(subject).toBe(first.subject)
        await expect(kazasu.loggedOut(first.idToken)).rejects.toThrow()
        await expect(kazasu.event(names.token)).rejects.toThrow()
      },
      "relyingParty({ …, profile: 'fapi2' })": async (party: RelyingParty) => {
        expect((await party.begin()).location).toContain('request_uri=')
        expect((await logIn(party)).by).toBe('phone')
      },
      'relyingParty({ …, delegation: true })': async (party: RelyingParty) =>
        expect((await logIn(party)).act).toBeUndefined(),
      'kazasu.event(set)': async ({ type }: { type: string }) => {
        expect(type).toMatch(/verification$/)
        await expect(shop.event(names.set)).rejects.toThrow()
        await expect(kazasu.loggedOut(names.set)).rejects.toThrow()
      },
    }
    expect(calls).toEqual(Object.keys(shown))
    const { ocsp } = world.authority
    for (const call of calls) {
      const profile = call.includes('fapi2') ? ('fapi2' as const) : undefined
      const party = profile ? await registered('what-else-fapi', { profile }) : options
      const filled = call.replace('…', call.startsWith('kazasu') ? '{}' : '...options')
      const given = Object.entries({ ...names, options: party, relyingParty })
      const run = new Function(...given.map(([name]) => name), `return ${filled}`)
      if (call.includes('finish')) {
        Object.assign(world.authority, { ocsp: () => Promise.reject(new Error('no route')) })
        given.find(([name]) => name === 'address')![1] = await back(names.location, approve)
      }
      const value = await run(...given.map(([, one]) => one))
      Object.assign(world.authority, { ocsp })
      await shown[call]!(value as never)
    }
    place.close()
  })

  test('names only what the client has, and has no block that no test ran', () => {
    for (const [, path] of page.matchAll(/\bkazasu\.((?:ask\.)?\w+)/g)) {
      const found = path!.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], shop)
      expect(typeof found === 'function' || path === 'ask', path).toBe(true)
    }
    const left = blocksOf(page).filter(({ text }) => !run.has(text))
    expect(
      left.map(({ text }) => text).filter((text) => existsSync('node_modules/express') || !text.includes('res.cookie')),
    ).toEqual([])
  })
})

describe('after all of that', () => {
  // Digits stand alone: inside of a random id they are nobody's PIN.
  const alone = (text: string) => new RegExp(`(?<![0-9A-Za-z_-])${text}(?![0-9A-Za-z_-])`)
  const { pin: cardPin, facePin, fourInfo } = CITIZENS.adult

  test('no PIN, password, key, token or fact of a person was logged, by any role', () => {
    const all = logged.join('\n')
    expect(logged.length).toBeGreaterThan(40)
    const found = [...secrets, fourInfo.name, fourInfo.address].filter((secret) => all.includes(secret))
    const digits = [pin, cardPin, facePin, password, fourInfo.birthDate].filter((one) => alone(one!).test(all))
    expect([found, digits]).toEqual([[], []])
  })

  test('no key, code, token or fact lies in the clear in the platform’s records', async () => {
    const { database } = world.platform
    const schema = database.schemaName('verifier')
    const tables = await database.pool.query(
      'select table_name from information_schema.tables where table_schema = $1',
      [schema],
    )
    const rows: string[] = []
    for (const { table_name: name } of tables.rows)
      rows.push(
        ...(await database.pool.query(`select row_to_json(one)::text as row from "${schema}"."${name}" one`)).rows.map(
          ({ row }) => row,
        ),
      )
    const all = rows.join('\n')
    expect([tables.rows.length > 15, rows.length > 30, secrets.length > 15]).toEqual([true, true, true])
    const facts = [fourInfo.name, fourInfo.address, fourInfo.birthDate]
    expect([...secrets, ...facts, pin, password].filter((secret) => alone(secret!).test(all))).toEqual([])
  })
})

function* sign(message: Uint8Array): iso7816.Dialogue<Uint8Array> {
  yield* jpki.select()
  return yield* jpki.signMessage('sign', password!, message)
}

function* authSigned(cardPin: string, message: Uint8Array): iso7816.Dialogue<readonly [Uint8Array, Uint8Array]> {
  yield* jpki.select()
  return [yield* jpki.readCertificate('auth'), yield* jpki.signMessage('auth', cardPin, message)]
}
