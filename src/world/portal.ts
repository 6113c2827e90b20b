// The developers' portal as a client of the platform's own OpenID provider: developers are people with a phone or a card too.

import { base64url, fromBase64url, utf8 } from '../base/bytes.ts'
import { openIdClient } from '../roles/service/http.ts'
import type { Client } from '../roles/verifier/contract.ts'
import type { PortalLogin } from '../roles/verifier/index.ts'
import type { Platform } from './platform.ts'

const CLIENT = { clientId: 'kazasu-developers', name: 'かざす開発者ページ / Kazasu Developers' } as const
const DEVELOPERS = '/developers'

/** What the portal logs people in with, and what it is registered with. */
export async function developersDoor(
  { keys }: Pick<Platform, 'keys'>,
  issuer: string,
  origin: string,
): Promise<{ readonly login: PortalLogin; readonly client: Client }> {
  const redirectUri = `${origin}${DEVELOPERS}/callback`
  const openid = await openIdClient({ issuer, clientId: CLIENT.clientId, redirectUri, key: keys })
  const login: PortalLogin = {
    begin: async () => {
      const { location, ...kept } = await openid.begin()
      return { location, pending: base64url(utf8(JSON.stringify(kept))) }
    },
    finish: async (callback, pending) => {
      const kept = keptIn(pending)
      if (!kept) return null
      try {
        const { subject, delegate } = await openid.finish({ callback, ...kept })
        // Services are registered by people in their own name.
        return delegate === undefined ? { subject } : null
      } catch (error) {
        // Anything else is trouble of this platform, and is told as such.
        if ((error as Error).name === 'OpenIdRefused') return null
        throw error
      }
    },
  }
  return { login, client: { ...CLIENT, redirectUris: [redirectUri], publicJwk: openid.publicJwk } }
}

type Kept = Readonly<Record<'state' | 'nonce' | 'codeVerifier', string>>

/** The browser brings it back: it may be anything. */
function keptIn(pending: string): Kept | null {
  try {
    const { state, nonce, codeVerifier } = JSON.parse(new TextDecoder().decode(fromBase64url(pending)))
    const all = [state, nonce, codeVerifier]
    return all.every((one) => typeof one === 'string') ? { state, nonce, codeVerifier } : null
  } catch {
    return null
  }
}
