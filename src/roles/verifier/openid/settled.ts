// A CIBA request as the provider stores it, with what the person answered as the verifier has recorded it: read when the
// service comes for its tokens. Nothing is written, so a process that dies loses nothing and hands nothing out twice.

import { type ApprovalRecord, FETCH_SECONDS } from '../approvals/model.ts'
import { amrOf } from '../model.ts'
import type { VerifierStore } from '../store.ts'
import { withStatus } from './http/claims/grant.ts'

type Payload = Record<string, unknown>

const GRANT = 'approval-'
const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)

export async function settled({ approvals }: VerifierStore, payload: Payload): Promise<Payload> {
  const approval = await approvals.approvalOf(String(payload.jti))
  if (!approval?.answeredAt || approval.recorded === 'waiting') return payload
  // An answer in the last second is an answer.
  const exp = Math.max(Number(payload.exp), seconds(approval.answeredAt) + FETCH_SECONDS)
  if (approval.recorded !== 'approved')
    return { ...payload, exp, error: 'access_denied', errorDescription: `the request was ${approval.recorded}` }
  const { requestId, acr, answeredAt, statusAt } = approval
  const grantId = statusAt ? withStatus(GRANT + requestId, seconds(statusAt)) : GRANT + requestId
  return { ...payload, exp, grantId, acr, amr: amrOf(acr ?? ''), authTime: seconds(answeredAt) }
}

/** What an approval grants: `openid`, to the service that asked. */
export async function grantOfApproval(
  { approvals }: VerifierStore,
  id: string,
  lifeSeconds: number,
): Promise<Payload | undefined> {
  const [, requestId] = /^approval-([0-9a-f]+)/.exec(id) ?? []
  if (!requestId) return undefined
  const approval = await approvals.approval(requestId)
  return approval?.recorded === 'approved' ? grant(id, approval, lifeSeconds) : undefined
}

const grant = (jti: string, { clientId, personId: accountId, answeredAt, askedAt }: ApprovalRecord, life: number) => {
  const iat = seconds(answeredAt ?? askedAt)
  return { jti, kind: 'Grant', clientId, accountId, openid: { scope: 'openid' }, iat, exp: iat + life }
}
