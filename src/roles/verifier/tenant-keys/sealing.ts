// What is kept of persons for a service is sealed with a key of its tenant, which is itself wrapped by a key of the keeper
// (envelope encryption): without the wrapped key nothing of that tenant can be read, in no backup either. What is sealed names
// its key, so that keys change while everything stays readable. Ours: docs/profile.md#tenant-keys.

import { type Bytes, concat, fromHex, fromUtf8, hex, utf8 } from '../../../base/bytes.ts'
import { seal, unseal } from '../../../base/crypto.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import type { TenantKey } from './store.ts'

export type SealingDeps = Pick<Deps, 'store' | 'keys' | 'entropy' | 'clock'>

/** Where it is kept: what was sealed for one row opens in no other. */
export interface Place {
  readonly table: string
  readonly row: string
}

/** As the service: what the platform keeps for nobody's sake. */
export const OF_PLATFORM = ''
/** A service that has no tenant is one by itself. */
export const ownTenant = (clientId: string) => `service ${clientId}`
/** It is never erased. */
export const PLATFORM = ownTenant(OF_PLATFORM)

const KEY_ID = 8

const wrapping = ({ keys }: Pick<Deps, 'keys'>, generation: number) =>
  keys.secret(`verifier-tenant-keys-${generation}`, 32)

const wrapLabel = ({ keyId, tenantId }: Pick<TenantKey, 'keyId' | 'tenantId'>) =>
  utf8(`tenant key ${keyId} ${tenantId}`)
const labelOf = ({ table, row }: Place, tenantId: string) => utf8(`${table} ${row} ${tenantId}`)

export async function wrapped(
  deps: SealingDeps,
  of: Pick<TenantKey, 'keyId' | 'tenantId'>,
  key: Bytes,
  generation: number,
) {
  return seal(await wrapping(deps, generation), key, wrapLabel(of), deps.entropy)
}

export const unwrapped = async (deps: Pick<Deps, 'keys'>, key: TenantKey): Promise<Bytes> =>
  unseal(await wrapping(deps, key.generation), key.wrapped, wrapLabel(key))

/** From now on what is sealed for this tenant is sealed with this one; the keeper's newest key wraps it, unless another is said. */
export async function newKey(deps: SealingDeps, tenantId: string, wrappedBy?: number) {
  const { tenantKeys } = deps.store
  const [keyId, key] = [hex(deps.entropy(KEY_ID)), deps.entropy(32)]
  const generation = wrappedBy ?? (await tenantKeys.generation())
  await tenantKeys.add(
    { keyId, tenantId, wrapped: await wrapped(deps, { keyId, tenantId }, key, generation), generation },
    deps.clock(),
  )
  return { keyId, key }
}

/** For the tenant of this service. */
export async function sealFor(deps: SealingDeps, clientId: string, place: Place, secret: Bytes): Promise<Bytes> {
  const { tenantId, key: known } = await deps.store.tenantKeys.keyFor(clientId)
  const { keyId, key } = known
    ? { keyId: known.keyId, key: await unwrapped(deps, known) }
    : await newKey(deps, tenantId)
  return concat(fromHex(keyId), seal(key, secret, labelOf(place, tenantId), deps.entropy))
}

export type Open = (place: Place, sealed: Bytes) => Promise<Bytes | undefined>

/** Looks for each key once; undefined for what belongs to a tenant whose keys were erased. */
export function opener(deps: Pick<Deps, 'store' | 'keys'>): Open {
  const known = new Map<string, Promise<{ tenantId: string; key: Bytes } | undefined>>()
  const look = async (keyId: string) => {
    const found = await deps.store.tenantKeys.key(keyId)
    return found && { tenantId: found.tenantId, key: await unwrapped(deps, found) }
  }
  return async (place, sealed) => {
    const keyId = hex(sealed.subarray(0, KEY_ID))
    const looked = known.get(keyId) ?? look(keyId)
    known.set(keyId, looked)
    const found = await looked
    return found && unseal(found.key, sealed.subarray(KEY_ID), labelOf(place, found.tenantId))
  }
}

export async function openSealed(deps: Pick<Deps, 'store' | 'keys'>, place: Place, sealed: Bytes): Promise<Bytes> {
  const opened = await opener(deps)(place, sealed)
  if (!opened) throw no.erased()
  return opened
}

export const sealJson = (deps: SealingDeps, clientId: string, place: Place, value: unknown): Promise<Bytes> =>
  sealFor(deps, clientId, place, utf8(JSON.stringify(value)))

export const openJson = async (deps: Pick<Deps, 'store' | 'keys'>, place: Place, sealed: Bytes): Promise<unknown> =>
  JSON.parse(fromUtf8(await openSealed(deps, place, sealed)))
