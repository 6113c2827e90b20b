// Writing DER, and the entrance to reading it. ITU-T X.690: each builder gives one whole element.
// Example: `sequence(integer(1), octetString(key))` and `decode(der, (r) => r.sequence((s) => [s.integer(), s.octetString()]))`.

import { type Bytes, bytes, NO_BYTES, room, utf8 } from '../base/bytes.ts'
import { compareEncodings } from './der-reader.ts'
import { CONSTRUCTED, contextConstructed, TAG } from './der-tag.ts'
import * as value from './der-value.ts'
import { OID } from './oid.ts'

export { DerReader, decode } from './der-reader.ts'
export { contextConstructed, contextPrimitive, TAG } from './der-tag.ts'
export type { BitString } from './der-value.ts'

/** One element with the contents as they are, in one allocation: lists have a million of them. */
export function element(tag: number, ...contents: readonly Bytes[]): Bytes {
  const length = lengthOf(contents)
  const whole = room(headerLength(length) + length)
  let at = writeHeader(whole, tag, length)
  for (const part of contents) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The same in parts, for what is large and nested: `concat` copies once what `element` copied at every level. */
export function elementParts(tag: number, contents: readonly Bytes[]): readonly Bytes[] {
  const length = lengthOf(contents)
  const header = new Uint8Array(headerLength(length))
  writeHeader(header, tag, length)
  return [header, ...contents]
}

function lengthOf(contents: readonly Bytes[]): number {
  let length = 0
  for (const part of contents) length += part.length
  return length
}

const headerLength = (length: number): number =>
  length < 0x80 ? 2 : length < 0x100 ? 3 : length < 0x10000 ? 4 : length < 0x1000000 ? 5 : 6

/** Identifier and length octets; where the contents begin. */
function writeHeader(into: Bytes, tag: number, length: number): number {
  const end = headerLength(length)
  into[0] = tag
  into[1] = end === 2 ? length : 0x80 | (end - 2)
  for (let at = 2; at < end; at++) into[at] = length >>> (8 * (end - 1 - at))
  return end
}

export const sequence = (...fields: readonly Bytes[]): Bytes => element(TAG.SEQUENCE, ...fields)

/** SET OF: sorts the encodings. X.690 §11.6. */
export const set = (...members: readonly Bytes[]): Bytes => element(TAG.SET, ...members.toSorted(compareEncodings))

export const integer = (number: bigint | number): Bytes => element(TAG.INTEGER, value.encodeInteger(BigInt(number)))

export const enumerated = (number: number): Bytes => element(TAG.ENUMERATED, value.encodeInteger(BigInt(number)))

/** Throws `RangeError` when `dotted` is not an OID. */
export const oid = (dotted: string): Bytes => KNOWN_OIDS.get(dotted) ?? element(TAG.OID, value.encodeOid(dotted))

/** Every certificate is full of the same few. */
const KNOWN_OIDS = new Map(
  Object.values(OID).map((dotted) => [dotted as string, element(TAG.OID, value.encodeOid(dotted))]),
)

export const octetString = (octets: Bytes): Bytes => element(TAG.OCTET_STRING, octets)

/** Whole octets, or fewer bits when the last octet's low `unusedBits` are unused. */
export const bitString = (octets: Bytes, unusedBits = 0): Bytes => element(TAG.BIT_STRING, bytes(unusedBits), octets)

/** A named bit list from the positions of the set bits. X.690 §11.2.2. */
export function namedBits(...positions: readonly number[]): Bytes {
  if (positions.length === 0) return bitString(NO_BYTES)
  const last = Math.max(...positions)
  const octets = new Uint8Array((last >> 3) + 1)
  for (const bit of positions) octets[bit >> 3]! |= 0x80 >> (bit & 7)
  return bitString(octets, 7 - (last & 7))
}

export const utf8String = (text: string): Bytes => element(TAG.UTF8_STRING, utf8(text))

/** Throws `RangeError` when the text has characters that PrintableString lacks. */
export const printableString = (text: string): Bytes => element(TAG.PRINTABLE_STRING, value.encodePrintable(text))

/** Throws `RangeError` when the text is not ASCII. */
export const ia5String = (text: string): Bytes => element(TAG.IA5_STRING, value.encodeAscii(text))

export const boolean = (truth: boolean): Bytes => element(TAG.BOOLEAN, value.encodeBoolean(truth))

/** `BOOLEAN DEFAULT FALSE`: nothing when false. X.690 §11.5. */
export const flag = (truth: boolean): Bytes => (truth ? boolean(true) : NO_BYTES)

export const nullValue = (): Bytes => element(TAG.NULL)

/** UTCTime through 2049, GeneralizedTime from 2050. RFC 5280 §4.1.2.5. */
export const time = (at: Date): Bytes =>
  at.getUTCFullYear() < 2050 && at.getUTCFullYear() >= 1950
    ? element(TAG.UTC_TIME, value.encodeUtcTime(at))
    : generalizedTime(at)

/** To the second; fractions are dropped. */
export const generalizedTime = (at: Date): Bytes => element(TAG.GENERALIZED_TIME, value.encodeGeneralizedTime(at))

/** `[n] EXPLICIT`. */
export const explicit = (n: number, ...elements: readonly Bytes[]): Bytes => element(contextConstructed(n), ...elements)

/** `[n] IMPLICIT`: the element under another tag, primitive or constructed as it was. */
export function implicit(n: number, encoded: Bytes): Bytes {
  const retagged = Uint8Array.from(encoded)
  retagged[0] = 0x80 | (encoded[0]! & CONSTRUCTED) | n
  return retagged
}
