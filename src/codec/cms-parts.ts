// SignedData as the elements that it is made of, so that what nobody signed can be added without touching what was signed.
// RFC 5652 §5.1, §5.3; revocation information of other forms: RFC 5940. What the elements mean, cms.ts tells.

import { type Bytes, concat, equal } from '../base/bytes.ts'
import { type CmsAttribute, readAttribute } from './cms.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { OID } from './oid.ts'

const [TAG0, TAG1] = [der.contextConstructed(0), der.contextConstructed(1)]

/** Whole elements throughout. */
export interface CmsParts {
  readonly digestAlgorithms: Bytes
  /** The OBJECT IDENTIFIER of the content's type. */
  readonly contentType: Bytes
  readonly content?: Bytes
  readonly certificates: readonly Bytes[]
  /** CertificateList, or `[1]` for another form. */
  readonly crls: readonly Bytes[]
  readonly signers: readonly SignerParts[]
}

export interface SignerParts {
  /** version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm: one after the other. */
  readonly head: readonly Bytes[]
  readonly signature: Bytes
  readonly unsigned: readonly CmsAttribute[]
}

export const decodeCmsParts = (bytes: Bytes): CmsParts =>
  der.decode(bytes, (r) =>
    r.sequence((outer) => {
      if (outer.oid() !== OID.signedData) throw new CodecError('content-type', 'a CMS that is not SignedData')
      return outer.explicit(0, (inside) => inside.sequence(readParts))
    }),
  )

function readParts(reader: der.DerReader): CmsParts {
  reader.smallInteger(5)
  const digestAlgorithms = reader.raw(der.TAG.SET)
  const encapsulated = reader.sequence((inside) => {
    const contentType = inside.raw(der.TAG.OID)
    return inside.done ? { contentType } : { contentType, content: inside.explicit(0, (r) => r.octetString()) }
  })
  const raws = (tag: number) => reader.optional(tag, (r) => r.sequenceOf((one) => one.raw(), tag)) ?? []
  return {
    digestAlgorithms,
    ...encapsulated,
    certificates: raws(TAG0),
    crls: raws(TAG1),
    signers: reader.sequenceOf(readSigner, der.TAG.SET),
  }
}

const readSigner = (reader: der.DerReader): SignerParts =>
  reader.sequence((inside) => ({
    head: [inside.raw(), inside.raw(), inside.raw(), inside.raw(TAG0), inside.raw()],
    signature: inside.octetString(),
    unsigned: inside.optional(TAG1, (r) => r.sequenceOf(readAttribute, TAG1)) ?? [],
  }))

/** The whole ContentInfo; the version follows from what is inside. RFC 5652 §5.1. */
export function encodeCmsParts(parts: CmsParts): Bytes {
  const isOther = parts.crls.some(([tag]) => tag === TAG1)
  const isPlain = equal(parts.contentType, der.oid(OID.data)) && !parts.signers.some(({ head }) => isVersion3(head))
  const list = (n: number, all: readonly Bytes[]) => (all.length > 0 ? [der.implicit(n, der.set(...all))] : [])
  const content = parts.content ? [der.explicit(0, der.octetString(parts.content))] : []
  return der.sequence(
    der.oid(OID.signedData),
    der.explicit(
      0,
      der.sequence(
        der.integer(isOther ? 5 : isPlain ? 1 : 3),
        parts.digestAlgorithms,
        der.sequence(parts.contentType, ...content),
        ...list(0, parts.certificates),
        ...list(1, parts.crls),
        der.set(...parts.signers.map(encodeSigner)),
      ),
    ),
  )
}

const isVersion3 = ([version]: readonly Bytes[]): boolean => version!.at(-1) === 3

const encodeSigner = ({ head, signature, unsigned }: SignerParts): Bytes =>
  der.sequence(
    ...head,
    der.octetString(signature),
    ...(unsigned.length > 0 ? [der.implicit(1, der.set(...unsigned.map(encodeAttribute)))] : []),
  )

const encodeAttribute = ({ type, values }: CmsAttribute): Bytes => der.sequence(der.oid(type), der.set(...values))

/** With those of `added` that are not there yet. */
export const withoutRepetition = (present: readonly Bytes[], added: readonly Bytes[]): readonly Bytes[] =>
  [...present, ...added].filter(
    (one, i, all) => i < present.length || !all.slice(0, i).some((other) => equal(other, one)),
  )

/** An OCSPResponse among the CRLs. RFC 5940 §2.1. */
export const ocspInfo = (response: Bytes): Bytes =>
  der.implicit(1, der.sequence(der.oid(OID.ocspResponseInfo), response))

/** The OCSPResponse in an element of `crls`; undefined when it is none. */
export const ocspOfInfo = (info: Bytes): Bytes | undefined =>
  info[0] === TAG1
    ? der.decode(info, (r) =>
        r.sequence((inside) => {
          const form = inside.oid()
          const value = inside.raw()
          return form === OID.ocspResponseInfo ? value : undefined
        }, TAG1),
      )
    : undefined

/** What ETSI EN 319 122-1 §5.5.3 hashes of a signer: all from version to signature. */
export const signedFields = ({ head, signature }: SignerParts): Bytes => concat(...head, der.octetString(signature))
