// The signature fields of a PDF and which octets each covers. ISO 32000-1 §12.7.4.5, §12.8.1; ETSI EN 319 142-1 §5.
// The gap in the ByteRange must be exactly the hexadecimal Contents, and what is covered must be a PDF by itself.

import { type Bytes, concat } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import type { PdfDocument } from '../../codec/pdf/document.ts'
import {
  isKind,
  isList,
  isNamed,
  type PdfDictionary,
  type PdfReference,
  type PdfValue,
} from '../../codec/pdf/values.ts'
import { MAX_SIGNATURES } from './model.ts'

export interface PdfSignature {
  readonly fieldName: string
  readonly field: PdfReference
  readonly dictionary: PdfDictionary
  readonly subFilter: string
  readonly isTimeStamp: boolean
  /** DER, without the zeros behind it. */
  readonly contents: Bytes
  /** The hexadecimal digits of Contents in the file. */
  readonly gap: readonly [start: number, end: number]
  readonly covered: Bytes
  /** Where what is covered ends in the file. */
  readonly end: number
  /** What a certification permits: 1 nothing, 2 filling forms, 3 annotations too. ISO 32000-1 §12.8.2.2.2. */
  readonly docMdp?: number
}

export interface PdfField {
  readonly reference: PdfReference
  readonly dictionary: PdfDictionary
  readonly name: string
  readonly type: string
  readonly value: PdfValue
}

const MAX_FIELDS = 10_000
const MAX_KIDS = 100_000
const MAX_DEPTH = 32

/** Fields without kids, in the order of the form. ISO 32000-1 §12.7.3. */
export function* fieldsOf(document: PdfDocument): Generator<PdfField> {
  const fields = document.get(document.get(document.root, 'AcroForm'), 'Fields')
  const seen = new Set<number>()
  let met = 0
  function* below(list: PdfValue, name: string, type: string, value: PdfValue, depth: number): Generator<PdfField> {
    if (!isList(list)) return
    for (const one of list) {
      const dictionary = document.resolve(one)
      if (!isKind(one, 'reference') || !isKind(dictionary, 'dictionary')) continue
      if (seen.has(one.number) || seen.size > MAX_FIELDS || depth > MAX_DEPTH)
        throw new CodecError('pdf-form', 'a form that goes in a circle, or is too large')
      seen.add(one.number)
      const own = document.resolve(dictionary.entries.get('T'))
      const ft = document.resolve(dictionary.entries.get('FT'))
      const inherited = {
        name: isKind(own, 'string') ? [name, latin(own.bytes)].filter((part) => part !== '').join('.') : name,
        type: isKind(ft, 'name') ? ft.name : type,
        value: dictionary.entries.get('V') ?? value,
      }
      const kids = document.resolve(dictionary.entries.get('Kids'))
      // Many fields may have one long list.
      if (isList(kids)) met += kids.length
      if (met > MAX_KIDS) throw new CodecError('pdf-form', 'a form of too many fields')
      const hasFields = isList(kids) && kids.some((kid) => document.get(kid, 'T') !== null)
      if (hasFields) yield* below(kids, inherited.name, inherited.type, inherited.value, depth + 1)
      else yield { reference: one, dictionary, ...inherited }
    }
  }
  yield* below(fields, '', '', null, 0)
}

const latin = (bytes: Bytes): string => String.fromCharCode(...bytes.subarray(0, 256))

/** Signed fields in the order in which they were signed. Throws `CodecError`. */
export function signaturesOf(document: PdfDocument): PdfSignature[] {
  const found: PdfSignature[] = []
  for (const field of fieldsOf(document)) {
    if (field.type !== 'Sig' || document.resolve(field.value) === null) continue
    if (found.length >= MAX_SIGNATURES) throw new CodecError('pdf-signature', 'more signatures than are read')
    found.push(readSignature(document, field))
  }
  if (new Set(found.map(({ end }) => end)).size < found.length)
    throw new CodecError('pdf-signature', 'two signatures of the same revision')
  return found.toSorted((a, b) => a.end - b.end)
}

function readSignature(document: PdfDocument, field: PdfField): PdfSignature {
  const dictionary = document.resolve(field.value)
  if (!isKind(dictionary, 'dictionary')) throw new CodecError('pdf-signature', 'a signature that is no dictionary')
  const holder = isKind(field.value, 'reference') ? field.value : field.reference
  if (!document.isPlain(holder.number)) throw new CodecError('pdf-signature', 'a signature inside of an object stream')
  const contents = dictionary.entries.get('Contents')
  if (!isKind(contents, 'string') || !areDigits(document.bytes, contents.start + 1, contents.end - 1))
    throw new CodecError('pdf-contents', 'Contents that are no digits')
  const subFilter = document.get(dictionary, 'SubFilter')
  const docMdp = permissionOf(document, dictionary)
  const { covered, end } = coveredBy(document.bytes, dictionary.entries.get('ByteRange'), contents)
  return {
    fieldName: field.name,
    field: field.reference,
    dictionary,
    subFilter: isKind(subFilter, 'name') ? subFilter.name : '',
    isTimeStamp: isNamed(document.get(dictionary, 'Type'), 'DocTimeStamp') || isNamed(subFilter, 'ETSI.RFC3161'),
    contents: withoutPadding(contents.bytes),
    gap: [contents.start + 1, contents.end - 1],
    covered,
    end,
    ...(docMdp !== undefined && { docMdp }),
  }
}

function permissionOf(document: PdfDocument, signature: PdfDictionary): number | undefined {
  const references = document.resolve(signature.entries.get('Reference'))
  const found = isList(references)
    ? references.find((one) => isNamed(document.get(one, 'TransformMethod'), 'DocMDP'))
    : undefined
  if (found === undefined) return undefined
  const permitted = document.get(document.get(found, 'TransformParams'), 'P')
  return typeof permitted === 'number' ? permitted : 2
}

/** White space between them would let one signature be written in many ways. */
function areDigits(bytes: Bytes, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const octet = bytes[at]!
    const isLetter = (octet | 0x20) >= 0x61 && (octet | 0x20) <= 0x66
    if (!isLetter && !(octet >= 0x30 && octet <= 0x39)) return false
  }
  return (end - start) % 2 === 0
}

/** From the first octet on, all but Contents with its brackets. ETSI EN 319 142-1 §5.4. */
function coveredBy(bytes: Bytes, range: PdfValue | undefined, gap: { readonly start: number; readonly end: number }) {
  const numbers = isList(range) && range.length === 4 ? range : undefined
  const [first, length, second, rest] = (numbers ?? []) as number[]
  const isWhole = numbers?.every((one) => typeof one === 'number' && Number.isSafeInteger(one) && one >= 0)
  if (!isWhole || first !== 0 || length !== gap.start || second !== gap.end || second! + rest! > bytes.length)
    throw new CodecError('pdf-byte-range', 'a ByteRange that leaves out more than Contents, or less')
  const end = second! + rest!
  return { covered: concat(bytes.subarray(0, length), bytes.subarray(second!, end)), end }
}

/** One element of DER; zeros fill what was reserved for it. */
function withoutPadding(octets: Bytes): Bytes {
  const element = new der.DerReader(octets, 0, octets.length, 0).raw()
  if (octets.subarray(element.length).some((octet) => octet !== 0))
    throw new CodecError('pdf-contents', 'something stands behind the signature in Contents')
  return element
}
