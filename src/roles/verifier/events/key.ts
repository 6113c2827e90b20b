// The key that signs events: another than that of ID tokens, so that neither is taken for the other.

import { base64url, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { KeyStore, Signer } from '../../../base/ports.ts'

const EVENT_KEY = ['verifier-events', 'ECDSA-P256-SHA256'] as const

export interface EventKey {
  readonly signer: Signer
  readonly kid: string
  /** RFC 7517; public. */
  readonly jwk: Readonly<Record<string, string>>
}

/** The last 64 octets of a P-256 SubjectPublicKeyInfo are the two coordinates. RFC 5480 §2. */
export async function eventKey(keys: KeyStore): Promise<EventKey> {
  const signer = await keys.signer(...EVENT_KEY)
  const point = signer.publicKey.subarray(-64)
  const [x, y] = [base64url(point.subarray(0, 32)), base64url(point.subarray(32))]
  // RFC 7638 §3: the members in this order, without space.
  const kid = base64url(sha256(utf8(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }))))
  return { signer, kid, jwk: { kty: 'EC', crv: 'P-256', x, y, alg: 'ES256', use: 'sig', kid } }
}
