// SP-TSM: J-LIS's side of the download of certificate and key into a SIM.

import { applyAtCounter } from './applications/apply-at-counter.ts'
import { applyFromHome } from './applications/apply-from-home.ts'
import { apply } from './applications/apply-with-card.ts'
import { confirmCode, ended, postWhatWaits, resendCode } from './applications/codes.ts'
import { evidence } from './applications/evidence.ts'
import {
  abortCampaign,
  actOnCampaign,
  campaigns,
  pauseCampaign,
  planCampaign,
  proposeCampaign,
  runCampaigns,
  startCampaign,
} from './campaign/campaign.ts'
import type { SpTsm } from './contract.ts'
import { QUEUE, type SpTsmDeps } from './deps.ts'
import { asHolder } from './life/as-holder.ts'
import { followAuthority } from './life/follow-authority.ts'
import { endWhatIsOver } from './life/moves.ts'
import { places } from './life/places.ts'
import { inspect, records } from './life/records.ts'
import * as life from './life/requests.ts'
import { WORKING_STATES } from './model.ts'
import { notifications } from './notifications.ts'
import { findForCaller, stopForCaller } from './operator/call-centre.ts'
import { actOnOrder, clerks, deskActs, orderDetail, orders, recordAct, statistics } from './operator/operator.ts'
import { RUNS_KEPT_MS } from './operator/store.ts'
import { confirmPin, install, order, remove } from './orders.ts'
import { partners } from './partners/partners.ts'
import { advance } from './saga.ts'
import { secretsOf } from './secrets.ts'

export { bucketOf } from './campaign/campaign.ts'
export type { SpTsmDeps } from './deps.ts'

import { no } from './refusals.ts'

export { no as spTsmRefusals } from './refusals.ts'
export { type SpTsmStore, type SpTsmTables, spTsmMigrations, spTsmStore } from './store.ts'

export interface RunningSpTsm extends SpTsm {
  /** Starts the worker, once every role that it asks is there, and sends it every order that is under way. */
  recover(): Promise<void>
  /**
   * Sends every order that is under way to the worker (a job ends after its tries, an order only when it is done), ends
   * what has expired, follows the register of certificates.
   */
  wake(): Promise<void>
}

export async function createSpTsm(given: SpTsmDeps): Promise<RunningSpTsm> {
  const { store, jobs, clock, alone } = given
  const deps = { ...given, secrets: secretsOf(given) }
  const work = advance(deps)
  let working: Promise<void> | undefined
  const resend = async () => {
    for (const orderId of await store.inStates(WORKING_STATES)) await jobs.send(QUEUE, { orderId })
  }
  return {
    apply: apply(deps),
    applyFromHome: applyFromHome(deps),
    applyAtCounter: applyAtCounter(deps),
    confirmCode: confirmCode(deps),
    resendCode: resendCode(deps),
    evidence: evidence(deps),
    install: install(deps),
    order: order(deps),
    confirmPin: confirmPin(deps),
    remove: remove(deps),
    ...notifications(deps),
    ...partners(deps),
    ...clerks(deps),
    orders: orders(deps),
    orderDetail: orderDetail(deps),
    actOnOrder: actOnOrder(deps),
    recordAct: recordAct(deps),
    statistics: statistics(deps),
    deskActs: deskActs(deps),
    findForCaller: findForCaller(deps),
    stopForCaller: stopForCaller(deps),
    stop: life.stop(deps),
    stopBySerial: life.stopBySerial(deps),
    resumeBySerial: life.resumeBySerial(deps),
    endBySerial: life.endBySerial(deps),
    asHolder: asHolder(deps),
    renew: life.renew(deps),
    history: life.history(deps),
    places: places(deps),
    startCampaign: startCampaign(deps),
    planCampaign: planCampaign(deps),
    pauseCampaign: pauseCampaign(deps),
    abortCampaign: abortCampaign(deps),
    campaigns: campaigns(deps),
    proposeCampaign: proposeCampaign(deps),
    actOnCampaign: actOnCampaign(deps),
    records: records(deps),
    inspect: inspect(deps),
    followAuthority: followAuthority(deps),
    census: async () => ({ orders: await store.census() }),
    recover: async () => {
      if (alone) await store.releaseAll()
      await (working ??= jobs.work(QUEUE, ({ orderId }) => work(String(orderId))))
      await resend()
      await postWhatWaits(deps)
    },
    wake: async () => {
      await resend()
      await postWhatWaits(deps)
      for (const waiting of await store.openPast(clock())) await ended(deps, waiting, no.applicationOver())
      await store.forgetPetitions()
      await store.forgetRuns(new Date(clock().getTime() - RUNS_KEPT_MS))
      await endWhatIsOver(deps)
      await followAuthority(deps)({})
      await runCampaigns(deps)
    },
  }
}
