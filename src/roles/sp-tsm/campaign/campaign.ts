// Renewal of the applet itself: a later version over the one in the SIM, for so many of a hundred certificates, the same
// ones whenever the share grows; stopped by itself when too many fail. Ours: docs/profile.md#applet-upgrade.

import { type Bytes, equal, fromUint, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import { decodeCap } from '../../../codec/cap.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { JPKI } from '../../../protocol/jpki-ap/index.ts'
import { executed } from '../../../protocol/tsm-messaging/contract.ts'
import type { SpTsm } from '../contract.ts'
import { needed } from '../conversation.ts'
import type { Running } from '../deps.ts'
import { happen } from '../life/events.ts'
import { serviceInstance } from '../model.ts'
import { atDesk, signedIn } from '../operator/operator.ts'
import { no } from '../refusals.ts'
import { basicRequest, type Step } from '../steps/step.ts'
import type { CampaignRow } from './store.ts'

/** Of ended upgrades, where nobody says. */
const ENOUGH = 5
const PAGE = 500

/** 0 to 99; of an order for ever, so that a larger share holds the smaller one. */
export const bucketOf = (orderId: string): number => fromUint(sha256(utf8(`campaign ${orderId}`)).subarray(0, 4)) % 100

export const startCampaign =
  (deps: Running): SpTsm['startCampaign'] =>
  async ({ version, percent, mostErrors, enough = ENOUGH, loadFile }) => {
    ofVersion(loadFile, version)
    await notAborted(deps, version)
    await deps.store.putCampaign({
      version,
      percent,
      most_errors: mostErrors,
      enough,
      state: 'running',
      load_file: loadFile,
      started_at: deps.clock(),
      proposed_by: null,
    })
    await deps.store.forgetUpgradeFailures(version)
    deps.log('sp-tsm.campaign', { version, percent })
    await runCampaigns(deps)
    return {}
  }

function ofVersion(loadFile: Bytes, version: number): void {
  let decoded: ReturnType<typeof decodeCap>
  try {
    decoded = decodeCap(loadFile)
  } catch (error) {
    if (error instanceof CodecError) throw no.noLoadFile({}, error)
    throw error
  }
  if (!equal(decoded.aid, JPKI.loadFile)) throw no.noLoadFile()
  if (decoded.major !== version) throw no.versionWrong({ version })
}

export const proposeCampaign =
  (deps: Running): SpTsm['proposeCampaign'] =>
  async ({ session, version, percent, mostErrors, loadFile }) => {
    const reference = referenceOf(version)
    await atDesk(deps, session, { desk: 'operator', act: 'propose', reference }, async (clerkId) => {
      const there = await notAborted(deps, version)
      const load_file = loadFile ?? there?.load_file
      if (!load_file) throw no.unknownCampaign({ version })
      ofVersion(load_file, version)
      const shares = { version, percent, most_errors: mostErrors, enough: there?.enough ?? ENOUGH, load_file }
      const proposal = { state: 'proposed', started_at: deps.clock(), proposed_by: clerkId } as const
      await deps.store.putCampaign({ ...shares, ...proposal })
      return { reference }
    })
    return {}
  }

const referenceOf = (version: number): string => `campaign ${version}`

export const actOnCampaign =
  (deps: Running): SpTsm['actOnCampaign'] =>
  async ({ session, version, act }) => {
    const reference = referenceOf(version)
    await atDesk(deps, session, { desk: 'operator', act, reference }, async () => {
      if (act === 'release') await release(deps, session, version)
      else await (act === 'pause' ? pauseCampaign : abortCampaign)(deps)({ version })
      return { reference }
    })
    return {}
  }

/** Two persons stand behind what may change every SIM. */
async function release(deps: Running, session: string, version: number): Promise<void> {
  const { clerkId } = await signedIn(deps, session, 'release')
  const there = await notAborted(deps, version)
  if (!there) throw no.unknownCampaign({ version })
  if (there.proposed_by === clerkId) throw no.secondPerson({ version })
  await deps.store.setCampaignState(version, 'running')
  await deps.store.forgetUpgradeFailures(version)
  deps.log('sp-tsm.campaign', { version, percent: there.percent })
  await runCampaigns(deps)
}

export const pauseCampaign =
  ({ store, log }: Running): SpTsm['pauseCampaign'] =>
  async ({ version }) => {
    await notAborted({ store }, version)
    if (!(await store.setCampaignState(version, 'paused'))) throw no.unknownCampaign({ version })
    log('sp-tsm.campaign', { version, percent: 0 })
    return {}
  }

export const abortCampaign =
  ({ store, log }: Running): SpTsm['abortCampaign'] =>
  async ({ version }) => {
    if (!(await store.setCampaignState(version, 'aborted'))) throw no.unknownCampaign({ version })
    log('sp-tsm.campaign-aborted', { version })
    return {}
  }

async function notAborted({ store }: Pick<Running, 'store'>, version: number): Promise<CampaignRow | undefined> {
  const found = (await store.campaigns()).find((one) => one.version === version)
  if (found?.state === 'aborted') throw no.campaignAborted({ version })
  return found
}

export const planCampaign =
  ({ store }: Running): SpTsm['planCampaign'] =>
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
  ({ store }: Running): SpTsm['campaigns'] =>
  async () => ({
    campaigns: await Promise.all(
      (await store.campaigns()).map(async ({ version, percent, most_errors, state, proposed_by: proposedBy }) => {
        const counts = await store.campaignCounts(version)
        return { version, percent, mostErrors: most_errors, state, proposedBy, ...counts }
      }),
    ),
  })

/** Each time that the SP-TSM wakes: whoever is due and active begins. The newest version that is more than a proposal, alone. */
export async function runCampaigns(deps: Running): Promise<void> {
  const newest = (await deps.store.campaigns()).find(({ state }) => state !== 'proposed')
  if (newest?.state !== 'running' || (await stoppedByErrors(deps, newest))) return
  for (let after = 0; ; ) {
    const page = await deps.store.upgradable(newest.version, after, PAGE)
    for (const { order_id } of page.filter((one) => bucketOf(one.order_id) < newest.percent))
      await happen(deps, order_id, ['upgrade', 'operator'], () => ({ upgrade_to: newest.version }))
    if (page.length < PAGE) return
    after = page.at(-1)!.number
  }
}

async function stoppedByErrors(
  { store, log }: Running,
  { version, most_errors, enough }: CampaignRow,
): Promise<boolean> {
  const { done, failed } = await store.campaignCounts(version)
  if (done + failed < enough || failed * 100 <= most_errors * (done + failed)) return false
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
