import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { NO_BYTES } from '../../base/bytes.ts'
import { sign } from '../../base/crypto.ts'
import type { Verdict } from '../../base/verdict.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { loginMessage } from '../../protocol/login/login-message.ts'
import type { Verifier } from './contract.ts'
import { createVerifier, verifierMigrations, verifierStore } from './index.ts'
import type { Deps } from './model.ts'
import { personOf } from './person.ts'
import { startLogin } from './start-login.ts'
import { type Holder, type TestAuthority, testAuthority } from './testing/authority.ts'
import { answer } from './testing/phone.ts'

let database: TestDatabase
let deps: Deps
let verifier: Verifier
let authority: TestAuthority
let phone: Holder
let offset = 0
const clock = () => new Date(Date.now() + offset)

beforeAll(async () => {
  database = await testDatabase()
  authority = testAuthority(clock, systemEntropy)
  phone = authority.issue('phoneAuth')
  const store = verifierStore(await database.schema('verifier', verifierMigrations))
  deps = {
    store,
    clock,
    entropy: systemEntropy,
    keys: volatileKeyStore(systemEntropy),
    authority,
    log: () => undefined,
  }
  const publicJwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }
  const redirectUris = ['https://bank.example/callback']
  await store.saveClient({ clientId: 'bank', name: 'Bank', redirectUris, publicJwk })
  verifier = await createVerifier(deps)
})
afterAll(() => database.close())
afterEach(() => {
  offset = 0
  authority.responder = 'works'
})

let interactions = 0
const start = (clientId = 'bank') =>
  startLogin(deps)({ uid: `uid-${interactions++}`, clientId, redirectUri: `https://${clientId}.example/callback` })

const state = async (loginId: string) => (await verifier.showLogin({ loginId })).state
const failures = ({ checks }: Verdict) => checks.filter(({ outcome }) => outcome !== 'passed').map(({ name }) => name)

test('the person sees who asks and from where; the right answer approves, each check with its clause', async () => {
  const login = await start()
  expect(await verifier.showLogin({ loginId: login.loginId })).toMatchObject({
    origin: 'https://bank.example',
    code: expect.stringMatching(/^[0-9]{2}$/),
    state: 'waiting',
  })
  const { verdict } = await answer(verifier, phone, login.loginId)
  expect(failures(verdict)).toEqual([])
  expect(verdict.outcome).toBe('passed')
  expect(verdict.checks.length).toBeGreaterThan(15)
  expect(verdict.checks.every(({ cite, evidence }) => cite.length > 3 && evidence.length > 0)).toBe(true)
  expect(await state(login.loginId)).toBe('approved')
})

test('the same interaction has one login, however often the browser asks', async () => {
  const request = { uid: 'one', clientId: 'bank', redirectUri: 'https://bank.example/callback' }
  const [first, second] = await Promise.all([startLogin(deps)(request), startLogin(deps)(request)])
  expect(second).toEqual(first)
})

test('an answer counts once: a replay, a second answer and a decline after it are refused', async () => {
  const { loginId } = await start()
  await answer(verifier, phone, loginId)
  for (const again of [() => answer(verifier, phone, loginId), () => verifier.declineLogin({ loginId })])
    await expect(again()).rejects.toMatchObject({ code: 'verifier/loginAnswered', status: 409 })
})

test('of two simultaneous answers one counts', async () => {
  const { loginId } = await start()
  const both = await Promise.allSettled([answer(verifier, phone, loginId), answer(verifier, phone, loginId)])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('what is declined, expired or unknown cannot be answered', async () => {
  const declined = await start()
  await verifier.declineLogin({ loginId: declined.loginId })
  await expect(answer(verifier, phone, declined.loginId)).rejects.toMatchObject({ code: 'verifier/loginAnswered' })
  const late = await start()
  offset = 120_000
  await expect(answer(verifier, phone, late.loginId)).rejects.toMatchObject({ code: 'verifier/loginExpired' })
  await expect(verifier.declineLogin({ loginId: late.loginId })).rejects.toMatchObject({
    code: 'verifier/loginExpired',
  })
  await expect(verifier.showLogin({ loginId: 'none' })).rejects.toMatchObject({ code: 'verifier/unknownLogin' })
})

const SIGNED = 'this login was signed by the key of the certificate'

test.each([
  ['another login', { loginId: 'ffffffffffffffffffffffffffffffff' }],
  ['another client', { clientId: 'evil' }],
  ['another origin', { origin: 'https://evil.example' }],
  ['another code', { code: '100' }],
  ['another nonce', { nonce: new Uint8Array(32) }],
])('a signature over %s ends the login', async (_what, change) => {
  const { loginId } = await start()
  const { verdict } = await answer(verifier, phone, loginId, change)
  expect(verdict.outcome).toBe('failed')
  expect(failures(verdict)).toEqual([SIGNED])
  expect(await state(loginId)).toBe('refused')
})

test('what stood for the PIN is signed: nobody on the way takes it out, puts it in, or says it of a card', async () => {
  const [typed, touched, byCard] = [await start(), await start(), await start()]
  const { certificate } = phone
  const sent = async (loginId: string, over: { by?: 'biometric' }, said: { by?: 'biometric' }) => {
    const message = loginMessage({ ...(await verifier.showLogin({ loginId })), ...over })
    const signature = sign('RSA-SHA256', phone.key, message)
    return failures((await verifier.answerLogin({ loginId, certificate, signature, ...said })).verdict)
  }
  expect(await sent(typed.loginId, {}, { by: 'biometric' })).toEqual([SIGNED])
  expect(await sent(touched.loginId, { by: 'biometric' }, {})).toEqual([SIGNED])
  const card = authority.issue('auth')
  await expect(answer(verifier, card, byCard.loginId, { by: 'biometric' })).rejects.toMatchObject({
    code: 'verifier/otherMeans',
  })
  expect(await state(byCard.loginId)).toBe('waiting')
})

test('the signature of another key is refused, and so is none', async () => {
  const { key } = authority.issue('phoneAuth')
  const stolen = await start()
  expect(failures((await answer(verifier, { ...phone, key }, stolen.loginId)).verdict)).toEqual([SIGNED])
  const { loginId } = await start()
  const { verdict } = await verifier.answerLogin({ loginId, certificate: phone.certificate, signature: NO_BYTES })
  expect(failures(verdict)).toEqual([SIGNED])
})

test('a certificate of another CA with the same name is refused, and its serial number is not even asked about', async () => {
  const impostor = testAuthority(clock, systemEntropy).issue('phoneAuth')
  const { loginId } = await start()
  const { verdict } = await answer(verifier, impostor, loginId)
  expect(verdict.outcome).toBe('failed')
  expect(failures(verdict)).toContain('a path reaches a trust anchor')
  expect(await state(loginId)).toBe('refused')
})

test('a forged certificate that claims the key identifier of the CA is refused by its signature', async () => {
  const forged = Uint8Array.from(phone.certificate)
  forged[forged.length - 1]! ^= 1
  const { loginId } = await start()
  const { verdict } = await answer(verifier, { ...phone, certificate: forged }, loginId)
  expect(failures(verdict)).toContain('every signature is by the next certificate')
  expect(verdict.outcome).toBe('failed')
})

test('a revoked certificate is refused', async () => {
  const lost = authority.issue('phoneAuth')
  authority.revoke(lost.serial)
  const { loginId } = await start()
  const { verdict } = await answer(verifier, lost, loginId)
  expect(verdict.checks.filter(({ outcome }) => outcome === 'failed').map(({ evidence }) => evidence)).toEqual([
    expect.stringContaining('keyCompromise'),
  ])
})

test('a 署名用 certificate does not log in', async () => {
  const { loginId } = await start()
  const { verdict } = await answer(verifier, authority.issue('sign'), loginId)
  expect(verdict.outcome).toBe('failed')
  expect(failures(verdict)).toContain('policy is acceptable')
})

test('an expired certificate is refused', async () => {
  const old = authority.issue('phoneAuth', { days: 1 })
  offset = 2 * 24 * 3_600_000
  const { loginId } = await start()
  expect(failures((await answer(verifier, old, loginId)).verdict)).toContain('every certificate is within its validity')
})

test.each(['down', 'forgets-nonce', 'foreign-key', 'stale'] as const)(
  'responder %s: indeterminate, not approved, still waiting',
  async (broken) => {
    const { loginId } = await start()
    authority.responder = broken
    const { verdict } = await answer(verifier, phone, loginId)
    expect(verdict.outcome).toBe('indeterminate')
    expect(failures(verdict)).toEqual(['no certificate is revoked'])
    expect(await state(loginId)).toBe('waiting')
    authority.responder = 'works'
    expect((await answer(verifier, phone, loginId)).verdict.outcome).toBe('passed')
  },
)

test('without trust anchors nothing is approved', async () => {
  const caCertificates = () => Promise.reject(new Error('no route'))
  const cut = await createVerifier({ ...deps, authority: { ...authority, caCertificates } })
  const { loginId } = await start()
  expect((await answer(cut, phone, loginId)).verdict.outcome).toBe('indeterminate')
  expect(await state(loginId)).toBe('waiting')
})

test('any bytes in place of a certificate give a verdict', async () => {
  const bytes = [NO_BYTES, new Uint8Array(300), phone.certificate.subarray(0, 200)]
  for (const certificate of bytes) {
    const { verdict } = await verifier.verifyCertificate({ certificate })
    expect(verdict.outcome).toBe('failed')
    expect(failures(verdict)).toEqual(['certificate is well-formed'])
  }
})

test('either kind of certificate can be verified', async () => {
  for (const profile of ['sign', 'auth', 'phoneAuth'] as const) {
    const { certificate } = authority.issue(profile)
    expect((await verifier.verifyCertificate({ certificate })).verdict.outcome).toBe('passed')
  }
})

test('simultaneous first logins with card and phone are one person', async () => {
  const card = authority.issue('auth')
  const phones = [1, 2, 3].map(() => authority.issue('phoneAuth', { cardSerial: card.serial }))
  const people = await Promise.all(
    [card, ...phones].map(({ certificate }) => personOf(deps, decodeCertificate(certificate))),
  )
  expect(new Set(people).size).toBe(1)
  expect(await personOf(deps, decodeCertificate(authority.issue('auth').certificate))).not.toBe(people[0])
})
