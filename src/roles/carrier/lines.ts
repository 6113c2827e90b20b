// Lines and SIM stock, and who may have the JPKI service. Seed 4 (1), (3)⑥, (5)②.

import { hex } from '../../base/bytes.ts'
import { comparableName } from '../../base/comparable-name.ts'
import type { Entropy } from '../../base/ports.ts'
import type { Carrier, Subscription } from './contract.ts'
import { type DeviceModels, eligibility, type Reach } from './eligibility.ts'
import type { SimModels } from './model.ts'
import { no } from './refusals.ts'
import type { CarrierStore, Line, Sim } from './store.ts'

export interface StockDeps {
  readonly store: CarrierStore
  readonly models: SimModels
  readonly entropy: Entropy
}

export interface QuestionDeps extends StockDeps {
  readonly devices: DeviceModels
  /** Of this carrier, or of its host. */
  readonly network: string
  /** Undefined when the phone does not answer. */
  readonly reachOf: (iccid: string) => Promise<Reach | undefined>
}

/** Enters a SIM of a known model; another model or holder for the same ICCID is refused. */
export const stockSim =
  ({ store, models }: Pick<StockDeps, 'store' | 'models'>): Carrier['stockSim'] =>
  async ({ iccid, simModel, requestingEntity = null }) => {
    if (!Object.hasOwn(models, simModel)) throw no.unknownSimModel({ simModel })
    const entered = await store.addSim({ iccid, model: simModel, holder: requestingEntity })
    if (entered.model !== simModel || entered.holder !== requestingEntity) throw no.simOfOtherModel({ iccid })
    return {}
  }

/** Opens a line with a SIM, which comes into the stock by that. */
export const subscribe =
  (deps: StockDeps): Carrier['subscribe'] =>
  async (subscription) => {
    await stockSim(deps)(subscription)
    const wanted = { ...lineOf(subscription), line_id: hex(deps.entropy(16)) }
    const entered = await deps.store.addLine(wanted)
    if (!entered || !sameParticulars(entered, wanted)) throw no.lineTaken({ msisdn: wanted.msisdn })
    return {}
  }

const lineOf = ({ msisdn, iccid, deviceModel, subscriber }: Subscription): Omit<Line, 'line_id'> => ({
  msisdn,
  iccid,
  device_model: deviceModel,
  subscriber_name: subscriber.name,
  subscriber_birth_date: subscriber.birthDate,
  subscriber_mail_address: subscriber.mailAddress?.toLowerCase() ?? null,
  status: 'active',
})

const sameParticulars = (a: Line, b: Line): boolean =>
  a.iccid === b.iccid && a.device_model === b.device_model && samePerson(personOf(a), personOf(b))

type Person = Subscription['subscriber']

const personOf = (line: Line): Person => ({ name: line.subscriber_name, birthDate: line.subscriber_birth_date })

const samePerson = (a: Person, b: Person): boolean =>
  a.birthDate === b.birthDate && comparableName(a.name) === comparableName(b.name)

/** Whether this person is the subscriber of the line. */
export const lineIsOf = (line: Line, person: Person): boolean => samePerson(personOf(line), person)

/** Where approval by mail is wished: at an address that the carrier had before. */
const knowsMail = ({ subscriber_mail_address: known }: Line, { mailAddress }: Person): boolean =>
  mailAddress === undefined || known === mailAddress.toLowerCase()

/** Asks records and network; what follows from it is one function (eligibility.ts). */
export const checkGlobalEligibility =
  ({ store, models, devices, network, reachOf }: QuestionDeps): Carrier['checkGlobalEligibility'] =>
  async ({ msisdn, iccid, deviceModel, applicant }) => {
    const line = await store.line(msisdn)
    const sim = line && (await store.sim(line.iccid))
    return eligibility({
      network,
      lineStatus: line?.status,
      simOfLine: line?.iccid === iccid,
      model: sim && models[sim.model],
      device: devices[deviceModel],
      reach: line && (await reachOf(line.iccid)),
      sameSubscriber: line !== undefined && samePerson(personOf(line), applicant),
      knowsMail: line !== undefined && knowsMail(line, applicant),
    })
  }

type Questions = Pick<
  Carrier,
  | 'checkGlobalEligibility'
  | 'checkMobileSubscriptionEligibility'
  | 'getDeviceCapabilityProfileId'
  | 'getSECapabilityProfileId'
  | 'getServiceState'
  | 'inventory'
  | 'line'
>

/** What may be asked without changing anything. */
export function questions(deps: QuestionDeps): Questions {
  const { store, models } = deps
  const knownSim = async (iccid: string): Promise<Sim> => {
    const sim = await store.sim(iccid)
    if (!sim) throw no.unknownSim({ iccid })
    return sim
  }
  const getServiceState: Questions['getServiceState'] = async ({ iccid }) => {
    const service = await store.service(iccid)
    return { state: service?.state ?? 'none', serviceInstance: service?.service_instance ?? null }
  }
  return {
    checkGlobalEligibility: checkGlobalEligibility(deps),
    checkMobileSubscriptionEligibility: async ({ iccid }) => {
      const line = await store.lineOfSim(iccid)
      if (!line) return { eligible: false, reasons: ['unknown-line'] }
      const eligible = line.status === 'active'
      return { eligible, reasons: eligible ? [] : ['line-suspended'] }
    },
    getDeviceCapabilityProfileId: async ({ iccid }) => {
      const line = await store.lineOfSim(iccid)
      if (!line) throw no.unknownSim({ iccid })
      return { profileId: line.device_model }
    },
    getSECapabilityProfileId: async ({ iccid }) => {
      const { model } = await knownSim(iccid)
      return { profileId: model, jpkiCertified: models[model]?.jpkiCertified ?? false }
    },
    getServiceState,
    inventory: async ({ after, limit }) => ({
      sims: (await store.stock(after, limit)).map(({ iccid, status, state, service_instance }) => ({
        iccid,
        status,
        serviceState: state ?? 'none',
        serviceInstance: service_instance,
      })),
    }),
    line: async ({ msisdn }) => {
      const line = await store.line(msisdn)
      if (!line) throw no.unknownLine()
      const { status, iccid, device_model: deviceModel } = line
      return { status, iccid, deviceModel, serviceState: (await getServiceState({ iccid })).state }
    },
  }
}
