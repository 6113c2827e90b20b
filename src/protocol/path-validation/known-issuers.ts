// What stays true of certificates that come again and again, kept from one validation to the next: how an issuer's bytes
// decode, and whose signature a certificate or list has. Nothing here depends on time, revocation or purpose.

import { type Bytes, fromLatin1 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { type Certificate, decodeCertificate } from '../../codec/x509.ts'
import type { Signed } from './signature.ts'

/** Issuers in use are few; who sends others pushes out the oldest and gains nothing. */
const MAX_ISSUERS = 256

/** By digest of the bytes, the oldest first. */
const issuers = new Map<string, Certificate>()

/** As `decodeCertificate`, and the same object for the same bytes, so that what is found of it can be kept. */
export function decodeIssuer(bytes: Bytes): Certificate {
  const id = fromLatin1(sha256(bytes))
  const known = issuers.get(id)
  // Its own copy: the caller's bytes may change.
  const certificate = known ?? decodeCertificate(bytes.slice())
  issuers.delete(id)
  issuers.set(id, certificate)
  if (issuers.size > MAX_ISSUERS) issuers.delete(issuers.keys().next().value!)
  return certificate
}

/** The key whose signature was found right, by the octets of its SubjectPublicKeyInfo; gone with what it signed. */
const signers = new WeakMap<Signed, string>()

export const isSignedBy = (signed: Signed, keyId: string): boolean => signers.get(signed) === keyId
export const keepSigner = (signed: Signed, keyId: string): void => void signers.set(signed, keyId)
