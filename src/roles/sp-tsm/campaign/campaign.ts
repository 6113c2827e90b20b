// Renewal of the applet itself: a later version over the one in the SIM, for so many of a hundred certificates, the same
// ones whenever the share grows; stopped by itself when too many fail. Ours: docs/profile.md#applet-upgrade.

import { fromUint, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import { decodeCap } from '../../../codec/cap.ts'
import { executed } from '../../../protocol/tsm-messaging/contract.ts'
import type { SpTsm } from '../contract.ts'
import { needed } from '../conversation.ts'
import { happen } from '../life/events.ts'
import type { LifeDeps } from '../life/requests.ts'
import { serviceInstance } from '../model.ts'
import { no } from '../refusals.ts'
import { basicRequest, type Step } from '../steps/step.ts'
import type { CampaignRow } from './store.ts'

/** So many must have ended before a rate of errors says anything. */
const ENOUGH = 5
const PAGE = 500

/** 0 to 99; of an order for ever, so that a larger share holds the smaller one. */
export const bucketOf = (orderId: string): number => fromUint(sha256(utf8(`campaign ${orderId}`)).subarray(0, 4)) % 100

export const startCampaign =
  (deps: LifeDeps): SpTsm['startCampaign'] =>
  async ({ version, percent, mostErrors, loadFile }) => {
    if (decodeCap(loadFile).major !== version) throw no.versionWrong({ version })
    await notAborted(deps, version)
    await deps.store.putCampaign({
      version,
      percent,
      most_errors: mostErrors,
      state: 'running',
      load_file: loadFile,
      started_at: deps.clock(),
    })
    deps.log('sp-tsm.campaign', { version, percent })
    await runCampaigns(deps)
    return {}
  }

export const pauseCampaign =
  ({ store, log }: LifeDeps): SpTsm['pauseCampaign'] =>
  async ({ version }) => {
    await notAborted({ store }, version)
    if (!(await store.setCampaignState(version, 'paused'))) throw no.unknownCampaign({ version })
    log('sp-tsm.campaign', { version, percent: 0 })
    return {}
  }

export const abortCampaign =
  ({ store, log }: LifeDeps): SpTsm['abortCampaign'] =>
  async ({ version }) => {
    if (!(await store.setCampaignState(version, 'aborted'))) throw no.unknownCampaign({ version })
    log('sp-tsm.campaign-aborted', { version })
    return {}
  }

async function notAborted({ store }: Pick<LifeDeps, 'store'>, version: number): Promise<void> {
  const found = (await store.campaigns()).find((one) => one.version === version)
  if (found?.state === 'aborted') throw no.campaignAborted({ version })
}

export const planCampaign =
  ({ store }: LifeDeps): SpTsm['planCampaign'] =>
  async ({ version, percent }) => {
    let [reached, earlier] = [0, 0]
    for (let after = 0; ; ) {
      const page = await store.upgradable(version, after, PAGE)
      earlier += page.length
      reached += page.filter((one) => bucketOf(one.order_id) < percent).length
      if (page.length < PAGE) return { reached, earlier }
      after = page.at(-1)!.number
    }
  }

export const campaigns =
  ({ store }: LifeDeps): SpTsm['campaigns'] =>
  async () => ({
    campaigns: await Promise.all(
      (await store.campaigns()).map(async ({ version, percent, most_errors, state }) => {
        const counts = await store.campaignCounts(version)
        return { version, percent, mostErrors: most_errors, state, ...counts }
      }),
    ),
  })

/** Each time that the SP-TSM wakes: whoever is due and active begins. The newest version only. */
export async function runCampaigns(deps: LifeDeps): Promise<void> {
  const [newest] = await deps.store.campaigns()
  if (newest?.state !== 'running' || (await stoppedByErrors(deps, newest))) return
  for (let after = 0; ; ) {
    const page = await deps.store.upgradable(newest.version, after, PAGE)
    for (const { order_id } of page.filter((one) => bucketOf(one.order_id) < newest.percent))
      await happen(deps, order_id, ['upgrade', 'operator'], () => ({ upgrade_to: newest.version }))
    if (page.length < PAGE) return
    after = page.at(-1)!.number
  }
}

async function stoppedByErrors({ store, log }: LifeDeps, { version, most_errors }: CampaignRow): Promise<boolean> {
  const { done, failed } = await store.campaignCounts(version)
  if (done + failed < ENOUGH || failed * 100 <= most_errors * (done + failed)) return false
  await store.setCampaignState(version, 'stopped')
  log('sp-tsm.campaign-stopped', { version, done, failed })
  return true
}

/** upgrading → active. A failure leaves the old version, which serves on. */
export const upgrade: Step = async ({ carrierOf, effect, loadFileOf }, order) => {
  const version = needed(order.upgrade_to)
  const request = {
    ...basicRequest(order, `upgrade ${version}`),
    serviceInstance: serviceInstance(order.order_id),
    iccid: order.iccid,
    loadFile: await loadFileOf(version),
  }
  executed(await effect('upgradeService', () => carrierOf(order).upgradeService(request)))
  return { applet_version: version, refusal: null }
}
