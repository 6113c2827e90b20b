// Lines and SIM stock, and who may have the JPKI service. Seed 4 (1), (3)⑥, (5)②.

import type { Carrier, Ineligible, Subscription } from './contract.ts'
import type { SimModels } from './model.ts'
import { no } from './refusals.ts'
import type { CarrierStore, Line } from './store.ts'

interface Deps {
  readonly store: CarrierStore
  readonly models: SimModels
  readonly deviceModels: readonly string[]
}

/** Enters a SIM of a known model; another model for the same ICCID is refused. */
export const stockSim =
  ({ store, models }: Pick<Deps, 'store' | 'models'>): Carrier['stockSim'] =>
  async ({ iccid, simModel }) => {
    if (!Object.hasOwn(models, simModel)) throw no.unknownSimModel({ simModel })
    const entered = await store.addSim({ iccid, model: simModel })
    if (entered.model !== simModel) throw no.simOfOtherModel({ iccid })
    return {}
  }

/** Opens a line with a SIM, which comes into the stock by that. */
export const subscribe =
  (deps: Pick<Deps, 'store' | 'models'>): Carrier['subscribe'] =>
  async (subscription) => {
    await stockSim(deps)(subscription)
    const wanted = lineOf(subscription)
    const entered = await deps.store.addLine(wanted)
    if (!entered || !sameParticulars(entered, wanted)) throw no.lineTaken({ msisdn: wanted.msisdn })
    return {}
  }

const lineOf = ({ msisdn, iccid, deviceModel, subscriber }: Subscription): Line => ({
  msisdn,
  iccid,
  device_model: deviceModel,
  subscriber_name: subscriber.name,
  subscriber_birth_date: subscriber.birthDate,
  status: 'active',
})

const sameParticulars = (a: Line, b: Line): boolean =>
  a.iccid === b.iccid && a.device_model === b.device_model && samePerson(personOf(a), personOf(b))

type Person = Subscription['subscriber']

const personOf = (line: Line): Person => ({ name: line.subscriber_name, birthDate: line.subscriber_birth_date })

/** Width of letters and spaces between name parts differ from register to register. Ours: docs/profile.md#subscriber. */
const samePerson = (a: Person, b: Person): boolean =>
  a.birthDate === b.birthDate && comparable(a.name) === comparable(b.name)

const comparable = (name: string): string => name.normalize('NFKC').replace(/\s+/g, '')

/** Every reason against, in the order of the contract; none means eligible. Nothing more is said of an unknown line. */
export const checkEligibility =
  ({ store, models, deviceModels }: Deps): Carrier['checkEligibility'] =>
  async ({ msisdn, iccid, deviceModel, applicant }) => {
    const line = await store.line(msisdn)
    if (!line) return { eligible: false, reasons: ['unknown-line'] }
    const model = models[(await store.sim(line.iccid))?.model ?? '']
    const against: Record<Exclude<Ineligible, 'unknown-line'>, boolean> = {
      'line-suspended': line.status !== 'active',
      'sim-not-of-line': line.iccid !== iccid,
      'sim-not-certified': !model?.jpkiCertified,
      'device-not-supported': !deviceModels.includes(deviceModel),
      'not-the-subscriber': !samePerson(personOf(line), applicant),
    }
    const reasons = (Object.keys(against) as (keyof typeof against)[]).filter((reason) => against[reason])
    return { eligible: reasons.length === 0, reasons }
  }
