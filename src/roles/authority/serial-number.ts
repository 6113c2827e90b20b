// Serial numbers: four octets, positive, not to be guessed. RFC 5280 §4.1.2.2; four octets as in every certificate of
// J-LIS (observed). Theirs are a running number; ours are random: docs/profile.md#certificates.

import { fromUint } from '../../base/bytes.ts'
import type { Entropy } from '../../base/ports.ts'

const SMALLEST = 0x01000000

/** 30.9 random bits; that no two of one issuer are equal is the register's unique key. */
export function serialNumber(entropy: Entropy): bigint {
  for (;;) {
    const octets = entropy(4)
    const number = fromUint(octets) % 0x80000000
    if (number >= SMALLEST) return BigInt(number)
  }
}
