// A verdict with its evidence as plain data: JSON that a program keeps and reads back. Its form is this file and
// docs/validate.md; a change that readers would notice gets a new schema name.

import { type Bytes, hex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import type { CheckResult, Outcome, Verdict } from '../../base/verdict.ts'
import { CodecError } from '../../codec/codec-error.ts'
import type { CertificateList } from '../../codec/crl.ts'
import { nameText } from '../../codec/name.ts'
import type { Certificate } from '../../codec/x509.ts'
import type { CertificateStatus, PathVerdict, RevocationStatus, Source } from '../path-validation/index.ts'

export const REPORT_SCHEMA = 'kazasu/validation-report/1'

/** Times are ISO 8601 in UTC, serial numbers and digests lower-case hex. */
export interface Report {
  readonly schema: typeof REPORT_SCHEMA
  readonly outcome: Outcome
  /** The time that everything was judged at, by the caller's clock. */
  readonly judgedAt: string
  readonly checks: readonly CheckResult[]
  /** The end entity's certificate first, the trust anchor last. */
  readonly path: readonly ReportedCertificate[]
  readonly revocation: readonly ReportedRevocation[]
  /** Until when an accepted time stamp proves existence. */
  readonly existedAt?: string
}

export interface ReportedCertificate {
  readonly sha256: string
  readonly serialNumber: string
  readonly subject: string
  readonly issuer: string
  readonly notBefore: string
  readonly notAfter: string
}

/** Of one certificate of the path, by its place in it. */
export interface ReportedRevocation {
  readonly certificate: number
  readonly status: RevocationStatus
  readonly sources: readonly ReportedSource[]
}

export type ReportedSource =
  | (ReportedList & { readonly kind: 'crl'; readonly delta?: ReportedList })
  | {
      readonly kind: 'ocsp'
      readonly sha256: string
      readonly producedAt: string
      readonly thisUpdate: string
      readonly nextUpdate?: string
      readonly nonce: boolean
    }

export interface ReportedList {
  readonly sha256: string
  readonly issuer: string
  readonly number: string
  readonly thisUpdate: string
  readonly nextUpdate?: string
}

/** `verdict` may hold more checks than the path's own. */
export const reportOf = (
  verdict: Verdict,
  path: PathVerdict | undefined,
  judgedAt: Date,
  existedAt?: Date,
): Report => ({
  schema: REPORT_SCHEMA,
  outcome: verdict.outcome,
  judgedAt: judgedAt.toISOString(),
  checks: verdict.checks.map(({ name, cite, outcome, evidence }) => ({ name, cite, outcome, evidence })),
  path: path?.path.map(certificateOf) ?? [],
  revocation: path?.revocation.map(revocationOf) ?? [],
  ...(existedAt && { existedAt: existedAt.toISOString() }),
})

const digest = (bytes: Bytes): string => hex(sha256(bytes))
const hexOf = (value: bigint): string => (value < 0n ? `-${(-value).toString(16)}` : value.toString(16))

const certificateOf = ({ raw, serialNumber, subject, issuer, validity }: Certificate): ReportedCertificate => ({
  sha256: digest(raw),
  serialNumber: hexOf(serialNumber),
  subject: nameText(subject),
  issuer: nameText(issuer),
  notBefore: validity.notBefore.toISOString(),
  notAfter: validity.notAfter.toISOString(),
})

const revocationOf = ({ status, sources }: CertificateStatus, certificate: number): ReportedRevocation => ({
  certificate,
  status,
  sources: sources.map(sourceOf),
})

function sourceOf(source: Source): ReportedSource {
  if (source.kind === 'crl')
    return { kind: 'crl', ...listOf(source.list), ...(source.delta && { delta: listOf(source.delta) }) }
  const { raw, response, single } = source
  return {
    kind: 'ocsp',
    sha256: digest(raw),
    producedAt: response.producedAt.toISOString(),
    thisUpdate: single.thisUpdate.toISOString(),
    ...(single.nextUpdate && { nextUpdate: single.nextUpdate.toISOString() }),
    nonce: response.nonce !== undefined,
  }
}

const listOf = ({ raw, issuer, crlNumber, thisUpdate, nextUpdate }: CertificateList): ReportedList => ({
  sha256: digest(raw),
  issuer: nameText(issuer),
  number: hexOf(crlNumber ?? 0n),
  thisUpdate: thisUpdate.toISOString(),
  ...(nextUpdate && { nextUpdate: nextUpdate.toISOString() }),
})

type Reader = (value: unknown) => boolean

const text: Reader = (value) => typeof value === 'string'
const oneOf =
  (...allowed: readonly string[]): Reader =>
  (value) =>
    allowed.some((one) => one === value)
const listOfAll =
  (item: Reader): Reader =>
  (value) =>
    Array.isArray(value) && value.every(item)
const fields =
  (required: Readonly<Record<string, Reader>>, optional: Readonly<Record<string, Reader>> = {}): Reader =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(required).every(
      ([key, read]) => Object.hasOwn(value, key) && read(value[key as keyof typeof value]),
    ) &&
    Object.entries(value).every(([key, one]) => key in required || (key in optional && optional[key]!(one)))

const outcome = oneOf('passed', 'failed', 'indeterminate')
const certificate = fields({
  sha256: text,
  serialNumber: text,
  subject: text,
  issuer: text,
  notBefore: text,
  notAfter: text,
})
const LIST = { sha256: text, issuer: text, number: text, thisUpdate: text }
const crl = fields({ kind: oneOf('crl'), ...LIST }, { nextUpdate: text, delta: fields(LIST, { nextUpdate: text }) })
const ocsp = fields(
  {
    kind: oneOf('ocsp'),
    sha256: text,
    producedAt: text,
    thisUpdate: text,
    nonce: (value) => typeof value === 'boolean',
  },
  { nextUpdate: text },
)
const revocation = fields({
  certificate: (value) => Number.isSafeInteger(value),
  status: oneOf('good', 'revoked', 'unknown', 'notAsked'),
  sources: listOfAll((value) => crl(value) || ocsp(value)),
})
const report = fields(
  {
    schema: oneOf(REPORT_SCHEMA),
    outcome,
    judgedAt: text,
    checks: listOfAll(fields({ name: text, cite: text, outcome, evidence: text })),
    path: listOfAll(certificate),
    revocation: listOfAll(revocation),
  },
  { existedAt: text },
)

/** What `JSON.parse` gave, as a report. Throws `CodecError` when it is none, or one of another schema. */
export function readReport(value: unknown): Report {
  if (!report(value)) throw new CodecError('report', `not a ${REPORT_SCHEMA}`)
  return value as Report
}
