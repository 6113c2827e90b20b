// Tenants of the platform: municipalities and firms, each with those who administer it. Nobody sees another's.

import { hex } from '../../../base/bytes.ts'
import type { Client, Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { INVITATION_MS, PER_MINUTE } from './model.ts'
import { digestOf, newSecret, subjectOf } from './sessions.ts'
import type { Tenant } from './store.ts'

export const developer =
  (deps: Deps): Verifier['developer'] =>
  async ({ session }) => {
    const tenant = await deps.store.services.tenantOf(await subjectOf(deps, session))
    if (!tenant) return { tenant: null }
    return { tenant: { ...tenant, suspended: await deps.store.operator.reason('suspended', tenant.tenantId) } }
  }

export const openTenant =
  (deps: Deps): Verifier['openTenant'] =>
  async ({ session, name }) => {
    const { store, clock, entropy, log } = deps
    const subject = await subjectOf(deps, session)
    const tenantId = hex(entropy(8))
    if (!(await store.services.openTenant({ tenantId, name, perMinute: PER_MINUTE }, subject, clock())))
      throw no.tenantAlready()
    log('verifier.tenant.opened', { tenantId })
    return { tenantId }
  }

export const inviteDeveloper =
  (deps: Deps): Verifier['inviteDeveloper'] =>
  async ({ session }) => {
    const { tenantId } = await tenantOf(deps, session)
    const code = newSecret(deps)
    const until = new Date(deps.clock().getTime() + INVITATION_MS)
    await deps.store.services.invite(digestOf(code), tenantId, until)
    return { code, until }
  }

export const joinTenant =
  (deps: Deps): Verifier['joinTenant'] =>
  async ({ session, code }) => {
    const subject = await subjectOf(deps, session)
    if (await deps.store.services.tenantOf(subject)) throw no.tenantAlready()
    const joined = await deps.store.services.join(digestOf(code), subject, deps.clock())
    if (joined === undefined) throw no.invitation()
    if (!joined) throw no.tenantAlready()
    return {}
  }

export async function tenantOf(deps: Deps, session: string): Promise<Tenant> {
  const tenant = await deps.store.services.tenantOf(await subjectOf(deps, session))
  if (!tenant) throw no.noTenant()
  return tenant
}

/** Of the tenant of this developer; another's is answered as one that is not there. */
export async function ownService(deps: Deps, session: string, clientId: string): Promise<Client> {
  const { tenantId } = await tenantOf(deps, session)
  const own = await deps.store.services.servicesOf(tenantId)
  const client = own.some((one) => one.clientId === clientId) ? await deps.store.registeredClient(clientId) : undefined
  if (!client) throw no.notOwnService()
  return client
}
