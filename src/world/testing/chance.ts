// Decisions that a seed gives again.

import { fromUint, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'

export interface Chance {
  /** True in so many of a thousand. */
  perMille(often: number): boolean
  below(end: number): number
  oneOf<T>(all: readonly [T, ...T[]]): T
}

export function chanceOf(seed: string): Chance {
  const entropy = seededEntropy(utf8(seed))
  const below = (end: number) => fromUint(entropy(4)) % end
  return {
    below,
    perMille: (often) => below(1000) < often,
    oneOf: (all) => all[below(all.length)]!,
  }
}
