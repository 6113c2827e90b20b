// Push: one SET after another to each receiver, for each subject the next when the one before has arrived. RFC 8935 §2. Whoever
// is away is tried again, later and later; who says that an event is no good gets no second one, and operators see it.

import { fromUint } from '../../../base/bytes.ts'
import { stillAgreed } from '../consents/standing.ts'
import type { Verifier } from '../contract.ts'
import type { Deps, Running } from '../model.ts'
import { ANSWER_MS, AT_ONCE, KEPT_TRYING_MS, LEASE_MS, type Push, ROUNDS, retryAt } from './model.ts'
import type { Claimed, EventRow, StreamRow } from './store.ts'
import { authorizationOf, tokenMaker } from './token.ts'

interface Counts {
  delivered: number
  failed: number
  dead: number
}

export const deliverEvents =
  (deps: Running): Verifier['deliverEvents'] =>
  async () => {
    const { push, log } = deps
    const counts: Counts = { delivered: 0, failed: 0, dead: 0 }
    if (!push) return counts
    await Promise.all(Array.from({ length: ROUNDS }, () => rounds(deps, push, counts)))
    if (counts.delivered + counts.failed + counts.dead > 0) log('verifier.events', { ...counts })
    return counts
  }

async function rounds(deps: Running, push: Push, counts: Counts): Promise<void> {
  const { store, clock } = deps
  const makeToken = await tokenMaker(deps)
  for (;;) {
    const now = clock()
    const claimed = await store.events.claim(now, new Date(now.getTime() + LEASE_MS), AT_ONCE)
    if (claimed.length === 0) return
    const tokens = await Promise.all(claimed.map(({ event }) => makeToken(event)))
    // On its way from before the question on: what is taken back while it is answered is broken off.
    const ways = claimed.map(({ event }) => deps.inFlight.begin(event.consent_id))
    try {
      const goes = await mayGo(
        deps,
        claimed.map(({ event }) => event),
      )
      const sent = claimed.map(async (one, i): Promise<Sent> => {
        if (!goes.has(one.event.sequence)) return { ...one, outcome: 'dropped', reason: '' }
        return { ...one, ...(await send(deps, push, one, { set: tokens[i]!, signal: ways[i]!.signal })) }
      })
      await record(deps, await Promise.all(sent), counts)
    } finally {
      for (const { end } of ways) end()
    }
  }
}

interface Outcome {
  /** `dropped`: taken back before or while it was on its way, or not to be sent now. */
  readonly outcome: 'accepted' | 'refused' | 'failed' | 'dropped'
  readonly reason: string
}
type Sent = Claimed & Outcome

/** What still waits and is still agreed to; its lease ends by itself where it could not be found out. */
async function mayGo(deps: Deps, events: readonly EventRow[]): Promise<Set<bigint>> {
  const agreed = await stillAgreed(deps, events)
  return deps.store.events.stillWaiting(agreed.map(({ sequence }) => sequence))
}

interface Way {
  readonly set: string
  readonly signal: AbortSignal
}

async function send(deps: Deps, push: Push, { stream }: Claimed, { set, signal }: Way): Promise<Outcome> {
  if (!stream.endpoint) return { outcome: 'refused', reason: 'no endpoint' }
  try {
    const authorization = await authorizationOf(deps, stream)
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
    return judged(await push.post({ url: stream.endpoint, authorization, set, signal: within }))
  } catch (error) {
    if (signal.aborted) return { outcome: 'dropped', reason: '' }
    return { outcome: 'failed', reason: codeOf(error) }
  }
}

/** RFC 8935 §2.2 to §2.4: 202 is an acknowledgement, 400 with an error a judgement on this SET; anything else is trouble of the receiver. */
function judged({ status, body }: { readonly status: number; readonly body: string }): Outcome {
  if (status >= 200 && status < 300) return { outcome: 'accepted', reason: '' }
  const err = status === 400 ? errorIn(body) : undefined
  // What the receiver may mend by itself is tried again.
  if (err && err !== 'authentication_failed' && err !== 'access_denied') return { outcome: 'refused', reason: err }
  return { outcome: 'failed', reason: err ?? `HTTP ${status}` }
}

const ERRORS = [
  'invalid_request',
  'invalid_key',
  'invalid_issuer',
  'invalid_audience',
  'authentication_failed',
  'access_denied',
]

/** Only the registered codes: what else a receiver writes might name somebody. RFC 8935 §7.1. */
function errorIn(body: string): string | undefined {
  try {
    const { err } = JSON.parse(body) as { err?: unknown }
    return ERRORS.find((known) => known === err)
  } catch {
    return undefined
  }
}

const codeOf = (error: unknown): string => {
  const { code, name } = error as { code?: unknown; name: string }
  return typeof code === 'string' ? code : name
}

async function record(deps: Deps, sent: readonly Sent[], counts: Counts): Promise<void> {
  const { store, clock } = deps
  const now = clock()
  const of = (outcome: Outcome['outcome']) => sent.filter((one) => one.outcome === outcome)
  const accepted = of('accepted')
  const ids = [...new Set(accepted.map(({ stream }) => stream.stream_id))]
  await store.events.delivered(
    ids,
    accepted.map(({ event }) => event.jti),
    now,
  )
  counts.delivered += accepted.length
  const old = (one: Sent) => now.getTime() - one.event.recorded_at.getTime() > KEPT_TRYING_MS
  const failed = of('failed')
  for (const { event, reason } of [...of('refused'), ...failed.filter(old)])
    if (await store.events.bury(event.stream_id, event.jti, reason, now)) counts.dead++
  await store.events.release(failed.map(({ event }) => event.sequence))
  counts.failed += failed.length
  for (const stream of new Map(failed.map((one) => [one.stream.stream_id, one.stream])).values())
    await backOff(deps, stream, now)
}

/** The receiver as a whole: its other events wait too. */
async function backOff({ store, entropy }: Deps, { stream_id, failures }: StreamRow, now: Date): Promise<void> {
  const chance = fromUint(entropy(2)) / 0x10000
  await store.events.failed(stream_id, failures + 1, retryAt(now, failures, chance))
}
