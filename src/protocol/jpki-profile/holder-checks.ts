// What holders' certificates have in common beside key usage, policy and subject: serial number, end of validity, the
// authority's Japanese name, the municipality's distribution point, the form of the four facts. `observed: certificates of J-LIS`.

import type { Finding } from '../../base/verdict.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import { nameEqual, valuesOf } from '../../codec/name.ts'
import type { GeneralName } from '../../codec/name-general.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import { decodeAltName, decodeDistributionPoints } from '../../codec/x509-extensions.ts'
import { decodeBirthDate, encodeBirthDate, readFourInfo } from './four-info.ts'
import { caAltName, caName } from './names.ts'
import { type Hierarchy, type HolderProfile, profileOf } from './profiles.ts'

export interface ProfileEvidence {
  readonly certificate: Certificate
  readonly profile: HolderProfile
  readonly hierarchy: Hierarchy
}

const holds = (right: boolean, found: string): Finding => [right ? 'passed' : 'failed', found]

/** 発行番号: positive, four octets. */
export const serialNumber = ({ certificate: { serialNumber: number } }: ProfileEvidence): Finding =>
  holds(number > 0n && number < 1n << 31n, `${number}`)

/** 23:59:59 in Japan. */
export function endOfValidity({ certificate }: ProfileEvidence): Finding {
  const end = certificate.validity.notAfter.toISOString()
  return holds(end.endsWith('T14:59:59.000Z'), end)
}

export function issuerAltName({ certificate, profile }: ProfileEvidence): Finding {
  const extension = extensionOf(certificate, OID.issuerAltName)
  const names = extension ? decodeAltName(extension.value) : []
  const right = names.length === 1 && isName(names[0]!, caAltName(profileOf(profile).ca))
  return holds(right, right ? 'the name of the authority in Japanese' : 'another name, or none')
}

const isName = (one: GeneralName, name: ReturnType<typeof caName>): boolean =>
  one.kind === 'directoryName' && nameEqual(one.name, name)

/** One, named `… CRL Distribution Points, <prefecture>, <municipality> CRLDP` under the authority's first names. */
export function distributionPoint({ certificate, profile, hierarchy }: ProfileEvidence): Finding {
  const extension = extensionOf(certificate, OID.cRLDistributionPoints)
  const [point, ...others] = extension ? decodeDistributionPoints(extension.value) : []
  const [name] = point?.fullName ?? []
  if (others.length > 0 || point?.fullName?.length !== 1 || name?.kind !== 'directoryName')
    return ['failed', 'not one distribution point in the directory']
  const above = caName(profileOf(profile).ca, hierarchy).slice(0, 3)
  const units = valuesOf(name.name, 'OU')
  const right =
    nameEqual(name.name.slice(0, 3), above) &&
    name.name.length === 6 &&
    units[1] === 'CRL Distribution Points' &&
    valuesOf(name.name, 'CN')[0]?.endsWith(' CRLDP') === true
  return holds(right, right ? 'that of a municipality' : 'of another form')
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
export function fourInfo({ certificate, profile }: ProfileEvidence): Finding {
  const extension = extensionOf(certificate, OID.subjectAltName)
  if (profile !== 'sign') return holds(!extension, extension ? 'an unexpected subjectAltName' : 'no personal facts')
  const names = extension ? decodeAltName(extension.value) : []
  const types = names.map((name) => (name.kind === 'otherName' ? name.type : name.kind))
  if (types.join() !== ORDER) return ['failed', 'not the six names of the four facts in their order']
  try {
    const { name, address, substitutes } = readFourInfo(certificate)
    if (!flagged(name, substitutes.name) || !flagged(address, substitutes.address))
      return ['failed', 'substitute flags that do not fit their text']
    return holds(isDate(names[1]!), 'the four facts with their substitute flags')
  } catch (error) {
    if (error instanceof CodecError) return ['failed', error.message]
    throw error
  }
}

const flagged = (text: string, flags: string): boolean => /^[01]*$/.test(flags) && flags.length === [...text].length

/** Parts that are not known are written as zeros, and so is the era then. */
function isDate(name: GeneralName): boolean {
  if (name.kind !== 'otherName') return false
  const coded = der.decode(name.value, (r) => r.utf8String())
  const date = decodeBirthDate(coded)
  const instant = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(instant.getTime())) return coded.startsWith('0')
  return instant.toISOString().startsWith(date) && (coded.startsWith('0') || encodeBirthDate(date) === coded)
}
