// How the service stands to what it hears of a customer, and what it needs to hear anything. Seed 2 pattern 2.

import { EVENT_TYPES, STREAM_EVENT_TYPES } from '../../../protocol/security-event/event-types.ts'
import { no } from '../refusals.ts'

/**
 * `changed`: the facts are others than ours, and there is no new certificate to ask about yet. `due`: there is one. `closed`: the
 * certificate ended for another reason than the resident register (lost, given up, misused, dead): nobody logs in. A verifier tells
 * that facts changed before it tells of the end that this makes (docs/profile.md#events), so `changed` is not closed by it.
 */
const CUSTOMER_LIFE = {
  current: { changed: 'changed', ended: 'closed', available: 'due' },
  changed: { available: 'due' },
  closed: { available: 'due' },
  due: { changed: 'changed', ended: 'closed', settled: 'current' },
} as const
export type Standing = keyof typeof CUSTOMER_LIFE
export type News = 'changed' | 'ended' | 'available' | 'settled'

export const standingAfter = (standing: Standing, news: News): Standing =>
  (CUSTOMER_LIFE[standing] as Partial<Record<News, Standing>>)[news] ?? standing

/** What was pushed, once it is believed. */
export interface HeardEvent {
  readonly jti: string
  /** The customer, by the name that the service has with this verifier; null for an event of the stream itself. */
  readonly subject: string | null
  readonly type: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** What the event says of a customer; undefined for what the service need not know. CAEP 1.0 §3.3. */
export function newsIn({ type, claims }: HeardEvent): Exclude<News, 'settled'> | undefined {
  if (type === EVENT_TYPES.factsChanged) return 'changed'
  if (type === EVENT_TYPES.factsAvailable) return 'available'
  const ended = ['revoke', 'delete'].includes(claims.change_type as string)
  return type === EVENT_TYPES.credentialChange && ended ? 'ended' : undefined
}

/** The answer to `verify`: the stream works. SSF 1.0 §8.1.4.1. */
export const verifiedState = ({ type, claims }: HeardEvent): string | undefined =>
  type === STREAM_EVENT_TYPES.verification && typeof claims.state === 'string' ? claims.state : undefined

export const WANTED = Object.values(EVENT_TYPES)

/** The codes of RFC 8935 §2.4. */
export type SetError =
  | 'invalid_request'
  | 'invalid_key'
  | 'invalid_issuer'
  | 'invalid_audience'
  | 'authentication_failed'
export const refuseSet = (err: SetError, cause?: unknown) => no.eventRefused({ err }, cause)

/** The verifier that tells of customers; over the network, or the service's own in its own process. */
export interface Signals {
  /** The header that pushes bear, so that nobody else's are looked at. */
  readonly authorization: string
  /** Makes the stream, or puts right what is there, and has it verified with `state`; its identifier. */
  subscribe(state: string): Promise<string>
  /** Throws `eventRefused` for what is not a SET of this verifier to this service. */
  read(set: string): Promise<HeardEvent>
}

/** The verifier forgets an event after seven days, a dead letter is revived while somebody remembers. */
export const TAKEN_KEPT_MS = 90 * 86_400_000
/** A stream that was lost on the other side is missed within a day; one that was never verified, within a minute. */
export const CHECK_STREAM_MS = { verified: 86_400_000, unverified: 60_000 } as const
/** Facts that are not given yet (the consent begins tomorrow, the verifier is away) are asked for again. */
export const ASK_AGAIN_MS = 10 * 60_000
export const ASKED_AT_ONCE = 100
