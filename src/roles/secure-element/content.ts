// Card content: INSTALL, LOAD and DELETE, with the order of checks of GPC v2.3.1 §9.3 to §9.5.
// No delegated management, tokens, receipts, DAP or ciphered load files: a command that brings them is refused.

import { type Bytes, bytes, concat, equal, fromUint, fromUtf8, hex, NO_BYTES } from '../../base/bytes.ts'
import { hash } from '../../base/crypto.ts'
import type { Command } from '../../codec/apdu.ts'
import { CAP_COMPONENT, type Cap, decodeCap } from '../../codec/cap.ts'
import { SW } from '../../codec/sw.ts'
import { decodeLvs, decodeTlvs, findTlv, readLength } from '../../codec/tlv.ts'
import { AID, LIFE_CYCLE, PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import type { KeyReference } from './authentication.ts'
import type { CardServices } from './card-services.ts'
import { deleteKeys } from './keys.ts'
import { type Application, isIsd, isLocked, isPersonalized, isSecurityDomain } from './registry.ts'
import { StatusError } from './status-error.ts'

/** INSTALL without receipt answers one byte 00. GPC v2.3.1 §11.5.3.1. */
const DONE: Bytes = bytes(0)
const LOAD_FILE_MAX = 0xffff
/** GPC v2.3.1 §11.5.2.3.1: the algorithm follows from the length. */
const HASH_BY_LENGTH = { 20: 'sha1', 32: 'sha256', 48: 'sha384', 64: 'sha512' } as const

interface Loading {
  readonly aid: Bytes
  readonly securityDomain: Bytes
  readonly hash: Bytes
  blocks: Bytes
  next: number
}

export class ContentManagement {
  readonly #card: CardServices
  readonly #self: Application
  #loading: Loading | undefined

  constructor(card: CardServices, self: Application) {
    this.#card = card
    this.#self = self
  }

  install(c: Command): Bytes {
    this.#loading = undefined
    if (c.p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
    const fields = decodeLvs(c.data)
    this.#mayManage()
    switch (c.p1) {
      case 0x02:
        return this.#forLoad(fields)
      case 0x04:
      case 0x0c:
        return this.#forInstall(fields, c.p1 === 0x0c)
      case 0x08:
        return this.#forMakeSelectable(fields)
      default:
        throw new StatusError(SW.WRONG_P1P2)
    }
  }

  /** GPC v2.3.1 §9.1.3: only a domain with Authorized Management here. */
  #mayManage(): void {
    const isd = this.#card.registry.application(AID.isd)
    const cardAllows = isd !== undefined && isd.lifeCycle <= LIFE_CYCLE.secured
    if (!cardAllows || (this.#self.privileges & PRIVILEGE.authorizedManagement) === 0) {
      throw new StatusError(SW.CONDITIONS)
    }
  }

  #isFree(aid: Bytes): boolean {
    return !this.#card.registry.application(aid) && !this.#card.registry.loadFile(aid)
  }

  #forLoad(fields: readonly Bytes[]): Bytes {
    const [aid, domainAid, fileHash, , token] = checkedFields(fields, 5)
    if (token!.length > 0) throw new StatusError(SW.CONDITIONS)
    const securityDomain = domainAid!.length > 0 ? domainAid! : this.#self.aid
    const domain = this.#card.registry.application(securityDomain)
    if (!domain || !isSecurityDomain(domain)) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    if (!isPersonalized(domain) || isLocked(domain)) throw new StatusError(SW.CONDITIONS)
    if (!this.#isFree(checkedAid(aid!))) throw new StatusError(SW.CONDITIONS)
    if (fileHash!.length > 0 && !(fileHash!.length in HASH_BY_LENGTH)) throw new StatusError(SW.WRONG_DATA)
    this.#loading = { aid: aid!, securityDomain, hash: fileHash!, blocks: NO_BYTES, next: 0 }
    return DONE
  }

  load({ p1, p2, data }: Command): Bytes {
    const loading = this.#loading
    this.#loading = undefined
    if (!loading || p2 !== (loading.next & 0xff)) throw new StatusError(SW.CONDITIONS)
    if ((p1 & 0x7f) !== 0) throw new StatusError(SW.WRONG_P1P2)
    loading.blocks = concat(loading.blocks, data)
    loading.next += 1
    if (loading.blocks.length > LOAD_FILE_MAX) throw new StatusError(SW.NO_SPACE)
    if ((p1 & 0x80) !== 0) this.#finishLoad(loading)
    else this.#loading = loading
    return DONE
  }

  #finishLoad({ aid, securityDomain, hash: expected, blocks }: Loading): void {
    const dataBlock = dataBlockOf(blocks)
    const algorithm = HASH_BY_LENGTH[expected.length as keyof typeof HASH_BY_LENGTH]
    if (algorithm && !equal(hash(algorithm, dataBlock), expected)) throw new StatusError(SW.CONDITIONS)
    const cap = decodeCap(dataBlock)
    if (!equal(cap.aid, aid)) throw new StatusError(SW.WRONG_DATA)
    const native = nativeName(cap)
    this.#card.registry.putLoadFile({
      aid,
      version: bytes(cap.major, cap.minor),
      securityDomain,
      modules: cap.applets.map((applet) => applet.aid),
      ...(native && { native }),
    })
  }

  #forInstall(fields: readonly Bytes[], selectable: boolean): Bytes {
    const [fileAid, module, aid, privileges, parameters, token] = checkedFields(fields, 6)
    if (token!.length > 0) throw new StatusError(SW.CONDITIONS)
    const file = this.#card.registry.loadFile(fileAid!)
    if (!file?.modules.some((known) => equal(known, module!))) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    if (!this.#isFree(checkedAid(aid!))) throw new StatusError(SW.CONDITIONS)
    if (!findTlv(decodeTlvs(parameters!), 0xc9)) throw new StatusError(SW.WRONG_DATA)
    if (!this.#card.knows(file)) throw new StatusError(SW.WRONG_DATA)
    const granted = this.#privileges(privileges!, equal(file.aid, AID.ssdPackage))
    const isDomain = (granted & PRIVILEGE.securityDomain) !== 0
    this.#card.registry.putApplication({
      aid: aid!,
      lifeCycle: selectable ? LIFE_CYCLE.selectable : LIFE_CYCLE.installed,
      privileges: granted,
      loadFile: file.aid,
      module: module!,
      // GPC v2.3.1 §9.3.6: a new security domain belongs to who installs it, another application to its file's domain.
      securityDomain: isDomain ? this.#self.aid : file.securityDomain,
    })
    return DONE
  }

  /** One byte gets its defaults. Only what this card implements may be asked for. GPC v2.3.1 §11.1.2. */
  #privileges(asked: Bytes, isDomain: boolean): number {
    if (asked.length !== 1 && asked.length !== 3) throw new StatusError(SW.WRONG_DATA)
    const privileges = asked.length === 3 ? fromUint(asked) : (asked[0]! << 16) | (isDomain ? PRIVILEGE.trustedPath : 0)
    const allowed = isDomain ? PRIVILEGE.securityDomain | PRIVILEGE.trustedPath : 0
    const must = isDomain ? PRIVILEGE.securityDomain : 0
    if ((privileges & ~allowed) !== 0 || (privileges & must) !== must) throw new StatusError(SW.CONDITIONS)
    return privileges
  }

  #forMakeSelectable(fields: readonly Bytes[]): Bytes {
    const [, , aid, , , token] = checkedFields(fields, 6)
    const app = this.#card.registry.application(aid!)
    if (!app) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    if (token!.length > 0 || app.lifeCycle !== LIFE_CYCLE.installed) throw new StatusError(SW.CONDITIONS)
    this.#card.registry.putApplication({ ...app, lifeCycle: LIFE_CYCLE.selectable })
    return DONE
  }

  delete({ p1, p2, data }: Command, inUse: KeyReference): Bytes {
    if (p1 !== 0 || (p2 & 0x7f) !== 0) throw new StatusError(SW.WRONG_P1P2)
    this.#loading = undefined
    const objects = decodeTlvs(data)
    const [id, version] = [findTlv(objects, 0xd0), findTlv(objects, 0xd2)]
    if (id ?? version) {
      deleteKeys(this.#card.registry, this.#self.aid, inUse, { id: id?.[0], version: version?.[0] })
      return DONE
    }
    const aid = findTlv(objects, 0x4f)
    if (!aid || findTlv(objects, 0x9e)) throw new StatusError(SW.WRONG_DATA)
    this.#deleteByAid(aid, (p2 & 0x80) !== 0)
    return DONE
  }

  #deleteByAid(aid: Bytes, related: boolean): void {
    const { registry } = this.#card
    const app = registry.application(aid)
    if (app) {
      this.#deleteApplications([app])
      return
    }
    const file = registry.loadFile(aid)
    if (!file) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    this.#mayDelete(file.securityDomain)
    const instances = registry.applications().filter(({ loadFile }) => equal(loadFile, aid))
    if (equal(aid, AID.ssdPackage) || (instances.length > 0 && !related)) throw new StatusError(SW.CONDITIONS)
    this.#deleteApplications(instances)
    registry.deleteLoadFile(aid)
  }

  #deleteApplications(apps: readonly Application[]): void {
    const { registry } = this.#card
    for (const app of apps) {
      this.#mayDelete(app.securityDomain)
      const belongs = [...registry.applications(), ...registry.loadFiles()].filter(
        (other) => equal(other.securityDomain, app.aid) && !equal(other.aid, app.aid),
      )
      if (isIsd(app) || equal(app.aid, this.#self.aid) || belongs.length > 0) throw new StatusError(SW.CONDITIONS)
      registry.deleteApplication(app.aid)
    }
  }

  /** GPC v2.3.1 §9.5: the associated domain, or one with Global Delete. */
  #mayDelete(owner: Bytes): void {
    const global = (this.#self.privileges & PRIVILEGE.globalDelete) !== 0
    if (!global && !equal(owner, this.#self.aid)) throw new StatusError(SW.CONDITIONS)
  }
}

function checkedFields(fields: readonly Bytes[], count: number): readonly Bytes[] {
  if (fields.length !== count) throw new StatusError(SW.WRONG_DATA)
  return fields
}

/** ISO 7816-4:2020 §12.2.3: an AID has 5 to 16 bytes. */
function checkedAid(aid: Bytes): Bytes {
  if (aid.length < 5 || aid.length > 16) throw new StatusError(SW.WRONG_DATA)
  return aid
}

/** The value of C4; DAP blocks (E2) and ciphered files (D4) are refused, since nothing here could check them. */
function dataBlockOf(file: Bytes): Bytes {
  if (file[0] !== 0xc4) throw new StatusError(SW.WRONG_DATA)
  const [length, start] = readLength(file, 1)
  if (start + length !== file.length) throw new StatusError(SW.WRONG_DATA)
  return file.slice(start)
}

/** The name of built-in code in the Method component; a file with bytecode has none. */
function nativeName(cap: Cap): string | undefined {
  const method = cap.components.find(({ tag }) => tag === CAP_COMPONENT.method)?.content ?? NO_BYTES
  return method.length <= 64 && /^(2[0-9a-f]|[3-7][0-9a-f])+$/.test(hex(method)) ? fromUtf8(method) : undefined
}
