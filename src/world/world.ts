// All roles in one process, wired and seeded with people. What `npm start` boots, the demo runs in and tests use.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { GatewayDeliveries, Outbox } from '../adapters/deliveries/index.ts'
import { withHealth } from '../adapters/http/index.ts'
import { decodeCertificate } from '../codec/x509.ts'
import * as iso7816 from '../protocol/iso7816/index.ts'
import * as jpki from '../protocol/jpki-ap/index.ts'
import type { Authority } from '../roles/authority/contract.ts'
import { isPublic, publicSite } from '../roles/authority/http.ts'
import type { Carrier } from '../roles/carrier/contract.ts'
import type { Counter } from '../roles/counter/contract.ts'
import type { Phone } from '../roles/phone/contract.ts'
import type { ResidentRegister } from '../roles/resident-register/contract.ts'
import type { Service } from '../roles/service/contract.ts'
import { receiver } from '../roles/service/events/http.ts'
import type { PartnerService } from '../roles/service/index.ts'
import { tieDoor } from '../roles/service/ties/http.ts'
import type { RunningSpTsm } from '../roles/sp-tsm/index.ts'
import type { Terminal } from '../roles/terminal/contract.ts'
import type { Verifier } from '../roles/verifier/contract.ts'
import { type Cast, castOf } from './cast.ts'
import { cloneWithoutKey } from './clone.ts'
import { type Handler, type Listening, listen } from './listen.ts'
import {
  authorityUpkeep,
  FOLLOW_EVERY_MS,
  keepMaintained,
  keysAhead,
  maintain,
  newsUpkeep,
  oneAtATime,
} from './maintenance.ts'
import { isOpenId, isSsf } from './paths.ts'
import { BANK, type CarrierId, CITIZEN_NAMES, type CitizenName, SHINKIN } from './people.ts'
import type { Platform } from './platform.ts'
import { type MemberApp, memberApp } from './railway.ts'
import type { KeyPairs } from './roles.ts'
import { seed } from './seed.ts'
import { type CardTrace, createShelf, type Shelf } from './shelf.ts'
import { type Shops, shops } from './shops.ts'
import type { Verdicts } from './verdicts.ts'

export interface World {
  readonly origin: string
  /** The same host by TLS, for browsers that have a card. */
  readonly cardDoor: string
  readonly register: ResidentRegister
  readonly authority: Authority
  readonly counter: Counter
  readonly carriers: Record<CarrierId, Carrier>
  readonly spTsm: RunningSpTsm
  /** By gateways, and what has none by the outbox. */
  readonly deliveries: GatewayDeliveries
  /** Where carriers hand out SIMs. */
  readonly shops: Shops
  readonly railway: PartnerService
  /** The railway's app on each phone. */
  readonly memberApp: MemberApp
  /** SMS, mail and letters to the people of this world. */
  readonly outbox: Outbox
  readonly verifier: Verifier
  readonly verdicts: Verdicts
  readonly bank: Service
  /** Watches its customers itself. */
  readonly shinkin: Service
  /** Behind the kiosk. */
  readonly shop: Service
  /** Verifies signatures itself. */
  readonly securities: Service
  readonly gate: Terminal
  /** At a counter of the bank. */
  readonly reader: Terminal
  readonly citizens: Record<CitizenName, { readonly phone: Phone; readonly card: string }>
  readonly shelf: Shelf
  readonly platform: Platform
  /** What is done every ten seconds, now. */
  follow(): Promise<void>
  /** Nothing of that begins meanwhile: for what happens between a revocation and the second in which it reaches the SIM. */
  unfollowed<T>(work: () => Promise<T>): Promise<T>
  /** A copy of this SIM that has everything but the private key; the name of its reader. */
  cloneWithoutKey(name: string): Promise<string>
  /** Serial of the 署名用 certificate on a citizen's card. */
  signSerialOf(name: CitizenName): Promise<bigint>
  /** Adds the screens to the server of this world. */
  serveScreens(screens: (request: IncomingMessage, response: ServerResponse) => void): void
  close(): Promise<void>
}

export interface WorldOptions {
  readonly host?: string
  readonly port?: number
  /** How browsers reach this world, when not by its own address. */
  readonly origin?: string | undefined
  /** By which browsers know this machine, when not by its address in numbers. */
  readonly name?: string | undefined
  readonly trace?: CardTrace | undefined
  readonly keyPairs?: KeyPairs | undefined
  readonly onStep?: ((point: string) => void) | undefined
  readonly onProgress?: (what: string) => void
  /** What stands for the phones of these people; each is given what makes a phone of any model for them. */
  readonly phones?: Partial<Record<CitizenName, StandsForPhone>>
}

export type StandsForPhone = (make: (model?: string) => Promise<Phone>) => Promise<Phone>

/** Wires and seeds; everything that is there already is left as it is. The platform is the world's: it closes it, also when it fails. */
export async function createWorld(platform: Platform, options: WorldOptions = {}): Promise<World> {
  let server: Listening | undefined
  try {
    server = await listen(options.host ?? '127.0.0.1', options.port ?? 0, options)
    return await wire(platform, server, options)
  } catch (error) {
    await server?.close()
    await platform.close()
    throw error
  }
}

async function wire(platform: Platform, server: Listening, options: WorldOptions): Promise<World> {
  const { origin } = server
  const shelf = createShelf({ platform, keyPairs: options.keyPairs, trace: options.trace })
  const cast = await castOf(platform, shelf, origin, options)
  const { provider, door, phones, upkeep: ofServices, ...roles } = cast
  const { authority, verifier, spTsm, carriers, deliveries } = roles
  const followers = [
    () => authority.followRegister({}),
    () => spTsm.followAuthority({}),
    ...newsUpkeep(verifier),
    provider.openId.endActing,
    ...ofServices,
  ]
  const unfollowed = oneAtATime()
  const follow = () => unfollowed(() => maintain(platform.log, followers))
  const world: World = {
    ...{ ...roles, origin, follow, unfollowed, shelf, platform },
    cardDoor: `https://${new URL(origin).hostname}:${door.port}`,
    memberApp: memberApp(phones),
    shops: shops({ platform, shelf, register: roles.register, carriers, phones }),
    citizens: citizensOf(phones),
    cloneWithoutKey: (name) => cloneWithoutKey(shelf, name),
    signSerialOf: (name) => signSerialOf(shelf, authority, name),
    serveScreens: answer(server, platform, cast),
    close: async () => {
      await Promise.all([endMaintenance(), endFollowing()])
      door.close()
      await server.close()
      await platform.close()
    },
  }
  await seed(world, options.onProgress)
  const upkeep = authorityUpkeep(authority)
  await maintain(platform.log, upkeep)
  await deliveries.start()
  await spTsm.recover()
  for (const carrier of Object.values(carriers)) await carrier.recover()
  const wakes = Object.values(carriers).map(({ wake }) => wake)
  const endMaintenance = keepMaintained(platform.log, [
    ...upkeep,
    keysAhead(authority),
    spTsm.wake,
    deliveries.wake,
    ...wakes,
  ])
  const endFollowing = keepMaintained(platform.log, [follow], FOLLOW_EVERY_MS)
  return world
}

/** By path: what the authority publishes, news for services, the OpenID provider, and the screens once somebody brings them. */
function answer(
  server: Listening,
  platform: Platform,
  { authority, provider, bank, shinkin }: Cast,
): World['serveScreens'] {
  const { openId, ssf, statusAt } = provider
  let screens: Handler = (_, response) => void response.writeHead(404).end()
  const site = publicSite(authority, platform.clock)
  const events = getRequestListener(ssf.fetch)
  const toBank = getRequestListener(receiver(bank).fetch)
  const toShinkin = getRequestListener(tieDoor(shinkin).fetch)
  const all: Handler = (request, response) => {
    if (isPublic(request.url ?? '')) site.listener(request, response)
    else if (isSsf(request.url ?? '')) void events(request, response)
    else if (request.url === `${BANK.path}/events`) void toBank(request, response)
    else if (request.url === SHINKIN.tieDoor) void toShinkin(request, response)
    else if (isOpenId(request.url ?? '')) void openId.handler(request, response)
    else screens(request, response)
  }
  const database = () => platform.database.pool.query('select 1')
  server.handle(withHealth({ database, statusAt }, all), site.atOnce)
  return (handler) => {
    screens = handler
  }
}

const citizensOf = (phones: Map<CitizenName, Phone>) =>
  Object.fromEntries(CITIZEN_NAMES.map((name) => [name, { phone: phones.get(name)!, card: name }])) as World['citizens']

async function signSerialOf(shelf: Shelf, authority: Authority, name: CitizenName): Promise<bigint> {
  const card = await shelf.open(name)
  try {
    const certificate = await iso7816.run(card, readAuthCertificate())
    const { serialNumber } = decodeCertificate(certificate)
    const { serial } = await authority.link({ kind: 'auth', serial: serialNumber, want: 'card-sign', asker: 'counter' })
    if (serial === null) throw new Error('this card has no signature certificate')
    return serial
  } finally {
    await card.end()
  }
}

function* readAuthCertificate(): iso7816.Dialogue<Uint8Array> {
  yield* jpki.select()
  return yield* jpki.readCertificate('auth')
}
