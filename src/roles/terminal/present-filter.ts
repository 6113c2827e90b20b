// The revocation filter that is loaded, checked again whenever it comes from the store.

import { equal } from '../../base/bytes.ts'
import { Refusal } from '../../base/refusal.ts'
import { type LoadedFilter, openFilter } from './signed-filter.ts'
import type { FilterRow, TerminalStore } from './store.ts'

export type PresentFilter = () => Promise<LoadedFilter | undefined>

/** Undefined when none is loaded, or when what is stored is not signed by the present key. */
export function presentFilter(store: TerminalStore): PresentFilter {
  let opened: { row: FilterRow; loaded: LoadedFilter | undefined } | undefined
  return async () => {
    const row = await store.filter()
    if (!row?.filter) return undefined
    if (!opened || !isSame(opened.row, row)) opened = { row, loaded: openedOrNone(row) }
    return opened.loaded
  }
}

const isSame = (a: FilterRow, b: FilterRow): boolean =>
  (['authority', 'filter', 'delta'] as const).every(
    (part) => a[part] === b[part] || (a[part] && b[part] && equal(a[part], b[part])),
  )

function openedOrNone({ authority, filter, delta }: FilterRow): LoadedFilter | undefined {
  try {
    return filter ? openFilter({ filter, delta }, authority) : undefined
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}
