// ECDSA signatures of P-256 as JSON Web Signature has them: R and S side by side. RFC 7518 §3.4.

import { type Bytes, concat } from '../../base/bytes.ts'
import * as der from '../../codec/der.ts'

/** From DER `ECDSA-Sig-Value` (RFC 3279 §2.2.3) to the 64 octets of ES256. Throws `CodecError` on anything else. */
export const es256Signature = (signature: Bytes): Bytes =>
  der.decode(signature, (r) => r.sequence((inside) => concat(octets32(inside.integer()), octets32(inside.integer()))))

function octets32(number: bigint): Bytes {
  if (number <= 0n || number >= 1n << 256n) throw new RangeError('not a component of a P-256 signature')
  const octets = new Uint8Array(32)
  for (let at = 31, rest = number; rest > 0n; at--, rest >>= 8n) octets[at] = Number(rest & 0xffn)
  return octets
}
