// Authorised and delegated management: may a domain change content, does its token allow it, what receipt follows.
// GPC v2.3.1 §9.1.3, §11.1.6, App. C. Secure channels here authenticate the owner of a domain, so that tokens are for
// Delegated Management alone.

import { type Bytes, bytes, concat, equal, fromUint, NO_BYTES, u16 } from '../../base/bytes.ts'
import { SW } from '../../codec/sw.ts'
import { findTlv, type Tlv } from '../../codec/tlv.ts'
import { encodeConfirmation, receiptInput } from '../../protocol/globalplatform/delegated-management.ts'
import { RESTRICTION, type Restricted, SYSTEM } from '../../protocol/globalplatform/parameter-objects.ts'
import { LIFE_CYCLE, PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import { shortestHash, signWith, verifyWith } from '../../protocol/globalplatform/signature-key.ts'
import type { CardServices } from './card-services.ts'
import { holderFor, keyFor } from './hierarchy.ts'
import { type Application, isPersonalized, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** The answer without receipt. GPC v2.3.1 §11.5.3.1. */
export const DONE: Bytes = bytes(0)
const CONFIRMATION_COUNTER = 0xc2
/** Cards need not count further. GPC v2.3.1 §C.5. */
const COUNTER_MAX = 0x7fff
const TOKEN_ID = 0x93

export const has = (app: Application, privilege: number): boolean => (app.privileges & privilege) !== 0

/** GPC v2.3.1 §9.4.2: what was taken from this domain or from the whole card. */
export function checkRestriction(registry: Registry, self: Application, ...functions: readonly Restricted[]): void {
  const own = findTlv(self.parameters ?? [], SYSTEM.restriction)?.[0] ?? 0
  const restricted = own | registry.restrictions()
  if (functions.some((name) => (restricted & RESTRICTION[name]) !== 0)) throw new StatusError(SW.CONDITIONS)
}

/** A domain with Authorized or Delegated Management, and a card that is not locked. GPC v2.3.1 §9.1.3. */
export function mayManage({ registry, profile }: CardServices, self: Application): void {
  const isd = registry.isd()
  if (!isd || isd.lifeCycle > LIFE_CYCLE.secured) throw new StatusError(SW.CONDITIONS)
  const managing = PRIVILEGE.authorizedManagement | PRIVILEGE.delegatedManagement
  // ours: docs/divergences.md#globalplatform, what gpshell's script for DAP expects of a card.
  const may = has(self, profile.strict ? managing : managing | PRIVILEGE.dapVerification)
  if (!may || !isPersonalized(self)) throw new StatusError(SW.CONDITIONS)
}

/** A token and what belongs to it. */
export interface Authorisation {
  /** What it signs. */
  readonly input: Bytes
  readonly token: Bytes
  /** Objects of the control reference template B6. */
  readonly controlReference: readonly Tlv[]
}

/**
 * Delegated Management needs a token (6985 without, 6982 for a wrong one); Authorized Management takes none (6985).
 * `fileHash` of INSTALL [for load] must be no weaker than the token. GPC v2.3.1 §9.1.3.
 */
export function checkToken(
  registry: Registry,
  self: Application,
  { input, token, controlReference }: Authorisation,
  fileHash?: Bytes,
): void {
  const delegated = has(self, PRIVILEGE.delegatedManagement)
  if (delegated !== token.length > 0) throw new StatusError(SW.CONDITIONS)
  if (!delegated) return
  const verifier = holderFor(registry, self.aid, PRIVILEGE.tokenVerification)
  const key = verifier && keyFor(registry, verifier.aid, 'token')
  if (!key || !isNamed(registry, verifier, controlReference)) throw new StatusError(SW.CONDITIONS)
  if (fileHash && fileHash.length < shortestHash(key)) throw new StatusError(SW.CONDITIONS)
  if (!verifyWith(key, input, token)) throw new StatusError(SW.SECURITY_STATUS)
}

/** When the template names the verifying domain by its numbers, it has to be this one. */
const isNamed = (registry: Registry, verifier: Application, controlReference: readonly Tlv[]): boolean =>
  [0x42, 0x45].every((tag) => {
    const named = findTlv(controlReference, tag)
    return !named || equal(named, registry.object(verifier.aid, tag) ?? NO_BYTES)
  })

/** The answer of a finished command: with a receipt for a delegated one, if there is a key to make it with. */
export function confirm(
  registry: Registry,
  self: Application,
  fields: readonly Bytes[],
  controlReference: readonly Tlv[] = [],
): Bytes {
  if (!has(self, PRIVILEGE.delegatedManagement)) return DONE
  const maker = holderFor(registry, self.aid, PRIVILEGE.receiptGeneration)
  const key = maker && keyFor(registry, maker.aid, 'receipt')
  if (!key) return DONE
  const counter = fromUint(registry.object(maker.aid, CONFIRMATION_COUNTER) ?? bytes(0)) + 1
  if (counter > COUNTER_MAX) throw new StatusError(SW.CONDITIONS)
  registry.putObject(maker.aid, CONFIRMATION_COUNTER, u16(counter))
  const part = (tag: number) => registry.object(maker.aid, tag) ?? NO_BYTES
  const tokenId = findTlv(controlReference, TOKEN_ID)
  const data = { counter, domainData: concat(part(0x42), part(0x45)), ...(tokenId && { tokenId }) }
  return encodeConfirmation({ ...data, receipt: signWith(key, receiptInput(data, fields)) })
}
