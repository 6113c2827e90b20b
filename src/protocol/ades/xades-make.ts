// XAdES made: prepared, signed elsewhere, finished; then time stamps and validation data are put in as text, so that
// nothing that was signed is written anew. ETSI EN 319 132-1 §6; exclusive canonicalization throughout.

import { type Bytes, base64, concat, fromUtf8, hex, utf8 } from '../../base/bytes.ts'
import { type HashName, hash, sha256 } from '../../base/crypto.ts'
import type { SignatureAlgorithm } from '../../base/ports.ts'
import { hashNameOf } from '../../codec/cms.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import { encodeName } from '../../codec/name.ts'
import type { Certificate } from '../../codec/x509.ts'
import { digestOf } from '../../codec/x509-algorithm.ts'
import { decodeXml, type XmlElement } from '../../codec/xml.ts'
import { attributeText, canonicalizationOf, canonicalize } from '../../codec/xml-c14n.ts'
import { childOf, elementsOf } from '../../codec/xml-elements.ts'
import type { Draft } from './cades-make.ts'
import type { ValidationData } from './model.ts'
import { archiveOctets, unsignedProperties } from './xades-stamps.ts'
import {
  DIGEST_URI,
  DS,
  ENVELOPED,
  EXCLUSIVE,
  SIGNATURE_URI,
  SIGNED_PROPERTIES,
  XADES,
  XADES_141,
} from './xml-names.ts'
import { readSignedDocument, readXmlSignature, type SignedDocument, signatureElements } from './xml-signature.ts'

/** `enveloped`: inside of the document; `enveloping`: around it; `detached`: beside, by a URI. */
export type XadesContent =
  | { readonly kind: 'enveloped'; readonly document: Bytes }
  | { readonly kind: 'enveloping'; readonly content: Bytes }
  | { readonly kind: 'detached'; readonly content: Bytes; readonly uri: string }

export interface XadesInput {
  readonly content: XadesContent
  readonly certificate: Certificate
  readonly otherCertificates?: readonly Bytes[]
  readonly algorithm: SignatureAlgorithm
  readonly signingTime: Date
}

const EXC = canonicalizationOf(EXCLUSIVE)!

/** Throws `CodecError` when a document to be enveloped is no XML that is read. */
export function prepareXades(input: XadesInput): Draft {
  const { content } = input
  const octets = content.kind === 'enveloped' ? content.document : content.content
  // One name for one act of signing, without chance: the same input gives the same draft.
  const id = `id-${hex(sha256(octets, input.certificate.raw, utf8(input.signingTime.toISOString()))).slice(0, 32)}`
  const name: HashName = hashNameOf({ algorithm: digestOf(input.algorithm) })
  const blank = placed(content, signatureText(input, id, name, ['', '']))
  const signed = readSignedDocument(blank, detachedOf(content))
  const found = readXmlSignature(ours(signed, id), signed).references.map(({ octets: read }) =>
    base64(hash(name, read()!)),
  )
  const draft = placed(content, signatureText(input, id, name, found))
  return { draft, toBeSigned: xadesToBeSigned(draft, id) }
}

const detachedOf = (content: XadesContent): ReadonlyMap<string, Bytes> =>
  new Map(content.kind === 'detached' ? [[content.uri, content.content]] : [])

/** What is to be signed of a draft: the last signature, or the one of this name. Throws `CodecError`. */
export function xadesToBeSigned(draft: Bytes, id?: string): Bytes {
  const signed = readSignedDocument(draft)
  const info = childOf(ours(signed, id), DS, 'SignedInfo')
  if (!info) throw new CodecError('structure', 'there is nothing to be signed')
  return canonicalize(info, EXC)
}

function ours(signed: SignedDocument, id?: string): XmlElement {
  const found = id === undefined ? signatureElements(signed).at(-1) : signed.byId.get(id)
  if (!found) throw new CodecError('structure', 'there is no signature')
  return found
}

/** Right before the end of the root: whatever stands there stays. */
function placed(content: XadesContent, signature: string): Bytes {
  if (content.kind !== 'enveloped') return utf8(`<?xml version="1.0" encoding="UTF-8"?>\n${signature}\n`)
  const { root, text } = decodeXml(content.document)
  if (root.contentEnd === root.end) throw new CodecError('structure', 'an empty root has no place for a signature')
  return utf8(text.slice(0, root.contentEnd) + signature + text.slice(root.contentEnd))
}

function signatureText(input: XadesInput, id: string, name: HashName, digests: readonly string[]): string {
  const { content, algorithm, certificate, otherCertificates = [] } = input
  const x509 = [certificate.raw, ...otherCertificates].map(
    (one) => `<ds:X509Certificate>${base64(one)}</ds:X509Certificate>`,
  )
  const object =
    content.kind === 'enveloping'
      ? `<ds:Object Id="${id}-object" Encoding="${DS}base64">${base64(content.content)}</ds:Object>`
      : ''
  return [
    `<ds:Signature xmlns:ds="${DS}" Id="${id}">`,
    `<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${EXCLUSIVE}"/>`,
    `<ds:SignatureMethod Algorithm="${SIGNATURE_URI[algorithm]}"/>`,
    reference(contentReference(content, id), name, digests[0] ?? ''),
    reference({ uri: `#${id}-properties`, type: SIGNED_PROPERTIES, transforms: [EXCLUSIVE] }, name, digests[1] ?? ''),
    `</ds:SignedInfo><ds:SignatureValue Id="${id}-value"></ds:SignatureValue>`,
    `<ds:KeyInfo><ds:X509Data>${x509.join('')}</ds:X509Data></ds:KeyInfo>${object}`,
    `<ds:Object><xades:QualifyingProperties xmlns:xades="${XADES}" Target="#${id}">`,
    signedProperties(input, id, name),
    '</xades:QualifyingProperties></ds:Object></ds:Signature>',
  ].join('')
}

interface ReferenceText {
  readonly uri: string
  readonly id?: string
  readonly type?: string
  readonly transforms: readonly string[]
}

function contentReference(content: XadesContent, id: string): ReferenceText {
  if (content.kind === 'detached') return { uri: content.uri, id: `${id}-content`, transforms: [] }
  if (content.kind === 'enveloped') return { uri: '', id: `${id}-content`, transforms: [ENVELOPED, EXCLUSIVE] }
  return { uri: `#${id}-object`, id: `${id}-content`, type: `${DS}Object`, transforms: [EXCLUSIVE] }
}

function reference({ uri, id, type, transforms }: ReferenceText, name: HashName, digest: string): string {
  const attributes = `${id ? ` Id="${id}"` : ''} URI="${attributeText(uri)}"${type ? ` Type="${type}"` : ''}`
  const list = transforms.map((one) => `<ds:Transform Algorithm="${one}"/>`).join('')
  return `<ds:Reference${attributes}>${list && `<ds:Transforms>${list}</ds:Transforms>`}${digestText(name, digest)}</ds:Reference>`
}

const digestText = (name: HashName, value: string): string =>
  `<ds:DigestMethod Algorithm="${DIGEST_URI[name]}"/><ds:DigestValue>${value}</ds:DigestValue>`

/** ETSI EN 319 132-1 §5.2: when, and whose certificate; IssuerSerialV2 is DER of RFC 5035 §5.4. */
function signedProperties({ certificate, signingTime, content }: XadesInput, id: string, name: HashName): string {
  const { issuer, serialNumber } = certificate
  const issuerSerial = der.sequence(der.sequence(der.explicit(4, encodeName(issuer))), der.integer(serialNumber))
  const type = content.kind === 'enveloped' ? 'text/xml' : 'application/octet-stream'
  return [
    `<xades:SignedProperties Id="${id}-properties"><xades:SignedSignatureProperties>`,
    `<xades:SigningTime>${signingTime.toISOString().slice(0, 19)}Z</xades:SigningTime>`,
    `<xades:SigningCertificateV2><xades:Cert><xades:CertDigest>${digestText(name, base64(hash(name, certificate.raw)))}</xades:CertDigest>`,
    `<xades:IssuerSerialV2>${base64(issuerSerial)}</xades:IssuerSerialV2></xades:Cert></xades:SigningCertificateV2>`,
    '</xades:SignedSignatureProperties><xades:SignedDataObjectProperties>',
    `<xades:DataObjectFormat ObjectReference="#${id}-content"><xades:MimeType>${type}</xades:MimeType></xades:DataObjectFormat>`,
    '</xades:SignedDataObjectProperties></xades:SignedProperties>',
  ].join('')
}

/** A signature as the port gives it; ECDSA becomes two numbers of the length of the order. */
export function finishXades(draft: Bytes, signature: Bytes, algorithm: SignatureAlgorithm): Bytes {
  const octets =
    algorithm === 'RSA-SHA256' ? signature : numbers(signature, algorithm === 'ECDSA-P256-SHA256' ? 32 : 48)
  return edited(draft, (element) => {
    const value = childOf(element, DS, 'SignatureValue')
    if (!value) throw new CodecError('structure', 'there is no place for the signature')
    return [value.contentEnd, base64(octets)]
  })
}

const numbers = (signature: Bytes, length: number): Bytes =>
  concat(
    ...der
      .decode(signature, (r) => r.sequence((inside) => [inside.integer(), inside.integer()]))
      .map((number) => {
        const digits = number.toString(16).padStart(2 * length, '0')
        return Uint8Array.from({ length }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16))
      }),
  )

/** The octets that a signature time stamp is of. ETSI EN 319 132-1 §5.3. */
export function xadesSignatureOctets(document: Bytes): Bytes {
  const value = childOf(ours(readSignedDocument(document)), DS, 'SignatureValue')
  if (!value) throw new CodecError('structure', 'there is no signature value')
  return canonicalize(value, EXC)
}

const stampText = (prefix: string, local: string, token: Bytes): string =>
  `<${prefix}:${local}>${`<ds:CanonicalizationMethod xmlns:ds="${DS}" Algorithm="${EXCLUSIVE}"/>`}` +
  `<xades:EncapsulatedTimeStamp xmlns:xades="${XADES}">${base64(token)}</xades:EncapsulatedTimeStamp></${prefix}:${local}>`

export const addXadesSignatureTimeStamp = (document: Bytes, token: Bytes): Bytes =>
  withProperty(document, stampText('xades', 'SignatureTimeStamp', token))

/** Certificates and revocation values; beside an archive time stamp in a property that may come again. */
export function addXadesValidationData(document: Bytes, data: ValidationData): Bytes {
  const list = (outer: string, inner: string, all: readonly Bytes[]) =>
    all.length > 0
      ? `<xades:${outer}>${all.map((one) => `<xades:${inner}>${base64(one)}</xades:${inner}>`).join('')}</xades:${outer}>`
      : ''
  const certificates = list('CertificateValues', 'EncapsulatedX509Certificate', data.certificates)
  const crls = list('CRLValues', 'EncapsulatedCRLValue', data.crls)
  const ocsp = list('OCSPValues', 'EncapsulatedOCSPValue', data.ocspResponses)
  const revocation = crls || ocsp ? `<xades:RevocationValues>${crls}${ocsp}</xades:RevocationValues>` : ''
  const hasValues = propertiesIn(document).some(
    ({ local }) => local === 'CertificateValues' || local === 'RevocationValues',
  )
  const holder = 'TimeStampValidationData'
  return withProperty(
    document,
    hasValues
      ? `<xades141:${holder} xmlns:xades141="${XADES_141}">${certificates}${revocation}</xades141:${holder}>`
      : certificates + revocation,
  )
}

function propertiesIn(document: Bytes): XmlElement[] {
  return unsignedProperties(qualifyingIn(ours(readSignedDocument(document))))
}

/** What an archive time stamp is of; octets by URI when what was signed is outside. */
export function prepareXadesArchive(document: Bytes, detached?: ReadonlyMap<string, Bytes>): Bytes {
  const signed = readSignedDocument(document, detached)
  const element = ours(signed)
  const octets = archiveOctets(readXmlSignature(element, signed), unsignedProperties(qualifyingIn(element)), EXC)
  if (typeof octets === 'string') throw new CodecError('content-missing', octets)
  return octets
}

export const addXadesArchiveTimeStamp = (document: Bytes, token: Bytes): Bytes =>
  withProperty(
    document,
    stampText('xades141', 'ArchiveTimeStamp', token).replace(
      '<xades141:ArchiveTimeStamp',
      `$& xmlns:xades141="${XADES_141}"`,
    ),
  )

function qualifyingIn(signature: XmlElement): XmlElement {
  const found = elementsOf(signature).flatMap((object) => childOf(object, XADES, 'QualifyingProperties') ?? [])
  const [first, ...others] = found
  if (!first || others.length > 0) throw new CodecError('structure', 'QualifyingProperties are missing, or stand twice')
  return first
}

/** Behind the unsigned properties that are there. */
const withProperty = (document: Bytes, property: string): Bytes =>
  edited(document, (signature) => {
    const qualifying = qualifyingIn(signature)
    const unsigned = childOf(qualifying, XADES, 'UnsignedProperties')
    const properties = unsigned && childOf(unsigned, XADES, 'UnsignedSignatureProperties')
    if (properties) return [properties.contentEnd, property]
    const [outer, inner] = ['xades:UnsignedProperties', 'xades:UnsignedSignatureProperties']
    return [qualifying.contentEnd, `<${outer}><${inner}>${property}</${inner}></${outer}>`]
  })

function edited(document: Bytes, place: (signature: XmlElement) => readonly [at: number, text: string]): Bytes {
  const signed = readSignedDocument(document)
  const [at, text] = place(ours(signed))
  const whole = fromUtf8(document)
  return utf8(whole.slice(0, at) + text + whole.slice(at))
}
