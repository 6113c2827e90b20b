// A call in which a customer is asked, and the words that the customer reads.

import type { Procedure } from './contract.ts'

export type CallState = 'waiting' | 'approved' | 'done' | 'dropped' | 'declined' | 'expired'

/** One answer of the customer, then one act of the clerk. */
export const CALL_LIFE = {
  waiting: { approve: 'approved', decline: 'declined', expire: 'expired' },
  approved: { do: 'done', drop: 'dropped' },
  done: {},
  dropped: {},
  declined: {},
  expired: {},
} as const satisfies Record<CallState, Partial<Record<string, CallState>>>

export type Channel = 'telephone' | 'ivr'

export interface CallRecord {
  readonly callId: string
  readonly customerNumber: string
  readonly procedure: Procedure
  readonly channel: Channel
  /** Of the provider: with it the answer is fetched and the outcome reported. */
  readonly authReqId: string
  readonly code: string
  readonly askedAt: Date
  readonly expiresAt: Date
  readonly state: CallState
}

/** "日本語 / English", as names are. */
export const wordsOf = (procedure: Procedure): string =>
  procedure.kind === 'balance'
    ? '残高の案内 / Telling the balance'
    : `1日の振込限度額を${yen(procedure.yen)}円にする / Daily transfer limit of ¥${yen(procedure.yen)}`

export const OUTCOME_WORDS = {
  balance: { done: '残高をご案内しました / The balance was told', dropped: 'ご案内しませんでした / Nothing was told' },
  limit: {
    done: '振込限度額を変えました / The limit was changed',
    dropped: '振込限度額は変えていません / The limit was not changed',
  },
} as const satisfies Record<Procedure['kind'], Record<'done' | 'dropped', string>>

/** Grouped as people write it, and in no way that looks like a telephone number. */
const yen = (amount: number): string => String(amount).replace(/\B(?=(\d{3})+$)/g, ',')

/** The OpenID provider, as a port. CIBA Core 1.0 §7. */
export interface ApprovalPort {
  /** Throws `OpenIdRefused`. */
  ask(request: {
    readonly subject: string
    readonly message: string
    readonly channel: Channel
    readonly caller: 'person' | 'service'
    readonly userCode?: string
  }): Promise<{ readonly authReqId: string; readonly code: string; readonly expiresIn: number }>
  /** Whose approval it is; or why there is none. */
  fetch(authReqId: string): Promise<{ readonly subject: string } | 'waiting' | 'declined' | 'expired'>
  report(authReqId: string, outcome: 'completed' | 'cancelled', text: string): Promise<void>
}
