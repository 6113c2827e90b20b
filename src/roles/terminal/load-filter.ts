// Take over a revocation filter with its delta, by network or by hand. An older one never replaces a newer: a certificate
// that was revoked meanwhile would come back.

import type { Terminal } from './contract.ts'
import type { TerminalDeps } from './deps.ts'
import { CLOCK_SKEW_MS } from './model.ts'
import type { PresentFilter } from './present-filter.ts'
import { no } from './refusals.ts'
import { latest, openFilter } from './signed-filter.ts'

export const loadFilter =
  ({ store, clock }: Pick<TerminalDeps, 'store' | 'clock'>, present: PresentFilter): Terminal['loadFilter'] =>
  async ({ filter, delta = null }) => {
    const kept = await store.filter()
    if (!kept) throw no.notPrepared()
    const opened = openFilter({ filter, delta }, kept.authority)
    const { number, thisUpdate, nextUpdate, coveredUntil } = latest(opened)
    const now = clock()
    if (nextUpdate < now) throw no.filterExpired()
    if (thisUpdate.getTime() - CLOCK_SKEW_MS > now.getTime()) throw no.filterNotYet()
    const loaded = await present()
    if (loaded && number < latest(loaded).number) throw no.filterOlder()
    await store.takeFilter({ filter, delta })
    return { number, coveredUntil }
  }
