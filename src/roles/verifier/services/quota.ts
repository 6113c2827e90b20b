// How much a service and its tenant may ask in a minute. Counted in the database, so that several processes count together.
// Services of the operator's own have no tenant and no quota.

import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'

const MINUTE_MS = 60_000

/** Counts one request; refuses with the seconds after which another may come. */
export async function spend({ store, clock }: Pick<Deps, 'store' | 'clock'>, clientId: string): Promise<void> {
  const limits = await store.services.limits(clientId)
  if (limits.length === 0) return
  const now = clock().getTime()
  const minute = new Date(now - (now % MINUTE_MS))
  for (const { owner, perMinute } of limits) {
    if ((await store.services.count(owner, minute)) <= perMinute) continue
    const retryAfter = Math.ceil((minute.getTime() + MINUTE_MS - now) / 1000)
    throw no.tooManyRequests({ perMinute, retryAfter, of: owner === clientId ? 'service' : 'tenant' })
  }
}

export const setQuota =
  ({ store, log }: Deps): Verifier['setQuota'] =>
  async ({ tenantId, clientId, perMinute }) => {
    if (!(await store.services.setQuota(tenantId, clientId, perMinute))) throw no.notOwnService()
    log('verifier.quota', { tenantId, clientId: clientId ?? '', perMinute })
    return {}
  }

export const tenants =
  ({ store }: Deps): Verifier['tenants'] =>
  async () => ({ tenants: await store.services.tenants() })
