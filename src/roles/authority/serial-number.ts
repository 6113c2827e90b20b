// Serial numbers: four octets, positive, not to be guessed. RFC 5280 §4.1.2.2; four octets as in every certificate of
// J-LIS (observed). Theirs are a running number; ours are random: docs/profile.md#certificates.

import { fromUint } from '../../base/bytes.ts'
import type { Entropy } from '../../base/ports.ts'
import { SERIAL_NUMBER } from '../../protocol/jpki-profile/index.ts'

/** 30.9 random bits; that no two of one issuer are equal is the register's unique key. */
export function serialNumber(entropy: Entropy): bigint {
  for (;;) {
    const number = BigInt(fromUint(entropy(4))) % SERIAL_NUMBER.below
    if (number >= SERIAL_NUMBER.smallest) return number
  }
}
