// A PDF from its end: the objects as its newest revision has them. ISO 32000-1 §7.5. Encrypted documents are not read.

import { type Bytes, fromLatin1 } from '../../base/bytes.ts'
import { CodecError } from '../codec-error.ts'
import { isSpace, PdfLexer } from './lexer.ts'
import {
  isKind,
  isNamed,
  type PdfDictionary,
  type PdfReference,
  type PdfStream,
  type PdfValue,
  wholeNumber,
} from './values.ts'
import { type Allowance, allowanceFor, decodedStream, type Entry, readSections, type Section } from './xref.ts'

const MAX_SIZE = 1 << 28
const TAIL = 1024
/** The length of a stream may be an object, in a stream, whose length is one. */
const MAX_CHAIN = 32

export class PdfDocument {
  readonly bytes: Bytes
  readonly startxref: number
  /** Newest first. */
  readonly sections: readonly Section[]
  readonly #entries = new Map<number, Entry>()
  readonly #objects = new Map<number, PdfValue>()
  readonly #streams = new Map<number, readonly PdfValue[]>()
  readonly #reading = new Set<number>()
  readonly #allowance: Allowance

  /**
   * Throws `CodecError` for what is no PDF, is encrypted, or has something behind its end. A revision shares the allowance of
   * its document.
   */
  constructor(bytes: Bytes, allowance = allowanceFor(bytes)) {
    if (bytes.length > MAX_SIZE) throw new CodecError('too-large', 'a PDF of more than 256 MiB')
    if (!/^%PDF-[12]\.[0-9]/.test(fromLatin1(bytes.subarray(0, 8))))
      throw new CodecError('pdf-header', 'no PDF begins here')
    this.bytes = bytes
    this.startxref = startxrefOf(bytes)
    this.#allowance = allowance
    this.sections = readSections(bytes, this.startxref, allowance)
    for (const { entries } of this.sections)
      for (const [number, entry] of entries) if (!this.#entries.has(number)) this.#entries.set(number, entry)
    if (this.trailer.entries.has('Encrypt')) throw new CodecError('pdf-encrypted', 'an encrypted PDF is not read')
  }

  get trailer(): PdfDictionary | PdfStream {
    return this.sections[0]!.trailer
  }

  /** One more than the highest number in use. */
  get size(): number {
    let highest = 0
    for (const number of this.#entries.keys()) highest = Math.max(highest, number)
    return Math.max(highest + 1, wholeNumber(this.trailer.entries.get('Size'), 'Size'))
  }

  get root(): PdfReference {
    const root = this.trailer.entries.get('Root')
    if (!isKind(root, 'reference')) throw new CodecError('pdf-root', 'a trailer without catalog')
    return root
  }

  get catalog(): PdfDictionary {
    const catalog = this.resolve(this.root)
    if (!isKind(catalog, 'dictionary') || !isNamed(catalog.entries.get('Type'), 'Catalog'))
      throw new CodecError('pdf-root', 'a catalog that is none')
    return catalog
  }

  /** Follows one reference; what is not there is null. ISO 32000-1 §7.3.10. */
  resolve(value: PdfValue | undefined): PdfValue {
    if (!isKind(value, 'reference')) return value ?? null
    const known = this.#objects.get(value.number)
    if (known !== undefined) return known
    if (this.#reading.has(value.number)) throw new CodecError('pdf-circle', 'an object that needs itself')
    if (this.#reading.size >= MAX_CHAIN) throw new CodecError('pdf-circle', 'objects that need too many others')
    this.#reading.add(value.number)
    const read = this.#read(value)
    this.#reading.delete(value.number)
    this.#objects.set(value.number, read)
    return read
  }

  get(of: PdfValue | undefined, key: string): PdfValue {
    const holder = this.resolve(of)
    return isKind(holder, 'dictionary') || isKind(holder, 'stream') ? this.resolve(holder.entries.get(key)) : null
  }

  /** Whether the object stands in the file by itself, not in an object stream. */
  isPlain(number: number): boolean {
    return this.#entries.get(number)?.kind === 'offset'
  }

  #read({ number, generation }: PdfReference): PdfValue {
    const entry = this.#entries.get(number)
    if (!entry || entry.kind === 'free') return null
    if (entry.kind === 'compressed') {
      const found = this.#objectsIn(entry.stream)[entry.index]
      if (found === undefined || generation !== 0)
        throw new CodecError('pdf-object', `object ${number} is not in its stream`)
      return found
    }
    if (entry.generation !== generation) return null
    const lexer = new PdfLexer(this.bytes, entry.offset, this.#allowance)
    if (lexer.integer() !== number || lexer.integer() !== generation)
      throw new CodecError('pdf-object', `object ${number} is not where it must be`)
    lexer.keyword('obj')
    return lexer.indirect((length) => wholeNumber(this.resolve(length), 'the length of a stream'))
  }

  /** The document as it was up to there. */
  revision(end: number): PdfDocument {
    return end === this.bytes.length ? this : new PdfDocument(this.bytes.subarray(0, end), this.#allowance)
  }

  /** Throws `CodecError` also when all streams together come to too much. */
  decoded(stream: PdfStream): Bytes {
    return decodedStream(stream, this.#allowance)
  }

  /** ISO 32000-1 §7.5.7. */
  #objectsIn(number: number): readonly PdfValue[] {
    const known = this.#streams.get(number)
    if (known) return known
    const stream = this.isPlain(number) ? this.resolve({ kind: 'reference', number, generation: 0 }) : null
    if (!isKind(stream, 'stream') || !isNamed(stream.entries.get('Type'), 'ObjStm'))
      throw new CodecError('pdf-object', 'an object stream that is none')
    const data = this.decoded(stream)
    const [count, first] = [
      wholeNumber(this.resolve(stream.entries.get('N')), 'N'),
      wholeNumber(this.resolve(stream.entries.get('First')), 'First'),
    ]
    const header = new PdfLexer(data, 0)
    const objects: PdfValue[] = []
    for (let i = 0; i < count; i++) {
      const inside = header.integer()
      const offset = header.integer()
      if (inside === number) throw new CodecError('pdf-circle', 'an object stream inside of itself')
      objects.push(new PdfLexer(data, first + offset, this.#allowance).value())
    }
    this.#streams.set(number, objects)
    return objects
  }
}

/** ISO 32000-1 §7.5.5: the last line says %%EOF; nothing but ends of lines may stand behind it. */
function startxrefOf(bytes: Bytes): number {
  let end = bytes.length
  while (end > 0 && isSpace(bytes[end - 1])) end--
  const tail = fromLatin1(bytes.subarray(Math.max(0, end - TAIL), end))
  const found = /startxref[ \t]*\r?[\r\n]+([0-9]{1,10})[ \t]*\r?[\r\n]+%%EOF$/.exec(tail)
  if (!found) throw new CodecError('pdf-end', 'it does not end as a PDF does')
  return Number(found[1])
}
