// A platform that watches for services, with an authority that the system really has, holders, and receivers on real sockets.

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose'
import type { Kysely } from 'kysely'
import { type Served, serve } from '../../adapters/http/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type Bytes, hex, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, privateKey, sha256, sign } from '../../base/crypto.ts'
import { assembleSignedData, signedAttributes } from '../../codec/cms.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { type OwnStatement, ownStatement } from '../../protocol/consent/own-page.ts'
import { loginMessage } from '../../protocol/login/login-message.ts'
import type { Fact } from '../../roles/authority/parties/model.ts'
import { authorityWithParties, type Certified, type Holder } from '../../roles/authority/parties/specimen.ts'
import { CITY, FOUR_INFO } from '../../roles/authority/test-authority.ts'
import { openResidentRegister } from '../../roles/resident-register/index.ts'
import type { Client } from '../../roles/verifier/contract.ts'
import { outsidePush, ssfRoutes } from '../../roles/verifier/events/http.ts'
import type { EvidenceTables } from '../../roles/verifier/evidence/store.ts'
import { createVerifier, type VerifierTables, verifierMigrations, verifierStore } from '../../roles/verifier/index.ts'
import type { Deps } from '../../roles/verifier/model.ts'
import { startLogin } from '../../roles/verifier/start-login.ts'
import { named } from '../../roles/verifier/testing/http.ts'

export const PLATFORM = 'kazasu-platform'
export const ADDRESS = '東京都かざす市やま町９番'
const ISSUER_PATH = '/verifier'

export type WatchedRoom = Awaited<ReturnType<typeof watchedRoom>>

export async function watchedRoom() {
  let tables: unknown
  const { made, holder, issue } = await authorityWithParties(async (database, clock) => {
    tables = await database.schema('verifier', verifierMigrations)
    return openResidentRegister(database, clock)
  })
  await made.authority.accredit({
    name: PLATFORM,
    displayName: 'Platform',
    services: ['facts', 'notices', 'age', 'custody'],
    ageLimits: [20],
    until: new Date('2040-01-01T00:00:00Z'),
  })
  const logged: string[] = []
  let served: Served | undefined
  const push = outsidePush({ loopback: true })
  const deps: Deps = {
    store: verifierStore(tables as never),
    clock: () => made.clock.now,
    entropy: systemEntropy,
    keys: made.deps.keys,
    authority: made.authority,
    party: { name: PLATFORM, authority: made.authority },
    issuer: `http://localhost${ISSUER_PATH}`,
    push,
    log: (event, fields) => void logged.push(`${event} ${JSON.stringify(fields ?? {})}`),
  }
  const verifier = await createVerifier(deps)
  const ssf = ssfRoutes({ ...deps, issuer: deps.issuer!, askerOf: named })
  served = await serve(ssf, { port: 0 })
  const receivers: Receiver[] = []
  return {
    made,
    deps,
    db: tables as Kysely<VerifierTables>,
    logged,
    verifier,
    issue,
    url: served.url,
    holder,
    ...people(made, verifier, deps),
    ...ssfClient(served.url),
    receiver: async (clientId: string) => {
      const one = await receiver(`${served.url}${ISSUER_PATH}/ssf/jwks`, deps.issuer!, clientId)
      receivers.push(one)
      return one
    },
    /** What is kept as evidence about this service, in its order. */
    evidenceOf: async (clientId: string): Promise<Record<string, unknown>[]> => {
      const kept = (tables as Kysely<EvidenceTables>).selectFrom('evidence').select('record')
      const rows = await kept.where('client_id', '=', clientId).orderBy('evidence_id').execute()
      return rows.map(({ record }) => JSON.parse(record))
    },
    pass: (ms: number) => {
      made.clock.now = new Date(made.clock.now.getTime() + ms)
    },
    close: async () => {
      await served?.close()
      for (const one of receivers) one.close()
      push.close()
      await made.close()
    },
  }
}

type Made = Awaited<ReturnType<typeof authorityWithParties>>['made']

const people = (made: Made, verifier: Awaited<ReturnType<typeof createVerifier>>, deps: Deps) => ({
  service: (clientId: string, more: Partial<Client> = {}) =>
    verifier.registerClient({
      clientId,
      name: `サービス ${clientId} / Service ${clientId}`,
      redirectUris: [`https://${clientId}.example/callback`],
      publicJwk: CLIENT_KEY,
      ...more,
    }),

  /** Logs in with the card; the subject that the service knows from then on. */
  logIn: async (clientId: string, { auth }: Pick<Holder, 'auth'>): Promise<string> => {
    const redirectUri = `https://${clientId}.example/callback`
    const login = await startLogin(deps)({ uid: hex(systemEntropy(8)), clientId, redirectUri })
    const signature = sign('RSA-SHA256', privateKey(auth.pair.privateKey), loginMessage(login))
    await verifier.answerLogin({ loginId: login.loginId, certificate: auth.certificate, signature })
    const { personId } = (await deps.store.login(login.loginId))!
    const { pairwiseSubject } = await import('../../roles/verifier/pairwise.ts')
    return pairwiseSubject(deps.keys, { clientId, redirectUris: [redirectUri] }, personId!)
  },

  consent: async (clientId: string, subject: string, { sign: by }: Holder, items: Fact[] = ['name', 'address']) => {
    const asked = await verifier.askConsent({ clientId, subject, items })
    const statement = { purpose: 'consent to latest facts', party: PLATFORM, onBehalfOf: clientId, items }
    const content = { ...statement, at: made.clock.now.toISOString(), nonce: asked.nonce }
    const { requestId } = asked
    return verifier.answerConsent({ requestId, consent: signedByCard(content, by, made.clock.now) })
  },

  own: ({ auth }: Holder, wanted: OwnStatement['wanted']) => {
    const of = { platform: PLATFORM, wanted, nonce: hex(systemEntropy(16)), at: made.clock.now }
    const signature = sign('RSA-SHA256', privateKey(auth.pair.privateKey), ownStatement(of))
    return { certificate: auth.certificate, signature, nonce: of.nonce, at: of.at }
  },

  move: async ({ residentId }: Holder, address = ADDRESS) => {
    const fourInfo = { ...FOUR_INFO, birthDate: '2000-02-03', address }
    await made.register.change({ residentId, event: 'move', fourInfo, municipality: CITY })
    await made.authority.followRegister({})
  },
})

export function signedByCard(content: object, { certificate, pair }: Certified, at: Date): Bytes {
  const octets = utf8(JSON.stringify(content))
  const signer = decodeCertificate(certificate)
  const attributes = signedAttributes({
    messageDigest: sha256(octets),
    signingTime: at,
    signingCertificate: signer.raw,
  })
  const signature = sign('RSA-SHA256', privateKey(pair.privateKey), attributes)
  return assembleSignedData({
    content: octets,
    signedAttributes: attributes,
    algorithm: 'RSA-SHA256',
    signature,
    signer,
  })
}

const CLIENT_KEY = (() => {
  const point = generateKeyPair('P-256').publicKey.subarray(-64)
  const text = (part: Bytes) => Buffer.from(part).toString('base64url')
  return { kty: 'EC', crv: 'P-256', x: text(point.subarray(0, 32)), y: text(point.subarray(32)) }
})()

/** The token is the name of the client: who has which token is the OpenID provider's matter. */
const ssfClient = (url: string) => ({
  ssf: async (clientId: string, method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}${ISSUER_PATH}/ssf/${path}`, {
      method,
      headers: { authorization: `Bearer ${clientId}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text ? JSON.parse(text) : undefined }
  },
})

export interface Received {
  readonly jti: string
  readonly sub: string
  readonly type: string
  readonly claims: JWTPayload
  readonly raw: string
}

export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** What it does with the next events: takes them by default. */
  answer: (event: Received) => Promise<{ status: number; body?: object }> | { status: number; body?: object }
  readonly authorizations: (string | undefined)[]
  close(): void
}

async function receiver(jwks: string, issuer: string, audience: string): Promise<Receiver> {
  const keys = createLocalJWKSet((await (await fetch(jwks)).json()) as never)
  const server = createServer(async (request, response) => {
    const event = await read(request)
    const { status, body } = await one.answer(event)
    if (status === 202) one.received.push(event)
    one.authorizations.push(request.headers.authorization)
    response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body))
  })
  const read = async (request: IncomingMessage): Promise<Received> => {
    let raw = ''
    for await (const part of request) raw += part
    // jose is another's reading of what we made.
    const { payload } = await jwtVerify(raw, keys, {
      issuer,
      audience,
      typ: 'secevent+jwt',
      algorithms: ['ES256'],
      currentDate: new Date('2026-06-01T03:00:00Z'),
    })
    const [type] = Object.keys(payload.events as object)
    const { sub = '', id = '' } = payload.sub_id as Record<string, string>
    return { jti: payload.jti!, sub: sub || id, type: type!, claims: payload, raw }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const one: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received: [],
    authorizations: [],
    answer: () => ({ status: 202 }),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return one
}
