// Each TSM against the other one by script, over mutual TLS: every function and every notification once, and the same call
// again is answered alike.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../adapters/clock.ts'
import { mutualTlsFetch, roleClient, roleRoutes, type Served, serve } from '../../adapters/http/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { tlsIdentity } from '../../adapters/tls-identity.ts'
import { type Bytes, hex } from '../../base/bytes.ts'
import type { Contract, Implementation } from '../../base/contract.ts'
import { type Command, decodeCommand, encodeCommand } from '../../codec/apdu.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { contentCommands, JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import { executed } from '../../protocol/tsm-messaging/contract.ts'
import { type Carrier, carrierContract } from '../../roles/carrier/contract.ts'
import { type NotificationName, spTsmContract } from '../../roles/sp-tsm/contract.ts'
import { UI_APP } from '../../world/apps.ts'
import { choosePin } from '../../world/choose-pin.ts'
import { CITIZENS } from '../../world/people.ts'
import { deployAndTakeOver } from '../../world/testing/carrier-world.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../world/testing/small-world.ts'
import { CALLERS, mayCall } from './callers.ts'

const HOST = '127.0.0.1'
const { line, fourInfo } = CITIZENS.adult
const { msisdn, iccid, deviceModel } = line
let database: TestDatabase
let world: SmallWorld
const servers: Served[] = []
const jobs = promptJobs()

beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({ database, jobs })
})
afterAll(async () => {
  await Promise.all(servers.map((one) => one.close()))
  await database.close()
})

const identity = (name: string) =>
  tlsIdentity({ keys: world.keys, clock: systemClock, entropy: systemEntropy }, name, HOST)

/** The role behind mutual TLS, as `caller` reaches it; which of its operations were asked. */
async function reached<C extends Contract & { role: keyof typeof CALLERS }>(
  contract: C,
  role: Implementation<C>,
  [name, ...callers]: readonly [string, ...string[]],
) {
  const asked = new Set<string>()
  const may = mayCall(contract.role)
  const noted = (operation: string, caller: string | undefined, input: object) => {
    const allowed = may(operation, caller, input)
    if (allowed) asked.add(operation)
    return allowed
  }
  const routes = roleRoutes(contract, role, { mayCall: noted })
  const served = await serve(routes, { host: HOST, port: 0, tls: await identity(name) })
  servers.push(served)
  const clients = callers.map(async (caller) =>
    roleClient(contract, { url: served.url, fetch: mutualTlsFetch(await identity(caller)) }),
  )
  const [first, ...others] = await Promise.all(clients)
  return { asked, client: first!, others }
}

const call = () => ({ functionCallIdentifier: hex(systemEntropy(16)), requestingEntity: 'sp-tsm' })
const service = () => ({ ...call(), serviceInstance: 'by script', iccid })
const initializeUpdate = () => Uint8Array.of(0x80, 0x50, 0, 0, 8, ...systemEntropy(8), 0)

/** Asked twice by one identifier: done once, answered alike. */
async function twice<I, R>(work: (input: I) => Promise<R>, input: I): Promise<R> {
  const first = await work(input)
  expect(await work(input)).toEqual(first)
  return first
}
const done = (result: unknown) => ({ functionExecutionStatus: { status: 'EXECUTED_SUCCESS' }, result })
const failed = (code: string) => ({ functionExecutionStatus: { status: 'FAILED', statusCode: { code } } })

test('an SP-TSM by script: every function of a carrier', async () => {
  const { minato } = world.carriers
  const way = await reached(carrierContract, minato, ['carrier-minato', 'sp-tsm', 'phone', 'carrier-kodama'])
  const { client: carrier, asked } = way
  const applicant = { name: fourInfo.name, birthDate: fourInfo.birthDate }
  const requestingEntity = 'sp-tsm'
  expect(await carrier.checkGlobalEligibility({ msisdn, iccid, deviceModel, applicant })).toMatchObject({
    eligible: true,
  })
  expect(await carrier.checkMobileSubscriptionEligibility({ iccid })).toMatchObject({ eligible: true })
  expect((await carrier.askAtShop({ msisdn, subscriber: applicant })).line).toMatchObject({ status: 'active' })
  expect(await carrier.getDeviceCapabilityProfileId({ iccid })).toEqual({ profileId: deviceModel })
  expect(await carrier.getSECapabilityProfileId({ iccid })).toMatchObject({ profileId: line.simModel })

  expect(await twice(carrier.deployService, { ...service(), uiApp: UI_APP.id })).toMatchObject(
    done({ mode: 'SIMPLE', securityDomainAid: JPKI.securityDomain, appletAid: JPKI.aid }),
  )
  const loadFile = jpkiLoadFile(2)
  expect(await twice(carrier.upgradeService, { ...service(), loadFile })).toMatchObject(done({ version: '2.0' }))
  for (const [suspend, state] of [
    [true, 'suspended'],
    [false, 'deployed'],
  ] as const) {
    const turned = await twice(carrier.suspendOrResumeService, { ...service(), suspend })
    expect(turned).toMatchObject(done({ state }))
    expect(await carrier.getServiceState({ iccid })).toEqual({ state, serviceInstance: 'by script' })
  }
  // Another order's, and one call's identifier on another call.
  const others = { ...service(), serviceInstance: 'another order' }
  expect(await twice(carrier.suspendOrResumeService, { ...others, suspend: true })).toMatchObject(
    failed('carrier/noService'),
  )
  const deployedTwice = { ...others, ...call(), uiApp: UI_APP.id }
  expect(await twice(carrier.deployService, deployedTwice)).toMatchObject(failed('carrier/otherInstance'))
  await expect(carrier.terminateService(deployedTwice)).rejects.toMatchObject({ code: 'carrier/callReused' })
  expect(await carrier.getServiceState({ iccid })).toEqual({ state: 'deployed', serviceInstance: 'by script' })

  const { entries } = await carrier.getApplicationOrELFStatus({ requestingEntity, iccid })
  expect(entries.map(({ aid }) => aid)).toContainEqual(JPKI.aid)

  const aid = JPKI.securityDomain
  const { conversationId } = await carrier.beginConversation({ requestingEntity, iccid, aid })
  const script = { functionCallIdentifier: call().functionCallIdentifier, conversationId }
  await twice(carrier.sendScript, { ...script, commands: [initializeUpdate()] })
  expect(await carrier.endConversation({ conversationId })).toEqual({})
  const exchange = { ...service(), aid, commands: [initializeUpdate()] }
  const exchanged = await twice(carrier.exchangeServiceData, exchange)
  expect(exchanged.result?.responses[0]?.slice(-2)).toEqual(Uint8Array.of(0x90, 0))

  // This carrier loads by itself: tokens are for those that do not.
  const token = await twice(carrier.generateDMToken, { ...service(), commands: [initializeUpdate()] })
  expect(token).toMatchObject(failed('carrier/otherMode'))
  const receipts = [{ command: initializeUpdate(), receipt: Uint8Array.of(0) }]
  expect(await twice(carrier.verifyDMReceipt, { ...service(), receipts })).toMatchObject(failed('carrier/otherMode'))

  const partner = { requestingEntity, iccid, partner: 'by-script' }
  expect(await carrier.deployPartner({ ...partner, app: UI_APP.id })).toHaveProperty('firstKeys')
  expect(await carrier.removePartner(partner)).toEqual({})
  expect(await twice(carrier.terminateService, service())).toMatchObject(done({}))
  expect(await carrier.getServiceState({ iccid })).toMatchObject({ state: 'none' })

  const functions = Object.entries(CALLERS.carrier).filter(([, callers]) =>
    (callers as readonly string[]).includes('sp-tsm'),
  )
  expect([...asked].toSorted()).toEqual(functions.map(([name]) => name).toSorted())
  for (const stranger of way.others)
    await expect(stranger.terminateService(service())).rejects.toMatchObject({ code: 'request/not-yours' })
})

/** What the carrier has put tokens on, given to the SIM; what the SIM says of it. */
function* loadedBy(commands: Record<'load' | 'install', Command>, capacity: number): Dialogue<Bytes[]> {
  yield* ask(commands.load, 'INSTALL [for load]')
  const load = yield* gp.load(jpkiLoadFile(), { capacity })
  const install = gp.confirmed(yield* ask(commands.install, 'INSTALL [for install and make selectable]'))
  return [load, install].map((confirmation) => gp.encodeConfirmation(confirmation!))
}

test('an SP-TSM by script, where it loads itself: tokens for the certified code alone, receipts that count once', async () => {
  const delegated = await smallWorld({
    database: database.withPrefix('delegated'),
    jobs: promptJobs(),
    mode: 'DELEGATED',
  })
  const way = await reached(carrierContract, delegated.carriers.minato, ['carrier-minato', 'sp-tsm'])
  const carrier: Carrier = way.client
  const { own, loadBlockMax } = await deployAndTakeOver(carrier, iccid)
  const of = () => ({ ...service(), serviceInstance: 'test' })
  expect(await carrier.getServiceState({ iccid })).toMatchObject({ state: 'deploying' })

  const uncertified = { ...of(), commands: [initializeUpdate()] }
  expect(await twice(carrier.generateDMToken, uncertified)).toMatchObject(failed('carrier/contentNotCertified'))
  const { load, install } = contentCommands(jpkiLoadFile())
  const commands = [load, install].map(({ command }) => encodeCommand(command))
  const tokens = executed(await twice(carrier.generateDMToken, { ...of(), commands })).commands

  const aid = JPKI.securityDomain
  const { conversationId } = await carrier.beginConversation({ requestingEntity: 'sp-tsm', iccid, aid })
  const transmit = async (command: Bytes) =>
    (await carrier.sendScript({ ...call(), conversationId, commands: [command] })).responses[0]!
  const confirmations = await run({ transmit }, toSim())
  await carrier.endConversation({ conversationId })
  function* toSim(): Dialogue<Bytes[]> {
    const channel = yield* gp.openScp03({ ...own, entropy: systemEntropy, aid })
    const [toLoad, toInstall] = tokens.map(decodeCommand)
    const loading = loadedBy({ load: toLoad!, install: toInstall! }, Math.min(loadBlockMax, channel.session.capacity))
    return yield* gp.secured(channel, loading)
  }

  const receipts = confirmations.map((receipt, i) => ({ command: tokens[i]!, receipt }))
  const swapped = receipts.map(({ command }, i) => ({ command, receipt: receipts[1 - i]!.receipt }))
  expect(await twice(carrier.verifyDMReceipt, { ...of(), receipts: swapped })).toMatchObject(done({ valid: false }))
  expect(await carrier.getServiceState({ iccid })).toMatchObject({ state: 'deploying' })
  expect(await twice(carrier.verifyDMReceipt, { ...of(), receipts })).toMatchObject(done({ valid: true }))
  expect(await carrier.getServiceState({ iccid })).toMatchObject({ state: 'deployed' })
  expect(await carrier.verifyDMReceipt({ ...of(), receipts })).toMatchObject(done({ valid: false }))
})

describe('a carrier by script', () => {
  const about = () => ({
    ...{ ...call(), requestingEntity: 'minato' },
    ...{ date: new Date(), secureElement: { iccid }, mobileSubscription: { msisdn } },
  })

  test('every notification, heard once', async () => {
    const way = await reached(spTsmContract, world.spTsm, ['sp-tsm', 'carrier-minato', 'carrier-kodama'])
    const { client: spTsm, asked } = way
    await world.applied()
    await world.phone.install({})
    await orderIn(world, 'written')
    await choosePin(world.phone, '4711')
    const heard = async (name: NotificationName, body: object, state: 'active' | 'suspended' | 'undone') => {
      const answer = await twice(spTsm[name] as (input: object) => Promise<unknown>, { ...about(), ...body })
      expect(answer).toMatchObject(done({}))
      await jobs.idle()
      await orderIn(world, state)
    }
    const subscription = 'handleMobileSubscriptionStatusChangeNotification'
    await heard(subscription, { mobileSubscriptionStatus: 'SUSPENDED', reason: 'unpaid' }, 'suspended')
    await heard(subscription, { mobileSubscriptionStatus: 'ACTIVATED', reason: 'paid' }, 'active')
    await heard('handleSEStatusChangeNotification', { secureElementStatus: 'LOCKED' }, 'suspended')
    await heard('handleSEStatusChangeNotification', { secureElementStatus: 'ACTIVE' }, 'active')
    const numbers = { oldMobileSubscription: { msisdn }, newMobileSubscription: { msisdn: '819012345678' } }
    await heard('handleMobileSubscriptionIdentifierChangedNotification', numbers, 'active')
    const phones = { oldDeviceModel: deviceModel, newDeviceModel: 'sim-free-phone-1' }
    await heard('handleSEDeviceChangedNotification', phones, 'active')
    const sims = { oldSecureElement: { iccid }, newSecureElement: { iccid: '8981990000000000232' } }
    await heard('handleSERenewalNotification', { ...sims, reason: 'exchanged' }, 'active')
    await heard('handleSEMobileSubscriptionChangedNotification', numbers, 'undone')
    const told = Object.keys(spTsmContract.operations).filter((name) => name.startsWith('handle'))
    expect([...asked].toSorted()).toEqual(told.toSorted())
    const [stranger] = way.others
    const stolen = { ...about(), secureElementStatus: 'TERMINATED' } as const
    await expect(stranger!.handleSEStatusChangeNotification(stolen)).rejects.toMatchObject({
      code: 'request/not-yours',
    })
    expect((await world.audit()).findings).toEqual([])
  })
})
