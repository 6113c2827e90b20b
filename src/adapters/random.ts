// The operating system's random bytes.

import { randomFillSync } from 'node:crypto'
import type { Entropy } from '../base/ports.ts'

/** Serial numbers and identifiers are a few octets each, and each question to the system costs as much as a hundred. */
const FEW = 16
const ahead = new Uint8Array(4096)
let left = 0

export const systemEntropy: Entropy = (length) => {
  if (length >= FEW) return randomFillSync(new Uint8Array(length))
  if (left < length) {
    randomFillSync(ahead)
    left = ahead.length
  }
  const taken = ahead.slice(left - length, left)
  // What was given once is nowhere else.
  ahead.fill(0, left - length, left)
  left -= length
  return taken
}
