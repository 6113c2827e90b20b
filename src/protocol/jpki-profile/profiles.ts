// The certificate profiles of the two certification authorities, as one table: what is issued (tbs-certificate.ts), what
// is checked (profile-checks.ts) and what docs/certificate-profiles.md says are derived from it.

import { OID } from '../../codec/oid.ts'
import type { KeyUsage } from '../../codec/x509-extensions.ts'
import * as field from './extension-fields.ts'
import type { CaKind, Hierarchy } from './facts.ts'
import { type Attribute, AUTH_SUBJECT, caSubject, responderSubject, SIGN_SUBJECT } from './names.ts'
import { SHORT, TEN_YEARS, UNTIL_BIRTHDAY, type ValidityField } from './validity.ts'

export interface Profile {
  readonly title: string
  readonly from: string
  readonly ca: CaKind
  readonly subject: readonly Attribute[]
  readonly validity: ValidityField
  readonly keyUsage: readonly KeyUsage[]
  readonly extendedKeyUsage: readonly string[]
  /** By hierarchy; none in CA and responder certificates. */
  readonly policy?: Readonly<Record<Hierarchy, string>>
  /** Their order is part of the profile. */
  readonly extensions: readonly field.ExtensionField[]
}

const OBSERVED = 'observed: certificates of J-LIS'
const OURS = 'ours: docs/profile.md#certificates'

/** 発行番号: positive, four octets. Theirs are a running number, ours are random from `smallest`. */
export const SERIAL_NUMBER = { says: 'positive, four octets', from: OBSERVED, smallest: 0x01000000n, below: 1n << 31n }

/** Of holders and authorities, with the algorithm of the authority's signature: the cards of now, and those to come. */
export const KEYS = [
  { key: 'RSA-2048', says: 'RSA of 2048 bits', algorithm: 'RSA-SHA256', from: OBSERVED },
  { key: 'P-384', says: 'P-384', algorithm: 'ECDSA-P384-SHA384', from: OURS },
] as const

const ca = (kind: CaKind) =>
  ({
    from: OBSERVED,
    ca: kind,
    subject: caSubject(kind),
    validity: TEN_YEARS,
    keyUsage: ['keyCertSign', 'cRLSign'],
    extendedKeyUsage: [],
    extensions: [field.KEY_USAGE, field.CA_ALT_NAME, field.IS_CA, field.CA_DISTRIBUTION_POINT, field.SUBJECT_KEY],
  }) as const

/** A delegated responder of RFC 6960 §4.2.2.2. */
const responder = (kind: CaKind) =>
  ({
    from: OURS,
    ca: kind,
    subject: responderSubject(kind),
    validity: SHORT,
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [OID.ocspSigning],
    extensions: [field.KEY_USAGE, field.EXTENDED_KEY_USAGE, field.NO_CHECK, field.AUTHORITY_KEY, field.SUBJECT_KEY],
  }) as const

const AUTH = {
  ca: 'auth',
  subject: AUTH_SUBJECT,
  validity: UNTIL_BIRTHDAY,
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: [OID.clientAuth],
  extensions: [
    field.KEY_USAGE,
    field.EXTENDED_KEY_USAGE,
    field.POLICY,
    field.ISSUER_ALT_NAME,
    field.DISTRIBUTION_POINT,
    field.STATUS_ADDRESS,
    field.AUTHORITY_KEY,
    field.SUBJECT_KEY,
  ],
} as const

export const PROFILES = {
  signCa: { title: '署名用認証局', ...ca('sign') },
  authCa: { title: '利用者証明用認証局', ...ca('auth') },
  sign: {
    title: '署名用電子証明書 on the My Number Card',
    from: OBSERVED,
    ca: 'sign',
    subject: SIGN_SUBJECT,
    validity: UNTIL_BIRTHDAY,
    keyUsage: ['digitalSignature', 'nonRepudiation'],
    extendedKeyUsage: [],
    policy: { production: OID.jpkiPolicySign, test: OID.jpkiPolicySignTest },
    extensions: [
      field.KEY_USAGE,
      field.FOUR_FACTS,
      field.POLICY,
      field.ISSUER_ALT_NAME,
      field.DISTRIBUTION_POINT,
      field.AUTHORITY_KEY,
      field.SUBJECT_KEY,
    ],
  },
  auth: {
    title: '利用者証明用電子証明書 on the My Number Card',
    from: OBSERVED,
    ...AUTH,
    policy: { production: OID.jpkiPolicyAuth, test: OID.jpkiPolicyAuthTest },
  },
  phoneAuth: {
    title: '利用者証明用電子証明書 in the phone: as on the card, under its own policy',
    from: OURS,
    ...AUTH,
    policy: { production: OID.jpkiPolicyPhoneAuth, test: OID.jpkiPolicyPhoneAuthTest },
  },
  signResponder: { title: 'OCSP responder of 署名用認証局', ...responder('sign') },
  authResponder: { title: 'OCSP responder of 利用者証明用認証局', ...responder('auth') },
} as const satisfies Record<string, Profile>

export type ProfileName = keyof typeof PROFILES
export type CaProfile = 'signCa' | 'authCa'
export type HolderProfile = 'sign' | 'auth' | 'phoneAuth'
export type ResponderProfile = 'signResponder' | 'authResponder'

export const profileOf = (name: ProfileName): Profile => PROFILES[name]
