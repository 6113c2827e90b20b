import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, hex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { desEcb } from '../../base/des.ts'
import { lv, tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { dekEncrypt } from '../../protocol/globalplatform/scp03-keys.ts'
import { signWith, verifyWith } from '../../protocol/globalplatform/signature-key.ts'
import { dek, information, issuer, jwk, part, pointOf, put, scalarOf, secret } from './key-specimen.ts'
import { specimenSim } from './specimen.ts'

/** GPC v2.3.1 Table B-2. */
const CURVES = [
  ['prime256v1', 0x00, 0x40],
  ['secp384r1', 0x01, 0x60],
  ['secp521r1', 0x02, 0x84],
  ['brainpoolP256r1', 0x03, 0x40],
  ['brainpoolP256t1', 0x04, 0x40],
  ['brainpoolP384r1', 0x05, 0x60],
  ['brainpoolP384t1', 0x06, 0x60],
  ['brainpoolP512r1', 0x07, 0x80],
  ['brainpoolP512t1', 0x08, 0x80],
] as const

describe.each(CURVES)('ECC on %s', (namedCurve, reference, length) => {
  const pair = generateKeyPairSync('ec', { namedCurve })
  const publicParts = [
    { tag: 0xb0, value: pointOf(pair.publicKey, length) },
    { tag: 0xf0, value: bytes(reference) },
  ]
  const privateParts = [
    { tag: 0xb1, value: scalarOf(pair.privateKey) },
    { tag: 0xf0, value: bytes(reference) },
  ]

  test('public and private key by reference, as the key information tells them', async () => {
    const card = specimenSim()
    const [point, curve] = publicParts.map(({ tag, value }) => tlv(tag, value))
    expect(await issuer(card, () => put(0x70, concat(point!, curve!, bytes(0))))).toBe('9000')
    const scalar = concat(bytes(0xb1), lv(secret(privateParts[0]!.value)))
    expect(await issuer(card, () => put(0x71, concat(scalar, curve!, bytes(0))))).toBe('9000')
    const told = hex(bytes(length))
    const half = hex(bytes(Math.ceil(length / 2)))
    const listed = await information(card)
    expect(listed).toContain(`0170b0${told}f0${hex(bytes(reference))}`)
    expect(listed).toContain(`0171b1${half}f0${hex(bytes(reference))}`)
  })

  test('signs and is checked', () => {
    const message = utf8('a token')
    const signature = signWith(privateParts, message)
    expect(signature.length).toBe(length)
    expect(verifyWith(publicParts, message, signature)).toBe(true)
    expect(verifyWith(publicParts, utf8('another'), signature)).toBe(false)
  })
})

/** SEC 2 §2.5.1: secp384r1. */
const P384 = [
  [0xb2, 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff'],
  [0xb3, 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc'],
  [0xb4, 'b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef'],
  [
    0xb5,
    '04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7' +
      '3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f',
  ],
  [0xb6, 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'],
  [0xb7, '01'],
] as const
const explicit = P384.map(([tag, value]) => tlv(tag, fromHex(value)))

describe('curve parameters', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
  const point = tlv(0xb0, pointOf(pair.publicKey, 0x60))

  test('of the key’s own, which are not told', async () => {
    const card = specimenSim()
    expect(await issuer(card, () => put(0x70, concat(point, ...explicit, bytes(0))))).toBe('9000')
    expect(await information(card)).toContain('c0040170b060')
  })

  test('under a local reference, for the domain and those below', async () => {
    const card = specimenSim()
    const byReference = concat(point, tlv(0xf0, bytes(0x60)), bytes(0))
    expect(await issuer(card, () => put(0x70, byReference))).toBe('6a80')
    expect(await issuer(card, () => put(0x01, concat(tlv(0xf0, bytes(0x60)), ...explicit, bytes(0))))).toBe('9000')
    expect(await issuer(card, () => put(0x70, byReference))).toBe('9000')
    expect(await information(card)).toContain('c0060170b060f060')
  })

  test.each([
    ['a global reference', concat(tlv(0xf0, bytes(0x00)), ...explicit, bytes(0))],
    ['a missing parameter', concat(tlv(0xf0, bytes(0x60)), ...explicit.slice(1), bytes(0))],
    [
      'a generator off the curve',
      concat(
        tlv(0xf0, bytes(0x60)),
        ...explicit.slice(0, 3),
        tlv(0xb5, new Uint8Array(97).fill(4)),
        explicit[4]!,
        bytes(0),
      ),
    ],
  ])('%s is 6A80', async (_, field) => expect(await issuer(specimenSim(), () => put(0x01, field))).toBe('6a80'))
})

describe('secret keys', () => {
  const check = (key: Bytes) => lv(desEcb(key, new Uint8Array(8)).slice(0, 3))
  const k16 = sha256(utf8('key')).slice(0, 16)
  const k24 = sha256(utf8('key')).slice(0, 24)
  test.each([
    ['DES with two keys', concat(bytes(0x80), lv(secret(k16)), check(k16)), '8010'],
    ['DES with three keys', concat(bytes(0x80), lv(secret(k24)), check(k24)), '8018'],
    ['TLS pre-shared key', concat(bytes(0x85), lv(secret(k24)), bytes(0)), '8518'],
    ['TLS pre-shared key of 20 bytes', concat(bytes(0x85), lv(secret(k24.slice(0, 20))), bytes(0)), '8514'],
    ['HMAC-SHA1', concat(bytes(0x90), lv(secret(k16)), bytes(0)), '9010'],
    ['HMAC-SHA1-160', concat(bytes(0x91), lv(secret(k24.slice(0, 20))), bytes(0)), '9114'],
    ['AES-192', concat(bytes(0x88), lv(secret(k24)), lv(gp.keyCheckValue(k24))), '8818'],
  ])('%s', async (_, field, told) => {
    const card = specimenSim()
    expect(await issuer(card, () => put(0x40, field))).toBe('9000')
    expect(await information(card)).toContain(`0140${told}`)
  })

  test.each([
    ['an AES key without check value', concat(bytes(0x88), lv(secret(k16)), bytes(0)), '6982'],
    ['a DES key of 8 bytes', concat(bytes(0x80), lv(secret(k16.slice(0, 8))), check(k16.slice(0, 8))), '6a80'],
    ['an HMAC-SHA1-160 key of 16', concat(bytes(0x91), lv(secret(k16)), bytes(0)), '6a80'],
    [
      'more padding than a block',
      concat(bytes(0x88), lv(concat(bytes(16), dekEncrypt(dek, concat(k16, k16)))), lv(gp.keyCheckValue(k16))),
      '6a80',
    ],
    [
      'RSA private key whose exponent is none of its modulus',
      concat(bytes(0xa2), lv(secret(new Uint8Array(128))), bytes(0xa3), lv(secret(k16)), bytes(0)),
      '6a80',
    ],
  ])('%s: %s', async (_, field, sw) => expect(await issuer(specimenSim(), () => put(0x40, field))).toBe(sw))

  test('in the extended format, which the key information then has too', async () => {
    const card = specimenSim()
    const field = (usage: string, access: string) =>
      concat(fromHex('ff88'), lv(secret(k16)), lv(gp.keyCheckValue(k16)), lv(fromHex(usage)), lv(fromHex(access)))
    expect(await issuer(card, () => put(0x40, field('14', '01')))).toBe('9000')
    expect(await issuer(card, () => put(0x41, field('', '')))).toBe('9000')
    const listed = await information(card)
    expect(listed).toContain('c00a0140ff88001001140101')
    expect(listed).toContain('c0080141ff8800100000')
    expect(await issuer(card, () => put(0x42, field('141414', '01')))).toBe('6a80')
  })

  test('a length of 128 as a single 80', async () => {
    const modulus = part(jwk(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey).n)
    const field = concat(bytes(0xa1, 0x80), modulus, tlv(0xa0, bytes(1, 0, 1)), bytes(0))
    expect(await issuer(specimenSim(), () => put(0x70, field))).toBe('9000')
  })
})
