// JPKI clients of others besides OpenSC read our cards: the crates myna-card 3.3.4 (its examples `read_card` and
// `secure_messaging`) and jpki-cli 0.4.3. What they check, they check against their own knowledge of real cards.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CITIZENS } from '../src/world/people.ts'
import { enrolledFolder } from './enrolled-folder.ts'
import { insertCard, ok } from './insert-card.ts'
import { missing, noRoom, openRoom, type Room, type Started } from './room.ts'

const reason = missing('read_card', 'secure_messaging', 'jpki-cli', 'script', 'opensc-tool', 'openssl') ?? noRoom()
const { facePin, myNumber, fourInfo, pin, phonePin } = CITIZENS.adult

let folder: string
let room: Room
beforeAll(async () => {
  if (reason) return
  folder = await mkdtemp(join(tmpdir(), 'kazasu-clients-'))
  await writeFile(join(folder, 'message'), 'hello\n')
  ;[room] = await Promise.all([openRoom(), enrolledFolder(join(folder, 'data'))])
})
afterAll(async () => {
  await room?.close()
  if (folder) await rm(folder, { recursive: true })
})

const at = (name: string) => join(folder, name)
const insert = (name: string): Promise<Started> => insertCard(room, at('data'), name)

/**
 * jpki-cli reads document and PIN from a terminal: `script` is one. The end of the document is Ctrl-D, and the prompt
 * takes what is typed after it.
 */
const signed = async (given: string, into: string) => {
  const typing = `(sleep 1; printf 'hello\\n'; sleep 1; printf '\\004'; sleep 1; printf '${given}\\n'; sleep 3)`
  return ok(room, 'bash', '-c', `${typing} | script -qec "jpki-cli crypto --auth sign ${at(into)}" /dev/null`)
}
/** It sends each command twice: once to learn how long the answer is. So a wrong PIN costs two tries. */
async function wrong(): Promise<void> {
  const tries = () => ok(room, 'jpki-cli', 'crypto', '--auth', 'stat')
  expect(await tries()).toMatch(/^3$/m)
  expect(await signed('0000', 'no.sig')).toContain('Verify failed: 1 tries left')
  expect(await tries()).toMatch(/^1$/m)
}
const key = (certificate: string) =>
  ok(room, 'openssl', 'x509', '-in', at(certificate), '-noout', '-pubkey', '-out', at('key'))
/** It signs a SHA-1 DigestInfo. */
const verified = (signature: string) =>
  ok(room, 'openssl', 'dgst', '-sha1', '-verify', at('key'), '-signature', at(signature), at('message'))

describe('the My Number Card', () => {
  let card: Started
  test('is read through by myna-card: five applications, every signature below the CAs', async ({ skip }) => {
    if (reason) skip(reason)
    card = await insert('adult')
    const secrets = ['--pin', facePin, '--birth-date', '630412', '--code-a', myNumber, '--out', folder]
    const said = await ok(room, 'read_card', ...secrets)
    expect(said).toContain('chain[1]     5000011/001 -> 5000023/001')
    expect(said).toContain(`氏名         ${fourInfo.name}`)
    expect(said).toContain(`住所         ${fourInfo.address}`)
    expect(said).toContain('integrity    signature [verified], 個人番号 digest [ok], 基本4情報 digest [ok]')
    expect(said).toContain('年齢確認     生年月日 1988-04-12  [verified]')
    expect(said).toMatch(/券面 +生年月日 1988-04-12, .*\[verified\]/)
    expect(said).toContain('challenge    16 bytes signed by the card key  [verified]')
    expect(said).toContain("card's CA    auth <- auth-ca  [verified]")
    expect(said).toMatch(/photo +Jpeg2000/)
    // Its table has the CAs of production, which are not ours: it says so of the three certificates below them.
    expect(said.match(/no CA key for 証明者鍵ID/g)).toHaveLength(3)
  })

  test('has images that readers of PNG and JPEG 2000 decode whole', async ({ skip }) => {
    const noImages = reason ?? missing('pngcheck', 'opj_decompress')
    if (noImages) skip(noImages)
    for (const name of ['name', 'address', 'my-number'])
      expect(await ok(room, 'pngcheck', at(`${name}.png`))).toMatch(/^OK: /)
    await ok(room, 'opj_decompress', '-i', at('photo.jp2'), '-o', at('photo.pgm'))
    expect((await readFile(at('photo.pgm'), 'latin1')).slice(0, 60)).toMatch(/^P5\n(#.*\n)?240 320\n255\n/)
  })

  test('opens secure messaging to it', async ({ skip }) => {
    if (reason) skip(reason)
    expect(await ok(room, 'secure_messaging', facePin)).toContain('plain and encrypted reads agree')
  })

  test('is asked for tries, certificate, facts and a signature by jpki-cli', async ({ skip }) => {
    if (reason) skip(reason)
    expect(await ok(room, 'jpki-cli', 'crypto', '--auth', 'stat')).toMatch(/^3$/m)
    expect(await ok(room, 'jpki-cli', 'crypto', 'stat')).toMatch(/^5$/m)
    expect(await ok(room, 'jpki-cli', 'surface', 'stat', 'b')).toMatch(/^10$/m)
    const { stdout } = await room.run('jpki-cli', 'crypto', '--auth', 'read-certificate')
    await writeFile(at('auth.der'), stdout)
    await key('auth.der')
    await wrong()
    await signed(pin, 'card.sig')
    expect(await verified('card.sig')).toContain('Verified OK')
    expect(await ok(room, 'jpki-cli', 'crypto', '--auth', 'stat')).toMatch(/^3$/m)
    await card.stop()
  })
})

test('the phone is asked for tries and a signature by jpki-cli', async ({ skip }) => {
  if (reason) skip(reason)
  const phone = await insert('adult-phone')
  expect(await ok(room, 'jpki-cli', 'crypto', '--auth', 'stat')).toMatch(/^3$/m)
  const afterPin = ['--verify-pin', '--auth-id', '01', '--pin', phonePin]
  await ok(room, 'pkcs15-tool', ...afterPin, '--read-certificate', '01', '--output', at('phone.pem'))
  await key('phone.pem')
  await wrong()
  await signed(phonePin, 'phone.sig')
  expect(await verified('phone.sig')).toContain('Verified OK')
  // It takes the certificate for a free one, as on a card: the phone does not give it.
  expect((await room.run('jpki-cli', 'crypto', '--auth', 'read-certificate')).stdout.length).toBe(0)
  await phone.stop()
})
