// Parsing bytes that never change once only: what was read lives as long as the bytes do, and not longer.

import type { Bytes } from './bytes.ts'

/** The same result for the same array or object (not for an equal one), which must not be changed afterwards. */
export function readOnce<T extends object | string, From extends object = Bytes>(read: (from: From) => T) {
  const known = new WeakMap<From, T>()
  return (from: From): T => {
    const before = known.get(from)
    if (before !== undefined) return before
    const made = read(from)
    known.set(from, made)
    return made
  }
}
