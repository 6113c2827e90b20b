// The service on the network: its contract as routes and client, and the OpenID client that it logs people in with.
// OpenID Connect Core 1.0 §3.1; RFC 7636 (PKCE); RFC 7523 §3 (private_key_jwt), signed by a key that its keeper keeps.

import { createPrivateKey, createPublicKey, type JsonWebKey, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import * as oidc from 'openid-client'
import { type ClientOptions, type RouteOptions, roleClient, roleRoutes, unanswered } from '../../adapters/http/index.ts'
import { base64url, utf8 } from '../../base/bytes.ts'
import { localSigner } from '../../base/crypto.ts'
import { isLoopback } from '../../base/loopback.ts'
import type { KeyStore, Signer } from '../../base/ports.ts'
import { ACR } from '../../protocol/login/acr.ts'
import { es256Signature } from '../../protocol/login/jws-signature.ts'
import { API_SCOPE, apiContract } from '../verifier/api/contract.ts'
import { type Service, serviceContract } from './contract.ts'
import { decisionPort } from './delegates/http.ts'
import type { DecisionPort } from './delegates/model.ts'
import {
  type Callback,
  type Identity,
  type LoginRequest,
  type LoginWish,
  OpenIdAway,
  type OpenIdPort,
  OpenIdRefused,
} from './model.ts'
import { approvalPort } from './telephone/http.ts'
import type { ApprovalPort } from './telephone/model.ts'
import type { LinkPort } from './ties/model.ts'

export const routes = (service: Service, options?: RouteOptions) => roleRoutes(serviceContract, service, options)
export const client = (options: ClientOptions): Service => roleClient(serviceContract, options)

export interface OpenIdClientOptions {
  readonly issuer: string
  readonly clientId: string
  readonly redirectUri: string
  /** The client's P-256 key: a private JWK, or the keeper of `openid-client-<clientId>`. */
  readonly key: JsonWebKey | KeyStore
}

export interface OpenIdClient extends OpenIdPort {
  /** For `verifier.registerClient`. */
  readonly publicJwk: Record<string, string>
  /** An access token for the service itself. RFC 6749 §4.4. */
  token(scope: string): Promise<string>
  /** Customers who are not at the screen. CIBA Core 1.0. */
  readonly approvals: ApprovalPort
  /** Of those who act for customers. */
  readonly decisions: DecisionPort
  /** Customers of whom two services may speak. */
  readonly links: LinkPort
  /** A JWT with these claims, by the key of the client. */
  signed(claims: object): Promise<string>
}

/** Asks the provider for its metadata at the first login, so the two may start in any order. */
export async function openIdClient(options: OpenIdClientOptions): Promise<OpenIdClient> {
  const signer = await signerOf(options)
  const publicJwk = await publicJwkOf(signer)
  const issuer = new URL(options.issuer)
  if (issuer.protocol !== 'https:' && !isLoopback(issuer.hostname))
    throw new RangeError('an issuer without TLS is for this machine only')
  let known: oidc.Configuration | undefined
  const configuration = async () =>
    (known ??= await oidc.discovery(issuer, options.clientId, CLIENT, privateKeyJwt(signer, publicJwk.kid ?? ''), {
      execute: issuer.protocol === 'https:' ? [] : [oidc.allowInsecureRequests],
    }))
  const token = async (scope: string) =>
    (await oidc.clientCredentialsGrant(await configuration(), { scope })).access_token
  return {
    publicJwk,
    token,
    approvals: approvalPort(options.issuer, configuration, token),
    decisions: decisionPort(options.issuer, token),
    links: roleClient(apiContract, { url: `${options.issuer}/api`, fetch: (request) => asked(request, token) }),
    signed: (claims) => signedJwt(signer, publicJwk.kid ?? '', claims),
    begin: async (wish) => begin(await configuration().catch(away), options.redirectUri, wish),
    finish: async (answer) => finish(await configuration().catch(away), options.redirectUri, answer),
  }
}

async function asked(request: Request, token: OpenIdClient['token']): Promise<Response> {
  request.headers.set('authorization', `Bearer ${await token(API_SCOPE).catch(away)}`)
  return fetch(request)
}

function away(error: unknown): never {
  throw unanswered(error) ? new OpenIdAway(error) : error
}

const CLIENT = { id_token_signed_response_alg: 'ES256' }

/** At a counter: whoever has no phone there enters the PIN of the card. */
const CHECK_IN = [ACR.pinless, ACR.phone, ACR.biometric, ACR.card].join(' ')

async function begin(
  configuration: oidc.Configuration,
  redirectUri: string,
  { checkIn = false }: LoginWish = {},
): Promise<LoginRequest> {
  const [state, nonce, codeVerifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()]
  const location = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: 'openid',
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(checkIn && { acr_values: CHECK_IN }),
  })
  return { location: location.href, state, nonce, codeVerifier }
}

async function finish(
  configuration: oidc.Configuration,
  redirectUri: string,
  { callback, state, nonce, codeVerifier }: Callback,
): Promise<Identity> {
  // Behind a proxy the address that the browser used is not the one that we see: only its query counts.
  const address = new URL(redirectUri)
  address.search = new URL(callback).search
  try {
    const tokens = await oidc.authorizationCodeGrant(configuration, address, {
      pkceCodeVerifier: codeVerifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (!claims || typeof claims.acr !== 'string') throw new OpenIdRefused('invalid', 'missing_claims')
    const { sub: subject, acr } = claims
    return { subject, acr, touch: acr === ACR.pinless, ...delegateIn(claims) }
  } catch (error) {
    throw refused(error)
  }
}

/** Whoever acts now; through whom it came stands further inside, and changes nothing here. RFC 8693 §4.1. */
function delegateIn({ act, mandate }: oidc.IDToken): Pick<Identity, 'delegate' | 'acts'> {
  if (act === undefined) return {}
  const { sub } = (act ?? {}) as { readonly sub?: unknown }
  const { acts } = (mandate ?? {}) as { readonly acts?: unknown }
  if (typeof sub !== 'string' || !Array.isArray(acts)) throw new OpenIdRefused('invalid', 'malformed_act')
  return { delegate: sub, acts: acts.map(String) }
}

/** A provider that does not answer is no refusal. */
function refused(error: unknown): unknown {
  if (error instanceof OpenIdRefused) return error
  if (unanswered(error)) return new OpenIdAway(error)
  if (error instanceof oidc.AuthorizationResponseError) return new OpenIdRefused('declined', error.error, error)
  if (error instanceof oidc.ResponseBodyError) return new OpenIdRefused('invalid', error.error, error)
  if (error instanceof oidc.ClientError) return new OpenIdRefused('invalid', error.code ?? 'invalid_response', error)
  return error
}

async function signerOf({ key, clientId }: OpenIdClientOptions): Promise<Signer> {
  if ('signer' in key && typeof key.signer === 'function')
    return (key as KeyStore).signer(`openid-client-${clientId}`, 'ECDSA-P256-SHA256')
  const pkcs8 = createPrivateKey({ key: key as JsonWebKey, format: 'jwk' }).export({ type: 'pkcs8', format: 'der' })
  return localSigner('ECDSA-P256-SHA256', pkcs8)
}

async function publicJwkOf({ publicKey }: Signer): Promise<Record<string, string>> {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
  const { kty, crv, x, y } = key.export({ format: 'jwk' }) as Record<string, string>
  if (crv !== 'P-256' || !kty || !x || !y) throw new RangeError('the key of an OpenID client here is P-256')
  return { kty, crv, x, y, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint({ kty, crv, x, y }) }
}

const ASSERTION_SECONDS = 60

/** RFC 7523 §3. The library can do this with a key in its hands only; ours may be in an HSM. */
const privateKeyJwt =
  (signer: Signer, kid: string) =>
  async (server: oidc.ServerMetadata, client: oidc.ClientMetadata, body: URLSearchParams): Promise<void> => {
    const iat = Math.floor(Date.now() / 1000)
    const claims = { iss: client.client_id, sub: client.client_id, aud: server.issuer, jti: randomUUID() }
    body.set('client_id', client.client_id)
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    body.set('client_assertion', await signedJwt(signer, kid, { ...claims, iat, exp: iat + ASSERTION_SECONDS }))
  }

async function signedJwt(signer: Signer, kid: string, claims: object): Promise<string> {
  const signed = [{ alg: 'ES256', kid }, claims].map((part) => base64url(utf8(JSON.stringify(part)))).join('.')
  return `${signed}.${base64url(es256Signature(await signer.sign(utf8(signed))))}`
}
