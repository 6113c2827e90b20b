// The objects of a PDF as values. ISO 32000-1 §7.3.

import type { Bytes } from '../../base/bytes.ts'
import { CodecError } from '../codec-error.ts'

export type PdfValue =
  | null
  | boolean
  | number
  | PdfName
  | PdfString
  | PdfReference
  | readonly PdfValue[]
  | PdfDictionary
  | PdfStream

export interface PdfName {
  readonly kind: 'name'
  readonly name: string
}

export interface PdfString {
  readonly kind: 'string'
  readonly bytes: Bytes
  /** Where it stands with its delimiters, in what it was read from. */
  readonly start: number
  readonly end: number
  readonly isHex: boolean
}

export interface PdfReference {
  readonly kind: 'reference'
  readonly number: number
  readonly generation: number
}

export interface PdfDictionary {
  readonly kind: 'dictionary'
  readonly entries: ReadonlyMap<string, PdfValue>
}

export interface PdfStream {
  readonly kind: 'stream'
  readonly entries: ReadonlyMap<string, PdfValue>
  /** As it stands, not decoded. */
  readonly raw: Bytes
}

export const name = (text: string): PdfName => ({ kind: 'name', name: text })
export const dictionary = (entries: Iterable<readonly [string, PdfValue]>): PdfDictionary => ({
  kind: 'dictionary',
  entries: new Map(entries),
})
export const reference = (number: number, generation = 0): PdfReference => ({ kind: 'reference', number, generation })
export const text = (bytes: Bytes): PdfString => ({ kind: 'string', bytes, start: 0, end: 0, isHex: true })

export const isList = (value: PdfValue | undefined): value is readonly PdfValue[] => Array.isArray(value)

export const isKind = <K extends 'name' | 'string' | 'reference' | 'dictionary' | 'stream'>(
  value: PdfValue | undefined,
  kind: K,
): value is Extract<PdfValue, { kind: K }> =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind

export const isNamed = (value: PdfValue | undefined, text: string): boolean =>
  isKind(value, 'name') && value.name === text

export const wholeNumber = (value: PdfValue | undefined, what: string): number => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new CodecError('pdf-number', `${what} is no whole number`)
}
