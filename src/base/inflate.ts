// The door to zlib: one bounded decompression. RFC 1950, RFC 1951.

import { inflateSync } from 'node:zlib'
import type { Bytes } from './bytes.ts'

/** Undefined for what is no zlib stream, or gives more than `limit` octets. */
export function inflate(compressed: Bytes, limit: number): Bytes | undefined {
  try {
    const plain = inflateSync(compressed, { maxOutputLength: limit })
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength)
  } catch {
    return undefined
  }
}
