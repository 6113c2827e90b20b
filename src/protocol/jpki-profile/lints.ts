// What every certificate must keep, whatever its profile: rules of RFC 5280 as a table, each with its clause. The
// authority puts a twin through them before it signs. What the profile wants besides: profile-checks.ts.

import { type Bytes, equal, fromUtf8 } from '../../base/bytes.ts'
import { keyFacts, publicKey } from '../../base/crypto.ts'
import { readOnce } from '../../base/read-once.ts'
import type { Check, Finding } from '../../base/verdict.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { modulusOfSpki } from '../../codec/cvc.ts'
import type { AttributeTypeAndValue } from '../../codec/name.ts'
import { OID, type OidName, oidName } from '../../codec/oid.ts'
import { type Certificate, encodeIssuer, encodeTbsCertificate, extensionOf } from '../../codec/x509.ts'
import { signatureAlgorithmOf } from '../../codec/x509-algorithm.ts'
import * as ext from '../../codec/x509-extensions.ts'
import { hasRocaFingerprint } from '../path-validation/algorithms.ts'
import { keyIdentifier } from './extension-fields.ts'
import { type Frame, overFrames, type Rule } from './frame.ts'
import * as known from './known-extensions.ts'
import { KEYS } from './profiles.ts'

export interface LintEvidence {
  readonly certificate: Certificate
  /** Of the generation that will sign; the certificate itself when it is self-signed. */
  readonly issuer: Certificate
}

export interface FrameEvidence {
  readonly certificate: Frame
  readonly issuer: Certificate
}

type Lint = Rule<LintEvidence, FrameEvidence>

const lint = <E>(name: string, cite: string, holds: (evidence: E) => boolean): Check<E> => ({
  name,
  cite,
  test: (evidence): Finding => (holds(evidence) ? ['passed', 'kept'] : ['failed', 'broken']),
})
const ofFrame = (name: string, cite: string, holds: (evidence: FrameEvidence) => boolean): Lint =>
  overFrames(lint(name, cite, holds))

const value = ({ certificate }: FrameEvidence, name: OidName): Bytes | undefined =>
  extensionOf(certificate, OID[name])?.value
const critical = ({ certificate }: FrameEvidence, name: OidName): boolean | undefined =>
  extensionOf(certificate, OID[name])?.critical
const isCa = (evidence: FrameEvidence): boolean => {
  const found = value(evidence, 'basicConstraints')
  return found !== undefined && ext.decodeBasicConstraints(found).ca
}
const unlessAbsent = <T>(found: Bytes | undefined, holds: (found: Bytes) => T): T | true =>
  found === undefined ? true : holds(found)
const once = (values: readonly string[]): boolean => new Set(values).size === values.length

const hasNames = (evidence: FrameEvidence, name: OidName, decode: (found: Bytes) => readonly unknown[]): boolean =>
  unlessAbsent(value(evidence, name), (found) => !critical(evidence, name) && decode(found).length > 0)

/** One authority is looked at with all that it issues. */
const keyOf = readOnce((issuer: Certificate) => keyIdentifier(issuer.subjectPublicKeyInfo))

/** Use with `judge(LINTS, { certificate, issuer })`; a value that does not decode is indeterminate, and so not passed. */
export const LINTS: readonly Lint[] = [
  ofFrame('version is 3', 'RFC 5280 §4.1.2.1', ({ certificate }) => certificate.version === 3),
  lint(
    'serial number is positive and has 20 octets at most',
    'RFC 5280 §4.1.2.2',
    ({ certificate: { serialNumber } }) => serialNumber > 0n && serialNumber < 1n << 159n,
  ),
  lint('octets are those of DER', 'X.690 §10', ({ certificate }: LintEvidence) => {
    const signatureAlgorithm = signatureAlgorithmOf(certificate.signatureAlgorithm)
    if (!signatureAlgorithm) return false
    return equal(encodeTbsCertificate({ ...certificate, signatureAlgorithm }), certificate.tbs)
  }),
  ofFrame('issuer is the subject of the CA', 'RFC 5280 §4.1.2.4', ({ certificate, issuer }) =>
    equal(encodeIssuer(certificate.issuer), encodeIssuer(issuer.subject)),
  ),
  lint('subject and issuer are not empty', 'RFC 5280 §4.1.2.6', ({ certificate }) =>
    [certificate.subject, certificate.issuer].every((name) => name.length > 0),
  ),
  lint('begins before it ends, and before 2050', 'RFC 5280 §4.1.2.5', ({ certificate: { validity } }) => {
    const { notBefore, notAfter } = validity
    return (
      notBefore < notAfter &&
      [notBefore, notAfter].every((at) => at.getUTCMilliseconds() === 0) &&
      notAfter.getUTCFullYear() < 2050
    )
  }),
  lint(
    'does not outlive its CA',
    'ours: docs/profile.md#certificates',
    ({ certificate, issuer }) => certificate.validity.notAfter <= issuer.validity.notAfter,
  ),
  lint('attributes keep their types and lengths', 'RFC 5280 App. A.1', ({ certificate }) =>
    [...certificate.subject, ...certificate.issuer].flat().every(keepsBounds),
  ),
  ofFrame('each extension is there once', 'RFC 5280 §4.2', ({ certificate }) =>
    once(certificate.extensions.map(({ oid }) => oid)),
  ),
  ofFrame('every critical extension is known', 'RFC 5280 §4.2', ({ certificate }) =>
    certificate.extensions.every((one) => !one.critical || oidName(one.oid) !== one.oid),
  ),
  lint(
    `key is ${KEYS.map(({ says }) => says).join(' or ')}, and not weak`,
    'RFC 8017 §3.1, SEC 2 §2.5',
    ({ certificate }) => isSoundKey(certificate.subjectPublicKeyInfo),
  ),
  ofFrame('authority key identifier names the key of the CA', 'RFC 5280 §4.2.1.1', (evidence) => {
    const found = value(evidence, 'authorityKeyIdentifier')
    if (!found) return evidence.certificate === evidence.issuer
    const own = keyOf(evidence.issuer)
    return (
      !critical(evidence, 'authorityKeyIdentifier') &&
      equal(known.authorityKeyOf(found).keyIdentifier ?? own.slice(1), own)
    )
  }),
  lint('subject key identifier is SHA-1 of the key', 'RFC 5280 §4.2.1.2', (evidence) => {
    const found = value(evidence, 'subjectKeyIdentifier')
    if (!found || critical(evidence, 'subjectKeyIdentifier')) return false
    return equal(ext.decodeSubjectKeyIdentifier(found), keyIdentifier(evidence.certificate.subjectPublicKeyInfo))
  }),
  ofFrame('key usage is critical and says something', 'RFC 5280 §4.2.1.3', (evidence) => {
    const found = value(evidence, 'keyUsage')
    return found !== undefined && critical(evidence, 'keyUsage') === true && known.keyUsageOf(found).length > 0
  }),
  ofFrame('only a CA signs certificates', 'RFC 5280 §4.2.1.9', (evidence) =>
    unlessAbsent(
      value(evidence, 'keyUsage'),
      (found) => known.keyUsageOf(found).includes('keyCertSign') === isCa(evidence),
    ),
  ),
  ofFrame(
    'basic constraints of a CA are critical',
    'RFC 5280 §4.2.1.9',
    (evidence) => !isCa(evidence) || critical(evidence, 'basicConstraints') === true,
  ),
  ofFrame('no policy stands twice', 'RFC 5280 §4.2.1.4', (evidence) =>
    unlessAbsent(value(evidence, 'certificatePolicies'), (found) =>
      once(known.policiesOf(found).map(({ policy }) => policy)),
    ),
  ),
  lint('subjectAltName is not empty', 'RFC 5280 §4.2.1.6', (evidence: LintEvidence) =>
    hasNames(evidence, 'subjectAltName', ext.decodeAltName),
  ),
  ofFrame('issuerAltName is not empty', 'RFC 5280 §4.2.1.7', (evidence) =>
    hasNames(evidence, 'issuerAltName', known.issuerNamesOf),
  ),
  ofFrame('extended key usage says something', 'RFC 5280 §4.2.1.12', (evidence) =>
    unlessAbsent(value(evidence, 'extendedKeyUsage'), (found) => known.purposesOf(found).length > 0),
  ),
  ofFrame('distribution points are not critical and have names', 'RFC 5280 §4.2.1.13', (evidence) =>
    unlessAbsent(
      value(evidence, 'cRLDistributionPoints'),
      (found) =>
        !critical(evidence, 'cRLDistributionPoints') &&
        known.distributionPointsOf(found).every(({ fullName = [] }) => fullName.length > 0),
    ),
  ),
  ofFrame(
    'authority information access is not critical',
    'RFC 5280 §4.2.2.1',
    (evidence) => !critical(evidence, 'authorityInfoAccess'),
  ),
]

/** Upper bounds of RFC 5280 App. A.1, in characters. */
const BOUNDS: Readonly<Record<string, number>> = {
  [OID.commonName]: 64,
  [OID.localityName]: 128,
  [OID.organizationName]: 64,
  [OID.organizationalUnitName]: 64,
  [OID.countryName]: 2,
}
const PRINTABLE_STRING = 0x13

function keepsBounds({ type, tag, contents }: AttributeTypeAndValue): boolean {
  const { length } = [...fromUtf8(contents)]
  if (type === OID.countryName && (tag !== PRINTABLE_STRING || length !== 2)) return false
  return length > 0 && length <= (BOUNDS[type] ?? 0)
}

/** RSA with 2048 bits and the exponent 65537, or a point on P-384. ROCA: CVE-2017-15361. */
function isSoundKey(spki: Bytes): boolean {
  try {
    return !hasRocaFingerprint(modulusOfSpki(spki))
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    return keyFacts(publicKey(spki)).curve === 'secp384r1'
  }
}
