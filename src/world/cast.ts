// Each role of a world, made with those that it asks, in one process. Some ask each other: a carrier its phones, a counter the
// SP-TSM. These are known by name before they are there.

import type { RunningCarrier } from '../roles/carrier/index.ts'
import type { Counter } from '../roles/counter/contract.ts'
import type { Phone } from '../roles/phone/contract.ts'
import type { SpTsm } from '../roles/sp-tsm/contract.ts'
import type { RunningSpTsm } from '../roles/sp-tsm/index.ts'
import type { Terminal } from '../roles/terminal/contract.ts'
import { type CarrierId, CITIZEN_NAMES, type CitizenName } from './people.ts'
import type { Platform } from './platform.ts'
import { buildRailway } from './railway.ts'
import * as build from './roles.ts'
import * as relying from './services.ts'
import type { Shelf } from './shelf.ts'
import { observed } from './verdicts.ts'
import type { World, WorldOptions } from './world.ts'

export type Cast = Awaited<ReturnType<typeof castOf>>

export async function castOf(platform: Platform, shelf: Shelf, origin: string, options: WorldOptions) {
  const register = await build.buildResidentRegister(platform)
  const authority = await build.buildAuthority(platform, register)
  const provider = await build.buildVerifier(platform, { authority, asParty: authority }, origin)
  const { verifier, verdicts } = observed(provider.verifier)
  const door = await provider.openCardDoor(options.host ?? '127.0.0.1')
  const phones = new Map<CitizenName, Phone>()
  let spTsm: RunningSpTsm
  const counter = await build.buildCounter(platform, { authority, register, spTsm: () => spTsm }, shelf)
  const carriers = await buildCarriers(platform, { phones, counter, spTsm: () => spTsm })
  const outbox = await build.buildOutbox(platform)
  const deliveries = await build.buildDeliveries(platform, outbox)
  spTsm = await build.buildSpTsm(platform, { authority, verifier, carriers, deliveries }, options.onStep)
  const railway = await buildRailway(platform, spTsm)
  const held = build.heldTo(shelf.open, (name) => phones.get(name as CitizenName))
  const reader = await build.buildReader(platform, { authority, verifier }, held)
  const { services, upkeep } = await buildServices(platform, { authority, verifier, readers: [reader] }, origin)
  const asking = build.servicesOf((id) => ({ ...services, verifier })[id])
  for (const name of CITIZEN_NAMES) {
    const asked = { spTsm, verifier, authority, services: asking }
    const make = (model?: string) => build.buildPhone(platform, name, asked, shelf.open, model)
    phones.set(name, await (options.phones?.[name]?.(make) ?? make()))
  }
  const gate = await build.buildGate(platform, { authority, verifier }, held)
  return {
    ...{ ...services, register, authority, verifier, verdicts, counter, carriers, spTsm, outbox, deliveries },
    ...{ railway, reader, gate, provider, door, phones, upkeep },
  }
}

async function buildServices(
  platform: Platform,
  { authority, verifier, readers }: Pick<World, 'authority' | 'verifier'> & { readers: readonly Terminal[] },
  origin: string,
) {
  const origins = { origin, openId: origin, other: origin }
  const all = {
    bank: await relying.buildBank(platform, { verifier, readers }, origins),
    shinkin: await relying.buildShinkin(platform, { authority, verifier }, origins),
    shop: await relying.buildShop(platform, { authority }),
    securities: await relying.buildSecurities(platform, { authority }),
  }
  const { bank, shinkin, shop, securities } = all
  return {
    services: { bank: bank.service, shinkin: shinkin.service, shop: shop.service, securities: securities.service },
    upkeep: Object.values(all).flatMap(({ upkeep }) => upkeep),
  }
}

async function buildCarriers(
  platform: Platform,
  { phones, counter, spTsm }: { phones: Map<CitizenName, Phone>; counter: Counter; spTsm: () => SpTsm },
): Promise<Record<CarrierId, RunningCarrier>> {
  // A SIM that lies in the reader of a desk is not in its phone.
  const proxyOf = async (iccid: string) => {
    if ((await counter.hasSim({ iccid })).here) return counter
    return phoneWith(phones.values(), iccid)
  }
  const carriers: Partial<Record<string, RunningCarrier>> = {}
  const peers = { proxyOf, spTsm, donor: (id: string) => carriers[id] }
  const minato = await build.buildCarrier(platform, 'minato', peers)
  const aozora = await build.buildCarrier(platform, 'aozora', peers)
  const kodama = await build.buildCarrier(platform, 'kodama', { ...peers, host: minato })
  return Object.assign(carriers, { minato, aozora, kodama })
}

/** The phone that this SIM is in; any other one says that it is not. */
async function phoneWith(phones: Iterable<Phone>, iccid: string): Promise<Phone> {
  const all = [...phones]
  for (const phone of all) if ((await phone.sim({})).iccid === iccid) return phone
  return all[0]!
}
