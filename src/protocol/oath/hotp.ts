// One-time passwords that count. RFC 4226 §5.3.

import { type Bytes, fromUint } from '../../base/bytes.ts'
import { hmacSha1 } from '../../base/crypto.ts'

export const DIGITS = 6

/** The value at this count; the key has at least 16 bytes. */
export function hotp(key: Bytes, counter: bigint, digits = DIGITS): string {
  const moving = new Uint8Array(8)
  new DataView(moving.buffer).setBigUint64(0, counter)
  const mac = hmacSha1(key, moving)
  const offset = mac.at(-1)! & 0x0f
  const value = fromUint(mac.subarray(offset, offset + 4)) & 0x7fffffff
  return String(value % 10 ** digits).padStart(digits, '0')
}
