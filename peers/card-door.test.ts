// The card's TLS door through real middleware: pcscd, OpenSC's PKCS#11 module and curl, which signs the handshake with the
// card's key after its PIN (by OpenSSL's engine), or with the phone's, held to the same reader (by GnuTLS). Each is a whole
// login of a service at the world that `npm start` boots. RFC 8446 §4.4.3; RFC 5246 §7.4.8; OpenID Connect Core 1.0 §3.1.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tlsIdentity } from '../src/adapters/tls-identity.ts'
import { fromHex, hex } from '../src/base/bytes.ts'
import { decodeCertificate } from '../src/codec/x509.ts'
import { browser } from '../src/roles/verifier/testing/browser.ts'
import { exchange, plain, publicJwkOf, type Service } from '../src/roles/verifier/testing/http/openid-room.ts'
import { CITIZENS } from '../src/world/people.ts'
import type { World } from '../src/world/world.ts'
import { enrolledWorld } from './enrolled-folder.ts'
import { inReader, insertCard, ok } from './insert-card.ts'
import { GNUTLS_CURL, keyWith, MODULE, noModules, PYTHON } from './pkcs11.ts'
import { missing, noRoom, openRoom, type Room, type Started } from './room.ts'

const reason = missing('opensc-tool', 'pkcs15-tool', 'curl') ?? noModules() ?? noRoom()
const { pin, phonePin } = CITIZENS.adult
const [CARD, PHONE] = ['urn:kazasu:acr:card-pin', 'urn:kazasu:acr:phone-pin']

let folder: string
let room: Room
let world: World
let shop: Service
let inserted: Started | undefined
beforeAll(async () => {
  if (reason) return
  folder = await mkdtemp(join(tmpdir(), 'kazasu-door-'))
  ;[room, world] = await Promise.all([openRoom(), enrolledWorld(at('data'))])
  await writeFile(at('ca.pem'), (await tlsIdentity(world.platform, 'peer', 'localhost')).ca)
  shop = await registered('door-shop')
})
afterAll(async () => {
  await inserted?.stop()
  await Promise.all([room?.close(), world?.close()])
  if (folder) await rm(folder, { recursive: true })
})

const at = (name: string) => join(folder, name)

async function registered(clientId: string): Promise<Service> {
  const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const redirectUri = `https://${clientId}.example/callback`
  const publicJwk = await publicJwkOf(key)
  await world.verifier.registerClient({ clientId, name: clientId, redirectUris: [redirectUri], publicJwk })
  const configuration = await oidc.discovery(
    new URL(`${world.origin}/verifier`),
    clientId,
    { id_token_signed_response_alg: 'ES256' },
    oidc.PrivateKeyJwt(key.privateKey),
    { execute: [oidc.allowInsecureRequests] },
  )
  return { configuration, redirectUri, key }
}

/** A browser at the platform's page: sent there by the service, which wants the login by this means. */
async function waiting(acr: string) {
  const begun = await plain(shop, { acr_values: acr })
  const own = browser(`${world.origin}/verifier`)
  const { pathname, searchParams } = new URL((await own.go(begun.location.href)).url)
  const cookie = [...own.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
  const uid = searchParams.get('uid')!
  const door = `${world.cardDoor}/verifier/interaction/${uid}/card`
  const finish = `${world.origin}/verifier/interaction/${uid}/finish`
  const loginId = pathname.slice('/login/'.length)
  const state = async () => (await world.verifier.showLogin({ loginId })).state
  const back = async () => new URL((await own.go(finish)).url)
  return { begun, cookie, door, finish, state, back }
}
type Waiting = Awaited<ReturnType<typeof waiting>>

/** What a browser does whose security module is the card. */
function byEngine({ door, cookie }: Pick<Waiting, 'door' | 'cookie'>, secret: string) {
  const by = ['--engine', 'pkcs11', '--key-type', 'ENG', '--key', keyWith(secret), '--cert', at('card.pem')]
  const tls = ['--silent', '--show-error', '--cacert', at('ca.pem'), '--cookie', cookie]
  const seen = ['--output', '/dev/null', '--write-out', '%{http_code} %{redirect_url}']
  return room.beside('env', `PKCS11_MODULE_PATH=${MODULE}`, 'curl', ...tls, ...by, ...seen, door)
}

const byGnuTls = ({ door, cookie }: Waiting, secret: string) =>
  room.beside(PYTHON, GNUTLS_CURL, door, at('ca.pem'), at('phone.pem'), keyWith(secret), cookie)

const claimsOf = async ({ begun, back }: Waiting) => (await exchange(shop, begun, await back())).claims()

async function insert(): Promise<void> {
  inserted = await insertCard(room, at('data'), 'adult')
}
async function pull(): Promise<void> {
  await inserted?.stop()
  inserted = undefined
}
const triesLeft = async () => /Tries left +: (\d)/.exec(await ok(room, 'pkcs15-tool', '--list-pins'))?.[1]

describe('the My Number Card in a PC/SC reader', () => {
  test('logs its holder in at the service whose page was open', async ({ skip }) => {
    if (reason) skip(reason)
    await insert()
    await ok(room, 'pkcs15-tool', '--read-certificate', '01', '--output', at('card.pem'))
    const login = await waiting(CARD)
    const { status, said } = await byEngine(login, pin)
    expect([status, said]).toEqual([0, `303 ${login.finish}`])
    expect(await claimsOf(login)).toMatchObject({ acr: CARD, amr: ['hwk', 'pin', 'mfa'] })
  })

  test('with a wrong PIN signs no handshake: a try is gone, and the login waits', async ({ skip }) => {
    if (reason) skip(reason)
    const login = await waiting(CARD)
    const { status, said } = await byEngine(login, '9999')
    expect([status, said]).toEqual([58, expect.stringContaining('failed to load private key')])
    expect([await triesLeft(), await login.state()]).toEqual(['2', 'waiting'])
    expect((await byEngine(login, pin)).said).toBe(`303 ${login.finish}`)
    expect([await triesLeft(), await login.state()]).toEqual(['3', 'approved'])
  })

  test('in the hands of another browser logs nobody in', async ({ skip }) => {
    if (reason) skip(reason)
    const [login, stranger] = [await waiting(CARD), await waiting(CARD)]
    expect((await byEngine({ ...login, cookie: stranger.cookie }, pin)).said).toBe('400 ')
    expect((await byEngine({ ...login, cookie: '' }, pin)).said).toBe('400 ')
    expect([await login.state(), await stranger.state()]).toEqual(['waiting', 'waiting'])
  })

  test('pulled out of the reader signs nothing, though its certificate is known', async ({ skip }) => {
    if (reason) skip(reason)
    const login = await waiting(CARD)
    await pull()
    expect((await byEngine(login, pin)).status).toBe(58)
    expect(await login.state()).toBe('waiting')
  })
})

/** The contactless face of the phone in the reader, as when it is held there. */
async function holdPhone(): Promise<void> {
  const { phone } = world.citizens.adult
  inserted = await room.start(/inserted/, process.execPath, new URL('hold-phone.ts', import.meta.url).pathname)
  const { stdin, stdout } = inserted.child
  createInterface({ input: stdout! }).on('line', async (line) => {
    if (line === 'away') return void (await phone.tapEnd({}))
    const { response } = await phone.tap({ command: fromHex(line) })
    stdin!.write(`${hex(response)}\n`)
  })
  await inReader(room)
}

describe('the phone held to the same reader', () => {
  test('logs its holder in as the phone, and as no card', async ({ skip }) => {
    if (reason) skip(reason)
    await holdPhone()
    const reading = ['--verify-pin', '--auth-id', '01', '--pin', phonePin, '--read-certificate', '01']
    await ok(room, 'pkcs15-tool', ...reading, '--output', at('phone.pem'))
    const login = await waiting(PHONE)
    expect((await byGnuTls(login, phonePin)).said).toContain(`303 ${login.finish}`)
    expect(await claimsOf(login)).toMatchObject({ acr: PHONE, amr: ['hwk', 'pin', 'mfa'] })
    const card = await waiting(CARD)
    expect((await byGnuTls(card, phonePin)).said).toMatch(/^409 $/m)
    expect(await card.state()).toBe('waiting')
    await pull()
  })
})

describe('a card that J-LIS has revoked', () => {
  test('opens the handshake and no login', async ({ skip }) => {
    if (reason) skip(reason)
    await insert()
    const der = await room.run('openssl', 'x509', '-in', at('card.pem'), '-outform', 'DER')
    const { serialNumber: serial } = decodeCertificate(Uint8Array.from(der.stdout))
    await world.authority.revoke({ kind: 'auth', serial, reason: 'keyCompromise', requestedBy: 'operator' })
    const login = await waiting(CARD)
    expect((await byEngine(login, pin)).said).toBe(`303 ${login.finish}`)
    expect((await login.back()).searchParams.get('error')).toBe('access_denied')
  })
})
