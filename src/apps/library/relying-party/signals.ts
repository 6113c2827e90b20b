// What the platform sends to a service by itself: security events (RFC 8417 §2, RFC 8935 §2) and logout tokens
// (OpenID Connect Back-Channel Logout 1.0 §2.6). Each is believed only by its signature, for this service, and in its own kind.

import { createRemoteJWKSet, jwtVerify } from 'jose'

export interface KazasuEvent {
  /** The same event comes again with the same id until it is acknowledged by 202. */
  readonly id: string
  /** URI. */
  readonly type: string
  /** As in the ID token; null for an event of the stream itself. */
  readonly subject: string | null
  readonly claims: Readonly<Record<string, unknown>>
}

interface Service {
  readonly issuer: string
  readonly clientId: string
}

const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout'

export function signals(
  server: { readonly issuer: string; readonly jwks_uri?: string },
  { issuer, clientId }: Service,
) {
  const tokenKeys = createRemoteJWKSet(new URL(server.jwks_uri ?? `${issuer}/jwks`))
  const eventKeys = createRemoteJWKSet(new URL(`${issuer}/ssf/jwks`))
  const common = { issuer: server.issuer, audience: clientId, algorithms: ['ES256'] }
  return {
    event: async (set: string): Promise<KazasuEvent> => {
      const { payload } = await jwtVerify(set, eventKeys, {
        ...common,
        typ: 'secevent+jwt',
        requiredClaims: ['jti', 'events'],
      })
      const [found] = Object.entries(payload.events as Record<string, Record<string, unknown>>)
      if (!found) throw new TypeError('a token without an event')
      const subject = payload.sub_id as { format?: string; sub?: string } | undefined
      return {
        id: payload.jti ?? '',
        type: found[0],
        subject: (subject?.format === 'iss_sub' && subject.sub) || null,
        claims: found[1],
      }
    },
    loggedOut: async (token: string): Promise<{ readonly subject: string }> => {
      const { payload } = await jwtVerify(token, tokenKeys, {
        ...common,
        typ: 'logout+jwt',
        requiredClaims: ['sub', 'events'],
      })
      if (!payload.sub || !Object.hasOwn(payload.events as object, LOGOUT) || 'nonce' in payload)
        throw new TypeError('this is no logout token')
      return { subject: payload.sub }
    },
  }
}
