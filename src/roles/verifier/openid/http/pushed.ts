// Pushed authorization requests count towards the quota of the service, like its other requests: RFC 9126 §2.3, 429. Only those of a
// client that has proved who it is, so that nobody uses up another's quota.

import type Provider from 'oidc-provider'
import { Refusal } from '../../../../base/refusal.ts'
import type { Deps } from '../../model.ts'
import { spend } from '../../services/quota.ts'

export function countPushed(provider: Provider, needs: Pick<Deps, 'store' | 'clock'>): void {
  provider.use(async (ctx, next) => {
    await next()
    if (ctx.oidc?.route !== 'pushed_authorization_request' || ctx.status !== 201 || !ctx.oidc.client) return
    try {
      await spend(needs, ctx.oidc.client.clientId)
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 429) throw error
      ctx.status = 429
      ctx.set('retry-after', String(error.detail.retryAfter))
      ctx.body = { error: 'temporarily_unavailable', error_description: 'more requests in this minute than the quota' }
    }
  })
}
