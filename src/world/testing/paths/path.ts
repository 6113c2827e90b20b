// One path: whose, from where to where.

import type { Holder } from '../holder.ts'
import type { HolderName, Household } from '../household.ts'

export interface Path {
  readonly title: string
  readonly who: HolderName
  /** What the order is when it begins, and when it ends. */
  readonly from: 'undone' | 'active'
  readonly to: 'undone' | 'active' | 'suspended'
  readonly walk: (me: Holder, household: Household) => Promise<unknown>
}
