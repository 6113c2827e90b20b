// Is this certificate revoked? One OCSP question with a nonce, and what must hold before its answer counts. RFC 6960 §3.2.
// An answer that cannot be had or trusted says nothing about the certificate: indeterminate, which is not passed.

import { equal, hex } from '../../base/bytes.ts'
import { publicKey, sha1, verify } from '../../base/crypto.ts'
import { type Check, type Finding, judge, type Verdict, verdict } from '../../base/verdict.ts'
import { nameEqual } from '../../codec/name.ts'
import {
  type BasicOcspResponse,
  certId,
  certIdMatches,
  decodeOcspResponse,
  encodeOcspRequest,
  type SingleResponse,
} from '../../codec/ocsp.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionOf, publicKeyBits } from '../../codec/x509.ts'
import { signatureAlgorithmOf } from '../../codec/x509-algorithm.ts'
import { decodeExtendedKeyUsage } from '../../codec/x509-extensions.ts'
import type { CertificateKind } from '../authority/contract.ts'
import type { Deps } from './model.ts'

interface Answer {
  readonly basic: BasicOcspResponse
  readonly single: SingleResponse | undefined
  readonly issuer: Certificate
  readonly nonce: Uint8Array
  readonly now: Date
}

const yes = (evidence: string): Finding => ['passed', evidence]
const unsure = (evidence: string): Finding => ['indeterminate', evidence]

/** Clocks of the responder and of us may differ by this much. */
const SKEW_MS = 5 * 60_000

/** What must hold of the answer itself. */
const ANSWER_CHECKS: readonly Check<Answer>[] = [
  {
    name: 'OCSP answer is signed by the CA or by the responder that it certified',
    cite: 'RFC 6960 §4.2.2.2',
    test: signedByResponder,
  },
  {
    name: 'OCSP answer belongs to this question',
    cite: 'RFC 9654 §2.1',
    test: ({ basic, nonce }) =>
      basic.nonce && equal(basic.nonce, nonce) ? yes('the nonce came back') : unsure('the nonce did not come back'),
  },
  {
    name: 'OCSP answer is about this certificate',
    cite: 'RFC 6960 §3.2 (1)',
    test: ({ single }) => (single ? yes('CertID is that of the request') : unsure('only other certificates are named')),
  },
  { name: 'OCSP answer is current', cite: 'RFC 6960 §4.2.2.1', test: current },
]

/** Asks the authority; never throws. */
export async function revocation(
  { authority, clock, entropy, log }: Pick<Deps, 'authority' | 'clock' | 'entropy' | 'log'>,
  kind: CertificateKind,
  certificate: Certificate,
  issuer: Certificate,
): Promise<Verdict> {
  const { serialNumber } = certificate
  const nonce = entropy(32)
  const request = encodeOcspRequest({ certIds: [certId(issuer, serialNumber)], nonce })
  try {
    const response = decodeOcspResponse((await authority.ocsp({ kind, request })).response)
    if (response.status !== 'successful') return unavailable(`the responder says ${response.status}`)
    const { basic } = response
    const single = basic.responses.find((one) => certIdMatches(one.certId, issuer, serialNumber))
    return judgeAnswer({ basic, single, issuer, nonce, now: clock() })
  } catch (error) {
    log('verifier.ocsp-unavailable', { error: (error as Error).name })
    return unavailable('the responder could not be asked, or its answer could not be read')
  }
}

const STATUS = { name: 'certificate is not revoked', cite: 'RFC 6960 §2.2' } as const

const unavailable = (evidence: string): Verdict => verdict([{ ...STATUS, outcome: 'indeterminate', evidence }])

function judgeAnswer(answer: Answer): Verdict {
  const trusted = judge(ANSWER_CHECKS, answer)
  const [outcome, evidence] =
    trusted.outcome === 'passed' ? status(answer.single) : unsure('the answer of the responder does not count')
  return verdict([...trusted.checks, { ...STATUS, outcome, evidence }])
}

function status(single: SingleResponse | undefined): Finding {
  if (single?.status.kind === 'good') return yes(`good at ${single.thisUpdate.toISOString()}`)
  if (single?.status.kind === 'revoked') {
    const { revokedAt, reason = 'unspecified' } = single.status
    return ['failed', `revoked at ${revokedAt.toISOString()}: ${reason}`]
  }
  // The responder is the CA's own: what it does not know, it has not issued.
  return ['failed', 'unknown to the responder']
}

function current({ single, now }: Answer): Finding {
  if (!single) return unsure('no answer for this certificate')
  const { thisUpdate, nextUpdate } = single
  if (thisUpdate.getTime() > now.getTime() + SKEW_MS) return unsure('thisUpdate lies in the future')
  if (nextUpdate && nextUpdate.getTime() < now.getTime() - SKEW_MS) return unsure('nextUpdate has passed')
  return yes(`thisUpdate ${thisUpdate.toISOString()}`)
}

function signedByResponder(answer: Answer): Finding {
  const { basic, issuer } = answer
  const algorithm = signatureAlgorithmOf(basic.signatureAlgorithm)
  if (!algorithm) return unsure('an algorithm that is not verified here')
  const signer = [issuer, ...basic.certificates.filter((c) => delegated(c, answer))].find((c) => isResponder(basic, c))
  if (!signer) return unsure('the responder is neither the CA nor certified by it for OCSP')
  return verify(algorithm, publicKey(signer.subjectPublicKeyInfo), basic.tbs, basic.signature)
    ? yes(signer === issuer ? 'signed by the CA' : 'signed by its delegated responder')
    : unsure('the signature does not verify')
}

function isResponder({ responderId }: BasicOcspResponse, { subject, subjectPublicKeyInfo }: Certificate): boolean {
  if ('name' in responderId) return nameEqual(responderId.name, subject)
  return hex(responderId.keyHash) === hex(sha1(publicKeyBits(subjectPublicKeyInfo)))
}

/** RFC 6960 §4.2.2.2 and §4.2.2.2.1: issued directly by the CA, for OCSP signing, and needing no revocation check itself. */
function delegated(responder: Certificate, { issuer, now }: Answer): boolean {
  const algorithm = signatureAlgorithmOf(responder.signatureAlgorithm)
  const purposes = extensionOf(responder, OID.extendedKeyUsage)
  return (
    algorithm !== undefined &&
    nameEqual(responder.issuer, issuer.subject) &&
    verify(algorithm, publicKey(issuer.subjectPublicKeyInfo), responder.tbs, responder.signature) &&
    responder.validity.notBefore <= now &&
    now <= responder.validity.notAfter &&
    purposes !== undefined &&
    decodeExtendedKeyUsage(purposes.value).includes(OID.ocspSigning) &&
    extensionOf(responder, OID.ocspNoCheck) !== undefined
  )
}
