// One field of a certificate made odd: times, serial number, identifiers of algorithms, signature, public key. None of them
// passes. hostile.test.ts is about pools of certificates, hostile-evidence.test.ts about lists, responses and documents.

import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Bytes, concat, fromHex, utf8 } from '../../base/bytes.ts'
import { privateKey, sha1, sign } from '../../base/crypto.ts'
import * as der from '../../codec/der.ts'
import { encodeName, name } from '../../codec/name.ts'
import { OID } from '../../codec/oid.ts'
import { type Extension, encodeExtensions, publicKeyBits } from '../../codec/x509.ts'
import * as ext from '../../codec/x509-extensions.ts'
import { validatePath } from './index.ts'
import { CA, certificate, END, NOW, VALIDITY } from './testing/forest.ts'

const root = certificate('root', CA)
const end = certificate('end', END, root)
const bare = (oid: string) => der.sequence(der.oid(oid))
const withNull = (oid: string) => der.sequence(der.oid(oid), der.nullValue())
const identifier = ext.encodeAuthorityKeyIdentifier({ keyIdentifier: sha1(publicKeyBits(root.key.publicKey)) })
const EXTENSIONS = [...END, ext.extension(OID.authorityKeyIdentifier, false, identifier)]

/** Fields as whole elements, in place of honest ones. */
interface Odd {
  readonly serial?: Bytes
  readonly notBefore?: Bytes
  readonly notAfter?: Bytes
  readonly key?: Bytes
  /** The algorithm in the signed part, and outside. */
  readonly inside?: Bytes
  readonly outside?: Bytes
  readonly extensions?: readonly Extension[]
  readonly signature?: Bytes
}

function odd(fields: Odd): Bytes {
  const { inside = bare(OID.ecdsaWithSHA256), outside = inside } = fields
  const tbs = der.sequence(
    der.explicit(0, der.integer(2)),
    fields.serial ?? der.integer(77),
    inside,
    encodeName(root.certificate.subject),
    der.sequence(fields.notBefore ?? der.time(VALIDITY.notBefore), fields.notAfter ?? der.time(VALIDITY.notAfter)),
    encodeName(name(['CN', 'odd'])),
    fields.key ?? end.key.publicKey,
    der.explicit(3, encodeExtensions(fields.extensions ?? EXTENSIONS)),
  )
  const signature = fields.signature ?? sign('ECDSA-P256-SHA256', privateKey(root.key.privateKey), tbs)
  return der.sequence(tbs, outside, der.bitString(signature))
}

const passes = (fields: Odd, time = NOW): boolean =>
  validatePath({
    certificate: odd(fields),
    trustAnchors: [root.certificate],
    time,
    purpose: {},
    revocation: { required: false },
  }).outcome === 'passed'

const utcTime = (text: string) => der.element(der.TAG.UTC_TIME, utf8(text))
const generalized = (text: string) => der.element(der.TAG.GENERALIZED_TIME, utf8(text))

test('what is not odd passes', () => {
  expect(passes({})).toBe(true)
  expect(passes({ notAfter: generalized('99991231235959Z') })).toBe(true)
})

describe('fields', () => {
  test.each<[string, Odd]>([
    ['a leap second', { notAfter: utcTime('261231235960Z') }],
    ['a fraction of a second', { notAfter: generalized('20501231235959.5Z') }],
    ['a time without seconds', { notAfter: utcTime('2612312359Z') }],
    ['a time with an offset', { notAfter: utcTime('261231235959+0900') }],
    ['30 February', { notAfter: utcTime('270230000000Z') }],
    ['24 hours', { notAfter: utcTime('261231240000Z') }],
    ['the year 0', { notAfter: generalized('00000101000000Z') }],
    ['an end before the beginning', { notBefore: generalized('20500101000000Z') }],
    ['serial number 0', { serial: der.integer(0) }],
    ['serial number -1', { serial: der.integer(-1) }],
    ['a serial number with an octet too many', { serial: der.element(der.TAG.INTEGER, Uint8Array.of(0, 1)) }],
    ['a serial number without octets', { serial: der.element(der.TAG.INTEGER) }],
    ['a serial number of 21 octets', { serial: der.integer(1n << 160n) }],
    ['ECDSA with NULL', { inside: withNull(OID.ecdsaWithSHA256) }],
    ['another algorithm outside', { outside: bare(OID.ecdsaWithSHA384) }],
    ['NULL outside only', { outside: withNull(OID.ecdsaWithSHA256) }],
    ['no signature', { signature: new Uint8Array() }],
    ['a signature of zeros', { signature: der.sequence(der.integer(0), der.integer(0)) }],
    ['an extension twice', { extensions: [...EXTENSIONS, ...END] }],
    ['an empty list of extensions', { extensions: [] }],
  ])('%s', (_, fields) => expect(passes(fields)).toBe(false))
})

test('the ends of the validity count, and a time that is none fails', () => {
  const { notBefore, notAfter } = VALIDITY
  const times = [notBefore, notAfter, new Date(notBefore.getTime() - 1), new Date(notAfter.getTime() + 1000)]
  expect(times.map((time) => passes({}, time))).toEqual([true, true, false, false])
  expect([8.64e15, -8.64e15, Number.NaN].map((time) => passes({}, new Date(time)))).toEqual([false, false, false])
})

describe('keys', () => {
  const key = (algorithm: Bytes, bits: Bytes) => der.sequence(algorithm, der.bitString(bits))
  const ec = (point: Bytes, curve = der.oid(OID.prime256v1)) =>
    key(der.sequence(der.oid(OID.ecPublicKey), curve), point)
  const point = publicKeyBits(end.key.publicKey)
  const parity = point[64]! & 1
  const rsa = (n: bigint, e: bigint, algorithm = withNull(OID.rsaEncryption)) =>
    key(algorithm, der.sequence(der.integer(n), der.integer(e)))
  const { n = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
  const modulus = BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`)
  const ed25519 = (octets: Bytes, algorithm = bare(OID.ed25519)) => key(algorithm, octets)
  const zeros = new Uint8Array(31)

  test('honest ones of every kind pass', () => {
    const pairs = [
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      ...['P-256', 'P-384', 'P-521'].map((namedCurve) => generateKeyPairSync('ec', { namedCurve })),
      ...Array.from({ length: 8 }, () => generateKeyPairSync('ed25519')),
    ]
    for (const { publicKey } of pairs)
      expect(passes({ key: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })) })).toBe(true)
  })

  test.each([
    ['a point that is not on the curve', ec(point.map((octet, i) => (i === 64 ? octet ^ 1 : octet)))],
    ['the point at infinity', ec(Uint8Array.of(0))],
    ['a hybrid point', ec(concat(Uint8Array.of(6 + parity), point.subarray(1)))],
    ['a compressed point', ec(concat(Uint8Array.of(2 + parity), point.subarray(1, 33)))],
    ['a point that is cut off', ec(point.subarray(0, 64))],
    ['a point of another curve', ec(point, der.oid(OID.secp384r1))],
    ['a point without a curve', key(bare(OID.ecPublicKey), point)],
    ['NULL for a curve', ec(point, der.nullValue())],
    ['an even modulus', rsa(modulus - 1n, 65537n)],
    ['a negative modulus', rsa(-modulus, 65537n)],
    ['modulus 0', rsa(0n, 65537n)],
    ['a modulus of 100,000 bits', rsa((1n << 100_000n) + 1n, 65537n)],
    ['exponent 1', rsa(modulus, 1n)],
    ['exponent 0', rsa(modulus, 0n)],
    ['exponent -1', rsa(modulus, -1n)],
    ['exponent 2', rsa(modulus, 2n)],
    ['an exponent above the modulus', rsa(modulus, modulus + 2n)],
    ['RSA without NULL', rsa(modulus, 65537n, bare(OID.rsaEncryption))],
    ['Ed25519, y = 0', ed25519(new Uint8Array(32))],
    ['Ed25519, the neutral element', ed25519(Uint8Array.of(1, ...zeros))],
    ['Ed25519, the neutral element with a sign', ed25519(Uint8Array.of(1, ...zeros.subarray(1), 0x80))],
    ['Ed25519, order 2', ed25519(Uint8Array.of(0xec, ...zeros.subarray(1).fill(0xff), 0x7f))],
    ['Ed25519, order 8', ed25519(fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'))],
    ['Ed25519, order 8 again', ed25519(fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'))],
    ['Ed25519, y above p', ed25519(Uint8Array.of(0xee, ...new Uint8Array(30).fill(0xff), 0x7f))],
    ['Ed25519 of 31 octets', ed25519(new Uint8Array(31).fill(9))],
    ['Ed25519 with NULL', ed25519(new Uint8Array(32).fill(9), withNull(OID.ed25519))],
  ])('%s', (_, key) => expect(passes({ key })).toBe(false))
})
