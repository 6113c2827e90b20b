// Roles as processes of their own, joined by mutual TLS over one PostgreSQL server.

import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../adapters/clock.ts'
import { mutualTlsFetch, roleClient } from '../../adapters/http/index.ts'
import { fileKeyStore } from '../../adapters/keys/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { testDatabaseUrl } from '../../adapters/testing/index.ts'
import { tlsIdentity } from '../../adapters/tls-identity.ts'
import { utf8 } from '../../base/bytes.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { authorityContract } from '../../roles/authority/contract.ts'
import { counterContract } from '../../roles/counter/contract.ts'
import { residentRegisterContract } from '../../roles/resident-register/contract.ts'
import { serviceContract } from '../../roles/service/contract.ts'
import { verifierContract } from '../../roles/verifier/contract.ts'
import { KAZASU_CITY, SHOP } from '../../world/people.ts'
import { OPERATOR } from './callers.ts'
import { banksWithReader } from './testing/served-banks.ts'
import { ended, kazasu, ownDatabase, printed, start } from './testing.ts'

let folder: string
const processes: ChildProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kazasu-serve-'))
})
afterAll(async () => {
  for (const process of processes) process.kill('SIGTERM')
  await Promise.all(processes.map(ended))
  await rm(folder, { recursive: true, force: true })
})

test('without a server for all there are no role processes', async () => {
  const { status, stderr } = await kazasu(['serve', 'authority', '--data', folder])
  expect([status, stderr]).toEqual([1, expect.stringContaining('serve/needs-database')])
})

if (testDatabaseUrl()) {
  let own: { DATABASE_URL?: string }
  beforeAll(async () => {
    own = await ownDatabase()
  })

  const serve = async (role: string, ...args: string[]) => {
    const child = start(['serve', role, '--data', folder, ...args], own)
    processes.push(child)
    const [, inner, outer] = await printed(child, /is up: (\S+?)(?:, for the public (\S+))?\n/)
    const kill = async () => {
      child.kill('SIGKILL')
      await ended(child)
    }
    return { inner: inner!, outer, kill }
  }

  test.each([
    [['authority'], 'serve/missing-peer'],
    [['authority', '--peer', 'resident-register=http://127.0.0.1:1'], 'serve/bad-peer'],
    [['carrier', '--id', 'toString'], 'serve/which'],
    [['resident-register', '--origin', 'http://kazasu.example'], 'up/bad-origin'],
  ])('serve %j ends and says what is missing', async (args, code) => {
    const { status, stderr } = await kazasu(['serve', ...args, '--data', folder], own)
    expect([status, stderr]).toEqual([1, expect.stringContaining(code)])
  })

  /** Its portal leads to its own login page; its desk wants a clerk, and there is no other desk. */
  async function seesPlatform(origin: string): Promise<void> {
    const headers = { origin }
    const begun = await globalThis.fetch(`${origin}/developers/login`, { method: 'POST', redirect: 'manual', headers })
    let [address, cookies] = [begun.headers.get('location')!, '']
    while (!new URL(address).pathname.startsWith('/login/')) {
      const step = await globalThis.fetch(address, { redirect: 'manual', headers: { cookie: cookies } })
      cookies =
        step.headers
          .getSetCookie()
          .map((one) => one.split(';')[0])
          .join('; ') || cookies
      address = new URL(step.headers.get('location')!, address).href
    }
    expect(await (await globalThis.fetch(address)).text()).toContain('id="login-qr"')
    expect(await (await globalThis.fetch(`${origin}/platform`)).text()).toContain('action="/desk/sign-in"')
    const body = new URLSearchParams({ office: 'counter', clerk: 'sato', passcode: 'a passcode' })
    const other = await globalThis.fetch(`${origin}/desk/sign-in`, {
      method: 'POST',
      body,
      headers,
      redirect: 'manual',
    })
    expect([other.status, other.headers.get('location')]).toEqual([303, '/'])
  }

  test('register, authority, verifier, a shop and a counter find each other, strangers find none of them, and one may be killed', async () => {
    const register = await serve('resident-register')
    const authority = await serve('authority', '--peer', `resident-register=${register.inner}`)
    const verifier = await serve('verifier', '--peer', `authority=${authority.inner}`)

    const keys = fileKeyStore(join(folder, 'keys'), systemEntropy)
    const as = async (name: string) =>
      mutualTlsFetch(await tlsIdentity({ keys, clock: systemClock, entropy: systemEntropy }, name, '127.0.0.1'))
    const fetch = await as(OPERATOR)
    await roleClient(residentRegisterContract, { url: register.inner, fetch }).register({
      residentId: 'somebody',
      fourInfo: { name: '試験　太郎', address: '東京都かざす市１番', birthDate: '1980-01-01', gender: '1' },
      municipality: KAZASU_CITY,
      status: 'resident',
    })
    const asked = roleClient(authorityContract, { url: authority.inner, fetch })
    const { publicKey } = await asked.terminalCa({})
    const issued = await asked.issueForCard({ requestKey: 'test', residentId: 'somebody', kind: 'auth', publicKey })
    const { verdict } = await roleClient(verifierContract, { url: verifier.inner, fetch }).verifyCertificate(issued)
    expect(verdict.checks.filter((check) => check.outcome !== 'passed')).toEqual([])

    await seesPlatform(verifier.outer!)
    const ready = await globalThis.fetch(`${verifier.outer}/health/ready`)
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { status: 'ready', database: 'answers', peers: { authority: 'answers' } },
    ])

    const phone = roleClient(authorityContract, { url: authority.inner, fetch: await as('phone') })
    const { serial } = issued
    const revocation = { kind: 'auth', serial, reason: 'keyCompromise', requestedBy: 'sp-tsm' } as const
    await expect(phone.revoke(revocation)).rejects.toMatchObject({ code: 'request/not-yours' })
    expect(await asked.status({ kind: 'auth', serial })).toMatchObject({ status: 'valid' })

    // A service asks under its name as a party, and only what that was granted.
    const at = ['--peer', `authority=${authority.inner}`, '--peer', `verifier=${verifier.inner}`]
    const shop = await serve('service', '--id', 'shop', ...at)
    const till = roleClient(serviceContract, { url: shop.inner, fetch })
    const { requestId } = await till.askAge({ limit: 20 })
    const ofPhone = roleClient(serviceContract, { url: shop.inner, fetch: await as('phone') })
    const answer = () => ofPhone.answerAge({ requestId, proof: utf8('no proof') })
    await expect(answer()).rejects.toMatchObject({ code: 'request/not-yours' })
    const until = new Date(Date.now() + 3600_000)
    const { party: name } = SHOP
    await asked.accredit({ name, displayName: SHOP.name, services: ['age'], ageLimits: [20], until })
    expect((await answer()).state).toBe('undetermined')
    await expect(ofPhone.askAge({ limit: 20 })).rejects.toMatchObject({ code: 'request/not-yours' })

    const ca = new Uint8Array(await (await globalThis.fetch(`${authority.outer}/ca/auth`)).arrayBuffer())
    expect(decodeCertificate(ca).serialNumber).toBe(
      decodeCertificate((await asked.caCertificates({})).auth).serialNumber,
    )
    await expect(globalThis.fetch(`${authority.inner}/terminalCa`, { method: 'POST' })).rejects.toThrow()
    await expect(roleClient(authorityContract, { url: register.inner, fetch }).terminalCa({})).rejects.toMatchObject({
      code: 'request/unknown-operation',
    })

    const peers = ['--peer', `authority=${authority.inner}`, '--peer', `resident-register=${register.inner}`]
    const atCounter = async () => {
      const { inner } = await serve('counter', ...peers)
      return roleClient(counterContract, { url: inner, fetch })
    }
    const before = await atCounter()
    await before.addClerk({ clerkId: 'sato', name: '佐藤', passcode: 'a passcode of hers', parts: ['clerk'] })
    const { session } = await before.signIn({ clerkId: 'sato', passcode: 'a passcode of hers' })
    const proof = { how: 'photo-document', reference: 'L-0042' } as const
    const of = { session, residentId: 'somebody' }
    // One certificate of the kind is there already; it was made above and is of no card.
    await asked.revoke({ kind: 'auth', serial, reason: 'superseded', requestedBy: 'counter' })
    const order = { ...of, cardNumber: '1399900000000001', place: 'adult', pin: '1234', password: 'ABC123', proof }
    const broken = before.issueCard(order).catch((error: unknown) => error)
    while ((await before.person(of)).cards[0]?.state !== 'begun');
    processes.at(-1)!.kill('SIGKILL')
    expect(await broken).toBeInstanceOf(Error)
    const after = await atCounter()
    expect(await after.issueCard(order)).toMatchObject({ state: 'made' })
    const { cards } = await after.person(of)
    expect(cards.map(({ certificates }) => certificates.map(({ status }) => status))).toEqual([['valid', 'valid']])
    await expect(
      roleClient(counterContract, { url: authority.inner, fetch }).signIn({ clerkId: 'sato', passcode: '' }),
    ).rejects.toMatchObject({ code: 'request/unknown-operation' })
    await banksWithReader({ folder, serve, authority, verifier, fetch })
  })
}
