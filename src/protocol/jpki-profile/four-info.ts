// 基本4情報 in the subjectAltName of a signature certificate: six otherNames, both ways. `observed: certificates of J-LIS`.
// The values are personal: no error made here carries them.

import type { FourInfo } from '../../base/contract.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import { type GeneralName, otherName } from '../../codec/name-general.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import { decodeAltName } from '../../codec/x509-extensions.ts'

/** One `0` or `1` per character: 1 where the card's character set lacks the real one and another stands for it. */
export interface Substitutes {
  readonly name: string
  readonly address: string
}

/** First days of the eras, newest first, with the digit of the coding. */
const ERAS = [
  ['2019-05-01', '5'],
  ['1989-01-08', '4'],
  ['1926-12-25', '3'],
  ['1912-07-30', '2'],
  ['1868-10-23', '1'],
] as const

/** EYYYYMMDD: era digit, then the Gregorian date; 0 when no era is known. */
export function encodeBirthDate(birthDate: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) throw new RangeError('a birth date is YYYY-MM-DD')
  const era = ERAS.find(([first]) => birthDate >= first)?.[1] ?? '0'
  return era + birthDate.replaceAll('-', '')
}

export function decodeBirthDate(coded: string): string {
  const [, year, month, day] = /^[0-5](\d{4})(\d{2})(\d{2})$/.exec(coded) ?? []
  if (!year) throw new CodecError('four-info', 'a birth date that is not EYYYYMMDD')
  return `${year}-${month}-${day}`
}

const characters = (text: string): number => [...text].length
const noSubstitutes = (text: string): string => '0'.repeat(characters(text))

/** The six names in the order of the profile: 1, 4, 3, 5, 2, 6. Throws `RangeError` when flags and text disagree. */
export function fourInfoNames(fourInfo: FourInfo, substitutes?: Substitutes): GeneralName[] {
  const flags = substitutes ?? { name: noSubstitutes(fourInfo.name), address: noSubstitutes(fourInfo.address) }
  for (const field of ['name', 'address'] as const) {
    if (!flagged(fourInfo[field], flags[field]))
      throw new RangeError(`one substitute flag per character of the ${field}`)
  }
  if (characters(fourInfo.address) > 200) throw new RangeError('an address has at most 200 characters')
  const text = (type: string, value: string) => otherName(type, der.utf8String(value))
  return [
    text(OID.jpkiCommonName, fourInfo.name),
    text(OID.jpkiDateOfBirth, encodeBirthDate(fourInfo.birthDate)),
    text(OID.jpkiGender, fourInfo.gender),
    text(OID.jpkiAddress, fourInfo.address),
    text(OID.jpkiSubstituteCharacterOfCommonName, flags.name),
    text(OID.jpkiSubstituteCharacterOfAddress, flags.address),
  ]
}

const altNames = (certificate: Certificate): GeneralName[] => {
  const extension = extensionOf(certificate, OID.subjectAltName)
  return extension ? decodeAltName(extension.value) : []
}

/** `observed: certificates of J-LIS` and their readers: what is neither 1 nor 2 is written 3 or 9. */
const GENDER: Record<string, FourInfo['gender']> = { 1: '1', 2: '2', 3: '3', 9: '3' }

/** Throws `CodecError` when the certificate does not carry all of them. */
export function readFourInfo(certificate: Certificate): FourInfo & { readonly substitutes: Substitutes } {
  const names = altNames(certificate)
  const text = (type: string): string => {
    const found = names.filter((name) => name.kind === 'otherName' && name.type === type)
    const [only] = found
    if (found.length !== 1 || only?.kind !== 'otherName')
      throw new CodecError('four-info', 'the certificate does not carry the four facts')
    return der.decode(only.value, (r) => r.utf8String())
  }
  const gender = GENDER[text(OID.jpkiGender)]
  if (!gender) throw new CodecError('four-info', 'a gender that the profile does not know')
  return {
    name: text(OID.jpkiCommonName),
    birthDate: decodeBirthDate(text(OID.jpkiDateOfBirth)),
    gender,
    address: text(OID.jpkiAddress),
    substitutes: {
      name: text(OID.jpkiSubstituteCharacterOfCommonName),
      address: text(OID.jpkiSubstituteCharacterOfAddress),
    },
  }
}

const ORDER = [
  OID.jpkiCommonName,
  OID.jpkiDateOfBirth,
  OID.jpkiGender,
  OID.jpkiAddress,
  OID.jpkiSubstituteCharacterOfCommonName,
  OID.jpkiSubstituteCharacterOfAddress,
].join()

/** Six otherNames in their order, one substitute flag for each character, a date that exists in the era that it names. */
export function areFourInfoNames(certificate: Certificate): boolean {
  const names = altNames(certificate)
  if (names.map((name) => (name.kind === 'otherName' ? name.type : name.kind)).join() !== ORDER) return false
  const { name, address, substitutes } = readFourInfo(certificate)
  return flagged(name, substitutes.name) && flagged(address, substitutes.address) && isDate(names[1]!)
}

const flagged = (text: string, flags: string): boolean => /^[01]*$/.test(flags) && flags.length === characters(text)

/** Parts that are not known are written as zeros, and so is the era then. */
function isDate(name: GeneralName): boolean {
  if (name.kind !== 'otherName') return false
  const coded = der.decode(name.value, (r) => r.utf8String())
  const date = decodeBirthDate(coded)
  const instant = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(instant.getTime())) return coded.startsWith('0')
  return instant.toISOString().startsWith(date) && (coded.startsWith('0') || encodeBirthDate(date) === coded)
}
