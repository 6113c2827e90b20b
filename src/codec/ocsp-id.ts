// CertID: which certificate an OCSP request or response speaks of, and the nonce that ties the two. RFC 6960 §4.1.1, RFC 9654.

import { type Bytes, concat, equal } from '../base/bytes.ts'
import { hash } from '../base/crypto.ts'
import { readOnce } from '../base/read-once.ts'
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

export type CertIdHash = 'sha1' | 'sha256' | 'sha384' | 'sha512'

/** An issuer as CertID sees it: its name and its key. A `Certificate` is one. */
export interface Issuer {
  readonly subject: Name
  readonly subjectPublicKeyInfo: Bytes
}

/** Of all its certificates; issuers are few, and asked about again and again. */
export type IssuerId = Omit<CertId, 'serialNumber'>

const issuerId = (hashName: CertIdHash) =>
  readOnce<IssuerId, Issuer>(({ subject, subjectPublicKeyInfo }) => ({
    hashAlgorithm: { algorithm: OID[hashName], parameters: der.nullValue() },
    issuerNameHash: hash(hashName, encodeName(subject)),
    issuerKeyHash: hash(hashName, publicKeyBits(subjectPublicKeyInfo)),
  }))

const ISSUER_ID = {
  sha1: issuerId('sha1'),
  sha256: issuerId('sha256'),
  sha384: issuerId('sha384'),
  sha512: issuerId('sha512'),
} as const satisfies Record<CertIdHash, unknown>
const HASHES = Object.keys(ISSUER_ID) as CertIdHash[]

/** SHA-1 by default: RFC 5019 §2.1.1 and what responders index by; it identifies here and does not protect. */
export const certId = (issuer: Issuer, serialNumber: bigint, hashName: CertIdHash = 'sha1'): CertId => ({
  ...ISSUER_ID[hashName](issuer),
  serialNumber,
})

/** Whether `id` names a certificate of this issuer. */
export function isIssuedBy(id: CertId, issuer: Issuer): boolean {
  const hashName = HASHES.find((name) => OID[name] === id.hashAlgorithm.algorithm)
  if (!hashName) return false
  const { issuerNameHash, issuerKeyHash } = ISSUER_ID[hashName](issuer)
  return equal(issuerNameHash, id.issuerNameHash) && equal(issuerKeyHash, id.issuerKeyHash)
}

/** Whether `id` names the certificate with this serial number of this issuer. */
export const certIdMatches = (id: CertId, issuer: Issuer, serialNumber: bigint): boolean =>
  id.serialNumber === serialNumber && isIssuedBy(id, issuer)

export const encodeCertId = (id: CertId): Bytes => der.sequence(encodeIssuerId(id), der.integer(id.serialNumber))

/** Its fields before the serial number. */
export const encodeIssuerId = ({ hashAlgorithm, issuerNameHash, issuerKeyHash }: IssuerId): Bytes =>
  concat(encodeAlgorithm(hashAlgorithm), der.octetString(issuerNameHash), der.octetString(issuerKeyHash))

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
