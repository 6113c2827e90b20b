// Each role on the platform, given the roles that it asks. One process joins them all (world.ts); `kazasu serve` makes
// one of them and reaches the others by HTTP.

import {
  type DispatchTables,
  dispatchMigrations,
  type GatewayDeliveries,
  gatewayDeliveries,
  gatewaysOf,
  type Outbox,
  outbox,
  outboxMigrations,
} from '../adapters/deliveries/index.ts'
import { outside } from '../adapters/http/index.ts'
import { makeKeyPair } from '../adapters/keys/index.ts'
import { livingIdentity } from '../adapters/tls-identity.ts'
import { hex } from '../base/bytes.ts'
import type { KeyPair } from '../base/crypto.ts'
import { isLoopback } from '../base/loopback.ts'
import type { Deliveries, Session } from '../base/ports.ts'
import { jpkiLoadFile } from '../protocol/jpki-ap/index.ts'
import type { Authority } from '../roles/authority/contract.ts'
import { authorityMigrations, authorityStore, createAuthority } from '../roles/authority/index.ts'
import type { Carrier } from '../roles/carrier/contract.ts'
import {
  carrierMigrations,
  carrierStore,
  createCarrier,
  createMvno,
  DEVICES,
  type RunningCarrier,
  SIM_MODELS,
  type TsmProxy,
} from '../roles/carrier/index.ts'
import type { Counter } from '../roles/counter/contract.ts'
import { counterMigrations, counterStore, createCounter } from '../roles/counter/index.ts'
import type { Phone } from '../roles/phone/contract.ts'
import { type AskingService, createPhone, phoneMigrations, phoneRefusals, phoneStore } from '../roles/phone/index.ts'
import type { ResidentRegister } from '../roles/resident-register/contract.ts'
import { openResidentRegister } from '../roles/resident-register/index.ts'
import type { Notifications, SpTsm } from '../roles/sp-tsm/contract.ts'
import { createSpTsm, type RunningSpTsm, spTsmMigrations, spTsmStore } from '../roles/sp-tsm/index.ts'
import type { Terminal } from '../roles/terminal/contract.ts'
import { createTerminal, terminalMigrations, terminalStore } from '../roles/terminal/index.ts'
import { serviceApi } from '../roles/verifier/api/http.ts'
import type { Verifier } from '../roles/verifier/contract.ts'
import { outsidePush, ssfRoutes } from '../roles/verifier/events/http.ts'
import {
  createVerifier,
  type PlatformParty,
  type VerifierDeps,
  verifierMigrations,
  verifierStore,
} from '../roles/verifier/index.ts'
import { type CardDoor, cardDoor } from '../roles/verifier/openid/http/card-door.ts'
import { createOpenId } from '../roles/verifier/openid/http.ts'
import { APPS, proxyAppOf, UI_APP } from './apps.ts'
import { cardMachine, type Places } from './card-machine.ts'
import { isApi } from './paths.ts'
import {
  CARRIERS,
  type CarrierId,
  CITIZENS,
  type CitizenName,
  GATE,
  KAZASU_CITY,
  PARTIES,
  type PartyName,
  PLATFORM,
  READER,
  simCard,
} from './people.ts'
import type { Platform } from './platform.ts'
import { developersDoor } from './portal.ts'
import { registered } from './registered.ts'
import { makeTerminal } from './terminal.ts'

export type KeyPairs = () => KeyPair
export type OpenCard = (name: string) => Promise<Session>

export const buildResidentRegister = ({ database, clock }: Platform): Promise<ResidentRegister> =>
  openResidentRegister(database, clock)

export async function buildAuthority(platform: Platform, register: ResidentRegister): Promise<Authority> {
  return createAuthority({
    ...platform,
    store: authorityStore(await platform.database.schema('authority', authorityMigrations)),
    register,
    publishAnswer: platform.publish,
    keyPair: makeKeyPair,
  })
}

/** At the window of Kazasu City; its machine writes onto these places. */
export async function buildCounter(
  platform: Platform,
  peers: { authority: Authority; register: ResidentRegister; spTsm: () => SpTsm },
  places: Places,
): Promise<Counter> {
  const store = counterStore(await platform.database.schema('counter', counterMigrations))
  return createCounter({ ...platform, ...peers, store, machine: cardMachine(places), municipality: KAZASU_CITY.code })
}

export interface CarrierPeers {
  readonly proxyOf: (iccid: string) => Promise<TsmProxy>
  readonly spTsm: () => Notifications
  readonly donor: (id: string) => Pick<Carrier, 'portOut'> | undefined
  /** Of an MVNO, which is nothing without it. */
  readonly host?: Carrier | undefined
}

export async function buildCarrier(
  platform: Platform,
  id: CarrierId,
  { host, ...peers }: CarrierPeers,
): Promise<RunningCarrier> {
  const store = carrierStore(await platform.database.schema(`carrier-${id}`, carrierMigrations))
  const common = { ...platform, ...peers, id, store, models: SIM_MODELS, devices: DEVICES }
  const carrier = CARRIERS[id]
  if (carrier.kind === 'mvno') return createMvno({ ...common, host: host!, hostId: carrier.host })
  const given = { ...common, gate: platform.gate, mode: carrier.mode, loadFile: jpkiLoadFile() }
  return createCarrier({ ...given, proxyApp: proxyAppOf(id).id })
}

export interface VerifierWithOpenId {
  readonly verifier: Verifier
  readonly openId: Awaited<ReturnType<typeof createOpenId>>
  /** Of when the newest status of a certificate is that it relied upon. */
  statusAt(): Promise<Date | null>
  /** Where browsers show a My Number Card by TLS. */
  openCardDoor(host: string): Promise<CardDoor>
  /** What services ask with their access tokens: events and their streams, and the API. Paths: `isSsf`. */
  readonly ssf: { fetch(request: Request): Response | Promise<Response> }
}

/** `asParty`: the authority, asked under the platform's own certificate as a party. */
export async function buildVerifier(
  platform: Platform,
  { authority, asParty }: { authority: Authority; asParty: PlatformParty['authority'] },
  origin: string,
): Promise<VerifierWithOpenId> {
  const store = verifierStore(await platform.database.schema('verifier', verifierMigrations))
  const issuer = `${origin}/verifier`
  // On one laptop receivers are on it too, and without TLS.
  const loopback = isLoopback(new URL(origin).hostname)
  const push = outsidePush({ loopback })
  const portal = await developersDoor(platform, issuer, origin)
  const party = { name: PLATFORM.party, authority: asParty }
  const ping = outside({ loopback })
  const statusList = async () => (await authority.crl({ kind: 'auth', municipalityCode: KAZASU_CITY.code })).crl
  const deps: VerifierDeps = {
    ...{ ...platform, store, authority, issuer, push, ping, party, portal: portal.login, statusList },
    endActing: () => openId.endActing(),
  }
  const verifier = await createVerifier(deps)
  await registered(verifier, portal.client)
  const openId = await createOpenId({
    ...{ ...platform, store, authority, party, issuer },
    loginPage: (loginId, uid) => `${origin}/login/${loginId}?uid=${uid}`,
  })
  const openCardDoor = async (host: string) => {
    const tls = await livingIdentity(platform, 'verifier', new URL(origin).hostname)
    return cardDoor({ ...platform, store, authority, openId, tls, host, port: 0 })
  }
  const asked = { ...deps, issuer, askerOf: openId.askerOf }
  const [signals, api] = [ssfRoutes(asked), serviceApi({ ...asked, verifier })]
  const ssf = {
    fetch: (request: Request) => (isApi(new URL(request.url).pathname) ? api : signals).fetch(request),
  }
  return { verifier, openId, openCardDoor, ssf, statusAt: () => store.operator.seen('ocsp') }
}

/** Where SMS, mail and letters lie until somebody looks. */
export async function buildOutbox({ database, clock }: Platform): Promise<Outbox> {
  return outbox(await database.schema('outbox', outboxMigrations), clock)
}

/** SMS and mail by the gateways that the environment names; what has none, and letters, into the outbox. */
export async function buildDeliveries(
  platform: Platform,
  outside: Deliveries,
  gateways = gatewaysOf(process.env),
): Promise<GatewayDeliveries> {
  const db = await platform.database.schema<DispatchTables>('deliveries', dispatchMigrations)
  return gatewayDeliveries({ ...platform, db, gateways, others: outside })
}

export async function buildSpTsm(
  platform: Platform,
  peers: { authority: Authority; verifier: Verifier; carriers: Record<string, Carrier>; deliveries: Deliveries },
  onStep?: (point: string) => void,
): Promise<RunningSpTsm> {
  const alone = platform.database.kind === 'pglite'
  const store = spTsmStore(await platform.database.schema('sp-tsm', spTsmMigrations))
  const common = { ...platform, ...peers, store, uiApp: UI_APP.id, loadFile: jpkiLoadFile() }
  return createSpTsm({ ...common, alone, ...(onStep ? { onStep } : {}) })
}

/** Services that ask holders, by the names under which J-LIS has accredited them. */
export const servicesOf =
  (serviceOf: (id: (typeof PARTIES)[PartyName]['role']) => AskingService) =>
  (party: string): AskingService => {
    if (!Object.hasOwn(PARTIES, party)) throw phoneRefusals.unknownService()
    return serviceOf(PARTIES[party as PartyName].role)
  }

export async function buildPhone(
  platform: Pick<Platform, 'database' | 'clock' | 'entropy' | 'log'>,
  name: CitizenName,
  peers: { spTsm: SpTsm; verifier: Verifier; authority: Authority; services: (party: string) => AskingService },
  open: OpenCard,
  model: string = CITIZENS[name].line.deviceModel,
): Promise<Phone> {
  const { carrier, msisdn, iccid } = CITIZENS[name].line
  return createPhone({
    ...{ ...platform, ...peers, name, model },
    platform: PLATFORM.party,
    line: { carrier, msisdn, iccid },
    apps: APPS,
    makeTerminal,
    secureElement: (inside) => open(simCard(inside)),
    cards: open,
    store: phoneStore(await platform.database.schema(`phone-${name}`, phoneMigrations)),
  })
}

export async function buildGate(
  platform: Platform,
  peers: { authority: Authority; verifier: Verifier },
  readers: (name: string) => Promise<Session>,
) {
  const store = terminalStore(await platform.database.schema('terminal-gate', terminalMigrations))
  return createTerminal({ ...platform, ...peers, name: GATE.name, store, readers })
}

/** What can be held to a terminal: a phone, through its contactless face, or a card of the shelf. */
export const heldTo =
  (open: OpenCard, phoneOf: (name: string) => Pick<Phone, 'tap' | 'tapEnd'> | undefined): OpenCard =>
  async (reader) => {
    const [, name] = /^(.+)-phone$/.exec(reader) ?? []
    const phone = name && phoneOf(name)
    if (!phone) return open(reader)
    return {
      transmit: async (command) => (await phone.tap({ command })).response,
      end: async () => {
        await phone.tapEnd({})
      },
    }
  }

/** At a counter of the bank: customers log in at it. */
export async function buildReader(
  platform: Platform,
  peers: { authority: Authority; verifier: Verifier },
  readers: (name: string) => Promise<Session>,
) {
  const store = terminalStore(await platform.database.schema('terminal-reader', terminalMigrations))
  return createTerminal({ ...platform, ...peers, logins: peers.verifier, name: READER.name, store, readers })
}

/** What the platform enters of it for the bank. */
export async function readerEntry(reader: Pick<Terminal, 'prepare'>) {
  const { keyId } = await reader.prepare({})
  return { keyId: hex(keyId), ...READER.shown }
}
