// What the registry of a card holds, and single data objects: SELECT, GET DATA, GET STATUS in both forms.
// GPC v2.3.1 §11.3, §11.4, §11.9. Tolerant where real cards are known to be: see `getStatus`.

import { type Bytes, bytes, concat, NO_BYTES } from '../../base/bytes.ts'
import { command, type Response } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { SW } from '../../codec/sw.ts'
import { tlv } from '../../codec/tlv.ts'
import { ask, CardRefused, type Dialogue } from '../iso7816/dialogue.ts'
import { decodeEntries, type RegistryEntry } from './registry.ts'

/** SELECT by AID with the FCI; without an AID the issuer security domain. GPC v2.3.1 §11.9. */
export function* select(aid: Bytes = NO_BYTES): Dialogue<Bytes> {
  const { data, sw } = yield command(0x00, 0xa4, 0x04, 0x00, aid, 256)
  // GPC v2.3.1 §11.9.3.2: the card is locked, and yet selected.
  if (sw !== SW.OK.sw && sw !== SW.CARD_LOCKED_WARNING.sw) throw new CardRefused(sw, 'SELECT')
  return data
}

/** The whole data object, its tag included. GPC v2.3.1 §11.3. */
export function* getData(tag: number, data: Bytes = NO_BYTES): Dialogue<Bytes> {
  return yield* ask(command(0x80, 0xca, tag >> 8, tag & 0xff, data, 256), 'GET DATA')
}

/** GPC v2.3.1 Table 11-32. */
const SCOPE = { issuer: 0x80, applications: 0x40, loadFiles: 0x20, loadFilesAndModules: 0x10 } as const
export type StatusScope = keyof typeof SCOPE

export interface StatusOptions {
  /** AIDs that begin so; all if absent. */
  readonly prefix?: Bytes
  /** Tags wanted of each entry (5C); 4F and 9F70 are always needed. The card's choice if absent. */
  readonly tags?: Bytes
  /** The form of before GPC 2.2: AID, life cycle and one byte of privileges. */
  readonly old?: boolean
}

const FORM = { old: 0x00, tlv: 0x02 } as const

/**
 * Entries of the registry; none is an empty list. A card that does not know the TLV form (6A86) is asked in the old
 * one. Observed on real cards: life cycles of two bytes, objects that GPC does not have, 6A80 or 6A82 for "none".
 */
export function* getStatus(scope: StatusScope, options: StatusOptions = {}): Dialogue<RegistryEntry[]> {
  const form = options.old ? FORM.old : FORM.tlv
  const first = yield statusCommand(scope, form, 0, options)
  if (first.sw === SW.WRONG_P1P2.sw && form === FORM.tlv) return yield* getStatus(scope, { ...options, old: true })
  if (NONE.includes(first.sw)) return []
  const answer = yield* wholeStatus(first, () => statusCommand(scope, form, 1, options))
  return form === FORM.tlv ? decodeEntries(answer) : decodeOldEntries(answer, scope)
}

const NONE: readonly number[] = [SW.REFERENCE_NOT_FOUND.sw, SW.NOT_FOUND.sw]

const statusCommand = (scope: StatusScope, form: number, next: 0 | 1, { prefix = NO_BYTES, tags }: StatusOptions) =>
  command(0x80, 0xf2, SCOPE[scope], form | next, concat(tlv(0x4f, prefix), tags ? tlv(0x5c, tags) : NO_BYTES), 256)

function* wholeStatus(first: Response, next: () => ReturnType<typeof command>): Dialogue<Bytes> {
  const parts: Bytes[] = []
  for (let answer = first; ; answer = yield next()) {
    if (answer.sw !== SW.OK.sw && answer.sw !== SW.MORE_DATA.sw) throw new CardRefused(answer.sw, 'GET STATUS')
    parts.push(answer.data)
    if (answer.sw === SW.OK.sw) return concat(...parts)
    if (answer.data.length === 0) throw new CodecError('status/endless', 'more data is promised, none comes')
  }
}

/** AID, life cycle, privileges, and with modules their AIDs. GPC v2.3.1 Table 11-35. */
function decodeOldEntries(answer: Bytes, scope: StatusScope): RegistryEntry[] {
  const entries: RegistryEntry[] = []
  let at = 0
  const aid = (): Bytes => {
    const length = answer[at]
    if (length === undefined || at + 1 + length > answer.length)
      throw new CodecError('status/short', 'entry is cut', at)
    at += 1 + length
    return answer.slice(at - length, at)
  }
  while (at < answer.length) {
    const name = aid()
    const [lifeCycle, privileges] = answer.subarray(at, (at += 2))
    if (privileges === undefined) throw new CodecError('status/short', 'entry is cut', at)
    const files = scope === 'loadFiles' || scope === 'loadFilesAndModules'
    const count = scope === 'loadFilesAndModules' ? (answer[at++] ?? 0) : 0
    const modules = Array.from({ length: count }, aid)
    const rest = files ? (modules.length > 0 ? { modules } : {}) : { privileges: bytes(privileges) }
    entries.push({ aid: name, lifeCycle: lifeCycle!, ...rest })
  }
  return entries
}
