// The OCSP responder: one request in, one signed answer out, ready before or made now. RFC 6960, nonce of RFC 9654.
// Signatures of requests are not asked for.

import { CodecError } from '../../../codec/codec-error.ts'
import {
  type CertId,
  type CertStatus,
  decodeOcspRequest,
  isIssuedBy,
  type OcspRequest,
  ocspErrorResponse,
} from '../../../codec/ocsp.ts'
import type { Anchor } from '../anchor.ts'
import type { Authority, CertificateKind } from '../contract.ts'
import type { Deps } from '../deps.ts'
import type { CertificateRow } from '../store.ts'

/** More in one request is nobody who checks a signature. */
const MOST_CERTIFICATES = 20
/** Signatures that wait at the same time: who comes then is told to come again. RFC 6960 §2.3. */
const MOST_SIGNING = 512

export const ocsp = (deps: Deps): Authority['ocsp'] => {
  let signing = 0
  return async ({ kind, request }) => {
    const asked = decoded(request)
    if (!asked || asked.certIds.length > MOST_CERTIFICATES) return { response: ocspErrorResponse('malformedRequest') }
    const anchor = await generationAsked(deps, kind, asked.certIds)
    const ready =
      asked.nonce || asked.certIds.length > 1 ? undefined : await deps.answers.ready(anchor, asked.certIds[0]!)
    if (ready) return { response: ready }
    if (signing >= MOST_SIGNING) return { response: ocspErrorResponse('tryLater') }
    signing++
    try {
      return { response: await signed(deps, anchor, asked) }
    } finally {
      signing--
    }
  }
}

async function signed(deps: Deps, anchor: Anchor, { certIds, nonce }: OcspRequest): Promise<Uint8Array> {
  const statuses: { certId: CertId; status: CertStatus }[] = []
  for (const certId of certIds) statuses.push({ certId, status: await statusOf(deps, anchor, certId) })
  return deps.answers.sign(anchor, statuses, nonce)
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
  const named = ({ certificate }: Anchor) => first !== undefined && isIssuedBy(first, certificate)
  return (await generations.find(kind, named)) ?? generations.current(kind)
}

/** RFC 6960 §2.2: `good` only of what we issued; of another issuer or a serial never given out, `unknown`. */
async function statusOf({ store, statuses }: Deps, anchor: Anchor, id: CertId): Promise<CertStatus> {
  if (!isIssuedBy(id, anchor.certificate)) return { kind: 'unknown' }
  const { kind, generation } = anchor
  const address = `${kind} ${id.serialNumber}`
  const known = statuses.at(address) ?? (await statuses.look(address))
  const found = known ?? (await lookedUp({ store, statuses }, kind, id.serialNumber))
  return found.generation === generation ? found.status : { kind: 'unknown' }
}

/** As the register has it, remembered until it changes or for a minute. */
async function lookedUp(
  { store, statuses }: Pick<Deps, 'store' | 'statuses'>,
  kind: CertificateKind,
  serial: bigint,
): Promise<KnownStatus> {
  const seen = statuses.known()
  const row = await store.find(kind, serial)
  if (!row?.certificate || row.status === 'pending') return { generation: 0, status: { kind: 'unknown' } }
  const found = { generation: row.generation, status: certStatus(row.revoked_at, row.reason) }
  statuses.keep(`${kind} ${serial}`, { kind, serial }, found, seen)
  return found
}

export interface KnownStatus {
  readonly generation: number
  readonly status: CertStatus
}

export const certStatus = (revokedAt: Date | null, reason: CertificateRow['reason']): CertStatus =>
  revokedAt ? { kind: 'revoked', revokedAt, ...(reason && { reason }) } : { kind: 'good' }
