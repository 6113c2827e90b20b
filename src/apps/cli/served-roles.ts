// Which roles can be a process of their own, whom each asks, and what it shows the public.

import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { type Answer, type AtOnce, type RouteOptions, roleRoutes } from '../../adapters/http/index.ts'
import type { Contract, Implementation } from '../../base/contract.ts'
import type { Clock, Log } from '../../base/ports.ts'
import { Refusal } from '../../base/refusal.ts'
import { type Authority, authorityContract } from '../../roles/authority/contract.ts'
import { logRoutes, partyMayCall, publicSite } from '../../roles/authority/http.ts'
import { carrierContract } from '../../roles/carrier/contract.ts'
import { counterContract } from '../../roles/counter/contract.ts'
import { phoneContract } from '../../roles/phone/contract.ts'
import { residentRegisterContract } from '../../roles/resident-register/contract.ts'
import { serviceContract } from '../../roles/service/contract.ts'
import { spTsmContract } from '../../roles/sp-tsm/contract.ts'
import { type Terminal, terminalContract } from '../../roles/terminal/contract.ts'
import { verifierContract } from '../../roles/verifier/contract.ts'
import {
  authorityUpkeep,
  FOLLOW_EVERY_MS,
  keepMaintained,
  keysAhead,
  maintain,
  newsUpkeep,
} from '../../world/maintenance.ts'
import { isOpenId, isSsf } from '../../world/paths.ts'
import {
  CARRIERS,
  type CarrierId,
  CITIZEN_NAMES,
  CITIZENS,
  type CitizenName,
  GATE,
  PLATFORM,
  READER,
} from '../../world/people.ts'
import type { Platform } from '../../world/platform.ts'
import * as build from '../../world/roles.ts'
import { createShelf } from '../../world/shelf.ts'
import { createPlatformWeb, createReaderWeb } from '../web/index.ts'
import { holders } from '../web/world.ts'
import { type CALLERS, mayCall } from './callers.ts'
import type { Peers } from './serve.ts'
import { OUTER, type Outer, RELYING, SERVICES } from './served-services.ts'

export interface Setting {
  readonly platform: Platform
  readonly peers: Peers
  /** The same, under the certificate of a party that J-LIS has accredited. */
  readonly asParty: (party: string) => Promise<Peers>
  readonly id: string | undefined
  /** Where the public reaches this process. */
  readonly origin: string
  /** Where the verifier shows itself to the public. */
  readonly openid: string | undefined
  /** Where the credit union does. */
  readonly other: string | undefined
}

/** `end` is waited for before the platform closes. */
export interface Built {
  readonly inner: { fetch: Answer }
  readonly outer?: Outer | undefined
  /** What of `outer` is ready. */
  readonly atOnce?: AtOnce | undefined
  readonly end?: (() => Promise<void>) | undefined
  /** Of the newest status of a certificate, where it judges them. */
  readonly statusAt?: (() => Promise<Date | null>) | undefined
}

export interface ServedRole {
  build(setting: Setting): Promise<Built>
}

const TERMINALS = { gate: GATE, reader: READER } as const

/** Who a process is to the others: of several of a kind, which. */
export function ownName(role: string, id: string | undefined): string {
  if (role === 'service') return `service-${SERVICES[known(id ?? 'bank', SERVICES) as keyof typeof SERVICES]}`
  return role === 'carrier' && id ? `carrier-${id}` : role
}

type MayCall = NonNullable<RouteOptions['mayCall']>

const served = <C extends Contract & { role: keyof typeof CALLERS }>(
  contract: C,
  build: (setting: Setting) => Promise<{ role: Implementation<C>; alsoMayCall?: MayCall } & Omit<Built, 'inner'>>,
): ServedRole => ({
  build: async (setting) => {
    const { role, alsoMayCall, ...rest } = await build(setting)
    const ofRoles = mayCall(contract.role)
    const asked: MayCall = async (...call) => ofRoles(...call) || ((await alsoMayCall?.(...call)) ?? false)
    const options = { log: setting.platform.log, mayCall: asked }
    return { inner: roleRoutes(contract, role, options), ...rest }
  },
})

/** What anyone may fetch, and the log of signatures beside it. */
function shownByAuthority(authority: Authority, clock: Clock): Pick<Built, 'outer' | 'atOnce'> {
  const { listener, atOnce } = publicSite(authority, clock)
  const log = getRequestListener(new Hono().route('/log', logRoutes(authority)).fetch)
  return {
    outer: (request, response) =>
      request.url?.startsWith('/log/') ? void log(request, response) : listener(request, response),
    atOnce,
  }
}

/** The counter in whose reader this SIM lies. One that is away is passed by: a phone says itself which SIM is in it. */
async function deskOf(peers: Peers, iccid: string) {
  try {
    const counter = peers(counterContract)
    return (await counter.hasSim({ iccid })).here ? counter : undefined
  } catch {
    return undefined
  }
}

/** As the network knows it: the phone that answers for this SIM, asked first the one that it was sold with. */
async function phoneOf(peers: Peers, iccid: string) {
  const home = `phone-${CITIZEN_NAMES.find((one) => CITIZENS[one].line.iccid === iccid)}`
  const phones = peers.named('phone-').toSorted((a, b) => Number(b === home) - Number(a === home))
  for (const name of phones) {
    const phone = peers(phoneContract, name)
    if (await phone.connections({ iccid }).catch(() => undefined)) return phone
  }
  return peers(phoneContract, home)
}

/** Its certificate is asked for at each start, as long as J-LIS answers; without one it is no reader. */
async function made(reader: Terminal, log: Log): Promise<void> {
  try {
    await reader.prepare({})
  } catch (error) {
    if (!(error instanceof Refusal) || !(await reader.state({})).prepared) throw error
    log('terminal.as-before', { code: error.code })
  }
}

export const ROLES = {
  'resident-register': served(residentRegisterContract, async ({ platform }) => ({
    role: await build.buildResidentRegister(platform),
  })),
  authority: served(authorityContract, async ({ platform, peers }) => {
    const role = await build.buildAuthority(platform, peers(residentRegisterContract))
    const upkeep = authorityUpkeep(role)
    await maintain(platform.log, upkeep)
    const ends = [
      keepMaintained(platform.log, [...upkeep, keysAhead(role)]),
      keepMaintained(platform.log, [() => role.followRegister({})], FOLLOW_EVERY_MS),
    ]
    return {
      role,
      alsoMayCall: partyMayCall(role),
      ...shownByAuthority(role, platform.clock),
      end: async () => void (await Promise.all(ends.map((end) => end()))),
    }
  }),
  counter: served(counterContract, async ({ platform, peers }) => ({
    role: await build.buildCounter(
      platform,
      {
        authority: peers(authorityContract),
        register: peers(residentRegisterContract),
        spTsm: () => peers(spTsmContract),
      },
      createShelf({ platform }),
    ),
  })),
  carrier: served(carrierContract, async ({ platform, peers, id }) => {
    const carrier = known(id, CARRIERS) as CarrierId
    const mvno = CARRIERS[carrier]
    const host = mvno.kind === 'mvno' ? peers(carrierContract, `carrier-${mvno.host}`) : undefined
    const role = await build.buildCarrier(platform, carrier, {
      proxyOf: async (iccid) => (await deskOf(peers, iccid)) ?? (await phoneOf(peers, iccid)),
      spTsm: () => peers(spTsmContract),
      donor: (other) => (Object.hasOwn(CARRIERS, other) ? peers(carrierContract, `carrier-${other}`) : undefined),
      host,
    })
    await role.recover()
    return { role, end: keepMaintained(platform.log, [role.wake]) }
  }),
  'sp-tsm': served(spTsmContract, async ({ platform, peers }) => {
    const carriers = Object.fromEntries(
      Object.keys(CARRIERS).map((id) => [id, peers(carrierContract, `carrier-${id}`)]),
    )
    const deliveries = await build.buildDeliveries(platform, await build.buildOutbox(platform))
    const role = await build.buildSpTsm(platform, {
      authority: peers(authorityContract),
      verifier: peers(verifierContract),
      carriers,
      deliveries,
    })
    await deliveries.start()
    await role.recover()
    // What has become due while it was away.
    await maintain(platform.log, [role.wake])
    const ends = [
      keepMaintained(platform.log, [role.wake, deliveries.wake]),
      keepMaintained(platform.log, [() => role.followAuthority({})], FOLLOW_EVERY_MS),
    ]
    return { role, end: async () => void (await Promise.all(ends.map((end) => end()))) }
  }),
  phone: served(phoneContract, async ({ platform, peers, id }) => {
    const name = known(id, CITIZENS) as CitizenName
    const shelf = createShelf({ platform })
    const others = {
      spTsm: peers(spTsmContract),
      verifier: peers(verifierContract),
      authority: peers(authorityContract),
      services: build.servicesOf((role) =>
        role === 'verifier' ? peers(verifierContract) : peers(serviceContract, `service-${role}`),
      ),
    }
    return { role: await build.buildPhone(platform, name, others, shelf.open) }
  }),
  verifier: served(verifierContract, async ({ platform, peers, asParty, origin }) => {
    const asked = { authority: peers(authorityContract), asParty: (await asParty(PLATFORM.party))(authorityContract) }
    const { verifier, openId, ssf, statusAt } = await build.buildVerifier(platform, asked, origin)
    const events = getRequestListener(ssf.fetch)
    const shown = { origin, verifier, citizens: [], cardDoor: null, log: platform.log }
    const screens = getRequestListener(createPlatformWeb(shown).fetch)
    const end = keepMaintained(platform.log, [...newsUpkeep(verifier), openId.endActing], FOLLOW_EVERY_MS)
    return {
      role: verifier,
      outer: (request, response) => {
        if (isSsf(request.url ?? '')) void events(request, response)
        else if (isOpenId(request.url ?? '')) void openId.handler(request, response)
        else void screens(request, response)
      },
      ...{ end, statusAt },
    }
  }),
  service: served(serviceContract, async ({ platform, peers, asParty, id, origin, openid, other }) => {
    const which = known(id ?? 'bank', SERVICES) as keyof typeof SERVICES
    const { service, upkeep } = await RELYING[which](platform, {
      verifier: peers(verifierContract),
      authority: (await asParty(SERVICES[which]))(authorityContract),
      origins: { origin, openId: openid ?? origin, ...(other && { other }) },
      readers: peers.named('terminal-').map((name) => peers(terminalContract, name)),
    })
    const end = keepMaintained(platform.log, upkeep, FOLLOW_EVERY_MS)
    return { role: service, outer: OUTER[which]?.(service), end }
  }),
  terminal: served(terminalContract, async ({ platform, peers, id = 'gate', origin }) => {
    const { open } = createShelf({ platform })
    const phones = peers.named('phone-')
    const held = build.heldTo(open, (name) =>
      phones.includes(`phone-${name}`) ? peers(phoneContract, `phone-${name}`) : undefined,
    )
    const others = { authority: peers(authorityContract), verifier: peers(verifierContract) }
    if (known(id, TERMINALS) === 'gate') return { role: await build.buildGate(platform, others, held) }
    const reader = await build.buildReader(platform, others, held)
    await made(reader, platform.log)
    const screens = createReaderWeb({ origin, reader, citizens: holders(), log: platform.log })
    return { role: reader, outer: getRequestListener(screens.fetch) }
  }),
} as const satisfies Record<string, ServedRole>
export type RoleName = keyof typeof ROLES

function known(id: string | undefined, names: Record<string, unknown>): string {
  if (id !== undefined && Object.hasOwn(names, id)) return id
  throw new Refusal('serve/which', 400, `--id says which: ${Object.keys(names).join(', ')}`)
}
