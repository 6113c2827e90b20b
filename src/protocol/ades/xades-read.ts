// XAdES signatures read: what exactly they are over, whose certificate the signed properties name, which stamps they bring.
// ETSI EN 319 132-1 §§4.3, 5.2, 6.3. Signature wrapping: an element counts as signed only where it stands.

import { type Bytes, equal } from '../../base/bytes.ts'
import { hash } from '../../base/crypto.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { type Certificate, decodeCertificate } from '../../codec/x509.ts'
import type { XmlElement } from '../../codec/xml.ts'
import { attributeOf, childOf, descendants, elementsOf, textOf } from '../../codec/xml-elements.ts'
import { unreadable } from './cades-read.ts'
import {
  breaks,
  type Constraint,
  holds,
  joinData,
  MAX_SIGNATURES,
  MAX_STAMPS,
  type ReadSignature,
  type Rule,
} from './model.ts'
import { coverage, scopeOf } from './xades-coverage.ts'
import { notRead } from './xades-properties.ts'
import {
  archiveStamps,
  contentStamps,
  dataOf,
  isProperty,
  signatureStamps,
  unsignedProperties,
} from './xades-stamps.ts'
import { DS, digestBy, SIGNED_PROPERTIES, XADES } from './xml-names.ts'
import {
  base64Of,
  readSignedDocument,
  readXmlSignature,
  type SignedDocument,
  signatureElements,
  type XmlReference,
  type XmlSignature,
} from './xml-signature.ts'

const RULES = {
  form: { name: 'the signature is well-formed XML', cite: 'XMLDSig §4', otherwise: 'FORMAT_FAILURE' },
  read: {
    name: 'the signature is of a form that is read',
    cite: 'XMLDSig §6.5, §6.6',
    otherwise: 'SIG_CONSTRAINTS_FAILURE',
  },
  content: {
    name: 'what was signed is at hand',
    cite: 'ETSI EN 319 102-1 §5.2.7.4',
    otherwise: 'SIGNED_DATA_NOT_FOUND',
  },
  digest: { name: 'every digest is that of what is referred to', cite: 'XMLDSig §3.2.1', otherwise: 'HASH_FAILURE' },
  strength: {
    name: 'every digest is strong enough',
    cite: 'ETSI EN 319 102-1 §5.2.8.4.2',
    otherwise: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  },
  properties: {
    name: 'the signed properties are those of this signature',
    cite: 'ETSI EN 319 132-1 §4.3, §4.4',
    otherwise: 'SIG_CONSTRAINTS_FAILURE',
  },
  named: {
    name: 'signed properties name this certificate',
    cite: 'ETSI EN 319 132-1 §5.2.2',
    otherwise: 'SIG_CONSTRAINTS_FAILURE',
  },
} as const satisfies Record<string, Rule>

export interface XadesQuestion {
  readonly document: Bytes
  /** Octets outside of the document, by the URI that refers to them. */
  readonly detached?: ReadonlyMap<string, Bytes>
  /**
   * Elements that must be signed, by their place: `/Envelope/Body`, local names from the root, each the only one of its
   * name there. Absent: all of the document.
   */
  readonly mustCover?: readonly string[]
}

/** One for each signature that is not inside of another. Never throws on any bytes. */
export function readXades(question: XadesQuestion): ReadSignature[] {
  return malformed(() => {
    const signed = readSignedDocument(question.document, question.detached)
    const elements = signatureElements(signed)
    if (elements.length === 0) return [unreadable('XAdES', RULES.form, 'there is no signature')]
    if (countOf(signed, DS, 'Signature') > MAX_SIGNATURES)
      return [unreadable('XAdES', RULES.form, 'more signatures than are read')]
    const [stamps, references] = [countOf(signed, XADES, 'EncapsulatedTimeStamp'), countOf(signed, DS, 'Reference')]
    if (stamps > MAX_STAMPS) return [unreadable('XAdES', RULES.form, 'more time stamps than are read')]
    if (references > MAX_REFERENCES) return [unreadable('XAdES', RULES.form, 'more references than are followed')]
    return elements.flatMap((element) =>
      malformed(() => [readOne(readXmlSignature(element, signed), signed, question)]),
    )
  })
}

/** Of all signatures together: each may be over all of a large document. */
const MAX_REFERENCES = 128

const countOf = ({ document }: SignedDocument, namespace: string, local: string): number =>
  [...descendants(document.root)].filter((one) => isProperty(one, namespace, local)).length

function malformed(read: () => ReadSignature[]): ReadSignature[] {
  try {
    return read()
  } catch (error) {
    if (error instanceof CodecError) return [unreadable('XAdES', UNREAD[error.code] ?? RULES.form, error.message)]
    throw error
  }
}

/** What is well-formed and still not judged here: another reader might. */
const UNREAD: Readonly<Record<string, Rule>> = {
  'signature-method': RULES.strength,
  'digest-method': RULES.strength,
  transform: RULES.read,
  canonicalization: RULES.read,
  'reference-missing': RULES.content,
  'time-stamp': RULES.read,
}

interface OneQuestion extends XadesQuestion {
  /** The signature that this one is a counter-signature of. */
  readonly counters?: XmlSignature
}

function readOne(signature: XmlSignature, signed: SignedDocument, question: OneQuestion): ReadSignature {
  const qualifying = onlyOf(signature.objects.flatMap((object) => childOf(object, XADES, 'QualifyingProperties') ?? []))
  const properties = qualifying && childOf(qualifying, XADES, 'SignedProperties')
  const unsigned = unsignedProperties(qualifying)
  const own = properties && childOf(properties, XADES, 'SignedSignatureProperties')
  const values = joinData(dataOf(unsigned))
  const certificates = [
    ...certificatesIn(signature),
    ...values.certificates.flatMap((one) => readable(() => decodeCertificate(one))),
  ]
  const [named, signer] = signerOf(own, certificates)
  const time = own && childOf(own, XADES, 'SigningTime')
  const signingTime = time && new Date(textOf(time).trim())
  return {
    format: 'XAdES',
    constraints: [
      holds(RULES.form, `${signature.references.length} references`),
      ...digests([...signature.references, ...signature.manifested], properties),
      signedProperties(signature, qualifying, properties),
      coverage(signature, signed, question),
      named,
    ],
    certificates,
    ...(signer && { signer }),
    signed: { tbs: signature.tbs, signatureAlgorithm: signature.signatureAlgorithm, signature: signature.signature },
    ...(signingTime && !Number.isNaN(signingTime.getTime()) && { signingTime }),
    data: values,
    contentTimeStamps: contentStamps(properties, signature),
    signatureTimeStamps: signatureStamps(unsigned, signature),
    archiveTimeStamps: archiveStamps(unsigned, signature),
    scope: scopeOf(signature, properties, signed),
    counterSignatures: question.counters ? [] : countersOf(unsigned, signature, signed, question),
    notJudged: notRead(signature, qualifying, question.counters !== undefined),
  }
}

/** ETSI EN 319 132-1 §5.2.7.2: each property holds one signature. */
const countersOf = (
  unsigned: readonly XmlElement[],
  counters: XmlSignature,
  signed: SignedDocument,
  question: XadesQuestion,
): ReadSignature[] =>
  unsigned
    .filter((one) => isProperty(one, XADES, 'CounterSignature'))
    .flatMap(elementsOf)
    .flatMap((one) => malformed(() => [readOne(readXmlSignature(one, signed), signed, { ...question, counters })]))

function onlyOf<T>(all: readonly T[]): T | undefined {
  if (all.length > 1) throw new CodecError('element-twice', 'QualifyingProperties stands twice')
  return all[0]
}

/** Something besides the signature's own properties must be signed. */
function digests(references: readonly XmlReference[], properties: XmlElement | undefined): Constraint[] {
  if (references.every(({ target }) => target === properties)) return [breaks(RULES.content, 'nothing is signed')]
  const missing = references.find(({ isRight }) => isRight === undefined)
  if (missing) return [breaks(RULES.content, `not given: ${missing.uri}`)]
  const wrong = references.find(({ isRight }) => !isRight)
  return [
    holds(RULES.content, 'all of it'),
    wrong
      ? breaks(RULES.digest, `changed: ${wrong.uri === '' ? 'the document' : wrong.uri}`)
      : holds(RULES.digest, `${references.length}`),
    references.some(({ digest }) => digest === 'sha1')
      ? breaks(RULES.strength, 'SHA-1')
      : holds(RULES.strength, [...new Set(references.map(({ digest }) => digest))].join(', ')),
  ]
}

/** Referred to once, by type, at their place in this signature, which they name as theirs. */
function signedProperties(
  { element, references }: XmlSignature,
  qualifying?: XmlElement,
  properties?: XmlElement,
): Constraint {
  const typed = references.filter(({ type }) => type === SIGNED_PROPERTIES)
  if (!qualifying || !properties || typed.length === 0) return breaks(RULES.properties, 'there are none')
  if (typed.length > 1 || typed[0]!.target !== properties) return breaks(RULES.properties, 'others are signed')
  const id = attributeOf(element, 'Id')
  const isTarget = id !== undefined && attributeOf(qualifying, 'Target') === `#${id}`
  return isTarget
    ? holds(RULES.properties, 'signed, and of this signature')
    : breaks(RULES.properties, 'they are of another')
}

const certificatesIn = ({ keyInfo }: XmlSignature): Certificate[] =>
  keyInfo
    ? [...descendants(keyInfo)]
        .filter((one) => isProperty(one, DS, 'X509Certificate'))
        .flatMap((one) => readable(() => decodeCertificate(base64Of(one))))
    : []

function readable(read: () => Certificate): Certificate[] {
  try {
    return [read()]
  } catch (error) {
    if (error instanceof CodecError) return []
    throw error
  }
}

/** The certificate that the first digest names. The order and the name that stand beside it prove nothing. */
function signerOf(
  own: XmlElement | undefined,
  certificates: readonly Certificate[],
): [Constraint, (Certificate | undefined)?] {
  const list = own && (childOf(own, XADES, 'SigningCertificateV2') ?? childOf(own, XADES, 'SigningCertificate'))
  const first = list && elementsOf(list)[0]
  const digest = first && childOf(first, XADES, 'CertDigest')
  if (!digest) return [breaks(RULES.named, 'none is named'), certificates[0]]
  const [method, value] = [childOf(digest, DS, 'DigestMethod'), childOf(digest, DS, 'DigestValue')]
  const name = method && digestBy(attributeOf(method, 'Algorithm'))
  if (!name || !value) return [breaks(RULES.named, 'by a digest that is not known'), certificates[0]]
  const meant = base64Of(value)
  const signer = certificates.find(({ raw }) => equal(hash(name, raw), meant))
  if (!signer)
    return [breaks({ ...RULES.named, otherwise: 'NO_SIGNING_CERTIFICATE_FOUND' }, 'another certificate is meant')]
  return [
    name === 'sha1'
      ? breaks({ ...RULES.named, otherwise: RULES.strength.otherwise }, 'SHA-1 does not bind a certificate')
      : holds(RULES.named, `${name} of the certificate`),
    signer,
  ]
}
