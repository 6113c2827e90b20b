// The three formats behind one door: which one a document is, and each step of making a signature by the format's name.
// ETSI EN 319 122-1, 319 132-1, 319 142-1.

import type { Bytes } from '../../base/bytes.ts'
import type { SignatureAlgorithm } from '../../base/ports.ts'
import type { Certificate } from '../../codec/x509.ts'
import * as cades from './cades-make.ts'
import { readCades } from './cades-read.ts'
import { breaks, type Format, type ReadSignature, type ValidationData } from './model.ts'
import * as pades from './pades-make.ts'
import { readPades } from './pades-read.ts'
import * as xades from './xades-make.ts'
import { readXades, type XadesQuestion } from './xades-read.ts'

/** By its first octets: `%PDF`, `<` after white space or a byte order mark, else CMS. */
export function formatOf(document: Bytes): Format {
  if (document[0] === 0x25) return 'PAdES'
  const at = document[0] === 0xef ? 3 : 0
  return /^\s*</.test(String.fromCharCode(...document.subarray(at, at + 64))) ? 'XAdES' : 'CAdES'
}

export interface DocumentQuestion extends Pick<XadesQuestion, 'mustCover'> {
  readonly document: Bytes
  /** What was signed, where it stands outside: by its URI, '' for a CAdES. */
  readonly detached?: ReadonlyMap<string, Bytes>
}

const GIVEN = {
  name: 'the signature is over what was given beside it',
  cite: 'ETSI EN 319 102-1 §5.2.7.4',
  otherwise: 'SIG_CONSTRAINTS_FAILURE',
} as const

/** Every signature of the document. Never throws on any bytes. */
export function readDocument(question: DocumentQuestion): ReadSignature[] {
  const format = formatOf(question.document)
  const given = [...(question.detached?.keys() ?? [])]
  return readAs(format, question).map((read) => {
    const isSigned = (uri: string) =>
      format === 'XAdES' ? read.scope.some(({ name }) => name === uri) : format === 'CAdES' && uri === ''
    const unsigned = given.find((uri) => !isSigned(uri))
    return unsigned === undefined
      ? read
      : { ...read, constraints: [...read.constraints, breaks(GIVEN, `not signed: ${unsigned}`)] }
  })
}

function readAs(format: Format, { document, detached, mustCover }: DocumentQuestion): ReadSignature[] {
  const content = detached?.get('')
  if (format === 'PAdES') return readPades({ document })
  if (format === 'CAdES') return readCades({ document, ...(content && { content }) })
  return readXades({ document, ...(detached && { detached }), ...(mustCover && { mustCover }) })
}

export type Packaging = 'enveloped' | 'enveloping' | 'detached'

export interface SigningInput {
  readonly format: Format
  /** Default: enveloped in XML, enveloping for CAdES. PAdES is always in the document. */
  readonly packaging?: Packaging | undefined
  readonly document: Bytes
  /** Of what is signed, for a detached XAdES. */
  readonly uri?: string | undefined
  readonly certificate: Certificate
  readonly otherCertificates?: readonly Bytes[]
  readonly algorithm: SignatureAlgorithm
  readonly signingTime: Date
}

const PACKAGING = { CAdES: 'enveloping', XAdES: 'enveloped', PAdES: 'enveloped' } as const satisfies Record<
  Format,
  Packaging
>

/** Throws `CodecError` for a document that cannot be signed in this format. */
export function prepare(input: SigningInput): cades.Draft {
  const { format, packaging = PACKAGING[format], document, uri = '' } = input
  if (format === 'PAdES') return pades.preparePades(input)
  if (format === 'CAdES') return cades.prepareCades({ ...input, content: document, detached: packaging === 'detached' })
  if (packaging === 'enveloped') return xades.prepareXades({ ...input, content: { kind: packaging, document } })
  if (packaging === 'enveloping')
    return xades.prepareXades({ ...input, content: { kind: packaging, content: document } })
  return xades.prepareXades({ ...input, content: { kind: packaging, content: document, uri } })
}

export function finish(format: Format, draft: Bytes, signature: Bytes, algorithm: SignatureAlgorithm): Bytes {
  if (format === 'PAdES') return pades.finishPades(draft, signature)
  return format === 'CAdES' ? cades.finishCades(draft, signature) : xades.finishXades(draft, signature, algorithm)
}

/** One more step of a signature's life; each throws `CodecError`. */
interface Extension {
  /** What a signature time stamp must be of. */
  readonly signatureOctets: (document: Bytes) => Bytes
  readonly addSignatureTimeStamp: (document: Bytes, token: Bytes) => Bytes
  readonly addValidationData: (document: Bytes, data: ValidationData) => Bytes
  /** What an archive time stamp must be of, and where it goes. */
  readonly prepareArchive: (document: Bytes, detached?: ReadonlyMap<string, Bytes>) => ArchiveStep
}

export interface ArchiveStep {
  readonly toBeStamped: Bytes
  readonly add: (token: Bytes) => Bytes
}

export const EXTEND: Readonly<Record<Format, Extension>> = {
  CAdES: {
    signatureOctets: cades.signatureOctets,
    addSignatureTimeStamp: cades.addSignatureTimeStamp,
    addValidationData: cades.addValidationData,
    prepareArchive: (document, detached) => {
      const draft = cades.prepareArchive(document, detached?.get(''))
      return { toBeStamped: draft.toBeStamped, add: (token) => cades.addArchiveTimeStamp(document, draft, token) }
    },
  },
  XAdES: {
    signatureOctets: xades.xadesSignatureOctets,
    addSignatureTimeStamp: xades.addXadesSignatureTimeStamp,
    addValidationData: xades.addXadesValidationData,
    prepareArchive: (document, detached) => ({
      toBeStamped: xades.prepareXadesArchive(document, detached),
      add: (token) => xades.addXadesArchiveTimeStamp(document, token),
    }),
  },
  PAdES: {
    signatureOctets: pades.padesSignatureOctets,
    addSignatureTimeStamp: pades.addPadesSignatureTimeStamp,
    addValidationData: pades.addPadesValidationData,
    prepareArchive: (document) => {
      const { draft, toBeStamped } = pades.preparePadesArchive(document)
      return { toBeStamped, add: (token) => pades.addPadesArchiveTimeStamp(draft, token) }
    },
  },
}
