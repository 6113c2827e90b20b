// Authorised and delegated management: may a domain change content, does its token allow it, what receipt follows.
// GPC v2.3.1 §9.1.3, App. C. Receipts are AES-CMACs.

import { type Bytes, bytes, concat, fromUint, NO_BYTES, u16 } from '../../base/bytes.ts'
import { cmac } from '../../base/crypto.ts'
import { SW } from '../../codec/sw.ts'
import { encodeConfirmation, receiptInput } from '../../protocol/globalplatform/delegated-management.ts'
import { AID, LIFE_CYCLE, PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import { holderAbove, keyFor } from './hierarchy.ts'
import { shortestHash, verifyWith } from './public-keys.ts'
import { type Application, isPersonalized, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** The answer without receipt. GPC v2.3.1 §11.5.3.1. */
export const DONE: Bytes = bytes(0)
const CONFIRMATION_COUNTER = 0xc2
/** Cards need not count further. GPC v2.3.1 §C.5. */
const COUNTER_MAX = 0x7fff

export const has = (app: Application, privilege: number): boolean => (app.privileges & privilege) !== 0

/** Content does not change while the card is locked or terminated. GPC v2.3.1 §5.1. */
export function cardAllows(registry: Registry): void {
  const isd = registry.application(AID.isd)
  if (!isd || isd.lifeCycle > LIFE_CYCLE.secured) throw new StatusError(SW.CONDITIONS)
}

/** A domain with Authorized or Delegated Management, and a card that is not locked. GPC v2.3.1 §9.1.3. */
export function mayManage(registry: Registry, self: Application): void {
  cardAllows(registry)
  const domainMay = has(self, PRIVILEGE.authorizedManagement | PRIVILEGE.delegatedManagement)
  if (!domainMay || !isPersonalized(self)) throw new StatusError(SW.CONDITIONS)
}

/**
 * Delegated Management needs a token (6985 without, 6982 for a wrong one); Authorized Management takes none (6985).
 * `fileHash` of INSTALL [for load] must be no weaker than the token. GPC v2.3.1 §9.1.3.
 */
export function checkToken(registry: Registry, self: Application, input: Bytes, token: Bytes, fileHash?: Bytes): void {
  const delegated = has(self, PRIVILEGE.delegatedManagement)
  if (delegated !== token.length > 0) throw new StatusError(SW.CONDITIONS)
  if (!delegated) return
  const verifier = holderAbove(registry, self.aid, PRIVILEGE.tokenVerification)
  const key = verifier && keyFor(registry, verifier.aid, 'token')
  if (!key) throw new StatusError(SW.CONDITIONS)
  if (fileHash && fileHash.length < shortestHash(key)) throw new StatusError(SW.CONDITIONS)
  if (!verifyWith(key, input, token)) throw new StatusError(SW.SECURITY_STATUS)
}

/** The answer of a finished command: with a receipt for a delegated one, if there is a key to make it with. */
export function confirm(registry: Registry, self: Application, fields: readonly Bytes[]): Bytes {
  if (!has(self, PRIVILEGE.delegatedManagement)) return DONE
  const maker = holderAbove(registry, self.aid, PRIVILEGE.receiptGeneration)
  const key = maker && keyFor(registry, maker.aid, 'receipt')
  if (!key || !('aes' in key)) return DONE
  const counter = fromUint(registry.object(maker.aid, CONFIRMATION_COUNTER) ?? bytes(0)) + 1
  if (counter > COUNTER_MAX) throw new StatusError(SW.CONDITIONS)
  registry.putObject(maker.aid, CONFIRMATION_COUNTER, u16(counter))
  const part = (tag: number) => registry.object(maker.aid, tag) ?? NO_BYTES
  const data = { counter, domainData: concat(part(0x42), part(0x45)) }
  return encodeConfirmation({ ...data, receipt: cmac(key.aes, receiptInput(data, fields)) })
}
