// DELETE of keys, applications, security domains and load files. GPC v2.3.1 §9.5, §11.2.

import { type Bytes, equal, NO_BYTES } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlvs, encodeTlvs, findTlv } from '../../codec/tlv.ts'
import { tokenInput } from '../../protocol/globalplatform/delegated-management.ts'
import { AID, PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import type { KeyReference } from './authentication.ts'
import type { CardServices } from './card-services.ts'
import { checkedAid } from './content-install.ts'
import { checkRestriction, checkToken, confirm, DONE, has, mayManage } from './delegation.ts'
import { governs } from './hierarchy.ts'
import { deleteKeys } from './keys.ts'
import { returnUnique } from './privileges.ts'
import { type Application, isIsd, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

const TAGS = { aid: 0x4f, template: 0xb6, token: 0x9e, keyId: 0xd0, keyVersion: 0xd2 } as const

/** Everything goes or nothing does. What is reserved in P1 and P2 is ignored. */
export function deleteContent(
  card: CardServices,
  self: Application,
  { p1, p2, data }: Command,
  inUse: KeyReference,
): Bytes {
  const { registry } = card
  const objects = decodeTlvs(data)
  const [id, version] = [findTlv(objects, TAGS.keyId), findTlv(objects, TAGS.keyVersion)]
  if (id ?? version) {
    const single = [id, version].every((value) => value === undefined || value.length === 1)
    if (!single || objects.length !== [id, version].filter(Boolean).length) throw new StatusError(SW.WRONG_DATA)
    deleteKeys(registry, self.aid, inUse, { id: id?.[0], version: version?.[0] })
    return DONE
  }
  const named = objects.filter(({ tag }) => tag === TAGS.aid).map(({ value }) => checkedAid(value))
  const known: readonly number[] = [TAGS.aid, TAGS.template, TAGS.token]
  if (named.length === 0 || objects.some(({ tag }) => !known.includes(tag))) throw new StatusError(SW.WRONG_DATA)
  checkManagement(card, self, named)
  const input = tokenInput(p1, p2, encodeTlvs(objects.filter(({ tag }) => tag !== TAGS.token)))
  const controlReference = decodeTlvs(findTlv(objects, TAGS.template) ?? NO_BYTES)
  checkToken(registry, self, { input, token: findTlv(objects, TAGS.token) ?? NO_BYTES, controlReference })
  for (const aid of named) deleteByAid(card, self, aid, (p2 & 0x80) !== 0)
  return confirm(registry, self, named, controlReference)
}

/** Card, restriction, entry, authority of the domain and consent of the owner, in the order of GPC v2.3.1 §9.5.1. */
function checkManagement(card: CardServices, self: Application, named: readonly Bytes[]): void {
  const { registry } = card
  checkRestriction(registry, self, 'delete')
  for (const aid of named) {
    if (!registry.application(aid) && !registry.loadFile(aid)) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  }
  mayManage(card, self)
  for (const aid of named) {
    const owner = (registry.application(aid) ?? registry.loadFile(aid)!).securityDomain
    // The owner accepts deletion by itself and by the domains above it.
    const may = has(self, PRIVILEGE.globalDelete) || governs(registry, self.aid, owner)
    if (!may) throw new StatusError(SW.CONDITIONS)
  }
}

function deleteByAid(card: CardServices, self: Application, aid: Bytes, related: boolean): void {
  const { registry } = card
  const app = registry.application(aid)
  if (app) {
    deleteApplication(card, self, app)
    return
  }
  const instances = registry.applications().filter(({ loadFile }) => equal(loadFile, aid))
  const imported = registry.loadFiles().some(({ imports = [] }) => imports.some((name) => equal(name, aid)))
  const inUse = imported || (instances.length > 0 && !related)
  if (equal(aid, AID.ssdPackage) || inUse) throw new StatusError(SW.CONDITIONS)
  checkManagement(
    card,
    self,
    instances.map((instance) => instance.aid),
  )
  for (const instance of instances) deleteApplication(card, self, instance)
  registry.deleteLoadFile(aid)
}

/** Not the issuer's domain, not the one that is asked, not one that is selected, not one to which something belongs. */
function deleteApplication({ registry, selected }: CardServices, self: Application, app: Application): void {
  const wrong = isIsd(app) || equal(app.aid, self.aid) || selected(app.aid) || hasMembers(registry, app)
  if (wrong) throw new StatusError(SW.CONDITIONS)
  registry.deleteApplication(app.aid)
  returnUnique(registry, app)
}

const hasMembers = (registry: Registry, { aid }: Application): boolean =>
  [...registry.applications(), ...registry.loadFiles()].some(
    (other) => equal(other.securityDomain, aid) && !equal(other.aid, aid),
  )
