// PAdES signatures read: the CMS in each field, what was changed since, the validation data and time stamps of the document.
// ETSI EN 319 142-1 §§4.3, 5.3, 5.4, 6.3. Shadow attacks: what was signed must be what is seen, in every later revision.

import { type Bytes, hex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { PdfDocument } from '../../codec/pdf/document.ts'
import { isKind, isList, type PdfValue } from '../../codec/pdf/values.ts'
import { readCades, unreadable } from './cades-read.ts'
import {
  breaks,
  type Constraint,
  holds,
  joinData,
  type ReadSignature,
  type Rule,
  type Stamp,
  type ValidationData,
} from './model.ts'
import { changesSince } from './pdf-changes.ts'
import { type PdfSignature, signaturesOf } from './pdf-signatures.ts'

const RULES = {
  form: {
    name: 'the PDF and its signatures are well-formed',
    cite: 'ETSI EN 319 142-1 §5.4',
    otherwise: 'FORMAT_FAILURE',
  },
  filter: {
    name: 'the signature is of a kind that is read',
    cite: 'ETSI EN 319 142-1 §6.3',
    otherwise: 'FORMAT_FAILURE',
  },
  changes: {
    name: 'nothing that is seen was changed after the signature',
    cite: 'ISO 32000-1 §12.8.2.2, ETSI EN 319 142-1 §5.5',
    otherwise: 'SIG_CONSTRAINTS_FAILURE',
  },
} as const satisfies Record<string, Rule>

/** As PDF 1.7 has it, and as PAdES has it. */
const SUB_FILTERS: Readonly<Record<string, { readonly mustBeNamed: boolean }>> = {
  'ETSI.CAdES.detached': { mustBeNamed: true },
  'adbe.pkcs7.detached': { mustBeNamed: false },
}

/** One for each signature, in the order of signing; document time stamps belong to those before. Never throws on any bytes. */
export function readPades({ document: bytes }: { readonly document: Bytes }): ReadSignature[] {
  try {
    const document = new PdfDocument(bytes)
    const all = signaturesOf(document)
    const signatures = all.filter(({ isTimeStamp }) => !isTimeStamp)
    if (signatures.length === 0) return [unreadable('PAdES', RULES.form, 'there is no signature')]
    const data = validationDataIn(document)
    const stamps = all.filter(({ isTimeStamp }) => isTimeStamp).map((one) => documentStamp(document, one))
    return signatures.map((one, i) => readOne(document, one, { data, stamps, later: signatures.length - 1 - i }))
  } catch (error) {
    if (error instanceof CodecError) return [unreadable('PAdES', RULES.form, error.message)]
    throw error
  }
}

type DocumentStamp = Stamp & { readonly end: number }

interface Surroundings {
  readonly data: ValidationData
  readonly stamps: readonly DocumentStamp[]
  /** How many signed after this one. */
  readonly later: number
}

function readOne(document: PdfDocument, signature: PdfSignature, { data, stamps, later }: Surroundings): ReadSignature {
  const { subFilter, contents, covered, end, fieldName } = signature
  const kind = Object.hasOwn(SUB_FILTERS, subFilter) ? SUB_FILTERS[subFilter] : undefined
  if (!kind) return unreadable('PAdES', RULES.filter, subFilter || 'none is named')
  const [read, ...others] = readCades({
    document: contents,
    content: covered,
    format: 'PAdES',
    certificateMustBeNamed: kind.mustBeNamed,
  })
  if (!read || others.length > 0) return unreadable('PAdES', RULES.form, 'a signature of several signers')
  const signingTime = read.signingTime ?? dateOf(document.get(signature.dictionary, 'M'))
  return {
    ...read,
    constraints: [
      holds(RULES.filter, subFilter),
      ...read.constraints,
      changes(document, end),
      inside(read),
      ...permission(signature, later),
    ],
    ...(signingTime && { signingTime }),
    data: joinData(read.data, data),
    archiveTimeStamps: [...read.archiveTimeStamps, ...stamps.filter((stamp) => stamp.end > end)],
    scope: [
      {
        name:
          end === document.bytes.length
            ? `the document (${fieldName})`
            : `the revision up to octet ${end} (${fieldName})`,
        sha256: hex(sha256(document.bytes.subarray(0, end))),
        whole: end === document.bytes.length,
      },
    ],
  }
}

/** A CMS with content of its own would be a signature over that, not over the document. ETSI EN 319 142-1 §6.3 (f). */
function inside({ scope }: ReadSignature): Constraint {
  return scope[0]?.name === 'the content'
    ? breaks(RULES.form, 'it is over something else')
    : holds(RULES.form, 'the signature is over the document')
}

function changes(document: PdfDocument, end: number): Constraint {
  if (end === document.bytes.length) return holds(RULES.changes, 'nothing follows')
  try {
    const found = changesSince(document.revision(end), document)
    return found.length === 0
      ? holds(RULES.changes, 'only validation data and time stamps')
      : breaks(RULES.changes, found.join('; '))
  } catch (error) {
    if (error instanceof CodecError) return breaks(RULES.changes, `what was signed is no document: ${error.message}`)
    throw error
  }
}

/** A certification that permits nothing permits validation data and time stamps. ISO 32000-1 §12.8.2.2.2, ISO 32000-2 §12.8.2.2.2. */
function permission({ docMdp }: PdfSignature, later: number): Constraint[] {
  if (docMdp === undefined) return []
  const isBroken = docMdp === 1 && later > 0
  return [
    isBroken
      ? breaks(RULES.changes, 'it was signed again, which the first signer forbids')
      : holds(RULES.changes, `DocMDP ${docMdp}`),
  ]
}

/** It protects the validation data of its own revision. */
function documentStamp(document: PdfDocument, { contents, covered, end }: PdfSignature): DocumentStamp {
  return { token: contents, stamped: covered, covers: validationDataIn(document.revision(end)), end }
}

/** The document security store. ETSI EN 319 142-1 §5.4.2. */
function validationDataIn(document: PdfDocument): ValidationData {
  const store = document.get(document.root, 'DSS')
  const streams = (key: string): Bytes[] => {
    const list = document.get(store, key)
    return isList(list) ? list.map((one) => streamOf(document, one)) : []
  }
  return { certificates: streams('Certs'), crls: streams('CRLs'), ocspResponses: streams('OCSPs') }
}

function streamOf(document: PdfDocument, value: PdfValue): Bytes {
  const stream = document.resolve(value)
  if (!isKind(stream, 'stream')) throw new CodecError('pdf-dss', 'validation data that is no stream')
  return document.decoded(stream)
}

/** `D:20261120210000+09'00'`. ISO 32000-1 §7.9.4. */
function dateOf(value: PdfValue): Date | undefined {
  if (!isKind(value, 'string')) return undefined
  const text = String.fromCharCode(...value.bytes.subarray(0, 32))
  const found = /^D:(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:Z|([+-])(\d{2})'(\d{2})?'?)?/.exec(text)
  if (!found) return undefined
  const [, year, month, day, hour, minute, second, sign, hours = '00', minutes = '00'] = found
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${sign ? `${sign}${hours}:${minutes}` : 'Z'}`)
  return Number.isNaN(at.getTime()) ? undefined : at
}
