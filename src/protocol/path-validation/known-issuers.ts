// What stays true of certificates that come again and again, kept from one validation to the next: how an issuer's bytes
// decode, and whose signature a certificate or list has. Nothing here depends on time, revocation or purpose.

import { readKnown } from '../../base/read-known.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import type { Signed } from './signature.ts'

/** Issuers in use are few. */
const MAX_ISSUERS = 256

/** As `decodeCertificate`, and the same object for equal bytes, so that what is found of it can be kept. */
export const decodeIssuer = readKnown(MAX_ISSUERS, decodeCertificate)

/** The key whose signature was found right, by the octets of its SubjectPublicKeyInfo; gone with what it signed. */
const signers = new WeakMap<Signed, string>()

export const isSignedBy = (signed: Signed, keyId: string): boolean => signers.get(signed) === keyId
export const keepSigner = (signed: Signed, keyId: string): void => void signers.set(signed, keyId)
