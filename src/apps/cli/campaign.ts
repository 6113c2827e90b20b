// `kazasu campaign`: a later version of the JPKI applet for so many of a hundred certificates. Of a data folder, or of a running
// SP-TSM, which it asks as its operator by --peer.

import { readFileSync } from 'node:fs'
import { Refusal } from '../../base/refusal.ts'
import type { SpTsm } from '../../roles/sp-tsm/contract.ts'
import { asked } from './audit.ts'

export type CampaignAct = 'plan' | 'start' | 'status' | 'pause' | 'abort'

export interface CampaignOptions {
  readonly data: string
  readonly peer: readonly string[]
  readonly percent?: string
  readonly mostErrors?: string
  readonly loadFile?: string
  readonly watch?: boolean
}

const WATCH_MS = 2000
const WIDTH = 30

/** Exit status 1 when too many failed. */
export const campaign = (act: CampaignAct, version: string, options: CampaignOptions): Promise<number> =>
  asked(options.data, options.peer, ({ spTsm }) => campaignWith(spTsm, act, number(version, 2, 127), options))

function number(text: string | undefined, least: number, most: number): number {
  const value = /^[0-9]{1,3}$/.test(text ?? '') ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new Refusal('campaign/number', 400, `a number from ${least} to ${most} is needed`, { given: text ?? '' })
}

type Questions = Pick<SpTsm, 'planCampaign' | 'startCampaign' | 'campaigns' | 'pauseCampaign' | 'abortCampaign'>

export async function campaignWith(
  spTsm: Questions,
  act: CampaignAct,
  version: number,
  options: Omit<CampaignOptions, 'data' | 'peer'>,
): Promise<number> {
  const say = (line: string) => process.stdout.write(`${line}\n`)
  if (act === 'plan') {
    const percent = number(options.percent, 0, 100)
    const { reached, earlier } = await spTsm.planCampaign({ version, percent })
    say(`${percent} % reach ${reached} of ${earlier} certificates with an earlier version; nothing was begun`)
    return 0
  }
  if (act === 'start') {
    const loadFile = Uint8Array.from(readFileSync(options.loadFile!))
    const [percent, mostErrors] = [number(options.percent, 0, 100), number(options.mostErrors, 0, 100)]
    await spTsm.startCampaign({ version, percent, mostErrors, loadFile })
  }
  if (act === 'pause') await spTsm.pauseCampaign({ version })
  if (act === 'abort') await spTsm.abortCampaign({ version })
  for (;;) {
    const found = (await spTsm.campaigns({})).campaigns.find((one) => one.version === version)
    if (!found) throw new Refusal('campaign/unknown', 404, 'there is no campaign of this version', { version })
    say(progressLine(found))
    if (!options.watch || found.state !== 'running' || found.underWay === 0) return found.state === 'stopped' ? 1 : 0
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS))
  }
}

type Campaign = Awaited<ReturnType<SpTsm['campaigns']>>['campaigns'][number]

/** `version 2  running  10 %  [######------]  3 done, 1 failed, 2 under way, 40 with an earlier version`. */
export function progressLine({ version, state, percent, done, failed, underWay, waiting }: Campaign): string {
  const all = done + failed + underWay + waiting
  const filled = all === 0 ? 0 : Math.floor((done * WIDTH) / all)
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}]`
  const counts = `${done} done, ${failed} failed, ${underWay} under way, ${waiting} with an earlier version`
  return `version ${version}  ${state}  ${percent} %  ${bar}  ${counts}`
}
