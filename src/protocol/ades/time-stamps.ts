// Which time stamps may be believed, and what they prove: from the outermost inwards, each judged at a time when it is
// known to have existed. ETSI EN 319 102-1 §5.4, §5.6.2.3; the stamp itself: RFC 3161.

import { equal } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { OID } from '../../codec/oid.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { readTimeStamp, type TimeStampFacts } from '../time-stamp/index.ts'
import { type Evidence, judgeCertificate } from './certificate.ts'
import {
  breaks,
  type Constraint,
  holds,
  type ReadSignature,
  type Stamp,
  type ValidationContext,
  type ValidationData,
} from './model.ts'

/** Of the content before it was signed, of the signature, or of all that had been added. */
export type StampKind = 'content' | 'signature' | 'archive'

export interface JudgedStamp {
  readonly kind: StampKind
  readonly constraints: readonly Constraint[]
  readonly facts?: TimeStampFacts
  /** When what was stamped existed at the latest; only when every constraint holds. */
  readonly existedAt?: Date
}

export interface ProvenTimes {
  readonly stamps: readonly JudgedStamp[]
  /** Everything that the signature brings existed then. */
  readonly horizon: Date
  readonly now: Date
  /** The signature existed then: ETSI's best-signature-time. */
  readonly existedAt: Date
  /** What existed at the horizon, and all there is. */
  readonly evidence: Evidence
  readonly everything: Evidence
}

export function proveTimes(signature: ReadSignature, context: ValidationContext, given: Evidence): ProvenTimes {
  const everything = joinEvidence(given, signature.data, [
    ...signature.archiveTimeStamps,
    ...signature.signatureTimeStamps,
    ...signature.contentTimeStamps,
  ])
  const now: Horizon = { at: context.time, evidence: everything }
  const believed: (Horizon & { readonly stamp: Stamp })[] = []
  const oldest = (all: readonly Horizon[]) => all.reduce((least, one) => (one.at < least.at ? one : least), now)
  const judged = (kind: StampKind, stamp: Stamp) => {
    const { at, evidence } = oldest(believed.filter((outer) => isCovered(stamp, outer.stamp)))
    return judgeStamp(kind, stamp, { context, existed: at, horizon: at, evidence, everything })
  }
  const stamps: JudgedStamp[] = []
  for (const stamp of signature.archiveTimeStamps.toReversed()) {
    const one = judged('archive', stamp)
    stamps.unshift(one)
    if (!one.existedAt || one.existedAt > context.time) continue
    const { crls, ocspResponses } = stamp.covers ?? signature.data
    // What a certificate says it says at any time; only what is told of revocation must have existed.
    believed.push({
      at: one.existedAt,
      evidence: { certificates: everything.certificates, crls, ocspResponses },
      stamp,
    })
  }
  const inner = signature.signatureTimeStamps.map((stamp) => judged('signature', stamp))
  const { at: horizon, evidence } = oldest(believed)
  const existedAt = inner.reduce((least, stamp) => earlier(least, stamp.existedAt), horizon)
  // The signer signed them: they existed when the signature did.
  const judging = { context, existed: existedAt, horizon, evidence, everything }
  const before = signature.contentTimeStamps.map((stamp) => judgeStamp('content', stamp, judging))
  return { stamps: [...before, ...inner, ...stamps], now: context.time, horizon, existedAt, evidence, everything }
}

/** A moment at which something is known to have existed, and what else did. */
interface Horizon {
  readonly at: Date
  readonly evidence: Evidence
}

/** ETSI EN 319 102-1 §5.6.2.3: an archive time stamp proves nothing of a token that it is not over. */
const isCovered = ({ token }: Stamp, { covers }: Stamp): boolean =>
  covers?.tokens === undefined || covers.tokens.some((one) => equal(one, token))

const earlier = (a: Date, b: Date | undefined): Date => (b && b < a ? b : a)

/** The tokens bring certificates of their own. */
function joinEvidence(given: Evidence, data: ValidationData, stamps: readonly Stamp[]): Evidence {
  const isEmpty = data.certificates.length + data.crls.length + data.ocspResponses.length === 0
  if (isEmpty && stamps.length === 0) return given
  return {
    certificates: [
      ...given.certificates,
      ...data.certificates,
      ...stamps.flatMap(({ token }) => certificatesIn(token)),
    ],
    crls: [...given.crls, ...data.crls],
    ocspResponses: [...given.ocspResponses, ...data.ocspResponses],
  }
}

const certificatesIn = (token: Stamp['token']) => {
  const read = readTimeStamp(token)
  return read instanceof CodecError ? [] : read.certificates
}

const COVERAGE = {
  name: 'the time stamp is of what it must be of',
  cite: 'RFC 3161 §2.4.2, ETSI EN 319 102-1 §5.4',
  otherwise: 'HASH_FAILURE',
} as const
const FORM = { name: 'the time stamp is well-formed', cite: 'RFC 3161 §2.4.2', otherwise: 'FORMAT_FAILURE' } as const

interface Judging {
  readonly context: ValidationContext
  /** The token existed then. */
  readonly existed: Date
  readonly horizon: Date
  readonly evidence: Evidence
  readonly everything: Evidence
}

function judgeStamp(kind: StampKind, { token, stamped }: Stamp, judging: Judging): JudgedStamp {
  const { context, existed, horizon, evidence, everything } = judging
  if (typeof stamped === 'string') return { kind, constraints: [breaks(COVERAGE, stamped)] }
  const facts = readTimeStamp(
    token,
    evidence.certificates.map(certificateOf).filter((one) => one !== undefined),
  )
  if (facts instanceof CodecError) return { kind, constraints: [breaks(FORM, facts.message)] }
  const own = facts.judge({
    stamped: [stamped],
    time: existed,
    ...(context.algorithms && { algorithms: context.algorithms }),
  })
  const answer = judgeCertificate({
    certificate: facts.certificate,
    trustAnchors: context.timeStampAnchors ?? context.trustAnchors,
    purpose: { keyUsage: ['digitalSignature'], extendedKeyUsage: [OID.timeStamping] },
    ...(context.algorithms && { algorithms: context.algorithms }),
    // Its key may have been lost after its certificate's end: only another stamp, or now, proves that it was made before.
    existedAt: existed,
    horizon,
    now: context.time,
    required: context.revocation !== 'if-given',
    evidence,
    everything,
  })
  const constraints = [...own.checks, ...answer.constraints]
  const isBelieved = constraints.every(({ outcome }) => outcome === 'passed')
  return {
    kind,
    constraints: [holds(FORM, `serial ${facts.info.serialNumber}`), ...constraints],
    facts,
    ...(isBelieved && { existedAt: facts.existedAt }),
  }
}

function certificateOf(one: Evidence['certificates'][number]) {
  try {
    return one instanceof Uint8Array ? decodeCertificate(one) : one
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}
