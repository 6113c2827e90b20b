// Which service asks, by the access token that it was given for itself. RFC 6750; bound to a key of its, with a proof that it holds
// it, RFC 9449 §7. Not here: tokens that are bound to certificates, which need the connection itself.

import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from 'jose'
import type Provider from 'oidc-provider'
import { base64url, utf8 } from '../../../../base/bytes.ts'
import { sha256 } from '../../../../base/crypto.ts'
import { isOfFuture } from './assertions.ts'

/** What comes with a request. */
export interface Presented {
  readonly method: string
  /** From the root of the issuer's host. */
  readonly path: string
  readonly authorization: string | null | undefined
  readonly proof: string | null | undefined
}

/** Or why not, in the words of `WWW-Authenticate`. */
export type Asker = { readonly clientId: string } | { readonly status: 401 | 403; readonly challenge: string }
export type AskerOf = (presented: Presented, scope: string) => Promise<Asker>

export const presentedWith = ({ method, url, headers }: Request): Presented => ({
  ...{ method, path: new URL(url).pathname },
  ...{ authorization: headers.get('authorization'), proof: headers.get('dpop') },
})

export const PROOF_ALGORITHMS = ['ES256', 'PS256', 'EdDSA'] as const
const ALGS = `algs="${PROOF_ALGORITHMS.join(' ')}"`

export const askerOf =
  (issuer: string, current: () => Promise<{ readonly provider: Provider }>): AskerOf =>
  async (presented, scope) => {
    const [, scheme = '', token = ''] = /^(Bearer|DPoP) ([\w.~+/=-]+)$/i.exec(presented.authorization ?? '') ?? []
    // RFC 6750 §3.1: who shows nothing is told no error.
    if (token === '') return { status: 401, challenge: `Bearer, DPoP ${ALGS}` }
    const bound = scheme.toLowerCase() === 'dpop'
    const no = (status: 401 | 403, error: string) => ({
      status,
      challenge: bound ? `DPoP ${error}, ${ALGS}` : `Bearer ${error}`,
    })
    const { provider } = await current()
    const found = await provider.ClientCredentials.find(token)
    if (!found?.clientId || found['x5t#S256'] || Boolean(found.jkt) !== bound) return no(401, 'error="invalid_token"')
    const { clientId, jkt } = found
    if (jkt && !(await proves(provider, clientId, { ...presented, issuer, token, jkt })))
      return no(401, 'error="invalid_dpop_proof"')
    if (!found.scope?.split(' ').includes(scope)) return no(403, `error="insufficient_scope", scope="${scope}"`)
    return { clientId }
  }

interface Held extends Presented {
  readonly issuer: string
  readonly token: string
  readonly jkt: string
}

const PAST_SECONDS = 300

/** RFC 9449 §4.3; each proof counts once. */
async function proves(provider: Provider, clientId: string, held: Held): Promise<boolean> {
  try {
    const { payload, protectedHeader } = await jwtVerify(held.proof ?? '', EmbeddedJWK, {
      algorithms: [...PROOF_ALGORITHMS],
      typ: 'dpop+jwt',
    })
    const { jti, iat } = payload
    if (!isOf(payload, held) || (await calculateJwkThumbprint(protectedHeader.jwk!)) !== held.jkt) return false
    return jti !== undefined && provider.ReplayDetection.unique(clientId, jti, Number(iat) + 2 * PAST_SECONDS)
  } catch {
    return false
  }
}

/** This request, with this token, now. */
function isOf({ iat, htm, htu, ath }: JWTPayload, { method, path, issuer, token }: Held): boolean {
  if (typeof iat !== 'number' || isOfFuture(iat) || iat < Date.now() / 1000 - PAST_SECONDS) return false
  const named = URL.parse(String(htu))
  const here = named !== null && named.origin === new URL(issuer).origin && named.pathname === path
  return here && htm === method && ath === base64url(sha256(utf8(token)))
}
