// Names in certificates and CRLs of the two authorities. `observed: certificates of J-LIS`.
// The meaning of the identifiers in subjects is not public; how we make them is `ours: docs/profile.md#certificates`.

import type { Entropy } from '../../base/ports.ts'
import { type Name, name, valuesOf } from '../../codec/name.ts'
import type { CaKind, Hierarchy } from './profiles.ts'

/** 発行市区町村: as the certificates write it. */
export interface Municipality {
  /** 全国地方公共団体コード, five digits without the check digit. */
  readonly code: string
  /** `Kanagawa-ken` */
  readonly prefectureRomaji: string
  /** `Yokohama-shi-Naka-ku` */
  readonly municipalityRomaji: string
}

const ORGANIZATION = { production: 'JPKI', test: 'JPKI-TEST' } as const satisfies Record<Hierarchy, string>
const UNIT = {
  sign: 'JPKI for digital signature',
  auth: 'JPKI for user authentication',
} as const satisfies Record<CaKind, string>
const UNIT_JAPANESE = {
  sign: '公的個人認証サービス署名用',
  auth: '公的個人認証サービス利用者証明用',
} as const satisfies Record<CaKind, string>

const ofBoth = (nameOf: (ca: CaKind) => Name): Readonly<Record<CaKind, Name>> => ({
  sign: nameOf('sign'),
  auth: nameOf('auth'),
})
const caNames = (hierarchy: Hierarchy) =>
  ofBoth((ca) =>
    name(
      ['C', 'JP'],
      ['O', ORGANIZATION[hierarchy]],
      ['OU', UNIT[ca]],
      ['OU', 'Japan Agency for Local Authority Information Systems'],
    ),
  )
const CA_NAMES = { production: caNames('production'), test: caNames('test') }

/** All generations of one authority have this same name: choose among them by key, never by name. */
export const caName = (ca: CaKind, hierarchy: Hierarchy = 'production'): Name => CA_NAMES[hierarchy][ca]

const CA_ALT_NAMES = ofBoth((ca) =>
  name(['C', 'JP'], ['O', '公的個人認証サービス'], ['OU', UNIT_JAPANESE[ca]], ['OU', '地方公共団体情報システム機構']),
)

/** The authority's name in Japanese: subjectAltName of the CA, issuerAltName of what it issues. */
export const caAltName = (ca: CaKind): Name => CA_ALT_NAMES[ca]

/** Where the CRL of one municipality is: in cRLDistributionPoints and in the CRL's issuingDistributionPoint. */
export const crlDistributionPoint = (
  ca: CaKind,
  { prefectureRomaji, municipalityRomaji }: Municipality,
  hierarchy: Hierarchy = 'production',
): Name =>
  name(
    ['C', 'JP'],
    ['O', ORGANIZATION[hierarchy]],
    ['OU', UNIT[ca]],
    ['OU', 'CRL Distribution Points'],
    ['OU', prefectureRomaji],
    ['CN', `${municipalityRomaji} CRLDP`],
  )

/** ours: docs/profile.md#certificates. */
export const responderName = (ca: CaKind, hierarchy: Hierarchy = 'production'): Name =>
  name(['C', 'JP'], ['O', ORGANIZATION[hierarchy]], ['OU', UNIT[ca]], ['CN', 'OCSP Responder'])

const AUTH_IDENTIFIER = /^[0-9A-Z]{14}$/
const MUNICIPALITY_CODE = /^[0-9]{5}$/
const AUTH_COMMON_NAME = /^(?<identifier>[0-9A-Z]{14})(?<municipalityCode>[0-9]{5})003A$/

/** Throws `RangeError` when a part is not of the form. */
export function authSubject(identifier: string, { code }: Municipality): Name {
  if (!AUTH_IDENTIFIER.test(identifier)) throw new RangeError('an identifier is 14 of 0-9 and A-Z')
  if (!MUNICIPALITY_CODE.test(code)) throw new RangeError('a municipality code is five digits')
  return name(['C', 'JP'], ['CN', `${identifier}${code}003A`])
}

/** Throws `RangeError` when the identifier is not of the form. */
export function signSubject(identifier: string, { prefectureRomaji, municipalityRomaji }: Municipality): Name {
  if (!/^[0-9]{28}$/.test(identifier)) throw new RangeError('an identifier is 28 digits')
  return name(['C', 'JP'], ['L', prefectureRomaji], ['L', municipalityRomaji], ['CN', identifier])
}

/** The parts of the common name of an authentication certificate, or `undefined`. */
export function readAuthSubject(subject: Name): { identifier: string; municipalityCode: string } | undefined {
  const groups = AUTH_COMMON_NAME.exec(valuesOf(subject, 'CN')[0] ?? '')?.groups
  return groups && { identifier: groups.identifier!, municipalityCode: groups.municipalityCode! }
}

const DIGITS = '0123456789'
const DIGITS_AND_LETTERS = `${DIGITS}ABCDEFGHIJKLMNOPQRSTUVWXYZ`

/** ours: docs/profile.md#certificates: fourteen random characters. */
export const authIdentifier = (entropy: Entropy): string => randomText(DIGITS_AND_LETTERS, 14, entropy)

/** ours: docs/profile.md#certificates: the issue instant in Japan, YYYYMMDDhhmmss, and fourteen random digits. */
export const signIdentifier = (issuedAt: Date, entropy: Entropy): string =>
  japanTime(issuedAt).toISOString().replace(/\D/g, '').slice(0, 14) + randomText(DIGITS, 14, entropy)

/** A date whose UTC fields are those of the clocks of Japan. */
export const japanTime = (at: Date): Date => new Date(at.getTime() + 9 * 3_600_000)

/** Octets that would favour some characters are thrown away. */
function randomText(alphabet: string, length: number, entropy: Entropy): string {
  const fair = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < length)
    for (const octet of entropy(length - text.length)) if (octet < fair) text += alphabet[octet % alphabet.length]
  return text
}
