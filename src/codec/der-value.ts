// Contents octets of the primitive DER types, both ways. ITU-T X.690 §§8, 10, 11 and RFC 5280 §4.1.2.5 for times.
// Every function here sees contents only; tags and lengths are in der.ts and der-reader.ts.

import { type Bytes, bytes, concat, fromLatin1, fromUint, fromUtf8, hex, utf8 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'

/** X.690 §8.3.2: the first nine bits are never all equal. */
export function checkInteger(contents: Bytes): void {
  const [first, second] = contents
  if (first === undefined) throw new CodecError('integer-empty', 'an INTEGER has no contents')
  if (second === undefined) return
  if ((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80))
    throw new CodecError('integer-not-minimal', 'an INTEGER has superfluous leading octets')
}

/** Room for the modulus of any key. */
const MAX_INTEGER = 1 << 14

export function decodeInteger(contents: Bytes): bigint {
  checkInteger(contents)
  if (contents.length > MAX_INTEGER) throw new CodecError('integer-range', 'an INTEGER of more than 16 KiB')
  if (contents.length <= 6) {
    const small = fromUint(contents)
    return BigInt(contents[0]! & 0x80 ? small - 256 ** contents.length : small)
  }
  // Digit by digit a modulus would cost more than the signature that it verifies.
  const value = BigInt(`0x${hex(contents)}`)
  return contents[0]! & 0x80 ? value - (1n << BigInt(8 * contents.length)) : value
}

export function encodeInteger(value: bigint): Bytes {
  if (value >= 0n && value <= 0x7fffffffn) return encodeSmall(Number(value))
  const octets: number[] = []
  let rest = value
  do {
    octets.unshift(Number(rest & 0xffn))
    rest >>= 8n
  } while (!(rest === 0n && octets[0]! < 0x80) && !(rest === -1n && octets[0]! >= 0x80))
  return Uint8Array.from(octets)
}

/** Without bigint arithmetic: lists have a million of them. */
function encodeSmall(value: number): Bytes {
  const length = value < 0x80 ? 1 : value < 0x8000 ? 2 : value < 0x800000 ? 3 : 4
  const octets = new Uint8Array(length)
  for (let i = 0; i < length; i++) octets[i] = value >>> (8 * (length - 1 - i))
  return octets
}

/** X.690 §8.19: subidentifiers in base 128, the first holds two arcs. */
export function decodeOid(contents: Bytes): string {
  if (contents.length === 0 || contents.length > 64) throw new CodecError('oid-length', 'bad length of an OID')
  let text = ''
  for (let at = 0; at < contents.length; ) {
    if (contents[at] === 0x80) throw new CodecError('oid-not-minimal', 'an OID arc has a leading zero')
    const start = at
    while (at < contents.length && contents[at]! >= 0x80) at++
    if (at === contents.length) throw new CodecError('oid-truncated', 'the last arc of an OID is not complete')
    const arc = oidArc(contents, start, ++at)
    text += start === 0 ? firstArcs(arc) : `.${arc}`
  }
  return text
}

/** A number where it is exact, which it nearly always is. */
function oidArc(contents: Bytes, start: number, end: number): bigint | number {
  if (end - start > 7)
    return contents.subarray(start, end).reduce((arc, octet) => (arc << 7n) | BigInt(octet & 0x7f), 0n)
  let arc = 0
  for (let at = start; at < end; at++) arc = arc * 128 + (contents[at]! & 0x7f)
  return arc
}

function firstArcs(arc: bigint | number): string {
  if (arc >= 80) return `2.${typeof arc === 'bigint' ? arc - 80n : arc - 80}`
  return arc < 40 ? `0.${arc}` : `1.${Number(arc) - 40}`
}

/** Throws `RangeError` when `dotted` is not an OID: it is written by us, not read. */
export function encodeOid(dotted: string): Bytes {
  if (!/^[012](\.(0|[1-9][0-9]*))+$/.test(dotted)) throw new RangeError('not an OID')
  const [root = 0n, second = 0n, ...others] = dotted.split('.').map(BigInt)
  if (root < 2n && second >= 40n) throw new RangeError('not an OID')
  return concat(...[root * 40n + second, ...others].map(base128))
}

function base128(arc: bigint): Bytes {
  const octets = [Number(arc & 0x7fn)]
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80)
  return Uint8Array.from(octets)
}

export interface BitString {
  readonly bytes: Bytes
  readonly unusedBits: number
}

export function decodeBitString(contents: Bytes): BitString {
  const unusedBits = contents[0]
  if (unusedBits === undefined) throw new CodecError('bit-string-empty', 'a BIT STRING has no contents')
  const octets = contents.subarray(1)
  const padding = (1 << unusedBits) - 1
  if (unusedBits > 7 || (octets.length === 0 && unusedBits > 0) || (octets[octets.length - 1] ?? 0) & padding)
    throw new CodecError('bit-string-unused-bits', 'bad unused bits in a BIT STRING')
  return { bytes: octets, unusedBits }
}

/** Digit by digit, because every certificate and list has two or more of them. */
function timeOctets(at: Date, yearDigits: 2 | 4): Bytes {
  const octets = new Uint8Array(yearDigits + 11)
  const put = (pair: number, place: number) => {
    octets[place] = 0x30 + Math.floor(pair / 10)
    octets[place + 1] = 0x30 + (pair % 10)
  }
  const year = at.getUTCFullYear()
  if (yearDigits === 4) put(Math.floor(year / 100), 0)
  put(year % 100, yearDigits - 2)
  put(at.getUTCMonth() + 1, yearDigits)
  put(at.getUTCDate(), yearDigits + 2)
  put(at.getUTCHours(), yearDigits + 4)
  put(at.getUTCMinutes(), yearDigits + 6)
  put(at.getUTCSeconds(), yearDigits + 8)
  octets[yearDigits + 10] = 0x5a
  return octets
}

/** RFC 5280 §4.1.2.5.1: YYMMDDHHMMSSZ. */
export const encodeUtcTime = (at: Date): Bytes => timeOctets(at, 2)

/** RFC 5280 §4.1.2.5.2: YYYYMMDDHHMMSSZ, without fractions. */
export const encodeGeneralizedTime = (at: Date): Bytes => timeOctets(at, 4)

/** Years 50 to 99 are of the twentieth century. RFC 5280 §4.1.2.5.1. */
export function decodeUtcTime(contents: Bytes): Date {
  const digits = timeDigits(contents, 13)
  return instant((digits < 50 ? 2000 : 1900) + digits, contents, 2)
}

export const decodeGeneralizedTime = (contents: Bytes): Date =>
  instant(timeDigits(contents, 15) * 100 + pair(contents, 2), contents, 4)

/** RFC 3161 §2.4.2: fractions of a second are allowed, without trailing zeros; what is finer than a Date is dropped. */
export function decodePreciseTime(contents: Bytes): Date {
  const fraction = contents.subarray(15, -1)
  if (contents[14] !== 0x2e) return decodeGeneralizedTime(contents)
  const digits = decodeAscii(fraction)
  if (contents.at(-1) !== 0x5a || !/^[0-9]{0,31}[1-9]$/.test(digits)) throw badTime()
  const second = decodeGeneralizedTime(concat(contents.subarray(0, 14), contents.subarray(-1)))
  return new Date(second.getTime() + Number(digits.padEnd(3, '0').slice(0, 3)))
}

/** Checks the form and returns the first two digits. */
function timeDigits(contents: Bytes, length: number): number {
  if (contents.length !== length || contents[length - 1] !== 0x5a) throw badTime()
  return pair(contents, 0)
}

function pair(contents: Bytes, at: number): number {
  const tens = contents[at]! - 0x30
  const ones = contents[at + 1]! - 0x30
  if (!(tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9)) throw badTime()
  return tens * 10 + ones
}

function instant(year: number, contents: Bytes, at: number): Date {
  const [month, day] = [pair(contents, at), pair(contents, at + 2)]
  const [hour, minute, second] = [pair(contents, at + 4), pair(contents, at + 6), pair(contents, at + 8)]
  const time = new Date(0)
  time.setUTCFullYear(year, month - 1, day)
  time.setUTCHours(hour, minute, second)
  const calendar = time.getUTCFullYear() === year && time.getUTCMonth() === month - 1 && time.getUTCDate() === day
  if (!calendar || hour > 23 || minute > 59 || second > 59) throw badTime()
  return time
}

const badTime = () => new CodecError('time-form', 'a time is not in the form that RFC 5280 demands')

export function decodeUtf8(contents: Bytes): string {
  try {
    return fromUtf8(contents)
  } catch (cause) {
    throw new CodecError('utf8', 'a UTF8String is not UTF-8', undefined, cause)
  }
}

/** X.680 §41.4. */
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/

export function decodePrintable(contents: Bytes): string {
  const text = decodeAscii(contents)
  if (!PRINTABLE.test(text)) throw new CodecError('printable-string', 'a character that PrintableString lacks')
  return text
}

/** Throws `RangeError` when the text has characters that PrintableString lacks. */
export function encodePrintable(text: string): Bytes {
  if (!PRINTABLE.test(text)) throw new RangeError('not a PrintableString')
  return utf8(text)
}

export function decodeAscii(contents: Bytes): string {
  if (contents.length > 0xffff) throw new CodecError('string-length', 'a string is longer than 65,535 octets')
  if (contents.some((byte) => byte > 0x7f)) throw new CodecError('ascii', 'an octet that is not ASCII')
  return fromLatin1(contents)
}

export function decodeLatin1(contents: Bytes): string {
  if (contents.length > 0xffff) throw new CodecError('string-length', 'a string is longer than 65,535 octets')
  return fromLatin1(contents)
}

/** BMPString with 2 octets a character, UniversalString with 4: characters only, no halves of them. X.680 §41. */
export function decodeCodePoints(contents: Bytes, width: 2 | 4): string {
  if (contents.length % width !== 0) throw new CodecError('string-length', 'a string that ends inside a character')
  let text = ''
  for (let at = 0; at < contents.length; at += width) {
    const point = fromUint(contents.subarray(at, at + width))
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw new CodecError('string', 'no character')
    text += String.fromCodePoint(point)
  }
  return text
}

/** Throws `RangeError` when the text is not ASCII. */
export function encodeAscii(text: string): Bytes {
  const octets = utf8(text)
  if (octets.length !== text.length) throw new RangeError('not ASCII')
  return octets
}

/** X.690 §11.1: TRUE is FF. */
export function decodeBoolean(contents: Bytes): boolean {
  const [value] = contents
  if (contents.length !== 1 || (value !== 0x00 && value !== 0xff)) throw new CodecError('boolean', 'a bad BOOLEAN')
  return value === 0xff
}

export const encodeBoolean = (value: boolean): Bytes => bytes(value ? 0xff : 0x00)
