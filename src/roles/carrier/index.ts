// MNO and MVNO. An MVNO has lines of its own; SIMs, TSM and proxy are those of its host.

import type { Bytes } from '../../base/bytes.ts'
import type { Clock, Entropy, Jobs, KeyStore, Log } from '../../base/ports.ts'
import type { AdminGate } from '../../protocol/ota/index.ts'
import { functionCalls } from '../../protocol/tsm-messaging/calls.ts'
import type { Notifications } from '../sp-tsm/contract.ts'
import { changes } from './changes.ts'
import { type Carrier, carrierContract, type ManagementMode } from './contract.ts'
import { conversations, exchangeServiceData } from './conversations.ts'
import { desk, deskActs } from './desk/desk.ts'
import { FAILURES_KEPT_MS } from './desk/store.ts'
import { AT_A_DESK, type DeviceModels, type Reach } from './eligibility.ts'
import { questions, stockSim, subscribe } from './lines.ts'
import {
  deployService,
  getApplicationOrELFStatus,
  modelOf,
  suspendOrResumeService,
  terminateService,
  upgradeService,
} from './mno-tsm.ts'
import type { SimModels } from './model.ts'
import { type Outbox, outbox } from './outbox/outbox.ts'
import { deployPartner, removePartner } from './partners.ts'
import { porting } from './porting.ts'
import type { ProxyOf } from './proxy.ts'
import { no } from './refusals.ts'
import type { CarrierStore } from './store.ts'
import { generateDMToken, verifyDMReceipt } from './tokens.ts'

export { DEVICES, type DeviceModels, eligibility, type Facts } from './eligibility.ts'
export { type Cell, LINES, matrix, SITUATIONS, type Situation } from './matrix.ts'
export { carrierRules, SIM_MODELS, type SimModel, type SimModels, simKeys } from './model.ts'
export type { TsmProxy } from './proxy.ts'
export { simMaster, simPersonalisation } from './sim-keys.ts'
export { type CarrierStore, type CarrierTables, carrierMigrations, carrierStore } from './store.ts'

/** What MNO and MVNO have in common: lines, and what is told of them. */
export interface LineKeeper {
  readonly id: string
  readonly store: CarrierStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly jobs: Jobs
  readonly log: Log
  readonly models: SimModels
  readonly devices: DeviceModels
  readonly spTsm: () => Notifications
  /** Carriers that give numbers up. */
  readonly donor: (id: string) => Pick<Carrier, 'portOut'> | undefined
}

export interface CarrierDeps extends LineKeeper {
  readonly keys: KeyStore
  /** Who loads into J-LIS's domain. */
  readonly mode: ManagementMode
  /** CAP of the JPKI package (codec/cap). */
  readonly loadFile: Bytes
  readonly proxyOf: ProxyOf
  /** Where SIMs call for administration over HTTP. */
  readonly gate: AdminGate
  /** SHA-256 of the certificate of this carrier's TSM proxy. */
  readonly proxyApp: Bytes
}

export interface RunningCarrier extends Carrier {
  /** Starts telling the SP-TSM, once it is there, and wakes. */
  recover(): Promise<void>
  /** Sends what it has not been told yet, forgets what is long past. */
  wake(): Promise<void>
}

const REMEMBERED_MS = 30 * 86_400_000

const lineKeeper = (given: LineKeeper, box: Outbox, network: Network) => {
  const deps = { ...given, ...network, outbox: box }
  return {
    stockSim: stockSim(deps),
    subscribe: subscribe(deps),
    ...changes(deps),
    ...porting(deps),
    ...questions(deps),
    ...desk(deps, box),
    ...deskActs(deps),
  }
}

interface Network {
  readonly network: string
  readonly reachOf: (iccid: string) => Promise<Reach | undefined>
}

/** A phone that cannot be asked has no network. */
const quietly =
  (ask: (iccid: string) => Promise<Reach | undefined>): Network['reachOf'] =>
  (iccid) =>
    ask(iccid).catch(() => undefined)

/** A carrier with its own network. */
export function createCarrier(deps: CarrierDeps): RunningCarrier {
  const box = outbox(deps)
  const reachOf = quietly(async (iccid) => {
    const phone = await deps.proxyOf(iccid)
    return phone.connections ? phone.connections({ iccid }) : AT_A_DESK
  })
  const call = functionCalls({ ...deps, calls: deps.store.calls, answeredBy: `carrier-${deps.id}`, no })
  const { operations } = carrierContract
  return {
    ...lineKeeper(deps, box, { network: deps.id, reachOf }),
    reach: async ({ iccid, requestingEntity }) => {
      await modelOf(deps, iccid, requestingEntity)
      return { reach: (await reachOf(iccid)) ?? null }
    },
    ...conversations(deps),
    deployPartner: deployPartner(deps),
    removePartner: removePartner(deps),
    getApplicationOrELFStatus: getApplicationOrELFStatus(deps),
    deployService: call('deployService', operations.deployService, deployService(deps)),
    suspendOrResumeService: call(
      'suspendOrResumeService',
      operations.suspendOrResumeService,
      suspendOrResumeService(deps),
    ),
    generateDMToken: call('generateDMToken', operations.generateDMToken, generateDMToken(deps)),
    verifyDMReceipt: call('verifyDMReceipt', operations.verifyDMReceipt, verifyDMReceipt(deps)),
    upgradeService: call('upgradeService', operations.upgradeService, upgradeService(deps)),
    terminateService: call('terminateService', operations.terminateService, terminateService(deps)),
    exchangeServiceData: call('exchangeServiceData', operations.exchangeServiceData, exchangeServiceData(deps)),
    recover: box.start,
    wake: async () => {
      await deps.store.calls.forget(new Date(deps.clock().getTime() - REMEMBERED_MS))
      await deps.store.forgetFailures(new Date(deps.clock().getTime() - FAILURES_KEPT_MS))
      await box.wake()
    },
  }
}

export interface MvnoDeps extends LineKeeper {
  readonly host: Carrier
  readonly hostId: string
}

/** A carrier on the network of another: its SIMs come from the host's stock, and so does all that reaches them. */
export function createMvno(deps: MvnoDeps): RunningCarrier {
  const { id, store, host } = deps
  const box = outbox(deps)
  const reachOf = quietly(async (iccid) => (await host.reach({ iccid, requestingEntity: id })).reach ?? undefined)
  const lines = lineKeeper(deps, box, { network: deps.hostId, reachOf })
  const conversationsHere = new Set<string>()
  const ours = async (iccid: string) => {
    if (!(await store.sim(iccid))) throw no.unknownSim({ iccid })
  }
  const stock: Carrier['stockSim'] = async (sim) => {
    await host.stockSim({ ...sim, requestingEntity: id })
    return lines.stockSim(sim)
  }
  /** What the host does, in our name. */
  const asked =
    <I extends { iccid: string; requestingEntity: string }, R>(work: (input: I) => Promise<R>) =>
    async (input: I): Promise<R> => {
      await ours(input.iccid)
      return work({ ...input, requestingEntity: id })
    }
  const deploy = asked(host.deployService)
  const suspendOrResume = asked(host.suspendOrResumeService)
  const terminate = asked(host.terminateService)
  const begin = asked(host.beginConversation)
  return {
    ...lines,
    stockSim: stock,
    reach: async ({ iccid }) => ({ reach: (await reachOf(iccid)) ?? null }),
    subscribe: async (subscription) => {
      await stock(subscription)
      return lines.subscribe(subscription)
    },
    portIn: async (subscription) => {
      await stock(subscription)
      return lines.portIn(subscription)
    },
    renewSim: async (renewal) => {
      await stock(renewal)
      return lines.renewSim(renewal)
    },
    deployService: async (input) => {
      const { serviceInstance: service_instance, iccid } = input
      await ours(iccid)
      // Before the host begins: whoever changes the line meanwhile tells of it.
      await store.addService({ iccid, service_instance, first_keys: null, state: 'deploying', mode: 'SIMPLE' })
      const response = await deploy(input)
      if (response.result) await store.setServiceState(iccid, 'deployed')
      return response
    },
    suspendOrResumeService: async (input) => {
      const response = await suspendOrResume(input)
      const state = response.result?.state
      if (state && state !== 'none') await store.setServiceState(input.iccid, state)
      return response
    },
    deployPartner: asked(host.deployPartner),
    removePartner: async (input) => {
      const retired = (await store.sim(input.iccid))?.status === 'TERMINATED'
      return asked(host.removePartner)({ ...input, ...(retired && { retired }) })
    },
    generateDMToken: asked(host.generateDMToken),
    verifyDMReceipt: asked(host.verifyDMReceipt),
    terminateService: async (input) => {
      const retired = (await store.sim(input.iccid))?.status === 'TERMINATED'
      const response = await terminate({ ...input, ...(retired && { retired }) })
      if (response.result) await store.removeService(input.iccid, input.serviceInstance)
      return response
    },
    getApplicationOrELFStatus: asked(host.getApplicationOrELFStatus),
    upgradeService: asked(host.upgradeService),
    exchangeServiceData: asked(host.exchangeServiceData),
    beginConversation: async (input) => {
      const begun = await begin(input)
      conversationsHere.add(begun.conversationId)
      return begun
    },
    sendScript: async (input) => {
      if (!conversationsHere.has(input.conversationId)) throw no.unknownConversation()
      return host.sendScript(input)
    },
    endConversation: async (input) => {
      conversationsHere.delete(input.conversationId)
      return host.endConversation(input)
    },
    recover: box.start,
    wake: box.wake,
  }
}
