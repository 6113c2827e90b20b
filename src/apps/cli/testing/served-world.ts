// The roles of the download as processes of `kazasu serve`: mutual TLS between them, one PostgreSQL database, cards as
// files of one folder. People live there as in the seeded world; a test may kill any process and start it again.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../adapters/clock.ts'
import { openDatabase } from '../../../adapters/database/database.ts'
import { type OutboxTables, outbox, outboxMigrations } from '../../../adapters/deliveries/index.ts'
import { mutualTlsFetch, roleClient, type Served } from '../../../adapters/http/index.ts'
import { fileKeyStore } from '../../../adapters/keys/index.ts'
import { fileMemory } from '../../../adapters/memory/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { freePort } from '../../../adapters/testing/postgres-server.ts'
import { tlsIdentity } from '../../../adapters/tls-identity.ts'
import type { Contract, Implementation } from '../../../base/contract.ts'
import { authorityContract } from '../../../roles/authority/contract.ts'
import { carrierContract } from '../../../roles/carrier/contract.ts'
import { counterContract } from '../../../roles/counter/contract.ts'
import { phoneContract } from '../../../roles/phone/contract.ts'
import { residentRegisterContract } from '../../../roles/resident-register/contract.ts'
import { spTsmContract } from '../../../roles/sp-tsm/contract.ts'
import { audit } from '../../../world/audit/audit.ts'
import { cardPath } from '../../../world/platform.ts'
import { settle } from '../../../world/seed.ts'
import { createShelf, type Shelf } from '../../../world/shelf.ts'
import { type HolderName, type Household, type HouseholdOptions, simsOf } from '../../../world/testing/household.ts'
import type { StandsForPhone } from '../../../world/world.ts'
import { OPERATOR } from '../callers.ts'
import { link, type OnTheWire } from './links.ts'
import { playPhone } from './played-phone.ts'
import { roleProcesses, type StartedAs } from './role-processes.ts'

/** By the names that `--peer` takes; each line starts when the one before is up. */
const PROCESSES = [
  ['resident-register'],
  ['authority'],
  ['verifier', 'sp-tsm'],
  ['counter', 'carrier-minato', 'carrier-aozora', 'carrier-kodama', 'phone-adult', 'phone-elder'],
] as const
/** Started by who wants them. */
const ON_DEMAND = ['terminal-reader', 'service-bank'] as const
export type ProcessName = (typeof PROCESSES)[number][number] | (typeof ON_DEMAND)[number]

export interface ServedWorld extends Household {
  readonly shelf: Shelf
  /** SIGKILL; returns when it is dead. False when it was not alive. */
  kill(name: ProcessName): Promise<boolean>
  /** At its old address, with what it left. */
  start(name: ProcessName): Promise<void>
  /** By its contract, as the operator asks it. */
  asked<C extends Contract>(contract: C, name: ProcessName): Implementation<C>
  /** Where the public reaches it. */
  outerOf(name: ProcessName): string
  /** Where a role of the test's own would be asked for under this name; `serve` answers there. */
  readonly identity: (name: string) => ReturnType<typeof tlsIdentity>
  close(): Promise<void>
}

/** Phones that something stands for are played by the test, under their names. */
export interface ServedWorldOptions extends HouseholdOptions {
  readonly databaseUrl: string
  /** Stands on the wires between the processes; without it they call each other directly. */
  readonly onTheWire?: OnTheWire
  /** Further peers of all, by name: roles that the test itself plays. */
  readonly peers?: Readonly<Record<string, number>>
}

const HOST = '127.0.0.1'
const NAMES: readonly ProcessName[] = [...PROCESSES.flat(), ...ON_DEMAND]

export async function servedWorld(options: ServedWorldOptions): Promise<ServedWorld> {
  const { databaseUrl, onTheWire, peers = {}, phones: standing = {}, trace } = options
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-served-'))
  const keys = fileKeyStore(join(folder, 'keys'), systemEntropy)
  const tls = { keys, clock: systemClock, entropy: systemEntropy }
  const ports = new Map<string, number>(Object.entries(peers))
  for (const name of NAMES) ports.set(name, await freePort())
  const publicPorts = new Map<string, number>()
  for (const name of ['verifier', ...ON_DEMAND]) publicPorts.set(name, await freePort())
  const urlOf = (name: string) => `https://${HOST}:${ports.get(name)}`
  const outerOf = (name: string) => `http://${HOST}:${publicPorts.get(name)}`
  const links: Served[] = []
  const addresses: string[] = []
  for (const name of ports.keys()) {
    const wire = onTheWire && (await link(tls, name, urlOf(name), onTheWire))
    if (wire) links.push(wire)
    addresses.push(`${name}=${wire?.url ?? urlOf(name)}`)
  }
  const startedAs: StartedAs = (name) => {
    const [, several, id] = /^(carrier|phone|terminal|service)-(.+)$/.exec(name) ?? []
    const at = { host: HOST, port: String(ports.get(name)), publicPort: String(publicPorts.get(name) ?? 0) }
    const own = { ...at, peer: addresses, openid: outerOf('verifier') }
    return { role: several ?? name, ...(id && { id }), ...own }
  }
  const processes = roleProcesses(folder, databaseUrl, startedAs)
  const { clock, pass, start, end } = processes
  const played = (name: ProcessName) => name.startsWith('phone-') && Object.hasOwn(standing, name.slice(6))
  for (const together of PROCESSES) await Promise.all(together.filter((name) => !played(name)).map(start))

  const database = await openDatabase({ url: databaseUrl })
  const fetch = mutualTlsFetch(await tlsIdentity(tls, OPERATOR, HOST))
  const asked = <C extends Contract>(contract: C, name: ProcessName): Implementation<C> =>
    roleClient(contract, { url: urlOf(name), fetch, timeout: 60_000 })
  const shelf = createShelf({
    platform: { memory: (name) => fileMemory(cardPath(folder, name)), entropy: systemEntropy },
    trace,
  })
  const carriers = {
    minato: asked(carrierContract, 'carrier-minato'),
    aozora: asked(carrierContract, 'carrier-aozora'),
    kodama: asked(carrierContract, 'carrier-kodama'),
  }
  const register = asked(residentRegisterContract, 'resident-register')
  const authority = asked(authorityContract, 'authority')
  const counter = asked(counterContract, 'counter')
  const spTsm = asked(spTsmContract, 'sp-tsm')
  const machine = { database, clock, entropy: systemEntropy, log: () => undefined, tls, host: HOST, urlOf }
  for (const [name, stands] of Object.entries(standing) as [HolderName, StandsForPhone][]) {
    const port = ports.get(`phone-${name}`)!
    links.push(await playPhone({ ...machine, open: shelf.open }, name, port, stands))
  }
  const phones = { adult: asked(phoneContract, 'phone-adult'), elder: asked(phoneContract, 'phone-elder') }
  await settle({ register, counter, carriers, shelf, platform: { keys } })
  return {
    register,
    authority,
    counter,
    spTsm,
    carriers,
    phones,
    newSim: simsOf(keys, shelf, phones),
    outbox: outbox(await database.schema<OutboxTables>('outbox', outboxMigrations), clock),
    shelf,
    clock,
    pass,
    wake: async () => {
      for (const name of ['carrier-minato', 'carrier-aozora', 'carrier-kodama', 'sp-tsm'] as const) {
        await end(name, 'SIGTERM')
        await start(name)
      }
    },
    audit: () => audit({ authority, carriers, spTsm }),
    kill: (name) => end(name, 'SIGKILL'),
    start,
    asked,
    outerOf,
    identity: (name) => tlsIdentity(tls, name, HOST),
    close: async () => {
      await processes.close()
      await Promise.all(links.map((one) => one.close()))
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
