// A card memory that ends with the process; for tests and for demos that leave nothing behind.

import type { Bytes } from '../../base/bytes.ts'
import type { CardMemory } from './file-memory.ts'
import { apply } from './journal.ts'

/** Keeps its records across `close`, as a card does when it leaves the reader. */
export function volatileMemory(): CardMemory {
  const records = new Map<string, Bytes>()
  return {
    load: () => new Map([...records].map(([name, value]) => [name, value.slice()])),
    commit: (changes) => apply(records, changes),
    close: () => undefined,
  }
}
