// Names in certificates and CRLs of the two authorities, attribute by attribute. `observed: certificates of J-LIS`.
// The meaning of the identifiers in subjects is not public; how we make them is `ours: docs/profile.md#certificates`.

import type { Entropy } from '../../base/ports.ts'
import { attribute, attributeText, type Name, type NameKeyword, name, nameEqual } from '../../codec/name.ts'
import type { CaKind, Hierarchy, Municipality, SubjectFacts } from './facts.ts'

/** One attribute of a subject, an RDN of its own: country in a PrintableString, the others in UTF-8. */
export interface Attribute {
  readonly type: NameKeyword
  /** For the page of profiles. */
  readonly says: string
  readonly make: (facts: SubjectFacts) => string
  /** Where a certificate does not tell the facts; without it, the text is what `make` gives. */
  readonly form?: RegExp
}

const fixed = (type: NameKeyword, text: string): Attribute => ({ type, says: `\`${text}\``, make: () => text })

/** The types of `tbsCertificate` see to it that what a profile needs is there. */
export function needed<T>(fact: T | undefined): T {
  if (fact === undefined) throw new RangeError('the profile needs a fact that is not given')
  return fact
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

const COUNTRY = fixed('C', 'JP')

const ofAuthority = (ca: CaKind): readonly Attribute[] => [
  COUNTRY,
  {
    type: 'O',
    says: `\`${ORGANIZATION.production}\`, test hierarchy \`${ORGANIZATION.test}\``,
    make: ({ hierarchy }) => ORGANIZATION[hierarchy],
  },
  fixed('OU', UNIT[ca]),
]

export const caSubject = (ca: CaKind): readonly Attribute[] => [
  ...ofAuthority(ca),
  fixed('OU', 'Japan Agency for Local Authority Information Systems'),
]

/** ours: docs/profile.md#certificates. */
export const responderSubject = (ca: CaKind): readonly Attribute[] => [
  ...ofAuthority(ca),
  fixed('CN', 'OCSP Responder'),
]

export const AUTH_SUBJECT: readonly Attribute[] = [
  COUNTRY,
  {
    type: 'CN',
    says: '14 of `0-9A-Z`, five digits of the municipality, `003A`',
    make: ({ identifier, municipality }) => `${needed(identifier)}${needed(municipality).code}003A`,
    form: /^[0-9A-Z]{14}[0-9]{5}003A$/,
  },
]

const ROMAJI = /^[ -~]{1,128}$/

export const SIGN_SUBJECT: readonly Attribute[] = [
  COUNTRY,
  {
    type: 'L',
    says: 'prefecture in letters: `Tokyo-to`',
    make: ({ municipality }) => needed(municipality).prefectureRomaji,
    form: ROMAJI,
  },
  {
    type: 'L',
    says: 'municipality in letters: `Kiyose-shi`',
    make: ({ municipality }) => needed(municipality).municipalityRomaji,
    form: ROMAJI,
  },
  { type: 'CN', says: '28 digits', make: ({ identifier }) => needed(identifier), form: /^[0-9]{28}$/ },
]

/** Throws `RangeError` when a part is not of the form. */
export function subjectName(attributes: readonly Attribute[], facts: SubjectFacts): Name {
  const made = attributes.map(({ type, make, form }) => {
    const text = make(facts)
    if (form && !form.test(text)) throw new RangeError(`an identifier of the subject has not its form: ${type}`)
    return [type, text] as const
  })
  return name(...made)
}

/** Whether a name is of these attributes, in their string types. */
export function isOfAttributes(found: Name, attributes: readonly Attribute[], hierarchy: Hierarchy): boolean {
  if (found.length !== attributes.length) return false
  return attributes.every(({ type, make, form }, i) => {
    const [only, ...others] = found[i]!
    const wanted = attribute(type, form ? '' : make({ hierarchy }))
    if (!only || others.length > 0 || only.type !== wanted.type || only.tag !== wanted.tag) return false
    return form ? form.test(attributeText(only) ?? '') : nameEqual([[only]], [[wanted]])
  })
}

const ofBoth = (nameOf: (ca: CaKind) => Name): Readonly<Record<CaKind, Name>> => ({
  sign: nameOf('sign'),
  auth: nameOf('auth'),
})
const caNames = (hierarchy: Hierarchy) => ofBoth((ca) => subjectName(caSubject(ca), { hierarchy }))
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
