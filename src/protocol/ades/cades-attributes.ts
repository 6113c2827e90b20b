// The attributes of a signer of CMS: which may stand where, and which of them nobody here looks at.
// RFC 5652 §5.3, §11; ETSI EN 319 122-1 §5, Annex A.

import type { Bytes } from '../../base/bytes.ts'
import { type CmsAttribute, type CounterSigner, readAttribute } from '../../codec/cms.ts'
import * as der from '../../codec/der.ts'
import { OID, oidName } from '../../codec/oid.ts'
import { breaks, type Constraint, holds, type Rule } from './model.ts'

export const signedAttributesOf = ({ signedAttributes }: CounterSigner): CmsAttribute[] =>
  der.decode(signedAttributes, (r) => r.setOf(readAttribute))

export const valuesOf = (all: readonly CmsAttribute[], type: string): readonly Bytes[] =>
  all.filter((one) => one.type === type).flatMap(({ values }) => values)

/** RFC 5652 §11: these three are signed or not there. */
const ONLY_SIGNED: readonly string[] = [OID.contentType, OID.messageDigest, OID.signingTime]
/** ETSI EN 319 122-1 §5.2: these too. */
const OF_THE_SIGNER: readonly string[] = [
  ...ONLY_SIGNED,
  OID.signingCertificate,
  OID.signingCertificateV2,
  OID.contentTimeStamp,
]

const RULE = {
  name: 'every attribute stands once and where it must',
  cite: 'RFC 5652 §5.3, §11',
  otherwise: 'FORMAT_FAILURE',
} as const satisfies Rule

export function attributesInPlace(signer: CounterSigner): Constraint {
  const signed = signedAttributesOf(signer).map(({ type }) => type)
  const seen = new Set<string>()
  const twice = signed.find((type) => seen.size === seen.add(type).size)
  if (twice) return breaks(RULE, `twice: ${oidName(twice)}`)
  const misplaced = signer.unsignedAttributes.find(({ type }) => OF_THE_SIGNER.includes(type))
  if (misplaced) return breaks(RULE, `not signed: ${oidName(misplaced.type)}`)
  return holds(RULE, `${signed.length} signed`)
}

const READ_UNSIGNED: readonly string[] = [OID.timeStampToken, OID.certificateValues, OID.revocationValues]
/** A counter-signature has none of these that is read. */
const OF_A_SIGNATURE: readonly string[] = [OID.archiveTimeStampV3, OID.countersignature]

/** How the content is to be shown is no claim about it: `mimeType` changes nothing here. */
const READ_SIGNED: readonly string[] = [...OF_THE_SIGNER, OID.cmsAlgorithmProtection, OID.mimeType]

/** Names, or object identifiers, of what neither this nor anything else here reads. */
export function notRead(signer: CounterSigner, isCounter: boolean): string[] {
  const unsigned = isCounter ? READ_UNSIGNED : [...READ_UNSIGNED, ...OF_A_SIGNATURE]
  const left = (all: readonly CmsAttribute[], read: readonly string[]) =>
    all.filter(({ type }) => !read.includes(type)).map(({ type }) => oidName(type))
  return [...new Set([...left(signedAttributesOf(signer), READ_SIGNED), ...left(signer.unsignedAttributes, unsigned)])]
}
