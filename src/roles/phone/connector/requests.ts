// What was asked for and waits for the owner: one gesture opens one access. Limits against callers who ask too often
// or are refused again and again. All of it is forgotten when the phone is switched off.

import type { Bytes } from '../../../base/bytes.ts'
import type { Clock } from '../../../base/ports.ts'
import { no } from '../refusals.ts'
import type { Caller } from './callers.ts'

/** Ours: docs/profile.md#connector. */
export const LIMITS = {
  /** So long the owner may take. */
  waitMs: 60_000,
  /** Requests of one caller in a minute, whatever becomes of them. */
  perMinute: 5,
  /** Requests that wait at once: of one caller, and of all. */
  waiting: { caller: 1, all: 3 },
  /** Not allowed so often in a row, a caller is not heard for a while. */
  refusals: 3,
  pauseMs: 3_600_000,
} as const

export type RequestState = 'waiting' | 'open' | 'declined' | 'expired' | 'closed'

export interface AccessRequest {
  readonly requestId: string
  readonly caller: Caller
  readonly aid: Bytes
  readonly purpose: string
  /** The owner is asked for the PIN, which the caller never sees. */
  readonly withPin: boolean
  readonly askedAt: Date
  state: RequestState
  channel: string | null
}

interface Conduct {
  asked: number[]
  refusals: number
  pausedUntil: number
}

const MINUTE_MS = 60_000
/** Requests that are over are remembered so that their caller can ask what became of them. */
const REMEMBERED = 50

export class AccessRequests {
  readonly #clock: Clock
  #requests: AccessRequest[] = []
  readonly #conduct = new Map<string, Conduct>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts a question of this caller, before anything else is done for it. */
  count({ app }: Caller): void {
    this.expire()
    const now = this.#clock().getTime()
    const conduct = this.#of(app.name)
    if (now < conduct.pausedUntil)
      throw no.callerPaused({ minutes: Math.ceil((conduct.pausedUntil - now) / MINUTE_MS) })
    conduct.asked = [...conduct.asked.filter((at) => at > now - MINUTE_MS), now]
    if (conduct.asked.length > LIMITS.perMinute) throw no.askedTooOften()
    const waiting = this.waiting()
    const own = waiting.filter(({ caller }) => caller.app.name === app.name)
    if (own.length >= LIMITS.waiting.caller || waiting.length >= LIMITS.waiting.all) throw no.askedTooOften()
  }

  add(request: Omit<AccessRequest, 'askedAt' | 'state' | 'channel'>): AccessRequest {
    const added: AccessRequest = { ...request, askedAt: this.#clock(), state: 'waiting', channel: null }
    this.#requests = [...this.#requests, added].slice(-REMEMBERED)
    return added
  }

  waiting(): AccessRequest[] {
    this.expire()
    return this.#requests.filter(({ state }) => state === 'waiting')
  }

  /** One that still waits for the owner. */
  due(requestId: string): AccessRequest {
    const request = this.waiting().find((one) => one.requestId === requestId)
    if (!request) throw no.requestOver()
    return request
  }

  /** A request of this caller; those of others are unknown to it. */
  own({ app, kind }: Caller, requestId: string): AccessRequest {
    this.expire()
    const found = this.#requests.find((one) => one.requestId === requestId)
    if (found?.caller.app.name !== app.name || found.caller.kind !== kind) throw no.requestOver()
    return found
  }

  /** The access that is open; at most one is. */
  opened(channel: string): AccessRequest | undefined {
    return this.#requests.find((one) => one.state === 'open' && one.channel === channel)
  }

  allowed(request: AccessRequest, channel: string): void {
    for (const other of this.#requests) if (other.state === 'open') other.state = 'closed'
    request.state = 'open'
    request.channel = channel
    this.#of(request.caller.app.name).refusals = 0
  }

  refused(request: AccessRequest, state: 'declined' | 'expired'): void {
    request.state = state
    const conduct = this.#of(request.caller.app.name)
    conduct.refusals += 1
    if (conduct.refusals < LIMITS.refusals) return
    conduct.refusals = 0
    conduct.pausedUntil = this.#clock().getTime() + LIMITS.pauseMs
  }

  /** What the owner left unanswered counts as a no. */
  expire(): void {
    const oldest = this.#clock().getTime() - LIMITS.waitMs
    for (const request of this.#requests) {
      if (request.state === 'waiting' && request.askedAt.getTime() <= oldest) this.refused(request, 'expired')
    }
  }

  #of(name: string): Conduct {
    const conduct = this.#conduct.get(name) ?? { asked: [], refusals: 0, pausedUntil: 0 }
    this.#conduct.set(name, conduct)
    return conduct
  }
}
