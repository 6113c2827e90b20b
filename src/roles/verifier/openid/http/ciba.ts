// Decoupled approval on the wire: CIBA Core 1.0, poll and ping, with what FAPI-CIBA adds (signed requests, a binding message
// always). The answer is in the verifier's records; the provider reads it from there whenever the service comes for it, so
// that nothing has to be handed over when the person answers, and nothing is lost between.

import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider'
import { type AskingDeps, ask, personByHint, rightUserCode } from '../../approvals/ask.ts'
import { zRequestContext } from '../../approvals/contract.ts'
import { APPROVAL_SECONDS } from '../../approvals/model.ts'
import { ACR } from '../../model.ts'
import type { Client } from '../contract.ts'
import { demandedAcrs } from './prompts.ts'

type Features = NonNullable<Configuration['features']>

/** CIBA Core 1.0 §7.1 leaves the form to us: text of one line that can name no other place to go. */
const BINDING_MESSAGE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,100}$/u
/** Of a text after NFKC, by which ０３－１２３４ reads 03-1234: a scheme, a host, a number as people write it. */
const ADDRESS = /https?:|:\/\/|[\p{L}\p{N}-]\.[a-z]{2,}|[\p{Nd}+][\p{Nd}().\s\p{Pd}\u2212\u30fc]{8,}/iu

export const ciba = (deps: AskingDeps): NonNullable<Features['ciba']> => ({
  enabled: true,
  deliveryModes: ['poll', 'ping'],
  processLoginHint: async (ctx, hint) => personByHint(deps, await clientIn(deps, ctx), hint ?? ''),
  processLoginHintToken: () => {
    throw new errors.InvalidRequest('people are named by login_hint (the subject) or id_token_hint')
  },
  validateBindingMessage: (_ctx, message) => {
    if (!message || !BINDING_MESSAGE.test(message) || message.trim() === '' || ADDRESS.test(message.normalize('NFKC')))
      throw new errors.InvalidBindingMessage(
        'one line of at most 100 characters, without addresses and telephone numbers',
      )
  },
  validateRequestContext: (ctx, context) => {
    requestContext(context)
    const demanded = demandedIn(ctx)
    if (demanded.length > 0 && !demanded.some((acr) => BY_PHONE.includes(acr)))
      throw new errors.UnmetAuthenticationRequirements('who is asked on the phone answers by the phone')
  },
  verifyUserCode: async (ctx, account, userCode) => {
    const { clientId, ciba: registered } = await clientIn(deps, ctx)
    // On a line on which everybody can call, the user code keeps strangers away.
    const open = requestContext(ctx.oidc.params?.request_context).channel === 'ivr'
    if (!registered?.userCode && !open) return
    if (!userCode) throw new errors.MissingUserCode('this service asks with the user code of the person')
    if (!(await rightUserCode(deps, clientId, account.accountId, userCode)))
      throw new errors.InvalidUserCode('wrong, or tried too often')
  },
  triggerAuthenticationDevice: async (ctx, request, account) => {
    const params = ctx.oidc.params ?? {}
    const asked = await ask(deps, {
      client: await clientIn(deps, ctx),
      personId: account.accountId,
      authReqId: request.jti,
      acrValues: demandedIn(ctx),
      procedure: String(params.binding_message),
      ...requestContext(params.request_context),
      expiresAt: new Date(deps.clock().getTime() + request.expiration * 1000),
      notificationToken: typeof params.client_notification_token === 'string' ? params.client_notification_token : null,
    })
    if ('refused' in asked) throw denied(`this service may not ask this person now: ${asked.refused}`)
    Object.assign(ctx.body as object, { interval: INTERVAL_SECONDS, comparison_code: asked.code })
  },
})

/** CIBA Core 1.0 §7.3. */
const INTERVAL_SECONDS = 2

/** CIBA Core 1.0 §13. */
const denied = (description: string) =>
  Object.assign(new errors.AccessDenied(description), { status: 403, statusCode: 403 })

const BY_PHONE: readonly string[] = [ACR.phone, ACR.biometric]

const demandedIn = ({ oidc: { params = {} } }: KoaContextWithOIDC): string[] =>
  demandedAcrs(params, JSON.parse(String(params.claims ?? 'null')) ?? undefined)

async function clientIn({ store }: AskingDeps, { oidc }: KoaContextWithOIDC): Promise<Client> {
  const client = await store.client(oidc.client?.clientId ?? '')
  if (!client) throw new errors.InvalidClient('no such client')
  return client
}

function requestContext(context: unknown) {
  const parsed = zRequestContext.safeParse(typeof context === 'string' ? json(context) : {})
  if (!parsed.success) throw new errors.InvalidRequest('request_context: {"channel": …, "caller": …}')
  return parsed.data
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Seconds that the person has. */
export function approvalSeconds(ctx: KoaContextWithOIDC | undefined): number {
  const asked = Number(ctx?.oidc.params?.requested_expiry ?? APPROVAL_SECONDS.usual)
  return Math.min(APPROVAL_SECONDS.most, Math.max(APPROVAL_SECONDS.least, asked))
}

/** An ID token of ours as a hint names its subject, which is this service's own name for the person. */
export const accountOfHint = async (deps: AskingDeps, ctx: KoaContextWithOIDC, accountId: string): Promise<string> =>
  ctx.oidc.route === 'backchannel_authentication' && ctx.oidc.params?.id_token_hint
    ? personByHint(deps, await clientIn(deps, ctx), accountId)
    : accountId
