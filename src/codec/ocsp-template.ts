// Answers of one responder about certificates of one issuer at one moment: what they share is encoded once. RFC 6960 §4.2.1.

import { type Bytes, concat } from '../base/bytes.ts'
import type { SignatureAlgorithm } from '../base/ports.ts'
import * as der from './der.ts'
import { type CertStatus, encodeResponderId, encodeStatus, ocspFrame, type ResponderId } from './ocsp.ts'
import { encodeIssuerId, type IssuerId, nonceExtension } from './ocsp-id.ts'
import { encodeExtensions } from './x509.ts'

export interface OcspTemplate {
  /** The octets to sign: the same as `encodeTbsResponseData` of one certificate. */
  tbs(serialNumber: bigint, status: CertStatus, nonce?: Bytes): Bytes
  /** The same as `assembleOcspResponse`. */
  response(tbs: Bytes, signature: Bytes): Bytes
}

export function ocspTemplate(shared: {
  readonly responderId: ResponderId
  readonly issuer: IssuerId
  /** Also `producedAt`. */
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly algorithm: SignatureAlgorithm
  readonly certificates: readonly Bytes[]
}): OcspTemplate {
  const thisUpdate = der.generalizedTime(shared.thisUpdate)
  const head = concat(encodeResponderId(shared.responderId), thisUpdate)
  const issuer = encodeIssuerId(shared.issuer)
  const times = concat(thisUpdate, der.explicit(0, der.generalizedTime(shared.nextUpdate)))
  return {
    tbs: (serialNumber, status, nonce) => {
      const id = der.sequence(issuer, der.integer(serialNumber))
      const responses = der.sequence(der.sequence(id, encodeStatus(status), times))
      if (!nonce) return der.sequence(head, responses)
      return der.sequence(head, responses, beforeNonce(nonce.length), nonce)
    },
    response: framing(shared.algorithm, shared.certificates),
  }
}

const nonceHeads = new Map<number, Bytes>()
/** `responseExtensions` up to the octets of the nonce, which are its last. */
function beforeNonce(length: number): Bytes {
  const known = nonceHeads.get(length)
  if (known) return known
  const whole = der.explicit(1, encodeExtensions([nonceExtension(new Uint8Array(length))]))
  const head = whole.slice(0, whole.length - length)
  nonceHeads.set(length, head)
  return head
}

/** Octets around two parts whose lengths are the same nearly always. */
function framing(algorithm: SignatureAlgorithm, certificates: readonly Bytes[]): OcspTemplate['response'] {
  let frame: { tbs: number; signature: number; parts: readonly [Bytes, Bytes, Bytes] } | undefined
  return (tbs, signature) => {
    if (frame?.tbs !== tbs.length || frame.signature !== signature.length) {
      const parts = ocspFrame(tbs.length, signature.length, algorithm, certificates)
      frame = { tbs: tbs.length, signature: signature.length, parts }
    }
    const [before, between, after] = frame.parts
    return concat(before, tbs, between, signature, after)
  }
}
