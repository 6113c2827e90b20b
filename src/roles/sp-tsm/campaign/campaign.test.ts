// A later version of the applet over the one in the SIM, staged, and stopped by its errors.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { equal } from '../../../base/bytes.ts'
import { encodeCap } from '../../../codec/cap.ts'
import { JPKI, jpkiLoadFile } from '../../../protocol/jpki-ap/index.ts'
import { choosePin } from '../../../world/choose-pin.ts'
import { CLERKS } from '../../../world/clerks.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../../world/testing/small-world.ts'
import { bucketOf } from './campaign.ts'

const PIN = '4711'
let database: TestDatabase
let world: SmallWorld
const jobs = promptJobs()
let reachable = true
beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({
    database,
    jobs,
    touchSim: () => {
      if (!reachable) throw new Error('the phone is off')
    },
  })
  await world.applied()
  await world.phone.install({})
  await orderIn(world, 'written')
  await choosePin(world.phone, PIN)
})
afterAll(() => database.close())

const campaign = (percent: number, version = 2) =>
  world.spTsm.startCampaign({ version, percent, mostErrors: 20, loadFile: jpkiLoadFile(version) })
const shown = async () => (await world.spTsm.campaigns({})).campaigns[0]!
const settled = async () => {
  await jobs.idle()
  expect((await world.audit()).findings).toEqual([])
  return orderIn(world, 'active')
}
const certificate = async () => (await world.phone.certificates({ pin: PIN })).certificates[0]!
/** As the registry of the SIM lists the load file. */
const versionInSim = async () => {
  const asked = { requestingEntity: 'sp-tsm', iccid: world.iccid }
  const { entries } = await world.carriers.minato.getApplicationOrELFStatus(asked)
  return entries.find(({ aid }) => equal(aid, JPKI.loadFile))?.version
}

test('the version that is announced must be that of the load file', async () => {
  const wrong = { version: 3, percent: 100, mostErrors: 20, loadFile: jpkiLoadFile(2) }
  await expect(world.spTsm.startCampaign(wrong)).rejects.toMatchObject({ code: 'sp-tsm/versionWrong' })
  await expect(world.spTsm.pauseCampaign({ version: 3 })).rejects.toMatchObject({ code: 'sp-tsm/unknownCampaign' })
})

test('a plan counts whom a share would reach, and begins nothing', async () => {
  const { orderId } = (await world.phone.order({})).order!
  const plan = (percent: number) => world.spTsm.planCampaign({ version: 2, percent })
  expect(await plan(bucketOf(orderId))).toEqual({ reached: 0, earlier: 1 })
  expect(await plan(bucketOf(orderId) + 1)).toEqual({ reached: 1, earlier: 1 })
  expect((await world.spTsm.campaigns({})).campaigns).toEqual([])
})

test('a share that does not reach this certificate leaves it; a paused one begins nothing', async () => {
  const { orderId } = (await world.phone.order({})).order!
  await campaign(bucketOf(orderId))
  await settled()
  expect(await shown()).toMatchObject({ state: 'running', waiting: 1, done: 0, failed: 0 })
  await world.spTsm.pauseCampaign({ version: 2 })
  await world.spTsm.wake()
  await settled()
  expect(await versionInSim()).toBe('1.0')
})

test('out of reach it fails, and the old version serves on', async () => {
  reachable = false
  await campaign(100)
  await jobs.idle()
  reachable = true
  expect(await settled()).toMatchObject({ refusal: 'sp-tsm/repeatedFailure' })
  expect(await shown()).toMatchObject({ state: 'running', waiting: 0, failed: 1 })
  await certificate()
})

test('upgraded: key, certificate and PIN are what they were; the same again changes nothing', async () => {
  const before = await certificate()
  await campaign(100)
  await settled()
  expect(await shown()).toMatchObject({ version: 2, waiting: 0, done: 1, failed: 0 })
  expect(await versionInSim()).toBe('2.0')
  expect(await certificate()).toEqual(before)
  expect((await world.phone.status({})).applet).toBe('ready')
  await world.spTsm.wake()
  await settled()
})

test('too many failures stop a campaign by itself; a certificate whose upgrade failed serves on', async () => {
  for (let i = 0; i < 9; i++) {
    const order_id = `stranger-${i}`
    const iccid = `898199000000000900${i}`
    const order = { order_id, iccid, nonce: order_id, carrier: 'minato', card_auth_serial: '7', applied_at: new Date() }
    expect(await world.orders.accept(order)).toBe(true)
    const happening = { event: 'install', by: 'operator', at: new Date() } as const
    await world.orders.happen(order_id, happening, () => ({ state: 'active' }))
  }
  await campaign(100, 5)
  await jobs.idle()
  // The card has no code of that name, and the carrier no such SIMs.
  expect(await shown()).toMatchObject({ state: 'running', done: 0, failed: 10 })
  await certificate()
  await world.spTsm.wake()
  expect(await shown()).toMatchObject({ state: 'stopped', done: 0, failed: 10 })
})

test('aborted, a campaign never begins again; a later version may', async () => {
  await campaign(0, 9)
  await world.spTsm.abortCampaign({ version: 9 })
  expect(await shown()).toMatchObject({ version: 9, state: 'aborted' })
  await expect(campaign(100, 9)).rejects.toMatchObject({ code: 'sp-tsm/campaignAborted' })
  await expect(world.spTsm.pauseCampaign({ version: 9 })).rejects.toMatchObject({ code: 'sp-tsm/campaignAborted' })
  await expect(world.spTsm.abortCampaign({ version: 8 })).rejects.toMatchObject({ code: 'sp-tsm/unknownCampaign' })
  const before = await versionInSim()
  await world.spTsm.wake()
  await jobs.idle()
  expect(await versionInSim()).toBe(before)
  await campaign(0, 10)
  expect(await shown()).toMatchObject({ version: 10, state: 'running' })
})

test('at a desk one person proposes and another releases; each act is written down', async () => {
  for (const clerk of CLERKS['j-lis']) await world.spTsm.addClerk({ ...clerk, parts: [...clerk.parts] })
  const [sato, suzuki] = await Promise.all(
    CLERKS['j-lis'].slice(0, 2).map(async (clerk) => (await world.spTsm.signIn(clerk)).session),
  )
  const wanted = { version: 11, percent: 100, mostErrors: 20, loadFile: jpkiLoadFile(11) }
  const act = (session: string, one: 'release' | 'pause') =>
    world.spTsm.actOnCampaign({ session, version: 11, act: one })
  const applets = [{ aid: JPKI.module, installMethodOffset: 0 }]
  const foreign = encodeCap({ aid: JPKI.module, major: 11, minor: 0, applets, method: Uint8Array.of(1) })
  for (const loadFile of [foreign, Uint8Array.of(1, 2, 3)])
    await expect(world.spTsm.proposeCampaign({ session: sato!, ...wanted, loadFile })).rejects.toMatchObject({
      code: 'sp-tsm/noLoadFile',
    })
  await world.spTsm.proposeCampaign({ session: suzuki!, ...wanted })
  await expect(act(sato!, 'release')).rejects.toMatchObject({ code: 'sp-tsm/notYourPart' })
  await expect(act(suzuki!, 'release')).rejects.toMatchObject({ code: 'sp-tsm/secondPerson' })
  await world.spTsm.wake()
  expect(await shown()).toMatchObject({ version: 11, state: 'proposed', proposedBy: 'suzuki', done: 0 })
  await world.spTsm.proposeCampaign({ session: sato!, version: 11, percent: 0, mostErrors: 20 })
  await act(suzuki!, 'release')
  expect(await shown()).toMatchObject({ state: 'running', percent: 0, proposedBy: 'sato' })
  await act(sato!, 'pause')
  expect(await shown()).toMatchObject({ state: 'paused' })
  const { acts } = await world.spTsm.deskActs({ limit: 20 })
  expect(acts.map((one) => [one.clerk, one.act, one.refusal]).reverse()).toEqual([
    ['sato', 'propose', 'sp-tsm/noLoadFile'],
    ['sato', 'propose', 'sp-tsm/noLoadFile'],
    ['suzuki', 'propose', null],
    ['sato', 'release', 'sp-tsm/notYourPart'],
    ['suzuki', 'release', 'sp-tsm/secondPerson'],
    ['sato', 'propose', null],
    ['suzuki', 'release', null],
    ['sato', 'pause', null],
  ])
})
