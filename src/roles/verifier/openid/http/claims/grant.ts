// The grant of a login at which something was given: its name leads back to that login. And how long after the person's approval
// it may be read: then the person is asked again (RFC 9470 §3).

import Provider, { errors, type KoaContextWithOIDC } from 'oidc-provider'

/** Long enough for a service to ask right after its login. */
const READ_SECONDS = 120

const FORM = /^login-([0-9a-f]{32})-([0-9]{1,12})(?:-s[0-9]{1,12})?$/

export const grantOfLogin = (loginId: string, at: Date): string => `login-${loginId}-${Math.floor(at.getTime() / 1000)}`

export function loginOfGrant(grantId: string | undefined): { readonly loginId: string; readonly at: Date } | undefined {
  const [, loginId, seconds] = FORM.exec(grantId ?? '') ?? []
  return loginId ? { loginId, at: new Date(Number(seconds) * 1000) } : undefined
}

/** Where J-LIS did not answer: the time of the status that stood in its place. Ours: docs/profile.md#kept-status. */
export const STATUS_CLAIM = 'status_checked_at'

/** The name of a grant that tells of when that status is, in seconds. */
export const withStatus = (name: string, seconds: number): string => `${name}-s${seconds}`

export function statusOfGrant(grantId: string | undefined): number | undefined {
  const [, seconds] = /-s([0-9]{1,12})$/.exec(grantId ?? '') ?? []
  return seconds === undefined ? undefined : Number(seconds)
}

/** RFC 9470 §3, in the words of RFC 6750 §3.1. */
class InsufficientUserAuthentication extends errors.OIDCProviderError {
  constructor() {
    super(401, 'insufficient_user_authentication')
    Object.assign(this, { error_description: 'the person must approve again' })
  }
}

export function mustBeFresh(ctx: KoaContextWithOIDC, at: Date, now: Date): void {
  if (now.getTime() - at.getTime() <= READ_SECONDS * 1000) return
  ctx.state.maxAge = READ_SECONDS
  throw new InsufficientUserAuthentication()
}

/** The provider writes the challenge without what RFC 9470 adds to it. */
export function challenges(provider: Provider): void {
  provider.use(async (ctx, next) => {
    await next()
    const challenge = ctx.response.get('www-authenticate')
    if (ctx.state.maxAge && challenge) ctx.set('www-authenticate', `${challenge}, max_age="${ctx.state.maxAge}"`)
  })
}
