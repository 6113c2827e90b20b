// Streams and events, and how long somebody tries to deliver. Ours: docs/profile.md#events.

import type { NewStatus } from './contract.ts'

export type StreamStatus = NewStatus['status']

/** A dead letter is not tried again unless somebody revives it. */
const EVENT_LIFE = {
  waiting: { accept: 'delivered', giveUp: 'dead' },
  dead: { revive: 'waiting' },
  delivered: {},
} as const
export type EventState = keyof typeof EVENT_LIFE

/** Who has claimed an event and does not come back (a process that died) loses it after this time. */
export const LEASE_MS = 30_000
/** An answer takes less, or is none. */
export const ANSWER_MS = 10_000
/** Deliveries on their way at once, in each of so many rounds. */
export const AT_ONCE = 64
export const ROUNDS = 4
/** A receiver may be away for so long. */
export const KEPT_TRYING_MS = 7 * 24 * 3_600_000
/** What was delivered is forgotten after this. */
export const DELIVERED_KEPT_MS = 30 * 24 * 3_600_000
/** What nobody has revived is forgotten after this. */
export const DEAD_KEPT_MS = 90 * 24 * 3_600_000
/** SSF 1.0 §8.1.4: in seconds. */
export const MIN_VERIFICATION_INTERVAL = 30
/** RFC 8936 §2.4: unless the receiver asks for less. */
export const POLL_AT_MOST = 100

const BACKOFF_MOST_MS = 10 * 60_000

/** Doubling from a second to ten minutes, and up to a quarter more, so that those who failed together do not come back together. */
export function retryAt(now: Date, failures: number, chance: number): Date {
  const wait = Math.min(BACKOFF_MOST_MS, 1000 * 2 ** Math.min(failures, 20))
  return new Date(now.getTime() + wait + (wait * chance) / 4)
}

/** The way out to receivers. */
export interface Push {
  /** Whether this address may be a receiver at all: TLS, no address of the inside. */
  accepts(url: string): boolean
  /** RFC 8935 §2.1: one SET. Rejects when there is no answer. */
  post(request: {
    readonly url: string
    readonly authorization: string | null
    readonly set: string
    readonly signal: AbortSignal
  }): Promise<{ readonly status: number; readonly body: string }>
}

/** What is on its way to a receiver just now, so that a withdrawal can stop it. */
export interface InFlight {
  begin(consentId: string | null): { readonly signal: AbortSignal; end(): void }
  drop(consentId: string): void
}

export function inFlight(): InFlight {
  const going = new Map<string, Set<AbortController>>()
  return {
    begin: (consentId) => {
      const controller = new AbortController()
      if (consentId === null) return { signal: controller.signal, end: () => undefined }
      const those = going.get(consentId) ?? new Set()
      going.set(consentId, those.add(controller))
      const end = () => {
        those.delete(controller)
        if (those.size === 0) going.delete(consentId)
      }
      return { signal: controller.signal, end }
    },
    drop: (consentId) => {
      for (const controller of going.get(consentId) ?? []) controller.abort()
    },
  }
}
