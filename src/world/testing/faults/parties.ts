// J-LIS, two networks with an MVNO, and one citizen with card, phones and SIMs, each a process that can be killed and begins
// anew over what it has stored. All parts are real; between them stand the faults.

import { adminGate } from '../../../adapters/admin-server.ts'
import type { Database } from '../../../adapters/database/database.ts'
import { outbox, outboxMigrations } from '../../../adapters/deliveries/index.ts'
import { volatileMemory } from '../../../adapters/memory/index.ts'
import type { KeyKind, KeyPair } from '../../../base/crypto.ts'
import type { Clock, Deliveries, Entropy, KeyStore, Log, Memory } from '../../../base/ports.ts'
import { jpkiLoadFile } from '../../../protocol/jpki-ap/index.ts'
import type { Authority } from '../../../roles/authority/contract.ts'
import { type AuthorityTables, authorityStore, createAuthority } from '../../../roles/authority/index.ts'
import type { Carrier, ManagementMode } from '../../../roles/carrier/contract.ts'
import {
  type CarrierTables,
  carrierStore,
  createCarrier,
  createMvno,
  DEVICES,
  type LineKeeper,
  type RunningCarrier,
  SIM_MODELS,
} from '../../../roles/carrier/index.ts'
import { createMyNumberCard } from '../../../roles/my-number-card/index.ts'
import type { Phone } from '../../../roles/phone/contract.ts'
import { createPhone, type PhoneTables, phoneRefusals, phoneStore } from '../../../roles/phone/index.ts'
import { openResidentRegister } from '../../../roles/resident-register/index.ts'
import { createSecureElement, manufactureSecureElement } from '../../../roles/secure-element/index.ts'
import type { SpTsm } from '../../../roles/sp-tsm/contract.ts'
import {
  createSpTsm,
  type RunningSpTsm,
  type SpTsmDeps,
  type SpTsmTables,
  spTsmStore,
} from '../../../roles/sp-tsm/index.ts'
import { TRANSITIONS } from '../../../roles/sp-tsm/model.ts'
import { createVerifier, verifierMigrations, verifierStore } from '../../../roles/verifier/index.ts'
import { APPS, proxyAppOf, UI_APP } from '../../apps.ts'
import { CARRIERS, type CarrierId, carrierFacts, PLATFORM } from '../../people.ts'
import { simImage } from '../../sims.ts'
import { makeTerminal } from '../../terminal.ts'
import { type OwnDatabase, ownDatabase } from './database.ts'
import type { Defect } from './defects.ts'
import type { Faults } from './faults.ts'
import { type MortalJobs, mortalJobs } from './jobs.ts'
import { calls, enter, type Life, Party, within } from './process.ts'
import { powering } from './sim.ts'

export interface Line {
  readonly carrier: CarrierId
  readonly msisdn: string
  readonly iccid: string
  readonly simModel: keyof typeof SIM_MODELS
  readonly deviceModel: string
  /** In place of the network's own. */
  readonly mode?: ManagementMode
}

export interface PartiesDeps {
  readonly database: Database
  readonly keys: KeyStore
  /** Of the citizen's My Number Card. */
  readonly card: Memory
  readonly clock: Clock
  readonly entropy: Entropy
  readonly keyPairs: (kind: KeyKind) => KeyPair
  readonly faults: Faults
  readonly failed: (error: unknown) => void
  readonly line: Line
  readonly defect: Defect
}

export interface PhoneWithSim {
  readonly phone: Phone
  readonly party: Party<Phone>
  readonly sim: Memory
  readonly iccid: string
}

const NOBODY = async () => undefined
const STEPS = new Set<string>(Object.values(TRANSITIONS).map(({ step }) => step))

const planted = <T>(defect: ((real: T) => T) | undefined, real: T): T => defect?.(real) ?? real

export async function parties(deps: PartiesDeps) {
  const { database, keys, clock, entropy, faults, failed, line, defect } = deps
  const door = <T extends object>(to: Party<T>): T =>
    calls<T>(
      () => to.inside,
      (method, work) => faults.call(to as unknown as Party<object>, method, work),
    )
  const lasting = <T extends object>(name: string, inside: T): T =>
    calls<T>(
      () => inside,
      (method, work) => faults.call(name, method, work),
    )
  const jobs = new Map<string, MortalJobs>()
  const log: Log = () => undefined
  /** What each process has of its own: a clock, connections, jobs. */
  const machine = (life: Life) => {
    const own = ownDatabase(
      database,
      life,
      (of, name, send) => faults.query(of, name, send),
      () => faults.restarts,
    )
    const ofLife = mortalJobs(life, failed)
    jobs.set(life.party, ofLife)
    const skewed: Clock = () => new Date(clock().getTime() + faults.skew(life.party))
    return { own, common: { clock: skewed, entropy, keys, log, jobs: ofLife } }
  }
  const everyday = { clock, entropy, keys, log }

  const register = await openResidentRegister(database, clock)
  const authority = new Party<Authority>('authority', async (life) => {
    const { own, common } = machine(life)
    const store = planted(defect.authorityStore, authorityStore(own.schema<AuthorityTables>('authority')))
    const keyPair = async (kind: KeyKind) => deps.keyPairs(kind)
    return createAuthority({ ...common, register: lasting('register', register), store, publish: NOBODY, keyPair })
  })
  faults.mortal(authority as unknown as Party<object>)
  await authority.revive()
  const verifier = await createVerifier({
    ...everyday,
    authority: door(authority),
    store: verifierStore(await database.schema('verifier', verifierMigrations)),
  })
  const mailbox = outbox(await database.schema('outbox', outboxMigrations), clock)

  const phones: PhoneWithSim[] = []
  const carriers: Partial<Record<CarrierId, Party<RunningCarrier>>> = {}
  const gate = adminGate()
  let spTsm: Party<RunningSpTsm> | undefined
  const carrierOf = (id: CarrierId, keeper: (life: Life) => { shared: LineKeeper; own: OwnDatabase }) =>
    new Party<RunningCarrier>(`carrier ${id}`, async (life) => {
      const { shared } = keeper(life)
      const carrier = CARRIERS[id]
      const mode = id === line.carrier ? line.mode : undefined
      const created =
        carrier.kind === 'mvno'
          ? createMvno({ ...shared, host: door(carriers[carrier.host]!), hostId: carrier.host })
          : createCarrier({
              ...shared,
              ...{ keys, gate, loadFile: jpkiLoadFile(), proxyApp: proxyAppOf(id).id, mode: mode ?? carrier.mode },
              proxyOf: async (iccid) => phoneWith(iccid),
            })
      await created.recover()
      return created
    })
  const phoneWith = (iccid: string): Phone => {
    const found = phones.find((one) => one.iccid === iccid)
    if (!found) throw new Error(`nobody has the SIM ${iccid}`)
    return found.phone
  }
  const { network: host } = carrierFacts.find(({ id }) => id === line.carrier)!
  const here = [...new Set([host, line.carrier])]
  for (const id of here) {
    const one = carrierOf(id, (life) => {
      const { own, common } = machine(life)
      const store = planted(defect.carrierStore, carrierStore(own.schema<CarrierTables>(`carrier-${id}`)))
      const told = () => door(spTsm!) as SpTsm
      const donor = (other: string) => carriers[other as CarrierId] && door(carriers[other as CarrierId]!)
      return { own, shared: { ...common, id, store, models: SIM_MODELS, devices: DEVICES, spTsm: told, donor } }
    })
    carriers[id] = one
    faults.mortal(one as unknown as Party<object>)
  }
  const doors = Object.fromEntries(here.map((id) => [id, door(carriers[id]!)])) as unknown as Record<CarrierId, Carrier>
  spTsm = new Party<RunningSpTsm>('sp-tsm', async (life) => {
    const { own, common } = machine(life)
    const given: SpTsmDeps = {
      ...common,
      store: spTsmStore(own.schema<SpTsmTables>('sp-tsm')),
      deliveries: lasting<Deliveries>('post', mailbox),
      authority: door(authority),
      verifier: lasting('verifier', verifier),
      carriers: doors,
      uiApp: UI_APP.id,
      loadFile: jpkiLoadFile(),
      onStep: (point) => {
        const [when, step = ''] = point.split(' ')
        if (when === 'before' && STEPS.has(step)) enter(step)
      },
      alone: true,
    }
    const created = await createSpTsm(planted(defect.spTsm, given))
    await created.recover()
    return created
  })
  faults.mortal(spTsm as unknown as Party<object>)
  for (const one of Object.values(carriers)) await one.revive()
  await spTsm.revive()

  const front = door(spTsm)
  const makePhone = (name: string, iccid: string, sim: Memory): PhoneWithSim => {
    const power = powering(
      sim,
      {
        pulled: (life, when, ins) => faults.pulled(life, when, ins),
        powerLost: () => faults.powerLost(),
      },
      (memory) => createSecureElement({ memory: planted(defect.simMemory, memory), entropy, keyPairs: deps.keyPairs }),
    )
    const party = new Party<Phone>(name, async (life) => {
      const { own, common } = machine(life)
      return createPhone({
        ...common,
        ...{
          name,
          platform: PLATFORM.party,
          model: line.deviceModel,
          line: { carrier: line.carrier, msisdn: line.msisdn, iccid },
        },
        apps: APPS,
        makeTerminal,
        secureElement: async () => power(life),
        cards: async () => {
          const card = createMyNumberCard({ memory: deps.card, entropy })
          return { transmit: async (command) => card.process(command), end: async () => card.reset() }
        },
        spTsm: front,
        verifier: lasting('verifier', verifier),
        authority: door(authority),
        services: () => {
          throw phoneRefusals.unknownService()
        },
        store: phoneStore(own.schema<PhoneTables>('phone-adult')),
      })
    })
    faults.mortal(party as unknown as Party<object>)
    return { party, sim, iccid, phone: door(party) }
  }
  /** A SIM from the shop, in a phone. */
  const simInPhone = async (name: string, iccid: string): Promise<PhoneWithSim> => {
    const sim = volatileMemory()
    manufactureSecureElement(sim, await simImage(keys, line.carrier, { iccid, simModel: line.simModel }))
    const made = makePhone(name, iccid, sim)
    phones.push(made)
    await made.party.revive()
    return made
  }
  return {
    authority: door(authority),
    /** Past all faults. */
    inside: { authority: () => authority.inside, spTsm: () => spTsm!.inside, carriers },
    spTsm: front,
    carriers: doors,
    carrier: doors[line.carrier],
    mailbox,
    phones: phones as readonly PhoneWithSim[],
    simInPhone,
    register,
    /** Everybody lives, and nothing is under way. */
    settle: () =>
      faults.settle(async () => {
        for (const one of jobs.values()) await one.idle()
      }),
    /** As from time to time; whether that left something to do. */
    wake: async (): Promise<boolean> => {
      const sent = () => [...jobs.values()].reduce((sum, one) => sum + one.sent, 0)
      const before = sent()
      await within(spTsm!.life, () => spTsm!.inside.wake())
      for (const one of Object.values(carriers)) await within(one.life, () => one.inside.wake())
      return sent() > before
    },
    close: () => gate.close(),
  }
}
export type Parties = Awaited<ReturnType<typeof parties>>
