// The OpenID provider on the network, and between its two halves the login that a person answers (http/configuration.ts
// has the rest). Consent is the approval on the phone, each time. Screens and the phone are elsewhere.

import type { IncomingMessage, ServerResponse } from 'node:http'
import Provider, { errors } from 'oidc-provider'
import { hex, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import { Refusal } from '../../../base/refusal.ts'
import { declined } from '../decline-login.ts'
import { amrOf, type Deps, type LoginRecord, loginState } from '../model.ts'
import { spend } from '../services/quota.ts'
import { startLogin } from '../start-login.ts'
import { kept } from '../told-words.ts'
import { type ActingOptions, endActing } from './http/acting.ts'
import { errorCode, noteActivity } from './http/activity.ts'
import { atIssuer, formAddress, isForm } from './http/arriving.ts'
import { type AskerOf, askerOf } from './http/asker.ts'
import { askedClaims } from './http/claims/asked.ts'
import { challenges } from './http/claims/grant.ts'
import { configuration } from './http/configuration.ts'
import { truthful } from './http/discovery.ts'
import { outcomeDoor } from './http/outcome.ts'
import { demandedAcrs } from './http/prompts.ts'
import { countPushed } from './http/pushed.ts'
import { generations } from './http/signing-keys.ts'
import { errorPage, PAGE_HEADERS } from './pages.ts'

export interface OpenIdOptions extends ActingOptions, Pick<Deps, 'entropy' | 'party'> {
  /** For example `http://localhost:8080/verifier`; everything lies below its path. */
  readonly issuer: string
  /** The screen that shows the code and waits for the phone, then goes to `<issuer>/interaction/<uid>/finish`. */
  readonly loginPage: (loginId: string, uid: string) => string
}

export interface OpenId {
  /** Everything below the path of the issuer, the three interaction addresses included. */
  handler(req: IncomingMessage, res: ServerResponse): Promise<void>
  /** `GET <issuer>/interaction/<uid>`: makes the login of this browser and shows it. */
  beginInteraction(req: IncomingMessage, res: ServerResponse): Promise<void>
  /** `GET <issuer>/interaction/<uid>/finish`: back to the service with a code or an error. */
  finishInteraction(req: IncomingMessage, res: ServerResponse, uid: string): Promise<void>
  finishAddress(uid: string): string
  /** The login of this interaction, if it is this browser's. */
  interactionOf(req: IncomingMessage, res: ServerResponse, uid: string): Promise<LoginRecord>
  /** What goes wrong becomes a page. */
  refuse(res: ServerResponse, act: () => Promise<void>): Promise<void>
  /** Which service asks, when its access token is good for this scope and was given to the service itself (RFC 6749 §4.4). */
  readonly askerOf: AskerOf
  /** Ends what runs by mandates that count no more. */
  endActing(): Promise<void>
}

/** The provider over the verifier's records and keys. */
export async function createOpenId(options: OpenIdOptions): Promise<OpenId> {
  const path = new URL(options.issuer).pathname.replace(/\/$/, '')
  const current = await rotating(options, path)
  const begin = guarded(options, async (req, res) => beginInteraction(options, (await current()).provider, req, res))
  const finish = guarded(options, async (req, res, uid) =>
    finishInteraction(options, (await current()).provider, req, res, uid),
  )
  const cancel = guarded(options, async (req, res, uid) =>
    cancelInteraction(options, (await current()).provider, req, res, uid),
  )
  const ends: Readonly<Record<string, Interaction>> = { '': begin, '/finish': finish, '/cancel': cancel }
  const askers = askerOf(options.issuer, current)
  const posted = guarded(options, async (req, res, below) =>
    redirect(res, options.issuer + (await formAddress(req, below))),
  )
  const outcome = guarded(options, outcomeDoor({ ...options, askerOf: askers }))
  return {
    askerOf: askers,
    endActing: async () => endActing(options, (await current()).provider),
    beginInteraction: begin,
    finishInteraction: finish,
    finishAddress: (uid) => `${options.issuer}/interaction/${uid}/finish`,
    interactionOf: async (req, res, uid) =>
      (await ownInteraction(options, (await current()).provider, req, res, uid)).login,
    refuse: (res, act) => guarded(options, act)({} as IncomingMessage, res),
    handler: async (req, res) => {
      atIssuer(req, options.issuer)
      const below = belowPath(path, req.url ?? '')
      if (isForm(req, below)) return posted(req, res, below)
      const [, uid, end = ''] = /^\/interaction\/([\w-]+)(\/finish|\/cancel)?(?:\?|$)/.exec(below) ?? []
      if (uid && req.method === 'GET') return ends[end]?.(req, res, uid)
      if (below === '/approval/outcome' && req.method === 'POST') return outcome(req, res)
      // The provider learns its mount point from the difference of the two.
      Object.assign(req, { originalUrl: path + below, url: below })
      await guarded(options, async () => (await current()).callback(req, res))(req, res)
    },
  }
}

interface Current {
  readonly provider: Provider
  readonly callback: ReturnType<Provider['callback']>
}

/** The provider with the keys of this moment: it is made anew when other generations are published. Its state is in the database. */
async function rotating(options: OpenIdOptions, path: string): Promise<() => Promise<Current>> {
  const make = async (published: readonly number[]): Promise<Current> => {
    const provider = new Provider(options.issuer, await configuration(options, path, published))
    // With TLS the world is met through a proxy that ends it (`atIssuer`): cookies are then `secure`, addresses `https`.
    provider.proxy = options.issuer.startsWith('https:')
    useOnce(provider, options)
    challenges(provider)
    noteActivity(provider, options)
    countPushed(provider, options)
    truthful(provider)
    return { provider, callback: provider.callback() }
  }
  let names = generations(options.clock())
  let made = make(names)
  await made
  return () => {
    const now = generations(options.clock())
    if (now.join() !== names.join()) [names, made] = [now, make(now)]
    return made
  }
}

/** The provider looks whether an assertion was used and writes then that it was; here the record does both, and of two one is first. */
function useOnce(provider: Provider, { store, clock }: OpenIdOptions): void {
  const once = provider.ReplayDetection as unknown as {
    unique: (iss: string, jti: string, exp: number) => Promise<boolean>
  }
  once.unique = (iss, jti, exp) => {
    const until = new Date(Math.max(exp * 1000, clock().getTime()))
    return store.artifacts.add('ReplayDetection', hex(sha256(utf8(`${iss} ${jti}`))), until)
  }
}

function belowPath(path: string, url: string): string {
  // RFC 8414 §3.1 has the metadata at the root; the provider has it below.
  if (url === OAUTH_METADATA + path) return OAUTH_METADATA
  return url.startsWith(`${path}/`) ? url.slice(path.length) : url
}

const OAUTH_METADATA = '/.well-known/oauth-authorization-server'

async function beginInteraction(
  options: OpenIdOptions,
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { uid, params } = await provider.interactionDetails(req, res)
  await spend(options, String(params.client_id))
  const login = await startLogin(options)({
    uid,
    clientId: String(params.client_id),
    redirectUri: String(params.redirect_uri),
    acrValues: demandedAcrs(params, claimsOf(params)),
    asked: askedClaims(claimsOf(params)),
  })
  redirect(res, options.loginPage(login.loginId, uid))
}

const claimsOf = ({ claims }: Record<string, unknown>): unknown =>
  typeof claims === 'string' ? JSON.parse(claims) : undefined

async function finishInteraction(
  { store, clock, loginPage }: OpenIdOptions,
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  uid: string,
): Promise<void> {
  const { login, interaction } = await ownInteraction({ store }, provider, req, res, uid)
  if (loginState(login, clock()) === 'waiting' || !released(login, req.url))
    return redirect(res, loginPage(login.loginId, uid))
  await forgetOthers(provider, interaction, login)
  await resume(res, interaction, interactionResult(login))
}

/**
 * `<issuer>/interaction/<uid>/cancel`: who began this login wants it no more and goes back to the service. A link and no form:
 * what answers a form may not lead to another origin. What a phone has approved in the same moment is not used.
 */
async function cancelInteraction(
  options: OpenIdOptions,
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  uid: string,
): Promise<void> {
  const { login, interaction } = await ownInteraction(options, provider, req, res, uid)
  if (loginState(login, options.clock()) === 'waiting') await declined(options, login).catch(unlessAnswered)
  await resume(res, interaction, { error: 'access_denied', error_description: 'the login was cancelled' })
}

/** An answer that came first, or the end of its time: there is nothing left to decline. */
function unlessAnswered(error: unknown): void {
  if (!(error instanceof Refusal)) throw error
}

type OwnInteraction = Awaited<ReturnType<Provider['interactionDetails']>>

/** As `interactionFinished`, which would read the interaction once more. */
async function resume(res: ServerResponse, interaction: OwnInteraction, result: OwnInteraction['result']) {
  interaction.result = result
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000))
  redirect(res, interaction.returnTo)
}

/** Approved on this device: the app told the browser a word, which whoever sent the app a link does not have. */
function released({ release }: LoginRecord, url = ''): boolean {
  if (release === null) return true
  const told = new URL(url, 'http://here').searchParams.get('release')
  return told !== null && kept(told) === release
}

/** The cookie of this browser and the address must speak of the same interaction. */
async function ownInteraction(
  { store }: Pick<OpenIdOptions, 'store'>,
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  uid: string,
) {
  const interaction = await provider.interactionDetails(req, res)
  const login = await store.loginOfInteraction(uid)
  if (!login || interaction.uid !== uid) throw new errors.SessionNotFound('no such interaction')
  return { login, interaction }
}

function interactionResult({ loginId, recorded, personId, acr, acrValues, given, statusAt }: LoginRecord) {
  if (recorded === 'approved' && personId && acr) {
    const told = {
      ...(given.length > 0 && { gave: loginId }),
      ...(statusAt && { statusAt: Math.floor(statusAt.getTime() / 1000) }),
    }
    return { login: { accountId: personId, acr, amr: amrOf(acr), remember: false }, ...told }
  }
  const reason = recorded === 'waiting' ? 'expired' : recorded
  // RFC 9470 §5: the person could not, or would not, by the means that the service demands.
  if (reason === 'expired' && acrValues.length > 0)
    return { error: 'unmet_authentication_requirements', error_description: 'no login by the means asked for' }
  return { error: 'access_denied', error_description: `the login was ${reason}` }
}

/**
 * Somebody else used this browser before: the provider would ask about that. The same person's session stays, to log out of all.
 * Who calls saves the interaction.
 */
async function forgetOthers(provider: Provider, interaction: OwnInteraction, { personId }: LoginRecord): Promise<void> {
  if (!interaction.session?.uid) return
  const session = await provider.Session.findByUid(interaction.session.uid)
  if (personId && session?.accountId === personId) return
  await session?.destroy()
  delete interaction.session
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
        error instanceof errors.OIDCProviderError
          ? [error.statusCode, error.error]
          : error instanceof Refusal
            ? [error.status, error.code]
            : [500, 'server_error']
      const { retryAfter } = error instanceof Refusal ? error.detail : {}
      if (!res.headersSent)
        res.writeHead(status, { ...PAGE_HEADERS, ...(retryAfter ? { 'retry-after': String(retryAfter) } : {}) })
      res.end(errorPage(code))
    }
  }
