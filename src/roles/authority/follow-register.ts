// Follows the resident register: each event in order, exactly once, however long we were away. Seed 2.

import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'

const PAGE = 100

export const followRegister =
  ({ store, clock, register, putOutChanges, log }: Deps): Authority['followRegister'] =>
  async () => {
    let taken = 0
    let revoked = 0
    for (;;) {
      const sequence = await store.cursor()
      const { changes } = await register.changesSince({ sequence, limit: PAGE })
      if (changes.length === 0) break
      for (const change of changes) {
        const ended = await store.follow(change, clock())
        if (ended === undefined) continue
        taken++
        revoked += ended
      }
    }
    if (revoked > 0) log('authority.followed', { taken, revoked })
    await putOutChanges()
    return { taken, revoked }
  }
