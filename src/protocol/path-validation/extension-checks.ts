// Extensions of the certificates on a path: none that is critical may be unknown, and each known one must be well-formed.
// RFC 5280 §4.2, §6.1.4 (o), §6.1.5 (f). The trust anchor's count too, which is stricter than §6.1.1 (d).

import type { Bytes } from '../../base/bytes.ts'
import type { Finding } from '../../base/verdict.ts'
import * as der from '../../codec/der.ts'
import { OID, oidName } from '../../codec/oid.ts'
import { type Certificate, decodedExtension } from '../../codec/x509.ts'
import * as constraints from '../../codec/x509-constraints.ts'
import * as ext from '../../codec/x509-extensions.ts'
import type { Evidence } from './input.ts'

/** Extensions whose demands are met in this folder, and how each is read. */
const UNDERSTOOD: Record<string, (value: Bytes) => unknown> = {
  [OID.keyUsage]: ext.decodeKeyUsage,
  [OID.extendedKeyUsage]: ext.decodeExtendedKeyUsage,
  [OID.certificatePolicies]: ext.decodeCertificatePolicies,
  [OID.policyMappings]: constraints.decodePolicyMappings,
  [OID.policyConstraints]: constraints.decodePolicyConstraints,
  [OID.inhibitAnyPolicy]: constraints.decodeInhibitAnyPolicy,
  [OID.nameConstraints]: constraints.decodeNameConstraints,
  [OID.basicConstraints]: ext.decodeBasicConstraints,
  [OID.cRLDistributionPoints]: ext.decodeDistributionPoints,
  [OID.freshestCRL]: ext.decodeDistributionPoints,
  [OID.authorityKeyIdentifier]: ext.decodeAuthorityKeyIdentifier,
  [OID.subjectKeyIdentifier]: ext.decodeSubjectKeyIdentifier,
  [OID.subjectAltName]: ext.decodeAltName,
  [OID.issuerAltName]: ext.decodeAltName,
  [OID.authorityInfoAccess]: ext.decodeAuthorityInfoAccess,
  [OID.subjectInfoAccess]: ext.decodeAuthorityInfoAccess,
  [OID.subjectDirectoryAttributes]: ext.decodeSubjectDirectoryAttributes,
  [OID.ocspNoCheck]: (value) => der.decode(value, (r) => r.nullValue()),
}

/** CAs come again and again. */
const understood = new WeakSet<Certificate>()

export function extensions({ path }: Evidence): Finding {
  for (const certificate of path) {
    if (understood.has(certificate)) continue
    for (const extension of certificate.extensions) {
      const decode = UNDERSTOOD[extension.oid]
      // What is not well-formed throws, which leaves the check indeterminate.
      if (decode) decodedExtension(extension, decode)
      else if (extension.critical) return ['failed', `critical and not understood: ${oidName(extension.oid)}`]
    }
    if (certificate !== path[0]) understood.add(certificate)
  }
  return ['passed', 'all are']
}
