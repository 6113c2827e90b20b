// Whether one certificate's key made a signature. RFC 5280 §6.1.3 (a)(1).

import type { Bytes } from '../../base/bytes.ts'
import { type PublicKey, publicKey, verify } from '../../base/crypto.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import { type AlgorithmIdentifier, signatureAlgorithmOf } from '../../codec/x509-algorithm.ts'
import { decodeKeyUsage, type KeyUsage } from '../../codec/x509-extensions.ts'

/** Anything with the shape `SIGNED` of RFC 5280: a certificate, a CRL, an OCSP response. */
export interface Signed {
  readonly tbs: Bytes
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Bytes
}

/** Parsing a key costs more than a verification; CA certificates are verified with again and again. */
const keys = new WeakMap<Certificate, PublicKey>()

function keyOf(certificate: Certificate): PublicKey {
  const known = keys.get(certificate)
  if (known) return known
  const key = publicKey(certificate.subjectPublicKeyInfo)
  keys.set(certificate, key)
  return key
}

/** `unsupported` when the algorithm or the key is none that we verify with. */
export function signatureBy(signer: Certificate, signed: Signed): 'right' | 'wrong' | 'unsupported' {
  const algorithm = signatureAlgorithmOf(signed.signatureAlgorithm)
  if (!algorithm) return 'unsupported'
  try {
    return verify(algorithm, keyOf(signer), signed.tbs, signed.signature) ? 'right' : 'wrong'
  } catch {
    return 'unsupported'
  }
}

/** RFC 5280 §4.2.1.3: without the extension every usage is allowed. */
export function allowsUsage(certificate: Certificate, usage: KeyUsage): boolean {
  const extension = extensionOf(certificate, OID.keyUsage)
  return !extension || decodeKeyUsage(extension.value).includes(usage)
}
