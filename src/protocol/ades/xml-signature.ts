// One ds:Signature of a document, read: its references resolved to exactly one element each, with what was done to it.
// XMLDSig §§3.2, 4.4. XSLT, other XPath than that which leaves signatures out and what is fetched from elsewhere are refused; so are identifiers
// that stand twice.

import { type Bytes, equal, fromBase64 } from '../../base/bytes.ts'
import { type HashName, hash } from '../../base/crypto.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import type { AlgorithmIdentifier } from '../../codec/x509-algorithm.ts'
import { decodeXml, type XmlDocument, type XmlElement } from '../../codec/xml.ts'
import { type Canonicalization, canonicalizationOf, canonicalize, inScope } from '../../codec/xml-c14n.ts'
import { attributeOf, childOf, descendants, elementsOf, textOf } from '../../codec/xml-elements.ts'
import { methodOf } from '../path-validation/index.ts'
import {
  BASE64,
  DS,
  digestBy,
  ENVELOPED,
  EXCLUSIVE,
  INCLUSIVE,
  MANIFEST,
  signatureBy,
  XPATH,
  XPATH_FILTER,
} from './xml-names.ts'

export type LeftOut = 'none' | 'this' | 'all'

export interface XmlReference {
  readonly id?: string
  readonly uri: string
  readonly type?: string
  /** What is signed: the whole document, one element, or octets from outside. */
  readonly target: 'document' | 'outside' | XmlElement
  /** Of the signatures inside of the target: none, this one, or every one is left out. */
  readonly leftOut: LeftOut
  /** The octets are what its text stands for, and nothing else of it is signed. */
  readonly isDecoded: boolean
  /** The octets that are hashed; canonical by `how` where the reference does not say. Undefined when not at hand. */
  readonly octets: (how?: Canonicalization) => Bytes | undefined
  readonly digest: HashName
  readonly isRight?: boolean
}

export interface XmlSignature {
  readonly element: XmlElement
  readonly signedInfo: XmlElement
  readonly signatureValue: XmlElement
  readonly keyInfo?: XmlElement
  readonly objects: readonly XmlElement[]
  readonly tbs: Bytes
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Bytes
  readonly references: readonly XmlReference[]
  /** Manifests that it refers to, and what these refer to. */
  readonly manifests: readonly XmlElement[]
  readonly manifested: readonly XmlReference[]
}

export interface SignedDocument {
  readonly document: XmlDocument
  readonly byId: ReadonlyMap<string, XmlElement>
  readonly detached: ReadonlyMap<string, Bytes>
}

/** Throws `CodecError`: also for an identifier that two elements have, because a reference to it means nothing. */
export function readSignedDocument(bytes: Bytes, detached: ReadonlyMap<string, Bytes> = new Map()): SignedDocument {
  const document = decodeXml(bytes)
  const byId = new Map<string, XmlElement>()
  for (const element of descendants(document.root))
    for (const id of new Set(element.attributes.filter(isId).map(({ value }) => value))) {
      if (byId.has(id)) throw new CodecError('id-twice', 'two elements have the same identifier')
      byId.set(id, element)
    }
  return { document, byId, detached }
}

/** Without a schema every spelling in use counts, so that no two readers can find different elements. */
const isId = ({ prefix, local }: { readonly prefix: string; readonly local: string }): boolean =>
  (prefix === '' || prefix === 'xml') && local.toLowerCase() === 'id'

/** Those that are not inside of another one. */
export const signatureElements = ({ document }: SignedDocument): XmlElement[] =>
  [...descendants(document.root)].filter((one) => isSignature(one) && !isInSignature(one.parent))

const isSignature = (element: XmlElement): boolean => isNamed(element, 'Signature')

export function isInSignature(element: XmlElement | undefined): boolean {
  for (let at = element; at; at = at.parent) if (isSignature(at)) return true
  return false
}

/** Each may be over all of a large document. */
const MAX_REFERENCES = 32

/** Throws `CodecError`. */
export function readXmlSignature(element: XmlElement, signed: SignedDocument): XmlSignature {
  const [signedInfo, signatureValue, ...rest] = elementsOf(element)
  expect(signedInfo, 'SignedInfo')
  expect(signatureValue, 'SignatureValue')
  const keyInfo = rest[0] && isNamed(rest[0], 'KeyInfo') ? rest.shift() : undefined
  for (const object of rest) expect(object, 'Object')
  const [method, algorithm, ...references] = elementsOf(signedInfo)
  expect(method, 'CanonicalizationMethod')
  expect(algorithm, 'SignatureMethod')
  if (references.length === 0) throw new CodecError('reference', 'nothing is signed')
  if (references.length > MAX_REFERENCES) throw new CodecError('reference', 'more references than are followed')
  const signatureAlgorithm = signatureBy(attributeOf(algorithm, 'Algorithm'))
  if (!signatureAlgorithm) throw new CodecError('signature-method', 'an algorithm of a signature that is not known')
  const direct = references.map((one) => readReference(one, element, signed))
  const manifests = direct.flatMap(manifestsOf)
  return {
    element,
    signedInfo,
    signatureValue,
    ...(keyInfo && { keyInfo }),
    objects: rest,
    tbs: canonicalize(signedInfo, canonicalizationIn(method)),
    signatureAlgorithm,
    signature: signatureOctets(base64Of(signatureValue), signatureAlgorithm),
    references: direct,
    manifests,
    manifested: manifests.flatMap((one) => manifestedBy(one, element, signed)),
  }
}

/** XMLDSig §5.1: what a signed Manifest refers to is signed only if somebody looks. */
function manifestsOf({ type, target, isDecoded, leftOut }: XmlReference): XmlElement[] {
  const isRead = typeof target !== 'string' && !isDecoded && leftOut !== 'all'
  const found = isRead ? [target, ...(isNamed(target, 'Object') ? elementsOf(target) : [])] : []
  const manifests = found.filter((one) => isNamed(one, 'Manifest'))
  if (type === MANIFEST && manifests.length === 0) throw new CodecError('transform', 'a manifest that is not followed')
  return manifests
}

function manifestedBy(manifest: XmlElement, element: XmlElement, signed: SignedDocument): XmlReference[] {
  const found = elementsOf(manifest).map((one) => readReference(one, element, signed))
  if (found.length === 0) throw new CodecError('reference', 'a manifest of nothing')
  if (found.some(({ type }) => type === MANIFEST)) throw new CodecError('transform', 'a manifest that is not followed')
  return found
}

const isNamed = (element: XmlElement, local: string): boolean => element.namespace === DS && element.local === local

function expect(element: XmlElement | undefined, local: string): asserts element is XmlElement {
  if (!element || !isNamed(element, local)) throw new CodecError('structure', `${local} is not where it must be`)
}

export function base64Of(element: XmlElement): Bytes {
  try {
    return fromBase64(textOf(element))
  } catch (cause) {
    throw new CodecError('base64', `${element.local} is no base64`, undefined, cause)
  }
}

/** ECDSA: two numbers of equal length here, a DER sequence everywhere else. RFC 9231 §2.3.6. */
function signatureOctets(octets: Bytes, algorithm: AlgorithmIdentifier): Bytes {
  if (methodOf(algorithm)?.keyType !== 'ec' || octets.length % 2 !== 0 || octets.length > MAX_ECDSA) return octets
  const half = octets.length / 2
  return der.sequence(unsigned(octets.subarray(0, half)), unsigned(octets.subarray(half)))
}

/** P-521. */
const MAX_ECDSA = 132

const unsigned = (octets: Bytes): Bytes => {
  let value = 0n
  for (const octet of octets) value = (value << 8n) | BigInt(octet)
  return der.integer(value)
}

const MAX_PREFIXES = 128

/** Of an element that names an algorithm of canonicalization. Throws `CodecError` for another. */
function canonicalizationIn(element: XmlElement): Canonicalization {
  const how = canonicalizationOf(attributeOf(element, 'Algorithm') ?? '')
  if (!how) throw new CodecError('canonicalization', 'a canonicalization that is not known')
  const list = how.kind === 'exclusive' ? childOf(element, EXCLUSIVE, 'InclusiveNamespaces') : undefined
  if (!list) return how
  const prefixes = (attributeOf(list, 'PrefixList') ?? '').split(/\s+/).filter((one) => one !== '')
  if (prefixes.length > MAX_PREFIXES) throw new CodecError('canonicalization', 'too many prefixes')
  return { ...how, inclusivePrefixes: prefixes.map((one) => (one === '#default' ? '' : one)) }
}

const DEFAULT: Canonicalization = { kind: 'inclusive' }

function readReference(reference: XmlElement, signature: XmlElement, signed: SignedDocument): XmlReference {
  expect(reference, 'Reference')
  const uri = attributeOf(reference, 'URI')
  if (uri === undefined) throw new CodecError('reference-missing', 'a reference without URI')
  const [id, type] = [attributeOf(reference, 'Id'), attributeOf(reference, 'Type')]
  const target = targetOf(uri, signed)
  const { leftOut, isDecoded, canonicalization } = transformsOf(reference, target)
  if (leftOut === 'this' && target !== 'document' && !isAbove(target as XmlElement, signature))
    throw new CodecError('transform', 'an enveloped signature that is not inside of what is signed')
  const without = { none: () => false, this: (one: XmlElement) => one === signature, all: isSignature }[leftOut]
  const octets = (how: Canonicalization = DEFAULT): Bytes | undefined => {
    const method = canonicalization ?? how
    const outside = target === 'outside' ? signed.detached.get(uri) : undefined
    if (target === 'outside') return outside && canonicalization ? canonicalize(decodeXml(outside), method) : outside
    if (isDecoded) return base64Of(target === 'document' ? signed.document.root : target)
    // XMLDSig §4.4.3.3: such a reference leaves comments out, whatever the canonicalization would do.
    const withoutComments = { ...method, comments: false }
    const subject = target === 'document' ? signed.document : target
    return canonicalize(subject, withoutComments, without)
  }
  const digest = digestBy(attributeOf(mandatory(reference, 'DigestMethod'), 'Algorithm'))
  if (!digest) throw new CodecError('digest-method', 'a digest that is not known')
  const found = octets()
  return {
    ...(id !== undefined && { id }),
    uri,
    ...(type !== undefined && { type }),
    target,
    leftOut,
    isDecoded,
    octets,
    digest,
    ...(found && { isRight: equal(hash(digest, found), base64Of(mandatory(reference, 'DigestValue'))) }),
  }
}

function mandatory(parent: XmlElement, local: string): XmlElement {
  const found = childOf(parent, DS, local)
  if (!found) throw new CodecError('structure', `${local} is missing`)
  return found
}

function targetOf(uri: string, { byId }: SignedDocument): XmlReference['target'] {
  if (uri === '') return 'document'
  if (!uri.startsWith('#')) return 'outside'
  if (!/^#[^()]+$/.test(uri)) throw new CodecError('transform', 'an XPointer is not followed')
  const element = byId.get(uri.slice(1))
  if (!element) throw new CodecError('reference-missing', 'a reference to an element that is not there')
  return element
}

/** An element is above itself. */
export function isAbove(element: XmlElement, below: XmlElement): boolean {
  for (let at: XmlElement | undefined = below; at; at = at.parent) if (at === element) return true
  return false
}

/** Signatures are left out first, one canonicalization comes last; or base64 alone, of an element that is text. */
function transformsOf(reference: XmlElement, target: XmlReference['target']) {
  const list = childOf(reference, DS, 'Transforms')
  const all = list ? elementsOf(list) : []
  for (const one of all) expect(one, 'Transform')
  const found = all.map(leavesOut)
  const [last, ...others] = all.slice(found.findLastIndex((one) => one !== 'none') + 1)
  if (others.length > 0 || found.length > MAX_TRANSFORMS)
    throw new CodecError('transform', 'more transforms than are needed')
  const leftOut: LeftOut = found.includes('all') ? 'all' : found.includes('this') ? 'this' : 'none'
  const isDecoded = last !== undefined && attributeOf(last, 'Algorithm') === BASE64
  const isOutside = target === 'outside' && (leftOut !== 'none' || isDecoded)
  if (isOutside || (isDecoded && leftOut !== 'none'))
    throw new CodecError('transform', 'more transforms than are needed')
  if (last && !isDecoded && !canonicalizationOf(attributeOf(last, 'Algorithm') ?? ''))
    throw new CodecError('transform', 'a transform that is not allowed')
  return { leftOut, isDecoded, canonicalization: last && !isDecoded ? canonicalizationIn(last) : undefined }
}

const MAX_TRANSFORMS = 4

/** XMLDSig §6.6.4, or what says of every signature the same: XPath 1.0 and XPath Filter 2.0 in these words and no others. */
function leavesOut(transform: XmlElement): LeftOut {
  const algorithm = attributeOf(transform, 'Algorithm')
  if (algorithm === ENVELOPED) return 'this'
  const namespace = algorithm === XPATH ? DS : XPATH_FILTER
  const path = algorithm === XPATH || algorithm === XPATH_FILTER ? childOf(transform, namespace, 'XPath') : undefined
  if (!path || elementsOf(transform).length > 1) return 'none'
  const words = algorithm === XPATH ? NOT_A_SIGNATURE : ANY_SIGNATURE
  const [, prefix] = words.exec(textOf(path)) ?? []
  const isSubtract = algorithm === XPATH || attributeOf(path, 'Filter') === 'subtract'
  return prefix !== undefined && isSubtract && inScope(path, prefix) === DS ? 'all' : 'none'
}

const NOT_A_SIGNATURE = /^\s*not\s*\(\s*ancestor-or-self::([\w-]+):Signature\s*\)\s*$/
const ANY_SIGNATURE = /^\s*\/descendant::([\w-]+):Signature\s*$/

/** As a stamp's CanonicalizationMethod says, or as it is by default. ETSI EN 319 132-1 §4.5. */
export const stampCanonicalization = (stamp: XmlElement): Canonicalization => {
  const method = childOf(stamp, DS, 'CanonicalizationMethod')
  return method ? canonicalizationIn(method) : canonicalizationOf(INCLUSIVE)!
}
