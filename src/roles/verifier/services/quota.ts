// How much a service and its tenant may ask in a minute. Counted in the database, so that several processes count together.
// Services of the operator's own have no tenant and no quota.

import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'

const MINUTE_MS = 60_000

type Needs = Pick<Deps, 'store' | 'clock'>

/** Counts one more of this owner in this minute; false when that is too many. */
export async function within({ store, clock }: Needs, owner: string, perMinute: number): Promise<boolean> {
  const minute = new Date(Math.floor(clock().getTime() / MINUTE_MS) * MINUTE_MS)
  return (await store.services.count(owner, minute)) <= perMinute
}

/** Counts one request; refuses with the seconds after which another may come. */
export async function spend(needs: Needs, clientId: string): Promise<void> {
  for (const { owner, perMinute } of await needs.store.services.limits(clientId)) {
    if (await within(needs, owner, perMinute)) continue
    const retryAfter = Math.ceil((MINUTE_MS - (needs.clock().getTime() % MINUTE_MS)) / 1000)
    throw no.tooManyRequests({ perMinute, retryAfter, of: owner === clientId ? 'service' : 'tenant' })
  }
}
