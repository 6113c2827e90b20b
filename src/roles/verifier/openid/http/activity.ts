// What came of each request of a service to the OpenID provider: the code of an error in the log, and for the service's developer
// the detail that the answer keeps back (RFC 6749 §5.2 has a code only), shown to who administers the service and to nobody else.

import type { EventEmitter } from 'node:events'
import type Provider from 'oidc-provider'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { Deps } from '../../model.ts'

type Needs = Pick<Deps, 'store' | 'clock' | 'log'>

/** Errors by the name of their event; tokens and pushed requests also when all went well. */
export function noteActivity(provider: Provider, needs: Needs): void {
  const logged = (error: Error) => needs.log('verifier.openid-error', { error: errorCode(error) })
  const failed = (what: string) => (ctx: KoaContextWithOIDC, error: errors.OIDCProviderError) => {
    logged(error)
    note(needs, ctx, what, reasonOf(error))
  }
  const well = (what: string) => (ctx: KoaContextWithOIDC) => note(needs, ctx, what, '')
  provider.on('authorization.error', failed('login')).on('grant.error', failed('token'))
  provider.on('pushed_authorization_request.error', failed('request'))
  // Without this Koa prints what it did not expect, with its words: a line of a stack is no place for them.
  const events: EventEmitter = provider as never
  events.on('error', logged)
  provider.on('server_error', (ctx, error) => {
    logged(error)
    note(needs, ctx, 'request', error.name)
  })
  provider.on('grant.success', well('token')).on('pushed_authorization_request.success', well('request'))
  provider.on('backchannel.error', (_ctx, error, client) => {
    logged(error)
    noteLater(needs, client.clientId, 'logout', error.name)
  })
}

export const errorCode = (error: Error): string =>
  error instanceof errors.OIDCProviderError ? error.error : error.name

const LONGEST = 200

const reasonOf = ({ error, error_description, error_detail, name }: errors.OIDCProviderError): string =>
  [error ?? name, error_detail ?? error_description].filter(Boolean).join(': ').slice(0, LONGEST)

/** Also who only claims to be the service: its developer wants to know why a key is refused. */
function clientOf({ oidc }: KoaContextWithOIDC): string | undefined {
  const { client, params, body } = oidc as typeof oidc & { body?: Record<string, unknown> }
  const authorization = (oidc as { authorization?: { clientId?: string } }).authorization
  const named = client?.clientId ?? authorization?.clientId ?? params?.client_id ?? body?.client_id
  return typeof named === 'string' && !named.includes('\0') ? named : undefined
}

function note(needs: Needs, ctx: KoaContextWithOIDC, what: string, reason: string): void {
  const clientId = clientOf(ctx)
  // The person's "no" is noted where it is given.
  if (clientId === undefined || reason.startsWith('access_denied')) return
  noteLater(needs, clientId, what, reason)
}

/** The answer does not wait for it. */
function noteLater({ store, clock, log }: Needs, clientId: string, what: string, reason: string): void {
  const outcome = reason === '' ? 'ok' : 'failed'
  store.services
    .note({ clientId, at: clock(), what, outcome, reason })
    .catch((error: Error) => log('verifier.activity.not-noted', { reason: error.name }))
}
