// Distinguished names: decoding that keeps every octet, building, comparison and text. RFC 5280 §4.1.2.4 and §7.1.
// Comparison prepares strings after RFC 4518: what looks alike is alike, in whatever type of string it stands.

import { type Bytes, equal, hex, utf8 } from '../base/bytes.ts'
import * as der from './der.ts'
import { decodeAscii, decodeCodePoints, decodeLatin1, decodePrintable, decodeUtf8 } from './der-value.ts'
import { OID, oidName } from './oid.ts'

export interface AttributeTypeAndValue {
  readonly type: string
  /** The tag of the value: it says which string type was used. */
  readonly tag: number
  readonly contents: Bytes
}

export type RelativeDistinguishedName = readonly AttributeTypeAndValue[]
export type Name = readonly RelativeDistinguishedName[]

/** Short keys of RFC 4514 §3, and the two that our names need besides. */
const KEYWORD = {
  C: OID.countryName,
  ST: OID.stateOrProvinceName,
  L: OID.localityName,
  O: OID.organizationName,
  OU: OID.organizationalUnitName,
  CN: OID.commonName,
  DC: OID.domainComponent,
  SN: OID.surname,
  serialNumber: OID.serialNumber,
} as const satisfies Record<string, string>
export type NameKeyword = keyof typeof KEYWORD

const KEYWORD_OF = new Map<string, string>(Object.entries(KEYWORD).map(([keyword, type]) => [type, keyword]))

/** RFC 5280 Appendix A.1: these types have no DirectoryString. */
const STRING_TAG: Record<string, number> = {
  [OID.countryName]: der.TAG.PRINTABLE_STRING,
  [OID.serialNumber]: der.TAG.PRINTABLE_STRING,
  [OID.domainComponent]: der.TAG.IA5_STRING,
}

export const attribute = (keyword: NameKeyword, text: string): AttributeTypeAndValue => {
  const type = KEYWORD[keyword]
  return { type, tag: STRING_TAG[type] ?? der.TAG.UTF8_STRING, contents: utf8(text) }
}

/** `name(['C', 'JP'], ['O', 'JPKI'])`: one attribute per RDN, country Printable, the others UTF-8. */
export const name = (...attributes: readonly (readonly [NameKeyword, string])[]): Name =>
  attributes.map(([keyword, text]) => [attribute(keyword, text)])

export const readName = (reader: der.DerReader): Name => reader.sequenceOf(readRdn)

export const readRdn = (reader: der.DerReader, tag: number = der.TAG.SET): RelativeDistinguishedName =>
  reader.setOf((rdn) => rdn.sequence(readAttribute), tag)

function readAttribute(reader: der.DerReader): AttributeTypeAndValue {
  const type = reader.oid()
  const { tag } = reader
  return { type, tag, contents: reader.contents(tag) }
}

export const decodeName = (bytes: Bytes): Name => der.decode(bytes, readName)

export const encodeRdn = (rdn: RelativeDistinguishedName): Bytes =>
  der.set(...rdn.map(({ type, tag, contents }) => der.sequence(der.oid(type), der.element(tag, contents))))

export const encodeName = (value: Name): Bytes => der.sequence(...value.map(encodeRdn))

/** The text of a string value, or `undefined` when the type or the octets are none we can read. */
export function attributeText({ tag, contents }: AttributeTypeAndValue): string | undefined {
  try {
    return READ[tag]?.(contents)
  } catch {
    return undefined
  }
}

/** The choices of DirectoryString and what stands in names besides. TeletexString is read as Latin-1, as others do. */
const READ: Readonly<Record<number, (contents: Bytes) => string>> = {
  [der.TAG.UTF8_STRING]: decodeUtf8,
  [der.TAG.PRINTABLE_STRING]: decodePrintable,
  [der.TAG.IA5_STRING]: decodeAscii,
  [der.TAG.NUMERIC_STRING]: decodeAscii,
  [der.TAG.VISIBLE_STRING]: decodeAscii,
  [der.TAG.TELETEX_STRING]: decodeLatin1,
  [der.TAG.BMP_STRING]: (contents) => decodeCodePoints(contents, 2),
  [der.TAG.UNIVERSAL_STRING]: (contents) => decodeCodePoints(contents, 4),
}

/** Whether every string has only what its type allows. What is no string is not asked. */
export const isReadable = (value: Name): boolean =>
  value.flat().every((one) => !(one.tag in READ) || attributeText(one) !== undefined)

/** X.690 §8.23.10. Other string types are often wrongly filled by honest CAs: a wildcard is no PrintableString. */
export const isUtf8WhereItSaysSo = (value: Name): boolean =>
  value.flat().every((one) => one.tag !== der.TAG.UTF8_STRING || attributeText(one) !== undefined)

/** All values of one attribute type, in the order of the RDNs. */
export const valuesOf = (value: Name, keyword: NameKeyword): string[] =>
  value
    .flat()
    .filter(({ type }) => type === KEYWORD[keyword])
    .map((found) => attributeText(found) ?? hex(found.contents))

/** RFC 4514 order (last RDN first), for people and logs; never for comparison. */
export const nameText = (value: Name): string => value.toReversed().map(rdnText).join(',')

const rdnText = (rdn: RelativeDistinguishedName): string => rdn.map(attributeAsText).join('+')

function attributeAsText(value: AttributeTypeAndValue): string {
  const key = KEYWORD_OF.get(value.type) ?? oidName(value.type)
  const text = attributeText(value) ?? `#${hex(der.element(value.tag, value.contents))}`
  return `${key}=${text.replace(/[\\,+"<>;=]/g, '\\$&')}`
}

/** RFC 5280 §7.1: case, surrounding and repeated white space do not count between two readable strings. */
export const nameEqual = (a: Name, b: Name): boolean => sameOctets(a, b) || comparisonKey(a) === comparisonKey(b)

/** As most names that are equal are. */
const sameOctets = (a: Name, b: Name): boolean =>
  a.length === b.length &&
  a.every((rdn, i) => {
    const [one, ...more] = rdn
    const [other, ...others] = b[i]!
    if (!one || !other || more.length + others.length > 0) return false
    return one.type === other.type && one.tag === other.tag && equal(one.contents, other.contents)
  })

/** Names are compared again and again while a path is searched. */
const keysOfNames = new WeakMap<Name, string>()

/** Equal names have equal keys, and a name that begins with the RDNs of another has a key that begins with its key. */
export function comparisonKey(value: Name): string {
  const known = keysOfNames.get(value)
  if (known !== undefined) return known
  const key = value.map((rdn) => rdn.map(attributeKey).toSorted().join('+')).join(',')
  keysOfNames.set(value, key)
  return key
}

/** What separates the parts of a key is escaped in a text, so that no two names have one key. */
function attributeKey(value: AttributeTypeAndValue): string {
  const text = attributeText(value)
  if (text === undefined) return `${value.type}=#${value.tag.toString(16)}:${hex(value.contents)}`
  const prepared = ASCII.test(text) ? text.toLowerCase() : folded(folded(text.replace(INVISIBLE, '')).normalize('NFKC'))
  return `${value.type}=${prepared
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[\\,+#]/g, '\\$&')}`
}

/** RFC 4518 §2.2: mapped to nothing. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|\ufffc/gu

/** Also the letters that only one case has, such as ß. */
const folded = (text: string): string => text.toUpperCase().toLowerCase()

/** Normalisation leaves it as it is. */
const ASCII = /^[\x20-\x7e]*$/
