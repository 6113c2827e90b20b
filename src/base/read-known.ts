// Decoding octets that come again and again, each time in another array: algorithms, issuers, certificates of CAs.

import type { Bytes } from './bytes.ts'

/** What is longer comes seldom and would fill the memory. */
const LARGEST = 4096

/** Reads the octets from `start` to before `end`; by default all. */
export type ReadPart<T> = (octets: Bytes, start?: number, end?: number) => T

/**
 * The same result for equal octets, of the last `kept` that were new. Nothing is kept of what `read` refuses.
 * Octets made to collide push each other out: whoever sends them gains nothing.
 */
export function readKnown<T>(kept: number, read: (octets: Bytes) => T): ReadPart<T> {
  const known = new Map<number, { readonly octets: Bytes; readonly value: T }>()
  return (octets, start = 0, end = octets.length) => {
    if (end - start > LARGEST) return read(octets.subarray(start, end))
    const sum = sumOf(octets, start, end)
    const before = known.get(sum)
    if (before && isPart(before.octets, octets, start, end)) return before.value
    // A copy, because the caller's bytes may change.
    const own = octets.slice(start, end)
    const value = read(own)
    if (known.size >= kept) known.delete(known.keys().next().value!)
    known.set(sum, { octets: own, value })
    return value
  }
}

/** The last octets tell names and signatures apart; `isPart` has the last word. */
function sumOf(octets: Bytes, start: number, end: number): number {
  let sum = end - start
  for (let i = Math.max(start, end - 64); i < end; i++) sum = Math.imul(sum, 31) + octets[i]!
  return sum | 0
}

function isPart(own: Bytes, octets: Bytes, start: number, end: number): boolean {
  if (own.length !== end - start) return false
  for (let i = 0; i < own.length; i++) if (own[i] !== octets[start + i]) return false
  return true
}
