// The verification platform as a process of `kazasu serve` that may be killed, between a PostgreSQL server that may be killed and
// what this test plays by the real parts: J-LIS with its register, two services by openid-client, holders with cards.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as oidc from 'openid-client'
import { systemClock } from '../../../adapters/clock.ts'
import { mutualTlsFetch, roleClient, roleRoutes, serve } from '../../../adapters/http/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { freePort } from '../../../adapters/testing/postgres-server.ts'
import { tlsIdentity } from '../../../adapters/tls-identity.ts'
import { generateKeyPair, privateKey } from '../../../base/crypto.ts'
import { type Authority, authorityContract } from '../../../roles/authority/contract.ts'
import { partyMayCall } from '../../../roles/authority/http.ts'
import type { Certified } from '../../../roles/authority/parties/specimen.ts'
import { CITY, FOUR_INFO } from '../../../roles/authority/test-authority.ts'
import type { ResidentRegister } from '../../../roles/resident-register/contract.ts'
import { type Client, type Verifier, verifierContract } from '../../../roles/verifier/contract.ts'
import type { Holder } from '../../../roles/verifier/testing/authority.ts'
import { publicJwkOf, type Service } from '../../../roles/verifier/testing/http/openid-room.ts'
import { PLATFORM } from '../../../world/people.ts'
import { folderPlatform } from '../../../world/platform.ts'
import { buildAuthority, buildResidentRegister } from '../../../world/roles.ts'
import { mayCall, OPERATOR } from '../callers.ts'
import { link } from './links.ts'
import { roleProcesses } from './role-processes.ts'
import { sqlWires } from './sql-wire.ts'

/** What a test does where something goes by. */
export interface Along {
  /** Between any two of them: also what the platform asks J-LIS. */
  call<T>(what: string, send: () => Promise<T>): Promise<T>
  statement(send: () => Promise<void>): Promise<void>
}

export interface Citizen {
  readonly residentId: string
  readonly auth: Holder
  sign: Holder & Certified
}

export interface PlatformWorld {
  readonly issuer: string
  readonly authority: Authority
  readonly register: ResidentRegister
  /** Each call goes along. */
  readonly verifier: Verifier
  /** To the public side: what goes to the platform goes along. */
  readonly fetch: typeof fetch
  /** How often tokens were handed out for a code, or for a decoupled request; also where the answer was lost. */
  readonly given: ReadonlyMap<string, number>
  readonly now: () => Date
  pass(milliseconds: number): void
  kill(): Promise<boolean>
  start(): Promise<void>
  citizen(name: string): Promise<Citizen>
  /** The 署名用 certificate after the one before. */
  signCertificate(residentId: string): Promise<Citizen['sign']>
  service(clientId: string, change?: Partial<Client>): Promise<Service>
  /** What only the records tell. */
  count(table: string, where: string): Promise<number>
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const YEAR_MS = 365 * 86_400_000

export async function platformWorld(databaseUrl: string, along: Along): Promise<PlatformWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-platform-'))
  const wire = await sqlWires(databaseUrl, along.statement)
  const [port, publicPort] = [await freePort(), await freePort()]
  const peers: string[] = []
  const processes = roleProcesses(folder, wire.url, () => ({
    ...{ role: 'verifier', host: HOST, port: String(port), publicPort: String(publicPort), peer: peers },
  }))
  const { clock } = processes
  const machine = await folderPlatform({ dataFolder: folder, databaseUrl, log: () => undefined })
  const platform = { ...machine, clock }
  const register = await buildResidentRegister(platform)
  const authority = await buildAuthority(platform, register)
  const until = new Date(Date.now() + YEAR_MS)
  const granted = { displayName: PLATFORM.name, services: ['facts', 'notices', 'age'] as const, ageLimits: [20] }
  await authority.accredit({ name: PLATFORM.party, until, ...granted, services: [...granted.services] })
  const tls = { keys: platform.keys, clock: systemClock, entropy: systemEntropy }
  const [asRole, asParty] = [mayCall('authority'), partyMayCall(authority)]
  const routes = roleRoutes(authorityContract, authority, {
    mayCall: async (...call) => asRole(...call) || ((await asParty(...call)) ?? false),
  })
  const served = await serve(routes, { host: HOST, port: 0, tls: await tlsIdentity(tls, 'authority', HOST) })
  const wired = await link(tls, 'authority', served.url, ({ operation }, send) =>
    along.call(`verifier → authority.${operation}`, send),
  )
  peers.push(`authority=${wired.url}`)
  await processes.start('verifier')
  const issuer = `http://${HOST}:${publicPort}/verifier`
  const operator = mutualTlsFetch(await tlsIdentity(tls, OPERATOR, HOST))
  const verifier = roleClient(verifierContract, {
    url: `https://${HOST}:${port}`,
    fetch: (request) =>
      along.call(`→ verifier.${new URL(request.url).pathname.slice(1)}`, async () => operator(request.clone())),
    timeout: 20_000,
  })
  const given = new Map<string, number>()
  const publicFetch: typeof fetch = (input, init) => answered(along, given, new Request(input, init))
  let made = 0
  const issue = async (residentId: string, kind: 'auth' | 'sign') => {
    const pair = generateKeyPair('RSA-2048')
    const asked = { requestKey: `${residentId} ${kind} ${++made}`, residentId, kind, publicKey: pair.publicKey }
    return { ...(await authority.issueForCard(asked)), pair, key: privateKey(pair.privateKey) }
  }
  return {
    ...{ issuer, authority, register, verifier, now: clock, pass: processes.pass, fetch: publicFetch, given },
    kill: () => processes.end('verifier', 'SIGKILL'),
    start: () => processes.start('verifier'),
    citizen: async (residentId) => {
      const resident = { residentId, fourInfo: FOUR_INFO, municipality: CITY, status: 'resident' as const }
      await register.register(resident)
      return { residentId, auth: await issue(residentId, 'auth'), sign: await issue(residentId, 'sign') }
    },
    signCertificate: (residentId) => issue(residentId, 'sign'),
    service: (clientId, change) => service({ verifier, issuer, fetch: publicFetch }, clientId, change),
    count: async (table, where) => {
      const { rows } = await platform.database.pool.query(`select count(*) from verifier.${table} where ${where}`)
      return Number(rows[0].count)
    },
    close: async () => {
      await processes.close()
      for (const one of [wired, served]) await one.close()
      await wire.close()
      await machine.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Nothing came back, or an error of the server: it may be asked again. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
}

async function answered(along: Along, given: Map<string, number>, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  const body = new URLSearchParams(await request.clone().text())
  const spent = pathname.endsWith('/token') ? (body.get('code') ?? body.get('auth_req_id')) : null
  const send = async () => {
    const response = await fetch(request.clone(), { redirect: 'manual' })
    if (spent && response.ok) given.set(spent, (given.get(spent) ?? 0) + 1)
    return response
  }
  const response = await along
    .call(`→ ${pathname.replace(/[\w-]{20,}/g, '…')}`, send)
    .catch((cause: unknown) => Promise.reject(new Unanswered('no answer', { cause })))
  if (response.status >= 500) throw new Unanswered(`HTTP ${response.status}`)
  return response
}

async function service(
  { verifier, issuer, fetch }: Pick<PlatformWorld, 'verifier' | 'issuer' | 'fetch'>,
  clientId: string,
  change: Partial<Client> = {},
): Promise<Service> {
  const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const redirectUri = `https://${clientId}.example/callback`
  const own = { clientId, name: clientId, redirectUris: [redirectUri], publicJwk: await publicJwkOf(key) }
  await verifier.registerClient({ ...own, ...change })
  const configuration = await oidc.discovery(
    new URL(issuer),
    clientId,
    { id_token_signed_response_alg: 'ES256' },
    oidc.PrivateKeyJwt(key.privateKey),
    { execute: [oidc.allowInsecureRequests], [oidc.customFetch]: fetch as oidc.CustomFetch },
  )
  return { configuration, redirectUri, key }
}

export interface PushReceiver {
  readonly url: string
  readonly sets: string[]
  close(): void
}

/** Takes what is pushed; `along` may lose what it says. */
export async function pushReceiver(along: Along): Promise<PushReceiver> {
  const sets: string[] = []
  const server = createServer(async (request, response) => {
    let set = ''
    for await (const part of request) set += part
    try {
      await along.call('verifier → receiver', async () => void sets.push(set))
      response.writeHead(202).end()
    } catch {
      request.socket.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/events`,
    sets,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
