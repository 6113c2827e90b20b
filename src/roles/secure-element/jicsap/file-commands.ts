// The commands that all applications of the My Number Card share: SELECT of a file, READ BINARY, READ RECORD, VERIFY
// and the changing of secrets, GET CHALLENGE, GET DATA. JICSAP v1.1; status words observed: myna-card.

import { type Bytes, fromUint } from '../../../base/bytes.ts'
import type { Entropy } from '../../../base/ports.ts'
import { type Command, type Response, response } from '../../../codec/apdu.ts'
import { SW } from '../../../codec/sw.ts'
import type { RecordStore } from '../records.ts'
import { StatusError } from '../status-error.ts'
import { Secrets } from './secrets.ts'
import { type ApplicationTable, RECORD } from './table.ts'

const SFI = 0x80
const SFI_BITS = 0x1f
/** As short identifier: the file that is selected. */
const CURRENT = 0
const SHORT = 256

export interface FileCommandParts {
  readonly records: RecordStore
  readonly entropy: Entropy
  readonly table: ApplicationTable
  /** Files that are made when they are read. */
  readonly made?: (file: number) => Bytes | undefined
}

export class FileCommands {
  readonly secrets: Secrets
  readonly #parts: FileCommandParts
  #current: number | undefined

  constructor(parts: FileCommandParts) {
    this.#parts = parts
    this.secrets = new Secrets(parts.records, parts.table.secrets)
  }

  /** Throws 6D00 for a command that is none of these. */
  process(c: Command): Response {
    return (c.cla & 0x80) === 0 ? this.#interindustry(c) : this.#extended(c)
  }

  #interindustry(c: Command): Response {
    switch (c.ins) {
      case 0xa4:
        return this.#selectFile(c)
      case 0xb0:
        return this.#readBinary(c)
      case 0xb2:
        return this.#readRecord(c)
      case 0x20:
        return this.#verify(c)
      case 0x24:
        if (c.p1 !== 0x01) throw new StatusError(SW.WRONG_P1P2)
        return this.secrets.change(this.reference(c.p2), 'CHANGE REFERENCE DATA', c.data)
      case 0x84:
        return response(SW.OK.sw, challenge(this.#parts.entropy, c))
      case 0xca:
        return this.#getData(c)
      default:
        throw new StatusError(SW.INS_NOT_SUPPORTED)
    }
  }

  #extended(c: Command): Response {
    switch (c.ins) {
      case 0x32:
        if (c.p1 !== 0x00) throw new StatusError(SW.WRONG_P1P2)
        return this.secrets.change(this.reference(c.p2), 'CHANGE KEY', c.data)
      case 0x54: // UNLOCK KEY is for the issuer, by a security that is not public
        throw new StatusError(SW.SECURITY_STATUS)
      case 0xfc: // the last-command indicator is an iPhone's
        throw new StatusError(SW.WRONG_LENGTH)
      default:
        throw new StatusError(SW.INS_NOT_SUPPORTED)
    }
  }

  #exists(file: number): boolean {
    const { table, records, made } = this.#parts
    if (table.secrets[file]) return true
    if (table.keys.includes(file)) return records.get(RECORD.key(file)) !== undefined
    const rule = table.files[file]
    if (!rule) return false
    return rule.access === 'never' || (made?.(file) ?? records.get(RECORD.file(file))) !== undefined
  }

  #selectFile({ p1, data }: Command): Response {
    if (p1 === 0x00 && data.length === 0) return response(SW.OK.sw) // the MF, without leaving
    if (p1 !== 0x00 && p1 !== 0x02) throw new StatusError(SW.WRONG_P1P2)
    if (data.length !== 2) throw new StatusError(SW.WRONG_LENGTH)
    const file = fromUint(data)
    if (!this.#exists(file)) throw new StatusError(SW.NOT_FOUND)
    this.#current = file
    return response(SW.OK.sw)
  }

  /** P2 of VERIFY, CHANGE and SIGN: 80 the selected file, 80 | sfi another one, which is selected by it. */
  reference(p2: number): number {
    if ((p2 & 0xe0) !== SFI) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    return this.#short(p2 & SFI_BITS, SW.REFERENCE_NOT_FOUND)
  }

  #short(sfi: number, absent: (typeof SW)['NOT_FOUND' | 'REFERENCE_NOT_FOUND']): number {
    if (sfi !== CURRENT && !this.#exists(sfi)) throw new StatusError(absent)
    if (sfi !== CURRENT) this.#current = sfi
    if (this.#current === undefined) throw new StatusError(SW.NO_CURRENT_EF)
    return this.#current
  }

  #readBinary({ p1, p2, data, le, extended }: Command): Response {
    if (data.length > 0 || le === undefined || extended) throw new StatusError(SW.WRONG_LENGTH)
    const bySfi = (p1 & SFI) !== 0
    if (bySfi && (p1 & 0x60) !== 0) throw new StatusError(SW.WRONG_P1P2)
    const file = this.#short(bySfi ? p1 & SFI_BITS : CURRENT, SW.NOT_FOUND)
    return response(SW.OK.sw, this.readFrom(file, bySfi ? p2 : (p1 << 8) | p2).slice(0, le))
  }

  /** A transparent file from `offset` to its end. */
  readFrom(file: number, offset: number): Bytes {
    const content = this.#content(file, undefined)
    if (offset >= content.length) throw new StatusError(SW.WRONG_OFFSET)
    return content.subarray(offset)
  }

  /** The file that is selected. */
  get current(): number {
    return this.#short(CURRENT, SW.NOT_FOUND)
  }

  #content(file: number, structure: 'records' | undefined): Bytes {
    const { table, records, made } = this.#parts
    const rule = table.files[file]
    if (!rule || rule.structure !== structure) throw new StatusError(SW.WRONG_FILE_KIND)
    this.secrets.demand(rule.access)
    const content = made?.(file) ?? records.get(RECORD.file(file))
    if (!content) throw new StatusError(SW.NOT_FOUND)
    return content
  }

  /** P1 is the record's number; P2 `sfi << 3 | 4`. Reading several at once is not provided. */
  #readRecord({ p1, p2, data, le }: Command): Response {
    if (data.length > 0 || le === undefined) throw new StatusError(SW.WRONG_LENGTH)
    if ((p2 & 0x07) === 0x05) throw new StatusError(SW.FUNCTION_NOT_SUPPORTED)
    if ((p2 & 0x07) !== 0x04) throw new StatusError(SW.WRONG_P1P2)
    const records = simpleTlvs(this.#content(this.#short(p2 >> 3, SW.NOT_FOUND), 'records'))
    const record = records[p1 - 1]
    if (!record) throw new StatusError(SW.RECORD_NOT_FOUND)
    if (record.length > le) throw new StatusError(SW.WRONG_LENGTH)
    return response(SW.OK.sw, record)
  }

  #verify({ p1, p2, data, le }: Command): Response {
    if (p1 !== 0) throw new StatusError(SW.WRONG_P1P2)
    const secret = this.reference(p2)
    if (data.length > 0) return this.secrets.verify(secret, data)
    if (le !== undefined) throw new StatusError(SW.WRONG_LENGTH)
    return this.secrets.query(secret)
  }

  /** Of the card's own objects only the contact ATR answers here too. */
  #getData({ p1, p2, le = SHORT }: Command): Response {
    const object = this.#parts.records.get(RECORD.object((p1 << 8) | p2))
    if (!object) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    if (object.length > le) throw new StatusError(SW.WRONG_LENGTH)
    return response(SW.OK.sw, object)
  }
}

/** GET CHALLENGE: 1 to 256 bytes. */
export function challenge(entropy: Entropy, { p1, p2, data, le, extended }: Command): Bytes {
  if (p1 !== 0 || p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
  if (extended) throw new StatusError(SW.CONDITIONS)
  if (data.length > 0 || le === undefined) throw new StatusError(SW.WRONG_LENGTH)
  return entropy(le)
}

/** Each with its tag and its one byte of length. JICSAP v1.1 §4.4.1. */
function simpleTlvs(content: Bytes): Bytes[] {
  const found: Bytes[] = []
  for (let at = 0; at < content.length; ) {
    const end = at + 2 + (content[at + 1] ?? 0)
    found.push(content.slice(at, end))
    at = end
  }
  return found
}
