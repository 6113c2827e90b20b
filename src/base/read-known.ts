// Decoding octets that come again and again, each time in another array: algorithms, issuers, certificates of CAs.

import { type Bytes, equal } from './bytes.ts'

/** What is longer comes seldom and would fill the memory. */
const LARGEST = 4096

/**
 * The same result for equal octets, of the last `kept` that were new. Nothing is kept of what `read` refuses.
 * Octets made to collide push each other out: whoever sends them gains nothing.
 */
export function readKnown<T>(kept: number, read: (octets: Bytes) => T): (octets: Bytes) => T {
  const known = new Map<number, { readonly octets: Bytes; readonly value: T }>()
  return (octets) => {
    if (octets.length > LARGEST) return read(octets)
    const sum = sumOf(octets)
    const before = known.get(sum)
    if (before && equal(before.octets, octets)) return before.value
    // A copy, because the caller's bytes may change.
    const own = octets.slice()
    const value = read(own)
    if (known.size >= kept) known.delete(known.keys().next().value!)
    known.set(sum, { octets: own, value })
    return value
  }
}

/** The last octets tell names and signatures apart; `equal` has the last word. */
function sumOf(octets: Bytes): number {
  let sum = octets.length
  for (let i = Math.max(0, octets.length - 64); i < octets.length; i++) sum = Math.imul(sum, 31) + octets[i]!
  return sum | 0
}
