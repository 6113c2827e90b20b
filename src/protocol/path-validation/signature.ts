// Whether one certificate's key made a signature. RFC 5280 §6.1.3 (a)(1).
// Whether the algorithm is good enough is another question: algorithms.ts.

import { type Bytes, equal } from '../../base/bytes.ts'
import { type PublicKey, publicKey, verifyBy } from '../../base/crypto.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionValue, readPublicKey } from '../../codec/x509.ts'
import { type AlgorithmIdentifier, encodeAlgorithm } from '../../codec/x509-algorithm.ts'
import {
  type BasicConstraints,
  decodeBasicConstraints,
  decodeKeyUsage,
  type KeyUsage,
} from '../../codec/x509-extensions.ts'
import { keyAllows, methodOf } from './algorithms.ts'

/** Anything with the shape `SIGNED` of RFC 5280: a certificate, a CRL, an OCSP response. */
export interface Signed {
  readonly tbs: Bytes
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Bytes
}

export type SignatureResult = 'right' | 'wrong' | 'unsupported'

/** Parsing a key costs more than a verification; CA certificates are verified with again and again. */
const keys = new WeakMap<Bytes, PublicKey>()

const PLAIN_RSA = encodeAlgorithm({ algorithm: OID.rsaEncryption, parameters: der.nullValue() })

/** Throws `Error` when it is no key that we know. */
function keyOf(publicKeyInfo: Bytes): PublicKey {
  const known = keys.get(publicKeyInfo)
  if (known) return known
  const { algorithm, bits } = readPublicKey(publicKeyInfo)
  // The padding comes from the signature's parameters: what the key itself demands of them, `keyAllows` says.
  const key = publicKey(
    algorithm.algorithm === OID.rsassaPss ? der.sequence(PLAIN_RSA, der.bitString(bits)) : publicKeyInfo,
  )
  keys.set(publicKeyInfo, key)
  return key
}

/** `unsupported` when the algorithm or the key is none that we verify with. */
export function signatureBy(
  signer: Pick<Certificate, 'subjectPublicKeyInfo'>,
  signed: Signed,
  publicKeyInfo: Bytes = signer.subjectPublicKeyInfo,
): SignatureResult {
  const method = methodOf(signed.signatureAlgorithm)
  if (!method) return 'unsupported'
  try {
    if (!keyAllows(readPublicKey(publicKeyInfo).algorithm, method)) return 'wrong'
    return verifyBy(method, keyOf(publicKeyInfo), signed.tbs, signed.signature) ? 'right' : 'wrong'
  } catch {
    return 'unsupported'
  }
}

/** RFC 3279 §2.3.2: a DSA key may leave its parameters to the certificate of its issuer. */
export function lacksParameters(of: Certificate, publicKeyInfo: Bytes = of.subjectPublicKeyInfo): boolean {
  if (of.publicKeyAlgorithm.algorithm !== OID.dsa) return false
  const { parameters } = readPublicKey(publicKeyInfo).algorithm
  return parameters === undefined || equal(parameters, der.nullValue())
}

/** RFC 5280 §6.1.4 (d) to (f): the key with the parameters of the issuer's key, or as it is when that has none. */
export function withParametersOf(publicKeyInfo: Bytes, issuersInfo: Bytes): Bytes {
  const { algorithm } = readPublicKey(issuersInfo)
  if (algorithm.algorithm !== OID.dsa || !algorithm.parameters) return publicKeyInfo
  return der.sequence(encodeAlgorithm(algorithm), der.bitString(readPublicKey(publicKeyInfo).bits))
}

/** RFC 5280 §4.2.1.3: without the extension every usage is allowed. Throws `CodecError`. */
export function allowsUsage(certificate: Certificate, usage: KeyUsage): boolean {
  return extensionValue(certificate, OID.keyUsage, decodeKeyUsage)?.includes(usage) ?? true
}

const NO_CA: BasicConstraints = { ca: false }

/** RFC 5280 §4.2.1.9. Throws `CodecError`. */
export const basicConstraints = (certificate: Certificate): BasicConstraints =>
  extensionValue(certificate, OID.basicConstraints, decodeBasicConstraints) ?? NO_CA

/** For certificates that only might serve: what cannot be read does not. */
export function unlessMalformed<T>(ask: () => T, otherwise: T): T {
  try {
    return ask()
  } catch (error) {
    if (error instanceof CodecError) return otherwise
    throw error
  }
}
