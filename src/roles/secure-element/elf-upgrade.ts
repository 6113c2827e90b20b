// MANAGE ELF UPGRADE: new code for a load file whose applications stay, with all that they hold. GlobalPlatform S-ELFUp
// (Amendment H); P1 and the states are those of clients in use, the text was not seen. Ours: docs/profile.md#applet-upgrade.

import { type Bytes, bytes, concat, equal, fromUint, NO_BYTES } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlvs, findTlv, tlv } from '../../codec/tlv.ts'
import { ELF_UPGRADE } from '../../protocol/globalplatform/elf-upgrade.ts'
import { AID, PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import type { CardServices } from './card-services.ts'
import { checkRestriction, has, mayManage } from './delegation.ts'
import { governs } from './hierarchy.ts'
import { NATIVE } from './native.ts'
import type { Application, LoadedFile, Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

const { P1, STATE, TAG } = ELF_UPGRADE

export function manageElfUpgrade(card: CardServices, self: Application, { p1, p2, data }: Command): Bytes {
  if (p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
  const { registry } = card
  switch (p1) {
    case P1.start:
      start(card, self, findTlv(decodeTlvs(findTlv(decodeTlvs(data), TAG.session) ?? NO_BYTES), TAG.aid) ?? NO_BYTES)
      return state(registry)
    case P1.abort:
      if (!registry.upgrading()) throw new StatusError(SW.CONDITIONS)
      registry.setUpgrading(undefined)
      return state(registry)
    case P1.status:
      return state(registry)
    default:
      throw new StatusError(SW.WRONG_P1P2)
  }
}

function state(registry: Registry): Bytes {
  const aid = registry.upgrading()
  const value = bytes(aid ? STATE.waitingForFile : STATE.none)
  return tlv(TAG.session, concat(tlv(TAG.state, value), aid ? tlv(TAG.aid, aid) : NO_BYTES))
}

/** Not with tokens, which no text defines for it; one at a time; not the code of domains. */
function start(card: CardServices, self: Application, aid: Bytes): void {
  const { registry } = card
  checkRestriction(registry, self, 'load', 'delete')
  mayManage(card, self)
  const file = registry.loadFile(aid)
  if (!file) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  const may = !has(self, PRIVILEGE.delegatedManagement) && governs(registry, self.aid, file.securityDomain)
  if (!may || registry.upgrading() || equal(aid, AID.ssdPackage)) throw new StatusError(SW.CONDITIONS)
  registry.setUpgrading(aid)
}

/** The load file whose place an announced one may take. */
export function upgraded(registry: Registry, aid: Bytes, securityDomain: Bytes): LoadedFile | undefined {
  const session = registry.upgrading()
  const file = session && equal(session, aid) ? registry.loadFile(aid) : undefined
  return file && equal(file.securityDomain, securityDomain) ? file : undefined
}

/** A later version, with every module that has instances. All at once; until then the old code serves. */
export function replaceLoadFile(registry: Registry, old: LoadedFile, file: LoadedFile): void {
  const used = registry.applications().filter(({ loadFile }) => equal(loadFile, old.aid))
  const complete = used.every(({ module }) => file.modules.some((one) => equal(one, module)))
  // A name that this card has no code for would leave the applications dead.
  const runs = !old.native || (file.native !== undefined && Object.hasOwn(NATIVE, file.native))
  if (fromUint(file.version) <= fromUint(old.version) || !complete || !runs) throw new StatusError(SW.WRONG_DATA)
  registry.putLoadFile(file)
  registry.setUpgrading(undefined)
}
