// Which certificates and reasons a CRL is about: distribution point against issuing distribution point.
// RFC 5280 §6.3.3 (b), (d), §4.2.1.13, §5.2.5.

import { hex } from '../../base/bytes.ts'
import type { CertificateList } from '../../codec/crl.ts'
import * as der from '../../codec/der.ts'
import { comparisonKey, type Name, nameEqual, readRdn } from '../../codec/name.ts'
import { directoryName, type GeneralName, generalName } from '../../codec/name-general.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import {
  type DistributionPoint,
  decodeBasicConstraints,
  decodeDistributionPoints,
} from '../../codec/x509-extensions.ts'

/** The ReasonFlags: RFC 5280 §4.2.1.13. Bit 0 is not used. */
export const ALL_REASONS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8]

/** Those that the certificate names, then the one that RFC 5280 §6.3.3 assumes: any list of the issuer. */
export function distributionPointsOf(certificate: Certificate): DistributionPoint[] {
  const extension = extensionOf(certificate, OID.cRLDistributionPoints)
  const named = extension ? decodeDistributionPoints(extension.value) : []
  return [...named, { fullName: [directoryName(certificate.issuer)] }]
}

/** Why the list is not for this certificate at this distribution point, if so. */
export function outOfScope(crl: CertificateList, point: DistributionPoint, certificate: Certificate) {
  const idp = crl.issuingDistributionPoint
  if (point.crlIssuer) {
    if (!directoryNames(point.crlIssuer).some((name) => nameEqual(name, crl.issuer))) return 'of another issuer'
    if (!idp?.indirectCRL) return 'not the indirect list that the distribution point promises'
  } else if (!nameEqual(crl.issuer, certificate.issuer)) return 'of another issuer'
  if (crl.namesCertificateIssuers && !idp?.indirectCRL) return 'not indirect, but with entries of other issuers'
  if (!idp) return undefined
  if (idp.onlyContainsAttributeCerts) return 'for attribute certificates'
  if (idp.onlyContainsUserCerts && isCa(certificate)) return 'for end entities only'
  if (idp.onlyContainsCACerts && !isCa(certificate)) return 'for CA certificates only'
  const theirs = namesOf(idp, crl.issuer)
  return theirs && !meets(theirs, namesOfPoint(point, certificate)) ? 'of another distribution point' : undefined
}

function isCa(certificate: Certificate): boolean {
  const extension = extensionOf(certificate, OID.basicConstraints)
  return extension !== undefined && decodeBasicConstraints(extension.value).ca
}

const directoryNames = (names: readonly GeneralName[]): Name[] =>
  names.flatMap((one) => (one.kind === 'directoryName' ? [one.name] : []))

/** Without a name of its own the point goes by its CRL issuer. RFC 5280 §6.3.3 (b)(2)(i). */
function namesOfPoint(point: DistributionPoint, certificate: Certificate): readonly GeneralName[] {
  const [crlIssuer] = directoryNames(point.crlIssuer ?? [])
  return namesOf(point, crlIssuer ?? certificate.issuer) ?? point.crlIssuer ?? []
}

/** The full name, or that relative to `issuer`. */
function namesOf(
  { fullName, relativeName }: Pick<DistributionPoint, 'fullName' | 'relativeName'>,
  issuer: Name,
): readonly GeneralName[] | undefined {
  if (fullName) return fullName
  if (!relativeName) return undefined
  const rdn = der.decode(relativeName, (r) => readRdn(r, der.contextConstructed(1)))
  return [directoryName([...issuer, rdn])]
}

function meets(a: readonly GeneralName[], b: readonly GeneralName[]): boolean {
  const keys = new Set(a.map(keyOfName))
  return b.some((name) => keys.has(keyOfName(name)))
}

const keyOfName = (name: GeneralName): string =>
  name.kind === 'directoryName' ? comparisonKey(name.name) : hex(generalName(name))

/** RFC 5280 §6.3.3 (d): the reasons that both are about. */
export function reasonsOf(crl: CertificateList, point: DistributionPoint): number[] {
  const listed = crl.issuingDistributionPoint?.onlySomeReasons ?? ALL_REASONS
  const wanted = point.reasons ?? ALL_REASONS
  return ALL_REASONS.filter((reason) => listed.includes(reason) && wanted.includes(reason))
}
