// One certificate judged: bytes and a time in, a report out. RFC 5280 §6, with the rules of JPKI on top where asked.
// Nothing is fetched and no clock is read: whoever asks brings the evidence and the time.

import type { Bytes } from '../../base/bytes.ts'
import { type CheckResult, joined, judge, verdict } from '../../base/verdict.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { pemBlocks } from '../../codec/pem.ts'
import { type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { classify, profileChecks } from '../jpki-profile/index.ts'
import {
  type AlgorithmPolicy,
  type InitialSettings,
  type PathInput,
  type Purpose,
  validatePath,
} from '../path-validation/index.ts'
import { type Report, reportOf } from './report.ts'

/** Certificates, CRLs and OCSP responses are DER or PEM; PEM may hold several. */
export interface ValidateInput {
  readonly certificate: Bytes
  readonly trustAnchors: readonly Bytes[]
  readonly intermediates?: readonly Bytes[]
  readonly crls?: readonly Bytes[]
  readonly ocspResponses?: readonly Bytes[]
  /** The nonce of the OCSP request: then the response must repeat it. */
  readonly nonce?: Bytes
  /** When to judge at. */
  readonly at: Date
  /** Default: it must be known that no certificate is revoked. */
  readonly revocation?: 'required' | 'if-given'
  readonly purpose?: Purpose
  /** Besides RFC 5280 the rules of 公的個人認証: docs/validate.md. */
  readonly profile?: 'jpki'
  readonly initial?: InitialSettings
  readonly algorithms?: AlgorithmPolicy
}

/**
 * The verdict on one certificate with its evidence. Never throws on any bytes; `indeterminate` is not valid.
 * Example: `validate({ certificate, trustAnchors: [ca], crls: [crl], at }).outcome === 'passed'`.
 */
export function validate(input: ValidateInput): Report {
  try {
    return judged(input)
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    const unreadable: CheckResult = { ...READABLE, outcome: 'failed', evidence: error.message }
    return reportOf(verdict([unreadable]), undefined, input.at)
  }
}

const READABLE = { name: 'certificate and trust anchors are readable', cite: 'RFC 5280 §4.1' }

function judged(input: ValidateInput): Report {
  const { certificate, trustAnchors, at } = input
  const [encoded = certificate, ...rest] = pemBlocks(certificate)
  const path = validatePath({
    certificate: encoded,
    intermediates: [...rest, ...all(input.intermediates)],
    trustAnchors: all(trustAnchors).map(decodeCertificate),
    time: at,
    purpose: input.purpose ?? {},
    revocation: evidenceOf(input),
    ...(input.initial && { initial: input.initial }),
    ...(input.algorithms && { algorithms: input.algorithms }),
  })
  const profile = input.profile === 'jpki' ? judgeProfile(decodeCertificate(encoded)) : verdict([])
  return reportOf(profile.checks.length > 0 ? joined(path, profile) : path, path, at)
}

const all = (files: readonly Bytes[] = []): Bytes[] => files.flatMap(pemBlocks)

const evidenceOf = ({ revocation, crls, ocspResponses, nonce }: ValidateInput): PathInput['revocation'] => ({
  required: revocation !== 'if-given',
  crls: all(crls),
  ocspResponses: all(ocspResponses),
  ...(nonce && { nonce }),
})

const OF_JPKI = { name: 'certificate is of a kind that JPKI has', cite: 'observed: certificates of J-LIS' }

/** Signature or authentication, card or phone, production or test: by issuer and policy, then held against its table. */
function judgeProfile(certificate: Certificate) {
  const kind = classify(certificate)
  if (!kind) return verdict([{ ...OF_JPKI, outcome: 'failed', evidence: 'issuer and policy are of no kind' }])
  const evidence = `${kind.profile}, ${kind.hierarchy}`
  return joined(verdict([{ ...OF_JPKI, outcome: 'passed', evidence }]), judge(profileChecks, { certificate, ...kind }))
}
