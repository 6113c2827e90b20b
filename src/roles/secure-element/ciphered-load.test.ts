import { describe, expect, test } from 'vitest'
import { bytes, concat, NO_BYTES, utf8 } from '../../base/bytes.ts'
import { aesCbcEncrypt, sha256 } from '../../base/crypto.ts'
import { desCbcEncrypt } from '../../base/des.ts'
import { tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { pad } from '../../protocol/globalplatform/secure-session.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import { DOMAIN, inDomain, loadFile, putRaw, SCHEMES, simWithDomain } from './delegation-specimen.ts'
import { outcome } from './specimen.ts'

const dataBlock = jpkiLoadFile()
const key = sha256(utf8('load file key'))
const icv = sha256(utf8('icv')).slice(0, 16)
const AM_CIPHERED = 0x80c040

/** A domain that demands ciphered load files, with a key for them of so many bytes. */
async function withKey(kind: 'aes' | 'des' = 'aes', length = 16, privileges = AM_CIPHERED) {
  const card = await simWithDomain(SCHEMES['AES-128 CMAC'], privileges)
  const keys = [{ kind, key: key.slice(0, length) }]
  await run(
    card.link(),
    inDomain((channel) => gp.putKeys(channel, { keyVersion: 0x75, keys })),
  )
  return card
}
const announce = (hash: 'sha256' | 'sha384' | 'sha512' | 'sha1' | 'none' = 'sha256') =>
  gp.installForLoad({ aid: JPKI.loadFile, securityDomain: DOMAIN, dataBlock, hash })
function* loading(file: Uint8Array, hash: Parameters<typeof announce>[0] = 'sha256'): Dialogue<void> {
  yield* announce(hash)
  yield* loadFile(file)
}
const aes = (length = 16, by: Uint8Array | undefined = icv) =>
  concat(
    by ? tlv(0xd3, by) : NO_BYTES,
    tlv(0xd4, aesCbcEncrypt(key.slice(0, length), pad(dataBlock, 16), by ?? new Uint8Array(16))),
  )

describe('a domain with the Ciphered Load File privilege', () => {
  test.each([
    ['AES-128', 'aes', 16, aes(), 'sha256'],
    ['AES-128 without ICV', 'aes', 16, aes(16, undefined), 'sha256'],
    ['AES-192', 'aes', 24, aes(24), 'sha384'],
    ['AES-256', 'aes', 32, aes(32), 'sha512'],
    ['triple DES', 'des', 16, tlv(0xd4, desCbcEncrypt(key.slice(0, 16), pad(dataBlock, 8))), 'sha1'],
  ] as const)('loads under %s', async (_, kind, length, file, hash) => {
    const card = await withKey(kind, length)
    expect(
      await outcome(
        card,
        inDomain(() => loading(file, hash)),
      ),
    ).toBe('9000')
    const instance = { loadFile: JPKI.loadFile, module: JPKI.module, aid: JPKI.aid }
    expect(
      await outcome(
        card,
        inDomain(() => gp.installForInstallAndMakeSelectable(instance)),
      ),
    ).toBe('9000')
  })

  const clear = tlv(0xc4, dataBlock)
  test.each([
    ['a file in the clear', clear, 'sha256', '6985'],
    ['no hash', aes(), 'none', '6985'],
    ['a hash weaker than the key', aes(), 'sha1', '6985'],
    ['another key', tlv(0xd4, aesCbcEncrypt(key.slice(16), pad(dataBlock, 16))), 'sha256', '6982|6985'],
    ['an ICV of another length', concat(tlv(0xd3, bytes(1)), aes(16, undefined)), 'sha256', '6a80'],
    ['half a block', tlv(0xd4, new Uint8Array(17)), 'sha256', '6a80'],
    ['a changed byte', tlv(0xd4, new Uint8Array(32)), 'sha256', '6982'],
    ['nothing', tlv(0xd4), 'sha256', '6982'],
  ] as const)('%s is refused', async (_, file, hash, sw) => {
    const card = await withKey()
    expect(
      await outcome(
        card,
        inDomain(() => loading(file, hash)),
      ),
    ).toMatch(new RegExp(`^(${sw})$`))
    expect(
      await outcome(
        card,
        inDomain(() => gp.deleteContent(JPKI.loadFile)),
      ),
    ).toBe('6a88')
  })

  test('nothing without its key', async () => {
    const card = await simWithDomain(SCHEMES['AES-128 CMAC'], AM_CIPHERED)
    expect(
      await outcome(
        card,
        inDomain(() => loading(aes())),
      ),
    ).toBe('6985')
  })

  test('a domain without the privilege takes no ciphered file', async () => {
    const card = await withKey('aes', 16, 0x80c000)
    expect(
      await outcome(
        card,
        inDomain(() => loading(aes())),
      ),
    ).toBe('6985')
  })

  test('the client loads one, alone and with a DAP block', async () => {
    const scheme = SCHEMES['ECDSA P-256']
    const cipher = { key: key.slice(0, 16), icv }
    const daps = [{ securityDomain: DOMAIN, signature: scheme.sign(sha256(dataBlock)) }]
    for (const [privileges, options] of [
      [AM_CIPHERED, { cipher }],
      [0xc0c040, { cipher, daps }],
    ] as const) {
      const card = await withKey('aes', 16, privileges)
      const whole = inDomain(function* () {
        yield* putRaw(0x73, scheme.field())
        yield* announce()
        yield* gp.load(dataBlock, options)
        yield* gp.installForInstallAndMakeSelectable(JPKI)
      })
      expect(await outcome(card, whole)).toBe('9000')
      expect(await outcome(card, gp.select(JPKI.aid))).toBe('9000')
    }
  })

  test('a DAP block is over the hash of what is in the clear', async () => {
    const scheme = SCHEMES['ECDSA P-256']
    const card = await withKey('aes', 16, 0xc0c040)
    const dap = (signature: Uint8Array) => tlv(0xe2, tlv(0x4f, DOMAIN), tlv(0xc3, signature))
    await run(
      card.link(),
      inDomain(() => putRaw(0x73, scheme.field())),
    )
    const signed = dap(scheme.sign(sha256(dataBlock)))
    const forged = dap(scheme.sign(sha256(aes())))
    for (const [block, sw] of [
      [forged, '6982'],
      [NO_BYTES, '6985'],
      [signed, '9000'],
    ] as const) {
      expect(
        await outcome(
          card,
          inDomain(() => loading(concat(block, aes()))),
        ),
      ).toBe(sw)
    }
  })
})
