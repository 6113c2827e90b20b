// CIBA ping: the service is told that an answer is there, and fetches it like one that polls. CIBA Core 1.0 §10.2. Tried again
// for a while; whoever is never reached may come and ask. Addresses of the inside are refused where they are resolved.

import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { opener } from '../tenant-keys/sealing.ts'
import { type ApprovalRecord, PING } from './model.ts'
import { type Told, toldOf } from './words.ts'

/** The way out to services. */
export interface Ping {
  /** Whether this address may be told at all: TLS, no address of the inside. */
  accepts(url: string): boolean
  /** Rejects when there is no answer. */
  post(request: {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    readonly signal: AbortSignal
  }): Promise<{ readonly status: number }>
}

const AT_ONCE = 32

export const notifyClients =
  (deps: Deps): Verifier['notifyClients'] =>
  () =>
    pingDue(deps)

export async function pingDue(deps: Deps): Promise<{ told: number; failed: number }> {
  const { store, clock, ping } = deps
  if (!ping) return { told: 0, failed: 0 }
  const due = await store.approvals.claimPings(clock(), AT_ONCE)
  const told = await Promise.all(due.map(({ approval, pings }) => tell(deps, ping, approval, pings)))
  return { told: told.filter(Boolean).length, failed: told.filter((arrived) => !arrived).length }
}

async function tell(deps: Deps, ping: Ping, approval: ApprovalRecord, pings: number): Promise<boolean> {
  const { store, clock, log } = deps
  const { requestId, clientId } = approval
  const url = (await store.client(clientId))?.ciba?.notificationEndpoint
  const told = await toldOf(opener(deps), approval)
  const arrived = url !== undefined && told !== undefined && (await posted(ping, url, told))
  const again = !arrived && pings < PING.attempts
  await store.approvals.pingAgain(requestId, again ? new Date(clock().getTime() + PING.retryMs) : null)
  log('verifier.ping', { clientId, requestId, arrived })
  return arrived
}

/** 204 is expected and 200 tolerated; redirects are not followed. CIBA Core 1.0 §10.2. */
async function posted(ping: Ping, url: string, { authReqId, token }: Told): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ auth_req_id: authReqId })
  try {
    const { status } = await ping.post({ url, headers, body, signal: AbortSignal.timeout(PING.answerMs) })
    return status === 204 || status === 200
  } catch {
    return false
  }
}
