// The client of a service against a running world: logins of both profiles, a step-up that is declined, events that are believed or
// not, and each example of the API's description, sent to the platform and judged by the schemas of that same description.

import { spawn } from 'node:child_process'
import { webcrypto } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { testDatabase } from '../../adapters/testing/index.ts'
import { base64url, fromBase64url, hex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { Browser } from '../../cases/main-job/browser.ts'
import { encodeTimeStampRequest } from '../../codec/tsp.ts'
import * as iso7816 from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { API_NAMES, type ApiName } from '../../roles/verifier/api/contract.ts'
import { EXAMPLES, type Given } from '../../roles/verifier/api/examples.ts'
import { approveBySms } from '../../world/codes.ts'
import { CITIZENS, PLATFORM } from '../../world/people.ts'
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
  await phone.setPin({ pin })
})
afterAll(() => world?.close())

async function service(clientId: string, change: { profile?: 'openid' | 'fapi2'; mayAsk?: [] } = {}) {
  const pair = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
  const key = await webcrypto.subtle.exportKey('jwk', pair.privateKey)
  const { kty, crv, x, y, d } = key as Record<string, string>
  secrets.push(d!)
  const publicJwk = { kty: kty!, crv: crv!, x: x!, y: y! }
  await world.verifier.registerClient({ clientId, name: clientId, redirectUris: [REDIRECT], publicJwk, ...change })
  return relyingParty({ issuer: `${world.origin}/verifier`, clientId, redirectUri: REDIRECT, key, ...change })
}

type Answer = (loginId: string) => Promise<{ readonly release?: string | null }>

/** The way on from the page that waits, once the phone of the same device has answered. */
async function answered(waiting: URL, answer: Answer): Promise<string> {
  const { release } = await answer(waiting.pathname.slice('/login/'.length))
  const finish = `${world.origin}/verifier/interaction/${waiting.searchParams.get('uid')}/finish`
  return release ? `${finish}?release=${release}` : finish
}

const isBack = ({ href }: URL) => href.startsWith(REDIRECT)

/** As a person: the browser goes where it is sent, the phone answers. */
async function back(location: string, answer: Answer): Promise<string> {
  const browser = new Browser()
  const waiting = await browser.follow(location, ({ pathname }) => pathname.startsWith('/login/'))
  const address = await browser.follow(await answered(waiting, answer), isBack)
  const code = address.searchParams.get('code')
  if (code) secrets.push(code)
  return address.href
}

const approve = (loginId: string) => world.citizens.adult.phone.approveLogin({ loginId, pin })
const decline = (loginId: string) => world.citizens.adult.phone.declineLogin({ loginId })

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

describe('the description of the API', () => {
  let shop: RelyingParty
  let described: {
    paths: Record<string, { post: { responses: Record<string, { content: Record<string, { schema: object }> }> } }>
  }
  const given: { -readonly [K in keyof Given]: string } = {
    subject: '',
    requestId: '',
    certificate: '',
    draft: '',
    signature: '',
    signed: '',
    timeStampRequest: '',
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
    const { schema } = described.paths[`/${name}`]!.post.responses[200]!.content['application/json']!
    return z.fromJSONSchema(schema as never).parse(body) as T
  }
  const tried = new Set<ApiName>()
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

  test('no operation is without an example that has run', () =>
    expect([...tried].sort()).toEqual([...API_NAMES].sort()))

  test('what another service asked for is not there, without a token nothing is, and not every service may ask all', async () => {
    const stranger = await service('stranger')
    const { requestId } = await shop.ask.askAge({ limit: 20 })
    await expect(stranger.ask.ageRequest({ requestId })).rejects.toMatchObject({ code: 'verifier/unknownQuestion' })
    expect(await shop.ask.ageRequest({ requestId })).toMatchObject({ state: 'waiting' })
    const anonymous = await fetch(`${world.origin}/verifier/api/askAge`, { method: 'POST', body: '{}' })
    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('invalid_token'),
    ])
    const small = await service('small', { mayAsk: [] })
    await expect(small.ask.askAge({ limit: 20 })).rejects.toMatchObject({ code: 'verifier/notRegisteredFor' })
  })
})

test('docs/relying-party.md: the routes that get a Request log a person in', async () => {
  const [, routes] = /With Next\.js.*?```js\n(.*?)```/s.exec(readFileSync('docs/relying-party.md', 'utf8'))!
  const made = new Function('kazasu', `${routes}; return { login, callback }`)(await service('routes')) as {
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
  expect(told).toMatchObject({ subject: expect.stringMatching(/^[\w-]{43}$/) })
  await expect(made.callback(new Request(address))).rejects.toThrow()
})

test('docs/relying-party.md: its commands run, and lead to a person who is logged in', async () => {
  const page = readFileSync('docs/relying-party.md', 'utf8')
  const commands = /```sh\n(.*?)```/s.exec(page)![1]!
  const pair = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
  const key = await webcrypto.subtle.exportKey('jwk', pair.privateKey)
  const { kty, crv, x, y, d } = key as Record<string, string>
  secrets.push(d!)
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  const clientId = 's-0123456789abcdef'
  const redirectUris = [`http://localhost:${port}/callback`]
  const publicJwk = { kty: kty!, crv: crv!, x: x!, y: y! }
  await world.verifier.registerClient({ clientId, name: 'Guide', redirectUris, publicJwk })
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-guide-'))
  writeFileSync(join(folder, 'service-key.json'), JSON.stringify(key))
  const here = commands
    .replace('http://127.0.0.1:8080', world.origin)
    .replace('KEY_FILE=', `KEY_FILE=${folder}/`)
    .replace('PORT=3000', `PORT=${port}`)
    .replace('\nnode ', `\nexec ${process.execPath} `)
  const running = spawn('sh', ['-ec', here], { env: { ...process.env, NODE_OPTIONS: '' }, stdio: 'ignore' })
  try {
    const origin = `http://localhost:${port}`
    await expect
      .poll(
        () =>
          fetch(origin, { redirect: 'manual' }).then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(302)
    const browser = new Browser()
    const waiting = await browser.follow(origin, ({ pathname }) => pathname.startsWith('/login/'))
    const callback = await browser.follow(await answered(waiting, approve), ({ port: at }) => at === String(port))
    expect(await (await browser.open(callback.href)).text()).toMatch(/^You are [\w-]{43}, by your phone\.$/)
  } finally {
    running.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)

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
