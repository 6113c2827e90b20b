// A relying party becomes an OpenID client: private_key_jwt with a public key given here, redirect URIs of one host.

import { isLoopback } from '../../base/loopback.ts'
import type { Verifier } from './contract.ts'
import type { Deps } from './model.ts'
import type { Client } from './openid/contract.ts'
import { isPublicKey } from './openid/http/public-key.ts'
import { no } from './refusals.ts'

export const registerClient =
  ({ store, log, ping }: Pick<Deps, 'store' | 'log' | 'ping'>): Verifier['registerClient'] =>
  async (client) => {
    mustBeAcceptable(client)
    // Whoever may ask people must be found where it says, and that is outside.
    const { notificationEndpoint } = client.ciba ?? {}
    if (notificationEndpoint && ping && !ping.accepts(notificationEndpoint)) throw no.endpointRefused()
    if (!(await store.saveClient(client))) throw no.serviceClosed()
    log('verifier.client-registered', { clientId: client.clientId, profile: client.profile ?? 'openid' })
    return {}
  }

/** Refuses what no client may be registered with, whoever registers it. */
export function mustBeAcceptable(client: Client): void {
  if (!acceptableRedirects(client)) throw no.redirectUris()
  if (!acceptableKeys(client)) throw no.clientKey()
  if (!asked(client).every(encrypted)) throw no.clientAddresses()
}

/** https, or http that does not leave this machine. */
function encrypted(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

/** What the provider or a browser goes to because the client says so. */
const asked = (client: Client): string[] =>
  [
    client.jwksUri,
    client.backchannelLogoutUri,
    client.ciba?.notificationEndpoint,
    ...(client.postLogoutRedirectUris ?? []),
  ].filter((address) => address !== undefined)

/** OpenID Connect Core 1.0 §8.1: the host is the sector of the pairwise subjects, unless the operator names another. */
function acceptableRedirects({ redirectUris, sector }: Client): boolean {
  const urls = redirectUris.map((uri) => new URL(uri))
  const hosts = new Set(urls.map(({ host }) => host)).size
  return (sector ? hosts > 0 : hosts === 1) && urls.every(({ hash }) => hash === '') && redirectUris.every(encrypted)
}

/** One way to know the client's key. Encryption is for a key that is given here. */
function acceptableKeys({ publicJwk, jwksUri, encryptionJwk, profile, idTokenAlg }: Client): boolean {
  if (profile === 'fapi2' && idTokenAlg === 'RS256') return false
  if (Boolean(publicJwk) === Boolean(jwksUri) || (encryptionJwk && !publicJwk)) return false
  return [publicJwk, encryptionJwk].every((jwk) => !jwk || acceptableKey(jwk))
}

/** RFC 7518 §6.2.2 and §6.3.2: a client that sends private members has given its key away. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']

const acceptableKey = (jwk: Record<string, string>): boolean =>
  !PRIVATE_MEMBERS.some((member) => member in jwk) && isPublicKey(jwk)
