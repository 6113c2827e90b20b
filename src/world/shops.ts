// The carriers' shops of this world: a new SIM over the counter, a new line, a number from elsewhere. The SIM goes into the hands
// of the phone's owner, who puts it in (roles/phone/slot.ts).

import type { Carrier } from '../roles/carrier/contract.ts'
import type { Phone } from '../roles/phone/contract.ts'
import type { ResidentRegister } from '../roles/resident-register/contract.ts'
import { manufactureSecureElement } from '../roles/secure-element/index.ts'
import { CARRIERS, type CarrierId, CITIZENS, type CitizenName, simCard } from './people.ts'
import type { Platform } from './platform.ts'
import type { Shelf } from './shelf.ts'
import { simImage, spareIccid } from './sims.ts'

export type RenewalReason = Parameters<Carrier['renewSim']>[0]['reason']

export interface HandedOver {
  readonly iccid: string
  /** Whose phone it is for; null where nobody here has this number. */
  readonly to: CitizenName | null
}

export interface Shops {
  /** Another SIM for the line. */
  renewSim(carrier: CarrierId, msisdn: string, reason: RenewalReason): Promise<HandedOver>
  /** A line for a person with their own number, which another carrier gives up where there is a reservation. */
  openLine(
    carrier: CarrierId,
    who: CitizenName,
    ported?: { readonly reservation: string; readonly from: CarrierId },
  ): Promise<HandedOver>
}

export interface ShopsParts {
  readonly platform: Pick<Platform, 'keys' | 'entropy'>
  readonly shelf: Pick<Shelf, 'memory'>
  readonly register: Pick<ResidentRegister, 'find'>
  readonly carriers: Readonly<Record<CarrierId, Carrier>>
  readonly phones: ReadonlyMap<CitizenName, Phone>
}

export const shops = (parts: ShopsParts): Shops => ({
  renewSim: async (carrier, msisdn, reason) => {
    await parts.carriers[carrier].line({ msisdn })
    const sim = await made(parts, carrier)
    await parts.carriers[carrier].renewSim({ msisdn, ...sim, reason })
    const to = await ownerOf(parts, msisdn)
    await parts.phones.get(to!)?.receiveSim({ carrier, msisdn, iccid: sim.iccid })
    return { iccid: sim.iccid, to }
  },
  openLine: async (carrier, who, ported) => {
    const { line, mailAddress } = CITIZENS[who]
    const { msisdn, deviceModel } = line
    const sim = await made(parts, carrier)
    const { name, birthDate } = (await parts.register.find({ residentId: who })).fourInfo
    const subscriber = { name, birthDate, ...(mailAddress && { mailAddress }) }
    const wanted = { msisdn, ...sim, deviceModel, subscriber }
    if (ported) await parts.carriers[carrier].portIn({ ...wanted, ...ported })
    else await parts.carriers[carrier].subscribe(wanted)
    await parts.phones.get(who)!.receiveSim({ carrier, msisdn, iccid: sim.iccid })
    return { iccid: sim.iccid, to: who }
  },
})

/** Of the first model that this carrier has. */
async function made({ platform, shelf }: ShopsParts, carrier: CarrierId) {
  const [simModel] = CARRIERS[carrier].simModels
  const iccid = spareIccid(platform.entropy)
  const image = await simImage(platform.keys, carrier, { iccid, simModel })
  const memory = shelf.memory(simCard(iccid))
  manufactureSecureElement(memory, image)
  memory.close()
  return { iccid, simModel }
}

async function ownerOf({ phones }: ShopsParts, msisdn: string): Promise<CitizenName | null> {
  for (const [name, phone] of phones) if ((await phone.sim({})).msisdn === msisdn) return name
  return null
}
