// Records of the service, and what it needs from an OpenID provider. Seed 2 pattern 3.

import type { Bytes } from '../../base/bytes.ts'
import type { Clock, Entropy, Log } from '../../base/ports.ts'
import type { Asking } from './asking/asking.ts'
import type { DecisionPort } from './delegates/model.ts'
import type { Signals, Standing } from './events/model.ts'
import type { Signing } from './opening/opening.ts'
import type { ServiceStore } from './store.ts'
import type { ApprovalPort } from './telephone/model.ts'
import type { Ties } from './ties/model.ts'

/** What must come back unchanged from the login that was begun. */
export interface LoginRequest {
  readonly location: string
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

export interface Identity {
  /** Pairwise: this service's own name for the person, meaningless elsewhere. */
  readonly subject: string
  readonly acr: string
  /** Held to a reader without a PIN: it says who is there, and is no login. */
  readonly touch?: boolean
  /** Who acts in the place of the subject, by the name that this service has for them. RFC 8693 §4.1. */
  readonly delegate?: string
  /** What the delegate may do here. */
  readonly acts?: readonly string[]
}

/** What a login must be. `checkIn`: at a counter, where a phone held to the reader is enough. */
export interface LoginWish {
  readonly checkIn?: boolean | undefined
}

export type Callback = Pick<LoginRequest, 'state' | 'nonce' | 'codeVerifier'> & { readonly callback: string }

/** The OpenID provider, as a port. OpenID Connect Core 1.0 §3.1. */
export interface OpenIdPort {
  begin(wish?: LoginWish): Promise<LoginRequest>
  /** Throws `OpenIdRefused` when the provider said no or anything about the answer is not as begun. */
  finish(answer: Callback): Promise<Identity>
}

/** `declined`: the provider answered with an error; `invalid`: the answer is not to be trusted. */
export class OpenIdRefused extends Error {
  override readonly name = 'OpenIdRefused'
  readonly kind: 'declined' | 'invalid'
  /** The error code of OAuth, or of the client library. */
  readonly code: string

  constructor(kind: 'declined' | 'invalid', code: string, cause?: unknown) {
    super(`the login did not succeed: ${code}`, { cause })
    this.kind = kind
    this.code = code
  }
}

/** The provider does not answer just now: the same may be asked again. */
export class OpenIdAway extends Error {
  override readonly name = 'OpenIdAway'

  constructor(cause: unknown) {
    super('the provider does not answer', { cause })
  }
}

export type SessionState = 'begun' | 'loggedIn' | 'checkedIn' | 'ended'
export type SessionEvent = 'finish' | 'checkIn' | 'end'

export const SESSION_LIFE = {
  begun: { finish: 'loggedIn', checkIn: 'checkedIn', end: 'ended' },
  loggedIn: { end: 'ended' },
  /** At a branch, without a PIN. */
  checkedIn: { end: 'ended' },
  ended: {},
} as const satisfies Record<SessionState, Partial<Record<SessionEvent, SessionState>>>

/** A login that was begun has as long as the person may take; a session lives a quarter of an hour from the login, who waits at a branch half of one. */
export const SESSION_SECONDS = { begun: 600, loggedIn: 900, checkedIn: 1800 } as const satisfies Partial<
  Record<SessionState, number>
>

/** Wrong passcodes in one session before it ends, and for one customer before linking is closed. */
export const WRONG_PASSCODES = { session: 5, customer: 10 } as const

export interface SessionRecord {
  readonly session: string
  readonly state: SessionState
  readonly expiresAt: Date
  readonly request: Pick<LoginRequest, 'state' | 'nonce' | 'codeVerifier'>
  readonly subject: string | null
  /** Who acts in the place of the subject; null where nobody does. */
  readonly delegate: string | null
}

export interface CustomerRecord {
  readonly customerNumber: string
  readonly displayName: string
  readonly balance: number
  readonly salt: Bytes
  readonly passcodeHash: Bytes
  readonly wrongPasscodes: number
  /** By what was heard of this customer. */
  readonly standing: Standing
  readonly toldAt: Date | null
  /** What came last of the latest facts, and when. */
  readonly address: string | null
  readonly refreshedAt: Date | null
}

export interface Deps {
  readonly store: ServiceStore
  readonly clock: Clock
  readonly entropy: Entropy
  /** Absent where nobody logs in, as at a kiosk. */
  readonly openid?: OpenIdPort
  /** Whether a reader of the branch has answered; absent where there is no branch. */
  readonly hasReader?: () => boolean
  /** Absent where nobody acts for others. */
  readonly decisions?: DecisionPort
  /** Absent where nobody calls. */
  readonly approvals?: ApprovalPort
  /** Absent where nobody is asked anything. */
  readonly asking?: Asking
  /** Absent where nobody tells of customers. */
  readonly signals?: Signals
  /** Absent where nobody opens an account. */
  readonly signing?: Signing
  /** Absent where nothing is shown of other services, nor told to them. */
  readonly ties?: Ties
  readonly log: Log
}
