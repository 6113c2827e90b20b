// What the main job says of itself: steps as data, for the terminal, for `--json` and for tests.

import type { CheckResult, Outcome } from '../../base/verdict.ts'

export interface StepReport {
  readonly number: number
  readonly title: { readonly ja: string; readonly en: string }
  readonly outcome: Outcome
  /** What was done, in short sentences without personal data. */
  readonly facts: readonly string[]
  readonly checks: readonly CheckResult[]
  readonly refusal: { readonly code: string; readonly text: string } | null
  readonly milliseconds: number
}

export interface MainJobReport {
  readonly outcome: Outcome
  readonly sabotage: Sabotage | null
  readonly steps: readonly StepReport[]
}

export const SABOTAGES = ['revoked-card', 'wrong-pin', 'cloned-sim', 'gate-list'] as const
export type Sabotage = (typeof SABOTAGES)[number]

export const STEPS = [
  { ja: 'カードで申請に署名する', en: 'The card signs the application' },
  { ja: '申請を確かめる', en: 'The application is checked before anything is sent' },
  { ja: 'SIMにアプレットを入れる', en: 'The carrier loads the applet into the SIM' },
  { ja: '鍵をつくり証明書を書き込む', en: 'The SIM makes its key, the certificate is issued and written' },
  { ja: '銀行にログインする', en: 'The phone logs in to a bank' },
  { ja: 'ゲートにかざす', en: 'A tap at the gate, off line and without PIN' },
] as const
