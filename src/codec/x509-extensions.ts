// The certificate extensions of our profiles as values, both ways. RFC 5280 §4.2; each pair is exact on the octets.
// Criticality is the profile's business: `extension(oid, critical, value)` joins the two.

import type { Bytes } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { type GeneralName, generalName, readGeneralName } from './name-general.ts'
import { OID } from './oid.ts'
import type { Extension } from './x509.ts'

export const extension = (oid: string, critical: boolean, value: Bytes): Extension => ({ oid, critical, value })

/** RFC 5280 §4.2.1.3: the position in the list is the bit. */
export const KEY_USAGE = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const
export type KeyUsage = (typeof KEY_USAGE)[number]

export const encodeKeyUsage = (...usages: readonly KeyUsage[]): Bytes =>
  der.namedBits(...usages.map((usage) => KEY_USAGE.indexOf(usage)))

export const decodeKeyUsage = (value: Bytes): KeyUsage[] =>
  der
    .decode(value, (r) => r.namedBits())
    .map((bit) => KEY_USAGE[bit])
    .filter((usage) => usage !== undefined)

/** RFC 5280 §4.2.1.12: OIDs of purposes. */
export const encodeExtendedKeyUsage = (...purposes: readonly string[]): Bytes => der.sequence(...purposes.map(der.oid))

export const decodeExtendedKeyUsage = (value: Bytes): string[] => der.decode(value, (r) => r.sequenceOf((s) => s.oid()))

export interface PolicyInformation {
  readonly policy: string
  readonly qualifiers: readonly PolicyQualifier[]
}

/** A CPS pointer is read; another qualifier is kept as it is. */
export type PolicyQualifier =
  | { readonly cps: string }
  | { readonly cps?: never; readonly id: string; readonly value: Bytes }

/** RFC 5280 §4.2.1.4. */
export const encodeCertificatePolicies = (...policies: readonly PolicyInformation[]): Bytes =>
  der.sequence(...policies.map(encodePolicy))

const encodePolicy = ({ policy, qualifiers }: PolicyInformation): Bytes =>
  der.sequence(der.oid(policy), ...(qualifiers.length > 0 ? [der.sequence(...qualifiers.map(encodeQualifier))] : []))

const encodeQualifier = (qualifier: PolicyQualifier): Bytes =>
  qualifier.cps === undefined
    ? der.sequence(der.oid(qualifier.id), qualifier.value)
    : der.sequence(der.oid(OID.cps), der.ia5String(qualifier.cps))

export const decodeCertificatePolicies = (value: Bytes): PolicyInformation[] =>
  der.decode(value, (r) =>
    r.sequenceOf((s) =>
      s.sequence((policy) => ({
        policy: policy.oid(),
        qualifiers: policy.done ? [] : policy.sequenceOf(readQualifier),
      })),
    ),
  )

const readQualifier = (reader: der.DerReader): PolicyQualifier =>
  reader.sequence((inside) => {
    const id = inside.oid()
    return id === OID.cps ? { cps: inside.ia5String() } : { id, value: inside.raw() }
  })

/** subjectAltName and issuerAltName. RFC 5280 §§4.2.1.6, 4.2.1.7. */
export const encodeAltName = (...names: readonly GeneralName[]): Bytes => der.sequence(...names.map(generalName))

export const decodeAltName = (value: Bytes): GeneralName[] => der.decode(value, (r) => r.sequenceOf(readGeneralName))

export interface BasicConstraints {
  readonly ca: boolean
  readonly pathLength?: number
}

/** RFC 5280 §4.2.1.9. */
export const encodeBasicConstraints = ({ ca, pathLength }: BasicConstraints): Bytes =>
  der.sequence(der.flag(ca), ...(pathLength === undefined ? [] : [der.integer(pathLength)]))

export const decodeBasicConstraints = (value: Bytes): BasicConstraints =>
  der.decode(value, (r) =>
    r.sequence((inside) => {
      const ca = inside.flag()
      return inside.done ? { ca } : { ca, pathLength: inside.smallInteger() }
    }),
  )

/** The distribution points we write: a full name. Names relative to an issuer are kept as they are. */
export interface DistributionPoint {
  readonly fullName?: readonly GeneralName[]
  readonly relativeName?: Bytes
  readonly reasons?: readonly number[]
  readonly crlIssuer?: readonly GeneralName[]
}

/** RFC 5280 §4.2.1.13. */
export const encodeDistributionPoints = (...points: readonly DistributionPoint[]): Bytes =>
  der.sequence(...points.map(encodeDistributionPoint))

const encodeDistributionPoint = ({ reasons, crlIssuer, ...name }: DistributionPoint): Bytes =>
  der.sequence(
    ...encodeDistributionPointName(name),
    ...(reasons ? [der.implicit(1, der.namedBits(...reasons))] : []),
    ...(crlIssuer ? [der.implicit(2, der.sequence(...crlIssuer.map(generalName)))] : []),
  )

/** Also the first field of an issuing distribution point. */
export function encodeDistributionPointName(name: Pick<DistributionPoint, 'fullName' | 'relativeName'>): Bytes[] {
  if (name.fullName) return [der.explicit(0, der.implicit(0, der.sequence(...name.fullName.map(generalName))))]
  return name.relativeName ? [der.explicit(0, name.relativeName)] : []
}

export const decodeDistributionPoints = (value: Bytes): DistributionPoint[] =>
  der.decode(value, (r) => r.sequenceOf((s) => s.sequence(readDistributionPoint)))

function readDistributionPoint(reader: der.DerReader): DistributionPoint {
  const [tag1, tag2] = [der.contextPrimitive(1), der.contextConstructed(2)]
  const name = readDistributionPointName(reader)
  const reasons = reader.optional(tag1, (r) => r.namedBits(tag1))
  const crlIssuer = reader.optional(tag2, (r) => r.sequenceOf(readGeneralName, tag2))
  return { ...name, ...(reasons && { reasons }), ...(crlIssuer && { crlIssuer }) }
}

export function readDistributionPointName(reader: der.DerReader): Pick<DistributionPoint, 'fullName' | 'relativeName'> {
  const tag = der.contextConstructed(0)
  if (!reader.has(tag)) return {}
  return reader.explicit(0, (inside) =>
    inside.has(tag)
      ? { fullName: inside.sequenceOf(readGeneralName, tag) }
      : { relativeName: inside.raw(der.contextConstructed(1)) },
  )
}

export interface AccessDescription {
  readonly method: string
  readonly location: GeneralName
}

/** RFC 5280 §4.2.2.1. */
export const encodeAuthorityInfoAccess = (...access: readonly AccessDescription[]): Bytes =>
  der.sequence(...access.map(({ method, location }) => der.sequence(der.oid(method), generalName(location))))

export const decodeAuthorityInfoAccess = (value: Bytes): AccessDescription[] =>
  der.decode(value, (r) =>
    r.sequenceOf((s) => s.sequence((inside) => ({ method: inside.oid(), location: readGeneralName(inside) }))),
  )

/** Attributes of the subject, which nobody here interprets: types and values as they are. RFC 5280 §4.2.1.8. */
export const decodeSubjectDirectoryAttributes = (value: Bytes): { type: string; values: Bytes[] }[] => {
  const attributes = der.decode(value, (r) =>
    r.sequenceOf((s) => s.sequence((one) => ({ type: one.oid(), values: one.setOf((v) => v.raw()) }))),
  )
  if (attributes.length === 0) throw new CodecError('directory-attributes', 'an empty list of attributes')
  return attributes
}

export interface AuthorityKeyIdentifier {
  readonly keyIdentifier?: Bytes
  readonly authorityCertIssuer?: readonly GeneralName[]
  readonly authorityCertSerialNumber?: bigint
}

/** RFC 5280 §4.2.1.1. */
export const encodeAuthorityKeyIdentifier = (value: AuthorityKeyIdentifier): Bytes => {
  const { keyIdentifier, authorityCertIssuer: issuer, authorityCertSerialNumber: serial } = value
  return der.sequence(
    ...(keyIdentifier ? [der.implicit(0, der.octetString(keyIdentifier))] : []),
    ...(issuer ? [der.implicit(1, der.sequence(...issuer.map(generalName)))] : []),
    ...(serial === undefined ? [] : [der.implicit(2, der.integer(serial))]),
  )
}

export const decodeAuthorityKeyIdentifier = (value: Bytes): AuthorityKeyIdentifier =>
  der.decode(value, (r) =>
    r.sequence((inside) => {
      const [tag0, tag1, tag2] = [der.contextPrimitive(0), der.contextConstructed(1), der.contextPrimitive(2)]
      const keyIdentifier = inside.optional(tag0, (f) => f.octetString(tag0))
      const authorityCertIssuer = inside.optional(tag1, (f) => f.sequenceOf(readGeneralName, tag1))
      const serial = inside.optional(tag2, (f) => f.integer(tag2))
      return {
        ...(keyIdentifier && { keyIdentifier }),
        ...(authorityCertIssuer && { authorityCertIssuer }),
        ...(serial !== undefined && { authorityCertSerialNumber: serial }),
      }
    }),
  )

/** RFC 5280 §4.2.1.2. */
export const encodeSubjectKeyIdentifier = (keyIdentifier: Bytes): Bytes => der.octetString(keyIdentifier)

export const decodeSubjectKeyIdentifier = (value: Bytes): Bytes => der.decode(value, (r) => r.octetString())
