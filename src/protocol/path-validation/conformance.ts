// What RFC 5280 §4 forbids in any certificate and no certificate in use needs. Not here, because NIST PKITS has valid
// certificates without: policyConstraints marked critical, and basicConstraints of a CA between marked critical.

import type { Finding } from '../../base/verdict.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import {
  type BasicConstraints,
  decodeAltName,
  decodeBasicConstraints,
  decodeCertificatePolicies,
  decodeExtendedKeyUsage,
  decodeKeyUsage,
} from '../../codec/x509-extensions.ts'
import { authorityKeyIdentifierOf } from './build-path.ts'
import type { Evidence } from './input.ts'
import { allowsUsage, unlessMalformed } from './signature.ts'

interface Rule {
  readonly rule: string
  readonly keeps: (certificate: Certificate, isAnchor: boolean) => boolean
}

const basicConstraints = (certificate: Certificate): BasicConstraints => {
  const extension = extensionOf(certificate, OID.basicConstraints)
  return extension ? decodeBasicConstraints(extension.value) : { ca: false }
}

const isCritical = (certificate: Certificate, oid: string): boolean => extensionOf(certificate, oid)?.critical === true

const never = (oid: string, name: string): Rule => ({
  rule: `${name} is not critical`,
  keeps: (certificate) => !isCritical(certificate, oid),
})

const always = (oid: string, name: string): Rule => ({
  rule: `${name} is critical`,
  keeps: (certificate) => !extensionOf(certificate, oid) || isCritical(certificate, oid),
})

/** When the extension is there, its value keeps the rule. */
const within = (oid: string, rule: string, keeps: (value: Uint8Array) => boolean): Rule => ({
  rule,
  keeps: (certificate) => {
    const extension = extensionOf(certificate, oid)
    return !extension || keeps(extension.value)
  },
})

const unique = (values: readonly string[]): boolean => new Set(values).size === values.length

/** In the order of RFC 5280 §4.1.2 and §4.2. */
const RULES: readonly Rule[] = [
  { rule: 'the serial number is positive', keeps: ({ serialNumber }) => serialNumber > 0n },
  { rule: 'the serial number has at most 20 octets', keeps: ({ serialNumber: n }) => BigInt.asIntN(160, n) === n },
  { rule: 'the issuer has a name', keeps: ({ issuer }) => issuer.length > 0 },
  {
    rule: 'the subject has a name, or a critical alternative name and is no CA',
    keeps: (certificate) =>
      certificate.subject.length > 0 ||
      (isCritical(certificate, OID.subjectAltName) && !basicConstraints(certificate).ca),
  },
  {
    rule: 'who is certified by another has authorityKeyIdentifier with a key identifier',
    keeps: (certificate, isAnchor) => isAnchor || authorityKeyIdentifierOf(certificate)?.keyIdentifier !== undefined,
  },
  never(OID.authorityKeyIdentifier, 'authorityKeyIdentifier'),
  {
    rule: 'a CA has subjectKeyIdentifier',
    keeps: (certificate) =>
      !basicConstraints(certificate).ca || extensionOf(certificate, OID.subjectKeyIdentifier) !== undefined,
  },
  never(OID.subjectKeyIdentifier, 'subjectKeyIdentifier'),
  within(OID.keyUsage, 'keyUsage has a bit', (value) => decodeKeyUsage(value).length > 0),
  within(OID.certificatePolicies, 'no policy stands twice', (value) =>
    unique(decodeCertificatePolicies(value).map(({ policy }) => policy)),
  ),
  within(OID.certificatePolicies, 'policies are not empty', (value) => decodeCertificatePolicies(value).length > 0),
  within(OID.subjectAltName, 'alternative names are not empty', (value) => decodeAltName(value).length > 0),
  {
    rule: 'a path length stands in a CA only',
    keeps: (certificate) => basicConstraints(certificate).ca || basicConstraints(certificate).pathLength === undefined,
  },
  {
    rule: 'basicConstraints of a trust anchor is critical',
    keeps: (certificate, isAnchor) =>
      !isAnchor ||
      extensionOf(certificate, OID.basicConstraints) === undefined ||
      isCritical(certificate, OID.basicConstraints),
  },
  {
    rule: 'keyCertSign stands in a CA only',
    keeps: (certificate) =>
      basicConstraints(certificate).ca ||
      extensionOf(certificate, OID.keyUsage) === undefined ||
      !allowsUsage(certificate, 'keyCertSign'),
  },
  always(OID.nameConstraints, 'nameConstraints'),
  {
    rule: 'name constraints stand in a CA only',
    keeps: (certificate) => !extensionOf(certificate, OID.nameConstraints) || basicConstraints(certificate).ca,
  },
  always(OID.inhibitAnyPolicy, 'inhibitAnyPolicy'),
  within(OID.extendedKeyUsage, 'extendedKeyUsage is not empty', (value) => decodeExtendedKeyUsage(value).length > 0),
  never(OID.freshestCRL, 'freshestCRL'),
  never(OID.authorityInfoAccess, 'authorityInfoAccess'),
  never(OID.subjectInfoAccess, 'subjectInfoAccess'),
  never(OID.subjectDirectoryAttributes, 'subjectDirectoryAttributes'),
]

/** CAs come again and again; an anchor is asked for less. */
const conforming = { anchor: new WeakSet<Certificate>(), below: new WeakSet<Certificate>() }

/** The first rule that a certificate of the path breaks. */
export function conformance({ path, session }: Evidence): Finding {
  for (const certificate of path) {
    const isAnchor = session.isAnchor(certificate)
    const known = conforming[isAnchor ? 'anchor' : 'below']
    if (known.has(certificate)) continue
    // What cannot be read is another check's finding.
    const broken = RULES.find(({ keeps }) => !unlessMalformed(() => keeps(certificate, isAnchor), true))
    if (broken) return ['failed', `serial ${certificate.serialNumber}: broken: ${broken.rule}`]
    known.add(certificate)
  }
  return ['passed', 'DER of X.509']
}
