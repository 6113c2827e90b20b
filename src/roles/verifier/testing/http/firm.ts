// A firm at the developers' portal: its administrator is whoever the code of the callback names.

import type { Verifier } from '../../contract.ts'
import { publicJwkOf } from './openid-room.ts'

/** A login at the portal that believes what comes back; the real one is met in services.test.ts. */
export const believingPortal = {
  begin: async () => ({ location: 'https://platform.example/auth', pending: '' }),
  finish: async (callback: string) => ({ subject: new URL(callback).searchParams.get('code')! }),
}

const ES256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

type MayAsk = Parameters<Verifier['registerService']>[0]['registration']['mayAsk']

/** A tenant with one service, and its administrator. */
export async function firmAt(verifier: Verifier, name: string, mayAsk: MayAsk) {
  const { session } = await verifier.finishDeveloperLogin({ callback: `https://x.example/?code=${name}`, pending: '' })
  const { tenantId } = await verifier.openTenant({ session, name })
  const key = await crypto.subtle.generateKey(ES256, true, ['sign', 'verify'])
  const redirectUri = `https://${name}.example/callback`
  const { clientId } = await verifier.registerService({
    session,
    registration: { name, redirectUris: [redirectUri], profile: 'openid', mayAsk },
    key: { publicJwk: await publicJwkOf(key) },
  })
  return { session, tenantId, clientId, redirectUri, key }
}
