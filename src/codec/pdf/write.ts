// PDF objects as text, and new ones put behind a document that stays as it is: an incremental update.
// ISO 32000-1 §7.5.6. Cross-references are of the kind that the document has, as §7.5.8.4 wants.

import { type Bytes, concat, hex, utf8 } from '../../base/bytes.ts'
import type { PdfDocument } from './document.ts'
import { isList, name, type PdfStream, type PdfValue } from './values.ts'

/** Octets as they are, for what must stand at a known place. */
export interface Verbatim {
  readonly kind: 'verbatim'
  readonly text: string
}

export type Writable = PdfValue | Verbatim

export function encodeValue(value: Writable): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return numberText(value)
  if (isList(value as PdfValue)) return `[${(value as readonly PdfValue[]).map(encodeValue).join(' ')}]`
  const one = value as Exclude<Writable, null | boolean | number | readonly PdfValue[]>
  switch (one.kind) {
    case 'verbatim':
      return one.text
    case 'name':
      return `/${one.name.replace(/[^A-Za-z0-9._+:-]/g, (c) => `#${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}`
    case 'string':
      return `<${hex(one.bytes)}>`
    case 'reference':
      return `${one.number} ${one.generation} R`
    default:
      return `<<${[...one.entries].map(([key, inside]) => `${encodeValue(name(key))} ${encodeValue(inside)}`).join(' ')}>>`
  }
}

/** Never with an exponent. */
const numberText = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(6).replace(/\.?0+$/, '')

/** The document, then these objects by their numbers, then cross-references back to what was there. */
export function withUpdate(
  document: PdfDocument,
  objects: ReadonlyMap<number, PdfValue>,
  verbatim?: ReadonlyMap<number, string>,
): Bytes {
  const parts: Bytes[] = [document.bytes]
  let at = document.bytes.length
  const put = (octets: Bytes) => {
    parts.push(octets)
    at += octets.length
  }
  if (document.bytes.at(-1) !== 0x0a) put(utf8('\n'))
  const offsets = new Map<number, number>()
  for (const number of [...objects.keys(), ...(verbatim?.keys() ?? [])].toSorted((a, b) => a - b)) {
    offsets.set(number, at)
    put(objectOctets(number, verbatim?.get(number) ?? objects.get(number)!))
  }
  const start = at
  const isStream = document.sections[0]!.isStream
  put(isStream ? referenceStream(document, offsets, start) : referenceTable(document, offsets))
  put(utf8(`startxref\n${start}\n%%EOF\n`))
  return concat(...parts)
}

function objectOctets(number: number, value: PdfValue | string): Bytes {
  const head = `${number} 0 obj\n`
  if (typeof value === 'string') return utf8(`${head}${value}\nendobj\n`)
  const isStream = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'stream'
  if (!isStream) return utf8(`${head}${encodeValue(value)}\nendobj\n`)
  const { entries, raw } = value as PdfStream
  const whole = { kind: 'dictionary', entries: new Map([...entries, ['Length', raw.length] as const]) } as const
  return concat(utf8(`${head}${encodeValue(whole)}\nstream\n`), raw, utf8('\nendstream\nendobj\n'))
}

function trailerEntries(document: PdfDocument, size: number): Map<string, PdfValue> {
  const kept = ['Root', 'Info', 'ID'].flatMap((key) => {
    const value = document.trailer.entries.get(key)
    return value === undefined ? [] : [[key, value] as const]
  })
  return new Map<string, PdfValue>([['Size', size], ...kept, ['Prev', document.startxref]])
}

const sizeWith = (document: PdfDocument, offsets: ReadonlyMap<number, number>): number =>
  Math.max(document.size, ...[...offsets.keys()].map((number) => number + 1))

/** Runs of numbers that follow each other. */
function runs(numbers: readonly number[]): (readonly [first: number, count: number])[] {
  const found: [number, number][] = []
  for (const number of numbers) {
    const last = found.at(-1)
    if (last && last[0] + last[1] === number) last[1]++
    else found.push([number, 1])
  }
  return found
}

function referenceTable(document: PdfDocument, offsets: ReadonlyMap<number, number>): Bytes {
  const lines = runs([...offsets.keys()]).flatMap(([first, count]) => [
    `${first} ${count}\n`,
    ...Array.from({ length: count }, (_, i) => `${String(offsets.get(first + i)).padStart(10, '0')} 00000 n \n`),
  ])
  const trailer = { kind: 'dictionary', entries: trailerEntries(document, sizeWith(document, offsets)) } as const
  return utf8(`xref\n${lines.join('')}trailer\n${encodeValue(trailer)}\n`)
}

function referenceStream(document: PdfDocument, offsets: ReadonlyMap<number, number>, start: number): Bytes {
  const own = sizeWith(document, offsets)
  const all = new Map([...offsets, [own, start]])
  const rows = [...all.values()].map((offset) => [
    1,
    offset >>> 24,
    (offset >>> 16) & 0xff,
    (offset >>> 8) & 0xff,
    offset & 0xff,
    0,
  ])
  const entries = new Map<string, PdfValue>([
    ['Type', name('XRef')],
    ['W', [1, 4, 1]],
    ['Index', runs([...all.keys()]).flat()],
    ...trailerEntries(document, own + 1),
  ])
  return objectOctets(own, { kind: 'stream', entries, raw: Uint8Array.from(rows.flat()) })
}
