// When a person is asked: at every login, because there is no single sign-on. What a service demands of the login (means,
// person) and did not get is an error to it and no second question. OpenID Connect Core 1.0 §3.1.2.1, §5.5.1.1; RFC 9470 §5.

import { decodeJwt } from 'jose'
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { ACR, type Deps } from '../../model.ts'
import { askedClaims, mustBeRegistered } from './claims/asked.ts'

const SUPPORTED: readonly string[] = Object.values(ACR)

/** Means of which one is demanded; none: any will do. RFC 9470 §5 treats `acr_values` as a demand, and so do we. */
export function demandedAcrs(params: Record<string, unknown>, claims: unknown): string[] {
  const named = typeof params.acr_values === 'string' ? params.acr_values.split(' ').filter(Boolean) : []
  const asked = (claims as { id_token?: { acr?: AcrRequest } } | undefined)?.id_token?.acr
  const essential = asked?.essential ? (asked.values ?? (asked.value ? [asked.value] : [])) : []
  if (!Array.isArray(essential)) throw new errors.InvalidRequest('claims.id_token.acr.values is a list')
  const demanded = essential.length > 0 ? essential : named
  const supported = demanded.filter((acr): acr is string => SUPPORTED.includes(String(acr)))
  if (demanded.length > 0 && supported.length === 0)
    throw new errors.UnmetAuthenticationRequirements('none of these means is offered here')
  return supported
}

interface AcrRequest {
  readonly essential?: boolean
  readonly value?: string
  readonly values?: unknown
}

export function loginPrompt(deps: Pick<Deps, 'store'>): interactionPolicy.Prompt {
  const login = interactionPolicy.base().get('login')
  if (!login) throw new Error('the provider has no login prompt')
  const { Check } = interactionPolicy
  for (const reason of ['essential_acr', 'essential_acrs']) login.checks.remove(reason)
  for (const reason of ['id_token_hint', 'claims_id_token_sub_value']) askOnce(login, reason)
  login.checks.add(
    new Check('phone', 'each login is approved by the person', 'login_required', async ({ oidc }) => {
      const demanded = demandedAcrs(oidc.params ?? {}, oidc.claims)
      if (!oidc.result?.login) {
        await mayAsk(deps, oidc, demanded)
        return Check.REQUEST_PROMPT
      }
      if (demanded.length > 0 && !demanded.includes(oidc.result.login.acr ?? ''))
        throw new errors.UnmetAuthenticationRequirements('the login was not by the means asked for')
      return Check.NO_NEED_TO_PROMPT
    }),
  )
  return login
}

/** At each login the person says yes to it, and by which card or phone: what these ask for is there. OpenID Connect Core 1.0 §3.1.2.1. */
export const answeredByLogin = (): interactionPolicy.Prompt[] =>
  ['consent', 'select_account'].map((name) => {
    const prompt = new interactionPolicy.Prompt({ name, requestable: true })
    prompt.checks.clear()
    return prompt
  })

/** Before the person is asked, and only where something is asked, or a touch at a reader of the service demanded. */
async function mayAsk(
  { store }: Pick<Deps, 'store'>,
  { claims, client }: KoaContextWithOIDC['oidc'],
  demanded: readonly string[],
): Promise<void> {
  const asked = askedClaims(claims)
  const touchOnly = demanded.length > 0 && demanded.every((acr) => acr === ACR.pinless)
  const registered = (asked.length > 0 || touchOnly) && client ? await store.client(client.clientId) : undefined
  if (registered) mustBeRegistered(registered, asked)
  if (touchOnly && !registered?.readers?.length)
    throw new errors.UnmetAuthenticationRequirements('this service has no reader')
}

/** Somebody else than the service expects has answered: asking again would go on for ever. */
function askOnce(login: interactionPolicy.Prompt, reason: string): void {
  const check = login.checks.get(reason)
  if (!check) throw new Error(`the provider has no check ${reason}`)
  const { check: asked } = check
  check.check = async (ctx: KoaContextWithOIDC) => {
    rememberHint(ctx)
    const missing = await asked(ctx)
    if (missing && ctx.oidc.result?.login) throw new errors.LoginRequired('another person has logged in')
    return missing
  }
}

/** The provider reads the hint before the person is asked, and looks for it in vain after. It was verified then. */
function rememberHint({ oidc }: KoaContextWithOIDC): void {
  const hint = oidc.params?.id_token_hint
  if (typeof hint === 'string' && !oidc.entities.IdTokenHint) oidc.entity('IdTokenHint', { payload: decodeJwt(hint) })
}
