// The OpenID provider: code flow with PKCE S256, private_key_jwt, pairwise subjects. OpenID Connect Core 1.0; RFC 7636.
// Consent is the approval on the phone, each time; the only scope is `openid`. Screens and the phone are elsewhere.

import { createPublicKey, type KeyObject } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import Provider, { type Configuration, ExternalSigningKey, errors, interactionPolicy } from 'oidc-provider'
import { base64url, utf8 } from '../../../base/bytes.ts'
import { hmacSha256 } from '../../../base/crypto.ts'
import type { KeyStore, Signer } from '../../../base/ports.ts'
import { es256Signature } from '../../../protocol/login/jws-signature.ts'
import { ACR, AMR, type Deps, LOGIN_KEPT_MS, type LoginRecord, loginState } from '../model.ts'
import { startLogin } from '../start-login.ts'
import { openIdAdapter } from './adapter.ts'
import { ERROR_PAGE_HEADERS, errorPage } from './error-page.ts'

export interface OpenIdOptions extends Pick<Deps, 'store' | 'clock' | 'entropy' | 'keys' | 'log'> {
  /** For example `http://localhost:8080/verifier`; everything lies below its path. */
  readonly issuer: string
  /** The screen that shows the code and waits for the phone, then goes to `<issuer>/interaction/<uid>/finish`. */
  readonly loginPage: (loginId: string, uid: string) => string
}

export interface OpenId {
  /** Everything below the path of the issuer, the two interaction addresses included. */
  handler(req: IncomingMessage, res: ServerResponse): Promise<void>
  /** `GET <issuer>/interaction/<uid>`: makes the login of this browser and shows it. */
  beginInteraction(req: IncomingMessage, res: ServerResponse): Promise<void>
  /** `GET <issuer>/interaction/<uid>/finish`: back to the service with a code or an error. */
  finishInteraction(req: IncomingMessage, res: ServerResponse, uid: string): Promise<void>
}

/** The provider over the verifier's records and keys. */
export async function createOpenId(options: OpenIdOptions): Promise<OpenId> {
  const path = new URL(options.issuer).pathname.replace(/\/$/, '')
  const provider = new Provider(options.issuer, await configuration(options, path))
  // With TLS the world is met through a proxy that ends it: cookies are then `secure`, addresses `https`.
  provider.proxy = options.issuer.startsWith('https:')
  const failed = (_ctx: unknown, error: Error) => options.log('verifier.openid-error', { error: errorCode(error) })
  provider.on('authorization.error', failed).on('grant.error', failed).on('server_error', failed)
  const callback = provider.callback()
  const begin = guarded(options, async (req, res) => beginInteraction(options, provider, req, res))
  const finish = guarded(options, async (req, res, uid) => finishInteraction(options, provider, req, res, uid))
  return {
    beginInteraction: begin,
    finishInteraction: finish,
    handler: async (req, res) => {
      const below = belowPath(path, req.url ?? '')
      const [, uid, end] = /^\/interaction\/([\w-]+)(\/finish)?(?:\?|$)/.exec(below) ?? []
      if (uid && req.method === 'GET') return end ? finish(req, res, uid) : begin(req, res, uid)
      // The provider learns its mount point from the difference of the two.
      Object.assign(req, { originalUrl: path + below, url: below })
      await callback(req, res)
    },
  }
}

const belowPath = (path: string, url: string): string => (url.startsWith(`${path}/`) ? url.slice(path.length) : url)

async function beginInteraction(
  options: OpenIdOptions,
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { uid, params } = await provider.interactionDetails(req, res)
  const now = options.clock()
  await options.store.artifacts.removeExpired(now)
  await options.store.removeLogins(new Date(now.getTime() - LOGIN_KEPT_MS))
  const login = await startLogin(options)({
    uid,
    clientId: String(params.client_id),
    redirectUri: String(params.redirect_uri),
  })
  redirect(res, options.loginPage(login.loginId, uid))
}

async function finishInteraction(
  { store, clock, loginPage }: OpenIdOptions,
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  uid: string,
): Promise<void> {
  const interaction = await provider.interactionDetails(req, res)
  const login = await store.loginOfInteraction(uid)
  // The cookie of this browser and the address must speak of the same interaction.
  if (!login || interaction.uid !== uid) throw new errors.SessionNotFound('no such interaction')
  if (loginState(login, clock()) === 'waiting') return redirect(res, loginPage(login.loginId, uid))
  await forgetSession(provider, interaction)
  await provider.interactionFinished(req, res, interactionResult(login), { mergeWithLastSubmission: false })
}

function interactionResult({ recorded, personId, acr }: LoginRecord) {
  if (recorded === 'approved' && personId && acr)
    return { login: { accountId: personId, acr, amr: AMR, remember: false } }
  const reason = recorded === 'waiting' ? 'expired' : recorded
  return { error: 'access_denied', error_description: `the login was ${reason}` }
}

/** Whoever used this browser before is not who approves now; a session would make the provider ask about that. */
async function forgetSession(
  provider: Provider,
  interaction: Awaited<ReturnType<Provider['interactionDetails']>>,
): Promise<void> {
  if (!interaction.session?.uid) return
  const session = await provider.Session.findByUid(interaction.session.uid)
  await session?.destroy()
  delete interaction.session
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000))
}

function redirect(res: ServerResponse, location: string): void {
  res.writeHead(303, { location, 'cache-control': 'no-store', 'content-length': '0' }).end()
}

type Interaction = (req: IncomingMessage, res: ServerResponse, uid: string) => Promise<void>

/** Whatever goes wrong becomes our page: a rejection that a server lets fall would end the process. */
const guarded =
  ({ log }: Pick<Deps, 'log'>, act: Interaction) =>
  async (req: IncomingMessage, res: ServerResponse, uid = ''): Promise<void> => {
    try {
      await act(req, res, uid)
    } catch (error) {
      log('verifier.openid-error', { error: errorCode(error as Error) })
      const [status, code] =
        error instanceof errors.OIDCProviderError ? [error.statusCode, error.error] : [500, 'server_error']
      if (!res.headersSent) res.writeHead(status, ERROR_PAGE_HEADERS)
      res.end(errorPage(code))
    }
  }

const errorCode = (error: Error): string => (error instanceof errors.OIDCProviderError ? error.error : error.name)

const off = { enabled: false } as const

async function configuration(options: OpenIdOptions, path: string): Promise<Configuration> {
  const { keys } = options
  const pairwiseSecret = await keys.secret('verifier-openid-pairwise', 32)
  return {
    adapter: openIdAdapter({ ...options, replayed: () => new errors.InvalidGrant('used already') }) as never,
    jwks: { keys: [await signingKey(keys, 'ES256'), await signingKey(keys, 'RS256')] },
    cookies: { keys: [base64url(await keys.secret('verifier-openid-cookies', 32))], ...cookieNames },
    clientAuthMethods: ['private_key_jwt'],
    responseTypes: ['code'],
    scopes: ['openid'],
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'] },
    acrValues: Object.values(ACR),
    subjectTypes: ['pairwise'],
    /** OpenID Connect Core 1.0 §8.1: one-way, and another for each sector. */
    pairwiseIdentifier: (_ctx, accountId, client) =>
      base64url(hmacSha256(pairwiseSecret, utf8(`${client.sectorIdentifier}\n${accountId}`))),
    pkce: { required: () => true },
    enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256'], clientAuthSigningAlgValues: ['ES256', 'RS256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    allowOmittingSingleRegisteredRedirectUri: false,
    features: {
      devInteractions: off,
      dPoP: off,
      rpInitiatedLogout: off,
      pushedAuthorizationRequests: off,
      resourceIndicators: off,
      userinfo: off,
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
    },
    interactions: { policy: [askThePhone()], url: (_ctx, { uid }) => `${path}/interaction/${uid}` },
    ttl: { AccessToken: 60, AuthorizationCode: 30, Grant: 300, IdToken: 300, Interaction: 300, Session: 300 },
    expiresWithSession: () => false,
    findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    loadExistingGrant: grantOpenid,
    renderError: (ctx, out) => {
      ctx.set({ ...ERROR_PAGE_HEADERS })
      ctx.body = errorPage(out.error)
    },
  }
}

const cookieNames = {
  names: { session: 'verifier_session', interaction: 'verifier_interaction', resume: 'verifier_resume' },
} as const

/** No single sign-on: what the phone approved is one login at one service. */
function askThePhone() {
  const login = interactionPolicy.base().get('login')
  if (!login) throw new Error('the provider has no login prompt')
  const { REQUEST_PROMPT, NO_NEED_TO_PROMPT } = interactionPolicy.Check
  login.checks.add(
    new interactionPolicy.Check('phone', 'each login is approved on the phone', (ctx) =>
      ctx.oidc.result?.login ? NO_NEED_TO_PROMPT : REQUEST_PROMPT,
    ),
  )
  return login
}

/** What the person approved on the phone is `openid` for this client, and that is all there is to grant. */
const grantOpenid: Configuration['loadExistingGrant'] = async ({ oidc }) => {
  const { client, session, provider } = oidc
  if (!client || !session?.accountId) return undefined
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope('openid')
  await grant.save()
  return grant
}

const SIGNING = {
  ES256: { algorithm: 'ECDSA-P256-SHA256', encode: es256Signature },
  RS256: { algorithm: 'RSA-SHA256', encode: (signature: Uint8Array) => signature },
} as const satisfies Record<string, { algorithm: Signer['algorithm']; encode: (signature: Uint8Array) => Uint8Array }>

/** A key of the keeper: it signs there and never comes here. RS256 because OpenID Connect Core 1.0 §15.1 wants it. */
async function signingKey(keys: KeyStore, alg: keyof typeof SIGNING): Promise<ExternalSigningKey> {
  const { algorithm, encode } = SIGNING[alg]
  const signer = await keys.signer(`verifier-openid-${alg.toLowerCase()}`, algorithm)
  const publicKey = createPublicKey({ key: Buffer.from(signer.publicKey), format: 'der', type: 'spki' })
  return new (class extends ExternalSigningKey {
    override get alg(): string {
      return alg
    }
    override keyObject(): KeyObject {
      return publicKey
    }
    override async sign(message: Uint8Array): Promise<Uint8Array> {
      return Buffer.from(encode(await signer.sign(message)))
    }
  })()
}
