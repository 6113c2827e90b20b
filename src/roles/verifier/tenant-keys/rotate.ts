// Keys of tenants change, and end. Everything stays readable while they change: what is sealed names its key, and a wrapped key
// names what wraps it. With its last key, what was kept for a tenant is gone.

import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { newKey, PLATFORM, unwrapped, wrapped } from './sealing.ts'

export const rotateTenantKeys =
  (deps: Deps): Verifier['rotateTenantKeys'] =>
  async () => {
    const { tenantKeys } = deps.store
    const generation = (await tenantKeys.generation()) + 1
    let rewrapped = 0
    // Whoever made a key just now may have wrapped it as before.
    for (let old = await tenantKeys.before(generation); old.length > 0; old = await tenantKeys.before(generation))
      for (const key of old) {
        await tenantKeys.rewrap(key, await wrapped(deps, key, await unwrapped(deps, key), generation), generation)
        rewrapped++
      }
    for (const tenantId of new Set([...(await tenantKeys.tenants()), PLATFORM])) await newKey(deps, tenantId)
    deps.log('verifier.tenant-keys.rotated', { generation, rewrapped })
    return { generation }
  }

export const eraseTenant =
  (deps: Deps): Verifier['eraseTenant'] =>
  async ({ tenantId }) => {
    const { store, log } = deps
    if (tenantId === PLATFORM) throw no.tenantInUse()
    const own = await store.services.servicesOf(tenantId)
    for (const clientId of [...own.map((service) => service.clientId), tenantId.replace(/^service /, '')])
      if (await store.registeredClient(clientId)) throw no.tenantInUse()
    if ((await store.operator.reason('held', tenantId)) !== null) throw no.tenantHeld()
    const erased = await store.tenantKeys.erase(tenantId)
    if (erased === 0) throw no.nothingKept()
    log('verifier.tenant.erased', { tenantId, erased })
    return {}
  }
