// GET STATUS and SET STATUS. GPC v2.3.1 §11.4, §11.10 (life cycles §5.1, §5.3).

import { type Bytes, concat, equal, hex, NO_BYTES } from '../../base/bytes.ts'
import { type Command, type Response, response } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlvs, encodeTlvs, findTlv, needTlv } from '../../codec/tlv.ts'
import {
  AID,
  encodeEntry,
  LIFE_CYCLE,
  LOCKED,
  PRIVILEGE,
  privilegeBytes,
} from '../../protocol/globalplatform/registry.ts'
import { governs } from './hierarchy.ts'
import { type Application, isIsd, isSecurityDomain, type LoadedFile, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** Most plain data that fit a short response under R-MAC and R-ENCRYPTION, S8. */
const ANSWER_MAX = 239

/** Entries that a GET STATUS found and has not told yet. */
export class StatusQuery {
  readonly #registry: Registry
  readonly #self: Application
  #left: { p1: number; entries: Bytes[] } | undefined

  constructor(registry: Registry, self: Application) {
    this.#registry = registry
    this.#self = self
  }

  /** Another command than GET STATUS came between. */
  end(): void {
    this.#left = undefined
  }

  answer({ p1, p2, data }: Command): Response {
    if (![0x80, 0x40, 0x20, 0x10].includes(p1) || (p2 & 0x02) === 0) throw new StatusError(SW.WRONG_P1P2)
    const left = this.#left
    this.#left = undefined
    if ((p2 & 0x01) !== 0 && left?.p1 !== p1) throw new StatusError(SW.CONDITIONS)
    const entries = (p2 & 0x01) !== 0 ? left!.entries : this.#find(p1, data)
    if (entries.length === 0) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    const told: Bytes[] = []
    let length = 0
    while (entries.length > 0 && (told.length === 0 || length + entries[0]!.length <= ANSWER_MAX)) {
      length += entries[0]!.length
      told.push(entries.shift()!)
    }
    if (entries.length > 0) this.#left = { p1, entries }
    return response(entries.length > 0 ? SW.MORE_DATA.sw : SW.OK.sw, concat(...told))
  }

  #find(p1: number, data: Bytes): Bytes[] {
    const objects = decodeTlvs(data)
    const prefix = hex(needTlv(objects, 0x4f))
    const wanted = findTlv(objects, 0x5c)
    const matches = (aid: Bytes) => p1 === 0x80 || hex(aid).startsWith(prefix)
    const all = p1 >= 0x40 ? this.#applications(p1 === 0x80) : this.#loadFiles(p1 === 0x10)
    return all.filter(({ aid }) => matches(aid)).map(({ entry }) => only(entry, wanted))
  }

  #visible(domain: Bytes): boolean {
    return (this.#self.privileges & PRIVILEGE.globalRegistry) !== 0 || governs(this.#registry, this.#self.aid, domain)
  }

  #applications(isd: boolean): { aid: Bytes; entry: Bytes }[] {
    return this.#registry
      .applications()
      .filter((app) => isIsd(app) === isd && (this.#visible(app.securityDomain) || this.#visible(app.aid)))
      .map((app) => ({ aid: app.aid, entry: applicationEntry(app) }))
  }

  #loadFiles(withModules: boolean): { aid: Bytes; entry: Bytes }[] {
    return this.#registry
      .loadFiles()
      .filter((file) => this.#visible(file.securityDomain))
      .map((file) => ({ aid: file.aid, entry: loadFileEntry(file, withModules) }))
  }
}

const applicationEntry = ({ aid, lifeCycle, privileges, loadFile, securityDomain }: Application): Bytes =>
  encodeEntry({
    aid,
    lifeCycle,
    privileges: privilegeBytes(privileges),
    ...(loadFile.length > 0 && { loadFile }),
    securityDomain,
  })

const loadFileEntry = ({ aid, version, modules, securityDomain }: LoadedFile, withModules: boolean): Bytes =>
  encodeEntry({ aid, lifeCycle: LIFE_CYCLE.loaded, version, ...(withModules && { modules }), securityDomain })

/** Keeps the tags of the tag list 5C. Without one, all. */
function only(entry: Bytes, wanted: Bytes | undefined): Bytes {
  if (!wanted) return entry
  const tags: number[] = []
  for (let at = 0; at < wanted.length; at++) {
    const first = wanted[at]!
    tags.push((first & 0x1f) === 0x1f ? (first << 8) | (wanted[++at] ?? 0) : first)
  }
  const inner = decodeTlvs(needTlv(decodeTlvs(entry), 0xe3))
  return encodeTlvs([{ tag: 0xe3, value: encodeTlvs(inner.filter(({ tag }) => tags.includes(tag))) }])
}

/** P1 80 the card, 40 one application or domain, 60 a domain with all that belongs to it. */
export function setStatus(registry: Registry, self: Application, { p1, p2, data }: Command): Bytes {
  switch (p1) {
    case 0x80:
      setCardStatus(registry, self, p2)
      break
    case 0x40:
      setApplicationStatus(registry, self, data, p2)
      break
    case 0x60: {
      const domain = registry.application(data)
      if (domain && !isSecurityDomain(domain)) throw new StatusError(SW.WRONG_DATA)
      const members = registry.applications().filter((app) => equal(app.securityDomain, data) && !equal(app.aid, data))
      for (const app of members) if (isLockedWord(app.lifeCycle) !== isLockedWord(p2)) lock(registry, app, p2)
      setApplicationStatus(registry, self, data, p2)
      break
    }
    default:
      throw new StatusError(SW.WRONG_P1P2)
  }
  return NO_BYTES
}

const isLockedWord = (lifeCycle: number): boolean => (lifeCycle & LOCKED) !== 0

/** GPC v2.3.1 Figure 5-1: forwards, and between SECURED and CARD_LOCKED. */
const CARD_STEPS: Record<number, readonly number[]> = {
  [LIFE_CYCLE.opReady]: [LIFE_CYCLE.initialized, LIFE_CYCLE.terminated],
  [LIFE_CYCLE.initialized]: [LIFE_CYCLE.secured, LIFE_CYCLE.terminated],
  [LIFE_CYCLE.secured]: [LIFE_CYCLE.cardLocked, LIFE_CYCLE.terminated],
  [LIFE_CYCLE.cardLocked]: [LIFE_CYCLE.secured, LIFE_CYCLE.terminated],
}

function setCardStatus(registry: Registry, self: Application, to: number): void {
  const isd = registry.application(AID.isd)
  if (!isd) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  const needed = to === LIFE_CYCLE.terminated ? PRIVILEGE.cardTerminate : PRIVILEGE.cardLock
  if ((self.privileges & needed) === 0) throw new StatusError(SW.CONDITIONS)
  if (!CARD_STEPS[isd.lifeCycle]?.includes(to)) throw new StatusError(SW.WRONG_DATA)
  registry.putApplication({ ...isd, lifeCycle: to })
}

function setApplicationStatus(registry: Registry, self: Application, aid: Bytes, to: number): void {
  const app = registry.application(aid)
  if (!app) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  // GPC v2.3.1 §5.3.1.4: the holder of Final Application, here the issuer's domain, cannot be locked.
  if (isIsd(app)) throw new StatusError(SW.CONDITIONS)
  const itself = equal(app.aid, self.aid)
  if (itself && isSecurityDomain(app) && to === LIFE_CYCLE.personalized) {
    if (app.lifeCycle !== LIFE_CYCLE.selectable) throw new StatusError(SW.WRONG_DATA)
    registry.putApplication({ ...app, lifeCycle: to })
    return
  }
  const may = governs(registry, self.aid, app.securityDomain) || (self.privileges & PRIVILEGE.globalLock) !== 0
  if (!may && !(itself && isLockedWord(to))) throw new StatusError(SW.CONDITIONS)
  if (isLockedWord(app.lifeCycle) === isLockedWord(to)) throw new StatusError(SW.WRONG_DATA)
  lock(registry, app, to)
}

/** The state before is kept in the lower bits and comes back. GPC v2.3.1 §5.3.1.4. */
function lock(registry: Registry, app: Application, to: number): void {
  registry.putApplication({ ...app, lifeCycle: (app.lifeCycle & 0x7f) | (to & LOCKED) })
}
