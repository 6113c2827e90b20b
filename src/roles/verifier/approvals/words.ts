// What a service says of a procedure may name a person or a sum: it is kept sealed for the tenant of the service.

import { fromUtf8, utf8 } from '../../../base/bytes.ts'
import { type Open, type Place, type SealingDeps, sealFor } from '../tenant-keys/sealing.ts'
import type { Approval } from './contract.ts'
import type { ApprovalRecord } from './model.ts'

const PLACE = {
  procedure: (requestId: string): Place => ({ table: 'approval.procedure', row: requestId }),
  outcome: (requestId: string): Place => ({ table: 'approval.outcome_text', row: requestId }),
  ping: (requestId: string): Place => ({ table: 'approval.ping', row: requestId }),
} as const

type Named = Pick<ApprovalRecord, 'requestId' | 'clientId'>

export const sealed = (deps: SealingDeps, what: keyof typeof PLACE, { requestId, clientId }: Named, words: string) =>
  sealFor(deps, clientId, PLACE[what](requestId), utf8(words))

export interface Told {
  readonly authReqId: string
  readonly token: string
}

export async function toldOf(open: Open, { requestId, ping }: ApprovalRecord): Promise<Told | undefined> {
  const opened = ping && (await open(PLACE.ping(requestId), ping))
  return opened ? JSON.parse(fromUtf8(opened)) : undefined
}

export interface ReadApproval
  extends Omit<ApprovalRecord, 'procedure' | 'result'>,
    Pick<Approval, 'procedure' | 'result'> {}

/** Undefined when what was kept for its service was erased. */
export async function read(open: Open, approval: ApprovalRecord): Promise<ReadApproval | undefined> {
  const { requestId, result } = approval
  const procedure = await open(PLACE.procedure(requestId), approval.procedure)
  const text = result?.text && (await open(PLACE.outcome(requestId), result.text))
  if (!procedure) return undefined
  return {
    ...approval,
    procedure: fromUtf8(procedure),
    result: result && { ...result, text: text ? fromUtf8(text) : '' },
  }
}
