// The rules for a path, one row each; a row looks at every certificate that it concerns. RFC 5280 §6.1.
// Not processed here yet: name constraints, policy mappings and constraints; a path that has them is indeterminate.

import type { Check, Finding } from '../../base/verdict.ts'
import { nameEqual } from '../../codec/name.ts'
import { OID, oidName } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import {
  decodeBasicConstraints,
  decodeCertificatePolicies,
  decodeExtendedKeyUsage,
} from '../../codec/x509-extensions.ts'
import { authorityKeyIdentifierOf, keyIdentifierAgrees } from './build-path.ts'
import { type Evidence, linksOf } from './input.ts'
import { allowsUsage, signatureBy } from './signature.ts'

export const pathChecks: readonly Check<Evidence>[] = [
  { name: 'a path reaches a trust anchor', cite: 'RFC 5280 §6.1.1', test: reachesAnchor },
  { name: 'every signature is by the next certificate', cite: 'RFC 5280 §6.1.3 (a)(1)', test: signatures },
  { name: 'every certificate is within its validity', cite: 'RFC 5280 §6.1.3 (a)(2)', test: validity },
  { name: 'every issuer is the next subject', cite: 'RFC 5280 §6.1.3 (a)(4)', test: names },
  { name: 'every key identifier is that of the next key', cite: 'RFC 5280 §4.2.1.1', test: keyIdentifiers },
  { name: 'every issuer is a CA', cite: 'RFC 5280 §6.1.4 (k)', test: areCas },
  { name: 'no path length is exceeded', cite: 'RFC 5280 §6.1.4 (m)', test: pathLength },
  { name: 'every issuer may sign certificates', cite: 'RFC 5280 §6.1.4 (n)', test: maySign },
  { name: 'every critical extension is understood', cite: 'RFC 5280 §6.1.5 (f)', test: extensionsUnderstood },
  { name: 'key usage allows the purpose', cite: 'RFC 5280 §4.2.1.3', test: keyUsage },
  { name: 'extended key usage allows the purpose', cite: 'RFC 5280 §4.2.1.12', test: extendedKeyUsage },
  { name: 'policy is acceptable', cite: 'RFC 5280 §6.1.3 (d)', test: policies },
]

const serial = (certificate: Certificate): string => `serial ${certificate.serialNumber}`

/** Passed when none is wrong; else the first that is, by its serial number. */
const none = (wrong: readonly Certificate[], passed: string, failed: string): Finding =>
  wrong[0] ? ['failed', `${serial(wrong[0])}: ${failed}`] : ['passed', passed]

const issuers = ({ path }: Evidence): readonly Certificate[] => path.slice(1)

function reachesAnchor({ path, trustAnchors }: Evidence): Finding {
  const anchor = path.at(-1)
  if (path.length < 2 || !anchor || !trustAnchors.includes(anchor)) return ['failed', 'no trusted issuer was found']
  return ['passed', `${path.length - 1} certificate(s) under the anchor with ${serial(anchor)}`]
}

function signatures({ path }: Evidence): Finding {
  const links = linksOf(path)
  if (links.length === 0) return ['indeterminate', 'no issuer whose key could verify the signature']
  for (const { certificate, issuer } of links) {
    const result = signatureBy(issuer, certificate)
    if (result === 'wrong') return ['failed', `${serial(certificate)}: the signature is wrong`]
    if (result === 'unsupported') return ['indeterminate', `${serial(certificate)}: the algorithm is not supported`]
  }
  return ['passed', `${links.length} signature(s) verified`]
}

function validity({ path, time }: Evidence): Finding {
  const early = path.find((certificate) => time < certificate.validity.notBefore)
  if (early) return ['failed', `${serial(early)}: not valid before ${early.validity.notBefore.toISOString()}`]
  const late = path.find((certificate) => time > certificate.validity.notAfter)
  if (late) return ['failed', `${serial(late)}: not valid after ${late.validity.notAfter.toISOString()}`]
  return ['passed', `valid at ${time.toISOString()}`]
}

function names({ path }: Evidence): Finding {
  return none(
    linksOf(path)
      .filter(({ certificate, issuer }) => !nameEqual(certificate.issuer, issuer.subject))
      .map(({ certificate }) => certificate),
    'the names agree',
    'the issuer has another name',
  )
}

function keyIdentifiers({ path }: Evidence): Finding {
  return none(
    linksOf(path)
      .filter(({ certificate, issuer }) => !keyIdentifierAgrees(issuer, authorityKeyIdentifierOf(certificate)))
      .map(({ certificate }) => certificate),
    'the identifiers agree',
    'the issuer has another key identifier',
  )
}

function basicConstraints(certificate: Certificate) {
  const extension = extensionOf(certificate, OID.basicConstraints)
  return extension ? decodeBasicConstraints(extension.value) : { ca: false }
}

function areCas(evidence: Evidence): Finding {
  return none(
    issuers(evidence).filter((certificate) => !basicConstraints(certificate).ca),
    'basicConstraints say so',
    'not a CA',
  )
}

/** Self-issued certificates between do not count. RFC 5280 §4.2.1.9. */
function pathLength({ path }: Evidence): Finding {
  const exceeded = path.filter((certificate, i) => {
    const limit = basicConstraints(certificate).pathLength
    const below = path.slice(1, i).filter((between) => !nameEqual(between.subject, between.issuer))
    return i > 0 && limit !== undefined && below.length > limit
  })
  return none(exceeded, 'the path is short enough', 'more CA certificates follow than it allows')
}

function maySign(evidence: Evidence): Finding {
  return none(
    issuers(evidence).filter((certificate) => !allowsUsage(certificate, 'keyCertSign')),
    'keyCertSign is there',
    'keyCertSign is missing',
  )
}

/** Extensions whose demands are met in this folder. */
const UNDERSTOOD: readonly string[] = [
  OID.keyUsage,
  OID.extendedKeyUsage,
  OID.certificatePolicies,
  OID.basicConstraints,
  OID.cRLDistributionPoints,
  OID.authorityKeyIdentifier,
  OID.subjectKeyIdentifier,
  OID.subjectAltName,
  OID.issuerAltName,
  OID.authorityInfoAccess,
  OID.ocspNoCheck,
]

/** They narrow what a path may do, so that ignoring them would accept too much. */
const NARROWING: readonly string[] = [
  OID.nameConstraints,
  OID.policyMappings,
  OID.policyConstraints,
  OID.inhibitAnyPolicy,
]

/** The trust anchor's own extensions are not processed: RFC 5280 §6.1.1 (d) takes its name and key. */
function extensionsUnderstood({ path, trustAnchors }: Evidence): Finding {
  const extensions = path.filter((certificate) => !trustAnchors.includes(certificate)).flatMap((c) => c.extensions)
  const unknown = extensions.find(
    ({ oid, critical }) => critical && !UNDERSTOOD.includes(oid) && !NARROWING.includes(oid),
  )
  if (unknown) return ['failed', `critical and not understood: ${oidName(unknown.oid)}`]
  const narrowing = extensions.find(({ oid }) => NARROWING.includes(oid))
  if (narrowing) return ['indeterminate', `not processed: ${oidName(narrowing.oid)}`]
  return ['passed', 'all are']
}

function keyUsage({ path, purpose }: Evidence): Finding {
  const missing = (purpose.keyUsage ?? []).filter((usage) => !allowsUsage(path[0]!, usage))
  return missing.length > 0 ? ['failed', `missing: ${missing.join(', ')}`] : ['passed', 'all that is asked is there']
}

/** An absent extension allows every purpose; anyExtendedKeyUsage too. */
function extendedKeyUsage({ path, purpose }: Evidence): Finding {
  const extension = extensionOf(path[0]!, OID.extendedKeyUsage)
  if (!purpose.extendedKeyUsage || !extension) return ['passed', extension ? 'not asked' : 'no restriction']
  const allowed = [...purpose.extendedKeyUsage, OID.anyExtendedKeyUsage]
  const found = decodeExtendedKeyUsage(extension.value)
  return [found.some((oid) => allowed.includes(oid)) ? 'passed' : 'failed', found.map(oidName).join(', ')]
}

const policiesOf = (certificate: Certificate): string[] => {
  const extension = extensionOf(certificate, OID.certificatePolicies)
  return extension ? decodeCertificatePolicies(extension.value).map(({ policy }) => policy) : []
}

/** A policy counts when every certificate below the anchor asserts it, or anyPolicy. */
function policies({ path, purpose }: Evidence): Finding {
  const wanted = purpose.policies
  if (!wanted) return ['passed', 'not asked']
  const below = path.slice(0, -1).map(policiesOf)
  const valid = wanted.filter((policy) => below.every((set) => set.includes(policy) || set.includes(OID.anyPolicy)))
  if (below.length > 0 && valid.length > 0) return ['passed', valid.map(oidName).join(', ')]
  return ['failed', `the certificate has ${policiesOf(path[0]!).map(oidName).join(', ') || 'no policy'}`]
}
