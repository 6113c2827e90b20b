// Whether what a client calls its key is one that can be verified with. RFC 7518 §6.2.1 and §6.3.1.

import { createPublicKey } from 'node:crypto'

/** P-256, or RSA as FAPI 2.0 Security Profile §5.4.1 has it; longer ones cost whoever verifies more than they are worth. */
export function isPublicKey(jwk: Record<string, string>): boolean {
  if (jwk.kty !== 'RSA' && !(jwk.kty === 'EC' && jwk.crv === 'P-256')) return false
  try {
    // A point that is not on the curve is no key.
    const { asymmetricKeyDetails: { modulusLength = 0, publicExponent } = {} } = createPublicKey({
      key: jwk,
      format: 'jwk',
    })
    return jwk.kty === 'EC' || (modulusLength >= 2048 && modulusLength <= 4096 && publicExponent === 65_537n)
  } catch {
    return false
  }
}
