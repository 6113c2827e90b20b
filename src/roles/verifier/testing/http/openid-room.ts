// A verifier with its OpenID provider on a port, one person with card and phone, and services whose library is
// openid-client: what the tests of the provider stand on.

import { type KyselyPlugin, type QueryId, sql } from 'kysely'
import * as oidc from 'openid-client'
import { volatileKeyStore } from '../../../../adapters/keys/index.ts'
import { systemEntropy } from '../../../../adapters/random.ts'
import { testDatabase } from '../../../../adapters/testing/index.ts'
import { rowsOf } from '../../../../adapters/testing/rows.ts'
import type { Client, Verifier } from '../../contract.ts'
import { createVerifier, verifierMigrations, verifierStore } from '../../index.ts'
import type { Deps } from '../../model.ts'
import { type Holder, type TestAuthority, testAuthority } from '../authority.ts'
import { type Browser, browser } from '../browser.ts'
import { type OpenIdServer, openIdServer } from '../http.ts'
import { answer, PLATFORM } from '../phone.ts'

export interface OpenIdRoom {
  readonly deps: Deps
  readonly verifier: Verifier
  readonly server: OpenIdServer
  readonly authority: TestAuthority
  readonly phone: Holder
  readonly card: Holder
  /** Milliseconds that the verifier's clock is ahead; or when it stands still, for what counts within a minute. */
  readonly time: { ahead: number; stands?: Date }
  /** The kinds of SQL statements of the verifier since it was asked last. */
  statements(): string
  /** The database fails at that statement from now; 0 for never. */
  readonly cut: { in: number }
  /** What a reader of the database sees. */
  rows(): Promise<string>
  /** What somebody who has the database does there. */
  sql(statement: string): Promise<unknown>
  /** Where its tables are. */
  readonly schema: string
  /** What was logged. */
  readonly logged: [event: string, fields: unknown][]
  /** Another process of this platform: its store, with its caches, and its provider are its own. */
  another(more: Partial<Deps>): Promise<{ readonly verifier: Verifier; readonly server: OpenIdServer }>
  /** Registered, with a key of its own; `change` to what it is registered with. */
  service(clientId: string, change?: Partial<Client>): Promise<Service>
  close(): Promise<void>
}

export interface Service {
  readonly configuration: oidc.Configuration
  readonly redirectUri: string
  readonly key: CryptoKeyPair
}

/** What a service keeps between sending a browser away and getting it back. */
export interface Begun {
  readonly location: URL
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

/** Each statement when it has come back: one that is built once is asked many times. Cut, its answer is lost. */
function noting(kinds: string[], cut: { in: number }): KyselyPlugin {
  const built = new WeakMap<QueryId, string>()
  return {
    transformQuery: ({ node, queryId }) => {
      // Who asks is looked up once in a while, whoever is asked about.
      const from =
        node.kind === 'SelectQueryNode'
          ? JSON.stringify(node.from, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
          : ''
      if (!from.includes('"name":"client"')) built.set(queryId, node.kind)
      return node
    },
    transformResult: async ({ result, queryId }) => {
      const kind = built.get(queryId)
      if (kind) kinds.push(kind)
      if (cut.in > 0 && --cut.in === 0) throw new Error('the database is gone')
      return result
    },
  }
}

/** Nothing here is asked of J-LIS as a party. */
const unasked = undefined as never

const ES256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

export const publicJwkOf = async ({ publicKey }: CryptoKeyPair): Promise<Record<string, string>> => {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  return { kty: kty!, crv: crv!, x: x!, y: y! }
}

export async function openIdRoom(behind?: string, more: Partial<Deps> = {}): Promise<OpenIdRoom> {
  const database = await testDatabase()
  const time: OpenIdRoom['time'] = { ahead: 0 }
  const clock = () => time.stands ?? new Date(Date.now() + time.ahead)
  const keys = volatileKeyStore(systemEntropy)
  const authority = testAuthority(clock, systemEntropy)
  const card = authority.issue('auth')
  const kinds: string[] = []
  const cut = { in: 0 }
  const db = (await database.schema('verifier', verifierMigrations)).withPlugin(noting(kinds, cut))
  const store = verifierStore(db as never)
  const logged: [string, unknown][] = []
  const log = (event: string, fields?: unknown) => void logged.push([event, fields])
  const party = { name: PLATFORM, authority: unasked }
  const deps = { store, clock, entropy: systemEntropy, keys, authority, log, party, ...more }
  const verifier = await createVerifier(deps)
  const server = await openIdServer(deps, behind)
  return {
    deps,
    verifier,
    server,
    authority,
    card,
    phone: authority.issue('phoneAuth', { cardSerial: card.serial }),
    time,
    cut,
    statements: () => kinds.splice(0).join(' '),
    rows: () => rowsOf(database, 'verifier'),
    sql: (statement) => sql.raw(statement).execute(db),
    schema: `"${database.schemaName('verifier')}"`,
    logged,
    another: async (own) => {
      const others = { ...deps, store: verifierStore(db as never), ...own }
      return { verifier: await createVerifier(others), server: await openIdServer(others, server.issuer) }
    },
    service: (clientId, change) => serviceAt({ verifier, server }, clientId, change),
    close: async () => {
      server.close()
      await database.close()
    },
  }
}

/** Registered at this provider, with a key of its own. */
export async function serviceAt(
  { verifier, server }: Pick<OpenIdRoom, 'verifier' | 'server'>,
  clientId: string,
  change: Partial<Client> = {},
): Promise<Service> {
  const key = await crypto.subtle.generateKey(ES256, true, ['sign', 'verify'])
  const redirectUri = `https://${clientId}.example/callback`
  const own = { clientId, name: clientId, redirectUris: [redirectUri], publicJwk: await publicJwkOf(key) }
  await verifier.registerClient({ ...own, ...change })
  const metadata = { id_token_signed_response_alg: change.idTokenAlg ?? 'ES256' }
  const configuration = await oidc.discovery(
    new URL(server.issuer),
    clientId,
    metadata,
    oidc.PrivateKeyJwt(key.privateKey),
    { execute: [oidc.allowInsecureRequests] },
  )
  return { configuration, redirectUri, key }
}

/** Another client's doings at the same provider. */
export function clientOf(
  { configuration }: Service,
  clientId: string,
  key: CryptoKey,
  change: Partial<oidc.ServerMetadata> = {},
): oidc.Configuration {
  const { supportsPKCE: _, ...server } = configuration.serverMetadata()
  const other = new oidc.Configuration(
    { ...server, ...change } as oidc.ServerMetadata,
    clientId,
    {},
    oidc.PrivateKeyJwt(key),
  )
  oidc.allowInsecureRequests(other)
  return other
}

export async function request({ redirectUri }: Service, change: Record<string, string> = {}) {
  const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()]
  const parameters = {
    redirect_uri: redirectUri,
    scope: 'openid',
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...change,
  }
  return { parameters, verifier, state, nonce }
}

/** Pushed to the provider first (RFC 9126). */
export async function pushed(service: Service, change: Record<string, string> = {}, dpop?: oidc.DPoPHandle) {
  const { parameters, ...kept } = await request(service, change)
  const options = dpop ? { DPoP: dpop } : {}
  const location = await oidc.buildAuthorizationUrlWithPAR(service.configuration, parameters, options)
  return { ...kept, location } satisfies Begun
}

/** All parameters in the address that the browser goes to. */
export async function plain(service: Service, change: Record<string, string> = {}) {
  const { parameters, ...kept } = await request(service, change)
  return { ...kept, location: oidc.buildAuthorizationUrl(service.configuration, parameters) } satisfies Begun
}

export interface Waiting {
  readonly browser: Browser
  readonly loginId: string
  readonly uid: string
}

/** The browser goes where the service sends it, until the screen that waits for the person. */
export async function waiting(
  { server }: Pick<OpenIdRoom, 'server'>,
  location: URL,
  own = browser(server.issuer),
): Promise<Waiting> {
  const { url } = await own.go(location.href)
  const { pathname, searchParams } = new URL(url)
  return { browser: own, loginId: pathname.slice(1), uid: searchParams.get('uid') ?? '' }
}

/** The address at the service that the browser comes back to. */
export const back = async ({ server }: Pick<OpenIdRoom, 'server'>, { browser: own, uid }: Waiting): Promise<URL> =>
  new URL((await own.go(`${server.issuer}/interaction/${uid}/finish`)).url)

/** From the request to the address that brings the code; approved by the phone, or by what is given. */
export async function approved(room: OpenIdRoom, location: URL, holder = room.phone, own?: Browser): Promise<URL> {
  const login = await waiting(room, location, own)
  await answer(room.verifier, holder, login.loginId)
  return back(room, login)
}

export const exchange = (service: Service, begun: Begun, callback: URL, dpop?: oidc.DPoPHandle) =>
  oidc.authorizationCodeGrant(
    service.configuration,
    callback,
    { pkceCodeVerifier: begun.verifier, expectedState: begun.state, expectedNonce: begun.nonce, idTokenExpected: true },
    undefined,
    dpop ? { DPoP: dpop } : {},
  )

export const dpopOf = async ({ configuration }: Service): Promise<oidc.DPoPHandle> =>
  oidc.getDPoPHandle(configuration, await oidc.randomDPoPKeyPair('ES256'))
