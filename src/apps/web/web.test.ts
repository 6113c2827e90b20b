// The screens as HTTP: languages, what is never shown or kept, what is refused from elsewhere, words for every "no".

import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../adapters/testing/index.ts'
import { Refusal, type RefusalTable } from '../../base/refusal.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { pathChecks } from '../../protocol/path-validation/path-checks.ts'
import { no as counter } from '../../roles/counter/refusals.ts'
import { no as phone } from '../../roles/phone/refusals.ts'
import { no as residentRegister } from '../../roles/resident-register/refusals.ts'
import { no as service } from '../../roles/service/refusals.ts'
import type { Order } from '../../roles/sp-tsm/contract.ts'
import { no as spTsm } from '../../roles/sp-tsm/refusals.ts'
import { TAP_CHECKS, TICKET_CHECK } from '../../roles/terminal/model.ts'
import { no as terminal } from '../../roles/terminal/refusals.ts'
import { temporaryWorld } from '../../world/temporary.ts'
import type { World } from '../../world/world.ts'
import { CHECK_TEXTS } from './check-texts.ts'
import { createPlatformWeb, createWeb } from './index.ts'
import { chooseLanguage } from './language.ts'
import { TEXTS } from './messages.ts'
import { GENERAL, REFUSAL_TEXTS, refusalText } from './refusal-texts.ts'
import { fromElsewhere } from './testing/routes.ts'
import { plainText } from './viewer.ts'
import { type WebWorld, webWorld } from './world.ts'

let world: World
let web: Hono
const logged: string[] = []

beforeAll(async () => {
  world = await temporaryWorld({ database: await testDatabase() })
  web = createWeb({ world: bent({}) })
})
afterAll(() => world?.close())

/** The world with something changed, and a log that the test reads. */
const bent = (change: Partial<WebWorld>): WebWorld => ({
  ...webWorld(world),
  log: (event, fields) => logged.push(JSON.stringify([event, fields])),
  ...change,
})

const get = (path: string, headers: Record<string, string> = {}, app = web) =>
  app.request(`${world.origin}${path}`, { headers })

const send = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  web.request(`${world.origin}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { origin: world.origin, ...headers },
  })

describe('language', () => {
  test.each([
    [{ query: 'en', cookie: 'ja', acceptLanguage: 'ja' }, 'en'],
    [{ query: undefined, cookie: 'en', acceptLanguage: 'ja' }, 'en'],
    [{ query: 'fr', cookie: undefined, acceptLanguage: 'fr, en-GB;q=0.8, ja;q=0.5' }, 'en'],
    [{ query: undefined, cookie: undefined, acceptLanguage: 'en;q=0, fr' }, 'ja'],
    [{ query: undefined, cookie: '<script>', acceptLanguage: ';;q=,,' }, 'ja'],
    [{ query: undefined, cookie: undefined, acceptLanguage: undefined }, 'ja'],
  ] as const)('%o gives %s', (wishes, language) => expect(chooseLanguage(wishes)).toBe(language))

  test('a chosen language is remembered and said in the page', async () => {
    const page = await get('/?lang=en')
    expect(page.headers.get('set-cookie')).toMatch(/^lang=en; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(page.headers.get('content-language')).toBe('en')
    expect(await page.text()).toContain('<html lang="en">')
    expect(await (await get('/gate', { cookie: 'lang=en' })).text()).toContain('<html lang="en">')
    expect(await (await get('/gate')).text()).toContain('<html lang="ja">')
  })

  test('English sentences have no Japanese letters, and no sentence is empty', () => {
    for (const [screen, sentences] of Object.entries(TEXTS.en))
      for (const [key, sentence] of Object.entries(sentences)) {
        const text = typeof sentence === 'string' ? sentence : (sentence as (...v: string[]) => string)('1', '2')
        expect(text, `${screen}.${key}`).not.toBe('')
        if (key !== 'language') expect(text, `${screen}.${key}`).not.toMatch(/[ぁ-ヿ一-鿿]/)
      }
  })
})

describe('what a person enters', () => {
  test('full-width letters and spaces around count as what they look like', () =>
    expect(plainText(' ＡＢＣ１２３　')).toBe('ABC123'))

  test('is never in an answer, an address or a log', async () => {
    const answers = await Promise.all([
      send('/phone/adult/apply', { card: 'adult', password: 'ZZ9SECRET' }),
      send('/phone/adult/apply', { card: 'adult', password: '秘密XSECRETX' }),
      send('/phone/elder/certificates', { pin: '9173' }),
      send('/phone/elder/set-pin', { pin: '9173', again: '9173' }),
      send('/phone/elder/change-pin', { present: '9173', pin: '9174', again: '9174' }),
      send('/bank/link', { customer: '1000001', passcode: '91735' }),
    ])
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.headers.get('location')).toBeNull()
      expect(await answer.text()).not.toMatch(/SECRET|9173/)
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
    expect(logged.join()).not.toMatch(/SECRET|9173/)
  })

  test('is text where it comes back, not markup', async () => {
    const evil = '"><script>alert(1)</script>'
    for (const path of [
      `/authority?serial=${encodeURIComponent(evil)}`,
      `/phone/adult?done=${encodeURIComponent(evil)}`,
      `/${encodeURIComponent(evil)}`,
      `/login/${'0'.repeat(32)}?uid=${encodeURIComponent(evil)}`,
    ])
      expect(await (await get(path)).text()).not.toContain('<script>')
  })
})

describe('from elsewhere', () => {
  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another site', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['no browser', { origin: '' }],
  ])('a form of %s is refused', async (_, headers) => {
    const answer = await send('/authority/revoke', { kind: 'auth', serial: '1', reason: 'keyCompromise' }, headers)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain(TEXTS.ja.page.foreignTitle)
  })

  test('under another name of this machine nothing is done', async () => {
    const page = await web.request('http://rebound.example/bank?x=1')
    expect(page.headers.get('location')).toBe(`${world.origin}/bank?x=1`)
    const form = { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' }, body: new URLSearchParams({}) }
    expect((await web.request('http://rebound.example/bank/login', form)).status).toBe(403)
    expect((await web.request(`${world.origin}/bank/login`, form)).status).toBe(303)
  })

  test('no route takes a form of another origin but those that judge it themselves; no page of any may be framed', async () => {
    for (const [app, least] of new Map([[web, 50] as const, [createPlatformWeb(bent({})), 15] as const])) {
      const found = await fromElsewhere(app, world.origin, TEXTS.ja.page.foreignTitle, least)
      const taken = found.taken.filter((path) => !/^\/(bank\/ivr|connector\/)/.test(path))
      expect({ ...found, taken }).toEqual({ taken: [], framable: [], enough: true })
    }
  })

  test('no page may be framed, run a foreign script or tell its address', async () => {
    for (const path of ['/', '/nowhere', '/phone/adult', '/assets/style.css']) {
      const { headers } = await get(path)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("form-action 'self'")
      expect(policy).not.toContain('unsafe')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  test('pages hold neither inline scripts nor inline styles', async () => {
    for (const path of ['/', '/phone/adult', '/bank', '/gate', '/authority', '/carriers'])
      expect(await (await get(path)).text()).not.toMatch(/<script(?! type="module" src=)|<style|\sstyle=|\son[a-z]+=/)
  })

  test('a bank session is a cookie that scripts and other sites do not get', async () => {
    const answer = await send('/bank/login', {})
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toMatch(new RegExp(`^${world.origin}/verifier/`))
    expect(answer.headers.get('set-cookie')).toMatch(/^bank-session=[0-9a-f]{32}; Path=\/bank; HttpOnly; SameSite=Lax$/)
  })

  test('a form of more than 64 KiB is not read', async () =>
    expect((await send('/bank/link', { customer: '1'.repeat(70_000), passcode: '1' })).status).toBe(413))
})

describe('a "no"', () => {
  const codes = (role: string, { table }: { table: RefusalTable }) =>
    Object.keys(table).map((name) => `${role}/${name}`)
  const met = [
    ...codes('phone', phone),
    ...codes('sp-tsm', spTsm),
    ...codes('service', service),
    ...codes('terminal', terminal),
    ...codes('counter', counter),
    ...codes('resident-register', residentRegister),
  ]
  test.each(met)('%s has words of its own', (code) => expect(REFUSAL_TEXTS).toHaveProperty([code]))

  test('that nobody foresaw has safe words, also under a name of Object', () => {
    expect(refusalText('elsewhere/strange')).toBe(GENERAL)
    expect(refusalText('constructor')).toBe(GENERAL)
  })

  test.each([...pathChecks, ...TAP_CHECKS, TICKET_CHECK])('check "$name" has words', ({ name }) =>
    expect(CHECK_TEXTS).toHaveProperty([name]),
  )

  test('of a role becomes a page with its status, its words and its code', async () => {
    const page = await get(`/login/${'0'.repeat(32)}?uid=x`)
    expect(page.status).toBe(404)
    const text = await page.text()
    expect(text).toContain(refusalText('verifier/unknownLogin').ja)
    expect(text).toContain('verifier/unknownLogin')
  })

  test('without words of ours shows the general text, not what the role wrote', async () => {
    const gate = refusing(new Refusal('elsewhere/strange', 409, 'internal wording'))
    const page = await get('/gate', {}, createWeb({ world: bent({ gate }) }))
    expect(page.status).toBe(409)
    const text = await page.text()
    expect(text).toContain(GENERAL.ja)
    expect(text).toContain('elsewhere/strange')
    expect(text).not.toContain('internal wording')
  })

  test('that is a bug shows nothing of the inside, and is logged by its name only', async () => {
    const page = await get('/gate', {}, createWeb({ world: bent({ gate: refusing(new TypeError('inside 4321')) }) }))
    expect(page.status).toBe(500)
    expect(await page.text()).not.toContain('inside')
    expect(logged.at(-1)).toContain('TypeError')
    expect(logged.join()).not.toContain('inside')
  })

  const refusing = (error: Error): WebWorld['gate'] => ({
    ...world.gate,
    state: async () => {
      throw error
    },
  })
})

describe('what is published', () => {
  test.each(['auth', 'sign'])('the %s CA certificate is DER that says it is a CA’s', async (kind) => {
    const answer = await get(`/authority/ca/${kind}`)
    expect(answer.headers.get('content-type')).toBe('application/pkix-cert')
    const certificate = decodeCertificate(new Uint8Array(await answer.arrayBuffer()))
    expect(certificate.raw).toEqual((await world.authority.caCertificates({}))[kind as 'auth'])
  })

  test('a CRL of the municipality; none of another', async () => {
    const answer = await get('/authority/crl/auth/13999.crl')
    expect(answer.headers.get('content-type')).toBe('application/pkix-crl')
    expect((await get('/authority/crl/auth/99999.crl')).status).toBe(404)
  })

  test('under another name of this machine too', async () => {
    expect((await web.request('http://localhost/authority/ca/auth')).status).toBe(200)
    expect((await web.request('http://localhost/authority')).status).toBe(307)
  })

  test('OCSP takes OCSP requests only', async () => {
    const ask = (type: string) =>
      web.request(`${world.origin}/authority/ocsp/auth`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: new Uint8Array([0x30]),
      })
    expect((await ask('application/json')).status).toBe(415)
    const answer = await ask('application/ocsp-request')
    expect(answer.headers.get('content-type')).toBe('application/ocsp-response')
    // RFC 6960 §4.2.1: malformedRequest (1).
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0x30, 0x03, 0x0a, 0x01, 0x01])
  })
})

describe.each(['ja', 'en'] as const)('a phone whose certificate is suspended, in %s', (language) => {
  const app = () => {
    const [adult, ...others] = webWorld(world).citizens
    const order: Order = {
      ...{ orderId: 'order', state: 'active', done: 5, steps: 5 },
      ...{ refusal: null, serial: 7n, notAfter: null, due: null, transportPin: null },
      ...{ renewableFrom: null, stoppedBy: [], moves: false, move: null, endedBy: null },
    }
    const status = async () => ({ ...(await adult!.phone.status({})), applet: 'suspended' as const, order })
    return createWeb({ world: bent({ citizens: [{ ...adult!, phone: { ...adult!.phone, status } }, ...others] }) })
  }

  test('says so, and offers no tap and no PIN', async () => {
    const text = await (await get(`/phone/adult?lang=${language}`, {}, app())).text()
    const { suspendedTitle, suspended, blockedTitle } = TEXTS[language].phone
    for (const words of [suspendedTitle, suspended]) expect(text).toContain(words)
    expect(text).toContain('/phone/adult/remove')
    expect(text).not.toContain('/phone/adult/tap')
    expect(text).not.toContain(blockedTitle)
  })
})

test('a page that waits refreshes itself without scripts, and only then', async () => {
  const { location } = await world.bank.startLogin({})
  const begun = await fetch(location, { redirect: 'manual' })
  const interaction = new URL(begun.headers.get('location') ?? '', world.origin)
  const cookie = begun.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ')
  const waiting = await fetch(interaction, { redirect: 'manual', headers: { cookie } })
  const { pathname, search } = new URL(waiting.headers.get('location') ?? '', world.origin)
  const text = await (await get(pathname + search)).text()
  expect(text).toContain('<noscript><meta http-equiv="refresh" content="2"/></noscript>')
  expect(text).toContain('data-waiting')
  expect(await (await get('/phone/adult')).text()).not.toContain('refresh')
})
