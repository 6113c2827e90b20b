// The archive time stamp of CAdES with its index: which octets are stamped, and what they protect.
// ETSI EN 319 122-1 §5.5.2 ats-hash-index-v3, §5.5.3 archive-time-stamp-v3.

import { type Bytes, concat, equal, hex } from '../../base/bytes.ts'
import { type HashName, hash } from '../../base/crypto.ts'
import { type CmsAttribute, hashNameOf } from '../../codec/cms.ts'
import {
  type CmsParts,
  decodeCmsParts,
  encodeCmsParts,
  ocspOfInfo,
  type SignerParts,
  signedFields,
} from '../../codec/cms-parts.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import { OID } from '../../codec/oid.ts'
import { decodeTimeStampToken } from '../../codec/tsp.ts'
import { encodeAlgorithm, readAlgorithm } from '../../codec/x509-algorithm.ts'
import type { Stamp } from './model.ts'

interface HashIndex {
  readonly hash: HashName
  readonly certificates: readonly Bytes[]
  readonly crls: readonly Bytes[]
  readonly unsigned: readonly Bytes[]
}

const readIndex = (reader: der.DerReader): HashIndex =>
  reader.sequence((inside) => {
    const digests = () => inside.sequenceOf((one) => one.octetString())
    return { hash: hashNameOf(readAlgorithm(inside)), certificates: digests(), crls: digests(), unsigned: digests() }
  })

/** The ATSHashIndexV3 of everything that a signer has now. */
export function hashIndex(parts: CmsParts, { unsigned }: SignerParts, name: HashName): Bytes {
  const digests = (all: readonly Bytes[]) => der.sequence(...all.map((one) => der.octetString(hash(name, one))))
  return der.sequence(
    encodeAlgorithm({ algorithm: OID[name] }),
    digests(parts.certificates),
    digests(parts.crls),
    digests(unsigned.flatMap(instances)),
  )
}

/** The type, followed by one value. */
const instances = ({ type, values }: CmsAttribute): Bytes[] => values.map((value) => concat(der.oid(type), value))

/** What is stamped: type and hash of the content, the signer's fields, the index. */
export const archiveOctets = (parts: CmsParts, signer: SignerParts, contentHash: Bytes, index: Bytes): Bytes =>
  concat(parts.contentType, contentHash, signedFields(signer), index)

/** A token that is there, with the octets that it must be of. Never throws on any bytes. */
export function archiveStamp(
  token: Bytes,
  parts: CmsParts,
  place: number,
  content: Bytes | undefined,
): Stamp & { readonly time: number } {
  try {
    const { info, signedData } = decodeTimeStampToken(token)
    const time = info.genTime.getTime()
    const indexes = signedData.signers[0]!.unsignedAttributes.filter(({ type }) => type === OID.atsHashIndexV3)
    const [value, ...others] = indexes.flatMap(({ values }) => values)
    if (!value || others.length > 0) return { token, time, stamped: 'it has no index, or several' }
    if (!content) return { token, time, stamped: 'what was signed is not at hand' }
    const index = der.decode(value, readIndex)
    const signer = parts.signers[place]!
    const covered = coveredBy(index, parts, signer)
    if (!covered) return { token, time, stamped: 'its index names what is not there any more' }
    const contentHash = hash(hashNameOf(info.messageImprint.hashAlgorithm), content)
    return { token, time, stamped: archiveOctets(parts, signer, contentHash, value), covers: covered }
  } catch (error) {
    if (error instanceof CodecError) return { token, time: Number.POSITIVE_INFINITY, stamped: error.message }
    throw error
  }
}

/** Undefined when something is in the index that is not in the signature. */
function coveredBy(index: HashIndex, parts: CmsParts, { unsigned }: SignerParts): Stamp['covers'] {
  const pick = (all: readonly Bytes[], digests: readonly Bytes[]) => {
    const byDigest = new Map(all.map((one) => [hex(hash(index.hash, one)), one]))
    const found = digests.map((digest) => byDigest.get(hex(digest)))
    return found.includes(undefined) ? undefined : (found as Bytes[])
  }
  const certificates = pick(parts.certificates, index.certificates)
  const lists = pick(parts.crls, index.crls)
  const values = pick(unsigned.flatMap(instances), index.unsigned)
  if (!certificates || !lists || !values) return undefined
  return {
    certificates,
    crls: lists.filter(([tag]) => tag === der.TAG.SEQUENCE),
    ocspResponses: lists.map(ocspOfInfo).filter((one) => one !== undefined),
    tokens: values.flatMap(tokenIn),
  }
}

/** Of an instance whose type is that of a time stamp. */
const tokenIn = (instance: Bytes): Bytes[] =>
  [OID.timeStampToken, OID.archiveTimeStampV3]
    .map((type) => der.oid(type))
    .filter((type) => equal(instance.subarray(0, type.length), type))
    .map((type) => instance.subarray(type.length))

/** A token with the index put into its unsigned attributes, where the stamp does not need to cover it. */
export function tokenWithIndex(token: Bytes, index: Bytes): Bytes {
  const parts = decodeCmsParts(token)
  const [signer] = parts.signers
  if (!signer) throw new CodecError('signer-missing', 'a time stamp that nobody signed')
  const unsigned = [...signer.unsigned, { type: OID.atsHashIndexV3, values: [index] }]
  return encodeCmsParts({ ...parts, signers: [{ ...signer, unsigned }] })
}
