// What a phone signs to log in: every line is something the person saw or the verifier chose. Ours: docs/profile.md#login.
// The first line keeps a login signature from ever being taken for another statement.

import { type Bytes, hex, utf8 } from '../../base/bytes.ts'
import type { AgeQuestion } from '../age-proof/age-proof.ts'

/** What a service asks to be told of the person, beside who it is. Ours: docs/profile.md#claims-at-a-login. */
export interface AskedClaim {
  readonly claim: string
  /** The service says that it cannot do without: who approves gives it. Others are given one by one. */
  readonly essential: boolean
  /** Why, in the words of the service; one line, or nothing. */
  readonly purpose: string
}

export interface LoginStatement {
  readonly loginId: string
  readonly clientId: string
  readonly origin: string
  readonly code: string
  readonly nonce: Bytes
  readonly asked?: readonly AskedClaim[]
  /** By which mandate the person acts for another; none: for themselves. */
  readonly mandateId?: string | undefined
  /** What stood for the PIN, as the phone says; none: the PIN was entered. */
  readonly by?: 'biometric' | undefined
  /** At which reader of the service, by its key identifier in hexadecimal; none: at no reader. */
  readonly readerId?: string | null | undefined
}

/**
 * The bytes that are hashed with SHA-256 and signed with the 利用者証明用 key (RSASSA-PKCS1-v1_5). Where something is asked, what
 * is given and what is kept back stand in it; where the person acts for another, by which mandate; that a finger or a face stood
 * for the PIN; and at which reader.
 */
export const loginMessage = (login: LoginStatement, given: readonly string[] = []): Bytes => {
  const { loginId, clientId, origin, code, nonce, asked = [], mandateId, by, readerId } = login
  const version = asked.length === 0 ? 1 : 2
  const lines = [`kazasu login ${version}`, loginId, clientId, origin, code, hex(nonce), ...asked.map(line(given))]
  const acting = mandateId === undefined ? [] : [`for another by ${mandateId}`]
  const how = [...releasedBy(by), ...(readerId ? [`at reader ${readerId}`] : [])]
  return utf8([...lines, ...acting, ...how].join('\n'))
}

/** The line at the end of what is signed, where the PIN was not entered. */
export const releasedBy = (by: LoginStatement['by']): string[] => (by ? [`PIN released by ${by}`] : [])

const line =
  (given: readonly string[]) =>
  ({ claim, essential, purpose }: AskedClaim): string =>
    [claim, essential ? 'essential' : 'voluntary', given.includes(claim) ? 'given' : 'kept', purpose].join(' ')

const AGE_CLAIM = /^age_over_([1-9][0-9]{0,2})$/

export const ageOfClaim = (claim: string): number | undefined => {
  const [, age] = AGE_CLAIM.exec(claim) ?? []
  return age === undefined ? undefined : Number(age)
}

/** The question that the phone proves an age for, as J-LIS takes it; undefined where no age is asked. */
export function ageQuestionOf(
  { asked = [], nonce }: Pick<LoginStatement, 'asked' | 'nonce'>,
  { party, at }: Pick<AgeQuestion, 'party' | 'at'>,
): AgeQuestion | undefined {
  const [limit] = asked.flatMap(({ claim }) => ageOfClaim(claim) ?? [])
  return limit === undefined ? undefined : { party, limit, nonce: hex(nonce.subarray(0, 16)), at }
}
