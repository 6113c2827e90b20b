// INSTALL [for extradition] and [for registry update]: to whom something belongs, and what it may do.
// GPC v2.3.1 §9.4.1, §9.4.2, §11.5.2.3.4, §11.5.2.3.5. No restrictions of the whole card (D9), no implicit selection.

import { type Bytes, equal, NO_BYTES } from '../../base/bytes.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlvs } from '../../codec/tlv.ts'
import { PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import { checkedPrivileges } from './content-install.ts'
import { has } from './delegation.ts'
import { governs } from './hierarchy.ts'
import { type Application, isIsd, isLocked, isPersonalized, isSecurityDomain, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** Only a control reference template may come along; it changes nothing here. */
function checkParameters(parameters: Bytes): void {
  if (decodeTlvs(parameters).some(({ tag }) => tag !== 0xb6)) throw new StatusError(SW.WRONG_DATA)
}

/** What the receipt names: the domain before, what moved, the domain after. */
export function extradite(registry: Registry, self: Application, fields: readonly Bytes[]): readonly Bytes[] {
  const [to, empty, aid, empty2, parameters] = fields as [Bytes, Bytes, Bytes, Bytes, Bytes]
  if (empty.length + empty2.length > 0) throw new StatusError(SW.WRONG_DATA)
  checkParameters(parameters)
  return [move(registry, self, aid, to), aid, to]
}

/** Gives an application or a load file to another domain; the domain that it belonged to. */
function move(registry: Registry, self: Application, aid: Bytes, to: Bytes): Bytes {
  const app = registry.application(aid)
  const file = registry.loadFile(aid)
  const target = registry.application(to)
  const owner = (app ?? file)?.securityDomain
  if (!owner || !target || !isSecurityDomain(target)) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  if (!governs(registry, self.aid, owner) || (app && isIsd(app))) throw new StatusError(SW.CONDITIONS)
  if (!isPersonalized(target) || isLocked(target)) throw new StatusError(SW.CONDITIONS)
  if (file && has(target, PRIVILEGE.dapVerification)) throw new StatusError(SW.CONDITIONS)
  // A domain that belongs to itself or to what belongs to it would be out of everybody's reach.
  if (app && governs(registry, aid, to)) throw new StatusError(SW.CONDITIONS)
  if (app) registry.putApplication({ ...app, securityDomain: to })
  if (file) registry.putLoadFile({ ...file, securityDomain: to })
  return owner
}

/** All or nothing, by the card's transaction. What the receipt names is as it was asked. */
export function updateRegistry(registry: Registry, self: Application, fields: readonly Bytes[]): readonly Bytes[] {
  const [to, empty, aid, asked, parameters] = fields as [Bytes, Bytes, Bytes, Bytes, Bytes]
  if (empty.length > 0) throw new StatusError(SW.WRONG_DATA)
  checkParameters(parameters)
  const app = registry.application(aid)
  if (!app) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  if (isIsd(app) || !governs(registry, self.aid, app.securityDomain)) throw new StatusError(SW.CONDITIONS)
  if (asked.length > 0) {
    const privileges = checkedPrivileges(self, asked, isSecurityDomain(app))
    registry.putApplication({ ...app, privileges })
  }
  const before = to.length > 0 && !equal(to, app.securityDomain) ? move(registry, self, aid, to) : NO_BYTES
  return [before, aid, to, asked, parameters]
}
