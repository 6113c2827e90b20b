// CertID: which certificate an OCSP request or response speaks of, and the nonce that ties the two. RFC 6960 §4.1.1, RFC 9654.

import { type Bytes, equal } from '../base/bytes.ts'
import { hash } from '../base/crypto.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { encodeName, type Name } from './name.ts'
import { OID } from './oid.ts'
import { type Extension, extensionOf, publicKeyBits } from './x509.ts'
import { type AlgorithmIdentifier, encodeAlgorithm, readAlgorithm } from './x509-algorithm.ts'

export interface CertId {
  readonly hashAlgorithm: AlgorithmIdentifier
  readonly issuerNameHash: Bytes
  readonly issuerKeyHash: Bytes
  readonly serialNumber: bigint
}

const HASHES = ['sha1', 'sha256', 'sha384', 'sha512'] as const
export type CertIdHash = (typeof HASHES)[number]

/** An issuer as CertID sees it: its name and its key. A `Certificate` is one. */
export interface Issuer {
  readonly subject: Name
  readonly subjectPublicKeyInfo: Bytes
}

/** SHA-1 by default: RFC 5019 §2.1.1 and what responders index by; it identifies here and does not protect. */
export const certId = (issuer: Issuer, serialNumber: bigint, hashName: CertIdHash = 'sha1'): CertId => ({
  hashAlgorithm: { algorithm: OID[hashName], parameters: der.nullValue() },
  issuerNameHash: hash(hashName, encodeName(issuer.subject)),
  issuerKeyHash: hash(hashName, publicKeyBits(issuer.subjectPublicKeyInfo)),
  serialNumber,
})

/** Whether `id` names the certificate with this serial number of this issuer. */
export const certIdMatches = (id: CertId, issuer: Issuer, serialNumber: bigint): boolean =>
  certIdMatcher(issuer, serialNumber)(id)

/** The same for many of them: the issuer is hashed once for each algorithm. */
export function certIdMatcher(issuer: Issuer, serialNumber: bigint): (id: CertId) => boolean {
  const own = new Map<CertIdHash, CertId>()
  return (id) => {
    const hashName = HASHES.find((name) => OID[name] === id.hashAlgorithm.algorithm)
    if (!hashName || id.serialNumber !== serialNumber) return false
    const wanted = own.get(hashName) ?? certId(issuer, serialNumber, hashName)
    own.set(hashName, wanted)
    return equal(wanted.issuerNameHash, id.issuerNameHash) && equal(wanted.issuerKeyHash, id.issuerKeyHash)
  }
}

export const encodeCertId = (id: CertId): Bytes =>
  der.sequence(
    encodeAlgorithm(id.hashAlgorithm),
    der.octetString(id.issuerNameHash),
    der.octetString(id.issuerKeyHash),
    der.integer(id.serialNumber),
  )

export const readCertId = (reader: der.DerReader): CertId =>
  reader.sequence((inside) => ({
    hashAlgorithm: readAlgorithm(inside),
    issuerNameHash: inside.octetString(),
    issuerKeyHash: inside.octetString(),
    serialNumber: inside.integer(),
  }))

export const nonceExtension = (nonce: Bytes): Extension => ({
  oid: OID.ocspNonce,
  critical: false,
  value: der.octetString(nonce),
})

/** RFC 9654 §2.1: 1 to 128 octets. */
export function nonceOf(of: { readonly extensions: readonly Extension[] }): Bytes | undefined {
  const found = extensionOf(of, OID.ocspNonce)
  if (!found) return undefined
  const nonce = der.decode(found.value, (r) => r.octetString())
  if (nonce.length < 1 || nonce.length > 128) throw new CodecError('nonce-length', 'a nonce of a forbidden length')
  return nonce
}
