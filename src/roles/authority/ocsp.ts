// The OCSP responder: one request in, one signed answer out. RFC 6960, nonce of RFC 9654. Signatures of requests are
// not asked for. Not here: pre-produced answers.

import { CodecError } from '../../codec/codec-error.ts'
import {
  assembleOcspResponse,
  type CertId,
  type CertStatus,
  certIdMatches,
  decodeOcspRequest,
  encodeTbsResponseData,
  type OcspRequest,
  ocspErrorResponse,
} from '../../codec/ocsp.ts'
import { keyIdentifier } from '../../protocol/jpki-profile/index.ts'
import { type Anchor, wholeSecond } from './anchor.ts'
import type { Authority, CertificateKind } from './contract.ts'
import type { Deps } from './deps.ts'
import { OCSP_LIFE_MS } from './model.ts'
import { responderOf } from './responder.ts'

/** More in one request is nobody who checks a signature. */
const MOST_CERTIFICATES = 20

export const ocsp =
  (deps: Deps): Authority['ocsp'] =>
  async ({ kind, request }) => {
    const asked = decoded(request)
    if (!asked || asked.certIds.length > MOST_CERTIFICATES) return { response: ocspErrorResponse('malformedRequest') }
    const anchor = await generationAsked(deps, kind, asked.certIds)
    const { certificate, signer } = await responderOf(deps, anchor)
    const thisUpdate = wholeSecond(deps.clock())
    const nextUpdate = new Date(thisUpdate.getTime() + OCSP_LIFE_MS)
    const responses = []
    for (const certId of asked.certIds)
      responses.push({ certId, status: await statusOf(deps, anchor, certId), thisUpdate, nextUpdate })
    const tbs = encodeTbsResponseData({
      responderId: { keyHash: keyIdentifier(certificate.subjectPublicKeyInfo) },
      producedAt: thisUpdate,
      responses,
      ...(asked.nonce && { nonce: asked.nonce }),
    })
    return { response: assembleOcspResponse(tbs, signer.algorithm, await signer.sign(tbs), [certificate.raw]) }
  }

function decoded(request: Uint8Array): OcspRequest | undefined {
  try {
    return decodeOcspRequest(request)
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}

/** A responder speaks for one generation: that of the first certificate asked about. RFC 6960 §4.2.2.2. */
async function generationAsked(
  { generations }: Deps,
  kind: CertificateKind,
  [first]: readonly CertId[],
): Promise<Anchor> {
  const named = ({ certificate }: Anchor) =>
    first !== undefined && certIdMatches(first, certificate, first.serialNumber)
  return (await generations.find(kind, named)) ?? generations.current(kind)
}

/** RFC 6960 §2.2: `good` only of what we issued; of another issuer or a serial never given out, `unknown`. */
async function statusOf({ store }: Deps, anchor: Anchor, id: CertId): Promise<CertStatus> {
  if (!certIdMatches(id, anchor.certificate, id.serialNumber)) return { kind: 'unknown' }
  const row = await store.find(anchor.kind, id.serialNumber)
  if (!row?.certificate || row.status === 'pending' || row.generation !== anchor.generation) return { kind: 'unknown' }
  if (!row.revoked_at) return { kind: 'good' }
  return { kind: 'revoked', revokedAt: row.revoked_at, ...(row.reason && { reason: row.reason }) }
}
