// BER-TLV data objects and the LV fields of INSTALL. ISO 7816-4:2020 §6.3, GPC v2.3.1 §11.1.5.
// Strict both ways: definite, shortest lengths; tags of one to three bytes. No DER types here (codec/der).

import { type Bytes, bytes, concat, fromUint, u16, u24 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'

/** The tag is written as in the standards: 0x4f, 0x9f70, 0x7f21. */
export interface Tlv {
  readonly tag: number
  readonly value: Bytes
}

const tagBytes = (tag: number): Bytes => (tag > 0xffff ? u24(tag) : tag > 0xff ? u16(tag) : bytes(tag))

/** Shortest BER length: 00-7F, 81xx, 82xxxx, 83xxxxxx. */
export function encodeLength(length: number): Bytes {
  if (length < 0x80) return bytes(length)
  if (length < 0x100) return bytes(0x81, length)
  return length < 0x10000 ? concat(bytes(0x82), u16(length)) : concat(bytes(0x83), u24(length))
}

/** One data object; several values are joined. */
export function tlv(tag: number, ...values: readonly Bytes[]): Bytes {
  const value = concat(...values)
  return concat(tagBytes(tag), encodeLength(value.length), value)
}

/** A tag at `at`: its number and the offset after it. */
function readTag(from: Bytes, at: number): [tag: number, next: number] {
  const first = from[at]!
  if (first === 0) throw new CodecError('tlv/tag', 'tag 00', at)
  if ((first & 0x1f) !== 0x1f) return [first, at + 1]
  let next = at + 1
  while (next < from.length && from[next]! & 0x80) next++
  const tag = from.subarray(at, next + 1)
  if (next >= from.length) throw new CodecError('tlv/short', 'tag is cut', at)
  if (tag.length > 3 || tag[1] === 0x80) throw new CodecError('tlv/tag', 'tag is too long', at)
  return [fromUint(tag), next + 1]
}

/** A BER length at `at`: its value and the offset after it. */
export function readLength(from: Bytes, at: number): [length: number, next: number] {
  const first = from[at]
  if (first === undefined) throw new CodecError('tlv/short', 'length is missing', at)
  if (first < 0x80) return [first, at + 1]
  const count = first & 0x7f
  if (count === 0 || count > 3) throw new CodecError('tlv/length', 'length form is not allowed', at)
  if (at + 1 + count > from.length) throw new CodecError('tlv/short', 'length is cut', at)
  const length = fromUint(from.subarray(at + 1, at + 1 + count))
  if (encodeLength(length).length !== count + 1) throw new CodecError('tlv/length', 'length is not the shortest', at)
  return [length, at + 1 + count]
}

/** The data object that begins at `at`, and the offset after it. */
export function readTlv(from: Bytes, at: number): [object: Tlv, next: number] {
  const [tag, afterTag] = readTag(from, at)
  const [length, start] = readLength(from, afterTag)
  if (start + length > from.length) throw new CodecError('tlv/short', 'value is cut', at)
  return [{ tag, value: from.slice(start, start + length) }, start + length]
}

/** All data objects of a field, in order. Throws `CodecError` on anything else. */
export function decodeTlvs(from: Bytes): Tlv[] {
  const found: Tlv[] = []
  for (let at = 0; at < from.length; ) {
    const [object, next] = readTlv(from, at)
    found.push(object)
    at = next
  }
  return found
}

/** Exactly one data object with this tag, nothing after it; its value. */
export function decodeTlv(tag: number, from: Bytes): Bytes {
  const [object, ...more] = decodeTlvs(from)
  if (object?.tag !== tag || more.length > 0) {
    throw new CodecError('tlv/tag', `expected one object ${tag.toString(16).toUpperCase()}`, 0)
  }
  return object.value
}

export const encodeTlvs = (objects: readonly Tlv[]): Bytes =>
  concat(...objects.map(({ tag, value }) => tlv(tag, value)))

/** The value of the first object with this tag, if there is one. */
export const findTlv = (objects: readonly Tlv[], tag: number): Bytes | undefined =>
  objects.find((object) => object.tag === tag)?.value

/** The value of the first object with this tag. Throws `CodecError` when it is missing. */
export function needTlv(objects: readonly Tlv[], tag: number): Bytes {
  const value = findTlv(objects, tag)
  if (!value) throw new CodecError('tlv/missing', `object ${tag.toString(16).toUpperCase()} is missing`)
  return value
}

/** A length and the value: the fields of INSTALL. */
export const lv = (value: Bytes): Bytes => concat(encodeLength(value.length), value)

/** All LV fields. A length byte 80 alone means 128 (GPC v2.3.1 §11.1.5). */
export function decodeLvs(from: Bytes): Bytes[] {
  const fields: Bytes[] = []
  for (let at = 0; at < from.length; ) {
    const [length, start] = from[at] === 0x80 ? [0x80, at + 1] : readLength(from, at)
    if (start + length > from.length) throw new CodecError('lv/short', 'field is cut', at)
    fields.push(from.slice(start, start + length))
    at = start + length
  }
  return fields
}
