// Take over a signed list, by network or by hand. An older one never replaces a newer: a ticket that was withdrawn or a
// certificate that was revoked would come back.

import type { Terminal } from './contract.ts'
import type { TerminalDeps } from './deps.ts'
import { CLOCK_SKEW_MS } from './model.ts'
import type { PresentList } from './present-list.ts'
import { no } from './refusals.ts'
import { openList } from './signed-list.ts'

export const loadAllowList =
  ({ store, clock }: Pick<TerminalDeps, 'store' | 'clock'>, present: PresentList): Terminal['loadAllowList'] =>
  async (signed) => {
    const preparation = await store.preparation()
    if (!preparation) throw no.notPrepared()
    const list = openList(signed, preparation.list_key)
    const now = clock()
    if (list.validUntil < now) throw no.listExpired()
    if (list.issuedAt.getTime() - CLOCK_SKEW_MS > now.getTime()) throw no.listNotYet()
    const loaded = await present()
    if (loaded && list.issuedAt < loaded.issuedAt) throw no.listOlder()
    await store.takeList({ list: signed.list, signature: signed.signature })
    return { entries: list.entries.size }
  }
