// What a client signs about itself, beyond what the provider looks at. FAPI 2.0 Security Profile §5.3.2.1: ten seconds of the future
// are a clock that is fast, more than sixty are refused.

import { decodeJwt } from 'jose'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'

const FUTURE_SECONDS = 60
/** RFC 7523 §3 (4): a use is remembered for as long. */
const DAY_SECONDS = 86_400

const now = (): number => Math.floor(Date.now() / 1000)

export const isOfFuture = (iat: unknown): boolean => typeof iat === 'number' && iat > now() + FUTURE_SECONDS

/** Of `private_key_jwt`. FAPI 2.0 Security Profile §5.3.2.1 has one audience, as a string. */
export async function checkAssertion(ctx: KoaContextWithOIDC, claims: Record<string, unknown>): Promise<void> {
  const { aud, iat, exp } = claims
  if (ctx.oidc.client?.requirePushedAuthorizationRequests && aud !== ctx.oidc.issuer)
    throw new errors.InvalidClientAuth('aud is the issuer, as a string')
  if (isOfFuture(iat)) throw new errors.InvalidClientAuth('iat is in the future')
  if (Number(exp) > now() + DAY_SECONDS) throw new errors.InvalidClientAuth('exp is more than a day ahead')
}

/** RFC 9449 §8: whose clock is that fast proves it with a nonce of ours. */
export function needsNonce(ctx: KoaContextWithOIDC): boolean {
  try {
    return isOfFuture(decodeJwt(ctx.get('DPoP')).iat)
  } catch {
    return false
  }
}
