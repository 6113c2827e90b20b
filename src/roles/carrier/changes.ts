// What happens to lines and SIMs, and what the SP-TSM hears of it. Seed 4 (4)②, (5)⑦.

import type { SpTsm } from '../sp-tsm/contract.ts'
import type { Carrier, LineStatus, Lines } from './contract.ts'
import { type StockDeps, stockSim } from './lines.ts'
import type { Outbox } from './outbox/outbox.ts'
import { no } from './refusals.ts'
import type { Line, LineChange } from './store.ts'

export interface ChangeDeps extends StockDeps {
  readonly outbox: Outbox
}

type StatusChange = Parameters<SpTsm['handleMobileSubscriptionStatusChangeNotification']>[0]
export type SubscriptionReason = StatusChange['reason']

/** Decides on the line as it is at that moment; sends what is to be told of it. */
export const changed =
  ({ store, outbox }: ChangeDeps) =>
  async (msisdn: string, decide: (line: Line) => LineChange): Promise<Line> => {
    const line = await store.changeLine(msisdn, decide)
    if (!line) throw no.unknownLine()
    await outbox.send(line.line_id)
    return line
  }

const secureElement = ({ iccid }: Pick<Line, 'iccid'>) => ({ iccid })
const mobileSubscription = ({ msisdn }: Pick<Line, 'msisdn'>) => ({ msisdn })
const UNCHANGED: LineChange = { patch: {} }

/** What the SP-TSM is told of a line that is now so. */
const statusChange = (
  { outbox }: ChangeDeps,
  line: Line,
  mobileSubscriptionStatus: StatusChange['mobileSubscriptionStatus'],
  reason: SubscriptionReason,
) =>
  outbox.about('handleMobileSubscriptionStatusChangeNotification', {
    secureElement: secureElement(line),
    mobileSubscription: mobileSubscription(line),
    mobileSubscriptionStatus,
    reason,
  })

const WORDS = { active: 'ACTIVATED', restricted: 'RESTRICTED', suspended: 'SUSPENDED' } as const

const setStatus =
  (deps: ChangeDeps, status: LineStatus): Carrier['suspendLine'] =>
  async ({ msisdn, reason }) => {
    await changed(deps)(msisdn, (line) =>
      line.status === status
        ? UNCHANGED
        : { patch: { status }, notification: statusChange(deps, line, WORDS[status], reason) },
    )
    return {}
  }

/** The number is free after that, and so is the SIM for nobody. */
const terminateLine =
  (deps: ChangeDeps): Carrier['terminateLine'] =>
  async ({ msisdn, reason }) => {
    await changed(deps)(msisdn, (line) => closed(deps, line, reason))
    return {}
  }

export const closed = (deps: ChangeDeps, line: Line, reason: SubscriptionReason): LineChange => ({
  patch: 'close',
  sim: 'TERMINATED',
  notification: statusChange(deps, line, 'TERMINATED', reason),
})

/** The network takes the old SIM no more; what is in it serves where the phone finds another network. */
const renewSim =
  (deps: ChangeDeps): Carrier['renewSim'] =>
  async ({ msisdn, iccid, simModel, reason }) => {
    await stockSim(deps)({ iccid, simModel })
    const taken = await deps.store.lineOfSim(iccid)
    if (taken && taken.msisdn !== msisdn) throw no.lineTaken({ msisdn })
    if ((await deps.store.sim(iccid))?.status === 'TERMINATED') throw no.simRetired({ iccid })
    await changed(deps)(msisdn, (line) => {
      if (line.iccid === iccid) return UNCHANGED
      const notification = deps.outbox.about('handleSERenewalNotification', {
        mobileSubscription: mobileSubscription(line),
        oldSecureElement: secureElement(line),
        newSecureElement: { iccid },
        reason,
      })
      return { patch: { iccid }, sim: 'TERMINATED', notification }
    })
    return {}
  }

const changeDevice =
  (deps: ChangeDeps): Carrier['changeDevice'] =>
  async ({ msisdn, deviceModel }) => {
    await changed(deps)(msisdn, (line) => {
      if (line.device_model === deviceModel) return UNCHANGED
      const notification = deps.outbox.about('handleSEDeviceChangedNotification', {
        secureElement: secureElement(line),
        oldDeviceModel: line.device_model,
        newDeviceModel: deviceModel,
      })
      return { patch: { device_model: deviceModel }, notification }
    })
    return {}
  }

const changeMsisdn =
  (deps: ChangeDeps): Carrier['changeMsisdn'] =>
  async ({ msisdn, newMsisdn }) => {
    if (await deps.store.line(newMsisdn)) throw no.lineTaken({ msisdn: newMsisdn })
    await changed(deps)(msisdn, (line) => {
      const notification = deps.outbox.about('handleMobileSubscriptionIdentifierChangedNotification', {
        secureElement: secureElement(line),
        oldMobileSubscription: mobileSubscription(line),
        newMobileSubscription: { msisdn: newMsisdn },
      })
      return { patch: { msisdn: newMsisdn }, notification }
    })
    return {}
  }

const transferLine =
  (deps: ChangeDeps): Carrier['transferLine'] =>
  async ({ msisdn, subscriber }) => {
    await changed(deps)(msisdn, (line) => {
      const patch = { subscriber_name: subscriber.name, subscriber_birth_date: subscriber.birthDate }
      const notification = deps.outbox.about('handleSEMobileSubscriptionChangedNotification', {
        secureElement: secureElement(line),
        oldMobileSubscription: mobileSubscription(line),
        newMobileSubscription: mobileSubscription(line),
      })
      return { patch, notification }
    })
    return {}
  }

const changeSimStatus =
  ({ store, outbox }: ChangeDeps): Carrier['changeSimStatus'] =>
  async ({ iccid, status }) => {
    const sim = await store.sim(iccid)
    if (!sim) throw no.unknownSim({ iccid })
    if (sim.status === status) return {}
    if (sim.status === 'TERMINATED') throw no.simRetired({ iccid })
    const body = { secureElement: { iccid }, secureElementStatus: status }
    await store.setSimStatus(iccid, status, outbox.about('handleSEStatusChangeNotification', body))
    await outbox.send((await store.lineOfSim(iccid))?.line_id ?? iccid)
    return {}
  }

export const changes = (
  deps: ChangeDeps,
): Omit<Lines, 'subscribe' | 'stockSim' | 'inventory' | 'line' | 'reservePortOut' | 'portOut' | 'portIn'> => ({
  suspendLine: setStatus(deps, 'suspended'),
  restrictLine: setStatus(deps, 'restricted'),
  resumeLine: setStatus(deps, 'active'),
  terminateLine: terminateLine(deps),
  renewSim: renewSim(deps),
  changeDevice: changeDevice(deps),
  changeMsisdn: changeMsisdn(deps),
  transferLine: transferLine(deps),
  changeSimStatus: changeSimStatus(deps),
})
