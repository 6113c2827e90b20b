// Until when a holder's certificate is valid. 公的個人認証法 §5 and its published practice; the leap-day rule is
// `ours: docs/profile.md#certificates`.

import { japanTime } from './names.ts'

export interface ValidityRule {
  /** Renewed within the last three months of the old certificate: the sixth birthday instead of the fifth. */
  readonly renewal?: boolean
  /** Ends that must not be passed: the card's, and for a signature certificate that of the authentication certificate. */
  readonly notLaterThan?: readonly Date[]
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
