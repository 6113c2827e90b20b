// A receiver's stream: how it is delivered, which events, on or off, for whom not. One stream per service. SSF 1.0 §8.1.

import { hex } from '../../../../base/bytes.ts'
import { DELIVERY, STREAM_EVENT_TYPES } from '../../../../protocol/security-event/event-types.ts'
import type { Deps } from '../../model.ts'
import { no } from '../../refusals.ts'
import { type NewStatus, type NewStream, SUPPORTED } from '../contract.ts'
import { MIN_VERIFICATION_INTERVAL } from '../model.ts'
import type { StreamRow } from '../store.ts'
import { newStreamId, sealedAuthorization } from '../token.ts'

/** Everything, unless the receiver says what; of that, what this platform knows. */
const typesOf = (requested: readonly string[] | undefined): string[] =>
  requested === undefined ? [...SUPPORTED] : SUPPORTED.filter((type) => requested.includes(type))

/** SSF 1.0 §8.1.1.1; without a delivery method it is poll. */
export async function createStream(deps: Deps, clientId: string, asked: NewStream): Promise<StreamRow> {
  const { store, clock, log } = deps
  const streamId = newStreamId(deps)
  const row: StreamRow = {
    stream_id: streamId,
    client_id: clientId,
    ...(await deliveryOf(deps, streamId, asked.delivery)),
    types: JSON.stringify(typesOf(asked.events_requested)),
    description: asked.description ?? null,
    status: 'enabled',
    reason: null,
    failures: 0,
    try_at: clock(),
    verified_at: null,
  }
  if (!(await store.events.addStream(row))) throw no.oneStream()
  log('verifier.stream', { clientId, method: row.method })
  return row
}

async function deliveryOf(deps: Deps, streamId: string, delivery: NewStream['delivery']) {
  if (delivery?.method !== DELIVERY.push) return { method: 'poll', endpoint: null, authorization: null } as const
  if (!deps.push?.accepts(delivery.endpoint_url)) throw no.endpointRefused()
  const authorization = await sealedAuthorization(deps, streamId, delivery.authorization_header)
  return { method: 'push', endpoint: delivery.endpoint_url, authorization } as const
}

/** The one of this client; with an id, that one and no other. */
export async function streamOf({ store }: Deps, clientId: string, streamId?: string): Promise<StreamRow> {
  const row = await store.events.streamOf(clientId)
  if (!row || (streamId !== undefined && row.stream_id !== streamId)) throw no.unknownStream()
  return row
}

/** SSF 1.0 §8.1.1.3 and .4: what is not said stays, or with `whole` becomes as at the beginning. */
export async function changeStream(
  deps: Deps,
  clientId: string,
  { stream_id, ...asked }: NewStream & { stream_id: string },
  whole: boolean,
): Promise<StreamRow> {
  await streamOf(deps, clientId, stream_id)
  const { delivery, events_requested: requested, description } = asked
  await deps.store.events.changeStream(stream_id, {
    ...((whole || delivery) && { ...(await deliveryOf(deps, stream_id, delivery)), failures: 0, try_at: deps.clock() }),
    ...((whole || requested) && { types: JSON.stringify(typesOf(requested)) }),
    ...((whole || description !== undefined) && { description: description ?? null }),
  })
  return streamOf(deps, clientId, stream_id)
}

export async function removeStream(deps: Deps, clientId: string, streamId: string): Promise<undefined> {
  await streamOf(deps, clientId, streamId)
  await deps.store.events.removeStream(streamId)
  deps.log('verifier.stream-removed', { clientId })
}

/** SSF 1.0 §8.1.2.2: paused events wait, those of a stream that is off are not kept. */
export async function setStatus(deps: Deps, clientId: string, asked: NewStatus): Promise<StreamRow> {
  const { stream_id, status, reason = null } = asked
  const before = await streamOf(deps, clientId, stream_id)
  const { events } = deps.store
  const now = deps.clock()
  // What was recorded by somebody who had not yet seen that the stream is off.
  if (before.status === 'disabled') await events.dropWaiting(stream_id)
  if (before.status === 'paused') await events.waitAnew(stream_id, now)
  await events.changeStream(stream_id, { status, reason, try_at: now, failures: 0 })
  if (status === 'disabled') await events.dropWaiting(stream_id)
  deps.log('verifier.stream-status', { clientId, status })
  return streamOf(deps, clientId, stream_id)
}

interface SubjectOfStream {
  readonly stream_id: string
  readonly subject: { readonly iss: string; readonly sub: string }
}

/** SSF 1.0 §8.1.3: whoever has agreed is in the stream by itself; a subject that was removed comes back by being added. */
export async function changeSubject(
  deps: Deps,
  clientId: string,
  { stream_id, subject: { iss, sub } }: SubjectOfStream,
  change: 'add' | 'remove',
): Promise<undefined> {
  await streamOf(deps, clientId, stream_id)
  const agreed = iss === deps.issuer && (await deps.store.consents.consentOf(clientId, sub, deps.clock()))
  if (!agreed) throw no.unknownSubject()
  await deps.store.events[change === 'add' ? 'addSubject' : 'removeSubject'](clientId, sub)
}

/** SSF 1.0 §8.1.4.2. */
export async function verifyStream(
  deps: Deps,
  clientId: string,
  { stream_id, state }: { readonly stream_id: string; readonly state?: string | undefined },
): Promise<undefined> {
  const { store, clock, entropy } = deps
  await streamOf(deps, clientId, stream_id)
  const now = clock()
  const before = new Date(now.getTime() - MIN_VERIFICATION_INTERVAL * 1000)
  if (!(await store.events.mayVerify(stream_id, now, before)))
    throw no.verifiedJustNow({ retryAfter: MIN_VERIFICATION_INTERVAL })
  const claims = JSON.stringify(state === undefined ? {} : { state })
  const type = STREAM_EVENT_TYPES.verification
  await store.events.addStreamEvent({ jti: hex(entropy(16)), client_id: clientId, stream_id, type, claims }, now)
}
