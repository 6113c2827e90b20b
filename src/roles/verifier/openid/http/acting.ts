// Tokens and sessions of those who act for others: none is given, and none is good any more, when the mandate does not count. What runs
// then is ended, and the service is told by back channel. OpenID Connect Back-Channel Logout 1.0.

import type Provider from 'oidc-provider'
import type { Account, KoaContextWithOIDC } from 'oidc-provider'
import { type Acting, actingAccount, actingClaims, actingIn } from '../../mandates/acting.ts'
import { standing } from '../../mandates/standing.ts'
import type { AskedAuthority, Deps } from '../../model.ts'

export interface ActingOptions extends Pick<Deps, 'store' | 'clock' | 'keys' | 'log' | 'party'> {
  readonly authority: Pick<AskedAuthority, 'status' | 'chain'>
}

/** As long as the sessions of the provider. */
export const ACTING_SECONDS = 900

/** Who acts, with what may be said of it; nothing where the mandate does not count. */
export async function actor(
  options: ActingOptions,
  { oidc }: KoaContextWithOIDC,
  acting: Acting,
  source: object,
): Promise<Account | undefined> {
  const client = oidc.client && (await options.store.client(oidc.client.clientId))
  const claims = client && (await actingClaims(options, client, acting))
  if (!claims) {
    options.log('verifier.mandate.not-counting', { clientId: oidc.client?.clientId ?? '', mandateId: acting.mandateId })
    return undefined
  }
  const { sid } = source as { readonly sid?: string }
  if (oidc.route === 'token' && sid) await noteSession(options, client.clientId, acting, sid)
  return { accountId: actingAccount(acting), claims: () => ({ ...claims }) }
}

const noteSession = ({ store, clock }: ActingOptions, clientId: string, acting: Acting, sid: string) =>
  store.mandates.begin({
    ...{ sid, clientId, mandateId: acting.mandateId, account: actingAccount(acting) },
    until: new Date(clock().getTime() + ACTING_SECONDS * 1000),
  })

/** Tells each service of the sessions there whose mandate does not count any more. What it does not hear now it hears the next time. */
export async function endActing(options: ActingOptions, provider: Provider): Promise<void> {
  const { store, clock } = options
  await Promise.all(
    (await store.mandates.running(clock())).map(async ({ sid, clientId, mandateId, account }) => {
      if (!(await isOver(options, clientId, mandateId, account))) return
      // Not in the types of the provider, as its own end of a session calls it.
      const client = (await provider.Client.find(clientId)) as LogoutClient | undefined
      try {
        if (client?.backchannelLogoutUri) await client.backchannelLogout(account, sid)
        await store.mandates.ended(sid)
        options.log('verifier.mandate.session-ended', { clientId, mandateId })
      } catch (error) {
        options.log('verifier.mandate.session-not-ended', { clientId, reason: (error as Error).name })
      }
    }),
  )
}

interface LogoutClient {
  readonly backchannelLogoutUri?: string
  backchannelLogout(accountId: string, sid: string): Promise<void>
}

/** What cannot be found out now does not log anybody out; it gives nothing either. */
async function isOver(options: ActingOptions, clientId: string, mandateId: string, account: string): Promise<boolean> {
  const client = await options.store.client(clientId)
  if (!client) return true
  try {
    const { serial } = actingIn(account)!
    if (!(await standing(options, client, mandateId))) return true
    return (await options.authority.status({ kind: 'auth', serial })).status !== 'valid'
  } catch {
    return false
  }
}
