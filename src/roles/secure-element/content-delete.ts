// DELETE of keys, applications, security domains and load files. GPC v2.3.1 §9.5, §11.2.

import { type Bytes, equal } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlvs, encodeTlvs, findTlv } from '../../codec/tlv.ts'
import { tokenInput } from '../../protocol/globalplatform/delegated-management.ts'
import { AID, PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import type { KeyReference } from './authentication.ts'
import { cardAllows, checkToken, confirm, DONE, has } from './delegation.ts'
import { deleteKeys } from './keys.ts'
import { type Application, isIsd, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

const TAGS = { aid: 0x4f, template: 0xb6, token: 0x9e, keyId: 0xd0, keyVersion: 0xd2 } as const

/** Token, authority, use and references are checked in this order, and everything goes or nothing does. */
export function deleteContent(
  registry: Registry,
  self: Application,
  { p1, p2, data }: Command,
  inUse: KeyReference,
): Bytes {
  if (p1 !== 0 || (p2 & 0x7f) !== 0) throw new StatusError(SW.WRONG_P1P2)
  const objects = decodeTlvs(data)
  const [id, version] = [findTlv(objects, TAGS.keyId), findTlv(objects, TAGS.keyVersion)]
  if (id ?? version) {
    deleteKeys(registry, self.aid, inUse, { id: id?.[0], version: version?.[0] })
    return DONE
  }
  const named = objects.filter(({ tag }) => tag === TAGS.aid).map(({ value }) => value)
  const known: readonly number[] = [TAGS.aid, TAGS.template, TAGS.token]
  if (named.length === 0 || objects.some(({ tag }) => !known.includes(tag))) throw new StatusError(SW.WRONG_DATA)
  cardAllows(registry)
  const signed = encodeTlvs(objects.filter(({ tag }) => tag !== TAGS.token))
  checkToken(registry, self, tokenInput(p1, p2, signed), findTlv(objects, TAGS.token) ?? new Uint8Array())
  for (const aid of named) deleteByAid(registry, self, aid, (p2 & 0x80) !== 0)
  return confirm(registry, self, named)
}

function deleteByAid(registry: Registry, self: Application, aid: Bytes, related: boolean): void {
  const app = registry.application(aid)
  if (app) {
    deleteApplication(registry, self, app)
    return
  }
  const file = registry.loadFile(aid)
  if (!file) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  mayDelete(self, file.securityDomain)
  const instances = registry.applications().filter(({ loadFile }) => equal(loadFile, aid))
  if (equal(aid, AID.ssdPackage) || (instances.length > 0 && !related)) throw new StatusError(SW.CONDITIONS)
  for (const instance of instances) deleteApplication(registry, self, instance)
  registry.deleteLoadFile(aid)
}

/** Not the issuer's domain, not the one that is asked, not one to which something belongs. */
function deleteApplication(registry: Registry, self: Application, app: Application): void {
  mayDelete(self, app.securityDomain)
  const belongs = [...registry.applications(), ...registry.loadFiles()].some(
    (other) => equal(other.securityDomain, app.aid) && !equal(other.aid, app.aid),
  )
  if (isIsd(app) || equal(app.aid, self.aid) || belongs) throw new StatusError(SW.CONDITIONS)
  registry.deleteApplication(app.aid)
}

/** GPC v2.3.1 §9.5: the associated domain, or one with Global Delete. */
function mayDelete(self: Application, owner: Bytes): void {
  if (!has(self, PRIVILEGE.globalDelete) && !equal(owner, self.aid)) throw new StatusError(SW.CONDITIONS)
}
