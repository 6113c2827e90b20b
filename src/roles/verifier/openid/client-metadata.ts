// A registered relying party in the words of the OpenID provider. OpenID Connect Dynamic Client Registration 1.0 §2.

import { base64url, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { Client } from './contract.ts'

type Metadata = Record<string, unknown>

/** The key before this one counts until its time is over. */
export const clientMetadata = (client: Client, now: Date): Metadata => ({
  client_id: client.clientId,
  client_name: client.name,
  redirect_uris: client.redirectUris,
  response_types: ['code'],
  grant_types: ['authorization_code', 'client_credentials', ...(client.ciba ? [CIBA_GRANT] : [])],
  subject_type: 'pairwise',
  token_endpoint_auth_method: 'private_key_jwt',
  id_token_signed_response_alg: client.idTokenAlg ?? 'ES256',
  ...keysOf(client, now),
  ...(client.profile === 'fapi2' && fapi(client)),
  ...(client.encryptionJwk && {
    id_token_encrypted_response_alg: encryptionAlg(client.encryptionJwk),
    id_token_encrypted_response_enc: 'A256GCM',
  }),
  ...(client.sector && { sector_identifier_uri: `https://${client.sector}/` }),
  ...(client.ciba && backchannel(client, client.ciba, now)),
  ...(client.postLogoutRedirectUris && { post_logout_redirect_uris: client.postLogoutRedirectUris }),
  ...(client.backchannelLogoutUri && {
    backchannel_logout_uri: client.backchannelLogoutUri,
    backchannel_logout_session_required: true,
  }),
})

const CIBA_GRANT = 'urn:openid:params:grant-type:ciba'

/** The provider wants a sector and an address of keys where there is CIBA; ours are in the record of the client. */
const HERE = 'here.invalid'
export const OWN_SECTOR = `https://${HERE}/`
/** The provider never tells anybody: approvals/notify.ts does. */
const TOLD_BY_US = `https://${HERE}/told`
const KEYS_HERE = `https://${HERE}/keys/`

/** The client whose keys the provider asks for at an address that is no real one. */
export const keysHere = (url: string): string | undefined =>
  url.startsWith(KEYS_HERE) ? decodeURIComponent(url.slice(KEYS_HERE.length).replace(/\?.*/, '')) : undefined

/** Another with other keys: the provider goes on with those that it has read at an address as long as they verify. */
function ownAddress(client: Client, now: Date): string {
  const digest = sha256(utf8(JSON.stringify(clientKeys(client, now))))
  return `${KEYS_HERE}${encodeURIComponent(client.clientId)}?${base64url(digest)}`
}

/** CIBA Core 1.0 §4. */
const backchannel = (
  client: Client,
  { notificationEndpoint, userCode }: NonNullable<Client['ciba']>,
  now: Date,
): Metadata => ({
  backchannel_token_delivery_mode: notificationEndpoint ? 'ping' : 'poll',
  ...(notificationEndpoint && { backchannel_client_notification_endpoint: TOLD_BY_US }),
  ...(userCode && { backchannel_user_code_parameter: true }),
  ...(client.profile === 'fapi2' && {
    backchannel_authentication_request_signing_alg: client.publicJwk?.kty === 'RSA' ? 'PS256' : 'ES256',
  }),
  ...(!client.sector && { sector_identifier_uri: OWN_SECTOR }),
  ...(client.publicJwk && { jwks: undefined, jwks_uri: ownAddress(client, now) }),
})

/** The keys of a client that gave them here. RFC 7517 §5. */
export const clientKeys = (client: Client, now: Date): unknown => keysOf(client, now).jwks

/** With which it signs: for others who must know that it is it. */
export const signingKeys = ({ publicJwk, earlier, jwksUri }: Client, now: Date) => ({
  keys: [...(publicJwk ? [publicJwk] : []), ...(earlier && earlier.until > now ? [earlier.publicJwk] : [])],
  jwksUri: publicJwk ? null : (jwksUri ?? null),
})

/** So long a key counts at most that a service has taken away from its own site. */
export const SITE_KEYS_MS = 600_000

function keysOf({ publicJwk, jwksUri, encryptionJwk, profile, earlier }: Client, now: Date): Metadata {
  // Of another age it is another client to the provider, which forgets the keys that it has read.
  if (!publicJwk) return { jwks_uri: jwksUri, keys_of: Math.floor(now.getTime() / SITE_KEYS_MS) }
  const encryption = encryptionJwk && { ...encryptionJwk, use: 'enc', alg: encryptionAlg(encryptionJwk) }
  const before = earlier && earlier.until > now ? [earlier.publicJwk] : []
  const rsa = profile === 'fapi2' ? 'PS256' : 'RS256'
  return {
    token_endpoint_auth_signing_alg: publicJwk.kty === 'RSA' ? rsa : 'ES256',
    jwks: { keys: [publicJwk, ...before, ...(encryption ? [encryption] : [])] },
  }
}

const encryptionAlg = ({ kty }: Record<string, string>): string => (kty === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES')

/** FAPI 2.0 Security Profile §5.3.2.2: requests are pushed, tokens bound to their sender. */
const fapi = ({ tokensBoundBy = 'dpop' }: Client): Metadata => ({
  require_pushed_authorization_requests: true,
  ...(tokensBoundBy === 'dpop'
    ? { dpop_bound_access_tokens: true }
    : { tls_client_certificate_bound_access_tokens: true }),
})
