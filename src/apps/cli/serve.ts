// `kazasu serve <role>`: one role as a process. Between roles: the contracts over HTTP with mutual TLS, PostgreSQL
// underneath. What the public asks (OCSP, CRL, OpenID) is plain HTTP on a second port.

import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { systemClock } from '../../adapters/clock.ts'
import { type Fetch, mutualTlsFetch, roleClient, serve as serveHttp, withHealth } from '../../adapters/http/index.ts'
import { pinoLog } from '../../adapters/log.ts'
import { livingIdentity } from '../../adapters/tls-identity.ts'
import type { Contract, Implementation } from '../../base/contract.ts'
import { Refusal } from '../../base/refusal.ts'
import { partyCertificateName } from '../../roles/authority/http.ts'
import { listen } from '../../world/listen.ts'
import { folderPlatform, type Platform } from '../../world/platform.ts'
import { checkedOrigin } from './origin.ts'
import { ownName, ROLES, type RoleName, type ServedRole } from './served-roles.ts'
import type { Outer } from './served-services.ts'
import { stopped } from './stopped.ts'

export interface ServeOptions {
  readonly data: string
  readonly id?: string
  readonly port: string
  readonly publicPort: string
  readonly host: string
  readonly origin?: string
  readonly openid?: string
  readonly other?: string
  readonly peer: readonly string[]
}

/** Asks for a peer by its name; the first call goes out when it is used. */
export interface Peers {
  <C extends Contract>(contract: C, name?: string): Implementation<C>
  /** Those that were named by --peer, and begin so. */
  named(beginning: string): readonly string[]
  /** By name: asks whether anybody answers there. */
  readonly probes: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>>
}

/** `onto` puts another platform under the role than that of the machine: a test's clock. */
export async function serve(
  name: string,
  options: ServeOptions,
  onto = (platform: Platform): Platform => platform,
): Promise<number> {
  const role: ServedRole | undefined = Object.hasOwn(ROLES, name) ? ROLES[name as RoleName] : undefined
  if (!role)
    throw new Refusal('serve/unknown-role', 404, `there is no such role; there are ${Object.keys(ROLES).join(', ')}`)
  const databaseUrl = process.env.DATABASE_URL
  if (!databaseUrl)
    throw new Refusal('serve/needs-database', 400, 'role processes share a PostgreSQL server: set DATABASE_URL')
  const platform = await folderPlatform({ dataFolder: options.data, databaseUrl, log: pinoLog({ level: 'info' }) })
  try {
    return await run(name, role, onto(platform), options)
  } finally {
    await platform.close()
  }
}

async function run(name: string, role: ServedRole, platform: Platform, options: ServeOptions): Promise<number> {
  const { host } = options
  const self = ownName(name, options.id)
  // Whoever is shown a certificate judges it by the clock of the machine.
  const identity = { ...platform, clock: systemClock }
  const tls = await livingIdentity(identity, self, host)
  const peers = peersAt(options.peer, mutualTlsFetch(tls))
  // First, because what the public is told holds this address, also when the port is any free one.
  const outer = await listen(host, Number(options.publicPort), { origin: checkedOrigin(options.origin) })
  try {
    const { id } = options
    const [openid, other] = [options.openid, options.other].map(checkedOrigin)
    const asParty = async (party: string) =>
      peersAt(options.peer, mutualTlsFetch(await livingIdentity(identity, partyCertificateName(party), host)))
    const built = await role.build({ platform, peers, asParty, id, origin: outer.origin, openid, other })
    const database = () => platform.database.pool.query('select 1')
    const health = { database, peers: peers.probes, statusAt: built.statusAt }
    outer.handle(withHealth(health, built.outer && listenerOf(built.outer)), built.atOnce)
    const inner = await serveHttp(built.inner, { host, port: Number(options.port), tls })
    const told = stopped()
    process.stdout.write(`${name} is up: ${inner.url}${built.outer ? `, for the public ${outer.origin}` : ''}\n`)
    await told
    await Promise.all([inner.close(), outer.close()])
    await built.end?.()
    return 0
  } finally {
    await outer.close()
  }
}

const listenerOf = (outer: Outer): RequestListener =>
  typeof outer === 'function' ? outer : getRequestListener(outer.fetch)

export function peersAt(options: readonly string[], fetch: Fetch): Peers {
  const addresses = new Map(options.map(peerAddress))
  const peerOf = <C extends Contract>(contract: C, peer: string = contract.role): Implementation<C> => {
    const url = addresses.get(peer)
    if (!url)
      throw new Refusal('serve/missing-peer', 400, `this role asks ${peer}: say where it is`, {
        option: `--peer ${peer}=https://…`,
      })
    return roleClient(contract, { url, fetch })
  }
  const named = (beginning: string) => [...addresses.keys()].filter((name) => name.startsWith(beginning))
  // Whatever the answer: there is no such operation.
  const probe = (url: string) => async (signal: AbortSignal) =>
    void (await (await fetch(new Request(url, { signal }))).arrayBuffer())
  const probes = Object.fromEntries([...addresses].map(([name, url]) => [name, probe(url)]))
  return Object.assign(peerOf, { named, probes })
}

function peerAddress(text: string): [string, string] {
  const [, peer, url] = /^([a-z-]+)=(https:\/\/.+)$/.exec(text) ?? []
  if (!peer || !url || !URL.canParse(url))
    throw new Refusal('serve/bad-peer', 400, '--peer takes role=url', {
      peer: text,
      example: 'authority=https://127.0.0.1:7002',
    })
  return [peer, url]
}
