// J-LIS, two carriers with an MVNO, and one citizen with card and phone: what tests of applying and installing need.
// All parts are real; no bank, no gate, no screens (world.ts has them).

import { adminGate } from '../../adapters/admin-server.ts'
import { systemClock } from '../../adapters/clock.ts'
import type { Database } from '../../adapters/database/database.ts'
import { type Outbox, outbox, outboxMigrations } from '../../adapters/deliveries/index.ts'
import { startJobs } from '../../adapters/jobs/jobs.ts'
import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { volatileMemory } from '../../adapters/memory/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import type { generateKeyPair } from '../../base/crypto.ts'
import type { Clock, Jobs, KeyStore, Memory, Session } from '../../base/ports.ts'
import { jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import type { Authority } from '../../roles/authority/contract.ts'
import { authorityMigrations, authorityStore, createAuthority } from '../../roles/authority/index.ts'
import type { Carrier, ManagementMode } from '../../roles/carrier/contract.ts'
import {
  carrierMigrations,
  carrierStore,
  createCarrier,
  createMvno,
  DEVICES,
  type RunningCarrier,
  SIM_MODELS,
} from '../../roles/carrier/index.ts'
import { createMyNumberCard } from '../../roles/my-number-card/index.ts'
import type { Phone, SimInside } from '../../roles/phone/contract.ts'
import {
  type AskingService,
  createPhone,
  type MakeTerminal,
  phoneMigrations,
  phoneRefusals,
  phoneStore,
} from '../../roles/phone/index.ts'
import type { ResidentRegister } from '../../roles/resident-register/contract.ts'
import { openResidentRegister } from '../../roles/resident-register/index.ts'
import { createSecureElement, manufactureSecureElement, type SecureElement } from '../../roles/secure-element/index.ts'
import type { Order, SpTsm } from '../../roles/sp-tsm/contract.ts'
import {
  createSpTsm,
  type RunningSpTsm,
  type SpTsmDeps,
  type SpTsmStore,
  spTsmMigrations,
  spTsmStore,
} from '../../roles/sp-tsm/index.ts'
import type { Verifier } from '../../roles/verifier/contract.ts'
import { createVerifier, verifierMigrations, verifierStore } from '../../roles/verifier/index.ts'
import { APPS, proxyAppOf, UI_APP } from '../apps.ts'
import { type AuditReport, audit } from '../audit/audit.ts'
import { codeFrom } from '../codes.ts'
import { CARRIERS, type CarrierId, CITIZENS, type Citizen, PLATFORM } from '../people.ts'
import { simImage, spareIccid } from '../sims.ts'
import { makeTerminal } from '../terminal.ts'
import { handOverCard } from './hand-over-card.ts'

export { orderIn } from './order-in.ts'
export { promptJobs } from './prompt-jobs.ts'

export interface SmallWorldOptions {
  readonly database: Database
  /** Kept by the caller when a second world is to go on where this one stopped. */
  readonly keys?: KeyStore
  readonly card?: Memory
  readonly sim?: Memory
  readonly clock?: Clock
  readonly jobs?: Jobs
  readonly onStep?: (point: string) => void
  /** Stands between the roles: a test bends here what the SP-TSM asks of others. */
  readonly bend?: (deps: SpTsmDeps) => SpTsmDeps
  readonly keyPairs?: typeof generateKeyPair
  readonly line?: Partial<Citizen['line']>
  readonly recover?: boolean
  readonly makeTerminal?: MakeTerminal
  /** Services that ask the phone's owner, by their names in the register of parties. */
  readonly services?: (party: string) => AskingService
  /** Before each C-APDU to the SIM; throws when the SIM is not in the phone. */
  readonly touchSim?: (reset: () => void) => void
  /** Of the network; SIMPLE if absent. */
  readonly mode?: ManagementMode
}

export interface SmallWorld {
  readonly register: ResidentRegister
  readonly authority: Authority
  readonly verifier: Verifier
  readonly carriers: Record<CarrierId, RunningCarrier>
  readonly spTsm: RunningSpTsm
  readonly orders: SpTsmStore
  readonly outbox: Outbox
  /** The citizen applies with the card and enters the code that came by SMS. */
  readonly applied: (phone?: Phone, moves?: true) => Promise<Order>
  /** For a second worker on the same orders. */
  readonly spTsmDeps: SpTsmDeps
  readonly phone: Phone
  /** Another phone with the same SIM and store of orders. */
  readonly makePhone: (name: string) => Promise<Phone>
  readonly keys: KeyStore
  readonly iccid: string
  /** A SIM of this carrier's, of the first of its models, in the hands of the phone's owner and not in the phone yet. */
  readonly newSim: (carrier: CarrierId) => Promise<SimInside & { readonly simModel: string }>
  /** A session with the SIM, past the phone. */
  readonly sim: () => Promise<Session>
  readonly password: string
  /** What SIM, carriers, SP-TSM and authority do not agree on. */
  readonly audit: () => Promise<AuditReport>
  stop(): Promise<void>
}

const ADULT = CITIZENS.adult

/** Powers a card; one session at a time is the caller's concern. */
const power = (card: SecureElement, touch: SmallWorldOptions['touchSim'] = () => undefined): Session => ({
  transmit: async (command) => {
    touch(() => card.reset())
    return card.process(command)
  },
  end: async () => card.reset(),
})

type Common = Pick<SpTsmDeps, 'clock' | 'entropy' | 'keys' | 'log'> & { database: Database }

async function jLis(common: Common) {
  const { database } = common
  const register = await openResidentRegister(database, common.clock)
  const authority = await createAuthority({
    ...common,
    register,
    store: authorityStore(await database.schema('authority', authorityMigrations)),
    publish: async () => undefined,
  })
  const verifier = await createVerifier({
    ...common,
    authority,
    store: verifierStore(await database.schema('verifier', verifierMigrations)),
  })
  return { register, authority, verifier }
}

async function carriersOf(
  common: Common & { jobs: Jobs },
  phoneOf: (iccid: string) => Promise<Phone>,
  spTsm: () => SpTsm,
  mode: ManagementMode,
) {
  const gate = adminGate()
  const store = async (id: string) => carrierStore(await common.database.schema(`carrier-${id}`, carrierMigrations))
  const proxyOf = phoneOf
  const donor = (id: string): Carrier | undefined => carriers[id as keyof typeof carriers]
  const shared = { ...common, models: SIM_MODELS, devices: DEVICES, spTsm, donor }
  const loadFile = jpkiLoadFile()
  const network = async (id: 'minato' | 'aozora', by: ManagementMode) => {
    const sims = { loadFile, proxyOf, proxyApp: proxyAppOf(id).id }
    return createCarrier({ ...shared, id, mode: by, gate, store: await store(id), ...sims })
  }
  const minato = await network('minato', mode)
  const aozora = await network('aozora', CARRIERS.aozora.mode)
  const kodama = createMvno({ ...shared, id: 'kodama', store: await store('kodama'), host: minato, hostId: 'minato' })
  const carriers = { minato, aozora, kodama }
  return carriers
}

const unreachable = (): never => {
  throw phoneRefusals.unknownService()
}

/** Wires and, the first time, makes card and SIM and opens the line. */
export async function smallWorld(options: SmallWorldOptions): Promise<SmallWorld> {
  const { database, clock = systemClock, keys = volatileKeyStore(systemEntropy), bend = (deps) => deps } = options
  const common = { database, clock, keys, entropy: systemEntropy, log: () => undefined }
  const { card = volatileMemory(), sim = volatileMemory(), keyPairs } = options
  const line = { ...ADULT.line, ...options.line }
  const { services = unreachable } = options
  const j = await jLis(common)
  const phones: Phone[] = []
  const running = options.jobs ? undefined : await startJobs(database, { alone: true })
  const jobs = options.jobs ?? running!
  const carriers = await carriersOf(
    { ...common, jobs },
    async (iccid) => {
      for (const phone of phones.toReversed()) if ((await phone.sim({})).iccid === iccid) return phone
      return phones[0]!
    },
    () => spTsm,
    options.mode ?? 'SIMPLE',
  )
  await handOverCard(card, j)
  if (sim.load().size === 0) {
    manufactureSecureElement(sim, await simImage(keys, line.carrier, line))
  }
  const { name, birthDate } = ADULT.fourInfo
  const { mailAddress } = ADULT
  await carriers[line.carrier as 'minato'].subscribe({ ...line, subscriber: { name, birthDate, mailAddress } })
  const orders = spTsmStore(await database.schema('sp-tsm', spTsmMigrations))
  const mailbox = outbox(await database.schema('outbox', outboxMigrations), clock)
  const peers = { authority: j.authority, verifier: j.verifier, carriers, deliveries: mailbox }
  const onStep = options.onStep && { onStep: options.onStep }
  const given: SpTsmDeps = {
    ...common,
    ...peers,
    store: orders,
    jobs,
    uiApp: UI_APP.id,
    loadFile: jpkiLoadFile(),
    alone: true,
    ...onStep,
  }
  const spTsmDeps = bend(given)
  const spTsm: RunningSpTsm = await createSpTsm(spTsmDeps)
  const element = createSecureElement({ memory: sim, entropy: systemEntropy, ...(keyPairs && { keyPairs }) })
  const elements = new Map([[line.iccid, element]])
  const store = phoneStore(await database.schema('phone-adult', phoneMigrations))
  const makePhone = async (phoneName: string) =>
    createPhone({
      ...common,
      name: phoneName,
      model: line.deviceModel,
      platform: PLATFORM.party,
      line: { carrier: line.carrier, msisdn: line.msisdn, iccid: line.iccid },
      apps: APPS,
      makeTerminal: options.makeTerminal ?? makeTerminal,
      secureElement: async (iccid) => power(elements.get(iccid)!, options.touchSim),
      cards: async () => power(createMyNumberCard({ memory: card, entropy: systemEntropy })),
      spTsm,
      verifier: j.verifier,
      authority: j.authority,
      services,
      store,
    })
  phones.push(await makePhone('adult'))
  const newSim = async (carrier: CarrierId) => {
    const iccid = spareIccid(systemEntropy)
    const [simModel] = CARRIERS[carrier].simModels
    const memory = volatileMemory()
    manufactureSecureElement(memory, await simImage(keys, carrier, { iccid, simModel }))
    const made = createSecureElement({ memory, entropy: systemEntropy, ...(keyPairs && { keyPairs }) })
    elements.set(iccid, made)
    const { msisdn } = await phones[0]!.sim({})
    await phones[0]!.receiveSim({ carrier, msisdn, iccid })
    return { carrier, msisdn, iccid, simModel }
  }
  if (options.recover ?? true) for (const role of [spTsm, ...Object.values(carriers)]) await role.recover()
  return {
    register: j.register,
    authority: j.authority,
    verifier: j.verifier,
    carriers,
    spTsm,
    spTsmDeps,
    orders,
    outbox: mailbox,
    applied: async (phone = phones[0]!, moves?: true) => {
      await phone.apply({ card: 'adult', password: ADULT.password, ...(moves && { moves }) })
      return phone.confirmCode({ code: await codeFrom(mailbox, 'sms', line.msisdn) })
    },
    keys,
    makePhone,
    newSim,
    phone: phones[0]!,
    iccid: line.iccid,
    sim: async () => power(element),
    password: ADULT.password,
    audit: () => audit({ authority: j.authority, carriers, spTsm }, { allSims: true }),
    stop: async () => running?.stop(),
  }
}
