// What a CRL says of a certificate. RFC 5280 §6.3.3, for direct and complete lists, full or by distribution point.
// Delta and indirect lists are not processed: they say nothing here.

import { type Bytes, equal } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { type CertificateList, decodeCrl, findRevoked } from '../../codec/crl.ts'
import { nameEqual } from '../../codec/name.ts'
import { type GeneralName, generalName } from '../../codec/name-general.ts'
import { OID, oidName } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import { decodeBasicConstraints, decodeDistributionPoints } from '../../codec/x509-extensions.ts'
import { keyIdentifierAgrees } from './build-path.ts'
import type { Link } from './input.ts'
import { allowsUsage, signatureBy } from './signature.ts'
import { good, isFuture, none, revoked, type Status } from './status.ts'

/** Never throws: a list that cannot be read says nothing. */
export function crlStatus(source: Bytes | CertificateList, link: Link, time: Date): Status {
  try {
    return judge(source instanceof Uint8Array ? decodeCrl(source) : source, link, time)
  } catch (error) {
    if (error instanceof CodecError) return none(`CRL: not readable (${error.code})`)
    throw error
  }
}

function judge(crl: CertificateList, link: Link, time: Date): Status {
  const reason = notForUs(crl, link) ?? notTrusted(crl, link.issuer)
  if (reason) return none(`CRL: ${reason}`)
  // A revocation stays true however old the list is; that nothing is listed does not.
  const entry = findRevoked(crl, link.certificate.serialNumber)
  if (entry) return revoked('CRL', entry.revokedAt, entry.reason)
  if (crl.issuingDistributionPoint?.onlySomeReasons) return none('CRL: it covers some reasons only')
  if (isFuture(crl.thisUpdate, time)) return none('CRL: of the future')
  if (!crl.nextUpdate || crl.nextUpdate <= time)
    return none(`CRL: stale, the next was due ${crl.nextUpdate?.toISOString() ?? 'at no time that it tells'}`)
  return good(`CRL of ${crl.thisUpdate.toISOString()}: not listed`)
}

/** RFC 5280 §6.3.3 (b): scope. */
function notForUs(crl: CertificateList, { certificate, issuer }: Link): string | undefined {
  if (!nameEqual(crl.issuer, issuer.subject)) return 'of another issuer'
  if (!keyIdentifierAgrees(issuer, crl.authorityKeyIdentifier)) return 'of another key of this issuer'
  const idp = crl.issuingDistributionPoint
  if (!idp) return undefined
  if (idp.indirectCRL) return 'indirect lists are not processed'
  if (idp.onlyContainsAttributeCerts) return 'for attribute certificates'
  if (idp.onlyContainsUserCerts && isCa(certificate)) return 'for end entities only'
  if (idp.onlyContainsCACerts && !isCa(certificate)) return 'for CA certificates only'
  if (idp.relativeName) return 'a name relative to the issuer is not processed'
  if (idp.fullName && !namesMatch(idp.fullName, distributionNames(certificate))) return 'of another distribution point'
  return undefined
}

function isCa(certificate: Certificate): boolean {
  const extension = extensionOf(certificate, OID.basicConstraints)
  return extension !== undefined && decodeBasicConstraints(extension.value).ca
}

function distributionNames(certificate: Certificate): GeneralName[] {
  const extension = extensionOf(certificate, OID.cRLDistributionPoints)
  const points = extension ? decodeDistributionPoints(extension.value) : []
  return points.filter(({ crlIssuer }) => !crlIssuer).flatMap(({ fullName }) => fullName ?? [])
}

const namesMatch = (a: readonly GeneralName[], b: readonly GeneralName[]): boolean =>
  a.some((one) => b.some((other) => sameName(one, other)))

const sameName = (a: GeneralName, b: GeneralName): boolean =>
  a.kind === 'directoryName' && b.kind === 'directoryName'
    ? nameEqual(a.name, b.name)
    : equal(generalName(a), generalName(b))

const UNDERSTOOD: readonly string[] = [OID.issuingDistributionPoint, OID.authorityKeyIdentifier, OID.cRLNumber]

/** RFC 5280 §6.3.3 (f), (g) and §5.2: key usage, signature, critical extensions. */
function notTrusted(crl: CertificateList, issuer: Certificate): string | undefined {
  const unknown = crl.extensions.find(({ oid, critical }) => critical && !UNDERSTOOD.includes(oid))
  if (unknown) return `critical and not understood: ${oidName(unknown.oid)}`
  if (crl.unknownCriticalEntryExtension) return 'a critical entry extension is not understood'
  if (!allowsUsage(issuer, 'cRLSign')) return 'the issuer may not sign lists'
  const signature = signatureBy(issuer, crl)
  return signature === 'right' ? undefined : `the signature is ${signature}`
}
