// CMS SignedData with one signer, both ways; signing is in two steps, so that a card can do it. RFC 5652 §5, RFC 5035 §5.
// Whether the signature is right is asked of `base/crypto`, whether the signer is trusted of protocol/path-validation.

import type { Bytes } from '../base/bytes.ts'
import { sha256 } from '../base/crypto.ts'
import type { SignatureAlgorithm } from '../base/ports.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { encodeName, type Name, readName } from './name.ts'
import { OID } from './oid.ts'
import { type Certificate, readCertificate } from './x509.ts'
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
  readonly signingTime: Date
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
    attributeOf(OID.signingTime, der.time(attributes.signingTime)),
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
}

/** A whole ContentInfo. */
export function assembleSignedData(parts: SignedDataParts): Bytes {
  const digest = encodeAlgorithm({ algorithm: digestOf(parts.algorithm) })
  const content = parts.content ? [der.explicit(0, der.octetString(parts.content))] : []
  const signedData = der.sequence(
    // RFC 5652 §5.1: version 3 when the content is not id-data.
    der.integer((parts.contentType ?? OID.data) === OID.data ? 1 : 3),
    der.set(digest),
    der.sequence(der.oid(parts.contentType ?? OID.data), ...content),
    der.implicit(0, der.set(parts.signer.raw, ...(parts.otherCertificates ?? []))),
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

export interface SignerInfo {
  readonly issuer: Name
  readonly serialNumber: bigint
  readonly digestAlgorithm: AlgorithmIdentifier
  /** The SET as it was signed. */
  readonly signedAttributes: Bytes
  readonly contentType: string
  readonly messageDigest: Bytes
  readonly signingTime?: Date
  /** SHA-256 of the signer's certificate from signingCertificateV2. */
  readonly signingCertificateHash?: Bytes
  /** `undefined` when it is none of ours, or does not agree with `digestAlgorithm`. */
  readonly algorithm?: SignatureAlgorithm
  readonly signature: Bytes
  readonly unsignedAttributes: readonly CmsAttribute[]
}

export interface SignedData {
  readonly contentType: string
  /** Absent when detached. */
  readonly content?: Bytes
  readonly certificates: readonly Certificate[]
  readonly signers: readonly SignerInfo[]
}

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
  if (version !== 1 && version !== 3) throw new CodecError('version', 'SignedData of a version that is not read')
  reader.setOf(readAlgorithm)
  const encapsulated = reader.sequence((inside) => {
    const contentType = inside.oid()
    const content = inside.optional(tag0, (r) => r.explicit(0, (c) => c.octetString()))
    return { contentType, ...(content && { content }) }
  })
  const certificates = reader.optional(tag0, (r) => r.setOf(readCertificate, tag0)) ?? []
  reader.optional(tag1, (r) => r.raw())
  return { ...encapsulated, certificates, signers: reader.setOf(readSignerInfo) }
}

const readSignerInfo = (reader: der.DerReader): SignerInfo =>
  reader.sequence((inside) => {
    // Version 1 is issuerAndSerialNumber. RFC 5652 §5.3.
    if (inside.smallInteger(5) !== 1) throw new CodecError('version', 'a signer that is not named by its issuer')
    const sid = inside.sequence((id) => ({ issuer: readName(id), serialNumber: id.integer() }))
    const digestAlgorithm = readAlgorithm(inside)
    const attributes = der.contextConstructed(0)
    const signed = Uint8Array.from(inside.raw(attributes))
    signed[0] = der.TAG.SET
    const algorithm = signerAlgorithm(digestAlgorithm, readAlgorithm(inside))
    const signature = inside.octetString()
    const tag = der.contextConstructed(1)
    const unsignedAttributes = inside.optional(tag, (r) => r.setOf(readAttribute, tag)) ?? []
    const fields = { ...sid, digestAlgorithm, signedAttributes: signed, ...readSignedAttributes(signed) }
    return { ...fields, ...(algorithm && { algorithm }), signature, unsignedAttributes }
  })

/** RFC 3370 §3.2 lets RSA be named without its hash, which is then that of `digestAlgorithm`. */
function signerAlgorithm(digest: AlgorithmIdentifier, signature: AlgorithmIdentifier): SignatureAlgorithm | undefined {
  const found =
    signature.algorithm === OID.rsaEncryption && digest.algorithm === OID.sha256
      ? 'RSA-SHA256'
      : signatureAlgorithmOf(signature)
  return found && digestOf(found) === digest.algorithm ? found : undefined
}

const readAttribute = (reader: der.DerReader): CmsAttribute =>
  reader.sequence((inside) => ({ type: inside.oid(), values: inside.setOf((value) => value.raw()) }))

/** RFC 5652 §11: contentType and messageDigest must be there, each once and with one value. */
function readSignedAttributes(set: Bytes) {
  const attributes = der.decode(set, (r) => r.setOf(readAttribute))
  const single = <T>(type: string, read: (r: der.DerReader) => T): T | undefined => {
    const values = attributes.filter((attribute) => attribute.type === type).flatMap((attribute) => attribute.values)
    if (values.length > 1) throw new CodecError('attribute-twice', 'a signed attribute has more than one value')
    return values[0] && der.decode(values[0], read)
  }
  const contentType = single(OID.contentType, (r) => r.oid())
  const messageDigest = single(OID.messageDigest, (r) => r.octetString())
  if (!contentType || !messageDigest) throw new CodecError('attribute-missing', 'a signed attribute is missing')
  const signingTime = single(OID.signingTime, (r) => r.time())
  const signingCertificateHash = single(OID.signingCertificateV2, readEssCertificate)
  return {
    contentType,
    messageDigest,
    ...(signingTime && { signingTime }),
    ...(signingCertificateHash && { signingCertificateHash }),
  }
}

/** The hash of the first certificate, when it is SHA-256; issuer and policies are not looked at. */
const readEssCertificate = (reader: der.DerReader): Bytes | undefined =>
  reader.sequence((outer) => {
    const [first] = outer.sequenceOf((list) =>
      list.sequence((id) => {
        const other = id.has(der.TAG.SEQUENCE) ? readAlgorithm(id) : undefined
        const hash = id.octetString()
        id.list((rest) => rest.raw())
        return other && other.algorithm !== OID.sha256 ? undefined : hash
      }),
    )
    outer.list((rest) => rest.raw())
    return first
  })
