// Life of a decoupled approval, and how often a person may be asked. Ours: docs/profile.md#decoupled-approval; RFC 10027 §6.1.

import type { Bytes } from '../../../base/bytes.ts'
import { comparisonCode } from '../../../base/comparison-code.ts'
import type { Entropy } from '../../../base/ports.ts'
import type { Approval } from './contract.ts'

export type ApprovalState = Approval['state']
type Event = 'approve' | 'decline' | 'refuse' | 'expire'

/** One answer ends it; without one, time does, and that is a no. */
export const APPROVAL_LIFE = {
  waiting: { approve: 'approved', decline: 'declined', refuse: 'refused', expire: 'expired' },
  approved: {},
  declined: {},
  refused: {},
  expired: {},
} as const satisfies Record<ApprovalState, Partial<Record<Event, ApprovalState>>>

/** `requested_expiry` may ask for less or more. CIBA Core 1.0 §7.1. */
export const APPROVAL_SECONDS = { usual: 120, least: 20, most: 300 } as const
/** So long after the answer the service may still come for its tokens. */
export const FETCH_SECONDS = 60
/** The outcome is shown on the phone for a week. */
export const APPROVAL_KEPT_MS = 7 * 24 * 3_600_000

/** Of which the person chooses one: who answers blindly is wrong five times of six, and then it is over. */
const CHOICES = 6

/** Against fatigue. Counted for persons who do not exist just the same, so that nobody learns who does. */
export const PACE = {
  windowMs: 3_600_000,
  /** Of one service, to one person, in that time. */
  perService: 6,
  /** Of all services together; what is more is not shown, and ends by itself. */
  perPerson: 12,
  /** So many in a row without a yes, and the service is not heard for a while. */
  unanswered: 3,
  pauseMs: 3_600_000,
  /** After "I am in no conversation with them". */
  unexpectedMs: 24 * 3_600_000,
  /** Wrong user codes, by one service for one person, before none counts for a while. */
  wrongCodes: 5,
  /** Requests of one service in a minute, unless it is registered with more. */
  perMinute: 120,
} as const

/** The notification of CIBA Core 1.0 §10.2 is tried so often. */
export const PING = { attempts: 4, answerMs: 3_000, leaseMs: 10_000, retryMs: 5_000 } as const

export interface ApprovalRecord extends Omit<Approval, 'state' | 'choices' | 'procedure' | 'result' | 'biometric'> {
  /** In the words of the service, which may name somebody: sealed (words.ts). */
  readonly procedure: Bytes
  readonly result: { readonly outcome: NonNullable<Approval['result']>['outcome']; readonly text: Bytes | null } | null
  readonly personId: string
  /** The one that is spoken. */
  readonly code: string
  readonly choices: readonly string[]
  /** As recorded; one past its end counts as expired (`approvalState`). */
  readonly recorded: ApprovalState
  /** Means of which the service demands one (`ACR`); none: any will do. */
  readonly acrValues: readonly string[]
  readonly acr: string | null
  readonly answeredAt: Date | null
  /** Where J-LIS did not answer: of when the status is that stood in its place. */
  readonly statusAt: Date | null
  /** Of a client that is pinged: `auth_req_id` and `client_notification_token` (CIBA Core 1.0 §7.1), sealed. */
  readonly ping: Bytes | null
}

export const approvalState = (
  { recorded, expiresAt }: Pick<ApprovalRecord, 'recorded' | 'expiresAt'>,
  now: Date,
): ApprovalState => (recorded === 'waiting' && now >= expiresAt ? APPROVAL_LIFE.waiting.expire : recorded)

/** Different numbers in rising order, so that nothing tells the right one. */
export function choicesWith(code: string, entropy: Entropy): string[] {
  const numbers = new Set([code])
  while (numbers.size < CHOICES) numbers.add(comparisonCode(entropy))
  return [...numbers].sort()
}

/** How a service has behaved towards a person. */
export interface PaceRecord {
  readonly from: Date
  readonly asked: number
  readonly unanswered: number
  /** End of the request that is not answered yet. */
  readonly openUntil: Date | null
  readonly pausedUntil: Date | null
}

export type Paced = { readonly next: PaceRecord } | { readonly refused: 'open' | 'paused' | 'often' }

/** Whether one more may be asked now, of so many in the window. */
export function paced(pace: PaceRecord, now: Date, until: Date, limit: number): Paced {
  if (pace.openUntil && pace.openUntil > now) return { refused: 'open' }
  // Nobody answered the last one.
  const { unanswered, pausedUntil, ...before } = pace.openUntil ? rebuffed(pace, pace.openUntil) : pace
  if (pausedUntil && pausedUntil > now) return { refused: 'paused' }
  const fresh = now.getTime() - before.from.getTime() >= PACE.windowMs
  const { asked, from } = fresh ? { asked: 0, from: now } : before
  if (asked >= limit) return { refused: 'often' }
  return { next: { from, asked: asked + 1, unanswered, openUntil: until, pausedUntil: null } }
}

/** After a no, or no answer. */
export function rebuffed(pace: PaceRecord, now: Date, unexpected = false): PaceRecord {
  const unanswered = pace.unanswered + 1
  const closed = { ...pace, unanswered, openUntil: null }
  if (unexpected) return { ...closed, pausedUntil: new Date(now.getTime() + PACE.unexpectedMs) }
  if (unanswered < PACE.unanswered) return closed
  return { ...closed, unanswered: 0, pausedUntil: new Date(now.getTime() + PACE.pauseMs) }
}
