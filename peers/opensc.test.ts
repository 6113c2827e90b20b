// OpenSC takes our plastic card and our phone for JPKI tokens: reads, signs, is refused. What it sees was issued by the
// world's own authority and, on the phone, written there by the whole download. Seed 4 別紙4 (カード代わりに使用).

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hex, utf8 } from '../src/base/bytes.ts'
import { CITIZENS } from '../src/world/people.ts'
import { enrolledFolder } from './enrolled-folder.ts'
import { ok as allWell, insertCard } from './insert-card.ts'
import { missing, noRoom, openRoom, type Room, type Started } from './room.ts'

const TOOLS = ['opensc-tool', 'pkcs15-tool', 'pkcs11-tool', 'openssl']
const reason = missing(...TOOLS) ?? noRoom()
const { pin, password, phonePin } = CITIZENS.adult

let folder: string
let room: Room
beforeAll(async () => {
  if (reason) return
  folder = await mkdtemp(join(tmpdir(), 'kazasu-opensc-'))
  await writeFile(join(folder, 'message'), 'a message of some length\n')
  ;[room] = await Promise.all([openRoom(), enrolledFolder(join(folder, 'data'))])
})
afterAll(async () => {
  await room?.close()
  if (folder) await rm(folder, { recursive: true })
})

const at = (name: string) => join(folder, name)

const insert = (name: string): Promise<Started> => insertCard(room, at('data'), name)
const ok = (command: string, ...args: string[]) => allWell(room, command, ...args)

/** The certificate that `pkcs15-tool` reads, and its public key as a file. */
async function readCertificate(id: string, ...args: string[]): Promise<string> {
  await ok('pkcs15-tool', ...args, '--read-certificate', id, '--output', at(`${id}.pem`))
  await ok('openssl', 'x509', '-in', at(`${id}.pem`), '-noout', '-pubkey', '-out', at(`${id}.key`))
  return ok('openssl', 'x509', '-in', at(`${id}.pem`), '-noout', '-subject', '-nameopt', 'utf8')
}

const signing = (slot: string, id: string, given: string) => [
  ...['--slot-index', slot, '--login', '--pin', given, '--sign', '--mechanism', 'SHA256-RSA-PKCS', '--id', id],
  ...['--input-file', at('message'), '--output-file', at(`${id}.sig`)],
]
const verified = (id: string) =>
  ok('openssl', 'dgst', '-sha256', '-verify', at(`${id}.key`), '-signature', at(`${id}.sig`), at('message'))

/** Commands as they are, by `opensc-tool`, after the application and the PIN of the authentication key are selected. */
async function answers(...commands: string[]): Promise<string[]> {
  const all = ['00A4040C0AD392F000260100000001', '00A4020C020018', ...commands]
  const said = await ok('opensc-tool', ...all.flatMap((command) => ['--send-apdu', command]))
  return [...said.matchAll(/SW1=0x(..), SW2=0x(..)/g)].map(([, sw1, sw2]) => `${sw1}${sw2}`).slice(2)
}
const given = (head: string, secret: string) => `${head}0${secret.length}${hex(utf8(secret))}`
const verify = (secret: string) => given('00200080', secret)
const change = (to: string) => given('00240180', to)

/** A wrong PIN costs one try and changes nothing; the right one changes it and brings the tries back. */
async function changesPin(from: string, to: string): Promise<void> {
  expect(await answers(verify('0000'), change(to), '00200080')).toEqual(['63C2', '6982', '63C2'])
  expect(await answers(verify(from), change(to), '00200080')).toEqual(['9000', '9000', '63C3'])
  expect(await answers(verify(from))).toEqual(['63C2'])
  await ok('pkcs15-tool', '--verify-pin', '--auth-id', '01', '--pin', to)
  expect(await answers(verify(to), change(from))).toEqual(['9000', '9000'])
}

describe('the My Number Card', () => {
  let card: Started
  test('is a JPKI card', async ({ skip }) => {
    if (reason) skip(reason)
    card = await insert('adult')
    expect(await ok('opensc-tool', '--name')).toMatch(/^jpki$/m)
    const list = await ok('pkcs15-tool', '--list-certificates')
    expect(list.match(/^X\.509 Certificate \[.*\]$/gm)).toEqual([
      'X.509 Certificate [User Authentication Certificate]',
      'X.509 Certificate [Digital Signature Certificate]',
      'X.509 Certificate [User Authentication Certificate CA]',
      'X.509 Certificate [Digital Signature Certificate CA]',
    ])
  })

  test('shows the authentication certificate to anyone and signs after the PIN', async ({ skip }) => {
    if (reason) skip(reason)
    expect(await readCertificate('01')).toMatch(/^subject=C ?= ?JP, CN ?= ?[0-9A-Z]{14}13999003A$/m)
    await ok('pkcs11-tool', ...signing('0', '01', pin))
    expect(await verified('01')).toContain('Verified OK')
  })

  test('shows the signature certificate only after the password, and signs with it', async ({ skip }) => {
    if (reason) skip(reason)
    expect((await room.run('pkcs15-tool', '--read-certificate', '02')).status).not.toBe(0)
    await readCertificate('02', '--verify-pin', '--auth-id', '02', '--pin', password)
    await ok('pkcs11-tool', ...signing('1', '02', password))
    expect(await verified('02')).toContain('Verified OK')
  })

  test('another key does not verify', async ({ skip }) => {
    if (reason) skip(reason)
    const other = ['dgst', '-sha256', '-verify', at('02.key'), '-signature', at('01.sig'), at('message')]
    expect((await room.run('openssl', ...other)).status).not.toBe(0)
  })

  test('changes its PIN by raw commands, which the driver has not', async ({ skip }) => {
    if (reason) skip(reason)
    await changesPin(pin, '5678')
  })

  test('three wrong PINs block it, and it is still recognised', async ({ skip }) => {
    if (reason) skip(reason)
    const verify = (given: string) => room.run('pkcs15-tool', '--verify-pin', '--auth-id', '01', '--pin', given)
    for (const tries of [2, 1, 0]) {
      expect((await verify('0000')).said).toContain('PIN code or key incorrect')
      expect(await ok('pkcs15-tool', '--list-pins')).toMatch(new RegExp(`Tries left +: ${tries}\n`))
    }
    expect((await verify(pin)).status).not.toBe(0)
    expect(await ok('opensc-tool', '--name')).toMatch(/^jpki$/m)
    expect(await ok('pkcs11-tool', '--list-token-slots')).toContain('JPKI (User Authentication PIN)')
    expect((await room.run('pkcs11-tool', ...signing('0', '01', pin))).status).not.toBe(0)
    // The password of the other key is not touched by it.
    await ok('pkcs11-tool', ...signing('1', '02', password))
    await card.stop()
  })
})

describe('the phone after the download', () => {
  let phone: Started
  test('is a JPKI token', async ({ skip }) => {
    if (reason) skip(reason)
    phone = await insert('adult-phone')
    expect(await ok('opensc-tool', '--name')).toMatch(/^jpki$/m)
  })

  test('shows its certificate after the PIN only, and signs', async ({ skip }) => {
    if (reason) skip(reason)
    expect((await room.run('pkcs15-tool', '--read-certificate', '01')).status).not.toBe(0)
    await readCertificate('01', '--verify-pin', '--auth-id', '01', '--pin', phonePin)
    await ok('pkcs11-tool', ...signing('0', '01', phonePin))
    expect(await verified('01')).toContain('Verified OK')
  })

  test('changes its PIN by raw commands', async ({ skip }) => {
    if (reason) skip(reason)
    await changesPin(phonePin, '5678')
  })

  test('three wrong PINs block it, and it is still recognised', async ({ skip }) => {
    if (reason) skip(reason)
    for (const given of ['0000', '1111', '2222'])
      expect((await room.run('pkcs11-tool', ...signing('0', '01', given))).status).not.toBe(0)
    expect((await room.run('pkcs11-tool', ...signing('0', '01', phonePin))).status).not.toBe(0)
    expect(await ok('opensc-tool', '--name')).toMatch(/^jpki$/m)
    expect(await ok('pkcs15-tool', '--list-pins')).toMatch(/Tries left +: 0\n/)
    await phone.stop()
  })
})
