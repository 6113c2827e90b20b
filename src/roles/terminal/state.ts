// What the screen of the terminal shows when nobody is there.

import type { Terminal } from './contract.ts'
import type { TerminalDeps } from './deps.ts'
import type { PresentFilter } from './present-filter.ts'
import type { PresentList } from './present-list.ts'
import { latest } from './signed-filter.ts'

export const state =
  ({ store }: TerminalDeps, present: PresentList, presentFilter: PresentFilter): Terminal['state'] =>
  async () => {
    const list = await present()
    const filter = await presentFilter()
    return {
      prepared: (await store.preparation()) !== undefined,
      title: list?.title ?? null,
      validUntil: list?.validUntil ?? null,
      entries: list?.entries.size ?? 0,
      filterUntil: filter ? latest(filter).nextUpdate : null,
      admitted: list ? await store.admitted(list.title) : 0,
    }
  }
