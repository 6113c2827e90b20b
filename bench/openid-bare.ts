// The OpenID provider that ours is made of, alone: the same profile and services, its artefacts in memory, nobody is asked. A process
// of its own: what it spends on a login is spent by whoever uses it.

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { BenchService } from './openid-load.ts'

export type BareService = Pick<BenchService, 'clientId' | 'redirectUri' | 'jwk'>

const services: readonly BareService[] = JSON.parse(process.argv[2]!)
const fapi = process.argv[3] === 'fapi2'
const server = createServer({ keepAliveTimeout: 120_000 }).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const address = `http://localhost:${(server.address() as AddressInfo).port}`
const signing = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
const provider = new Provider(`${address}/verifier`, {
  clients: services.map(({ clientId, redirectUri, jwk }) => ({
    ...{ client_id: clientId, redirect_uris: [redirectUri], jwks: { keys: [{ ...jwk, alg: 'ES256' }] } },
    ...{ token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256' },
    ...{ id_token_signed_response_alg: 'ES256', grant_types: ['authorization_code'], response_types: ['code'] },
    ...{ require_pushed_authorization_requests: fapi, dpop_bound_access_tokens: fapi },
  })) as never,
  jwks: {
    keys: [{ ...(await crypto.subtle.exportKey('jwk', signing.privateKey)), use: 'sig', alg: 'ES256' } as never],
  },
  clientAuthMethods: ['private_key_jwt'],
  enabledJWA: { idTokenSigningAlgValues: ['ES256'], clientAuthSigningAlgValues: ['ES256'] },
  features: {
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 1) },
    fapi: { enabled: fapi, profile: '2.0' },
  },
  cookies: { keys: ['of the bench'] },
  interactions: { url: (_ctx, { uid }) => `/verifier/interaction/${uid}` },
  findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({ clientId: oidc.client!.clientId, accountId: oidc.session!.accountId! })
    grant.addOIDCScope('openid')
    await grant.save()
    return grant
  },
})
const callback = provider.callback()
let person = 0
server.on('request', (req: IncomingMessage, res) => {
  const below = req.url!.slice('/verifier'.length)
  if (below.startsWith('/interaction/'))
    return void provider.interactionFinished(req, res, { login: { accountId: `person ${person++ % 64}` } })
  Object.assign(req, { originalUrl: req.url, url: below })
  void callback(req, res)
})
process.send!(address)
process.on('disconnect', () => process.exit(0))
