// GET STATUS: what the registry tells, with filters and in pieces. GPC v2.3.1 §11.4. SET STATUS is in set-status.ts.

import { type Bytes, concat, hex } from '../../base/bytes.ts'
import { type Command, type Response, response } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlvs, encodeTlvs, findTlv, needTlv } from '../../codec/tlv.ts'
import { encodeEntry, LIFE_CYCLE, PRIVILEGE, privilegeBytes } from '../../protocol/globalplatform/registry.ts'
import { governs } from './hierarchy.ts'
import { implicitSelections } from './implicit-selection.ts'
import { type Application, isIsd, type LoadedFile, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** Most plain data that fit a short response under R-MAC and R-ENCRYPTION, S8. */
const ANSWER_MAX = 239

/** Entries that a GET STATUS found and has not told yet. */
export class StatusQuery {
  readonly #registry: Registry
  readonly #self: () => Application
  #left: { p1: number; entries: Bytes[] } | undefined

  constructor(registry: Registry, self: () => Application) {
    this.#registry = registry
    this.#self = self
  }

  /** Another command than GET STATUS came between. */
  end(): void {
    this.#left = undefined
  }

  answer({ p1: p1Sent, p2, data }: Command): Response {
    const p1 = p1Sent & 0xf0 // GPC v2.3.1 Table 11-33: the others are reserved
    if (![0x80, 0x40, 0x20, 0x10].includes(p1) || (p2 & 0x02) === 0) throw new StatusError(SW.WRONG_P1P2)
    if (p1 === 0x80 && (p2 & 0x01) !== 0) throw new StatusError(SW.WRONG_P1P2)
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
    const { aid, privileges } = this.#self()
    return (privileges & PRIVILEGE.globalRegistry) !== 0 || governs(this.#registry, aid, domain)
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

const applicationEntry = (app: Application): Bytes =>
  encodeEntry({
    aid: app.aid,
    lifeCycle: app.lifeCycle,
    privileges: privilegeBytes(app.privileges),
    implicitSelection: implicitSelections(app),
    ...(app.loadFile.length > 0 && { loadFile: app.loadFile }),
    securityDomain: app.securityDomain,
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
