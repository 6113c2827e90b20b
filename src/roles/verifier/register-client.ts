// A relying party becomes an OpenID client: private_key_jwt with a public key given here, redirect URIs of one host.

import type { Verifier } from './contract.ts'
import type { Client, Deps } from './model.ts'
import { no } from './refusals.ts'

export const registerClient =
  ({ store, log }: Pick<Deps, 'store' | 'log'>): Verifier['registerClient'] =>
  async (client) => {
    if (!acceptableRedirects(client.redirectUris)) throw no.redirectUris()
    if (!acceptableKey(client.publicJwk)) throw no.clientKey()
    await store.saveClient(client)
    log('verifier.client-registered', { clientId: client.clientId })
    return {}
  }

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** OpenID Connect Core 1.0 §8.1: the host is the sector of the pairwise subjects, so there can be one only. */
function acceptableRedirects(uris: Client['redirectUris']): boolean {
  const urls = uris.map((uri) => new URL(uri))
  return (
    new Set(urls.map(({ host }) => host)).size === 1 &&
    urls.every(({ hash }) => hash === '') &&
    urls.every((url) => url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname)))
  )
}

/** RFC 7518 §6.2.2 and §6.3.2: a client that sends private members has given its key away. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']

function acceptableKey(jwk: Client['publicJwk']): boolean {
  if (PRIVATE_MEMBERS.some((member) => member in jwk)) return false
  if (jwk.kty === 'EC') return jwk.crv === 'P-256' && Boolean(jwk.x && jwk.y)
  // 342 digits of base64url are 2,048 bits.
  return jwk.kty === 'RSA' && Boolean(jwk.e) && (jwk.n?.length ?? 0) >= 342
}
