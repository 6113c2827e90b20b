// What a revocation filter, and a delta upon it, say of one certificate. Of a certificate that they do not cover they
// say nothing: whoever asks must not take that for good. Not here: the signature.

import type { FilterTables, RevocationFilter } from '../../codec/revocation-filter.ts'
import { askRibbon, keyOf } from '../../codec/ribbon.ts'
import { passesCoarse } from './build-filter.ts'

export interface Asked {
  readonly serialNumber: bigint
  readonly notBefore: Date
}

export type FilterAnswer = 'good' | 'revoked' | 'notCovered'

/** `delta` must be one upon `filter`. Times are not looked at: `filterIsCurrent`. */
export function askFilter(filter: RevocationFilter, delta: RevocationFilter | undefined, asked: Asked): FilterAnswer {
  const covers = ({ coveredUntil }: Pick<RevocationFilter, 'coveredUntil'>) => asked.notBefore <= coveredUntil
  if (!covers(delta ?? filter)) return 'notCovered'
  const { serialNumber } = asked
  if (delta && isRevoked(delta, serialNumber)) return 'revoked'
  const released = delta?.base?.released.includes(serialNumber) ?? false
  return covers(filter) && !released && isRevoked(filter, serialNumber) ? 'revoked' : 'good'
}

function isRevoked({ salt, revoked, coarse, exact }: FilterTables, serialNumber: bigint): boolean {
  if (revoked === 0) return false
  const key = keyOf(serialNumber, salt)
  return passesCoarse(coarse, key) && askRibbon(exact, key) === 1
}

/** Whether a delta is one upon this filter. */
export const fits = (filter: RevocationFilter, { base, number }: RevocationFilter): boolean =>
  base !== undefined &&
  base.number === filter.number &&
  base.coveredUntil.getTime() === filter.coveredUntil.getTime() &&
  number > filter.number
