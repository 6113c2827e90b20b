// A request to a holder in the name of a service: begun by the service, looked at and answered once by a phone.

import { hex } from '../../../base/bytes.ts'
import { comparisonCode } from '../../../base/comparison-code.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { openJson, type Place, sealJson } from '../tenant-keys/sealing.ts'
import { behalfOf, partyOf, REQUEST_SECONDS, type RequestEnd, type RequestKind, type RequestRecord } from './model.ts'

/** What a service wants to know of somebody is kept sealed for its tenant. */
const ASKED = (requestId: string): Place => ({ table: 'holder_request', row: requestId })

const endOf = ({ at }: RequestRecord): Date => new Date(at.getTime() + REQUEST_SECONDS * 1000)

/** What both kinds show; whom the platform asks for, the phone shows beside the platform's own name. */
export const shown = (deps: Deps, record: RequestRecord) => ({
  requestId: record.requestId,
  party: partyOf(deps).name,
  ...(behalfOf(deps, record.clientId) && { onBehalfOf: { clientId: record.clientId, name: record.clientName } }),
  nonce: record.nonce,
  at: record.at,
  code: record.code,
  expiresAt: endOf(record),
})

export const stateOf = <S extends string>(deps: Deps, record: RequestRecord): S =>
  (record.state === 'waiting' && deps.clock() >= endOf(record) ? 'expired' : record.state) as S

export async function begin(
  deps: Deps,
  of: Pick<RequestRecord, 'kind' | 'clientId' | 'asks' | 'personId' | 'subject'>,
): Promise<RequestRecord> {
  const { store, clock, entropy, log, self } = deps
  partyOf(deps)
  const client = self?.clientId === of.clientId ? self : await store.client(of.clientId)
  if (!client) throw no.unknownClient()
  const at = clock()
  const code = comparisonCode(entropy)
  const ids = { requestId: hex(entropy(16)), nonce: hex(entropy(16)) }
  const record = { ...of, ...ids, clientName: client.name, code, at, state: 'waiting' } as const
  const asks = await sealJson(deps, of.clientId, ASKED(ids.requestId), of.asks)
  await store.consents.addRequest({ ...record, asks })
  log('verifier.asked', { clientId: of.clientId, kind: of.kind })
  return record
}

export async function known(deps: Deps, kind: RequestKind, requestId: string): Promise<RequestRecord> {
  const record = await deps.store.consents.request(requestId)
  if (record?.kind !== kind) throw no.unknownQuestion()
  const asks = (await openJson(deps, ASKED(requestId), record.asks)) as RequestRecord['asks']
  return { ...record, asks }
}

/** Refuses before anything is done about it. */
export async function waiting(deps: Deps, kind: RequestKind, requestId: string): Promise<RequestRecord> {
  const record = await known(deps, kind, requestId)
  if (stateOf(deps, record) !== 'waiting') throw no.questionOver()
  return record
}

/** The first answer counts. */
export async function end(deps: Deps, record: RequestRecord, state: RequestEnd): Promise<RequestRecord> {
  if (!(await deps.store.consents.endRequest(record.requestId, state))) throw no.questionOver()
  deps.log('verifier.answered', { clientId: record.clientId, kind: record.kind })
  return { ...record, state }
}

export const declineRequest =
  (deps: Deps): Verifier['declineRequest'] =>
  async ({ requestId }) => {
    const kind = (await deps.store.consents.request(requestId))?.kind ?? 'age'
    await end(deps, await waiting(deps, kind, requestId), 'declined')
    return {}
  }
