// A certificate judged at the time that its signature is known to have existed, with evidence as it stood then or later.
// ETSI EN 319 102-1 §5.2.6, §5.6.2.1, §5.6.2.4. Nothing is fetched; RFC 5280 is judged in protocol/path-validation.

import type { Bytes } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { type CertificateList, decodeCrl, findRevoked } from '../../codec/crl.ts'
import { decodeOcspResponse } from '../../codec/ocsp.ts'
import type { Certificate } from '../../codec/x509.ts'
import {
  type AlgorithmPolicy,
  type CertificateStatus,
  type PathInput,
  type PathVerdict,
  type Purpose,
  validatePath,
} from '../path-validation/index.ts'
import { breaks, type Constraint, holds, type SubIndication } from './model.ts'

export interface Evidence {
  readonly certificates: readonly (Bytes | Certificate)[]
  readonly crls: readonly (Bytes | CertificateList)[]
  readonly ocspResponses: readonly Bytes[]
}

export interface CertificateQuestion {
  readonly certificate: Certificate
  readonly trustAnchors: readonly Certificate[]
  readonly purpose: Purpose
  readonly algorithms?: AlgorithmPolicy
  /** The signature existed then. */
  readonly existedAt: Date
  /** Everything at hand existed then: now, or the time of an archive time stamp. Not before `existedAt`. */
  readonly horizon: Date
  readonly now: Date
  readonly required: boolean
  /** What existed at the horizon. */
  readonly evidence: Evidence
  /** All there is; a revocation counts whenever it was told. */
  readonly everything: Evidence
}

export interface CertificateAnswer {
  readonly constraints: readonly Constraint[]
  readonly path?: PathVerdict
}

/** Which sub-indication a check of protocol/path-validation stands for, by its name. */
const OTHERWISE: Record<string, SubIndication> = {
  'a path reaches a trust anchor': 'NO_CERTIFICATE_CHAIN_FOUND',
  'every certificate is within its validity': 'OUT_OF_BOUNDS_NO_POE',
  'every algorithm and key is strong enough': 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  'key usage allows the purpose': 'CHAIN_CONSTRAINTS_FAILURE',
  'extended key usage allows the purpose': 'CHAIN_CONSTRAINTS_FAILURE',
  'policy is acceptable': 'CHAIN_CONSTRAINTS_FAILURE',
  'every name is allowed': 'CHAIN_CONSTRAINTS_FAILURE',
}

const REVOCATION = 'no certificate is revoked'

/** Never throws. What is good now needs no archive time stamp: ETSI EN 319 102-1 §5.6.3.4. */
export function judgeCertificate(question: CertificateQuestion): CertificateAnswer {
  const { evidence, everything, now } = question
  const asOfNow = judgeAt({ ...question, horizon: now, evidence: everything })
  if (evidence === everything || asOfNow.constraints.every(({ outcome }) => outcome === 'passed')) return asOfNow
  return judgeAt(question)
}

/** One validation where everything is good at the horizon. */
function judgeAt(question: CertificateQuestion): CertificateAnswer {
  const { evidence, horizon, required } = question
  const { crls, ocspResponses } = evidence
  const revocationEvidence = { required, crls, ocspResponses }
  const atHorizon = validatePath({ ...inputOf(question), time: horizon, revocation: revocationEvidence })
  if (atHorizon.outcome === 'passed' && question.everything === evidence)
    return { constraints: atHorizon.checks, path: atHorizon }
  // A claim to have existed cannot make a certificate older: what holds for the path must hold when it was used.
  const path = validatePath({ ...inputOf(question), time: question.existedAt, revocation: { required: false } })
  const checks = path.checks
    .filter(({ name }) => name !== REVOCATION)
    .map((check) => withSubIndication(check, question))
  const { constraints, statuses } = revocation(question, path)
  return { constraints: [...checks, ...constraints], path: { ...path, revocation: statuses } }
}

const inputOf = ({ certificate, evidence, trustAnchors, purpose, algorithms }: CertificateQuestion) =>
  ({
    certificate,
    intermediates: evidence.certificates,
    trustAnchors,
    purpose,
    ...(algorithms && { algorithms }),
  }) satisfies Omit<PathInput, 'time' | 'revocation'>

function withSubIndication(check: Constraint, { certificate, existedAt }: CertificateQuestion): Constraint {
  if (check.outcome === 'passed') return check
  const isEarly =
    check.name === 'every certificate is within its validity' && existedAt < certificate.validity.notBefore
  return {
    ...check,
    subIndication: isEarly ? 'NOT_YET_VALID' : (OTHERWISE[check.name] ?? 'CERTIFICATE_CHAIN_GENERAL_FAILURE'),
  }
}

const NOT_REVOKED = {
  name: 'no certificate was revoked when the signature existed',
  cite: 'ETSI EN 319 102-1 §5.5.4, §5.6.2.4',
} as const
const ISSUERS = {
  name: 'who vouches for the revocation status was valid then',
  cite: 'ETSI EN 319 102-1 §5.6.2.1',
  otherwise: 'REVOCATION_OUT_OF_BOUNDS_NO_POE',
} as const

/** Times at which somebody said something, each as good a moment to judge at as any between existence and horizon. */
const MAX_MOMENTS = 12

/** What was found, with the statuses that it was found by. */
interface Told {
  readonly constraints: readonly Constraint[]
  readonly statuses: readonly CertificateStatus[]
}

function revocation(question: CertificateQuestion, path: PathVerdict): Told {
  const { existedAt, horizon } = question
  const all = statusesAt(question, horizon, question.everything)
  const revoked = all.flatMap(revokedAt)
  const early = revoked.find(({ at }) => at <= existedAt)
  if (early) {
    const otherwise = early.isLeaf ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE'
    return {
      constraints: [breaks({ ...NOT_REVOKED, otherwise }, `revoked at ${early.at.toISOString()}`)],
      statuses: all,
    }
  }
  const held = (text: string) => [
    holds({ ...NOT_REVOKED, otherwise: 'TRY_LATER' }, text),
    ...issuersAtHorizon(question, path),
  ]
  if (revoked[0]) return { constraints: held(`revoked at ${revoked[0].at.toISOString()}, later`), statuses: all }
  for (const at of momentsOf(question)) {
    const statuses = statusesAt(question, at, question.evidence)
    if (isGood(statuses)) return { constraints: held(`nothing told until ${at.toISOString()}`), statuses }
  }
  const statuses = statusesAt(question, horizon, question.evidence)
  if (!question.required && statuses.every(({ status }) => status === 'notAsked'))
    return { constraints: [holds({ ...NOT_REVOKED, otherwise: 'TRY_LATER' }, 'not asked')], statuses }
  const why = statuses.find(({ status }) => status === 'unknown')?.evidence ?? 'nothing is known'
  // RFC 5280 §3.3: of a certificate that has ended nothing more will be told.
  const isOver = question.certificate.validity.notAfter < question.now
  const otherwise = isOver ? 'CERTIFICATE_CHAIN_GENERAL_FAILURE' : 'TRY_LATER'
  return { constraints: [breaks({ ...NOT_REVOKED, otherwise }, why)], statuses }
}

/** Whoever signed what we rely on must not have expired before it is known to have existed. */
function issuersAtHorizon({ horizon, trustAnchors }: CertificateQuestion, { path }: PathVerdict): Constraint[] {
  const expired = path.slice(1).find((one) => !trustAnchors.includes(one) && one.validity.notAfter < horizon)
  return expired ? [breaks(ISSUERS, `serial ${expired.serialNumber} expired before ${horizon.toISOString()}`)] : []
}

const statusesAt = (question: CertificateQuestion, time: Date, { crls, ocspResponses }: Evidence) =>
  validatePath({ ...inputOf(question), time, revocation: { required: question.required, crls, ocspResponses } })
    .revocation

const isGood = (statuses: readonly CertificateStatus[]): boolean =>
  statuses.length > 0 && statuses.every(({ status }) => status === 'good')

/** The earliest time that a source tells for it. */
function revokedAt({ certificate, status, sources }: CertificateStatus, place: number) {
  if (status !== 'revoked') return []
  const times = sources.flatMap((source) => {
    if (source.kind === 'ocsp') return source.single.status.kind === 'revoked' ? [source.single.status.revokedAt] : []
    const lists = source.delta ? [source.list, source.delta] : [source.list]
    return lists.flatMap((list) => findRevoked(list, certificate.serialNumber, certificate.issuer)?.revokedAt ?? [])
  })
  const at = times.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? new Date(0)
  return [{ at, isLeaf: place === 0 }]
}

/**
 * The horizon first, then when each piece of evidence was made, from existence on. None after the certificate's end:
 * lists need not name what has expired. RFC 5280 §3.3.
 */
function momentsOf({ certificate, existedAt, horizon, evidence }: CertificateQuestion): Date[] {
  const made = [
    ...evidence.crls.map((crl) => unlessMalformed(() => (crl instanceof Uint8Array ? decodeCrl(crl) : crl).thisUpdate)),
    ...evidence.ocspResponses.map((bytes) => unlessMalformed(() => producedAt(bytes))),
  ]
  const between = made
    .filter((at) => at !== undefined && at >= existedAt && at <= horizon)
    .toSorted((a, b) => b!.getTime() - a!.getTime())
  return [horizon, ...(between as Date[]), existedAt]
    .filter((at) => at <= certificate.validity.notAfter)
    .slice(0, MAX_MOMENTS)
}

/** A response may answer earlier than it is signed, so the answer counts. */
function producedAt(bytes: Bytes): Date | undefined {
  const response = decodeOcspResponse(bytes)
  return response.status === 'successful' ? response.basic.responses[0]?.thisUpdate : undefined
}

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}
