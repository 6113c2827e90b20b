// Which signatures and keys a path may have: every algorithm of the table, signed by node:crypto, and the weak ones.

import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../base/bytes.ts'
import * as der from '../../codec/der.ts'
import { encodeInteger } from '../../codec/der-value.ts'
import { encodeName, name } from '../../codec/name.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, decodeCertificate, type Extension, encodeExtensions } from '../../codec/x509.ts'
import * as ext from '../../codec/x509-extensions.ts'
import { hasRocaFingerprint } from './algorithms.ts'
import { type AlgorithmPolicy, validatePath } from './index.ts'
import { CA, END, NOW, VALIDITY } from './testing/forest.ts'

interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}
type SignWith = Parameters<typeof sign>[2]

const bare = (oid: string): Bytes => der.sequence(der.oid(oid))
const withNull = (oid: string): Bytes => der.sequence(der.oid(oid), der.nullValue())
const pss = (oid: string, maskOid: string, salt: number): Bytes =>
  der.sequence(
    der.oid(OID.rsassaPss),
    der.sequence(
      der.explicit(0, withNull(oid)),
      der.explicit(1, der.sequence(der.oid(OID.mgf1), withNull(maskOid))),
      der.explicit(2, der.integer(salt)),
    ),
  )

/** Of every key here the same: these tests are not about finding it. */
const keyIdentifiers = [
  ext.extension(OID.subjectKeyIdentifier, false, ext.encodeSubjectKeyIdentifier(Uint8Array.of(1))),
  ext.extension(
    OID.authorityKeyIdentifier,
    false,
    ext.encodeAuthorityKeyIdentifier({ keyIdentifier: Uint8Array.of(1) }),
  ),
]

let serial = 1

function issue(cn: string, extensions: readonly Extension[], subject: Pair, issuer: string, by: Signing): Certificate {
  const spki = new Uint8Array(subject.publicKey.export({ format: 'der', type: 'spki' }))
  const tbs = der.sequence(
    der.explicit(0, der.integer(2)),
    der.integer(serial++),
    by.identifier,
    encodeName(name(['CN', issuer])),
    der.sequence(der.time(VALIDITY.notBefore), der.time(VALIDITY.notAfter)),
    encodeName(name(['CN', cn])),
    spki,
    der.explicit(3, encodeExtensions([...extensions, ...keyIdentifiers])),
  )
  const signature = sign(by.hash, tbs, by.key)
  return decodeCertificate(der.sequence(tbs, by.identifier, der.bitString(new Uint8Array(signature))))
}

interface Signing {
  readonly identifier: Bytes
  readonly hash: string | null
  readonly key: SignWith
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
const three = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
const ec = (namedCurve: string): Pair => generateKeyPairSync('ec', { namedCurve })
const p256 = ec('P-256')
const p521 = ec('P-521')
const koblitz = ec('secp256k1')
const ed = generateKeyPairSync('ed25519')
const dsa = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 })
const PSS_PADDING = 6

const wrong = (
  issuer: Pair,
  by: Omit<Signing, 'key'> & { key?: SignWith },
  algorithms: AlgorithmPolicy = {},
  subject: Pair = p256,
) => {
  const signing = { key: issuer.privateKey, ...by }
  const root = issue('root', CA, issuer, 'root', signing)
  return validatePath({
    certificate: issue('end', END, subject, 'root', signing),
    trustAnchors: [root],
    time: NOW,
    purpose: {},
    revocation: { required: false },
    algorithms,
  })
    .checks.filter(({ outcome }) => outcome !== 'passed')
    .map(({ name: check, outcome }) => `${outcome}: ${check}`)
}
const WEAK = 'failed: every algorithm and key is strong enough'
const UNSUPPORTED = 'indeterminate: every signature is by the next certificate'
const sha256 = { identifier: withNull(OID.sha256WithRSAEncryption), hash: 'sha256' }

describe('accepted', () => {
  test.each<[string, Pair, Omit<Signing, 'key'> & { key?: SignWith }]>([
    ['RSA with SHA-256', rsa, sha256],
    ['the same without NULL', rsa, { identifier: bare(OID.sha256WithRSAEncryption), hash: 'sha256' }],
    ['RSA with SHA-384', rsa, { identifier: withNull(OID.sha384WithRSAEncryption), hash: 'sha384' }],
    ['RSA with SHA-512', rsa, { identifier: withNull(OID.sha512WithRSAEncryption), hash: 'sha512' }],
    ['an RSA exponent of 3', three, sha256],
    [
      'RSASSA-PSS',
      rsa,
      {
        identifier: pss(OID.sha256, OID.sha256, 32),
        hash: 'sha256',
        key: { key: rsa.privateKey, padding: PSS_PADDING, saltLength: 32 },
      },
    ],
    ['ECDSA with P-256', p256, { identifier: bare(OID.ecdsaWithSHA256), hash: 'sha256' }],
    ['ECDSA with P-521', p521, { identifier: bare(OID.ecdsaWithSHA512), hash: 'sha512' }],
    ['Ed25519', ed, { identifier: bare(OID.ed25519), hash: null }],
  ])('%s', (_what, pair, by) => expect(wrong(pair, by)).toEqual([]))
})

describe('an RSASSA-PSS key', () => {
  const own = generateKeyPairSync('rsa-pss', {
    modulusLength: 2048,
    hashAlgorithm: 'sha256',
    mgf1HashAlgorithm: 'sha256',
    saltLength: 32,
  } as never) as unknown as Pair
  const signed = (hash: string, saltLength: number) => ({ hash, key: { key: own.privateKey, saltLength } })

  test('signs as it says', () =>
    expect(wrong(own, { identifier: pss(OID.sha256, OID.sha256, 32), ...signed('sha256', 32) })).toEqual([]))

  test('signs with no less salt, with no other hash and not without PSS', () => {
    const wrongSignature = 'failed: every signature is by the next certificate'
    const claims = [pss(OID.sha256, OID.sha256, 20), pss(OID.sha512, OID.sha512, 64)]
    for (const identifier of [...claims, withNull(OID.sha256WithRSAEncryption)])
      expect(wrong(own, { identifier, ...signed('sha256', 32) })).toContain(wrongSignature)
  })
})

describe('refused unless asked for', () => {
  const sha1 = { identifier: withNull(OID.sha1WithRSAEncryption), hash: 'sha1' }
  test.each<[string, Pair, Omit<Signing, 'key'>, AlgorithmPolicy]>([
    ['SHA-1', rsa, sha1, { sha1: true }],
    ['RSA of 1024 bits', small, sha256, { minimumRsaBits: 1024 }],
    ['DSA', dsa, { identifier: bare(OID.dsaWithSHA256), hash: 'sha256' }, { dsa: true }],
  ])('%s', (_what, pair, by, policy) => {
    expect(wrong(pair, by)).toEqual([WEAK])
    expect(wrong(pair, by, policy)).toEqual([])
  })

  test('also as the key of the last certificate', () => expect(wrong(rsa, sha256, {}, small)).toEqual([WEAK]))
})

describe('not accepted at all', () => {
  test('an RSA exponent that makes verification slow', () => {
    const { n = '' } = rsa.publicKey.export({ format: 'jwk' })
    const publicKey = createPublicKey({ key: { kty: 'RSA', n, e: n }, format: 'jwk' })
    expect(wrong(rsa, sha256, {}, { ...rsa, publicKey })).toEqual([WEAK])
  })

  test('a curve that is none of the three', () =>
    expect(wrong(koblitz, { identifier: bare(OID.ecdsaWithSHA256), hash: 'sha256' })).toEqual([WEAK]))

  test.each<[string, Bytes, string]>([
    ['ECDSA with parameters', withNull(OID.ecdsaWithSHA256), UNSUPPORTED],
    ['an algorithm that nobody knows', bare('1.2.3.4'), UNSUPPORTED],
    [
      'RSA where the key is of a curve',
      withNull(OID.sha256WithRSAEncryption),
      'failed: every signature is by the next certificate',
    ],
  ])('%s', (_what, identifier, expected) => expect(wrong(p256, { identifier, hash: 'sha256' })).toContain(expected))

  test.each<[string, Bytes]>([
    ['PSS with two hashes', pss(OID.sha256, OID.sha512, 32)],
    ['PSS with SHA-1', pss(OID.sha1, OID.sha1, 20)],
    ['PSS without parameters', bare(OID.rsassaPss)],
  ])('%s', (_what, identifier) => expect(wrong(rsa, { identifier, hash: 'sha256' })).toContain(UNSUPPORTED))
})

/** RFC 8017 keys whose primes are k·M + (65537^a mod M) are products of that form modulo every small prime. */
test('a modulus of the ROCA form is known by its remainders, an honest one is not', () => {
  const primes = Array.from({ length: 168 }, (_, n) => n).filter(
    (n) => n > 2 && ![2, 3, 5, 7, 11].some((p) => n !== p && n % p === 0),
  )
  const product = primes.reduce((all, prime) => all * BigInt(prime), 1n)
  const salt = BigInt(`0x${createHash('sha512').update('any').digest('hex')}`)
  const weak = salt * product + (65537n ** 77n % product)
  expect(hasRocaFingerprint(encodeInteger(weak))).toBe(true)
  const honest = rsa.publicKey.export({ format: 'jwk' }).n as string
  expect(hasRocaFingerprint(Buffer.from(honest, 'base64url'))).toBe(false)
})
