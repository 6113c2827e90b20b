// Calls that come twice, late or changed; notifications that are lost, doubled and held up; numbers that move.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminGate } from '../../adapters/admin-server.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { hex, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { select } from '../../protocol/globalplatform/index.ts'
import { run } from '../../protocol/iso7816/index.ts'
import { JPKI } from '../../protocol/jpki-ap/index.ts'
import { UI_APP } from '../../world/apps.ts'
import { CITIZENS } from '../../world/people.ts'
import { promptJobs, type SmallWorld, smallWorld } from '../../world/testing/small-world.ts'
import type { Phone } from '../phone/contract.ts'
import type { SpTsm } from '../sp-tsm/contract.ts'
import { type CarrierTables, carrierMigrations, carrierStore, createCarrier, DEVICES, SIM_MODELS } from './index.ts'

let database: TestDatabase
let world: SmallWorld
let now = new Date()
const jobs = promptJobs()
beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({ database, jobs, clock: () => now })
})
afterAll(() => database.close())

const call = () => ({ functionCallIdentifier: hex(systemEntropy(16)), requestingEntity: 'sp-tsm' })
const service = (more: object = {}) => ({ ...call(), serviceInstance: 'a', iccid: world.iccid, ...more })
const deployment = (more: object = {}) => ({ ...service(more), uiApp: UI_APP.id })

describe('a function call', () => {
  test('is carried out once and answered alike, also when it comes twice at a time', async () => {
    const { minato } = world.carriers
    const phone = world.phone as { -readonly [K in keyof Phone]: Phone[K] }
    const { proxyOpen } = phone
    let opened = 0
    phone.proxyOpen = async (input) => {
      opened += 1
      return proxyOpen(input)
    }
    const request = deployment()
    const [first, second] = await Promise.all([minato.deployService(request), minato.deployService(request)])
    const sessions = opened
    const third = await minato.deployService(request)
    phone.proxyOpen = proxyOpen
    expect(first.functionExecutionStatus).toEqual({ status: 'EXECUTED_SUCCESS', statusCode: null })
    expect([second, third]).toEqual([first, first])
    expect(opened).toBe(sessions)
  })

  test('with other content under the same identifier is refused', async () => {
    const request = service()
    const { minato } = world.carriers
    await minato.suspendOrResumeService({ ...request, suspend: false })
    const another = minato.suspendOrResumeService({ ...request, suspend: true })
    await expect(another).rejects.toMatchObject({ code: 'carrier/callReused' })
    await expect(minato.terminateService(request)).rejects.toMatchObject({ code: 'carrier/callReused' })
  })

  test('that could not be begun within its validity period is EXPIRED for good', async () => {
    const { minato } = world.carriers
    const phone = world.phone as { -readonly [K in keyof Phone]: Phone[K] }
    const { proxyOpen } = phone
    const request = { ...service({ validityPeriod: 60 }), suspend: true }
    phone.proxyOpen = async () => {
      throw new Error('the phone is off')
    }
    await expect(minato.suspendOrResumeService(request)).rejects.toThrow('the phone is off')
    phone.proxyOpen = proxyOpen
    now = new Date(now.getTime() + 61_000)
    const expired = await minato.suspendOrResumeService(request)
    expect(expired).toMatchObject({ functionExecutionStatus: { status: 'EXPIRED' }, result: null })
    expect(await minato.suspendOrResumeService(request)).toEqual(expired)
    expect(await minato.getServiceState({ iccid: world.iccid })).toMatchObject({ state: 'deployed' })
  })

  test('suspends and resumes the applet in the SIM itself; ends with a warning where nothing is', async () => {
    const { minato } = world.carriers
    const selected = async () => {
      const sim = await world.sim()
      try {
        await run(sim, select(JPKI.aid))
        return true
      } catch {
        return false
      } finally {
        await sim.end()
      }
    }
    await minato.suspendOrResumeService({ ...service(), suspend: true })
    expect(await selected()).toBe(false)
    await minato.suspendOrResumeService({ ...service(), suspend: true })
    expect(await minato.getServiceState({ iccid: world.iccid })).toMatchObject({ state: 'suspended' })
    await minato.suspendOrResumeService({ ...service(), suspend: false })
    expect(await selected()).toBe(true)
    const stranger = await minato.terminateService(service({ serviceInstance: 'b' }))
    expect(stranger.functionExecutionStatus).toMatchObject({
      status: 'EXECUTED_WITHWARNING',
      statusCode: { code: 'carrier/noService' },
    })
  })

  test('a script that comes twice reaches the card once', async () => {
    const { minato } = world.carriers
    const { conversationId } = await minato.beginConversation({
      ...call(),
      iccid: world.iccid,
      aid: JPKI.securityDomain,
    })
    const initializeUpdate = Uint8Array.of(0x80, 0x50, 0, 0, 8, ...systemEntropy(8), 0)
    const script = { ...call(), conversationId, commands: [initializeUpdate] }
    const first = await minato.sendScript(script)
    expect(await minato.sendScript(script)).toEqual(first)
    const again = await minato.sendScript({ ...script, ...call() })
    expect(again.responses[0]).not.toEqual(first.responses[0])
    const changed = minato.sendScript({ ...script, commands: [initializeUpdate.with(5, 0)] })
    await expect(changed).rejects.toMatchObject({ code: 'carrier/callReused' })
    await minato.endConversation({ conversationId })
  })
})

/** A carrier whose SP-TSM hears by chance: requests and answers are lost, so that it is told again. */
async function withBadLine(seed: string, name: string) {
  const store = carrierStore(await database.schema<CarrierTables>(name, carrierMigrations))
  const entropy = seededEntropy(utf8(seed))
  const heard: { id: string; what: string }[] = []
  const hear = (what: string) => async (body: { functionCallIdentifier: string }) => {
    if (entropy(1)[0]! < 80) throw new Error('the request was lost')
    heard.push({ id: body.functionCallIdentifier, what })
    if (entropy(1)[0]! < 80) throw new Error('the answer was lost')
    const at = new Date()
    const functionExecutionStatus = { status: 'EXECUTED_SUCCESS', statusCode: null }
    return { processingStart: at, processingEnd: at, functionExecutionStatus, result: {} }
  }
  const spTsm = new Proxy({}, { get: (_, what) => hear(String(what)) }) as SpTsm
  const own = promptJobs()
  const carrier = createCarrier({
    ...world.spTsmDeps,
    id: name,
    mode: 'SIMPLE',
    store,
    jobs: own,
    loadFile: new Uint8Array(1),
    models: SIM_MODELS,
    devices: DEVICES,
    gate: adminGate(),
    spTsm: () => spTsm,
    donor: (id) => (id === 'minato' ? world.carriers.minato : undefined),
    proxyApp: new Uint8Array(32),
    proxyOf: async () => world.phone,
  })
  await carrier.recover()
  return { carrier, store, heard, idle: () => own.idle() }
}

const subscriber = { name: '試験　太郎', birthDate: '1980-01-01' }
const line = (n: number) => ({
  msisdn: `8190111111${n}0`,
  iccid: `898199000000001${n}000`,
  simModel: 'minato-nfc-1',
  deviceModel: 'kazasu-phone-1',
  subscriber,
})
const served = (iccid: string) =>
  ({ iccid, service_instance: 'a', first_keys: null, state: 'deployed', mode: 'SIMPLE' }) as const

describe('notifications', () => {
  test.each(['one', 'two', 'three'])(
    'over a bad line (%s): all arrive, in order for each line, twice at most known',
    async (seed) => {
      const { carrier, store, heard, idle } = await withBadLine(seed, `carrier-${seed}`)
      for (const n of [1, 2]) {
        await carrier.subscribe(line(n))
        await store.addService(served(line(n).iccid))
      }
      const expected: Record<string, string[]> = {}
      for (const n of [1, 2]) {
        const { msisdn } = line(n)
        await carrier.suspendLine({ msisdn, reason: 'lost-or-stolen' })
        await carrier.suspendLine({ msisdn, reason: 'lost-or-stolen' })
        await carrier.resumeLine({ msisdn, reason: 'found-again' })
        await carrier.changeDevice({ msisdn, deviceModel: 'sim-free-phone-1' })
        await carrier.changeMsisdn({ msisdn, newMsisdn: `8190222222${n}0` })
        await carrier.transferLine({ msisdn: `8190222222${n}0`, subscriber })
        await carrier.changeSimStatus({ iccid: line(n).iccid, status: 'LOCKED' })
        await carrier.terminateLine({ msisdn: `8190222222${n}0`, reason: 'cancelled' })
      }
      await idle()
      await carrier.wake()
      await idle()
      const rows = await store.notifications()
      expect(rows.filter(({ delivered_at }) => delivered_at === null)).toEqual([])
      expect(rows).toHaveLength(14)
      for (const row of rows) (expected[row.line_id] ??= []).push(row.call_id)
      for (const ids of Object.values(expected)) {
        const once = heard.map(({ id }) => id).filter((id, i, all) => ids.includes(id) && all.indexOf(id) === i)
        expect(once).toEqual(ids)
      }
    },
  )

  test('nobody is told of a SIM without the service', async () => {
    const { carrier, store } = await withBadLine('four', 'carrier-four')
    await carrier.subscribe(line(3))
    await carrier.suspendLine({ msisdn: line(3).msisdn, reason: 'unpaid' })
    expect(await store.notifications()).toEqual([])
  })

  test('the SP-TSM hears each once, about SIMs of that carrier alone, and takes the order back when the line ends', async () => {
    await world.carriers.minato.terminateService(service())
    const { orderId } = await world.applied()
    await world.phone.install({})
    await jobs.idle()
    const about = {
      ...call(),
      date: now,
      secureElement: { iccid: world.iccid },
      mobileSubscription: { msisdn: CITIZENS.adult.line.msisdn },
      mobileSubscriptionStatus: 'TERMINATED',
      reason: 'cancelled',
    } as const
    const heard = await world.spTsm.handleMobileSubscriptionStatusChangeNotification({
      ...about,
      requestingEntity: 'kodama',
    })
    expect(heard.functionExecutionStatus.statusCode?.code).toBe('sp-tsm/noOrderOfSim')
    expect((await world.spTsm.order({ orderId })).state).toBe('written')
    await world.carriers.minato.terminateLine({ msisdn: CITIZENS.adult.line.msisdn, reason: 'cancelled' })
    await jobs.idle()
    expect((await world.spTsm.order({ orderId })).state).toBe('undone')
    expect(await world.carriers.minato.getServiceState({ iccid: world.iccid })).toMatchObject({ state: 'none' })
  })
})

describe('a number moves to another carrier', () => {
  test('with its reservation, once; the line there is closed and here is open', async () => {
    const { minato, kodama } = world.carriers
    await minato.subscribe(line(5))
    const { msisdn } = line(5)
    const { reservation } = await minato.reservePortOut({ msisdn })
    const next = { ...line(6), msisdn, from: 'minato' }
    await expect(kodama.portIn({ ...next, reservation: '0' })).rejects.toMatchObject({
      code: 'carrier/wrongReservation',
    })
    await expect(kodama.portIn({ ...next, reservation, from: 'nobody' })).rejects.toMatchObject({
      code: 'carrier/unknownDonor',
    })
    await kodama.portIn({ ...next, reservation })
    await kodama.portIn({ ...next, reservation })
    await expect(minato.line({ msisdn })).rejects.toMatchObject({ code: 'carrier/unknownLine' })
    expect(await kodama.line({ msisdn })).toMatchObject({ status: 'active', iccid: next.iccid })
    // The number comes back later: the old reservation closes nothing.
    await minato.subscribe({ ...line(7), msisdn })
    await minato.portOut({ msisdn, reservation, requestingEntity: 'kodama' })
    expect(await minato.line({ msisdn })).toMatchObject({ status: 'active' })
    await expect(minato.portOut({ msisdn, reservation, requestingEntity: 'aozora' })).rejects.toMatchObject({
      code: 'carrier/wrongReservation',
    })
  })

  test('a SIM that another line has is found out before the number has gone', async () => {
    const { minato, kodama } = world.carriers
    await minato.subscribe(line(8))
    const { msisdn } = line(8)
    const { reservation } = await minato.reservePortOut({ msisdn })
    const taken = { ...line(6), msisdn, from: 'minato', reservation }
    await expect(kodama.portIn(taken)).rejects.toMatchObject({ code: 'carrier/lineTaken' })
    expect(await minato.line({ msisdn })).toMatchObject({ status: 'active' })
  })
})
