// Tenants and services at the desk: quotas, stopped and let go on, held against deletion. A service that has no tenant is stopped and
// held as any other.

import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { ownTenant } from '../tenant-keys/sealing.ts'
import { atDesk, reading } from './desk.ts'

export const runTenants =
  (deps: Deps): Verifier['runTenants'] =>
  async ({ session }) => {
    await reading(deps, session)
    const { tenants, services, measures, kept } = await deps.store.operator.runTenants()
    const on = (of: string) =>
      measures.filter(({ owner }) => owner === of).map(({ owner: _, ...measure }) => ({ ...measure }))
    const shown = ({ client_id: clientId, per_minute: perMinute, name }: (typeof services)[number]) => ({
      ...{ clientId, name, perMinute, measures: on(clientId) },
    })
    const own = services
      .filter(({ tenant_id }) => tenant_id === null)
      .map((one) => ({ ...shown(one), closed: one.closed, kept: kept.includes(ownTenant(one.client_id)) }))
    return {
      tenants: tenants.map(
        ({ tenant_id: tenantId, name, opened_at: openedAt, per_minute: perMinute, administrators }) => ({
          ...{ tenantId, name, openedAt, perMinute, administrators: Number(administrators), measures: on(tenantId) },
          services: services.filter(({ tenant_id }) => tenant_id === tenantId).map(shown),
          kept: kept.includes(tenantId),
        }),
      ),
      own: own.filter(({ closed, kept }) => !closed || kept),
    }
  }

export const setQuota =
  (deps: Deps): Verifier['setQuota'] =>
  async ({ session, tenantId, clientId, perMinute }) => {
    const act = { act: 'quota', subject: clientId ?? tenantId, reason: String(perMinute ?? '') }
    await atDesk(deps, session, 'operator', act, async () => {
      // A tenant always has one.
      const known =
        (clientId !== undefined || perMinute !== null) &&
        (await deps.store.services.setQuota(tenantId, clientId, perMinute))
      if (!known) throw no.notOwnService()
    })
    return {}
  }

async function known({ store }: Deps, owner: string): Promise<void> {
  if (!(await store.operator.isOwner(owner))) throw no.notOwnService()
}

export const suspend =
  (deps: Deps): Verifier['suspend'] =>
  async ({ session, owner, reason }) => {
    await atDesk(deps, session, 'operator', { act: 'suspend', subject: owner, reason }, async (clerk) => {
      await known(deps, owner)
      const now = deps.clock()
      // First the measure, so that nothing new begins while what runs is ended.
      await deps.store.operator.measure(owner, 'suspended', reason, clerk, now)
      await deps.store.operator.endRunning(owner, now)
    })
    return {}
  }

export const resume =
  (deps: Deps): Verifier['resume'] =>
  async ({ session, owner }) => {
    await atDesk(deps, session, 'operator', { act: 'resume', subject: owner }, async () => {
      await known(deps, owner)
      await deps.store.operator.unmeasure(owner, 'suspended')
    })
    return {}
  }

export const hold =
  (deps: Deps): Verifier['hold'] =>
  async ({ session, tenantId, reason }) => {
    await atDesk(deps, session, 'operator', { act: 'hold', subject: tenantId, reason }, async (clerk) => {
      await known(deps, tenantId)
      await deps.store.operator.measure(tenantId, 'held', reason, clerk, deps.clock())
    })
    return {}
  }

export const liftHold =
  (deps: Deps): Verifier['liftHold'] =>
  async ({ session, tenantId }) => {
    await atDesk(deps, session, 'operator', { act: 'liftHold', subject: tenantId }, async () => {
      await known(deps, tenantId)
      await deps.store.operator.unmeasure(tenantId, 'held')
    })
    return {}
  }
