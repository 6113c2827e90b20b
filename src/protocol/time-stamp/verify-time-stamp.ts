// Whether a time stamp proves that something existed at its time. RFC 3161 §2.2, §2.3, §2.4.2; RFC 5035 §5.4.
// Nothing is fetched; the signer's certificate is judged at the time that the stamp tells.

import { type Bytes, equal } from '../../base/bytes.ts'
import { hash } from '../../base/crypto.ts'
import { type Check, type CheckResult, type Finding, joined, judge, type Verdict, verdict } from '../../base/verdict.ts'
import { certificateOf, hashNameOf, type SignerInfo } from '../../codec/cms.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { nameEqual } from '../../codec/name.ts'
import { directoryName, type GeneralName, generalName } from '../../codec/name-general.ts'
import { OID, oidName } from '../../codec/oid.ts'
import { decodeTimeStampToken, type TstInfo, timeStampTokenOf } from '../../codec/tsp.ts'
import { type Certificate, extensionOf, extensionValue } from '../../codec/x509.ts'
import { decodeAltName, decodeExtendedKeyUsage } from '../../codec/x509-extensions.ts'
import {
  type AlgorithmPolicy,
  type RevocationEvidence,
  signatureBy,
  validatePath,
  weakAlgorithm,
} from '../path-validation/index.ts'

export interface TimeStampInput {
  /** A token, or a response that grants one. */
  readonly timeStamp: Bytes
  /** What must have been stamped: one of these. */
  readonly stamped: readonly Bytes[]
  readonly trustAnchors: readonly Certificate[]
  /** Besides those in the token. */
  readonly certificates?: readonly Certificate[]
  readonly revocation: RevocationEvidence
  /** Now: a stamp of the future proves nothing. */
  readonly time: Date
  /** The nonce of the request, when one was sent. */
  readonly nonce?: bigint
  readonly algorithms?: AlgorithmPolicy
}

export interface TimeStampVerdict extends Verdict {
  /** When it existed at the latest, accuracy added; there only with a passed verdict. */
  readonly existedAt?: Date
}

/** What a stamp is judged by, besides its signer's path. */
export interface StampQuestion extends Pick<TimeStampInput, 'stamped' | 'time' | 'nonce' | 'algorithms'> {}

interface Stamp extends StampQuestion {
  readonly info: TstInfo
  readonly signer: SignerInfo
  readonly certificate: Certificate
  readonly content: Bytes
}

const CHECKS: readonly Check<Stamp>[] = [
  { name: 'the stamp is of this', cite: 'RFC 3161 §2.4.2', test: imprint },
  { name: 'the stamp is not of the future', cite: 'RFC 3161 §2.4.2', test: notOfTheFuture },
  { name: 'the nonce of the stamp is that of the request', cite: 'RFC 3161 §2.2', test: nonce },
  { name: 'the digest of the stamp is that of its content', cite: 'RFC 5652 §5.4', test: digest },
  { name: 'the stamp names the certificate of its signer', cite: 'RFC 5035 §5.4, RFC 5816 §2.2.1', test: names },
  { name: 'the stamp is signed by this certificate', cite: 'RFC 5652 §5.6', test: signature },
  { name: 'the authority that the stamp names is its signer', cite: 'RFC 3161 §2.4.2', test: authority },
  { name: 'the signer stamps and does nothing else', cite: 'RFC 3161 §2.3', test: purpose },
]

const FORM = { name: 'time stamp is well-formed, of one signer whose certificate is there', cite: 'RFC 3161 §2.4.2' }

/** Never throws on any bytes. */
export function verifyTimeStamp(input: TimeStampInput): TimeStampVerdict {
  const facts = readTimeStamp(input.timeStamp, input.certificates)
  if (facts instanceof CodecError) return verdict([{ ...FORM, outcome: 'failed', evidence: facts.message }])
  const form: CheckResult = { ...FORM, outcome: 'passed', evidence: `serial ${facts.info.serialNumber}` }
  const path = validatePath({
    certificate: facts.certificate,
    intermediates: [...facts.certificates, ...(input.certificates ?? [])],
    trustAnchors: input.trustAnchors,
    time: facts.info.genTime,
    purpose: { keyUsage: ['digitalSignature'], extendedKeyUsage: [OID.timeStamping] },
    revocation: input.revocation,
    ...(input.algorithms && { algorithms: input.algorithms }),
  })
  const all = joined(verdict([form]), facts.judge(input), path)
  return all.outcome === 'passed' ? { ...all, existedAt: facts.existedAt } : all
}

export interface TimeStampFacts {
  readonly info: TstInfo
  /** Of the signer. */
  readonly certificate: Certificate
  /** All that the token brings. */
  readonly certificates: readonly Certificate[]
  /** When what was stamped existed at the latest, accuracy added, if the stamp may be believed. */
  readonly existedAt: Date
  /** All but the path of the signer's certificate. */
  readonly judge: (question: StampQuestion) => Verdict
}

/** The signer's certificate is in the token or among `known`. Never throws on any bytes. */
export function readTimeStamp(timeStamp: Bytes, known: readonly Certificate[] = []): TimeStampFacts | CodecError {
  try {
    const { signedData, info } = decodeTimeStampToken(timeStampTokenOf(timeStamp))
    const { certificates, content } = signedData
    const signer = signedData.signers[0]!
    const certificate = certificateOf(signer, [...certificates, ...known])
    if (!certificate) return new CodecError('certificate-missing', 'the certificate of the signer is missing')
    const stamp = { info, signer, certificate, content: content! }
    const existedAt = new Date(info.genTime.getTime() + (info.accuracy ?? 0))
    return { info, certificate, certificates, existedAt, judge: (question) => judge(CHECKS, { ...question, ...stamp }) }
  } catch (error) {
    if (error instanceof CodecError) return error
    throw error
  }
}

function imprint({ info: { messageImprint }, stamped }: Stamp): Finding {
  const name = hashNameOf(messageImprint.hashAlgorithm)
  if (name === 'sha1') return ['failed', 'SHA-1 binds nothing']
  const found = stamped.some((one) => equal(hash(name, one), messageImprint.hashedMessage))
  return found ? ['passed', name] : ['failed', 'it is of something else']
}

const SKEW = 5 * 60_000

function notOfTheFuture({ info, time }: Stamp): Finding {
  const at = info.genTime.toISOString()
  return info.genTime.getTime() <= time.getTime() + SKEW ? ['passed', at] : ['failed', at]
}

function nonce({ info, nonce: sent }: Stamp): Finding {
  if (sent === undefined) return ['passed', 'none was sent']
  return info.nonce === sent ? ['passed', 'the same'] : ['failed', 'another, or none']
}

function digest({ signer, content }: Stamp): Finding {
  if (signer.contentType !== OID.tstInfo) return ['failed', `signed as ${oidName(signer.contentType)}`]
  const name = hashNameOf(signer.digestAlgorithm)
  return equal(hash(name, content), signer.messageDigest) ? ['passed', name] : ['failed', 'the content was changed']
}

/** SHA-1 names the certificate of many TSAs in use: it is the signature that protects, this only tells which. */
function names({ signer, certificate }: Stamp): Finding {
  const meant = signer.signingCertificate
  if (!meant) return ['failed', 'no certificate is named']
  const same = equal(hash(meant.hash, certificate.raw), meant.digest)
  return same ? ['passed', `${meant.hash} of the certificate`] : ['failed', 'another certificate is meant']
}

/** One of the names in the certificate, if it names itself at all. */
function authority({ info: { tsa }, certificate }: Stamp): Finding {
  if (!tsa) return ['passed', 'none is named']
  const alternatives = extensionValue(certificate, OID.subjectAltName, decodeAltName) ?? []
  const names = [directoryName(certificate.subject), ...alternatives]
  return names.some((one) => isSameName(one, tsa)) ? ['passed', 'it does'] : ['failed', 'another is named']
}

const isSameName = (a: GeneralName, b: GeneralName): boolean =>
  a.kind === 'directoryName' && b.kind === 'directoryName'
    ? nameEqual(a.name, b.name)
    : equal(generalName(a), generalName(b))

function signature({ signer, certificate, algorithms }: Stamp): Finding {
  const { signedAttributes: tbs, signatureAlgorithm, signature: octets } = signer
  const weak = weakAlgorithm(signatureAlgorithm, algorithms)
  if (weak) return ['failed', weak]
  const result = signatureBy(certificate, { tbs, signatureAlgorithm, signature: octets })
  return [result === 'right' ? 'passed' : result === 'wrong' ? 'failed' : 'indeterminate', `the signature is ${result}`]
}

function purpose({ certificate }: Stamp): Finding {
  const extension = extensionOf(certificate, OID.extendedKeyUsage)
  const purposes = extension ? decodeExtendedKeyUsage(extension.value) : []
  const only = extension?.critical === true && purposes.length === 1 && purposes[0] === OID.timeStamping
  return [only ? 'passed' : 'failed', only ? 'critical and alone' : 'timeStamping is not critical and alone']
}
