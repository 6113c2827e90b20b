// What the provider says of itself where it would say more, or less, than is so.
// OpenID Connect Discovery 1.0 §3; RFC 8414 §2.

import type Provider from 'oidc-provider'

/** Signed requests are CIBA's alone, which has its own member for their algorithms; encrypted ones nobody can send. */
const NOT_SO = [
  'request_object_signing_alg_values_supported',
  'request_object_encryption_alg_values_supported',
  'request_object_encryption_enc_values_supported',
]

export function truthful(provider: Provider): void {
  provider.use(async (ctx, next) => {
    await next()
    if (ctx.oidc?.route !== 'discovery') return
    const said = ctx.body as Record<string, unknown>
    for (const member of NOT_SO) delete said[member]
    said.request_parameter_supported = false
    // Without these, RFC 8414 has them be `client_secret_basic`.
    for (const what of ['methods', 'signing_alg_values'])
      said[`revocation_endpoint_auth_${what}_supported`] = said[`token_endpoint_auth_${what}_supported`]
  })
}
