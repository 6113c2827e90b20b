// From when until when a certificate is valid. 公的個人認証法 §5 and its published practice for holders; leap days and
// responders are `ours: docs/profile.md#certificates`.

import type { Validity } from '../../codec/x509.ts'
import { japanTime } from './names.ts'

export interface ValidityRule {
  /** Renewed within the last three months of the old certificate: the sixth birthday instead of the fifth. */
  readonly renewal?: boolean
  /** Ends that must not be passed: the card's, and for a signature certificate that of the authentication certificate. */
  readonly notLaterThan?: readonly Date[]
}

/** Renewal is offered, and a renewal counts as one, in the last three months; a day that the month has not is its last (Civil Code article 143). */
export function renewableFrom(notAfter: Date): Date {
  const from = new Date(notAfter)
  from.setUTCMonth(from.getUTCMonth() - 3)
  if (from.getUTCDate() !== notAfter.getUTCDate()) from.setUTCDate(0)
  return from
}

/** 23:59:59 in Japan on the fifth birthday after the day of issue. `birthDate` is YYYY-MM-DD. */
export function notAfter(issuedAt: Date, birthDate: string, rule: ValidityRule = {}): Date {
  const [, month, day] = birthDate.split('-').map(Number) as [number, number, number]
  const issueYear = japanTime(issuedAt).getUTCFullYear()
  const today = japanTime(issuedAt).toISOString().slice(0, 10)
  const passed = birthday(issueYear, month, day).toISOString().slice(0, 10) <= today
  const end = birthday(issueYear + (passed ? 1 : 0) + (rule.renewal ? 5 : 4), month, day)
  return new Date(Math.min(end.getTime(), ...(rule.notLaterThan ?? []).map((limit) => limit.getTime())))
}

/** The last second of the birthday in Japan; who was born on 29 February has it on the 28th in common years. */
function birthday(year: number, month: number, day: number): Date {
  const lastOfMonth = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1, Math.min(day, lastOfMonth), 14, 59, 59))
}

export const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)

/** Ten years, to the last second of the day in Japan. */
export function caValidity(now: Date): Validity {
  const notBefore = wholeSecond(now)
  const [year, month, day] = [notBefore.getUTCFullYear(), notBefore.getUTCMonth(), notBefore.getUTCDate()]
  return { notBefore, notAfter: birthday(year + 10, month + 1, day) }
}

/** A delegated responder cannot be revoked (RFC 6960 §4.2.2.2.1), so its certificate is short-lived. */
const RESPONDER_LIFE_MS = 30 * 24 * 3600_000
/** So that a relying party whose clock is a little slow accepts a new responder at once. */
const RESPONDER_BACKDATED_MS = 3600_000

export function responderValidity(now: Date): Validity {
  const at = wholeSecond(now).getTime()
  return { notBefore: new Date(at - RESPONDER_BACKDATED_MS), notAfter: new Date(at + RESPONDER_LIFE_MS) }
}

/** What the page of profiles says, and what a check can tell of a certificate in hand. */
export interface ValidityField {
  readonly says: string
  readonly holds: (validity: Validity) => boolean
}

const DAY_MS = 86_400_000
/** The last second of a day in Japan. */
const endsWithDay = ({ notAfter }: Validity): boolean => (japanTime(notAfter).getTime() + 1000) % DAY_MS === 0

export const UNTIL_BIRTHDAY: ValidityField = {
  says: 'from the issue to 23:59:59 in Japan on the fifth birthday after it; no longer than the card and, for signatures, the authentication certificate',
  holds: endsWithDay,
}
export const TEN_YEARS: ValidityField = { says: 'ten years, to 23:59:59 in Japan', holds: endsWithDay }
export const SHORT: ValidityField = {
  says: 'from an hour before the issue to 30 days after it',
  holds: ({ notBefore, notAfter }) =>
    notAfter.getTime() - notBefore.getTime() <= RESPONDER_LIFE_MS + RESPONDER_BACKDATED_MS,
}
