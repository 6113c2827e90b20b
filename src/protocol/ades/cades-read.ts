// CAdES signatures read: what they are over, by whose certificate they claim to be, which time stamps they bring.
// ETSI EN 319 122-1 §§5, 6; RFC 5652 §§5, 11. CMS inside of a PDF is read here too: pades-read.ts.

import { type Bytes, equal, hex } from '../../base/bytes.ts'
import { hash, sha256 } from '../../base/crypto.ts'
import { definite } from '../../codec/ber.ts'
import {
  type CounterSigner,
  certificateOf,
  decodeCounterSigner,
  decodeSignedData,
  hashNameOf,
  type SignedData,
  type SignerInfo,
} from '../../codec/cms.ts'
import { type CmsParts, decodeCmsParts, ocspOfInfo } from '../../codec/cms-parts.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import { OID, oidName } from '../../codec/oid.ts'
import type { Certificate } from '../../codec/x509.ts'
import { algorithmEqual, readAlgorithm } from '../../codec/x509-algorithm.ts'
import { methodOf } from '../path-validation/index.ts'
import { archiveStamp } from './archive-v3.ts'
import { attributesInPlace, notRead, signedAttributesOf, valuesOf } from './cades-attributes.ts'
import { oldValues } from './cades-values.ts'
import {
  breaks,
  type Constraint,
  type Format,
  holds,
  joinData,
  MAX_SIGNATURES,
  MAX_STAMPS,
  NO_DATA,
  type ReadSignature,
  type Rule,
} from './model.ts'

const RULES = {
  form: {
    name: 'the signature is well-formed SignedData',
    cite: 'RFC 5652 §5.1',
    otherwise: 'FORMAT_FAILURE',
  },
  contentType: {
    name: 'signed content type is that of the content',
    cite: 'RFC 5652 §11.1',
    otherwise: 'FORMAT_FAILURE',
  },
  content: {
    name: 'what was signed is at hand',
    cite: 'ETSI EN 319 102-1 §5.2.7.4',
    otherwise: 'SIGNED_DATA_NOT_FOUND',
  },
  digest: { name: 'message digest is that of the content', cite: 'RFC 5652 §5.4', otherwise: 'HASH_FAILURE' },
  algorithms: {
    name: 'the algorithms that are named agree',
    cite: 'RFC 6211 §3, RFC 5754 §3',
    otherwise: 'SIG_CONSTRAINTS_FAILURE',
  },
  strength: {
    name: 'every digest is strong enough',
    cite: 'ETSI EN 319 102-1 §5.2.8.4.2',
    otherwise: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  },
  named: {
    name: 'signed attributes name this certificate',
    cite: 'RFC 5035 §5.4, ETSI EN 319 122-1 §5.2.2',
    otherwise: 'SIG_CONSTRAINTS_FAILURE',
  },
} as const satisfies Record<string, Rule>

export interface CmsQuestion {
  readonly document: Bytes
  /** What was signed, when it is not inside. */
  readonly content?: Bytes
  readonly format?: Format
  /** Where the signature is not said to be AdES, its certificate need not be named. */
  readonly certificateMustBeNamed?: boolean
}

/** One for each signer; one that cannot be judged when it is no SignedData at all. Never throws on any bytes. */
export function readCades(question: CmsQuestion): ReadSignature[] {
  return guarded(question.format ?? 'CAdES', () => {
    const { format = 'CAdES' } = question
    // ISO 32000-1 §12.8.3.3.1: that in a PDF is DER.
    const document = format === 'PAdES' ? question.document : definite(question.document)
    const data = decodeSignedData(document)
    const unsigned = data.signers.flatMap(({ unsignedAttributes }) => unsignedAttributes)
    if (data.signers.length + valuesOf(unsigned, OID.countersignature).length > MAX_SIGNATURES)
      return [unreadable(format, RULES.form, 'more signers than are read')]
    if (data.signers.length === 0) return [unreadable(format, RULES.form, 'nobody signed it')]
    const attributes = [...unsigned, ...data.signers.flatMap(signedAttributesOf)]
    const stamps = STAMPS.flatMap((type) => valuesOf(attributes, type))
    if (stamps.length > MAX_STAMPS) return [unreadable(format, RULES.form, 'more time stamps than are read')]
    const whole = { ...question, data, parts: decodeCmsParts(document) }
    return data.signers.flatMap((signer, i) => guarded(format, () => [readSigner(whole, signer, i)]))
  })
}

const STAMPS: readonly string[] = [OID.timeStampToken, OID.archiveTimeStampV3, OID.contentTimeStamp]

function guarded(format: Format, read: () => ReadSignature[]): ReadSignature[] {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    return [unreadable(format, error.code === 'hash' ? RULES.strength : RULES.form, error.message)]
  }
}

export const unreadable = (format: Format, rule: Rule, evidence: string): ReadSignature => ({
  format,
  constraints: [breaks(rule, evidence)],
  certificates: [],
  data: NO_DATA,
  contentTimeStamps: [],
  signatureTimeStamps: [],
  archiveTimeStamps: [],
  scope: [],
  counterSignatures: [],
  notJudged: [],
})

interface Whole extends CmsQuestion {
  readonly data: SignedData
  readonly parts: CmsParts
}

function readSigner(whole: Whole, signer: SignerInfo, index: number): ReadSignature {
  const { data, parts, format = 'CAdES' } = whole
  const content = data.content ?? whole.content
  const archive = valuesOf(signer.unsignedAttributes, OID.archiveTimeStampV3)
  const common = readCommon(whole, signer, content)
  return {
    ...common,
    constraints: [
      holds(RULES.form, `signer ${index + 1} of ${data.signers.length}`),
      attributesInPlace(signer),
      signer.contentType === data.contentType
        ? holds(RULES.contentType, oidName(data.contentType))
        : breaks(RULES.contentType, oidName(signer.contentType)),
      ...contentDigest(signer, content, whole.content),
      ...common.constraints,
    ],
    archiveTimeStamps: archive.map((token) => archiveStamp(token, parts, index, content)).toSorted(byTime),
    scope: content
      ? [{ name: data.content ? 'the content' : 'the document', sha256: hex(sha256(content)), whole: true }]
      : [],
    counterSignatures: valuesOf(signer.unsignedAttributes, OID.countersignature).flatMap((value) =>
      guarded(format, () => [readCounter(whole, decodeCounterSigner(value), signer.signature)]),
    ),
    notJudged: notRead(signer, false),
  }
}

/** RFC 5652 §11.4. What a countersigner's archive time stamp would be over, no standard says. */
function readCounter(whole: Whole, signer: CounterSigner, signature: Bytes): ReadSignature {
  const common = readCommon({ ...whole, certificateMustBeNamed: true }, signer, signature)
  return {
    ...common,
    constraints: [
      holds(RULES.form, 'over the value of the signature'),
      attributesInPlace(signer),
      ...contentDigest(signer, signature),
      ...common.constraints,
    ],
    archiveTimeStamps: [],
    scope: [{ name: 'the signature', sha256: hex(sha256(signature)), whole: false }],
    counterSignatures: [],
    notJudged: notRead(signer, true),
  }
}

type Common = Omit<ReadSignature, 'archiveTimeStamps' | 'scope' | 'counterSignatures' | 'notJudged'>

/** What is read of both: their constraints are the last. */
function readCommon(whole: Whole, signer: CounterSigner, content: Bytes | undefined): Common {
  const { data, parts, format = 'CAdES' } = whole
  const certificate = certificateOf(signer, data.certificates)
  const values = joinData(
    { certificates: parts.certificates, crls: parts.crls.filter(isList), ocspResponses: ocspOf(parts) },
    oldValues(signer.unsignedAttributes),
  )
  const tokens = valuesOf(signer.unsignedAttributes, OID.timeStampToken)
  const before = valuesOf(signedAttributesOf(signer), OID.contentTimeStamp)
  return {
    format,
    constraints: [algorithms(signer), named(signer, certificate, whole.certificateMustBeNamed !== false)],
    certificates: data.certificates,
    ...(certificate && { signer: certificate }),
    signed: {
      tbs: signer.signedAttributes,
      signatureAlgorithm: signer.signatureAlgorithm,
      signature: signer.signature,
    },
    ...(signer.signingTime && { signingTime: signer.signingTime }),
    // The certificates are in `certificates` all the same.
    data: values.crls.length + values.ocspResponses.length > 0 ? values : NO_DATA,
    contentTimeStamps: before.map((token) => ({ token, stamped: content ?? 'what was signed is not at hand' })),
    signatureTimeStamps: tokens.map((token) => ({ token, stamped: signer.signature })),
  }
}

const byTime = (a: { readonly time: number }, b: { readonly time: number }): number => a.time - b.time

const isList = ([tag]: Bytes): boolean => tag === der.TAG.SEQUENCE
const ocspOf = ({ crls }: CmsParts): Bytes[] => crls.map(ocspOfInfo).filter((one) => one !== undefined)

function contentDigest(signer: CounterSigner, content: Bytes | undefined, given?: Bytes): Constraint[] {
  if (content && given && !equal(content, given))
    return [breaks(RULES.digest, 'the signature is over its own content, not over what was given')]
  if (!content) return [breaks(RULES.content, 'the signature is detached, and the document was not given')]
  const name = hashNameOf(signer.digestAlgorithm)
  const found = holds(RULES.content, `${content.length} octets`)
  return equal(hash(name, content), signer.messageDigest)
    ? [found, holds(RULES.digest, name)]
    : [found, breaks(RULES.digest, 'the content was changed')]
}

/** A weaker hash that is named beside the signature's would let other content pass. */
function algorithms(signer: CounterSigner): Constraint {
  const method = methodOf(signer.signatureAlgorithm)
  const digest = hashNameOf(signer.digestAlgorithm)
  if (method?.hash && method.hash !== digest) return breaks(RULES.algorithms, `${digest} beside ${method.hash}`)
  const [protection] = valuesOf(signedAttributesOf(signer), OID.cmsAlgorithmProtection)
  if (!protection) return holds(RULES.algorithms, digest)
  const meant = der.decode(protection, (r) =>
    r.sequence((inside) => ({
      digest: readAlgorithm(inside),
      signature: readAlgorithm(inside, der.contextConstructed(1)),
    })),
  )
  const isSame =
    meant.digest.algorithm === signer.digestAlgorithm.algorithm &&
    (algorithmEqual(meant.signature, signer.signatureAlgorithm) || meant.signature.algorithm === OID.rsaEncryption)
  return isSame ? holds(RULES.algorithms, `${digest}, signed`) : breaks(RULES.algorithms, 'others are signed')
}

function named(signer: CounterSigner, certificate: Certificate | undefined, isDemanded: boolean): Constraint {
  const meant = signer.signingCertificate
  if (!meant) return isDemanded ? breaks(RULES.named, 'none is named') : holds(RULES.named, 'none is named')
  if (meant.hash === 'sha1')
    return breaks({ ...RULES.named, otherwise: RULES.strength.otherwise }, 'SHA-1 does not bind a certificate')
  if (!certificate || !equal(meant.digest, hash(meant.hash, certificate.raw)))
    return breaks({ ...RULES.named, otherwise: 'NO_SIGNING_CERTIFICATE_FOUND' }, 'another certificate is meant')
  return holds(RULES.named, `${meant.hash} of the certificate`)
}
