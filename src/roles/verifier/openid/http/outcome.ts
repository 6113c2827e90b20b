// `POST <issuer>/approval/outcome`: a service says what became of the procedure that a person approved, for the person's phone
// to show. With an access token of the service itself (RFC 6750 §2.1), once for each request, and for its own alone.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { zOutcome } from '../../approvals/contract.ts'
import { sealed } from '../../approvals/words.ts'
import type { Deps } from '../../model.ts'
import { spend } from '../../services/quota.ts'
import type { SealingDeps } from '../../tenant-keys/sealing.ts'
import { bodyOf } from './arriving.ts'
import type { AskerOf } from './asker.ts'

export interface OutcomeOptions extends SealingDeps, Pick<Deps, 'log'> {
  readonly issuer: string
  readonly askerOf: AskerOf
}

/** Of an access token with which a service says what became of a procedure. */
export const OUTCOME_SCOPE = 'approval.outcome'

const BODY_LIMIT = 4096

export const outcomeDoor =
  (deps: OutcomeOptions) =>
  async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { log, issuer } = deps
    const { authorization, dpop: proof } = req.headers as Record<string, string | undefined>
    const path = `${new URL(issuer).pathname}/approval/outcome`
    const asker = await deps.askerOf({ method: 'POST', path, authorization, proof }, OUTCOME_SCOPE)
    if (!('clientId' in asker)) return answer(res, asker.status, { 'www-authenticate': asker.challenge })
    const { clientId } = asker
    await spend(deps, clientId)
    const given = parsed((await bodyOf(req, BODY_LIMIT)) ?? '')
    if (!given) return answer(res, 400)
    const kept = await reported(deps, clientId, given)
    log('verifier.approval-outcome', { clientId, kept, outcome: given.result.outcome })
    answer(res, kept ? 204 : 409)
  }

async function reported(deps: OutcomeOptions, clientId: string, { authReqId, result }: NonNullable<Given>) {
  const approval = await deps.store.approvals.approvalOf(authReqId)
  if (approval?.clientId !== clientId) return false
  const text = await sealed(deps, 'outcome', approval, result.text)
  return deps.store.approvals.reportOutcome(approval.requestId, { outcome: result.outcome, text })
}

function answer(res: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  const length = status === 204 ? {} : { 'content-length': '0' }
  res.writeHead(status, { ...headers, ...length, 'cache-control': 'no-store' }).end()
}

type Given = ReturnType<typeof parsed>

function parsed(text: string) {
  try {
    const { auth_req_id: authReqId, ...rest } = JSON.parse(text) as { auth_req_id?: unknown }
    const result = zOutcome.safeParse(rest)
    return typeof authReqId === 'string' && result.success ? { authReqId, result: result.data } : undefined
  } catch {
    return undefined
  }
}
