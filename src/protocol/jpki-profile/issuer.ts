// Which generation of an authority issued a certificate: all have one name, so the key identifier decides.
// RFC 5280 §4.2.1.1. Whether it really did is for path validation to say.

import { equal } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import { decodeAuthorityKeyIdentifier, decodeSubjectKeyIdentifier } from '../../codec/x509-extensions.ts'

/** The generation that the certificate names; the first when it names none of them. */
export const issuerAmong = <T extends Certificate>(
  certificate: Certificate,
  [first, ...rest]: readonly [T, ...T[]],
): T => [first, ...rest].find((generation) => namesIssuer(certificate, generation)) ?? first

/** By its key identifier; a certificate that is malformed there names nobody. */
export function namesIssuer(certificate: Certificate, ca: Certificate): boolean {
  const named = extensionOf(certificate, OID.authorityKeyIdentifier)
  const own = extensionOf(ca, OID.subjectKeyIdentifier)
  if (!named || !own) return false
  try {
    const { keyIdentifier } = decodeAuthorityKeyIdentifier(named.value)
    return keyIdentifier !== undefined && equal(keyIdentifier, decodeSubjectKeyIdentifier(own.value))
  } catch (error) {
    if (error instanceof CodecError) return false
    throw error
  }
}
