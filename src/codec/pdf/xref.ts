// Where the objects of a PDF are: cross-reference tables, streams and both together, back to the first.
// ISO 32000-1 §7.5.4, §7.5.8. What is ambiguous is refused: nothing is repaired.

import { type Bytes, fromUint } from '../../base/bytes.ts'
import { inflate } from '../../base/inflate.ts'
import { CodecError } from '../codec-error.ts'
import { PdfLexer } from './lexer.ts'
import { isKind, isList, isNamed, type PdfDictionary, type PdfStream, type PdfValue, wholeNumber } from './values.ts'

export type Entry =
  | { readonly kind: 'offset'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'compressed'; readonly stream: number; readonly index: number }
  | { readonly kind: 'free' }

export interface Section {
  /** What startxref or Prev says. */
  readonly offset: number
  readonly isStream: boolean
  readonly entries: ReadonlyMap<number, Entry>
  readonly trailer: PdfDictionary | PdfStream
}

/** What a document may still come to, so that a small one cannot become a large one again and again. */
export interface Allowance {
  /** Of all that is decompressed. */
  octets: number
  /** Of all objects, with those inside of others. */
  values: number
}

export const allowanceFor = ({ length }: Bytes): Allowance => ({
  octets: MAX_PLAIN + MAX_RATIO * length,
  values: MAX_VALUES + 4 * length,
})

const MAX_SECTIONS = 1024
const MAX_OBJECTS = 1 << 22
const MAX_PLAIN = 1 << 26
const MAX_RATIO = 16
const MAX_VALUES = 1 << 19

/** Newest first. Throws `CodecError`. */
export function readSections(bytes: Bytes, startxref: number, allowance: Allowance): Section[] {
  const sections: Section[] = []
  for (let offset: number | undefined = startxref; offset !== undefined; ) {
    const at: number = offset
    if (sections.some((one) => one.offset === at) || sections.length >= MAX_SECTIONS)
      throw new CodecError('pdf-xref', 'cross-references in a circle')
    const section = readSection(bytes, at, allowance)
    const hybrid = section.isStream ? undefined : section.trailer.entries.get('XRefStm')
    sections.push(
      hybrid === undefined
        ? section
        : { ...section, entries: merged(section, readSection(bytes, wholeNumber(hybrid, 'XRefStm'), allowance)) },
    )
    const previous = section.trailer.entries.get('Prev')
    offset = previous === undefined ? undefined : wholeNumber(previous, 'Prev')
  }
  return sections
}

/** ISO 32000-1 §7.5.8.4: what the table hides as free, the stream beside it tells; else the table has the word. */
function merged({ entries }: Section, beside: Section): Map<number, Entry> {
  if (!beside.isStream) throw new CodecError('pdf-xref', 'a table where a stream must be')
  return new Map([
    ...entries,
    ...[...beside.entries].filter(([number]) => (entries.get(number)?.kind ?? 'free') === 'free'),
  ])
}

function readSection(bytes: Bytes, offset: number, allowance: Allowance): Section {
  const lexer = new PdfLexer(bytes, offset, allowance)
  if (offset >= bytes.length) throw lexer.error('xref', 'cross-references behind the end')
  return lexer.take('xref') ? readTable(lexer, offset) : readStream(lexer, offset, allowance)
}

function readTable(lexer: PdfLexer, offset: number): Section {
  const entries = new Map<number, Entry>()
  for (;;) {
    lexer.skip()
    if (lexer.has('trailer')) break
    const [first, count] = [lexer.integer(), lexer.integer()]
    if (first + count > MAX_OBJECTS) throw lexer.error('xref', 'more objects than are read')
    for (let i = 0; i < count; i++) {
      const [position, generation, kind] = [lexer.integer(), lexer.integer(), lexer.word()]
      if (kind !== 'n' && kind !== 'f') throw lexer.error('xref', 'a cross-reference that is neither used nor free')
      set(entries, first + i, kind === 'n' ? { kind: 'offset', offset: position, generation } : { kind: 'free' })
    }
  }
  lexer.keyword('trailer')
  const trailer = lexer.value()
  if (!isKind(trailer, 'dictionary')) throw lexer.error('trailer', 'a trailer that is no dictionary')
  return { offset, isStream: false, entries, trailer }
}

function set(entries: Map<number, Entry>, number: number, entry: Entry): void {
  if (entries.has(number)) throw new CodecError('pdf-xref', `object ${number} stands twice in one section`)
  entries.set(number, entry)
}

function readStream(lexer: PdfLexer, offset: number, allowance: Allowance): Section {
  lexer.integer()
  lexer.integer()
  lexer.keyword('obj')
  const stream = lexer.indirect((length) => wholeNumber(length, 'the length of a cross-reference stream'))
  if (!isKind(stream, 'stream') || !isNamed(stream.entries.get('Type'), 'XRef'))
    throw lexer.error('xref', 'no cross-references where they must be')
  const widths = numbers(stream.entries.get('W'))
  if (widths.length !== 3 || widths.some((one) => one > 8)) throw lexer.error('xref', 'bad widths')
  const size = wholeNumber(stream.entries.get('Size'), 'Size')
  const index = stream.entries.has('Index') ? numbers(stream.entries.get('Index')) : [0, size]
  const entries = new Map<number, Entry>()
  const data = decodedStream(stream, allowance)
  const [w0, w1, w2] = widths as [number, number, number]
  let at = 0
  for (let pair = 0; pair + 1 < index.length; pair += 2)
    for (let i = 0; i < index[pair + 1]!; i++) {
      if (at + w0 + w1 + w2 > data.length || index[pair]! + i > MAX_OBJECTS) throw lexer.error('xref', 'too short')
      const field = (width: number) =>
        wholeNumber(fromUint(data.subarray(at, (at += width))), 'a field of cross-references')
      const [type, second, third] = [w0 === 0 ? 1 : field(w0), field(w1), field(w2)]
      set(entries, index[pair]! + i, entryOf(type, second, third))
    }
  return { offset, isStream: true, entries, trailer: stream }
}

function entryOf(type: number, second: number, third: number): Entry {
  if (type === 0) return { kind: 'free' }
  if (type === 1) return { kind: 'offset', offset: second, generation: third }
  if (type === 2) return { kind: 'compressed', stream: second, index: third }
  throw new CodecError('pdf-xref', 'a cross-reference of an unknown kind')
}

const numbers = (value: PdfValue | undefined): number[] =>
  isList(value) ? value.map((one) => wholeNumber(one, 'a field of cross-references')) : []

/** Of the streams that hold a document together; others are never decoded. ISO 32000-1 §7.4.4. */
export function decodedStream({ entries, raw }: PdfStream, allowance: Allowance): Bytes {
  const filter = entries.get('Filter')
  const filters = filter === undefined || filter === null ? [] : isList(filter) ? filter : [filter]
  if (filters.length === 0) return raw
  if (filters.length > 1 || !isNamed(filters[0], 'FlateDecode'))
    throw new CodecError('pdf-filter', 'a filter that is not read')
  const plain = allowance.octets > 0 ? inflate(raw, Math.min(MAX_PLAIN, allowance.octets)) : undefined
  if (!plain) throw new CodecError('pdf-filter', 'a stream that does not decompress')
  allowance.octets -= plain.length
  const parameters = entries.get('DecodeParms')
  const first = isList(parameters) ? parameters[0] : parameters
  return isKind(first, 'dictionary') ? unpredicted(plain, first) : plain
}

/** PNG predictors on octets. ISO 32000-1 §7.4.4.4. */
function unpredicted(plain: Bytes, { entries }: PdfDictionary): Bytes {
  const predictor = entries.get('Predictor') ?? 1
  if (predictor === 1) return plain
  const columns = wholeNumber(entries.get('Columns') ?? 1, 'Columns')
  const isOctets = (entries.get('Colors') ?? 1) === 1 && (entries.get('BitsPerComponent') ?? 8) === 8
  if (
    typeof predictor !== 'number' ||
    predictor < 10 ||
    !isOctets ||
    columns === 0 ||
    plain.length % (columns + 1) !== 0
  )
    throw new CodecError('pdf-filter', 'a predictor that is not read')
  const rows = plain.length / (columns + 1)
  const out = new Uint8Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    const kind = plain[row * (columns + 1)]!
    for (let i = 0; i < columns; i++) {
      const [here, above] = [row * columns + i, (row - 1) * columns + i]
      const [left, up, corner] = [
        i > 0 ? out[here - 1]! : 0,
        row > 0 ? out[above]! : 0,
        i > 0 && row > 0 ? out[above - 1]! : 0,
      ]
      out[here] = plain[row * (columns + 1) + 1 + i]! + predicted(kind, left, up, corner)
    }
  }
  return out
}

/** ISO/IEC 15948 filter types. */
function predicted(kind: number, left: number, up: number, corner: number): number {
  if (kind === 0) return 0
  if (kind === 1) return left
  if (kind === 2) return up
  if (kind === 3) return (left + up) >> 1
  if (kind !== 4) throw new CodecError('pdf-filter', 'a predictor that does not exist')
  const base = left + up - corner
  const [a, b, c] = [Math.abs(base - left), Math.abs(base - up), Math.abs(base - corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}
