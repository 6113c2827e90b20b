// A service that uses the platform, over openid-client: code flow with PKCE and private_key_jwt, by FAPI 2.0 pushed requests and
// DPoP beside. OpenID Connect Core 1.0 §3.1; RFC 9470; FAPI 2.0 Security Profile.

import * as oidc from 'openid-client'
import { roleClient, unanswered } from '../../../adapters/http/index.ts'
import { base64url, fromBase64url, utf8 } from '../../../base/bytes.ts'
import type { Implementation } from '../../../base/contract.ts'
import { isLoopback } from '../../../base/loopback.ts'
import { API_SCOPE, apiContract } from '../../../roles/verifier/api/contract.ts'
import { type Actor, actingIn, type MandateClaim } from './acting.ts'
import { claimsParameter, type Told, told, type Wanted } from './claims.ts'
import { type AnyOf, acrValues, listed, MEANS, type Means } from './means.ts'
import { type KazasuEvent, signals } from './signals.ts'
import type { Demand } from './step-up.ts'

export interface RelyingPartyOptions {
  /** For example `http://localhost:8080/verifier`. */
  readonly issuer: string
  readonly clientId: string
  readonly redirectUri: string
  /** The private P-256 key of the service, as it was saved from the developers' page. */
  readonly key: JsonWebKey
  /** As it is registered; default `openid`. */
  readonly profile?: 'openid' | 'fapi2'
  /** People may act for others here: `finish` tells who in `act`. Without it, such a login is refused. */
  readonly delegation?: true
}

export interface Login {
  /** Always the same for this person at this service, and another at every other one. */
  readonly subject: string
  readonly by: Means
  readonly at: Date
  /** J-LIS did not answer, and the service allows a status of before (`keptStatusMinutes`): of when it was. */
  readonly statusAt?: Date
  /** For `logoutUrl`, and to ask for the same person again. */
  readonly idToken: string
  /** Where something was asked for: what the person gave of it. */
  readonly told?: Told
  /** Somebody else acts for the subject, who did not log in. */
  readonly act?: Actor
  /** By what right: of the mandate. */
  readonly mandate?: MandateClaim
}

/**
 * The person said no, or what came back is not good; `code` is an error of OAuth or of the client library, or `acts_for_another`:
 * somebody acts for another, and this service takes no such logins.
 */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused'
  readonly declined: boolean
  readonly code: string

  constructor(code: string, cause: unknown) {
    super(`the login did not succeed: ${code}`, { cause })
    this.code = code
    this.declined = code === 'access_denied'
  }
}

/**
 * The platform does not answer just now. Give `finish` the same address and the same `pending` again: it is a login once, or
 * `LoginRefused`, and then the login is begun anew.
 */
export class PlatformAway extends Error {
  override readonly name = 'PlatformAway'

  constructor(cause: unknown) {
    super('the platform does not answer just now', { cause })
  }
}

/** A step-up is a login with a demand. */
export interface BeginOptions extends Demand {
  /** Only this person: the ID token of an earlier login. */
  readonly same?: string
  /** What the service wants to be told of the person: docs/relying-party.md#being-told. */
  readonly want?: Wanted
}

/** What the platform does beside logins, each in the name of this service: docs/relying-party.md#asking. */
export type Asking = Implementation<typeof apiContract>

export interface RelyingParty {
  /** Send the browser to `location`, and keep `pending` in a cookie of this browser. Throws `PlatformAway`. */
  begin(options?: BeginOptions): Promise<{ readonly location: string; readonly pending: string }>
  /** The browser is back: its whole address, and what it kept. Throws `LoginRefused`, `PlatformAway`. */
  finish(address: string, pending: string): Promise<Login>
  /** Where the browser goes to log out of this service, or of all. */
  logoutUrl(idToken: string, after?: string): string
  /** A back-channel logout token that was posted here: whose sessions end. Throws when it is not the platform's. */
  loggedOut(logoutToken: string): Promise<{ readonly subject: string }>
  /** A security event that was pushed here (RFC 8935). Throws when it is not the platform's, or not for this service. */
  event(set: string): Promise<KazasuEvent>
  readonly ask: Asking
  /** An access token of the service itself, for example for `ssf.manage`; with `fapi2` good only with proofs by a key that is here. */
  token(scope: string): Promise<string>
}

/** Asks the platform for its metadata; rejects when it cannot be reached. */
export async function relyingParty(options: RelyingPartyOptions): Promise<RelyingParty> {
  const configuration = await discovered(options)
  const { issuer, clientId } = options
  const bound = await boundBy(configuration, options.profile)
  const token = async (scope: string) =>
    (await oidc.clientCredentialsGrant(configuration, { scope }, bound)).access_token
  const withToken = async (request: Request) => {
    const { url, method, headers } = request
    const body = await request.text()
    return oidc.fetchProtectedResource(
      configuration,
      await token(API_SCOPE),
      new URL(url),
      method,
      body,
      headers,
      bound,
    )
  }
  return {
    begin: (wanted = {}) => begin(configuration, options, wanted),
    finish: (address, pending) => finish(configuration, options, address, pending),
    logoutUrl: (idToken, after) => {
      const parameters = { id_token_hint: idToken, ...(after && { post_logout_redirect_uri: after }) }
      return oidc.buildEndSessionUrl(configuration, parameters).href
    },
    ...signals(configuration.serverMetadata(), { issuer, clientId }),
    ask: roleClient(apiContract, { url: `${issuer}/api`, fetch: withToken }),
    token,
  }
}

/** A key to which access tokens of FAPI are bound. */
const boundBy = async (
  configuration: oidc.Configuration,
  profile: RelyingPartyOptions['profile'],
): Promise<oidc.DPoPOptions> =>
  profile === 'fapi2' ? { DPoP: oidc.getDPoPHandle(configuration, await oidc.randomDPoPKeyPair('ES256')) } : {}

async function discovered({ issuer, clientId, key }: RelyingPartyOptions): Promise<oidc.Configuration> {
  const { key_ops: _, use: __, ...jwk } = key
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const privateKey = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign'])
  const { kid } = key as { kid?: string }
  const address = new URL(issuer)
  const plain = address.protocol === 'http:' && isLoopback(address.hostname)
  return oidc.discovery(
    address,
    clientId,
    { id_token_signed_response_alg: 'ES256' },
    oidc.PrivateKeyJwt(kid ? { key: privateKey, kid } : privateKey),
    plain ? { execute: [oidc.allowInsecureRequests] } : {},
  )
}

interface Pending {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly by?: AnyOf
  readonly maxAge?: number
  /** Something is asked for. */
  readonly wants?: true
}

async function begin(
  configuration: oidc.Configuration,
  { redirectUri, profile }: RelyingPartyOptions,
  wanted: BeginOptions,
) {
  const { by, same, maxAge, want } = wanted
  const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()]
  const parameters = {
    redirect_uri: redirectUri,
    scope: 'openid',
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(by && { acr_values: acrValues(by) }),
    ...(same && { id_token_hint: same }),
    ...(maxAge !== undefined && { max_age: String(maxAge) }),
    ...(want && { claims: claimsParameter(want) }),
  }
  const location =
    profile === 'fapi2'
      ? await oidc.buildAuthorizationUrlWithPAR(configuration, parameters).catch((error: unknown) => {
          throw refused(error)
        })
      : oidc.buildAuthorizationUrl(configuration, parameters)
  const kept = { ...(by && { by }), ...(maxAge !== undefined && { maxAge }), ...(want && { wants: true as const }) }
  const pending: Pending = { state, nonce, verifier, ...kept }
  return { location: location.href, pending: base64url(utf8(JSON.stringify(pending))) }
}

async function finish(
  configuration: oidc.Configuration,
  { redirectUri, profile, delegation }: RelyingPartyOptions,
  address: string,
  kept: string,
): Promise<Login> {
  const { state, nonce, verifier, by, maxAge, wants } = pendingIn(kept)
  // Behind a proxy the address that the browser used is not the one that the service sees: only its query counts.
  const callback = new URL(redirectUri)
  callback.search = new URL(address, redirectUri).search
  const expected = { expectedState: state, expectedNonce: nonce, idTokenExpected: true }
  const checks = { pkceCodeVerifier: verifier, ...expected, ...(maxAge !== undefined && { maxAge }) }
  try {
    const bound = await boundBy(configuration, profile)
    const tokens = await oidc.authorizationCodeGrant(configuration, callback, checks, undefined, bound)
    const login = { ...loginIn(tokens.claims() ?? {}, { by, delegation }), idToken: tokens.id_token ?? '' }
    return wants ? { ...login, told: await told(configuration, tokens, login.subject, bound) } : login
  } catch (error) {
    throw refused(error)
  }
}

interface Wanting {
  readonly by: AnyOf | undefined
  readonly delegation: true | undefined
}

function loginIn(claims: Partial<oidc.IDToken>, { by, delegation }: Wanting): Omit<Login, 'idToken' | 'told'> {
  const { sub, acr, auth_time: at, status_checked_at: checked } = claims
  const means = (Object.keys(MEANS) as Means[]).find((one) => MEANS[one] === acr)
  // RFC 9470 §5: the service demanded it, so the service looks.
  if (!sub || !means || (by && !listed(by).includes(means)))
    throw new LoginRefused('unmet_authentication_requirements', undefined)
  const acting = actingIn(claims)
  if (acting === 'malformed') throw new LoginRefused('malformed_act', undefined)
  // Whoever does not look at `act` would take the delegate for the subject.
  if (acting && !delegation) throw new LoginRefused('acts_for_another', undefined)
  const statusAt = typeof checked === 'number' ? new Date(checked * 1000) : undefined
  return { subject: sub, by: means, at: new Date(Number(at) * 1000), ...(statusAt && { statusAt }), ...acting }
}

function pendingIn(kept: string): Pending {
  try {
    return JSON.parse(Buffer.from(fromBase64url(kept)).toString()) as Pending
  } catch (cause) {
    throw new LoginRefused('no_login_begun', cause)
  }
}

/** A platform that does not answer is no refusal. */
function refused(error: unknown): unknown {
  if (unanswered(error)) return new PlatformAway(error)
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError)
    return new LoginRefused(error.error, error)
  if (error instanceof oidc.ClientError) return new LoginRefused(error.code ?? 'invalid_response', error)
  return error
}
