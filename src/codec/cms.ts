// CMS SignedData, both ways, written with one signer; signing is in two steps, so that a card can do it. RFC 5652 §5, RFC 5035 §5.
// Whether the signature is right is asked of `base/crypto`, whether the signer is trusted of protocol/path-validation.

import { type Bytes, equal } from '../base/bytes.ts'
import { type HashName, sha256 } from '../base/crypto.ts'
import type { SignatureAlgorithm } from '../base/ports.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { encodeName, type Name, nameEqual, readName } from './name.ts'
import { OID } from './oid.ts'
import { type Certificate, decodeCertificate, extensionOf } from './x509.ts'
import {
  type AlgorithmIdentifier,
  digestOf,
  encodeAlgorithm,
  readAlgorithm,
  signatureAlgorithmIdentifier,
  signatureAlgorithmOf,
} from './x509-algorithm.ts'

export interface SignedAttributes {
  /** Hash of the content, by the digest of the signature algorithm. */
  readonly messageDigest: Bytes
  /** PAdES tells it outside of the CMS: ETSI EN 319 142-1 §6.3. */
  readonly signingTime?: Date
  /** DER of the signer's certificate: binds it to the signature. RFC 5035 §5.4. */
  readonly signingCertificate?: Bytes
  /** `id-data` unless said. */
  readonly contentType?: string
}

/** The DER SET that is hashed and signed, exactly as RFC 5652 §5.4 demands. */
export const signedAttributes = (attributes: SignedAttributes): Bytes =>
  der.set(
    attributeOf(OID.contentType, der.oid(attributes.contentType ?? OID.data)),
    attributeOf(OID.messageDigest, der.octetString(attributes.messageDigest)),
    ...(attributes.signingTime ? [attributeOf(OID.signingTime, der.time(attributes.signingTime))] : []),
    ...(attributes.signingCertificate
      ? [attributeOf(OID.signingCertificateV2, essCertificates(attributes.signingCertificate))]
      : []),
  )

const attributeOf = (type: string, value: Bytes): Bytes => der.sequence(der.oid(type), der.set(value))

/** SigningCertificateV2 with SHA-256, the default that DER leaves out. */
const essCertificates = (certificate: Bytes): Bytes =>
  der.sequence(der.sequence(der.sequence(der.octetString(sha256(certificate)))))

export interface SignedDataParts {
  /** Absent: the signature is detached. */
  readonly content?: Bytes
  readonly contentType?: string
  /** What `signedAttributes` gave and the signer signed. */
  readonly signedAttributes: Bytes
  readonly algorithm: SignatureAlgorithm
  readonly signature: Bytes
  readonly signer: Pick<Certificate, 'issuer' | 'serialNumber' | 'raw'>
  /** DER of certificates besides the signer's. */
  readonly otherCertificates?: readonly Bytes[]
  /** Whoever reads it has the signer's certificate, or fetches it. */
  readonly isCertificateLeftOut?: boolean
}

/** A whole ContentInfo. */
export function assembleSignedData(parts: SignedDataParts): Bytes {
  const digest = encodeAlgorithm({ algorithm: digestOf(parts.algorithm) })
  const certificates = [...(parts.isCertificateLeftOut ? [] : [parts.signer.raw]), ...(parts.otherCertificates ?? [])]
  const content = parts.content ? [der.explicit(0, der.octetString(parts.content))] : []
  const signedData = der.sequence(
    // RFC 5652 §5.1: version 3 when the content is not id-data.
    der.integer((parts.contentType ?? OID.data) === OID.data ? 1 : 3),
    der.set(digest),
    der.sequence(der.oid(parts.contentType ?? OID.data), ...content),
    ...(certificates.length > 0 ? [der.implicit(0, der.set(...certificates))] : []),
    der.set(encodeSignerInfo(parts, digest)),
  )
  return der.sequence(der.oid(OID.signedData), der.explicit(0, signedData))
}

const encodeSignerInfo = (parts: SignedDataParts, digest: Bytes): Bytes =>
  der.sequence(
    der.integer(1),
    der.sequence(encodeName(parts.signer.issuer), der.integer(parts.signer.serialNumber)),
    digest,
    der.implicit(0, parts.signedAttributes),
    encodeAlgorithm(signatureAlgorithmIdentifier(parts.algorithm)),
    der.octetString(parts.signature),
  )

export interface CmsAttribute {
  readonly type: string
  /** Whole elements. */
  readonly values: readonly Bytes[]
}

/** By what a signer is named. RFC 5652 §5.3. */
export type SignerIdentifier =
  | { readonly issuer: Name; readonly serialNumber: bigint }
  | { readonly subjectKeyIdentifier: Bytes }

export interface SignerInfo extends CounterSigner {
  readonly contentType: string
}

/** A SignerInfo over the signature of another, which has no content of its own. RFC 5652 §11.4. */
export interface CounterSigner {
  readonly sid: SignerIdentifier
  readonly digestAlgorithm: AlgorithmIdentifier
  /** The SET as it was signed. */
  readonly signedAttributes: Bytes
  readonly messageDigest: Bytes
  readonly signingTime?: Date
  /** Which certificate the signer means, by signingCertificate or signingCertificateV2. */
  readonly signingCertificate?: EssCertificate
  /** As it is written, but RSA with the hash of `digestAlgorithm` where it names none. */
  readonly signatureAlgorithm: AlgorithmIdentifier
  /** The algorithm of the port. `undefined` when it is none of ours, or does not agree with `digestAlgorithm`. */
  readonly algorithm?: SignatureAlgorithm
  readonly signature: Bytes
  readonly unsignedAttributes: readonly CmsAttribute[]
}

/** RFC 5035 §4: the hash of a certificate. */
export interface EssCertificate {
  readonly hash: HashName
  readonly digest: Bytes
}

export interface SignedData {
  readonly contentType: string
  /** Absent when detached. */
  readonly content?: Bytes
  readonly certificates: readonly Certificate[]
  /** Those that came along, whole elements, not decoded. */
  readonly crls: readonly Bytes[]
  readonly signers: readonly SignerInfo[]
}

/** In any order what RFC 5652 §5.1 has as sets: only what is signed must be DER (§5.3). */
export const decodeSignedData = (bytes: Bytes): SignedData =>
  der.decode(bytes, (r) =>
    r.sequence((outer) => {
      if (outer.oid() !== OID.signedData) throw new CodecError('content-type', 'a CMS that is not SignedData')
      return outer.explicit(0, (inside) => inside.sequence(readSignedData))
    }),
  )

function readSignedData(reader: der.DerReader): SignedData {
  const [tag0, tag1] = [der.contextConstructed(0), der.contextConstructed(1)]
  const version = reader.smallInteger(5)
  if (version === 0 || version === 2) throw new CodecError('version', 'SignedData of a version that is not read')
  reader.raw(der.TAG.SET)
  const encapsulated = reader.sequence((inside) => {
    const contentType = inside.oid()
    const content = inside.optional(tag0, (r) => r.explicit(0, (c) => c.octetString()))
    return { contentType, ...(content && { content }) }
  })
  const raws = (tag: number) => reader.optional(tag, (r) => r.sequenceOf((one) => one.raw(), tag)) ?? []
  const isPlain = ([tag]: Bytes) => tag === der.TAG.SEQUENCE
  return {
    ...encapsulated,
    certificates: raws(tag0).filter(isPlain).flatMap(readable),
    crls: raws(tag1).filter(isPlain),
    signers: reader.sequenceOf(readSignerInfo, der.TAG.SET),
  }
}

/** What others put beside the signer's certificate must not keep it from being read. */
function readable(certificate: Bytes): Certificate[] {
  try {
    return [decodeCertificate(certificate)]
  } catch (error) {
    if (error instanceof CodecError) return []
    throw error
  }
}

/** RFC 5652 §11.1. */
function readSignerInfo(reader: der.DerReader): SignerInfo {
  const { contentType, ...fields } = readSigner(reader)
  if (!contentType) throw new CodecError('attribute-missing', 'a signed attribute is missing')
  return { ...fields, contentType }
}

export function decodeCounterSigner(bytes: Bytes): CounterSigner {
  const { contentType, ...fields } = der.decode(bytes, readSigner)
  if (contentType) throw new CodecError('attribute-misplaced', 'a counter-signature with a content type')
  return fields
}

const readSigner = (reader: der.DerReader): CounterSigner & { readonly contentType?: string } =>
  reader.sequence((inside) => {
    const sid = readSignerIdentifier(inside)
    const digestAlgorithm = readAlgorithm(inside)
    const attributes = der.contextConstructed(0)
    const signed = Uint8Array.from(inside.raw(attributes))
    signed[0] = der.TAG.SET
    const signatureAlgorithm = withHash(readAlgorithm(inside), digestAlgorithm)
    const algorithm = signerAlgorithm(digestAlgorithm, signatureAlgorithm)
    const signature = inside.octetString()
    const tag = der.contextConstructed(1)
    const unsignedAttributes = inside.optional(tag, (r) => r.sequenceOf(readAttribute, tag)) ?? []
    const fields = { sid, digestAlgorithm, signedAttributes: signed, ...readSignedAttributes(signed) }
    return { ...fields, signatureAlgorithm, ...(algorithm && { algorithm }), signature, unsignedAttributes }
  })

/** Version 1 names issuer and serial number, version 3 the key. RFC 5652 §5.3. */
function readSignerIdentifier(reader: der.DerReader): SignerIdentifier {
  const version = reader.smallInteger(5)
  if (version === 1) return reader.sequence((id) => ({ issuer: readName(id), serialNumber: id.integer() }))
  if (version === 3) return { subjectKeyIdentifier: reader.octetString(der.contextPrimitive(0)) }
  throw new CodecError('version', 'a signer of an unknown version')
}

/** The certificate of a signer among those that came along, or that a caller has. */
export const certificateOf = ({ sid }: CounterSigner, certificates: readonly Certificate[]): Certificate | undefined =>
  certificates.find((one) => {
    if ('issuer' in sid) return one.serialNumber === sid.serialNumber && nameEqual(one.issuer, sid.issuer)
    const ski = extensionOf(one, OID.subjectKeyIdentifier)
    return ski !== undefined && equal(ski.value, der.octetString(sid.subjectKeyIdentifier))
  })

const RSA_WITH: Record<string, string> = {
  [OID.sha1]: OID.sha1WithRSAEncryption,
  [OID.sha256]: OID.sha256WithRSAEncryption,
  [OID.sha384]: OID.sha384WithRSAEncryption,
  [OID.sha512]: OID.sha512WithRSAEncryption,
  [OID['sha3-256']]: OID.sha3256WithRSAEncryption,
  [OID['sha3-384']]: OID.sha3384WithRSAEncryption,
  [OID['sha3-512']]: OID.sha3512WithRSAEncryption,
}

/** RFC 3370 §3.2 lets RSA be named without its hash, which is then that of `digestAlgorithm`. */
function withHash(signature: AlgorithmIdentifier, digest: AlgorithmIdentifier): AlgorithmIdentifier {
  const algorithm = signature.algorithm === OID.rsaEncryption ? RSA_WITH[digest.algorithm] : undefined
  return algorithm ? { algorithm, parameters: der.nullValue() } : signature
}

function signerAlgorithm(digest: AlgorithmIdentifier, signature: AlgorithmIdentifier): SignatureAlgorithm | undefined {
  const found = signatureAlgorithmOf(signature)
  return found && digestOf(found) === digest.algorithm ? found : undefined
}

export const readAttribute = (reader: der.DerReader): CmsAttribute =>
  reader.sequence((inside) => ({ type: inside.oid(), values: inside.setOf((value) => value.raw()) }))

/** RFC 5652 §11: each once and with one value; messageDigest must be there. */
function readSignedAttributes(set: Bytes) {
  const attributes = der.decode(set, (r) => r.setOf(readAttribute))
  const single = <T>(type: string, read: (r: der.DerReader) => T): T | undefined => {
    const values = attributes.filter((attribute) => attribute.type === type).flatMap((attribute) => attribute.values)
    if (values.length > 1) throw new CodecError('attribute-twice', 'a signed attribute has more than one value')
    return values[0] && der.decode(values[0], read)
  }
  const contentType = single(OID.contentType, (r) => r.oid())
  const messageDigest = single(OID.messageDigest, (r) => r.octetString())
  if (!messageDigest) throw new CodecError('attribute-missing', 'a signed attribute is missing')
  const signingTime = single(OID.signingTime, (r) => r.time())
  const signingCertificate =
    single(OID.signingCertificateV2, (r) => readEssCertificate(r, 'sha256')) ??
    single(OID.signingCertificate, (r) => readEssCertificate(r, 'sha1'))
  return {
    ...(contentType && { contentType }),
    messageDigest,
    ...(signingTime && { signingTime }),
    ...(signingCertificate && { signingCertificate }),
  }
}

/** Of the first certificate; issuer and policies are not looked at. RFC 5035 §4, RFC 2634 §5.4. */
const readEssCertificate = (reader: der.DerReader, byDefault: HashName): EssCertificate =>
  reader.sequence((outer) => {
    const [first] = outer.sequenceOf((list) =>
      list.sequence((id) => {
        const other = id.has(der.TAG.SEQUENCE) ? hashNameOf(readAlgorithm(id)) : byDefault
        const digest = id.octetString()
        id.list((rest) => rest.raw())
        return { hash: other, digest }
      }),
    )
    outer.list((rest) => rest.raw())
    if (!first) throw new CodecError('ess-certificate', 'a list of signing certificates that is empty')
    return first
  })

const HASHES = ['sha1', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512'] as const

/** Throws `CodecError` for a hash that is not known here. */
export function hashNameOf({ algorithm }: AlgorithmIdentifier): HashName {
  const found = HASHES.find((name) => OID[name] === algorithm)
  if (!found) throw new CodecError('hash', 'a hash that is not known')
  return found
}
