// How the OpenID provider is set up: code flow with PKCE S256, private_key_jwt and pairwise subjects for everybody; pushed
// requests and bound tokens for those registered for FAPI. OpenID Connect Core 1.0; FAPI 2.0 Security Profile.

import type { TLSSocket } from 'node:tls'
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider'
import { hex } from '../../../../base/bytes.ts'
import { Refusal } from '../../../../base/refusal.ts'
import { API_SCOPE } from '../../api/contract.ts'
import { actingIn, principalOf } from '../../mandates/acting.ts'
import { ACR, type Deps } from '../../model.ts'
import { pairwiseSubject } from '../../pairwise.ts'
import { GRANT_SECONDS, openIdAdapter } from '../adapter.ts'
import { OWN_SECTOR } from '../client-metadata.ts'
import { errorPage, loggedOutPage, logoutPage, PAGE_HEADERS, PAGE_POLICY } from '../pages.ts'
import { ACTING_SECONDS, type ActingOptions, actor } from './acting.ts'
import { PROOF_ALGORITHMS } from './asker.ts'
import { checkAssertion, isOfFuture, needsNonce } from './assertions.ts'
import { accountOfHint, approvalSeconds, ciba } from './ciba.ts'
import { CLAIMS } from './claims/asked.ts'
import { EVIDENCE, RECORD, TRUST_FRAMEWORK, verifiedClaims } from './claims/given.ts'
import { grantOfLogin, STATUS_CLAIM, statusOfGrant, withStatus } from './claims/grant.ts'
import { cookieKeys } from './cookie-keys.ts'
import { OUTCOME_SCOPE } from './outcome.ts'
import { outgoing } from './outgoing.ts'
import { answeredByLogin, loginPrompt } from './prompts.ts'
import { signingKeys } from './signing-keys.ts'

export interface ConfigurationOptions extends ActingOptions, Pick<Deps, 'entropy' | 'party'> {
  readonly issuer: string
}

const off = { enabled: false } as const
const on = { enabled: true } as const

/** `path` is that of the issuer; `published` the generations of its keys. */
export async function configuration(
  options: ConfigurationOptions,
  path: string,
  published: readonly number[],
): Promise<Configuration> {
  const { keys } = options
  return {
    ...ALGORITHMS,
    adapter: openIdAdapter({
      ...options,
      key: await keys.secret('verifier-openid-artifacts', 32),
      replayed: () => new errors.InvalidGrant('used already'),
      refused: temporarily,
    }) as never,
    jwks: { keys: await signingKeys(keys, published) },
    cookies: { keys: cookieKeys(await keys.secret('verifier-openid-cookies', 32)) as never, ...cookieNames },
    clientAuthMethods: ['private_key_jwt'],
    responseTypes: ['code'],
    scopes: ['openid', 'ssf.read', 'ssf.manage', API_SCOPE, OUTCOME_SCOPE],
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time', 'act', 'mandate', STATUS_CLAIM], verified_claims: null },
    discovery: IDENTITY_ASSURANCE,
    acrValues: Object.values(ACR),
    subjectTypes: ['pairwise'],
    /** OpenID Connect Core 1.0 §8.1: one-way, and another for each sector. */
    pairwiseIdentifier: (_ctx, accountId, { clientId, redirectUris = [], sectorIdentifierUri: uri }) =>
      pairwiseSubject(keys, { clientId, redirectUris, sector: sectorIn(uri) }, principalOf(accountId)),
    // The operator has checked whose services they are, so no document of theirs is fetched to say so.
    sectorIdentifierUriValidate: () => false,
    assertJwtClientAuthClaimsAndHeader: checkAssertion,
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    features: await features(options),
    fetch: outgoing(options),
    interactions: {
      policy: [loginPrompt(options), ...answeredByLogin()],
      url: (_ctx, { uid }) => `${path}/interaction/${uid}`,
    },
    ttl: LIVES,
    expiresWithSession: () => false,
    findAccount: accountOf(options),
    loadExistingGrant: grantTo(options),
    renderError: (ctx, out) => show(ctx, errorPage(out.error)),
  }
}

/** RFC 6749 §4.1.2.1, RFC 9110 §15.6.4: the same may be asked again, of a database that is away or full. */
function temporarily(error: unknown): unknown {
  if (!(error instanceof Refusal) || error.status !== 503) return error
  const away = new errors.TemporarilyUnavailable('not just now: the same may be asked again')
  return Object.assign(away, { statusCode: 503, status: 503, cause: error })
}

/** The person; or what one who acts for another is to this service now. */
const accountOf =
  (options: ConfigurationOptions): NonNullable<Configuration['findAccount']> =>
  async (ctx, named, source) => {
    const accountId = await accountOfHint(options, ctx, named)
    const acting = actingIn(accountId)
    const status = statusOfGrant((source as { grantId?: string } | undefined)?.grantId)
    const told = status === undefined ? {} : { [STATUS_CLAIM]: status }
    // Who comes back with a browser is asked anew: nothing is given for the session that is there.
    if (acting && source) {
      const account = await actor(options, ctx, acting, source)
      return account && { ...account, claims: async (...asked) => ({ ...(await account.claims(...asked)), ...told }) }
    }
    return {
      accountId,
      claims: async (use, _scope, asked) =>
        use === 'userinfo' && 'verified_claims' in asked
          ? { sub: accountId, verified_claims: await verifiedClaims(options, ctx) }
          : { sub: accountId, ...told },
    }
  }

/** FAPI 2.0 Security Profile §5.4.1 knows neither RS256 nor RSA with PKCS #1 v1.5; that is for clients that are not FAPI. */
const ALGORITHMS = {
  enabledJWA: {
    idTokenSigningAlgValues: ['ES256', 'RS256'],
    idTokenEncryptionAlgValues: ['ECDH-ES', 'RSA-OAEP-256'],
    idTokenEncryptionEncValues: ['A256GCM'],
    clientAuthSigningAlgValues: ['ES256', 'PS256', 'RS256'],
    dPoPSigningAlgValues: [...PROOF_ALGORITHMS],
    requestObjectSigningAlgValues: ['ES256', 'PS256'],
  },
} as const satisfies Configuration

/** Seconds. FAPI 2.0 Security Profile §5.3.2.1: codes of at most 60, pushed requests of less than 600. */
const LIVES = {
  // Some clients take a token for expired a minute early.
  AccessToken: 300,
  AuthorizationCode: 30,
  BackchannelAuthenticationRequest: (ctx: KoaContextWithOIDC) => approvalSeconds(ctx),
  ClientCredentials: 600,
  Grant: GRANT_SECONDS,
  IdToken: 300,
  Interaction: 300,
  PushedAuthorizationRequest: 60,
  // As long as a service keeps its own: after that there is nothing to log out of.
  Session: ACTING_SECONDS,
} as const

const sectorIn = (uri: string | undefined) => (uri && uri !== OWN_SECTOR ? new URL(uri).hostname : undefined)

async function features(options: ConfigurationOptions): Promise<Configuration['features']> {
  const { keys } = options
  return {
    ciba: ciba(options),
    requestObjects: { enabled: true, assertJwtClaimsAndHeader: signedRequest },
    devInteractions: off,
    clientCredentials: on,
    claimsParameter: on,
    encryption: on,
    pushedAuthorizationRequests: on,
    dPoP: {
      enabled: true,
      nonceSecret: Buffer.from(await keys.secret('verifier-openid-dpop-nonces', 32)),
      requireNonce: needsNonce,
    },
    mTLS: { enabled: true, certificateBoundAccessTokens: true, getCertificate: certificateOf },
    fapi: {
      enabled: true,
      profile: (_ctx, client) => (client?.requirePushedAuthorizationRequests ? '2.0' : undefined),
    },
    resourceIndicators: off,
    revocation: { enabled: true, allowedPolicy: ofItself },
    backchannelLogout: on,
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: async (ctx, form) => show(ctx, logoutPage(form), FORMS),
      postLogoutSuccessSource: async (ctx) => show(ctx, loggedOutPage()),
    },
    externalSigningSupport: { enabled: true, ack: 'experimental-01' },
  }
}

/** RFC 7009 §2.1: nobody ends the tokens of another. */
async function ofItself(_ctx: unknown, client: { clientId: string }, token: { clientId?: string | undefined }) {
  if (token.clientId === client.clientId) return true
  throw new errors.InvalidRequest('the token is another client’s')
}

/** RFC 8705 §3: the certificate of the client's own TLS connection, where TLS ends in this process. */
const certificateOf = ({ req }: KoaContextWithOIDC): string | undefined =>
  (req.socket as Partial<TLSSocket>).getPeerX509Certificate?.()?.toString()

/** Only CIBA has signed requests; each counts once, for at most an hour. FAPI-CIBA §5.2.2; CIBA Core 1.0 §7.1.1. */
async function signedRequest(ctx: KoaContextWithOIDC, claims: Record<string, unknown>): Promise<void> {
  const { route, client, provider, entities } = ctx.oidc
  // The provider keeps what was pushed in this form, without a signature.
  if (entities.PushedAuthorizationRequest) return
  if (route !== 'backchannel_authentication') throw new errors.RequestNotSupported()
  const { exp, iat, nbf, jti } = claims
  if (typeof jti !== 'string' || ![exp, iat, nbf].every((claim) => typeof claim === 'number'))
    throw new errors.InvalidRequestObject("'exp', 'iat', 'nbf' and 'jti' must be there")
  if (isOfFuture(iat)) throw new errors.InvalidRequestObject("'iat' is in the future")
  if (Number(exp) - Number(nbf) > 3600 || Number(exp) <= Number(nbf))
    throw new errors.InvalidRequestObject("'exp' is too far from 'nbf'")
  if (!(await provider.ReplayDetection.unique(`request ${client?.clientId}`, jti, Number(exp))))
    throw new errors.InvalidRequestObject('used already')
}

const FORMS = { 'content-security-policy': `${PAGE_POLICY}; form-action 'self'` }

function show(ctx: KoaContextWithOIDC, page: string, headers: Record<string, string> = {}): void {
  ctx.set({ ...PAGE_HEADERS, ...headers })
  ctx.body = page
}

const cookieNames = {
  names: { session: 'verifier_session', interaction: 'verifier_interaction', resume: 'verifier_resume' },
} as const

/** What the person approved on the phone: `openid` for this client, and what else was given there. */
const grantTo =
  ({ clock, entropy }: ConfigurationOptions): Configuration['loadExistingGrant'] =>
  async ({ oidc }) => {
    const { client, session, provider } = oidc
    if (!client || !session?.accountId) return undefined
    const { gave, statusAt } = (oidc.result ?? {}) as { gave?: string; statusAt?: number }
    const name = gave ? grantOfLogin(gave, clock()) : undefined
    const jti = statusAt === undefined ? name : withStatus(name ?? hex(entropy(16)), statusAt)
    const of = { clientId: client.clientId, accountId: session.accountId }
    const grant = new provider.Grant({ ...of, ...(jti && { jti }) })
    grant.addOIDCScope('openid')
    if (gave) grant.addOIDCClaims(['verified_claims'])
    await grant.save()
    return grant
  }

/** OpenID Connect for Identity Assurance 1.0 §8. */
const IDENTITY_ASSURANCE = {
  trust_frameworks_supported: [TRUST_FRAMEWORK],
  claims_in_verified_claims_supported: CLAIMS,
  evidence_supported: [EVIDENCE],
  electronic_records_supported: [RECORD],
}
