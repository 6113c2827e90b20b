// Dialogues with an access rule application master (ARA-M): read, ask, store, delete. GPC-SEAC v1.0 §4.
// To change rules through a security domain run them after INSTALL [for personalization]; else select the ARA-M first.

import { type Bytes, concat, fromHex, NO_BYTES } from '../../base/bytes.ts'
import {
  type AccessRule,
  decodeAccessRule,
  decodeRules,
  encodeReference,
  type ReferencedRule,
  type RuleReference,
  SEAC_TAG,
} from '../../codec/access-rules.ts'
import { type Deletion, encodeRulesCommand, type RulesCommand } from '../../codec/access-rules-commands.ts'
import { command } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlv, readLength } from '../../codec/tlv.ts'
import { STORE_DATA, storeData } from '../globalplatform/store-data.ts'
import { ask, CardRefused, type Dialogue, selectByName } from '../iso7816/dialogue.ts'

/** GPC-SEAC v1.0 §4: the access rule application master. */
export const ARA_M = fromHex('a00000015141434c00')

export function* selectRules(): Dialogue<void> {
  yield* selectByName(ARA_M)
}

const getData = (tag: number, data: Bytes = NO_BYTES) => command(0x80, 0xca, tag >> 8, tag & 0xff, data, 256)

/** Eight bytes that change with every change of the rules. */
export function* refreshTag(): Dialogue<Bytes> {
  const answer = yield* ask(getData(SEAC_TAG.refreshTag), 'GET DATA [refresh tag]')
  const tag = decodeTlv(SEAC_TAG.refreshTag, answer)
  if (tag.length !== 8) throw new CodecError('access-rules/refresh-tag', 'a refresh tag has 8 bytes')
  return tag
}

/**
 * All rules; without any, an empty list (an empty answer, or 6A88 as AOSP reads it). The first answer tells the whole
 * length, the others follow by GET DATA [next]; what is cut short or too long is a `CodecError`.
 */
export function* allRules(): Dialogue<ReferencedRule[]> {
  const first = yield getData(SEAC_TAG.all)
  if (first.sw === SW.REFERENCE_NOT_FOUND.sw) return []
  if (first.sw !== SW.OK.sw) throw new CardRefused(first.sw, 'GET DATA [all rules]')
  let answer = first.data
  const whole = wholeLength(answer)
  while (answer.length < whole) {
    const part = yield* ask(getData(SEAC_TAG.next), 'GET DATA [next rules]')
    if (part.length === 0) throw new CodecError('access-rules/short', 'rules are cut')
    answer = concat(answer, part)
  }
  return decodeRules(decodeTlv(SEAC_TAG.all, answer))
}

function wholeLength(answer: Bytes): number {
  const [length, start] = readLength(answer, 2)
  return start + length
}

/** The rule for exactly this reference; undefined when the card has none. */
export function* ruleFor(reference: RuleReference): Dialogue<AccessRule | undefined> {
  const { data, sw } = yield getData(SEAC_TAG.specific, encodeReference(reference))
  if (sw === SW.REFERENCE_NOT_FOUND.sw) return undefined
  if (sw !== SW.OK.sw) throw new CardRefused(sw, 'GET DATA [specific rule]')
  const found = decodeTlv(SEAC_TAG.specific, data)
  return found.length === 0 ? undefined : decodeAccessRule(decodeTlv(SEAC_TAG.ar, found))
}

/** Any command of the access rule application. GPC v2.3.1 §11.11: BER-TLV format. */
export function* sendRulesCommand(order: RulesCommand): Dialogue<void> {
  yield* storeData(encodeRulesCommand(order), STORE_DATA.berTlv)
}

/** A rule that is there already is `CardRefused` 6381. */
export const storeRule = (rule: ReferencedRule): Dialogue<void> => sendRulesCommand({ command: 'store', rule })

/** What is not there is `CardRefused` 6382 or 6A88. */
export const deleteRules = (what: Deletion): Dialogue<void> => sendRulesCommand({ command: 'delete', what })

/** Readers of the rules read them anew. The card may ignore the tag and take a random one. Observed: aram-applet. */
export const updateRefreshTag = (tag: Bytes): Dialogue<void> =>
  sendRulesCommand({ command: 'updateRefreshTag', value: tag })
