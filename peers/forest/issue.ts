// Certificates and CRLs of any shape for the forest, signed with whatever key its CA has. Seeded: one seed, one forest.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Bytes } from '../../src/base/bytes.ts'
import { sha1 } from '../../src/base/crypto.ts'
import * as der from '../../src/codec/der.ts'
import { encodeName, type Name, name } from '../../src/codec/name.ts'
import { OID } from '../../src/codec/oid.ts'
import { type Extension, encodeExtensions, publicKeyBits } from '../../src/codec/x509.ts'
import * as ext from '../../src/codec/x509-extensions.ts'

/** How a key signs: its identifier, and what `node:crypto` calls the hash. */
interface Method {
  readonly identifier: Bytes
  readonly hash: string | null
}

const withNull = (oid: string): Bytes => der.sequence(der.oid(oid), der.nullValue())
const bare = (oid: string): Bytes => der.sequence(der.oid(oid))

export const SHA1: Method = { identifier: withNull(OID.sha1WithRSAEncryption), hash: 'sha1' }

export interface Key {
  readonly spki: Bytes
  readonly secret: KeyObject
  readonly method: Method
}

const keyOf = (pair: { publicKey: KeyObject; privateKey: KeyObject }, method: Method): Key => ({
  spki: new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' })),
  secret: pair.privateKey,
  method,
})
export const rsa = (modulusLength: number): Key =>
  keyOf(generateKeyPairSync('rsa', { modulusLength }), {
    identifier: withNull(OID.sha256WithRSAEncryption),
    hash: 'sha256',
  })
const ec = (namedCurve: string, bits: 256 | 384 | 512): Key =>
  keyOf(generateKeyPairSync('ec', { namedCurve }), {
    identifier: bare(OID[`ecdsaWithSHA${bits}`]),
    hash: `sha${bits}`,
  })

/** Keys are made once; which of them a certificate gets is decided by the seed. */
export const KEYS = {
  rsa: rsa(2048),
  small: rsa(1024),
  p384: ec('P-384', 384),
  p521: ec('P-521', 512),
  ed25519: keyOf(generateKeyPairSync('ed25519'), { identifier: bare(OID.ed25519), hash: null }),
  others: Array.from({ length: 24 }, () => ec('P-256', 256)),
}

export interface Issued {
  readonly der: Bytes
  readonly subject: Name
  readonly key: Key
  readonly serial: bigint
}

export interface Shape {
  readonly cn: string
  readonly key: Key
  readonly serial: bigint
  readonly notBefore: Date
  readonly notAfter: Date
  readonly extensions: readonly Extension[]
  readonly version?: 1 | 3
  readonly issuerName?: Name
  readonly method?: Method
  /** Extensions that are not to be there, by OID. */
  readonly without?: readonly string[]
  readonly breakSignature?: boolean
  readonly subject?: Name
}

export const keyIdentifier = (key: Key): Bytes => sha1(publicKeyBits(key.spki))
/** What follows the signature in an OCSP response: the certificates. */
export const signed = (tbs: Bytes, by: Key, method = by.method, breaks = false, ...more: readonly Bytes[]): Bytes => {
  const signature = new Uint8Array(sign(method.hash, tbs, by.secret))
  if (breaks) signature[signature.length - 1]! ^= 1
  return der.sequence(tbs, method.identifier, der.bitString(signature), ...more)
}

export function issue(shape: Shape, issuer?: Pick<Issued, 'subject' | 'key'>): Issued {
  const { cn, key, serial, subject = name(['CN', cn]) } = shape
  const by = issuer?.key ?? key
  const method = shape.method ?? by.method
  const extensions = [
    ...shape.extensions,
    ext.extension(OID.subjectKeyIdentifier, false, ext.encodeSubjectKeyIdentifier(keyIdentifier(key))),
    ext.extension(
      OID.authorityKeyIdentifier,
      false,
      ext.encodeAuthorityKeyIdentifier({ keyIdentifier: keyIdentifier(by) }),
    ),
  ].filter(({ oid }, i, all) => !shape.without?.includes(oid) && all.findIndex((one) => one.oid === oid) === i)
  const twice = shape.extensions.filter(({ oid }, i, all) => all.findIndex((one) => one.oid === oid) !== i)
  const tbs = der.sequence(
    ...(shape.version === 1 ? [] : [der.explicit(0, der.integer(2))]),
    der.integer(serial),
    method.identifier,
    encodeName(shape.issuerName ?? issuer?.subject ?? subject),
    der.sequence(der.time(shape.notBefore), der.time(shape.notAfter)),
    encodeName(subject),
    key.spki,
    ...(shape.version === 1 ? [] : [der.explicit(3, encodeExtensions([...extensions, ...twice]))]),
  )
  return { der: signed(tbs, by, method, shape.breakSignature), subject, key, serial }
}

export interface ListShape {
  readonly revoked: readonly bigint[]
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly signer?: Key
  readonly extensions?: readonly Extension[]
}

export function issueList(
  issuer: Issued,
  { revoked, thisUpdate, nextUpdate, signer, extensions = [] }: ListShape,
): Bytes {
  const by = signer ?? issuer.key
  const entries = revoked.map((serial) => der.sequence(der.integer(serial), der.time(thisUpdate)))
  const identifier = ext.encodeAuthorityKeyIdentifier({ keyIdentifier: keyIdentifier(issuer.key) })
  const tbs = der.sequence(
    der.integer(1),
    by.method.identifier,
    encodeName(issuer.subject),
    der.time(thisUpdate),
    der.time(nextUpdate),
    ...(entries.length > 0 ? [der.sequence(...entries)] : []),
    der.explicit(
      0,
      encodeExtensions([
        ext.extension(OID.authorityKeyIdentifier, false, identifier),
        ext.extension(OID.cRLNumber, false, der.integer(7)),
        ...extensions,
      ]),
    ),
  )
  return signed(tbs, by)
}
