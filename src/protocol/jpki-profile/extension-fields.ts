// The extensions of the profiles, each with its criticality, how its value is made from profile and facts, and how one
// tells it in a certificate in hand. RFC 5280 §4.2; `observed: certificates of J-LIS`.

import { type Bytes, equal } from '../../base/bytes.ts'
import { sha1 } from '../../base/crypto.ts'
import { readKnown } from '../../base/read-known.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import { nameEqual, valuesOf } from '../../codec/name.ts'
import { directoryName, uri } from '../../codec/name-general.ts'
import { OID, type OidName, oidName } from '../../codec/oid.ts'
import { type Certificate, extensionOf, publicKeyBits } from '../../codec/x509.ts'
import * as ext from '../../codec/x509-extensions.ts'
import type { CaKind, ExtensionFacts, Hierarchy } from './facts.ts'
import { areFourInfoNames, fourInfoNames } from './four-info.ts'
import type { Frame, OWN_EXTENSIONS } from './frame.ts'
import { authorityKeyOf, distributionPointsOf, MUNICIPALITIES, statusAddressesOf } from './known-extensions.ts'
import { caAltName, caName, crlDistributionPoint, needed } from './names.ts'
import type { Profile } from './profiles.ts'

/** Criticality, clause, and the check that a verifier makes of it. */
export const EXTENSIONS = {
  keyUsage: { critical: true, cite: 'RFC 5280 §4.2.1.3', check: 'key usage is that of the profile' },
  extendedKeyUsage: { critical: false, cite: 'RFC 5280 §4.2.1.12', check: 'extended key usage is that of the profile' },
  certificatePolicies: { critical: true, cite: 'RFC 5280 §4.2.1.4', check: 'policy is that of the profile' },
  subjectAltName: { critical: false, cite: 'RFC 5280 §4.2.1.6', check: 'subjectAltName is as the profile wants' },
  issuerAltName: { critical: false, cite: 'RFC 5280 §4.2.1.7', check: 'issuerAltName is that of the authority' },
  basicConstraints: { critical: true, cite: 'RFC 5280 §4.2.1.9', check: 'basic constraints are those of the profile' },
  cRLDistributionPoints: {
    critical: false,
    cite: 'RFC 5280 §4.2.1.13',
    check: 'distribution point is that of the profile',
  },
  authorityInfoAccess: { critical: false, cite: 'RFC 5280 §4.2.2.1', check: 'status address is as the profile wants' },
  authorityKeyIdentifier: {
    critical: false,
    cite: 'RFC 5280 §4.2.1.1',
    check: 'authority key identifier has the form of the profile',
  },
  subjectKeyIdentifier: {
    critical: false,
    cite: 'RFC 5280 §4.2.1.2',
    check: 'subject key identifier is SHA-1 of the key',
  },
  ocspNoCheck: { critical: false, cite: 'RFC 6960 §4.2.2.2.1', check: 'only a responder is trusted without status' },
} as const satisfies Partial<Record<OidName, { critical: boolean; cite: string; check: string }>>

export type ExtensionName = keyof typeof EXTENSIONS

interface FieldOf<C, Facts> {
  readonly name: ExtensionName
  /** For the page of profiles. */
  readonly says: (profile: Profile) => string
  readonly make: (profile: Profile, facts: Facts) => Bytes
  /** Where a certificate does not tell the facts; without it, the octets are those that `make` gives. May throw. */
  readonly form?: (profile: Profile, value: Bytes, certificate: C, hierarchy: Hierarchy) => boolean
}

/** The same in all certificates of a profile and municipality under one issuer. */
export interface FrameField extends FieldOf<Frame, Omit<ExtensionFacts, 'subjectPublicKeyInfo'>> {
  readonly own?: never
}

/** Other in each certificate. */
export interface OwnField extends FieldOf<Certificate, ExtensionFacts> {
  readonly own: true
  readonly name: (typeof OWN_EXTENSIONS)[number]
}

export type ExtensionField = FrameField | OwnField

/** Of profile and hierarchy alone, so encoded once. */
function constant(encode: (profile: Profile, hierarchy: Hierarchy) => Bytes): FrameField['make'] {
  const made = { production: new Map<Profile, Bytes>(), test: new Map<Profile, Bytes>() }
  return (profile, { hierarchy }) => {
    const value = made[hierarchy].get(profile) ?? encode(profile, hierarchy)
    made[hierarchy].set(profile, value)
    return value
  }
}

export const KEY_USAGE: FrameField = {
  name: 'keyUsage',
  says: ({ keyUsage }) => keyUsage.join(', '),
  make: constant(({ keyUsage }) => ext.encodeKeyUsage(...keyUsage)),
}

export const EXTENDED_KEY_USAGE: FrameField = {
  name: 'extendedKeyUsage',
  says: ({ extendedKeyUsage }) => extendedKeyUsage.map(oidName).join(', '),
  make: constant(({ extendedKeyUsage }) => ext.encodeExtendedKeyUsage(...extendedKeyUsage)),
}

const CPS_URI = 'http://www.jpki.go.jp/cps.html'

export const POLICY: FrameField = {
  name: 'certificatePolicies',
  says: ({ policy }) => `\`${policy?.production}\`, test hierarchy \`${policy?.test}\`; CPS \`${CPS_URI}\``,
  make: constant(({ policy }, hierarchy) =>
    ext.encodeCertificatePolicies({ policy: needed(policy)[hierarchy], qualifiers: [{ cps: CPS_URI }] }),
  ),
}

const inJapanese = (ca: CaKind) =>
  `directoryName of the authority in Japanese: ${valuesOf(caAltName(ca), 'OU').join(', ')}`
const IN_JAPANESE = { sign: inJapanese('sign'), auth: inJapanese('auth') }

const japaneseName = (name: 'subjectAltName' | 'issuerAltName'): FrameField => ({
  name,
  says: ({ ca }) => IN_JAPANESE[ca],
  make: constant(({ ca }) => ext.encodeAltName(directoryName(caAltName(ca)))),
})
export const CA_ALT_NAME = japaneseName('subjectAltName')
export const ISSUER_ALT_NAME = japaneseName('issuerAltName')

export const FOUR_FACTS: OwnField = {
  name: 'subjectAltName',
  own: true,
  says: () => 'otherNames: the four facts and their substitute flags, `….8.5.5.` 1, 4, 3, 5, 2, 6',
  make: (_profile, { fourInfo, substitutes }) => ext.encodeAltName(...fourInfoNames(needed(fourInfo), substitutes)),
  form: (_profile, _value, certificate) => areFourInfoNames(certificate),
}

export const IS_CA: FrameField = {
  name: 'basicConstraints',
  says: () => 'CA, without a path length',
  make: constant(() => ext.encodeBasicConstraints({ ca: true })),
}

export const CA_DISTRIBUTION_POINT: FrameField = {
  name: 'cRLDistributionPoints',
  says: () => 'directoryName: that of the CA',
  make: constant(({ ca }, hierarchy) =>
    ext.encodeDistributionPoints({ fullName: [directoryName(caName(ca, hierarchy))] }),
  ),
}

export const DISTRIBUTION_POINT: FrameField = {
  name: 'cRLDistributionPoints',
  says: ({ ca }) =>
    `directoryName: ${valuesOf(caName(ca), 'OU')[0]}, CRL Distribution Points, prefecture, CN = municipality CRLDP`,
  make: ({ ca }, { municipality, hierarchy }) =>
    ext.encodeDistributionPoints({
      fullName: [directoryName(crlDistributionPoint(ca, needed(municipality), hierarchy))],
    }),
  form: ({ ca }, value, _certificate, hierarchy) => IS_OF_MUNICIPALITY[ca][hierarchy](value),
}

/** The point that would be made of the municipality that the point names. */
function isOfMunicipality(value: Bytes, ca: CaKind, hierarchy: Hierarchy): boolean {
  const [point, ...others] = distributionPointsOf(value)
  const [only] = point?.fullName ?? []
  if (others.length > 0 || point?.fullName?.length !== 1 || only?.kind !== 'directoryName') return false
  const prefectureRomaji = valuesOf(only.name, 'OU')[2] ?? ''
  const municipalityRomaji = (valuesOf(only.name, 'CN')[0] ?? '').replace(/ CRLDP$/, '')
  return nameEqual(only.name, crlDistributionPoint(ca, { code: '', prefectureRomaji, municipalityRomaji }, hierarchy))
}

/** Each point is judged once. */
const judgeOf = (ca: CaKind) => ({
  production: readKnown(MUNICIPALITIES, (value) => isOfMunicipality(value, ca, 'production')),
  test: readKnown(MUNICIPALITIES, (value) => isOfMunicipality(value, ca, 'test')),
})
const IS_OF_MUNICIPALITY = { sign: judgeOf('sign'), auth: judgeOf('auth') }

const OCSP_URI = 'http://ocspauthnorm.jpki.go.jp'

export const STATUS_ADDRESS: FrameField = {
  name: 'authorityInfoAccess',
  says: () => `OCSP at \`${OCSP_URI}\`, or where the responder really is`,
  make: (_profile, { ocspUri = OCSP_URI }) =>
    ext.encodeAuthorityInfoAccess({ method: OID.ocsp, location: uri(ocspUri) }),
  form: (_profile, value) => {
    const [only, ...others] = statusAddressesOf(value)
    return only?.method === OID.ocsp && only.location.kind === 'uri' && others.length === 0
  },
}

export const AUTHORITY_KEY: FrameField = {
  name: 'authorityKeyIdentifier',
  says: () => 'key identifier, name and serial number of the CA',
  make: (_profile, { issuer }) => ext.encodeAuthorityKeyIdentifier(authorityKeyIdentifier(needed(issuer))),
  form: (_profile, value, certificate) => {
    const { keyIdentifier, authorityCertIssuer: names, authorityCertSerialNumber } = authorityKeyOf(value)
    const [name, ...others] = names ?? []
    if (name?.kind !== 'directoryName' || others.length > 0) return false
    return (
      keyIdentifier?.length === 20 &&
      authorityCertSerialNumber !== undefined &&
      nameEqual(name.name, certificate.issuer)
    )
  },
}

export const SUBJECT_KEY: OwnField = {
  name: 'subjectKeyIdentifier',
  own: true,
  says: () => 'SHA-1 of the key',
  make: (_profile, { subjectPublicKeyInfo }) => ext.encodeSubjectKeyIdentifier(keyIdentifier(subjectPublicKeyInfo)),
}

export const NO_CHECK: FrameField = {
  name: 'ocspNoCheck',
  says: () => 'NULL',
  make: constant(() => der.nullValue()),
}

/** RFC 5280 §4.2.1.2 (1): SHA-1 of the key bits. */
export const keyIdentifier = (subjectPublicKeyInfo: Bytes): Bytes => sha1(publicKeyBits(subjectPublicKeyInfo))

/** All three fields, for the certificates and the CRLs that this CA signs. */
export function authorityKeyIdentifier(ca: Certificate): ext.AuthorityKeyIdentifier {
  const extension = extensionOf(ca, OID.subjectKeyIdentifier)
  if (!extension) throw new CodecError('key-identifier', 'the CA certificate has no subjectKeyIdentifier')
  return {
    keyIdentifier: ext.decodeSubjectKeyIdentifier(extension.value),
    authorityCertIssuer: [directoryName(ca.issuer)],
    authorityCertSerialNumber: ca.serialNumber,
  }
}

/** Whether what stands in a certificate is what its profile wants. Throws `CodecError` for what does not decode. */
export function isOfField(
  field: ExtensionField,
  profile: Profile,
  value: Bytes,
  certificate: Certificate,
  hierarchy: Hierarchy,
): boolean {
  if (field.form) return field.form(profile, value, certificate, hierarchy)
  return equal(value, field.make(profile, { hierarchy, subjectPublicKeyInfo: certificate.subjectPublicKeyInfo }))
}

/** The same of a field that is not the holder's own, by the frame alone. */
export function isOfFrame(
  field: ExtensionField,
  profile: Profile,
  value: Bytes,
  frame: Frame,
  hierarchy: Hierarchy,
): boolean {
  if (field.own) throw new Error('a frame does not tell what is the holder’s own')
  return field.form ? field.form(profile, value, frame, hierarchy) : equal(value, field.make(profile, { hierarchy }))
}
