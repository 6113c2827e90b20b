// A developer tries the receiver of events: one signed verification event (SSF 1.0 §8.1.4) to an address, and what it answered.

import { hex } from '../../../base/bytes.ts'
import { STREAM_EVENT_TYPES } from '../../../protocol/security-event/event-types.ts'
import { encodeSet } from '../../../protocol/security-event/set.ts'
import type { Verifier } from '../contract.ts'
import { eventKey } from '../events/key.ts'
import { ANSWER_MS } from '../events/model.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { ANSWER_SHOWN } from './model.ts'
import { ownService } from './tenants.ts'

export const testReceiver =
  (deps: Deps): Verifier['testReceiver'] =>
  async ({ session, clientId, url, authorization = null }) => {
    const { push, clock, entropy, store } = deps
    await ownService(deps, session, clientId)
    if (!push?.accepts(url)) throw no.endpointRefused()
    const { signer, kid } = await eventKey(deps.keys)
    const iss = deps.issuer ?? ''
    const subject = { format: 'opaque', id: 'test' } as const
    const about = { iss, aud: clientId, jti: hex(entropy(16)), iat: clock(), toe: clock(), subject }
    const set = await encodeSet(
      { ...about, type: STREAM_EVENT_TYPES.verification, claims: { state: 'test' } },
      signer,
      kid,
    )
    const begun = performance.now()
    const answer = await sent(() => push.post({ url, authorization, set, signal: AbortSignal.timeout(ANSWER_MS) }))
    const tookMs = Math.round(performance.now() - begun)
    const reason = answer.reason || (answer.status === 202 ? '' : `HTTP ${answer.status}`)
    const outcome = reason === '' ? 'ok' : 'failed'
    await store.services.note({ clientId, at: clock(), what: 'testReceiver', outcome, reason, tookMs })
    return { set, ...answer, tookMs }
  }

async function sent(post: () => Promise<{ readonly status: number; readonly body: string }>) {
  try {
    const { status, body } = await post()
    return { status, answer: body.slice(0, ANSWER_SHOWN), reason: '' }
  } catch (error) {
    const { code, name } = error as { code?: unknown; name: string }
    return { status: null, answer: '', reason: typeof code === 'string' ? code : name }
  }
}
