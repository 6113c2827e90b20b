// From an address to what the authority publishes there: OCSP answers (RFC 6960 App. A, RFC 5019), CRLs and deltas
// (RFC 5280 §4.2.1.13, RFC 2585), CA certificates, revocation filters. The same addresses are the files of a CDN.

import { type Bytes, hex } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import { readCrlTimes } from '../../../codec/crl.ts'
import { decodeOcspResponse, ocspErrorResponse } from '../../../codec/ocsp.ts'
import { decodeFilter } from '../../../codec/revocation-filter.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import type { Authority, CertificateKind } from '../contract.ts'
import { KEPT_MS, type Subject } from '../memory.ts'
import type { Publication } from './replies.ts'

export type Published = Pick<Authority, 'ocsp' | 'crl' | 'caCertificates' | 'filter' | 'statusChanges'>

/** What is found, and what must change for it to be found otherwise; without a subject it is not kept. */
export interface Found {
  readonly publication: Publication
  readonly subject?: Subject | undefined
}

const OCSP_RESPONSE = 'application/ocsp-response'
/** Caches ask again after a quarter of an hour, when the responder's data are renewed. */
const CACHED_S = 15 * 60
const CRL_CACHED_S = 5 * 60
const DAY_S = 24 * 3600

const etagOf = (body: Bytes) => `"${hex(sha256(body))}"`

/** An answer that nobody may keep: to a POST, with a nonce, or no answer at all. */
const unkept = (body: Bytes, now: Date): Found => ({
  publication: { body, type: OCSP_RESPONSE, lastModified: now, maxAge: 0, etag: etagOf(body) },
})

/** RFC 6960 §2.3: a responder that breaks says so in its own language. */
export async function ocspAnswer(
  authority: Pick<Published, 'ocsp'>,
  kind: CertificateKind,
  request: Bytes,
  { now, cacheable }: { now: Date; cacheable: boolean },
): Promise<Found> {
  let body: Bytes
  try {
    body = (await authority.ocsp({ kind, request })).response
  } catch {
    body = ocspErrorResponse('internalError')
  }
  const decoded = decodeOcspResponse(body)
  if (!cacheable || decoded.status !== 'successful' || decoded.basic.nonce) return unkept(body, now)
  const [single] = decoded.basic.responses
  if (!single?.nextUpdate || decoded.basic.responses.length > 1) return unkept(body, now)
  const maxAge = secondsFor(CACHED_S, single.nextUpdate, now)
  return {
    publication: {
      body,
      type: OCSP_RESPONSE,
      lastModified: single.thisUpdate,
      expires: single.nextUpdate,
      maxAge,
      etag: etagOf(body),
    },
    ...(maxAge > 0 && { subject: { kind, serial: single.certId.serialNumber } }),
  }
}

/** Never beyond the end, also for who gets it at the end of its minute in memory. */
const secondsFor = (most: number, end: Date, now: Date): number =>
  Math.max(0, Math.min(most, Math.floor((end.getTime() - now.getTime() - KEPT_MS) / 1000)))

export async function crlAt(authority: Published, kind: CertificateKind, name: string, now: Date): Promise<Found> {
  const [, generation, municipalityCode = name, delta] = /^(?:([0-9]{1,4})-)?([0-9]{5})(-delta)?$/.exec(name) ?? []
  const { crl, delta: changes } = await authority.crl({
    kind,
    municipalityCode,
    ...(generation && { generation: Number(generation) }),
  })
  const body = delta ? changes : crl
  const { thisUpdate, nextUpdate } = readCrlTimes(body)
  const maxAge = secondsFor(CRL_CACHED_S, nextUpdate, now)
  const type = 'application/pkix-crl'
  return {
    publication: { body, type, lastModified: thisUpdate, expires: nextUpdate, maxAge, etag: etagOf(body) },
    subject: { kind },
  }
}

export async function filterAt(authority: Published, kind: CertificateKind, delta: boolean, now: Date): Promise<Found> {
  const found = await authority.filter({ kind })
  const body = delta ? found.delta : found.filter
  const { thisUpdate, nextUpdate } = decodeFilter(body)
  const maxAge = secondsFor(CRL_CACHED_S, nextUpdate, now)
  const type = 'application/octet-stream'
  return {
    publication: { body, type, lastModified: thisUpdate, expires: nextUpdate, maxAge, etag: etagOf(body) },
    subject: { kind },
  }
}

export async function caAt(authority: Published, kind: CertificateKind): Promise<Found> {
  const body = (await authority.caCertificates({}))[kind]
  const lastModified = decodeCertificate(body).validity.notBefore
  return {
    publication: { body, type: 'application/pkix-cert', lastModified, maxAge: DAY_S, etag: etagOf(body) },
    subject: { kind },
  }
}
