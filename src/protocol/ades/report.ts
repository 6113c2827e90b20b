// What was found of the signatures of one document, as plain data that survives JSON. Words of ETSI EN 319 102-1 §5.1.3;
// the URIs of the indications are those of ETSI TS 119 102-2 §4.2.5. A screen or a PDF of it is made elsewhere.

import { hex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { verdict } from '../../base/verdict.ts'
import { nameText } from '../../codec/name.ts'
import { type ReportedCertificate, type ReportedRevocation, reportOf } from '../validate/report.ts'
import type { Constraint, Format, Indication, Level, Scope, SubIndication } from './model.ts'
import type { JudgedStamp, StampKind } from './time-stamps.ts'
import type { JudgedSignature } from './validate.ts'

const SIGNATURE_REPORT_SCHEMA = 'kazasu/signature-report/1'

/** Times are ISO 8601 in UTC. */
export interface DocumentReport {
  readonly schema: typeof SIGNATURE_REPORT_SCHEMA
  /** TOTAL-PASSED only when there is a signature and every one is, counter-signatures too. */
  readonly indication: Indication
  readonly judgedAt: string
  readonly documentSha256: string
  readonly signatures: readonly SignatureReport[]
}

export interface SignatureReport extends OneReport {
  /** Over this signature's value, each judged as a signature by itself. RFC 5652 §11.4, ETSI EN 319 132-1 §5.2.7. */
  readonly counterSignatures: readonly OneReport[]
}

interface OneReport {
  readonly indication: Indication
  readonly indicationUri: string
  readonly subIndication?: SubIndication
  readonly format: Format
  readonly level: Level
  /** As the signer claims. */
  readonly signingTime?: string
  /** It is known to have existed then. */
  readonly bestSignatureTime?: string
  readonly checks: readonly Constraint[]
  readonly scope: readonly Scope[]
  /** The signer's certificate first, the trust anchor last. */
  readonly path: readonly ReportedCertificate[]
  readonly revocation: readonly ReportedRevocation[]
  readonly timeStamps: readonly TimeStampReport[]
  /** What it brings besides, by its name in the standard or its object identifier: nobody looked at it. */
  readonly notJudged: readonly string[]
}

export interface TimeStampReport {
  readonly kind: StampKind
  /** Whether it proves anything at the time of judging. */
  readonly believed: boolean
  readonly time?: string
  readonly authority?: string
  readonly checks: readonly Constraint[]
}

export const documentReport = (
  document: Uint8Array,
  signatures: readonly JudgedSignature[],
  judgedAt: Date,
): DocumentReport => ({
  schema: SIGNATURE_REPORT_SCHEMA,
  indication: overall(signatures.flatMap((one) => [one, ...one.counterSignatures])),
  judgedAt: judgedAt.toISOString(),
  documentSha256: hex(sha256(document)),
  signatures: signatures.map((one) => ({
    ...oneReport(one, judgedAt),
    counterSignatures: one.counterSignatures.map((counter) => oneReport(counter, judgedAt)),
  })),
})

function overall(signatures: readonly JudgedSignature[]): Indication {
  const has = (kind: Indication) => signatures.some(({ indication }) => indication === kind)
  if (has('TOTAL-FAILED')) return 'TOTAL-FAILED'
  return has('INDETERMINATE') || signatures.length === 0 ? 'INDETERMINATE' : 'TOTAL-PASSED'
}

function oneReport(judged: JudgedSignature, judgedAt: Date): OneReport {
  const { read, indication, subIndication, level, bestSignatureTime, constraints, stamps } = judged
  const { path, revocation } = reportOf(verdict([]), judged.path, judgedAt)
  return {
    indication,
    indicationUri: `urn:etsi:019102:mainindication:${indication.toLowerCase()}`,
    ...(subIndication && { subIndication }),
    format: read.format,
    level,
    ...(read.signingTime && { signingTime: read.signingTime.toISOString() }),
    ...(bestSignatureTime && { bestSignatureTime: bestSignatureTime.toISOString() }),
    checks: constraints.map(plain),
    scope: read.scope,
    path,
    revocation,
    timeStamps: stamps.map(timeStampReport),
    notJudged: read.notJudged,
  }
}

const plain = ({ name, cite, outcome, evidence, subIndication }: Constraint): Constraint => ({
  name,
  cite,
  outcome,
  evidence,
  ...(subIndication && { subIndication }),
})

const timeStampReport = ({ kind, existedAt, facts, constraints }: JudgedStamp): TimeStampReport => ({
  kind,
  believed: existedAt !== undefined,
  ...(facts && { time: facts.info.genTime.toISOString(), authority: nameText(facts.certificate.subject) }),
  checks: constraints.map(plain),
})
