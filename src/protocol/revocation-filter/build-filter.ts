// Two tables that together say of every certificate of a known set whether it is revoked, in little more than the
// entropy of the answer: a coarse one that lets few others through, an exact one for those that it lets through.
// The idea is that of CRLite and Clubcard; the format is ours: docs/profile.md#revocation-filter.

import type { FilterTables } from '../../codec/revocation-filter.ts'
import {
  askRibbon,
  buildRibbon,
  fingerprint,
  type Key,
  keyOf,
  type Ribbon,
  type Salt,
  type Valued,
} from '../../codec/ribbon.ts'

export interface FilterBuilder {
  /** A certificate of the set that is not revoked; each once. */
  addValid(serialNumber: bigint): void
  tables(): FilterTables
}

/** `valid` is how many will be added: it decides how coarse the first table is and nothing else. */
export function filterBuilder(revoked: readonly bigint[], valid: number, salt: Salt): FilterBuilder {
  const keys = revoked.map((serialNumber) => keyOf(serialNumber, salt))
  const columns = coarseColumns(revoked.length, valid)
  const coarse = buildRibbon(
    keys.map(({ a, b }) => ({ a, b, value: fingerprint({ a, b }, columns) })),
    columns,
  )
  const passed: Valued[] = keys.map(({ a, b }) => ({ a, b, value: 1 }))
  let issued = revoked.length
  return {
    addValid: (serialNumber) => {
      issued++
      const key = keyOf(serialNumber, salt)
      if (revoked.length > 0 && passesCoarse(coarse, key)) passed.push({ ...key, value: 0 })
    },
    tables: () => ({
      salt,
      issued,
      revoked: revoked.length,
      coarse,
      exact: buildRibbon(revoked.length > 0 ? passed : [], 1),
    }),
  }
}

/** Every revoked certificate passes, and of the others one in two to the number of columns. */
export const passesCoarse = (coarse: Ribbon, key: Key): boolean =>
  askRibbon(coarse, key) === fingerprint(key, coarse.columns)

const MOST_COLUMNS = 24

/** Each column costs a bit a revoked certificate and halves how many valid ones the exact table must name. */
function coarseColumns(revoked: number, valid: number): number {
  let columns = 0
  while (columns < MOST_COLUMNS && valid / 2 ** (columns + 1) > revoked) columns++
  return columns
}

/** The fewest octets in which it can be said which `revoked` of `issued` certificates are revoked. */
export function entropyBound(issued: number, revoked: number): number {
  if (revoked === 0 || revoked === issued) return 0
  const share = revoked / issued
  return (-issued * (share * Math.log2(share) + (1 - share) * Math.log2(1 - share))) / 8
}
