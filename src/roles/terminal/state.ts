// What the screen of the terminal shows when nobody is there.

import type { Terminal } from './contract.ts'
import type { TerminalDeps } from './deps.ts'
import type { PresentList } from './present-list.ts'

export const state =
  ({ store }: TerminalDeps, present: PresentList): Terminal['state'] =>
  async () => {
    const list = await present()
    return {
      prepared: (await store.preparation()) !== undefined,
      title: list?.title ?? null,
      validUntil: list?.validUntil ?? null,
      entries: list?.entries.size ?? 0,
      admitted: list ? await store.admitted(list.title) : 0,
    }
  }
