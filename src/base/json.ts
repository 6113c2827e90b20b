// JSON in UTF-8, as others send it: nothing is known of it yet.

import { type Bytes, fromUtf8 } from './bytes.ts'

/** `undefined` where the octets are no JSON in UTF-8; never throws. RFC 8259 §8.1. */
export function jsonIn(octets: Bytes): unknown {
  try {
    return JSON.parse(fromUtf8(octets))
  } catch {
    return undefined
  }
}
