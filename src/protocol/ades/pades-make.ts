// PAdES made: a field with room for the signature is put behind the document, signed elsewhere, filled in; then validation
// data and document time stamps follow as updates of their own. ETSI EN 319 142-1 §§4.3, 5.3, 5.4, 6.3.

import { type Bytes, concat, hex, utf8 } from '../../base/bytes.ts'
import type { SignatureAlgorithm } from '../../base/ports.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { PdfDocument } from '../../codec/pdf/document.ts'
import {
  dictionary,
  isKind,
  isList,
  isNamed,
  name,
  type PdfDictionary,
  type PdfReference,
  type PdfStream,
  type PdfValue,
  reference,
  text,
} from '../../codec/pdf/values.ts'
import { encodeValue, type Verbatim, withUpdate } from '../../codec/pdf/write.ts'
import type { Certificate } from '../../codec/x509.ts'
import {
  addSignatureTimeStamp,
  type Draft,
  finishCades,
  prepareCades,
  signatureOctets,
  toBeSignedOf,
} from './cades-make.ts'
import type { ValidationData } from './model.ts'
import { fieldsOf, type PdfSignature, signaturesOf } from './pdf-signatures.ts'

export interface PadesInput {
  readonly document: Bytes
  readonly certificate: Certificate
  readonly otherCertificates?: readonly Bytes[]
  readonly algorithm: SignatureAlgorithm
  readonly signingTime: Date
  /** Octets that are kept free for the signature and its time stamp. */
  readonly room?: number
}

/** A signature with a chain, and a token with one. */
const ROOM = 12_000
const UNSIGNED_GAP = 10

export function preparePades(input: PadesInput): Draft {
  const { document, certificate, algorithm, otherCertificates, signingTime, room = ROOM } = input
  const fields = {
    Type: name('Sig'),
    Filter: name('Adobe.PPKLite'),
    SubFilter: name('ETSI.CAdES.detached'),
    M: text(utf8(dateText(signingTime))),
  }
  const blank = withField(document, fields, room)
  const content = lastOf(blank).covered
  const { draft, toBeSigned } = prepareCades({
    content,
    detached: true,
    certificate,
    algorithm,
    ...(otherCertificates && { otherCertificates }),
  })
  return { draft: filled(blank, draft), toBeSigned }
}

export const padesToBeSigned = (draft: Bytes): Bytes => toBeSignedOf(lastOf(draft).contents)

export const finishPades = (draft: Bytes, signature: Bytes): Bytes =>
  filled(draft, finishCades(lastOf(draft).contents, signature))

export const padesSignatureOctets = (document: Bytes): Bytes => signatureOctets(lastOf(document).contents)

/** Into the signature itself, so before anything follows it. */
export const addPadesSignatureTimeStamp = (document: Bytes, token: Bytes): Bytes =>
  filled(document, addSignatureTimeStamp(lastOf(document).contents, token))

/** A document time stamp without its token, and the octets that the token must be of. ETSI EN 319 142-1 §5.4.3. */
export function preparePadesArchive(
  document: Bytes,
  room = ROOM,
): { readonly draft: Bytes; readonly toBeStamped: Bytes } {
  const fields = { Type: name('DocTimeStamp'), Filter: name('Adobe.PPKLite'), SubFilter: name('ETSI.RFC3161') }
  const draft = withField(document, fields, room)
  return { draft, toBeStamped: lastOf(draft).covered }
}

export const addPadesArchiveTimeStamp = (draft: Bytes, token: Bytes): Bytes => filled(draft, token)

/** `D:YYYYMMDDHHmmSSZ`. ISO 32000-1 §7.9.4. */
const dateText = (at: Date): string => `D:${at.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`

/** The one that covers everything. */
function lastOf(bytes: Bytes): PdfSignature {
  const last = signaturesOf(new PdfDocument(bytes)).at(-1)
  if (!last || last.end !== bytes.length) throw new CodecError('pdf-signature', 'something follows the last signature')
  return last
}

/** The digits in the gap, whatever they were. */
function filled(bytes: Bytes, contents: Bytes): Bytes {
  const [start, end] = lastOf(bytes).gap
  const digits = hex(contents)
  if (digits.length > end - start)
    throw new CodecError('pdf-room', 'the signature is larger than the room that was kept')
  return concat(bytes.subarray(0, start), utf8(digits.padEnd(end - start, '0')), bytes.subarray(end))
}

/** An invisible signature field on the first page. ISO 32000-1 §12.7.4.5. */
function withField(bytes: Bytes, fields: Record<string, PdfValue>, room: number): Bytes {
  const document = new PdfDocument(bytes)
  const [signature, widget] = [document.size, document.size + 1]
  const page = firstPage(document)
  const changed = new Map<number, PdfValue>([
    [
      widget,
      dictionary([
        ['Type', name('Annot')],
        ['Subtype', name('Widget')],
        ['FT', name('Sig')],
        ['T', text(utf8(freeName(document)))],
        ['V', reference(signature)],
        // Hidden from nobody, but printed and of no size. ISO 32000-1 §12.5.3.
        ['F', 132],
        ['Rect', [0, 0, 0, 0]],
        ['P', page],
      ]),
    ],
  ])
  append(document, changed, page, 'Annots', reference(widget))
  addToForm(document, changed, reference(widget))
  const dictionaryText = (range: string, contents: string) => {
    const verbatim = (one: string): Verbatim => ({ kind: 'verbatim', text: one })
    const entries = [
      ...Object.entries(fields),
      ['ByteRange', verbatim(range)],
      ['Contents', verbatim(contents)],
    ] as const
    return `<<${entries.map(([key, value]) => `/${key} ${encodeValue(value)}`).join(' ')}>>`
  }
  // DER that is there and says nothing, so that the draft is a PDF that can be read.
  const contents = `<${'3000'.padEnd(2 * room, '0')}>`
  const blank = `[${'0'.repeat(4 * UNSIGNED_GAP)}]`
  const update = withUpdate(document, changed, new Map([[signature, dictionaryText(blank, contents)]]))
  return withRange(update, blank, contents, bytes.length)
}

function withRange(bytes: Bytes, blank: string, contents: string, from: number): Bytes {
  const written = find(bytes, utf8(blank), from)
  const start = find(bytes, utf8(`/Contents ${contents.slice(0, 16)}`), from) + '/Contents '.length
  const end = start + contents.length
  const range = `[0 ${start} ${end} ${bytes.length - end}]`.padEnd(blank.length, ' ')
  return concat(bytes.subarray(0, written), utf8(range), bytes.subarray(written + blank.length))
}

function find(bytes: Bytes, wanted: Bytes, from: number): number {
  for (let at = from; at <= bytes.length - wanted.length; at++)
    if (wanted.every((octet, i) => bytes[at + i] === octet)) return at
  throw new Error('what was just written is not there')
}

function freeName(document: PdfDocument): string {
  const taken = new Set([...fieldsOf(document)].map((field) => field.name))
  for (let n = 1; ; n++) if (!taken.has(`Signature${n}`)) return `Signature${n}`
}

/** ISO 32000-1 §7.7.3. */
function firstPage(document: PdfDocument): PdfReference {
  let at: PdfValue = document.catalog.entries.get('Pages') ?? null
  for (let depth = 0; depth < 64; depth++) {
    if (isKind(at, 'reference') && isNamed(document.get(at, 'Type'), 'Page')) return at
    const kids: PdfValue = document.get(at, 'Kids')
    at = isList(kids) ? (kids[0] ?? null) : null
  }
  throw new CodecError('pdf-pages', 'a PDF without pages')
}

/** To a list of a dictionary, wherever the list stands. */
function append(
  document: PdfDocument,
  changed: Map<number, PdfValue>,
  holder: PdfReference,
  key: string,
  added: PdfReference,
): void {
  const owner = changed.get(holder.number) ?? document.resolve(holder)
  if (!isKind(owner, 'dictionary')) throw new CodecError('pdf-object', 'a dictionary is missing')
  const list = owner.entries.get(key)
  const items = document.resolve(list)
  const longer = [...(isList(items) ? items : []), added]
  if (isKind(list, 'reference')) changed.set(list.number, longer)
  else changed.set(holder.number, withEntry(owner, key, longer))
}

const withEntry = ({ entries }: PdfDictionary, key: string, value: PdfValue): PdfDictionary =>
  dictionary([...entries].filter(([one]) => one !== key).concat([[key, value]]))

/** ISO 32000-1 §12.7.2: SignaturesExist, AppendOnly. */
const SIG_FLAGS = 3

function addToForm(document: PdfDocument, changed: Map<number, PdfValue>, field: PdfReference): void {
  const form = document.catalog.entries.get('AcroForm')
  if (isKind(form, 'reference')) {
    append(document, changed, form, 'Fields', field)
    const owner = changed.get(form.number) ?? document.resolve(form)
    if (isKind(owner, 'dictionary')) changed.set(form.number, withEntry(owner, 'SigFlags', SIG_FLAGS))
    return
  }
  const owner = isKind(form, 'dictionary') ? form : dictionary([])
  const list = owner.entries.get('Fields')
  const items = document.resolve(list)
  const longer = [...(isList(items) ? items : []), field]
  if (isKind(list, 'reference')) changed.set(list.number, longer)
  const fields = isKind(list, 'reference') ? owner : withEntry(owner, 'Fields', longer)
  changed.set(document.root.number, withEntry(document.catalog, 'AcroForm', withEntry(fields, 'SigFlags', SIG_FLAGS)))
}

/** Into the document security store, beside what is there. ETSI EN 319 142-1 §5.4.2. */
export function addPadesValidationData(bytes: Bytes, data: ValidationData): Bytes {
  const document = new PdfDocument(bytes)
  const store = document.get(document.root, 'DSS')
  const changed = new Map<number, PdfValue>()
  let next = document.size
  const put = (raw: Bytes): PdfReference => {
    const stream: PdfStream = { kind: 'stream', entries: new Map(), raw }
    changed.set(next, stream)
    return reference(next++)
  }
  const kept = isKind(store, 'dictionary') ? [...store.entries] : []
  const lists = (
    [
      ['Certs', data.certificates],
      ['CRLs', data.crls],
      ['OCSPs', data.ocspResponses],
    ] as const
  ).flatMap(([key, added]) => {
    const before = document.get(store, key)
    const all = [...(isList(before) ? before : []), ...added.map(put)]
    return all.length > 0 ? [[key, all] as const] : []
  })
  const names = new Set<string>(lists.map(([key]) => key))
  const whole = dictionary([...kept.filter(([key]) => !names.has(key)), ...lists])
  changed.set(next, whole)
  changed.set(document.root.number, withEntry(document.catalog, 'DSS', reference(next)))
  return withUpdate(document, changed)
}
