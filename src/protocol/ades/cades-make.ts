// CAdES made: prepared, signed elsewhere, finished; then time stamp, validation data and archive time stamp are added.
// ETSI EN 319 122-1 §6. What is added never touches what was signed: the elements stay as they are.

import { type Bytes, NO_BYTES } from '../../base/bytes.ts'
import { type HashName, hash, sha256 } from '../../base/crypto.ts'
import type { SignatureAlgorithm } from '../../base/ports.ts'
import { assembleSignedData, hashNameOf, signedAttributes } from '../../codec/cms.ts'
import {
  type CmsParts,
  decodeCmsParts,
  encodeCmsParts,
  ocspInfo,
  type SignerParts,
  withoutRepetition,
} from '../../codec/cms-parts.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import { OID } from '../../codec/oid.ts'
import type { Certificate } from '../../codec/x509.ts'
import { digestOf } from '../../codec/x509-algorithm.ts'
import { archiveOctets, hashIndex, tokenWithIndex } from './archive-v3.ts'
import type { ValidationData } from './model.ts'

/** The document without the signature, and what is to be signed: a card gets the hash of it. */
export interface Draft {
  readonly draft: Bytes
  readonly toBeSigned: Bytes
}

export interface CadesInput {
  readonly content: Bytes
  /** The content stays outside. */
  readonly detached: boolean
  readonly certificate: Certificate
  readonly otherCertificates?: readonly Bytes[]
  readonly algorithm: SignatureAlgorithm
  readonly signingTime?: Date
}

export function prepareCades(input: CadesInput): Draft {
  const { content, certificate, algorithm, signingTime, otherCertificates } = input
  const toBeSigned = signedAttributes({
    messageDigest: hash(hashNameOf({ algorithm: digestOf(algorithm) }), content),
    ...(signingTime && { signingTime }),
    signingCertificate: certificate.raw,
  })
  const draft = assembleSignedData({
    ...(input.detached ? {} : { content }),
    signedAttributes: toBeSigned,
    algorithm,
    signature: NO_BYTES,
    signer: certificate,
    ...(otherCertificates && { otherCertificates }),
  })
  return { draft, toBeSigned }
}

/** What is to be signed of a draft. Throws `CodecError`. */
export function toBeSignedOf(draft: Bytes): Bytes {
  const attributes = Uint8Array.from(onlySigner(decodeCmsParts(draft)).head[3]!)
  attributes[0] = der.TAG.SET
  return attributes
}

export const finishCades = (draft: Bytes, signature: Bytes): Bytes =>
  changed(draft, (parts, signer) => ({ ...parts, signers: [{ ...signer, signature }] }))

/** The octets that a signature time stamp is of. ETSI EN 319 122-1 §5.3. */
export const signatureOctets = (document: Bytes): Bytes => onlySigner(decodeCmsParts(document)).signature

export const addSignatureTimeStamp = (document: Bytes, token: Bytes): Bytes =>
  changed(document, (parts, signer) => withAttribute(parts, signer, OID.timeStampToken, token))

/** Into `certificates` and `crls` of the whole. ETSI EN 319 122-1 §6.3, table 1. */
export const addValidationData = (document: Bytes, data: ValidationData): Bytes =>
  changed(document, (parts) => ({
    ...parts,
    certificates: withoutRepetition(parts.certificates, data.certificates),
    crls: withoutRepetition(parts.crls, [...data.crls, ...data.ocspResponses.map(ocspInfo)]),
  }))

/** What an archive time stamp is of; `content` when the signature is detached. */
export interface ArchiveDraft {
  readonly index: Bytes
  readonly toBeStamped: Bytes
}

const INDEX_HASH: HashName = 'sha256'

/** The time stamp must be by SHA-256. */
export function prepareArchive(document: Bytes, detached?: Bytes): ArchiveDraft {
  const parts = decodeCmsParts(document)
  const content = parts.content ?? detached
  if (!content) throw new CodecError('content-missing', 'what was signed is not at hand')
  const signer = onlySigner(parts)
  const index = hashIndex(parts, signer, INDEX_HASH)
  return { index, toBeStamped: archiveOctets(parts, signer, sha256(content), index) }
}

export const addArchiveTimeStamp = (document: Bytes, { index }: ArchiveDraft, token: Bytes): Bytes =>
  changed(document, (parts, signer) =>
    withAttribute(parts, signer, OID.archiveTimeStampV3, tokenWithIndex(token, index)),
  )

const withAttribute = (parts: CmsParts, signer: SignerParts, type: string, value: Bytes): CmsParts => ({
  ...parts,
  signers: [{ ...signer, unsigned: [...signer.unsigned, { type, values: [value] }] }],
})

function changed(document: Bytes, change: (parts: CmsParts, signer: SignerParts) => CmsParts): Bytes {
  const parts = decodeCmsParts(document)
  return encodeCmsParts(change(parts, onlySigner(parts)))
}

/** What others have signed besides is not ours to complete. */
function onlySigner({ signers }: CmsParts): SignerParts {
  const [signer, ...others] = signers
  if (!signer || others.length > 0) throw new CodecError('signers', 'SignedData of more or less than one signer')
  return signer
}
