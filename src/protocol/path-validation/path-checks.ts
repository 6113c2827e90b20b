// The rules for a path, one row each; a row looks at every certificate that it concerns. RFC 5280 §6.1.
// Names, policies and extensions have files of their own; revocation is in revocation.ts.

import type { Check, Finding } from '../../base/verdict.ts'
import { nameEqual } from '../../codec/name.ts'
import { OID, oidName } from '../../codec/oid.ts'
import { type Certificate, extensionValue } from '../../codec/x509.ts'
import { decodeExtendedKeyUsage } from '../../codec/x509-extensions.ts'
import { keyFacts, knownKeyFacts, weakAlgorithm, weakKey } from './algorithms.ts'
import { authorityKeyIdentifierOf, keyIdentifierAgrees } from './build-path.ts'
import { extensions } from './extension-checks.ts'
import type { Evidence } from './input.ts'
import { nameConstraints } from './name-constraints.ts'
import { policies } from './policy-graph.ts'
import { allowsUsage, basicConstraints } from './signature.ts'
import { hasName } from './subject-names.ts'

export const pathChecks: readonly Check<Evidence>[] = [
  { name: 'a path reaches a trust anchor', cite: 'RFC 5280 §6.1.1', test: reachesAnchor },
  { name: 'every signature is by the next certificate', cite: 'RFC 5280 §6.1.3 (a)(1)', test: signatures },
  { name: 'every certificate is within its validity', cite: 'RFC 5280 §6.1.3 (a)(2)', test: validity },
  { name: 'every issuer is the next subject', cite: 'RFC 5280 §6.1.3 (a)(4)', test: names },
  { name: 'every key identifier is that of the next key', cite: 'RFC 5280 §4.2.1.1', test: keyIdentifiers },
  { name: 'every algorithm and key is strong enough', cite: 'RFC 5280 §6.1.3 (a)(1)', test: strength },
  { name: 'every name is allowed', cite: 'RFC 5280 §6.1.3 (b), (c)', test: nameConstraints },
  { name: 'every issuer is a CA', cite: 'RFC 5280 §6.1.4 (k)', test: areCas },
  { name: 'no path length is exceeded', cite: 'RFC 5280 §6.1.4 (m)', test: pathLength },
  { name: 'every issuer may sign certificates', cite: 'RFC 5280 §6.1.4 (n)', test: maySign },
  { name: 'every critical extension is understood', cite: 'RFC 5280 §6.1.5 (f)', test: extensions },
  { name: 'key usage allows the purpose', cite: 'RFC 5280 §4.2.1.3', test: keyUsage },
  { name: 'extended key usage allows the purpose', cite: 'RFC 5280 §4.2.1.12', test: extendedKeyUsage },
  { name: 'certificate has the name that is asked for', cite: 'RFC 9525 §6.3', test: subjectName },
  { name: 'policy is acceptable', cite: 'RFC 5280 §6.1.3 (d) to (f), §6.1.5 (g)', test: policies },
]

const serial = (certificate: Certificate): string => `serial ${certificate.serialNumber}`

/** Passed when none is wrong; else the first that is, by its serial number. */
const none = (wrong: Certificate | undefined, passed: string, failed: string): Finding =>
  wrong ? ['failed', `${serial(wrong)}: ${failed}`] : ['passed', passed]

/** The first for whose issuer on the path something does not hold. */
const notUnder = ({ path }: Evidence, holds: (certificate: Certificate, issuer: Certificate) => boolean) =>
  path.find((certificate, i) => i + 1 < path.length && !holds(certificate, path[i + 1]!))

/** The first issuer of which something does not hold. */
const issuerNot = ({ path }: Evidence, holds: (issuer: Certificate) => boolean) =>
  path.find((certificate, i) => i > 0 && !holds(certificate))

function reachesAnchor({ path, session }: Evidence): Finding {
  const anchor = path.at(-1)
  if (path.length < 2 || !anchor || !session.isAnchor(anchor))
    return ['failed', `no trusted issuer was found${session.exhausted ? '; the search was cut short' : ''}`]
  return ['passed', `${path.length - 1} certificate(s) under the anchor with ${serial(anchor)}`]
}

function signatures({ path, session }: Evidence): Finding {
  const count = path.length - 1
  if (count === 0) return ['indeterminate', 'no issuer whose key could verify the signature']
  for (let i = 0; i < count; i++) {
    const certificate = path[i]!
    const result = session.signature(path[i + 1]!, certificate)
    if (result === 'wrong') return ['failed', `${serial(certificate)}: the signature is wrong`]
    if (result !== 'right') return ['indeterminate', `${serial(certificate)}: the algorithm is not supported`]
  }
  return ['passed', `${count} signature(s) verified`]
}

/** The anchor's signature over itself protects nothing; its key does. */
function strength({ path, session }: Evidence): Finding {
  const { algorithms } = session.input
  for (let i = 0; i < path.length; i++) {
    const certificate = path[i]!
    const signed = i < path.length - 1 ? weakAlgorithm(certificate.signatureAlgorithm, algorithms) : undefined
    const facts = (i === 0 ? keyFacts : knownKeyFacts)(session.keyInfoOf(certificate))
    const weak = signed ?? weakKey(facts, algorithms)
    if (weak) return ['failed', `${serial(certificate)}: ${weak}`]
  }
  return ['passed', 'none is weak']
}

/** Of the last instant that was asked for: in one second many certificates are judged. */
let told = { time: Number.NaN, text: '' }

function isoText(time: number): string {
  if (told.time !== time) told = { time, text: new Date(time).toISOString() }
  return told.text
}

/** Certificates count whole seconds, both ends included. RFC 5280 §4.1.2.5. */
function validity({ path, session }: Evidence): Finding {
  const time = Math.floor(session.input.time.getTime() / 1000) * 1000
  if (Number.isNaN(time)) return ['failed', 'there is no time to judge at']
  const early = path.find((certificate) => time < certificate.validity.notBefore.getTime())
  if (early) return ['failed', `${serial(early)}: not valid before ${early.validity.notBefore.toISOString()}`]
  const late = path.find((certificate) => time > certificate.validity.notAfter.getTime())
  if (late) return ['failed', `${serial(late)}: not valid after ${late.validity.notAfter.toISOString()}`]
  return ['passed', `valid at ${isoText(time)}`]
}

function names(evidence: Evidence): Finding {
  return none(
    notUnder(evidence, (certificate, issuer) => nameEqual(certificate.issuer, issuer.subject)),
    'the names agree',
    'the issuer has another name',
  )
}

function keyIdentifiers(evidence: Evidence): Finding {
  return none(
    notUnder(evidence, (certificate, issuer) => keyIdentifierAgrees(issuer, authorityKeyIdentifierOf(certificate))),
    'the identifiers agree',
    'the issuer has another key identifier',
  )
}

function areCas(evidence: Evidence): Finding {
  return none(
    issuerNot(evidence, (issuer) => basicConstraints(issuer).ca),
    'basicConstraints say so',
    'not a CA',
  )
}

/** Self-issued certificates between do not count. RFC 5280 §4.2.1.9. */
function pathLength({ path }: Evidence): Finding {
  const exceeded = path.find((certificate, i) => {
    const limit = basicConstraints(certificate).pathLength
    if (i === 0 || limit === undefined) return false
    return path.slice(1, i).filter((between) => !nameEqual(between.subject, between.issuer)).length > limit
  })
  return none(exceeded, 'the path is short enough', 'more CA certificates follow than it allows')
}

function maySign(evidence: Evidence): Finding {
  return none(
    issuerNot(evidence, (issuer) => allowsUsage(issuer, 'keyCertSign')),
    'keyCertSign is there',
    'keyCertSign is missing',
  )
}

function keyUsage({ path, purpose }: Evidence): Finding {
  const missing = (purpose.keyUsage ?? []).filter((usage) => !allowsUsage(path[0]!, usage))
  return missing.length > 0 ? ['failed', `missing: ${missing.join(', ')}`] : ['passed', 'all that is asked is there']
}

function subjectName({ path, purpose }: Evidence): Finding {
  if (!purpose.name) return ['passed', 'not asked']
  return hasName(path[0]!, purpose.name) ? ['passed', 'it is one of its names'] : ['failed', 'it has other names']
}

/** An absent extension allows every purpose; anyExtendedKeyUsage too. A CA between that has one passes on no other purpose. */
function extendedKeyUsage({ path, purpose }: Evidence): Finding {
  const wanted = purpose.extendedKeyUsage
  if (!wanted) return ['passed', 'not asked']
  const allowed = [...wanted, OID.anyExtendedKeyUsage]
  for (const certificate of path.slice(0, Math.max(1, path.length - 1))) {
    const found = extensionValue(certificate, OID.extendedKeyUsage, decodeExtendedKeyUsage)
    if (found && !found.some((oid) => allowed.includes(oid)))
      return ['failed', `${serial(certificate)}: ${found.map(oidName).join(', ')}`]
  }
  return ['passed', 'what is asked is allowed']
}
