// What a service asks to be told of a person at a login, and what it is told: `verified_claims` at userinfo.
// OpenID Connect for Identity Assurance 1.0 §6.

import * as oidc from 'openid-client'

export type Claim = 'name' | 'address' | 'birthdate' | 'gender' | `age_over_${13 | 15 | 18 | 20 | 65}`

/** Why, in one line that the person reads; with `essential` the service cannot do without. */
export type Wanted = { readonly [C in Claim]?: { readonly purpose: string; readonly essential?: boolean } }

/** What the person gave, and J-LIS has; what is not there was not given, or not consented to. */
export type Told = { readonly [A in Extract<Claim, `age_over_${string}`>]?: boolean } & {
  readonly name?: string
  readonly address?: { readonly formatted: string; readonly country: string }
  /** YYYY-MM-DD. */
  readonly birthdate?: string
  readonly gender?: string
}

export const claimsParameter = (claims: Wanted): string =>
  JSON.stringify({ userinfo: { verified_claims: { verification: { trust_framework: null }, claims } } })

export async function told(
  configuration: oidc.Configuration,
  { access_token: token }: { readonly access_token: string },
  subject: string,
  bound: { readonly DPoP?: oidc.DPoPHandle },
): Promise<Told> {
  const { verified_claims: verified } = await oidc.fetchUserInfo(configuration, token, subject, bound)
  return (verified as { claims?: Told } | undefined)?.claims ?? {}
}
