// INSTALL [for load], LOAD, and the first half of the combined process. GPC v2.3.1 §9.3.5, §9.3.8, §11.5.2.3.1, §11.6.
// What the file is made of is in load-file.ts.

import { type Bytes, concat, NO_BYTES } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { findTlv, type Tlv } from '../../codec/tlv.ts'
import { decodeInstallParameters, memoryOf, PROVIDER, SYSTEM } from '../../protocol/globalplatform/parameter-objects.ts'
import { PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import type { CardServices } from './card-services.ts'
import { checkedAid, checkedFields, isFree } from './content-install.ts'
import { checkToken, confirm, DONE, has } from './delegation.ts'
import { replaceLoadFile, upgraded } from './elf-upgrade.ts'
import { type Announced, dapDomains, isFileHash, needsCipher, readLoadFile } from './load-file.ts'
import { type Application, isLocked, isPersonalized, isSecurityDomain, type LoadedFile } from './registry.ts'
import { StatusError } from './status-error.ts'

/** INSTALL and what its token signs. */
export interface Installation {
  readonly p1: number
  readonly fields: readonly Bytes[]
  readonly input: Bytes
}

/** A file that was announced and is arriving. */
export interface Arriving extends Announced {
  /** Token input of the INSTALL that began a combined process. */
  readonly combined?: Bytes
  readonly controlReference: readonly Tlv[]
  readonly blocks: Bytes
  readonly next: number
}

/** A file of a combined process that waits for its application. */
export interface Waiting {
  readonly file: LoadedFile
  readonly input: Bytes
}

/** INSTALL [for load]; `combined` when it begins a combined process, whose token comes at its end. */
export function announce(
  card: CardServices,
  self: Application,
  { fields, input }: Installation,
  combined: boolean,
): Arriving {
  const [aid, domainAid, hash, field, token] = checkedFields(fields, 5) as [Bytes, Bytes, Bytes, Bytes, Bytes]
  const { registry } = card
  const { system, controlReference } = decodeInstallParameters('load', field)
  if (combined && token.length > 0) throw new StatusError(SW.CONDITIONS)
  const securityDomain = domainAid.length > 0 ? domainAid : self.aid
  const free = isFree(registry, checkedAid(aid)) || (!combined && upgraded(registry, aid, securityDomain))
  if (!free) throw new StatusError(SW.CONDITIONS)
  checkReceiver(card, self, securityDomain, hash)
  if (!combined) checkToken(registry, self, { input, token, controlReference }, hash)
  const [code = 0, data = 0] = [memoryOf(system, SYSTEM.codeMinimum), memoryOf(system, SYSTEM.nonVolatile)]
  card.memory.need({ nonVolatile: code + data, volatile: memoryOf(system, SYSTEM.volatile) ?? 0 })
  const provider = findTlv(controlReference, PROVIDER)
  return {
    ...{ aid, securityDomain, hash, controlReference, blocks: NO_BYTES, next: 0 },
    ...(provider && { provider }),
    ...(combined && { combined: input }),
  }
}

/** The domain that the file is for, and what it demands of the hash. */
function checkReceiver({ registry }: CardServices, self: Application, securityDomain: Bytes, hash: Bytes): void {
  const domain = registry.application(securityDomain)
  if (!domain || !isSecurityDomain(domain)) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  if (!isPersonalized(domain) || isLocked(domain)) throw new StatusError(SW.CONDITIONS)
  if (hash.length > 0 && !isFileHash(hash)) throw new StatusError(SW.WRONG_DATA)
  const needsHash =
    has(self, PRIVILEGE.delegatedManagement) ||
    dapDomains(registry, securityDomain).length > 0 ||
    needsCipher(registry, securityDomain)
  if (needsHash && hash.length === 0) throw new StatusError(SW.CONDITIONS)
}

type Arrival = { readonly answer: Bytes } & ({ readonly arriving: Arriving } | { readonly waiting: Waiting } | object)

/** One block; with the last one the file is read and registered, or it waits for its application. */
export function arrive(card: CardServices, self: Application, arriving: Arriving, { p1, p2, data }: Command): Arrival {
  if (p2 !== (arriving.next & 0xff)) throw new StatusError(SW.CONDITIONS)
  const blocks = concat(arriving.blocks, data)
  card.memory.need({ nonVolatile: blocks.length })
  // GPC v2.3.1 Table 11-57: the other bits are reserved.
  if ((p1 & 0x80) === 0) return { answer: DONE, arriving: { ...arriving, blocks, next: arriving.next + 1 } }
  const { registry } = card
  const file = readLoadFile(registry, arriving, blocks)
  if (arriving.combined) return { answer: DONE, waiting: { file, input: arriving.combined } }
  const old = upgraded(registry, file.aid, file.securityDomain)
  if (old) replaceLoadFile(registry, old, file)
  else registry.putLoadFile(file)
  return { answer: confirm(registry, self, [file.aid, file.securityDomain], arriving.controlReference) }
}
