// MNO and MVNO. An MVNO has lines of its own; SIMs, TSM and proxy are those of its host.

import type { Bytes } from '../../base/bytes.ts'
import type { Clock, Entropy, KeyStore, Log } from '../../base/ports.ts'
import type { Carrier } from './contract.ts'
import { conversations } from './conversations.ts'
import { checkEligibility, stockSim, subscribe } from './lines.ts'
import { deployService, terminateService } from './mno-tsm.ts'
import type { SimModels } from './model.ts'
import type { ProxyOf } from './proxy.ts'
import { no } from './refusals.ts'
import type { CarrierStore } from './store.ts'

export { simMaster } from './mno-tsm.ts'
export { carrierRules, SIM_MODELS, type SimModel, type SimModels, simKeys } from './model.ts'
export { no as carrierRefusals } from './refusals.ts'
export { type CarrierStore, type CarrierTables, carrierMigrations, carrierStore } from './store.ts'

export interface CarrierDeps {
  readonly id: string
  readonly store: CarrierStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly keys: KeyStore
  /** CAP of the JPKI package (codec/cap). */
  readonly loadFile: Bytes
  readonly models: SimModels
  readonly deviceModels: readonly string[]
  readonly proxyOf: ProxyOf
  readonly log: Log
}

/** A carrier with its own network. */
export const createCarrier = (deps: CarrierDeps): Carrier => ({
  subscribe: subscribe(deps),
  stockSim: stockSim(deps),
  checkEligibility: checkEligibility(deps),
  deployService: deployService(deps),
  terminateService: terminateService(deps),
  ...conversations(deps),
})

export interface MvnoDeps {
  readonly id: string
  readonly store: CarrierStore
  readonly host: Carrier
  readonly models: SimModels
  readonly deviceModels: readonly string[]
}

/** A carrier on the network of another: its SIMs come from the host's stock, and so does all that reaches them. */
export function createMvno({ store, host, models, deviceModels }: MvnoDeps): Carrier {
  const ours = async (iccid: string) => {
    if (!(await store.lineOfSim(iccid))) throw no.unknownSim({ iccid })
  }
  const stock: Carrier['stockSim'] = async (sim) => {
    await host.stockSim(sim)
    return stockSim({ store, models })(sim)
  }
  return {
    stockSim: stock,
    subscribe: async (subscription) => {
      await stock(subscription)
      return subscribe({ store, models })(subscription)
    },
    checkEligibility: checkEligibility({ store, models, deviceModels }),
    deployService: async (input) => {
      await ours(input.iccid)
      return host.deployService(input)
    },
    terminateService: async (input) => {
      await ours(input.iccid)
      return host.terminateService(input)
    },
    beginConversation: async (input) => {
      await ours(input.iccid)
      return host.beginConversation(input)
    },
    sendScript: host.sendScript,
    endConversation: host.endConversation,
  }
}
