// OCSP requests and responses, both ways. RFC 6960 §4, nonce of RFC 9654; one basic response, SHA-1 or SHA-256 CertIDs.
// Signed requests are read but their signature is not: no responder of ours asks for one.

import { type Bytes, concat } from '../base/bytes.ts'
import type { SignatureAlgorithm } from '../base/ports.ts'
import { CodecError } from './codec-error.ts'
import { CRL_REASON, type CrlReason, crlReasonOf } from './crl.ts'
import * as der from './der.ts'
import { encodeName, type Name, readName } from './name.ts'
import { readGeneralName } from './name-general.ts'
import { type CertId, encodeCertId, nonceExtension, nonceOf, readCertId } from './ocsp-id.ts'
import { OID } from './oid.ts'
import { type Certificate, type Extension, encodeExtensions, readCertificate, readExtensions } from './x509.ts'
import {
  type AlgorithmIdentifier,
  encodeAlgorithm,
  readAlgorithm,
  signatureAlgorithmIdentifier,
} from './x509-algorithm.ts'

export { type CertId, certId, certIdMatches, isIssuedBy } from './ocsp-id.ts'

export interface OcspRequest {
  readonly certIds: readonly CertId[]
  readonly nonce?: Bytes
}

export const encodeOcspRequest = ({ certIds, nonce }: OcspRequest): Bytes =>
  der.sequence(
    der.sequence(
      der.sequence(...certIds.map((id) => der.sequence(encodeCertId(id)))),
      ...(nonce ? [der.explicit(2, encodeExtensions([nonceExtension(nonce)]))] : []),
    ),
  )

export const decodeOcspRequest = (bytes: Bytes): OcspRequest =>
  der.decode(bytes, (r) =>
    r.sequence((outer) => {
      const request = outer.sequence(readTbsRequest)
      outer.optional(der.contextConstructed(0), (signature) => signature.raw())
      return request
    }),
  )

const [version, requestor, extra] = [0, 1, 2].map(der.contextConstructed) as [number, number, number]

function readTbsRequest(reader: der.DerReader): OcspRequest {
  // DEFAULT v1, so the one version that exists is never written out.
  if (reader.has(version)) throw new CodecError('version', 'an OCSP request of an unknown version')
  reader.optional(requestor, (r) => r.explicit(1, readGeneralName))
  const certIds = reader.sequenceOf((list) =>
    list.sequence((one) => {
      const id = readCertId(one)
      one.optional(version, (r) => r.explicit(0, readExtensions))
      return id
    }),
  )
  if (certIds.length === 0) throw new CodecError('request-empty', 'an OCSP request for no certificate')
  const nonce = nonceOf({ extensions: reader.optional(extra, (r) => r.explicit(2, readExtensions)) ?? [] })
  return { certIds, ...(nonce && { nonce }) }
}

/** RFC 6960 §4.2.1. */
export const OCSP_STATUS = {
  successful: 0,
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  sigRequired: 5,
  unauthorized: 6,
} as const satisfies Record<string, number>
export type OcspStatus = keyof typeof OCSP_STATUS

export type CertStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'revoked'; readonly revokedAt: Date; readonly reason?: CrlReason }
  | { readonly kind: 'unknown' }

export interface SingleResponse {
  readonly certId: CertId
  readonly status: CertStatus
  readonly thisUpdate: Date
  readonly nextUpdate?: Date
}

export type ResponderId = { readonly name: Name } | { readonly keyHash: Bytes }

export interface TbsResponseData {
  readonly responderId: ResponderId
  readonly producedAt: Date
  readonly responses: readonly SingleResponse[]
  readonly nonce?: Bytes
}

/** The octets that the responder signs. */
export const encodeTbsResponseData = ({ responderId, producedAt, responses, nonce }: TbsResponseData): Bytes =>
  der.sequence(
    encodeResponderId(responderId),
    der.generalizedTime(producedAt),
    der.sequence(...responses.map(encodeSingleResponse)),
    ...(nonce ? [der.explicit(1, encodeExtensions([nonceExtension(nonce)]))] : []),
  )

export const encodeResponderId = (id: ResponderId): Bytes =>
  'name' in id ? der.explicit(1, encodeName(id.name)) : der.explicit(2, der.octetString(id.keyHash))

const encodeSingleResponse = ({ certId, status, thisUpdate, nextUpdate }: SingleResponse): Bytes =>
  der.sequence(
    encodeCertId(certId),
    encodeStatus(status),
    der.generalizedTime(thisUpdate),
    ...(nextUpdate ? [der.explicit(0, der.generalizedTime(nextUpdate))] : []),
  )

const GOOD = der.implicit(0, der.nullValue())
const UNKNOWN = der.implicit(2, der.nullValue())

export function encodeStatus(status: CertStatus): Bytes {
  if (status.kind === 'good') return GOOD
  if (status.kind === 'unknown') return UNKNOWN
  const reason = status.reason ? [der.explicit(0, der.enumerated(CRL_REASON[status.reason]))] : []
  return der.implicit(1, der.sequence(der.generalizedTime(status.revokedAt), ...reason))
}

/** A successful response; `certificates` lets the verifier find a delegated responder. RFC 6960 §4.2.2.2. */
export const assembleOcspResponse = (
  tbs: Bytes,
  algorithm: SignatureAlgorithm,
  signature: Bytes,
  certificates: readonly Bytes[] = [],
): Bytes => {
  const [before, between, after] = ocspFrame(tbs.length, signature.length, algorithm, certificates)
  return concat(before, tbs, between, signature, after)
}

/** What stands before, between and after the signed octets and their signature, for these lengths. */
export function ocspFrame(
  tbsLength: number,
  signatureLength: number,
  algorithm: SignatureAlgorithm,
  certificates: readonly Bytes[],
): readonly [Bytes, Bytes, Bytes] {
  const { elementParts: parts, TAG, contextConstructed } = der
  const after = concat(
    ...(certificates.length > 0 ? parts(contextConstructed(0), parts(TAG.SEQUENCE, certificates)) : []),
  )
  const algorithmId = encodeAlgorithm(signatureAlgorithmIdentifier(algorithm))
  const bits = der.bitString(new Uint8Array(signatureLength))
  const between = concat(algorithmId, bits.subarray(0, bits.length - signatureLength))
  const basic = parts(TAG.SEQUENCE, [new Uint8Array(tbsLength), between, new Uint8Array(signatureLength), after])
  const responseBytes = parts(TAG.SEQUENCE, [der.oid(OID.ocspBasic), ...parts(TAG.OCTET_STRING, basic)])
  const status = der.enumerated(OCSP_STATUS.successful)
  const whole = concat(...parts(TAG.SEQUENCE, [status, ...parts(contextConstructed(0), responseBytes)]))
  const begin = whole.length - after.length - signatureLength - between.length - tbsLength
  return [whole.slice(0, begin), between, after]
}

/** An unsigned refusal. RFC 6960 §2.3. */
export const ocspErrorResponse = (status: Exclude<OcspStatus, 'successful'>): Bytes =>
  der.sequence(der.enumerated(OCSP_STATUS[status]))

export interface BasicOcspResponse extends TbsResponseData {
  readonly tbs: Bytes
  readonly extensions: readonly Extension[]
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Bytes
  readonly certificates: readonly Certificate[]
}

export type OcspResponse =
  | { readonly status: 'successful'; readonly basic: BasicOcspResponse }
  | { readonly status: Exclude<OcspStatus, 'successful'> }

export const decodeOcspResponse = (bytes: Bytes): OcspResponse =>
  der.decode(bytes, (r) =>
    r.sequence((outer) => {
      const status = statusOf(outer.enumerated())
      if (status !== 'successful') return { status }
      return { status, basic: outer.explicit(0, (inside) => inside.sequence(readResponseBytes)) }
    }),
  )

function statusOf(code: number): OcspStatus {
  const found = Object.entries(OCSP_STATUS).find(([, number]) => number === code)
  if (!found) throw new CodecError('ocsp-status', 'an OCSP status that does not exist')
  return found[0] as OcspStatus
}

function readResponseBytes(reader: der.DerReader): BasicOcspResponse {
  if (reader.oid() !== OID.ocspBasic) throw new CodecError('ocsp-type', 'an OCSP response of an unknown type')
  return der.decode(reader.octetString(), (r) => r.sequence(readBasic))
}

function readBasic(reader: der.DerReader): BasicOcspResponse {
  const tag = der.contextConstructed(0)
  const tbs = reader.raw(der.TAG.SEQUENCE)
  return {
    tbs,
    ...der.decode(tbs, (r) => r.sequence(readResponseData)),
    signatureAlgorithm: readAlgorithm(reader),
    signature: reader.bitStringOctets(),
    certificates: reader.optional(tag, (r) => r.explicit(0, (c) => c.sequenceOf(readCertificate))) ?? [],
  }
}

function readResponseData(reader: der.DerReader) {
  if (reader.has(der.contextConstructed(0))) throw new CodecError('version', 'an OCSP response of an unknown version')
  const responderId: ResponderId = reader.has(der.contextConstructed(1))
    ? { name: reader.explicit(1, readName) }
    : { keyHash: reader.explicit(2, (r) => r.octetString()) }
  const producedAt = reader.generalizedTime()
  const responses = reader.sequenceOf((list) => list.sequence(readSingleResponse))
  const extensions = reader.optional(der.contextConstructed(1), (r) => r.explicit(1, readExtensions)) ?? []
  const nonce = nonceOf({ extensions })
  return { responderId, producedAt, responses, extensions, ...(nonce && { nonce }) }
}

function readSingleResponse(reader: der.DerReader): SingleResponse {
  const certId = readCertId(reader)
  const status = readStatus(reader)
  const thisUpdate = reader.generalizedTime()
  const nextUpdate = reader.optional(der.contextConstructed(0), (r) => r.explicit(0, (t) => t.generalizedTime()))
  const extensions = reader.optional(der.contextConstructed(1), (r) => r.explicit(1, readExtensions)) ?? []
  if (extensions.some(({ critical }) => critical))
    throw new CodecError('critical-extension', 'a critical extension of a single response that is not known')
  return { certId, status, thisUpdate, ...(nextUpdate && { nextUpdate }) }
}

function readStatus(reader: der.DerReader): CertStatus {
  const [good, revoked, unknown] = [der.contextPrimitive(0), der.contextConstructed(1), der.contextPrimitive(2)]
  if (reader.has(good)) {
    reader.nullValue(good)
    return { kind: 'good' }
  }
  if (reader.has(unknown)) {
    reader.nullValue(unknown)
    return { kind: 'unknown' }
  }
  return reader.sequence((inside) => {
    const revokedAt = inside.generalizedTime()
    const tag = der.contextConstructed(0)
    const reason = inside.optional(tag, (r) => r.explicit(0, (e) => crlReasonOf(e.enumerated())))
    return { kind: 'revoked' as const, revokedAt, ...(reason && { reason }) }
  }, revoked)
}
