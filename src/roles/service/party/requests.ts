// A request to a holder: begun by the service, looked at and answered once by a phone.

import { hex } from '../../../base/bytes.ts'
import { comparisonCode } from '../../../base/comparison-code.ts'
import type { Service } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import {
  partyOf,
  REQUEST_KEPT_MS,
  REQUEST_SECONDS,
  type RequestEnd,
  type RequestKind,
  type RequestRecord,
} from './model.ts'

const endOf = ({ at }: RequestRecord): Date => new Date(at.getTime() + REQUEST_SECONDS * 1000)

/** What both kinds show. */
export const shown = (deps: Deps, record: RequestRecord) => ({
  requestId: record.requestId,
  party: partyOf(deps).name,
  nonce: record.nonce,
  at: record.at,
  code: record.code,
  expiresAt: endOf(record),
})

/** The state that shows: a waiting request past its time is over. */
export const stateOf = <S extends string>(deps: Deps, record: RequestRecord): S =>
  (record.state === 'waiting' && deps.clock() >= endOf(record) ? 'expired' : record.state) as S

export async function begin(
  deps: Deps,
  of: Pick<RequestRecord, 'kind' | 'asks' | 'customerNumber'>,
): Promise<RequestRecord> {
  const { store, clock, entropy, log } = deps
  const party = partyOf(deps).name
  const at = clock()
  await store.forgetRequests(new Date(at.getTime() - REQUEST_KEPT_MS))
  const code = comparisonCode(entropy)
  const record = { ...of, requestId: hex(entropy(16)), nonce: hex(entropy(16)), code, at, state: 'waiting' } as const
  await store.addRequest(record)
  log('service.asked', { party, kind: of.kind })
  return record
}

export async function known(deps: Deps, kind: RequestKind, requestId: string): Promise<RequestRecord> {
  const record = await deps.store.request(requestId)
  if (record?.kind !== kind) throw no.unknownRequest()
  return record
}

/** Refuses before anything is done about it. */
export async function waiting(deps: Deps, kind: RequestKind, requestId: string): Promise<RequestRecord> {
  const record = await known(deps, kind, requestId)
  if (stateOf(deps, record) !== 'waiting') throw no.requestOver()
  return record
}

/** The first answer counts. */
export async function end(deps: Deps, record: RequestRecord, state: RequestEnd): Promise<RequestRecord> {
  if (!(await deps.store.endRequest(record.requestId, state))) throw no.requestOver()
  deps.log('service.answered', { party: partyOf(deps).name, kind: record.kind })
  return { ...record, state }
}

export const declineRequest =
  (deps: Deps): Service['declineRequest'] =>
  async ({ requestId }) => {
    const kind = (await deps.store.request(requestId))?.kind ?? 'age'
    await end(deps, await waiting(deps, kind, requestId), 'declined')
    return {}
  }
