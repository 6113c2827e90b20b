// INSTALL [for extradition] and [for registry update]: to whom something belongs, and what it may do.
// GPC v2.3.1 §9.4.1, §9.4.2, §11.5.2.3.4, §11.5.2.3.5.

import { type Bytes, equal, NO_BYTES } from '../../base/bytes.ts'
import { SW } from '../../codec/sw.ts'
import { findTlv, type Tlv } from '../../codec/tlv.ts'
import { decodeInstallParameters, SYSTEM } from '../../protocol/globalplatform/parameter-objects.ts'
import { PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import { has } from './delegation.ts'
import { ancestry, governs } from './hierarchy.ts'
import { withImplicitSelection } from './implicit-selection.ts'
import { checkedPrivileges, putWithPrivileges } from './privileges.ts'
import { type Application, isIsd, isLocked, isPersonalized, isSecurityDomain, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** What the receipt names: the domain before, what moved, the domain after. */
export function extradite(registry: Registry, self: Application, fields: readonly Bytes[]): readonly Bytes[] {
  const [to, empty, aid, empty2, parameters] = fields as [Bytes, Bytes, Bytes, Bytes, Bytes]
  if (empty.length + empty2.length > 0) throw new StatusError(SW.WRONG_DATA)
  decodeInstallParameters('extradition', parameters)
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
  // A domain may belong to itself (GPC v2.3.1 §7.2), but not to what belongs to it.
  const below = ancestry(registry, to).some((above) => equal(above.aid, aid))
  if (app && below && !equal(aid, to)) throw new StatusError(SW.CONDITIONS)
  if (app) registry.putApplication({ ...app, securityDomain: to })
  if (file) registry.putLoadFile({ ...file, securityDomain: to })
  return owner
}

/** All or nothing, by the card's transaction. What the receipt names is as it was asked. */
export function updateRegistry(registry: Registry, self: Application, fields: readonly Bytes[]): readonly Bytes[] {
  const [to, empty, aid, asked, field] = fields as [Bytes, Bytes, Bytes, Bytes, Bytes]
  if (empty.length > 0) throw new StatusError(SW.WRONG_DATA)
  const { system } = decodeInstallParameters('registryUpdate', field)
  if (aid.length === 0) {
    restrictCard(registry, self, system, to.length + asked.length > 0)
    return [NO_BYTES, aid, to, asked, field]
  }
  const app = registry.application(aid)
  if (!app) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  if (!governs(registry, self.aid, app.securityDomain)) throw new StatusError(SW.CONDITIONS)
  if (isIsd(app) && asked.length + to.length > 0) throw new StatusError(SW.CONDITIONS)
  const updated = withRestriction(withServices(withImplicitSelection(registry, app, system), system), system)
  const privileges = asked.length > 0 ? checkedPrivileges(self, asked, isSecurityDomain(app)) : app.privileges
  putWithPrivileges(registry, updated, privileges)
  const before = to.length > 0 && !equal(to, app.securityDomain) ? move(registry, self, aid, to) : NO_BYTES
  return [before, aid, to, asked, field]
}

/** For ever, and for a domain with Global Lock alone. GPC v2.3.1 §9.4.2.1. */
function restrictCard(registry: Registry, self: Application, system: readonly Tlv[], more: boolean): void {
  const restriction = findTlv(system, SYSTEM.restriction)
  if (restriction?.length !== 1 || system.length > 1 || more) throw new StatusError(SW.WRONG_DATA)
  if (!has(self, PRIVILEGE.globalLock)) throw new StatusError(SW.CONDITIONS)
  registry.restrict(restriction[0]! & 0x7f)
}

const replaced = (app: Application, tag: number, value: Bytes): Application => ({
  ...app,
  parameters: [...(app.parameters ?? []).filter((known) => known.tag !== tag), { tag, value }],
})

/** A domain's own restriction takes the place of the one before. */
function withRestriction(app: Application, system: readonly Tlv[]): Application {
  const restriction = findTlv(system, SYSTEM.restriction)
  if (!restriction) return app
  if (restriction.length !== 1 || !isSecurityDomain(app)) throw new StatusError(SW.WRONG_DATA)
  return replaced(app, SYSTEM.restriction, restriction)
}

/** Two bytes for each service. GPC v2.3.1 §8.1.3. */
function withServices(app: Application, system: readonly Tlv[]): Application {
  const services = findTlv(system, SYSTEM.services)
  if (!services) return app
  if (services.length === 0 || services.length % 2 !== 0) throw new StatusError(SW.WRONG_DATA)
  return replaced(app, SYSTEM.services, services)
}
