// The certificate profiles of the two certification authorities, as one table. `observed: certificates of J-LIS`,
// facts that are not public are `ours: docs/profile.md#certificates`. The order of the extensions is part of the profile.

import { OID } from '../../codec/oid.ts'
import type { KeyUsage } from '../../codec/x509-extensions.ts'

export type Hierarchy = 'production' | 'test'

/** 署名用認証局 and 利用者証明用認証局. */
export type CaKind = 'sign' | 'auth'

export type ExtensionName =
  | 'keyUsage'
  | 'extendedKeyUsage'
  | 'subjectAltName'
  | 'certificatePolicies'
  | 'issuerAltName'
  | 'basicConstraints'
  | 'cRLDistributionPoints'
  | 'authorityInfoAccess'
  | 'authorityKeyIdentifier'
  | 'subjectKeyIdentifier'
  | 'ocspNoCheck'

export interface Profile {
  readonly ca: CaKind
  readonly keyUsage: readonly KeyUsage[]
  readonly extendedKeyUsage: readonly string[]
  /** By hierarchy; none in CA and responder certificates. */
  readonly policy?: Readonly<Record<Hierarchy, string>>
  readonly extensions: readonly (readonly [name: ExtensionName, critical: boolean])[]
}

const CA_EXTENSIONS = [
  ['keyUsage', true],
  ['subjectAltName', false],
  ['basicConstraints', true],
  ['cRLDistributionPoints', false],
  ['subjectKeyIdentifier', false],
] as const

const AUTH_EXTENSIONS = [
  ['keyUsage', true],
  ['extendedKeyUsage', false],
  ['certificatePolicies', true],
  ['issuerAltName', false],
  ['cRLDistributionPoints', false],
  ['authorityInfoAccess', false],
  ['authorityKeyIdentifier', false],
  ['subjectKeyIdentifier', false],
] as const

/** ours: docs/profile.md#certificates: a delegated responder of RFC 6960 §4.2.2.2. */
const RESPONDER_EXTENSIONS = [
  ['keyUsage', true],
  ['extendedKeyUsage', false],
  ['ocspNoCheck', false],
  ['authorityKeyIdentifier', false],
  ['subjectKeyIdentifier', false],
] as const

const CA = { keyUsage: ['keyCertSign', 'cRLSign'], extendedKeyUsage: [], extensions: CA_EXTENSIONS } as const
const RESPONDER = {
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: [OID.ocspSigning],
  extensions: RESPONDER_EXTENSIONS,
} as const
const AUTH = {
  ca: 'auth',
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: [OID.clientAuth],
  extensions: AUTH_EXTENSIONS,
} as const

export const PROFILES = {
  signCa: { ca: 'sign', ...CA },
  authCa: { ca: 'auth', ...CA },
  /** 署名用電子証明書. */
  sign: {
    ca: 'sign',
    keyUsage: ['digitalSignature', 'nonRepudiation'],
    extendedKeyUsage: [],
    policy: { production: OID.jpkiPolicySign, test: OID.jpkiPolicySignTest },
    extensions: [
      ['keyUsage', true],
      ['subjectAltName', false],
      ['certificatePolicies', true],
      ['issuerAltName', false],
      ['cRLDistributionPoints', false],
      ['authorityKeyIdentifier', false],
      ['subjectKeyIdentifier', false],
    ],
  },
  /** 利用者証明用電子証明書 on the My Number Card. */
  auth: { ...AUTH, policy: { production: OID.jpkiPolicyAuth, test: OID.jpkiPolicyAuthTest } },
  /** 利用者証明用電子証明書 in the phone. ours: docs/profile.md#certificates: as on the card, under its own policy. */
  phoneAuth: { ...AUTH, policy: { production: OID.jpkiPolicyPhoneAuth, test: OID.jpkiPolicyPhoneAuthTest } },
  signResponder: { ca: 'sign', ...RESPONDER },
  authResponder: { ca: 'auth', ...RESPONDER },
} as const satisfies Record<string, Profile>

export type ProfileName = keyof typeof PROFILES
export type CaProfile = 'signCa' | 'authCa'
export type HolderProfile = 'sign' | 'auth' | 'phoneAuth'
export type ResponderProfile = 'signResponder' | 'authResponder'

export const profileOf = (name: ProfileName): Profile => PROFILES[name]

/** `observed: certificates of J-LIS`. */
export const CPS_URI = 'http://www.jpki.go.jp/cps.html'
export const OCSP_URI = 'http://ocspauthnorm.jpki.go.jp'
