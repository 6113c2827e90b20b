// One object of a PDF, read strictly from where it begins. ISO 32000-1 §7.2, §7.3.
// A key that stands twice in a dictionary is refused: two readers would take different values.

import { type Bytes, fromLatin1 } from '../../base/bytes.ts'
import { CodecError } from '../codec-error.ts'
import type { PdfDictionary, PdfReference, PdfStream, PdfString, PdfValue } from './values.ts'

const MAX_DEPTH = 64
const SPACES = new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20])
const DELIMITERS = new Set([...'()<>[]{}/%'].map((one) => one.charCodeAt(0)))

export const isSpace = (octet: number | undefined): boolean => octet !== undefined && SPACES.has(octet)
const isRegular = (octet: number | undefined): octet is number =>
  octet !== undefined && !SPACES.has(octet) && !DELIMITERS.has(octet)

export class PdfLexer {
  readonly #bytes: Bytes
  at: number

  readonly #allowance: { values: number }

  constructor(bytes: Bytes, at: number, allowance: { values: number } = { values: bytes.length }) {
    this.#bytes = bytes
    this.at = at
    this.#allowance = allowance
  }

  error(code: string, message: string): CodecError {
    return new CodecError(`pdf-${code}`, message, this.at)
  }

  get done(): boolean {
    return this.at >= this.#bytes.length
  }

  /** White space and comments. */
  skip(): void {
    for (;;) {
      const octet = this.#bytes[this.at]
      if (octet === 0x25) while (!this.done && this.#bytes[this.at] !== 0x0a && this.#bytes[this.at] !== 0x0d) this.at++
      else if (isSpace(octet)) this.at++
      else return
    }
  }

  has(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.#bytes[this.at + i] !== text.charCodeAt(i)) return false
    return true
  }

  take(text: string): boolean {
    const found = this.has(text)
    if (found) this.at += text.length
    return found
  }

  /** A keyword, and nothing that only begins like it. */
  keyword(text: string): void {
    this.skip()
    if (!this.take(text) || isRegular(this.#bytes[this.at])) throw this.error('keyword', `${text} is missing`)
  }

  word(): string {
    this.skip()
    const start = this.at
    while (isRegular(this.#bytes[this.at])) this.at++
    return fromLatin1(this.#bytes.subarray(start, Math.min(this.at, start + 256)))
  }

  integer(): number {
    const word = this.word()
    if (!/^[0-9]{1,10}$/.test(word)) throw this.error('integer', 'a number is missing')
    return Number(word)
  }

  value(depth = 0): PdfValue {
    if (depth > MAX_DEPTH) throw this.error('too-deep', 'objects are nested too deeply')
    if (this.#allowance.values-- <= 0) throw this.error('too-large', 'more objects than are read')
    this.skip()
    if (this.take('<<')) return this.#dictionary(depth)
    if (this.take('[')) return this.#list(depth)
    if (this.has('<')) return this.#hexString()
    if (this.has('(')) return this.#literalString()
    if (this.take('/')) return { kind: 'name', name: this.#name() }
    return this.#numberOrKeyword()
  }

  #list(depth: number): PdfValue[] {
    const values: PdfValue[] = []
    for (;;) {
      this.skip()
      if (this.take(']')) return values
      values.push(this.value(depth + 1))
    }
  }

  #dictionary(depth: number): PdfDictionary {
    const entries = new Map<string, PdfValue>()
    for (;;) {
      this.skip()
      if (this.take('>>')) return { kind: 'dictionary', entries }
      if (!this.take('/')) throw this.error('dictionary', 'a key is missing')
      const key = this.#name()
      if (entries.has(key)) throw this.error('key-twice', `the key ${key} stands twice`)
      entries.set(key, this.value(depth + 1))
    }
  }

  /** ISO 32000-1 §7.3.5. */
  #name(): string {
    const start = this.at
    while (isRegular(this.#bytes[this.at])) this.at++
    const raw = fromLatin1(this.#bytes.subarray(start, Math.min(this.at, start + 512)))
    return raw.replace(/#([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  }

  #hexString(): PdfString {
    const start = this.at++
    const digits: number[] = []
    for (; this.#bytes[this.at] !== 0x3e; this.at++) {
      const octet = this.#bytes[this.at]
      if (isSpace(octet)) continue
      const digit = octet === undefined ? -1 : '0123456789abcdef'.indexOf(String.fromCharCode(octet).toLowerCase())
      if (digit < 0) throw this.error('string', 'a string of digits that are none')
      digits.push(digit)
    }
    this.at++
    if (digits.length % 2 === 1) digits.push(0)
    const bytes = Uint8Array.from({ length: digits.length / 2 }, (_, i) => digits[2 * i]! * 16 + digits[2 * i + 1]!)
    return { kind: 'string', bytes, start, end: this.at, isHex: true }
  }

  /** ISO 32000-1 §7.3.4.2. */
  #literalString(): PdfString {
    const start = this.at++
    const octets: number[] = []
    for (let open = 1; open > 0; ) {
      const octet = this.#bytes[this.at++]
      if (octet === undefined) throw this.error('string', 'a string does not end')
      if (octet === 0x28) open++
      if (octet === 0x29 && --open === 0) break
      if (octet === 0x5c) octets.push(...this.#escaped())
      else octets.push(octet)
    }
    return { kind: 'string', bytes: Uint8Array.from(octets), start, end: this.at, isHex: false }
  }

  #escaped(): number[] {
    const octet = this.#bytes[this.at++] ?? 0
    const known = ESCAPES[String.fromCharCode(octet)]
    if (known !== undefined) return [known]
    if (octet === 0x0d || octet === 0x0a) {
      if (octet === 0x0d && this.#bytes[this.at] === 0x0a) this.at++
      return []
    }
    if (octet < 0x30 || octet > 0x37) return [octet]
    let value = octet - 0x30
    for (let i = 0; i < 2; i++) {
      const digit = (this.#bytes[this.at] ?? 0) - 0x30
      if (digit < 0 || digit > 7) break
      value = value * 8 + digit
      this.at++
    }
    return [value & 0xff]
  }

  #numberOrKeyword(): PdfValue {
    const word = this.word()
    if (word === 'true' || word === 'false') return word === 'true'
    if (word === 'null') return null
    if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(word)) throw this.error('object', 'no object begins here')
    return this.#reference(word) ?? Number(word)
  }

  /** `12 0 R`: two more words decide. */
  #reference(word: string): PdfReference | undefined {
    const before = this.at
    if (/^[0-9]{1,10}$/.test(word)) {
      const generation = this.word()
      if (/^[0-9]{1,5}$/.test(generation) && this.word() === 'R')
        return { kind: 'reference', number: Number(word), generation: Number(generation) }
    }
    this.at = before
    return undefined
  }

  /** What stands between `obj` and `endobj`; the length of a stream may be an object of its own. */
  indirect(lengthOf: (value: PdfValue | undefined) => number): PdfValue | PdfStream {
    const value = this.value()
    this.skip()
    if (!this.take('stream')) {
      this.keyword('endobj')
      return value
    }
    if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'dictionary')
      throw this.error('stream', 'a stream without dictionary')
    // ISO 32000-1 §7.3.8.1: CR alone could be the first octet of the data.
    if (!this.take('\r\n') && !this.take('\n'))
      throw this.error('stream', 'a stream that does not begin with a new line')
    const start = this.at
    this.at += lengthOf(value.entries.get('Length'))
    const raw = this.#bytes.subarray(start, this.at)
    this.keyword('endstream')
    this.keyword('endobj')
    return { kind: 'stream', entries: value.entries, raw }
  }
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  b: 0x08,
  f: 0x0c,
  '(': 0x28,
  ')': 0x29,
  '\\': 0x5c,
}
