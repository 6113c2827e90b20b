// OpenSC's PKCS#15 and PKCS#11 under other programs: pkcs15-crypt, GnuTLS's p11tool, and curl with mutual TLS by the key
// of the card. TLS 1.2 with RSA+SHA256: the driver has no PSS, which TLS 1.3 demands. Observed: OpenSC 0.23.

import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../src/base/crypto.ts'
import { CITIZENS } from '../src/world/people.ts'
import { enrolledFolder } from './enrolled-folder.ts'
import { insertCard, ok } from './insert-card.ts'
import { missing, noRoom, openRoom, type Room, type Started } from './room.ts'

/** Debian's places for the module, by machine. */
const MODULE = ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/opensc-pkcs11.so`).find(existsSync)
const ENGINE = ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/engines-3/pkcs11.so`).find(existsSync)
const TOOLS = ['opensc-tool', 'pkcs15-tool', 'pkcs15-crypt', 'p11tool', 'curl', 'openssl']
const reason =
  missing(...TOOLS) ??
  (MODULE ? undefined : 'not installed: opensc-pkcs11.so') ??
  (ENGINE ? undefined : 'not installed: libengine-pkcs11-openssl') ??
  noRoom()
const { pin, password, phonePin } = CITIZENS.adult
const PRIVATE_KEY = 'pkcs11:token=JPKI%20%28User%20Authentication%20PIN%29;id=%01;type=private'

const PATIENCE = { timeout: 180_000 } as const
const WAITING_MS = 600_000

let folder: string
let room: Room
beforeAll(async () => {
  if (reason) return
  folder = await mkdtemp(join(tmpdir(), 'kazasu-pkcs11-'))
  await writeFile(at('message'), 'a message of some length\n')
  await writeFile(at('hash'), sha256(await readFile(at('message'))))
  ;[room] = await Promise.all([openRoom(), enrolledFolder(at('data'))])
}, WAITING_MS)
afterAll(async () => {
  await room?.close()
  if (folder) await rm(folder, { recursive: true })
})

const at = (name: string) => join(folder, name)
const run = (command: string, ...args: string[]) => ok(room, command, ...args)

async function certificate(id: string, ...given: string[]): Promise<void> {
  await run('pkcs15-tool', ...given, '--read-certificate', id, '--output', at(`${id}.pem`))
  await run('openssl', 'x509', '-in', at(`${id}.pem`), '-noout', '-pubkey', '-out', at(`${id}.key`))
}

async function signsByPkcs15(id: string, secret: string): Promise<void> {
  const how = ['--sha-256', '--pkcs1', '--raw', '--input', at('hash'), '--output', at(`${id}.sig`)]
  await run('pkcs15-crypt', '--sign', '--key', id, '--pin', secret, ...how)
  const signature = ['-signature', at(`${id}.sig`), at('message')]
  expect(await run('openssl', 'dgst', '-sha256', '-verify', at(`${id}.key`), ...signature)).toContain('Verified OK')
}

/** Asks a server that wants a certificate below the authentication CA; what it says of the session. */
async function mutualTls(secret: string): Promise<string> {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2']
  const pair = ['-keyout', at('server.key'), '-out', at('server.pem')]
  await run('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...pair, ...subject)
  const own = ['-cert', at('server.pem'), '-key', at('server.key'), '-CAfile', at('03.pem')]
  const asks = ['-Verify', '1', '-verify_return_error', '-client_sigalgs', 'RSA+SHA256', '-tls1_2', '-www']
  const server = await room.start(/ACCEPT/, 'openssl', 's_server', '-accept', '127.0.0.1:8443', ...own, ...asks)
  try {
    const whom = ['--cacert', at('server.pem'), '--resolve', 'localhost:8443:127.0.0.1', 'https://localhost:8443/']
    const tls = ['--silent', '--show-error', '--tlsv1.2', '--tls-max', '1.2']
    const without = await room.run('curl', ...tls, ...whom)
    expect(without.status, 'without a certificate').toBe(35)
    const by = ['--engine', 'pkcs11', '--key-type', 'ENG', '--key', `${PRIVATE_KEY};pin-value=${secret}`]
    return await run('env', `PKCS11_MODULE_PATH=${MODULE}`, 'curl', ...tls, ...by, '--cert', at('01.pem'), ...whom)
  } finally {
    await server.stop()
  }
}

describe('the My Number Card', PATIENCE, () => {
  let card: Started
  test('signs for pkcs15-crypt with both keys', async ({ skip }) => {
    if (reason) skip(reason)
    card = await insertCard(room, at('data'), 'adult')
    await certificate('01')
    await certificate('02', '--verify-pin', '--auth-id', '02', '--pin', password)
    await certificate('03')
    await signsByPkcs15('01', pin)
    await signsByPkcs15('02', password)
  })
  test('signs for p11tool, which checks it by the key in the token', async ({ skip }) => {
    if (reason) skip(reason)
    const said = await run('p11tool', '--provider', MODULE!, '--login', '--set-pin', pin, '--test-sign', PRIVATE_KEY)
    expect(said).toContain('Verifying against public key in the token... ok')
  })
  test('opens a TLS session of curl, which the server gives to nobody without it', async ({ skip }) => {
    if (reason) skip(reason)
    const said = await mutualTls(pin)
    expect(said).toMatch(/New, TLSv1\.2, Cipher is ECDHE-RSA/)
    expect(said).toMatch(/Subject: C ?= ?JP, CN ?= ?[0-9A-Z]{14}13999003A/)
    await card.stop()
  })
})

describe('the phone after the download', PATIENCE, () => {
  let phone: Started
  test('signs for pkcs15-crypt, and has no second key', async ({ skip }) => {
    if (reason) skip(reason)
    phone = await insertCard(room, at('data'), 'adult-phone')
    await certificate('01', '--verify-pin', '--auth-id', '01', '--pin', phonePin)
    await certificate('03')
    await signsByPkcs15('01', phonePin)
    const second = ['--sign', '--key', '02', '--pin', password, '--sha-256', '--pkcs1', '--raw', '--input', at('hash')]
    expect((await room.run('pkcs15-crypt', ...second)).status).not.toBe(0)
    await phone.stop()
  })
})
