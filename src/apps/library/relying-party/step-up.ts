// A login that is not enough for what the person wants now: a service's own API says so, and whoever reads that begins another
// login with what was demanded. RFC 9470 §3, §4.

import { type AnyOf, acrValues, listed, MEANS, type Means } from './means.ts'

/** What a login must be. */
export interface Demand {
  /** By this means only, or by one of these. */
  readonly by?: AnyOf
  /** Seconds since the person approved, at most. */
  readonly maxAge?: number
}

/** For `WWW-Authenticate` of an answer 401; undefined when this login is enough. */
export function challenge(
  login: { readonly by: Means; readonly at: Date },
  { by, maxAge }: Demand,
  now = new Date(),
): string | undefined {
  const old = maxAge !== undefined && now.getTime() - login.at.getTime() > maxAge * 1000
  if (!old && (by === undefined || listed(by).includes(login.by))) return undefined
  const wanted = [
    'error="insufficient_user_authentication"',
    ...(by ? [`acr_values="${acrValues(by)}"`] : []),
    ...(maxAge === undefined ? [] : [`max_age="${maxAge}"`]),
  ]
  return `Bearer ${wanted.join(', ')}`
}

/** For `begin`, from the `WWW-Authenticate` of whoever refused; undefined when it refused for another reason. */
export function demanded(authenticate: string): Demand | undefined {
  const member = (name: string) => new RegExp(`\\b${name}="?([^",]*)"?`).exec(authenticate)?.[1]
  if (member('error') !== 'insufficient_user_authentication') return undefined
  const values = member('acr_values')?.split(' ') ?? []
  const known = values.flatMap((acr) => (Object.keys(MEANS) as Means[]).filter((one) => MEANS[one] === acr))
  const by = known.length > 1 ? known : known[0]
  const maxAge = Number(member('max_age') ?? Number.NaN)
  return { ...(by && { by }), ...(Number.isInteger(maxAge) && { maxAge }) }
}
