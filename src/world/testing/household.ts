// People with cards, lines and phones, and the roles that bring a certificate into their phones: what a path needs,
// whether the roles are one process or several.

import type { Database } from '../../adapters/database/database.ts'
import type { Outbox } from '../../adapters/deliveries/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import type { Clock, KeyStore } from '../../base/ports.ts'
import type { Authority } from '../../roles/authority/contract.ts'
import type { Carrier } from '../../roles/carrier/contract.ts'
import type { RunningCarrier, SIM_MODELS } from '../../roles/carrier/index.ts'
import type { Counter } from '../../roles/counter/contract.ts'
import type { Phone } from '../../roles/phone/contract.ts'
import type { ResidentRegister } from '../../roles/resident-register/contract.ts'
import { manufactureSecureElement } from '../../roles/secure-element/index.ts'
import type { SpTsm } from '../../roles/sp-tsm/contract.ts'
import type { RunningSpTsm } from '../../roles/sp-tsm/index.ts'
import { type AuditReport, audit } from '../audit/audit.ts'
import { CARRIERS, type CarrierId, CITIZENS, simCard } from '../people.ts'
import { volatilePlatform } from '../platform.ts'
import type { CardTrace, Shelf } from '../shelf.ts'
import { simImage, spareIccid } from '../sims.ts'
import { createWorld, type StandsForPhone } from '../world.ts'

export type HolderName = 'adult' | 'elder'

export interface Household {
  readonly register: ResidentRegister
  readonly authority: Authority
  readonly counter: Counter
  readonly spTsm: SpTsm
  readonly carriers: Readonly<Record<CarrierId, Carrier>>
  readonly phones: Readonly<Record<HolderName, Phone>>
  readonly outbox: Outbox
  /** One that this carrier hands over for a line of this person; it is not in the phone yet. */
  newSim(name: HolderName, carrier: CarrierId, other?: OtherSim): Promise<NewSim>
  readonly clock: Clock
  /** Time passes for all of them. */
  pass(milliseconds: number): void
  /** What happens by itself once in a while happens now. */
  wake(): Promise<void>
  /** What SIM, carriers, SP-TSM and authority do not agree on. */
  audit(): Promise<AuditReport>
}

export interface NewSim {
  readonly iccid: string
  readonly simModel: string
}

/** Than the first of the carrier's models, for the line that the person has. */
export interface OtherSim {
  readonly simModel: keyof typeof SIM_MODELS
  readonly msisdn: string
}

/** Makes SIMs and lays them beside the phones. */
export const simsOf =
  (keys: KeyStore, shelf: Pick<Shelf, 'memory'>, phones: Household['phones']): Household['newSim'] =>
  async (name, carrier, { simModel, msisdn } = usualSim(name, carrier)) => {
    const iccid = spareIccid(systemEntropy)
    const memory = shelf.memory(simCard(iccid))
    manufactureSecureElement(memory, await simImage(keys, carrier, { iccid, simModel }))
    memory.close()
    await phones[name].receiveSim({ carrier, iccid, msisdn })
    return { iccid, simModel }
  }

const usualSim = (name: HolderName, carrier: CarrierId): OtherSim => ({
  simModel: CARRIERS[carrier].simModels[0],
  msisdn: CITIZENS[name].line.msisdn,
})

export interface HouseholdOptions {
  readonly phones?: Partial<Record<HolderName, StandsForPhone>>
  readonly trace?: CardTrace
}

/** All roles in this process. */
export async function joinedHousehold(
  database: Database,
  options: HouseholdOptions = {},
): Promise<Household & { close(): Promise<void> }> {
  let ahead = 0
  const clock = () => new Date(Date.now() + ahead)
  const world = await createWorld({ ...(await volatilePlatform(database)), clock }, options)
  const { register, authority, counter, outbox, citizens } = world
  const spTsm = world.spTsm as RunningSpTsm
  const carriers = world.carriers as Record<CarrierId, RunningCarrier>
  const phones = { adult: citizens.adult.phone, elder: citizens.elder.phone }
  return {
    register,
    authority,
    counter,
    spTsm,
    carriers,
    phones,
    outbox,
    newSim: simsOf(world.platform.keys, world.shelf, phones),
    clock,
    pass: (milliseconds) => {
      ahead += milliseconds
    },
    wake: async () => {
      for (const { wake } of [...Object.values(carriers), spTsm]) await wake()
    },
    audit: () => audit({ authority, carriers, spTsm }),
    close: world.close,
  }
}
