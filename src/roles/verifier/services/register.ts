// Services of a tenant: registered, changed, given another key, closed. What may be registered is as for the operator's own
// (register-client.ts), but for the sector, which only the operator can check.

import { hex, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { Client, Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { closeForGood } from '../operator/close.ts'
import { no } from '../refusals.ts'
import { mustBeAcceptable } from '../register-client.ts'
import { type Registration, zRegistration } from './contract.ts'
import { EARLIER_KEY_MS, SERVICES_AT_MOST } from './model.ts'
import { ownService, tenantOf } from './tenants.ts'

type Key = Pick<Client, 'publicJwk' | 'jwksUri'>

export const registerService =
  (deps: Deps): Verifier['registerService'] =>
  async ({ session, registration, key }) => {
    const { store, clock, log } = deps
    const { tenantId } = await tenantOf(deps, session)
    const client = { clientId: nameOf(tenantId, registration, key), ...registration, ...key }
    // Also where the process ended before the service was its tenant's.
    const owned = async () => {
      await store.services.own(client.clientId, tenantId, clock())
      return { clientId: client.clientId }
    }
    if (await store.registeredClient(client.clientId)) return owned()
    if ((await store.services.servicesOf(tenantId)).length >= SERVICES_AT_MOST) throw no.servicesAtMost()
    mustBeAcceptable(client)
    if (!(await store.saveClient(client))) throw no.serviceClosed()
    log('verifier.service.registered', { tenantId, clientId: client.clientId, profile: client.profile ?? 'openid' })
    return owned()
  }

/** The same form, sent twice, is one service: also of two at the same moment. One that was closed stays closed. */
const nameOf = (tenantId: string, registration: Registration, key: Key): string =>
  `s-${hex(sha256(utf8(JSON.stringify([tenantId, registration, key]))).subarray(0, 8))}`

export const changeService =
  (deps: Deps): Verifier['changeService'] =>
  async ({ session, clientId, registration }) => {
    const client = await ownService(deps, session, clientId)
    await save(deps, { ...keyed(client), ...registration })
    return {}
  }

/** What a developer does not say anew with the rest: keys, and what the operator has entered. */
function keyed(client: Client): Omit<Client, keyof Registration> {
  const kept = Object.entries(client).filter(([name]) => !(name in zRegistration.shape))
  return Object.fromEntries(kept) as Omit<Client, keyof Registration>
}

export const rotateServiceKey =
  (deps: Deps): Verifier['rotateServiceKey'] =>
  async ({ session, clientId, key, dropEarlier }) => {
    const { publicJwk, jwksUri: _, earlier: __, ...rest } = await ownService(deps, session, clientId)
    if (samePoint(publicJwk, key.publicJwk)) throw no.sameKey()
    const until = new Date(deps.clock().getTime() + EARLIER_KEY_MS)
    // Keys of one kind only: the provider knows one algorithm for a client.
    const beside = !dropEarlier && publicJwk && key.publicJwk?.kty === publicJwk.kty
    await save(deps, { ...rest, ...key, ...(beside && { earlier: { publicJwk, until } }) })
    return {}
  }

const samePoint = (a: Key['publicJwk'], b: Key['publicJwk']): boolean =>
  a !== undefined && b !== undefined && a.kty === b.kty && a.x === b.x && a.n === b.n

export const closeService =
  (deps: Deps): Verifier['closeService'] =>
  async ({ session, clientId }) => {
    await ownService(deps, session, clientId)
    await closeForGood(deps, clientId)
    return {}
  }

async function save(deps: Deps, client: Client): Promise<void> {
  mustBeAcceptable(client)
  if (!(await deps.store.saveClient(client))) throw no.notOwnService()
  deps.log('verifier.service.changed', { clientId: client.clientId })
}

export const ownServices =
  (deps: Deps): Verifier['ownServices'] =>
  async ({ session }) => {
    const { tenantId } = await tenantOf(deps, session)
    const services = []
    for (const { clientId, registeredAt } of await deps.store.services.servicesOf(tenantId)) {
      const client = await deps.store.registeredClient(clientId)
      const suspended = await deps.store.operator.reason('suspended', clientId)
      if (client) services.push({ ...client, registeredAt, suspended })
    }
    return { services }
  }
