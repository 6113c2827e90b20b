// Which certificates and reasons a CRL is about: distribution point against issuing distribution point.
// RFC 5280 §6.3.3 (b), (d), §4.2.1.13, §5.2.5.

import { hex } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import type { CertificateList } from '../../codec/crl.ts'
import * as der from '../../codec/der.ts'
import { comparisonKey, type Name, nameEqual, readRdn } from '../../codec/name.ts'
import { directoryName, type GeneralName, generalName } from '../../codec/name-general.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionValue } from '../../codec/x509.ts'
import { type DistributionPoint, decodeDistributionPoints } from '../../codec/x509-extensions.ts'
import { basicConstraints } from './signature.ts'

/** The ReasonFlags: RFC 5280 §4.2.1.13. Bit 0 is not used. */
export const ALL_REASONS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8]

/** Each is held against each list. */
const MAX_POINTS = 32

/** A distribution point, ready to be compared. */
export interface Point {
  /** The issuers of lists that the CA named here; `undefined` when it is the CA itself. */
  readonly crlIssuers: readonly Name[] | undefined
  readonly names: ReadonlySet<string>
  readonly reasons: readonly number[]
}

/** Those that the certificate names, then the one that RFC 5280 §6.3.3 assumes: any list of the issuer. */
export function distributionPointsOf(certificate: Certificate): Point[] {
  const named = extensionValue(certificate, OID.cRLDistributionPoints, decodeDistributionPoints) ?? []
  if (named.length > MAX_POINTS) throw new CodecError('distribution-points', 'more points than are processed')
  return [...named, { fullName: [directoryName(certificate.issuer)] }].map((point) => prepared(point, certificate))
}

/** Without a name of its own the point goes by its CRL issuer. RFC 5280 §6.3.3 (b)(2)(i). */
function prepared(point: DistributionPoint, certificate: Certificate): Point {
  const crlIssuers = point.crlIssuer && directoryNames(point.crlIssuer)
  const names = namesOf(point, crlIssuers?.[0] ?? certificate.issuer) ?? point.crlIssuer ?? []
  return { crlIssuers, names: new Set(names.map(keyOfName)), reasons: point.reasons ?? ALL_REASONS }
}

const directoryNames = (names: readonly GeneralName[]): Name[] =>
  names.flatMap((one) => (one.kind === 'directoryName' ? [one.name] : []))

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

/** Places are named by URI or in the directory: RFC 5280 §4.2.1.13. */
function keyOfName(name: GeneralName): string {
  if (name.kind === 'directoryName') return comparisonKey(name.name)
  if (name.kind === 'uri') return hex(generalName(name))
  throw new CodecError('distribution-point', 'a distribution point whose name is no place')
}

/** The names of a list's own distribution point; lists come again and again. */
const namesOfLists = new WeakMap<CertificateList, readonly string[]>()

function namesOfList(crl: CertificateList): readonly string[] {
  const known = namesOfLists.get(crl)
  if (known) return known
  const names = (namesOf(crl.issuingDistributionPoint ?? {}, crl.issuer) ?? []).map(keyOfName)
  namesOfLists.set(crl, names)
  return names
}

/** Why the list is not for this certificate at this distribution point, if so. */
export function outOfScope(crl: CertificateList, point: Point, certificate: Certificate): string | undefined {
  const idp = crl.issuingDistributionPoint
  if (point.crlIssuers) {
    if (!point.crlIssuers.some((name) => nameEqual(name, crl.issuer))) return 'of another issuer'
    if (!idp?.indirectCRL) return 'not the indirect list that the distribution point promises'
  } else if (!nameEqual(crl.issuer, certificate.issuer)) return 'of another issuer'
  if (crl.namesCertificateIssuers && !idp?.indirectCRL) return 'not indirect, but with entries of other issuers'
  if (!idp) return undefined
  if (idp.onlyContainsAttributeCerts) return 'for attribute certificates'
  if (idp.onlyContainsUserCerts && basicConstraints(certificate).ca) return 'for end entities only'
  if (idp.onlyContainsCACerts && !basicConstraints(certificate).ca) return 'for CA certificates only'
  const isNamed = idp.fullName !== undefined || idp.relativeName !== undefined
  const meets = !isNamed || namesOfList(crl).some((name) => point.names.has(name))
  return meets ? undefined : 'of another distribution point'
}

/** RFC 5280 §6.3.3 (d): the reasons that the list and one of the points are about. */
export function reasonsOf(crl: CertificateList, points: readonly Point[]): number[] {
  const listed = crl.issuingDistributionPoint?.onlySomeReasons ?? ALL_REASONS
  return ALL_REASONS.filter(
    (reason) => listed.includes(reason) && points.some(({ reasons }) => reasons.includes(reason)),
  )
}
