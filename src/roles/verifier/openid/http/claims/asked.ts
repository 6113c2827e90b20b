// What a service asks to be told of a person at a login: `verified_claims` in the `claims` parameter, under `userinfo`. Names and
// purposes are read here, and nothing that is not known here is ever asked. OpenID Connect for Identity Assurance 1.0 §6.

import { errors } from 'oidc-provider'
import { type AskedClaim, ageOfClaim } from '../../../../../protocol/login/login-message.ts'
import { AGE_LIMITS, type Fact } from '../../../../authority/contract.ts'
import type { Client } from '../../contract.ts'
import { isObject } from './fitting.ts'

/** OpenID Connect Core 1.0 §5.1, with the fact of the 署名用 certificate that each is made from. */
export const FACT_CLAIMS = {
  name: 'name',
  address: 'address',
  birthdate: 'birthDate',
  gender: 'gender',
} as const satisfies Record<string, Fact>
export type FactClaim = keyof typeof FACT_CLAIMS

export const isFactClaim = (claim: string): claim is FactClaim => claim in FACT_CLAIMS

/** Ours: docs/profile.md#claims-at-a-login. */
export const CLAIMS: readonly string[] = [...Object.keys(FACT_CLAIMS), ...AGE_LIMITS.map((age) => `age_over_${age}`)]

export type VerifiedClaimsRequest = {
  readonly verification: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** Undefined where nothing is asked at userinfo. */
export function requestIn(claims: unknown): VerifiedClaimsRequest | undefined {
  const wanted = isObject(claims) && isObject(claims.userinfo) ? claims.userinfo.verified_claims : undefined
  if (wanted === undefined || wanted === null) return undefined
  if (!isObject(wanted) || !isObject(wanted.verification) || !isObject(wanted.claims))
    throw new errors.InvalidRequest('verified_claims has verification and claims')
  if (!('trust_framework' in wanted.verification))
    throw new errors.InvalidRequest('verification asks for trust_framework at least')
  return { verification: wanted.verification, claims: wanted.claims }
}

/** In the order in which the service names them; what is not known here is left out, and so never given. */
export function askedClaims(claims: unknown): AskedClaim[] {
  const wanted = Object.entries(requestIn(claims)?.claims ?? {}).filter(([claim]) => CLAIMS.includes(claim))
  // One limit says yes or no; several at once would narrow the birthday down.
  if (wanted.filter(([claim]) => ageOfClaim(claim) !== undefined).length > 1)
    throw new errors.InvalidRequest('one age limit at a time')
  return wanted.map(([claim, how]) => ({
    claim,
    essential: isObject(how) && how.essential === true,
    purpose: isObject(how) && how.purpose !== undefined ? purposeIn(how.purpose) : '',
  }))
}

/** One line: it is shown to the person, and a line of what the person signs. */
const PURPOSE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{3,300}$/u

function purposeIn(purpose: unknown): string {
  if (typeof purpose !== 'string' || !PURPOSE.test(purpose) || purpose.trim() === '')
    throw new errors.InvalidRequest('a purpose is one line of 3 to 300 characters')
  return purpose
}

/** Refuses a service that is not registered for what it asks: its developer must see it, not the person. */
export function mustBeRegistered({ mayAsk }: Client, asked: readonly AskedClaim[]): void {
  if (!mayAsk) return
  for (const { claim } of asked) {
    const needed = isFactClaim(claim) ? 'facts' : 'age'
    if (!mayAsk.includes(needed)) throw new errors.InvalidRequest(`this service is not registered for ${needed}`)
  }
}
