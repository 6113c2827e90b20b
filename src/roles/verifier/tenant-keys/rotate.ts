// Keys of tenants change, and end. Everything stays readable while they change: what is sealed names its key, and a wrapped key
// names what wraps it. With its last key, what was kept for a tenant is gone.

import type { Deps } from '../model.ts'
import type { Ends } from '../operator/store.ts'
import { no } from '../refusals.ts'
import { newKey, PLATFORM, unwrapped, wrapped } from './sealing.ts'

/** The generation that wraps all of them now. */
export async function rotateKeys(deps: Deps): Promise<number> {
  const { tenantKeys } = deps.store
  const generation = (await tenantKeys.generation()) + 1
  let rewrapped = 0
  // Whoever made a key just now may have wrapped it as before.
  for (let old = await tenantKeys.before(generation); old.length > 0; old = await tenantKeys.before(generation))
    for (const key of old) {
      await tenantKeys.rewrap(key, await wrapped(deps, key, await unwrapped(deps, key), generation), generation)
      rewrapped++
    }
  for (const tenantId of new Set([...(await tenantKeys.tenants()), PLATFORM])) await newKey(deps, tenantId, generation)
  deps.log('verifier.tenant-keys.rotated', { generation, rewrapped })
  return generation
}

const OF_SERVICE = /^service /

/** A tenant, or `service <client id>` for a service that has none. */
export async function mustBeErasable({ store }: Pick<Deps, 'store'>, tenantId: string): Promise<void> {
  if (tenantId === PLATFORM) throw no.tenantInUse()
  const own = await store.services.servicesOf(tenantId)
  const owner = tenantId.replace(OF_SERVICE, '')
  for (const clientId of [...own.map((service) => service.clientId), owner])
    if (await store.registeredClient(clientId)) throw no.tenantInUse()
  if ((await store.operator.reason('held', owner)) !== null) throw no.tenantHeld()
  if (!(await store.tenantKeys.tenants()).includes(tenantId)) throw no.nothingKept()
}

export async function eraseTenant(deps: Deps, tenantId: string, ends: Ends): Promise<void> {
  await mustBeErasable(deps, tenantId)
  const erased = await deps.store.tenantKeys.erase(tenantId, ends)
  if (erased === 0) throw no.nothingKept()
  deps.log('verifier.tenant.erased', { tenantId, erased })
}
