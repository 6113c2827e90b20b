// Reading strict DER: a cursor over the elements of one constructed value. ITU-T X.690 §§8, 10, 11.
// Whatever the bytes are, the outcome is a value or a `CodecError`; nothing is copied but what is asked for.

import type { Bytes } from '../base/bytes.ts'
import { type ReadPart, readKnown } from '../base/read-known.ts'
import { CodecError } from './codec-error.ts'
import { CONSTRUCTED, contextConstructed, TAG } from './der-tag.ts'
import * as value from './der-value.ts'

const MAX_DEPTH = 32
/** Room for a CRL of several million entries. */
const MAX_SIZE = 1 << 28

/** The same string object each time: it is compared at once. */
const knownOid = readKnown(512, value.decodeOid)

/** Reads `input`, which must be exactly what `read` consumes. */
export function decode<T>(input: Bytes, read: (reader: DerReader) => T): T {
  if (input.length > MAX_SIZE) throw new CodecError('too-large', 'the encoding is larger than 256 MiB')
  const reader = new DerReader(input, 0, input.length, 0)
  const result = read(reader)
  reader.end()
  return result
}

export class DerReader {
  readonly #bytes: Bytes
  readonly #end: number
  readonly #depth: number
  #at: number

  constructor(input: Bytes, start: number, end: number, depth: number) {
    this.#bytes = input
    this.#at = start
    this.#end = end
    this.#depth = depth
  }

  get done(): boolean {
    return this.#at >= this.#end
  }

  /** Offset of the next element from the start of the whole input. */
  get offset(): number {
    return this.#at
  }

  /** Whether the next element has this identifier octet. */
  has(tag: number): boolean {
    return this.#at < this.#end && this.#bytes[this.#at] === tag
  }

  /** The identifier octet of the next element; 0, which is no element's, at the end. */
  get tag(): number {
    return this.done ? 0 : this.#bytes[this.#at]!
  }

  /** Throws when something is left. */
  end(): void {
    if (this.#at < this.#end) throw this.#error('trailing', 'octets are left after the last field')
  }

  /** Passes the next element's header; the contents lie from the new position to the returned offset. */
  #header(tag: number | undefined): number {
    const found = this.#bytes[this.#at]
    if (this.#at >= this.#end || found === undefined) throw this.#error('truncated', 'an element is missing')
    if (tag !== undefined && found !== tag)
      throw this.#error('tag', `tag ${found.toString(16)} where ${tag.toString(16)} must be`)
    if ((found & 0x1f) === 0x1f) throw this.#error('tag', 'a tag number above 30')
    this.#at++
    const length = this.#length()
    if (length > this.#end - this.#at) throw this.#error('truncated', 'an element ends after what contains it')
    return this.#at + length
  }

  /** X.690 §10.1: definite, in the fewest octets. */
  #length(): number {
    if (this.#at >= this.#end) throw this.#error('truncated', 'a length is missing')
    const first = this.#bytes[this.#at++]!
    if (first < 0x80) return first
    const count = first & 0x7f
    if (count === 0 || count > 4) throw this.#error('length', 'an indefinite or absurd length')
    if (count > this.#end - this.#at) throw this.#error('truncated', 'a length is cut off')
    let length = 0
    for (let i = 0; i < count; i++) length = length * 256 + this.#bytes[this.#at++]!
    if (length < 0x80 || length < 2 ** (8 * (count - 1))) throw this.#error('length', 'a length that is not minimal')
    return length
  }

  #error(code: string, message: string): CodecError {
    return new CodecError(code, message, this.#at)
  }

  /** The contents octets of the next element. */
  contents(tag: number): Bytes {
    const end = this.#header(tag)
    const contents = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return contents
  }

  /** The next element, whatever it is, with its tag and length. */
  raw(tag?: number): Bytes {
    const start = this.#at
    const end = this.#header(tag)
    this.#at = end
    return this.#bytes.subarray(start, end)
  }

  /** What `read` makes of the next element with its tag and length, without an array for it. */
  known<T>(tag: number, read: ReadPart<T>): T {
    const start = this.#at
    this.#at = this.#header(tag)
    return read(this.#bytes, start, this.#at)
  }

  /** Reads inside the next element, which `read` must consume whole. */
  enter<T>(tag: number, read: (inside: DerReader) => T): T {
    if ((tag & CONSTRUCTED) === 0) throw new RangeError('only constructed elements can be entered')
    if (this.#depth >= MAX_DEPTH) throw this.#error('too-deep', 'elements are nested too deeply')
    const end = this.#header(tag)
    const inside = new DerReader(this.#bytes, this.#at, end, this.#depth + 1)
    const result = read(inside)
    inside.end()
    this.#at = end
    return result
  }

  /** As `sequence`; `read` is also given the element as it stands. */
  whole<T>(read: (inside: DerReader, raw: Bytes) => T): T {
    const start = this.#at
    return this.enter(TAG.SEQUENCE, (inside) => read(inside, this.#bytes.subarray(start, inside.#end)))
  }

  sequence<T>(read: (inside: DerReader) => T, tag: number = TAG.SEQUENCE): T {
    return this.enter(tag, read)
  }

  sequenceOf<T>(read: (inside: DerReader) => T, tag: number = TAG.SEQUENCE): T[] {
    return this.enter(tag, (inside) => inside.list(read))
  }

  /** X.690 §11.6: the encodings stand in ascending order. */
  setOf<T>(read: (inside: DerReader) => T, tag: number = TAG.SET): T[] {
    return this.enter(tag, (inside) => {
      const items: T[] = []
      let last: Bytes | undefined
      while (!inside.done) {
        const start = inside.#at
        items.push(read(inside))
        // Most sets have one member.
        if (!last && inside.done) break
        const next = inside.#bytes.subarray(start, inside.#at)
        if (last && compareEncodings(last, next) > 0) throw this.#error('set-order', 'a SET OF is not sorted')
        last = next
      }
      return items
    })
  }

  /** Everything up to the end of what contains it. */
  list<T>(read: (inside: DerReader) => T): T[] {
    const items: T[] = []
    while (!this.done) items.push(read(this))
    return items
  }

  /** `[n] EXPLICIT`. */
  explicit<T>(n: number, read: (inside: DerReader) => T): T {
    return this.enter(contextConstructed(n), read)
  }

  /** `undefined`, without moving, when the next element has another tag. */
  optional<T>(tag: number, read: (reader: this) => T): T | undefined {
    return this.has(tag) ? read(this) : undefined
  }

  integer(tag: number = TAG.INTEGER): bigint {
    return value.decodeInteger(this.contents(tag))
  }

  /** The contents of an INTEGER, checked, where digits are wanted and no number. */
  integerOctets(tag: number = TAG.INTEGER): Bytes {
    const contents = this.contents(tag)
    value.checkInteger(contents)
    return contents
  }

  /** An integer that must lie between 0 and `max`. */
  smallInteger(max = 0x7fffffff, tag: number = TAG.INTEGER): number {
    const number = this.integer(tag)
    if (number < 0n || number > BigInt(max)) throw this.#error('integer-range', 'an INTEGER is out of its range')
    return Number(number)
  }

  enumerated(tag: number = TAG.ENUMERATED): number {
    return this.smallInteger(0xff, tag)
  }

  boolean(tag: number = TAG.BOOLEAN): boolean {
    return value.decodeBoolean(this.contents(tag))
  }

  /** `BOOLEAN DEFAULT FALSE`: absent is false, and DER forbids to write the default. X.690 §11.5. */
  flag(tag: number = TAG.BOOLEAN): boolean {
    if (!this.has(tag)) return false
    if (this.boolean(tag)) return true
    throw this.#error('default-encoded', 'a default value is written out')
  }

  nullValue(tag: number = TAG.NULL): null {
    if (this.contents(tag).length > 0) throw this.#error('null', 'a NULL with contents')
    return null
  }

  oid(tag: number = TAG.OID): string {
    const end = this.#header(tag)
    const start = this.#at
    this.#at = end
    return knownOid(this.#bytes, start, end)
  }

  octetString(tag: number = TAG.OCTET_STRING): Bytes {
    return this.contents(tag)
  }

  bitString(tag: number = TAG.BIT_STRING): value.BitString {
    return value.decodeBitString(this.contents(tag))
  }

  /** A BIT STRING of whole octets: a key or a signature. */
  bitStringOctets(tag: number = TAG.BIT_STRING): Bytes {
    const contents = this.contents(tag)
    if (contents[0] === 0) return contents.subarray(1)
    value.decodeBitString(contents)
    throw this.#error('bit-string-unused-bits', 'a BIT STRING that must be whole octets')
  }

  /** Positions of the set bits of a named bit list: no trailing zero bits. X.690 §11.2.2. */
  namedBits(tag: number = TAG.BIT_STRING): number[] {
    const { bytes, unusedBits } = this.bitString(tag)
    const length = bytes.length * 8 - unusedBits
    const set: number[] = []
    for (let bit = 0; bit < length; bit++) if (bytes[bit >> 3]! & (0x80 >> (bit & 7))) set.push(bit)
    if (length > 0 && set[set.length - 1] !== length - 1)
      throw this.#error('named-bits', 'trailing zero bits in a bit list')
    return set
  }

  utf8String(tag: number = TAG.UTF8_STRING): string {
    return value.decodeUtf8(this.contents(tag))
  }

  printableString(tag: number = TAG.PRINTABLE_STRING): string {
    return value.decodePrintable(this.contents(tag))
  }

  ia5String(tag: number = TAG.IA5_STRING): string {
    return value.decodeAscii(this.contents(tag))
  }

  generalizedTime(tag: number = TAG.GENERALIZED_TIME): Date {
    return value.decodeGeneralizedTime(this.contents(tag))
  }

  /** With fractions of a second. RFC 3161 §2.4.2. */
  preciseTime(): Date {
    return value.decodePreciseTime(this.contents(TAG.GENERALIZED_TIME))
  }

  /** Either form for any year: what others wrote must be read all the same. RFC 5280 §4.1.2.5. */
  eitherTime(): Date {
    return this.has(TAG.UTC_TIME) ? value.decodeUtcTime(this.contents(TAG.UTC_TIME)) : this.generalizedTime()
  }

  /** UTCTime through 2049, GeneralizedTime from 2050. RFC 5280 §4.1.2.5. */
  time(): Date {
    const isUtc = this.has(TAG.UTC_TIME)
    const at = this.eitherTime()
    if (isUtc) return at
    if (at.getUTCFullYear() < 2050) throw this.#error('time-form', 'a GeneralizedTime before 2050')
    return at
  }
}

/** X.690 §11.6: as octet strings, the shorter padded with zero octets. */
export function compareEncodings(a: Bytes, b: Bytes): number {
  const length = Math.max(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
