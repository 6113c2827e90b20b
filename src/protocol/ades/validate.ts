// A signature that was read, judged: basic building blocks, then proofs of existence, then the certificate at its time.
// ETSI EN 319 102-1 §5.3 basic signatures, §5.5 with time, §5.6 with archival data; the outcome is data: report.ts.

import { equal } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeOcspResponse } from '../../codec/ocsp.ts'
import { signatureBy, weakAlgorithm } from '../path-validation/index.ts'
import { type CertificateAnswer, type Evidence, judgeCertificate } from './certificate.ts'
import {
  breaks,
  type Constraint,
  holds,
  type Indication,
  type Level,
  type ReadSignature,
  type Rule,
  SUB_INDICATIONS,
  type SubIndication,
  type ValidationContext,
} from './model.ts'
import { type JudgedStamp, type ProvenTimes, proveTimes, type StampKind } from './time-stamps.ts'

export interface JudgedSignature {
  readonly read: ReadSignature
  readonly indication: Indication
  /** Of the constraint that decides, of those that do not hold. */
  readonly subIndication?: SubIndication
  readonly constraints: readonly Constraint[]
  readonly level: Level
  readonly stamps: readonly JudgedStamp[]
  /** The signature is known to have existed then; absent when nothing but the clock of now tells. */
  readonly bestSignatureTime?: Date
  readonly path?: CertificateAnswer['path']
  readonly counterSignatures: readonly JudgedSignature[]
}

const RULES = {
  certificate: {
    name: 'the certificate of the signer is there',
    cite: 'ETSI EN 319 102-1 §5.2.3',
    otherwise: 'NO_SIGNING_CERTIFICATE_FOUND',
  },
  signature: {
    name: 'the signature is by this certificate',
    cite: 'ETSI EN 319 102-1 §5.2.7',
    otherwise: 'SIG_CRYPTO_FAILURE',
  },
  algorithm: {
    name: 'the algorithm of the signature is strong enough',
    cite: 'ETSI EN 319 102-1 §5.2.8.4.2',
    otherwise: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  },
  stamps: {
    name: 'no time stamp is forged or of something else',
    cite: 'ETSI EN 319 102-1 §5.5.4',
    otherwise: 'SIG_CONSTRAINTS_FAILURE',
  },
  order: {
    name: 'the time stamps follow each other',
    cite: 'ETSI EN 319 102-1 §5.5.4',
    otherwise: 'TIMESTAMP_ORDER_FAILURE',
  },
  claim: {
    name: 'the claimed time of signing is not after the proven one',
    cite: 'ETSI EN 319 102-1 §5.5.4',
    otherwise: 'SIG_CONSTRAINTS_FAILURE',
  },
} as const satisfies Record<string, Rule>

/** Never throws. */
export function judgeSignature(read: ReadSignature, context: ValidationContext): JudgedSignature {
  const own = [...read.constraints, ...cryptography(read, context)]
  const given = evidenceOf(read, context)
  const proven = proveTimes(read, context, given)
  const answer: CertificateAnswer = read.signer
    ? judgeCertificate({
        certificate: read.signer,
        trustAnchors: context.trustAnchors,
        purpose: context.purpose ?? { keyUsage: ['nonRepudiation'] },
        ...(context.algorithms && { algorithms: context.algorithms }),
        ...proven,
        required: context.revocation !== 'if-given',
      })
    : { constraints: [] }
  const constraints = [...own, ...acceptance(read, proven), ...answer.constraints]
  const subIndication = decisive(constraints)
  return {
    read,
    indication: subIndication ? SUB_INDICATIONS[subIndication] : 'TOTAL-PASSED',
    ...(subIndication && { subIndication }),
    constraints,
    level: levelOf(read, proven.stamps),
    stamps: proven.stamps,
    ...(proven.existedAt < context.time && { bestSignatureTime: proven.existedAt }),
    ...(answer.path && { path: answer.path }),
    counterSignatures: read.counterSignatures.map((one) => judgeSignature(one, context)),
  }
}

/** ETSI EN 319 102-1 §5.3.4: what its building blocks say, in their order, goes before what else does not hold. */
const FIRST = [
  'FORMAT_FAILURE',
  'HASH_FAILURE',
  'NO_SIGNING_CERTIFICATE_FOUND',
  'SIG_CRYPTO_FAILURE',
  'NOT_YET_VALID',
  'NO_CERTIFICATE_CHAIN_FOUND',
] as const satisfies readonly SubIndication[]

function decisive(constraints: readonly Constraint[]): SubIndication | undefined {
  const found = constraints
    .filter(({ outcome }) => outcome !== 'passed')
    .map(({ subIndication }) => subIndication ?? 'SIG_CONSTRAINTS_FAILURE')
  return FIRST.find((one) => found.includes(one)) ?? found[0]
}

/** A response that does not repeat the nonce of the request was not made for it. RFC 9654 §2. */
function evidenceOf(read: ReadSignature, context: ValidationContext): Evidence {
  const { nonce, ocspResponses = [], crls = [], certificates = [] } = context
  const isOurs = (bytes: Uint8Array) => {
    try {
      const response = decodeOcspResponse(bytes)
      return (
        response.status === 'successful' && response.basic.nonce !== undefined && equal(response.basic.nonce, nonce!)
      )
    } catch (error) {
      if (error instanceof CodecError) return false
      throw error
    }
  }
  return {
    certificates: [...certificates, ...read.certificates],
    crls,
    ocspResponses: nonce ? ocspResponses.filter(isOurs) : ocspResponses,
  }
}

function cryptography({ signer, signed }: ReadSignature, { algorithms }: ValidationContext): Constraint[] {
  if (!signed) return []
  if (!signer) return [breaks(RULES.certificate, 'none of those at hand is meant')]
  const weak = weakAlgorithm(signed.signatureAlgorithm, algorithms)
  const result = signatureBy(signer, signed)
  const text = `the signature is ${result}`
  return [
    holds(RULES.certificate, `serial ${signer.serialNumber}`),
    weak ? breaks(RULES.algorithm, weak) : holds(RULES.algorithm, signed.signatureAlgorithm.algorithm),
    result === 'right'
      ? holds(RULES.signature, text)
      : breaks(
          result === 'wrong' ? RULES.signature : { ...RULES.signature, otherwise: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE' },
          text,
        ),
  ]
}

/** A clock that is a little ahead of the time-stamping authority's is no lie. ours: docs/profile.md#signatures. */
const CLOCK_SKEW_MS = 5 * 60_000

function acceptance({ signingTime }: ReadSignature, { stamps, existedAt }: ProvenTimes): Constraint[] {
  if (stamps.length === 0 && !signingTime) return []
  const found: Constraint[] = []
  const broken = stamps.flatMap(({ constraints }) => constraints).find(isFinal)
  // One that cannot be believed any more proves nothing, and takes nothing away. ETSI EN 319 102-1 §5.5.4.
  const believed = stamps.filter((stamp) => stamp.existedAt).length
  if (broken) found.push(breaks(RULES.stamps, `${broken.name}: ${broken.evidence}`))
  else if (stamps.length > 0) found.push(holds(RULES.stamps, `${believed} of ${stamps.length} can be believed`))
  if (stamps.length > 1) {
    const of = (kind: StampKind) =>
      stamps.flatMap((one) => (one.kind === kind && one.facts ? one.facts.info.genTime.getTime() : []))
    found.push(
      isOrdered(of('content'), of('signature'), of('archive'))
        ? holds(RULES.order, 'oldest first')
        : breaks(RULES.order, 'one is older than what it covers'),
    )
  }
  if (signingTime)
    found.push(
      signingTime.getTime() <= existedAt.getTime() + CLOCK_SKEW_MS
        ? holds(RULES.claim, signingTime.toISOString())
        : breaks(RULES.claim, signingTime.toISOString()),
    )
  return found
}

/** Each content time stamp before each signature time stamp, both before the archive's, and these one after the other. */
function isOrdered(content: readonly number[], signature: readonly number[], archive: readonly number[]): boolean {
  const sets = [content, signature, ...archive.map((time) => [time])].filter((set) => set.length > 0)
  return sets.every((set, i) => i === 0 || !(Math.min(...set) < Math.max(...sets[i - 1]!)))
}

const isFinal = ({ outcome, subIndication }: Constraint): boolean =>
  outcome === 'failed' && (subIndication === undefined || SUB_INDICATIONS[subIndication] === 'TOTAL-FAILED')

/** What it has, whether or not it is believed. ETSI EN 319 122-1 §6.1. */
function levelOf({ constraints, signatureTimeStamps, data }: ReadSignature, stamps: readonly JudgedStamp[]): Level {
  if (constraints.some(({ outcome }) => outcome !== 'passed')) return 'none'
  if (signatureTimeStamps.length === 0 && stamps.every(({ kind }) => kind === 'content')) return 'B-B'
  if (data.crls.length + data.ocspResponses.length === 0) return 'B-T'
  return stamps.some(({ kind }) => kind === 'archive') ? 'B-LTA' : 'B-LT'
}
