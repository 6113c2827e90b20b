// Parsing bytes that never change once only: what was read lives as long as the bytes do, and not longer.

import type { Bytes } from './bytes.ts'

/** The same result for the same array (not for an equal one). The bytes must not be changed afterwards. */
export function readOnce<T extends object | string>(read: (from: Bytes) => T): (from: Bytes) => T {
  const known = new WeakMap<Bytes, T>()
  return (from) => {
    const before = known.get(from)
    if (before !== undefined) return before
    const made = read(from)
    known.set(from, made)
    return made
  }
}
