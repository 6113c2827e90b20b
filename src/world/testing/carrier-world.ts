// Carriers with their SIMs and a phone for one SIM at a time: what tests of bearers and of the table of line, SIM, phone and
// network need. All parts are real; no SP-TSM.

import { adminGate } from '../../adapters/admin-server.ts'
import { systemClock } from '../../adapters/clock.ts'
import type { Database } from '../../adapters/database/database.ts'
import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { volatileMemory } from '../../adapters/memory/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type Bytes, hex } from '../../base/bytes.ts'
import { run } from '../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import type { AdminGate } from '../../protocol/ota/index.ts'
import { rotateKeys } from '../../protocol/personalisation/index.ts'
import { executed } from '../../protocol/tsm-messaging/contract.ts'
import type { Carrier } from '../../roles/carrier/contract.ts'
import {
  type CarrierTables,
  carrierMigrations,
  carrierStore,
  createCarrier,
  createMvno,
  DEVICES,
  type RunningCarrier,
  SIM_MODELS,
  simPersonalisation,
} from '../../roles/carrier/index.ts'
import type { Phone } from '../../roles/phone/contract.ts'
import { createPhone, type MakeTerminal } from '../../roles/phone/index.ts'
import {
  createSecureElement,
  imageOf,
  manufactureSecureElement,
  type SecureElement,
} from '../../roles/secure-element/index.ts'
import { APPS, proxyAppOf, UI_APP } from '../apps.ts'
import { CARRIERS, type CarrierId, carrierFacts } from '../people.ts'
import { makeTerminal as goodTerminal } from '../terminal.ts'
import { promptJobs } from './small-world.ts'

export const subscriber = { name: '試験　太郎', birthDate: '1980-01-01' }

export interface SimOf {
  readonly carrier: CarrierId
  readonly model: keyof typeof SIM_MODELS
  readonly suspended?: boolean
}
export interface TestSim {
  readonly iccid: string
  readonly msisdn: string
  readonly card: SecureElement
  /** The same SIM powered for a look, without the phone noticing. */
  readonly look: () => SecureElement
}

export interface CarrierWorldOptions {
  readonly database: Database
  /** Stands between SIMs and the administration server. */
  readonly gate?: (gate: AdminGate) => AdminGate
  readonly makeTerminal?: MakeTerminal
}

export async function carrierWorld(options: CarrierWorldOptions) {
  const { database, makeTerminal = goodTerminal } = options
  const keys = volatileKeyStore(systemEntropy)
  const ownGate = adminGate()
  const made = new Map<string, TestSim>()
  const carriers: Partial<Record<CarrierId, RunningCarrier>> = {}
  /** Who has the SIM of this test in hand. */
  let phone: Phone
  const common = {
    clock: systemClock,
    entropy: systemEntropy,
    keys,
    jobs: promptJobs(),
    log: () => undefined,
    models: SIM_MODELS,
    devices: DEVICES,
    gate: options.gate?.(ownGate) ?? ownGate,
    loadFile: jpkiLoadFile(),
    spTsm: () => {
      throw new Error('nobody is told here')
    },
    donor: () => undefined,
    proxyOf: async () => phone,
  }
  for (const { id } of carrierFacts) {
    const store = carrierStore(await database.schema<CarrierTables>(`carrier-${id}`, carrierMigrations))
    const carrier = CARRIERS[id]
    const own = { ...common, id, store }
    carriers[id] =
      carrier.kind === 'mvno'
        ? createMvno({ ...own, host: carriers[carrier.host]!, hostId: carrier.host })
        : createCarrier({ ...own, mode: carrier.mode, proxyApp: proxyAppOf(id).id })
  }
  let serial = 0

  /** One SIM with a line for each of these, used again. */
  const sim = async (of: SimOf): Promise<TestSim> => {
    const name = Object.values(of).join(' ')
    const known = made.get(name)
    if (known) return known
    const iccid = String(8981990000000010000n + BigInt(++serial))
    const memory = volatileMemory()
    const model = SIM_MODELS[of.model]
    const network = carrierFacts.find(({ id }) => id === of.carrier)!.network
    const personal = { iccid, model, proxyApp: proxyAppOf(of.carrier).id }
    manufactureSecureElement(memory, imageOf(model, await simPersonalisation(keys, network, personal)))
    const msisdn = `81${iccid.slice(-9)}`
    const carrier = carriers[of.carrier]!
    await carrier.subscribe({ msisdn, iccid, simModel: of.model, deviceModel: 'kazasu-phone-1', subscriber })
    if (of.suspended) await carrier.suspendLine({ msisdn, reason: 'unpaid' })
    const look = () => createSecureElement({ memory, entropy: systemEntropy })
    const result = { iccid, msisdn, card: look(), look }
    made.set(name, result)
    return result
  }

  /** A phone of this model with this SIM; `bend` stands between it and its carrier. */
  const hold = (
    carrier: CarrierId,
    { iccid, card }: TestSim,
    model: string,
    bend = (one: Phone): Phone => one,
  ): Phone => {
    const store = { sims: async () => [] }
    const apart = { spTsm: undefined, verifier: undefined, store, cards: undefined } as never
    const one = createPhone({
      ...(apart as object),
      clock: systemClock,
      entropy: systemEntropy,
      log: () => undefined,
      name: 'test',
      model,
      line: { carrier, msisdn: '', iccid },
      apps: APPS,
      makeTerminal,
      secureElement: async () => ({ transmit: async (c: Bytes) => card.process(c), end: async () => card.reset() }),
    } as never)
    phone = bend(one)
    return one
  }

  return {
    carriers: carriers as Record<CarrierId, RunningCarrier>,
    sim,
    hold,
    close: () => ownGate.close(),
  }
}

export const call = () => ({ functionCallIdentifier: hex(systemEntropy(16)), requestingEntity: 'sp-tsm' })
const service = (iccid: string) => ({ ...call(), serviceInstance: 'test', iccid })

/** As the SP-TSM does: deploy, and take the domain over by keys of its own. */
export async function deployAndTakeOver(carrier: Carrier, iccid: string) {
  const given = executed(await carrier.deployService({ ...service(iccid), uiApp: UI_APP.id }))
  const { conversationId } = await carrier.beginConversation({ ...call(), iccid, aid: JPKI.securityDomain })
  const transmit = async (command: Bytes) =>
    (await carrier.sendScript({ ...call(), conversationId, commands: [command] })).responses[0]!
  const own = { keyVersion: 0x32, keys: { enc: systemEntropy(16), mac: systemEntropy(16), dek: systemEntropy(16) } }
  const initial = { keyVersion: given.firstKeyVersion, keys: given.firstKeys }
  await run({ transmit }, rotateKeys({ initial, own, entropy: systemEntropy, selected: true }))
  await carrier.endConversation({ conversationId })
  return { ...given, own }
}

export const setSuspended = async (carrier: RunningCarrier, iccid: string, suspend: boolean) =>
  executed(await carrier.suspendOrResumeService({ ...service(iccid), suspend }))
export const takeOut = async (carrier: RunningCarrier, iccid: string) =>
  executed(await carrier.terminateService(service(iccid)))
