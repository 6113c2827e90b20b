// What `kazasu campaign` asks of the SP-TSM, and what it prints. The campaigns themselves: roles/sp-tsm/campaign.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import { campaignWith, type progressLine } from './campaign.ts'

const state = {
  version: 2,
  percent: 10,
  mostErrors: 5,
  state: 'running',
  waiting: 40,
  underWay: 0,
  done: 9,
  failed: 1,
  proposedBy: null,
} as const
const printed: string[] = []
const folder = mkdtempSync(join(tmpdir(), 'campaign-'))
afterEach(() => {
  printed.length = 0
  vi.restoreAllMocks()
})

/** The SP-TSM by its contract, which notes what it is asked. */
function asked(now: Parameters<typeof progressLine>[0] = state) {
  const calls: unknown[] = []
  const note = (name: string, answer: object) => async (input: object) => {
    calls.push([name, input])
    return answer as never
  }
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => Boolean(printed.push(String(line))))
  const spTsm = {
    planCampaign: note('plan', { reached: 4, earlier: 40 }),
    startCampaign: note('start', {}),
    campaigns: async () => ({ campaigns: [now] }),
    pauseCampaign: note('pause', {}),
    abortCampaign: note('abort', {}),
  }
  return { spTsm, calls }
}

test('start sends the load file with share and limit, and shows how far it is', async () => {
  const loadFile = join(folder, 'jpki-2.cap')
  writeFileSync(loadFile, jpkiLoadFile(2))
  const { spTsm, calls } = asked()
  expect(await campaignWith(spTsm, 'start', 2, { percent: '10', mostErrors: '5', loadFile })).toBe(0)
  expect(calls).toEqual([
    ['start', { version: 2, percent: 10, mostErrors: 5, loadFile: Uint8Array.from(jpkiLoadFile(2)) }],
  ])
  expect(printed.join('')).toBe(
    'version 2  running  10 %  [#####-------------------------]  9 done, 1 failed, 0 under way, 40 with an earlier version\n',
  )
  rmSync(folder, { recursive: true })
})

test('stopped by its errors, the exit status says so; a plan begins nothing; wrong numbers are refused', async () => {
  expect(await campaignWith(asked({ ...state, state: 'stopped' }).spTsm, 'status', 2, {})).toBe(1)
  const { spTsm, calls } = asked()
  expect(await campaignWith(spTsm, 'plan', 2, { percent: '10' })).toBe(0)
  expect(calls).toEqual([['plan', { version: 2, percent: 10 }]])
  expect(printed.at(-1)).toBe('10 % reach 4 of 40 certificates with an earlier version; nothing was begun\n')
  for (const percent of ['101', '-1', 'all', '']) {
    await expect(campaignWith(spTsm, 'plan', 2, { percent })).rejects.toMatchObject({ code: 'campaign/number' })
  }
  await expect(campaignWith(spTsm, 'status', 3, {})).rejects.toMatchObject({ code: 'campaign/unknown' })
})
