// What happens to line and SIM of a phone that has a certificate, through the real SIMs of three carriers. Whatever
// happens, the parties agree at the end, and one certificate at most serves. Seed 4 (4)②, (5)⑦; docs/life-cycle.md.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { choosePin } from '../../world/choose-pin.ts'
import { type CarrierId, CITIZENS } from '../../world/people.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../world/testing/small-world.ts'
import type { Carrier } from '../carrier/contract.ts'
import type { Order } from './contract.ts'
import type { SpTsmDeps } from './index.ts'

const PIN = '4711'
const ADULT = CITIZENS.adult
const { msisdn } = ADULT.line
const subscriber = { name: ADULT.fourInfo.name, birthDate: ADULT.fourInfo.birthDate }
const DAY_MS = 86_400_000

let database: TestDatabase
let world: SmallWorld
const now = { at: new Date('2026-04-01T09:00:00Z') }
const jobs = promptJobs()
const keysSeen = new Set<string>()

/** What a test does at a point of the saga. */
let atStep: (point: string) => void = () => undefined
/** The process dies before it writes that an order ends. */
let dying = false
/** All that went through the carriers, either way, while there is somebody who reads. */
let read: Buffer[] | undefined
const readable = (carrier: Carrier): Carrier =>
  new Proxy(carrier, {
    get: (it, name: keyof Carrier) =>
      name !== 'sendScript'
        ? it[name]
        : async (input: Parameters<Carrier['sendScript']>[0]) => {
            const answer = await it.sendScript(input)
            read?.push(...[...input.commands, ...answer.responses].map((one) => Buffer.from(one)))
            return answer
          },
  })
const mortal = (deps: SpTsmDeps): SpTsmDeps => ({
  ...deps,
  carriers: Object.fromEntries(Object.entries(deps.carriers).map(([id, one]) => [id, readable(one)])),
  store: {
    ...deps.store,
    happen: async (orderId, happening, decide) => {
      if (dying && happening.event === 'end') throw new Error('killed')
      return deps.store.happen(orderId, happening, decide)
    },
  },
})

beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({ database, jobs, clock: () => now.at, onStep: (point) => atStep(point), bend: mortal })
  await enrolled()
})
/** SIMs that no line has any more cannot be seen; all others can, and all agree. */
afterEach(async () => {
  await jobs.idle()
  const { findings, simsUnseen } = await world.audit()
  expect([findings, simsUnseen]).toEqual([[], []])
})
afterAll(async () => {
  await world.stop()
  await database.close()
})

const withCard = () => ({ card: 'adult', password: ADULT.password })
const order = async () => (await world.phone.order({})).order!
const statusOf = async (serial: bigint) => (await world.authority.status({ kind: 'auth', serial })).status
const row = async (of: Order) => (await world.orders.order(of.orderId))!

/** By the code that came by SMS; until the PIN is set. */
async function written(moves?: true): Promise<Order> {
  now.at = new Date(now.at.getTime() + 60_000)
  await world.applied(world.phone, moves)
  await world.phone.install({})
  return orderIn(world, 'written')
}

/** The phone uses the certificate of its order, which passes, for a key that no SIM had before. */
async function serving(): Promise<Order> {
  await jobs.idle()
  const found = await orderIn(world, 'active')
  const { certificate, serial } = (await world.phone.certificates({ pin: PIN })).certificates[0]!
  expect(serial).toBe(found.serial)
  expect((await world.verifier.verifyCertificate({ certificate })).verdict.outcome).toBe('passed')
  const key = Buffer.from(decodeCertificate(certificate).subjectPublicKeyInfo).toString('hex')
  expect(keysSeen).not.toContain(key)
  keysSeen.add(key)
  return found
}

async function enrolled(moves?: true): Promise<Order> {
  await written(moves)
  await choosePin(world.phone, PIN)
  return serving()
}

/** A new SIM for the line, still in its owner's hand. */
async function renewed(carrier: CarrierId, reason: 'exchanged' | 'lost-or-stolen' | 'defective') {
  const sim = await world.newSim(carrier)
  await world.carriers[carrier].renewSim({ msisdn, iccid: sim.iccid, simModel: sim.simModel, reason })
  await jobs.idle()
  return sim
}

/** The number goes to this carrier, with a SIM of it. */
async function ported(from: CarrierId, to: CarrierId) {
  const { reservation } = await world.carriers[from].reservePortOut({ msisdn })
  const { iccid, simModel } = await world.newSim(to)
  const line = { msisdn, iccid, simModel, deviceModel: ADULT.line.deviceModel, subscriber }
  await world.carriers[to].portIn({ ...line, reservation, from })
  await jobs.idle()
  return iccid
}

async function expectMoved(before: Order, after: Order): Promise<void> {
  await jobs.idle()
  expect(after.serial).not.toBe(before.serial)
  expect(await statusOf(before.serial!)).toBe('revoked')
  expect((await row(before)).state).toBe('undone')
  const chain = await world.authority.chain({ kind: 'auth', serial: after.serial!, asker: 'sp-tsm' })
  expect([chain.serials.includes(before.serial!), chain.successor]).toEqual([true, null])
}

describe('a new SIM of the same line', () => {
  test('in exchange: the old one serves until the new one does; then it is revoked', async () => {
    const before = await order()
    const { iccid } = await renewed('minato', 'exchanged')
    const told = await order()
    expect(told.move).toEqual({ because: 'newSim', until: new Date(now.at.getTime() + 30 * DAY_MS) })
    expect((await world.phone.certificates({ pin: PIN })).certificates[0]!.serial).toBe(before.serial)

    await world.phone.insertSim({ iccid })
    expect(await world.phone.status({})).toMatchObject({ applet: 'none', order: null, elsewhere: { move: told.move } })
    await expect(world.phone.apply(withCard())).rejects.toMatchObject({ code: 'sp-tsm/phoneExists' })
    const coming = await written(true)
    expect(coming.moves).toBe(true)
    expect([await statusOf(before.serial!), await statusOf(coming.serial!)]).toEqual(['valid', 'valid'])
    expect((await world.audit()).findings).toEqual([])
    await choosePin(world.phone, PIN)
    await expectMoved(before, await serving())
  })

  test('given up before the PIN is set: the old SIM, put back, serves on as if nothing had been', async () => {
    const before = await order()
    const { iccid: old } = await world.phone.sim({})
    const { iccid } = await renewed('minato', 'exchanged')
    await world.phone.insertSim({ iccid })
    const coming = await written(true)
    await world.phone.remove({})
    await jobs.idle()
    expect(await statusOf(coming.serial!)).toBe('revoked')
    await world.phone.insertSim({ iccid: old })
    expect(await order()).toMatchObject({ state: 'active', serial: before.serial })
    const link = { kind: 'auth', serial: BigInt((await row(before)).card_auth_serial), asker: 'sp-tsm' } as const
    expect((await world.authority.link({ ...link, want: 'phone-auth' })).serial).toBe(before.serial)
    await world.phone.insertSim({ iccid })
    await expectMoved(before, await enrolled(true))
  })

  test('lost: what was in it is on hold at once, and revoked as lost when the new one serves', async () => {
    const before = await order()
    const { iccid } = await renewed('minato', 'lost-or-stolen')
    expect(await statusOf(before.serial!)).toBe('onHold')
    expect((await order()).stoppedBy).toEqual(['sim'])
    await expect(world.phone.resume(withCard())).rejects.toMatchObject({ code: 'sp-tsm/stillStopped' })
    await world.phone.insertSim({ iccid })
    await expectMoved(before, await enrolled(true))
    expect(await world.authority.status({ kind: 'auth', serial: before.serial! })).toMatchObject({
      reason: 'keyCompromise',
    })
  })

  test.each(['before load', 'before issue', 'before write'])(
    'SIM swapped during the order, %s: it is undone, nothing of it is valid, and the holder applies for the new one',
    async (point) => {
      const before = await order()
      await world.phone.insertSim({ iccid: (await renewed('minato', 'exchanged')).iccid })
      await world.applied(world.phone, true)
      const spare = await world.newSim('minato')
      let swapped: Promise<unknown> | undefined
      atStep = (at) => {
        const { iccid, simModel } = spare
        if (at === point) swapped ??= world.carriers.minato.renewSim({ msisdn, iccid, simModel, reason: 'exchanged' })
      }
      await world.phone.install({})
      const over = await orderIn(world, 'undone')
      atStep = () => undefined
      await swapped
      expect(over).toMatchObject({ endedBy: 'sim', transportPin: null })
      if (over.serial !== null) expect(await statusOf(over.serial)).toBe('revoked')
      expect(await statusOf(before.serial!)).toBe('valid')
      await world.phone.insertSim({ iccid: spare.iccid })
      await expectMoved(before, await enrolled(true))
    },
  )

  test('SIM swapped between approval and installation: the carrier is asked once more, and nothing is sent', async () => {
    await world.phone.insertSim({ iccid: (await renewed('minato', 'exchanged')).iccid })
    await world.applied(world.phone, true)
    const { iccid } = await renewed('minato', 'exchanged')
    const refused = { code: 'sp-tsm/notEligible', detail: { reasons: 'sim-not-of-line, offline' } }
    await expect(world.phone.install({})).rejects.toMatchObject(refused)
    expect(await order()).toMatchObject({ state: 'undone', refusal: 'sp-tsm/notEligible' })
    await world.phone.insertSim({ iccid })
    await enrolled(true)
  })

  test('never moved: after thirty days the old one ends by itself', async () => {
    const before = await order()
    const { iccid } = await renewed('minato', 'exchanged')
    now.at = new Date(now.at.getTime() + 29 * DAY_MS)
    await world.spTsm.wake()
    await jobs.idle()
    expect(await statusOf(before.serial!)).toBe('valid')
    now.at = new Date(now.at.getTime() + 2 * DAY_MS)
    await world.spTsm.wake()
    await jobs.idle()
    expect(await statusOf(before.serial!)).toBe('revoked')
    await world.phone.insertSim({ iccid })
    await expect(world.phone.apply({ ...withCard(), moves: true })).rejects.toMatchObject({
      code: 'sp-tsm/nothingToMove',
    })
    await enrolled()
  })

  test('a crash between the new PIN and the end of the old one: the next wake ends it', async () => {
    const before = await order()
    const { iccid } = await renewed('minato', 'exchanged')
    await world.phone.insertSim({ iccid })
    await written(true)
    dying = true
    await expect(choosePin(world.phone, PIN)).rejects.toThrow('killed')
    dying = false
    expect((await order()).state).toBe('active')
    expect(await statusOf(before.serial!)).toBe('valid')
    await world.spTsm.wake()
    await expectMoved(before, await serving())
  })
})

test('a carrier that reads what it carries finds neither certificate nor key nor PIN in it', async () => {
  await world.phone.insertSim({ iccid: (await renewed('minato', 'exchanged')).iccid })
  read = []
  const { transportPin } = await written(true)
  const [passed, seen] = [Buffer.concat(read), read.length]
  read = undefined
  await choosePin(world.phone, PIN)
  await serving()
  const { certificate } = (await world.phone.certificates({ pin: PIN })).certificates[0]!
  const { subjectPublicKeyInfo, serialNumber } = decodeCertificate(certificate)
  expect([seen > 10, passed.length > certificate.length]).toEqual([true, true])
  // Of a long secret any 16 bytes: it is sent in blocks.
  for (const whole of [certificate, subjectPublicKeyInfo])
    for (let at = 0; at + 16 <= whole.length; at += 16) expect(passed.indexOf(whole.subarray(at, at + 16))).toBe(-1)
  expect(passed.indexOf(Buffer.from(serialNumber.toString(16), 'hex'))).toBe(-1)
  const coded = [Buffer.from(transportPin!), Buffer.from(transportPin!, 'hex')]
  expect(coded.filter((one) => one.length > 2).map((one) => passed.indexOf(one))).toEqual([-1])
})

describe('the number goes to another carrier', () => {
  test.each([
    ['MNO to MNO', 'minato', 'aozora'],
    ['MNO to MVNO', 'aozora', 'kodama'],
    ['MVNO to MNO', 'kodama', 'minato'],
  ] as const)('%s: the old SIM serves until the new one does, whose key is its own', async (_, from, to) => {
    const before = await order()
    const iccid = await ported(from, to)
    expect((await order()).move?.because).toBe('portedOut')
    expect(await statusOf(before.serial!)).toBe('valid')
    await world.phone.insertSim({ iccid })
    await expectMoved(before, await enrolled(true))
    expect((await row(await order())).carrier).toBe(to)
  })

  test('while the certificate is stopped: the stop stays until the new one serves', async () => {
    const before = await order()
    await world.phone.stop({})
    await orderIn(world, 'suspended')
    const iccid = await ported('minato', 'kodama')
    expect(await statusOf(before.serial!)).toBe('onHold')
    await world.phone.insertSim({ iccid })
    await expectMoved(before, await enrolled(true))
    await world.phone.insertSim({ iccid: await ported('kodama', 'minato') })
    await enrolled(true)
  })
})

describe('another phone', () => {
  test('with the same SIM: the certificate goes on, and the new phone finds it with the card', async () => {
    const before = await order()
    await world.carriers.minato.changeDevice({ msisdn, deviceModel: 'sim-free-phone-1' })
    await jobs.idle()
    const other = await world.makePhone('other')
    await other.receiveSim(await world.phone.sim({}))
    await other.insertSim({ iccid: (await world.phone.sim({})).iccid })
    expect((await other.order({})).order).toBeNull()
    expect(await other.takeOver(withCard())).toMatchObject({ state: 'active', serial: before.serial })
    await world.carriers.minato.changeDevice({ msisdn, deviceModel: ADULT.line.deviceModel })
    await jobs.idle()
    await other.insertSim({ iccid: ADULT.line.iccid })
  })
})

describe('the line', () => {
  test('suspended and resumed: on hold, and valid again', async () => {
    const before = await order()
    await world.carriers.minato.suspendLine({ msisdn, reason: 'lost-or-stolen' })
    expect((await orderIn(world, 'suspended')).stoppedBy).toEqual(['line'])
    expect(await statusOf(before.serial!)).toBe('onHold')
    await world.carriers.minato.resumeLine({ msisdn, reason: 'found-again' })
    await jobs.idle()
    expect(await order()).toMatchObject({ state: 'active', stoppedBy: [], serial: before.serial })
  })

  test('ended: revoked, nothing usable remains, and who has phone and number next enrols with a SIM of the own', async () => {
    const before = await order()
    await world.carriers.minato.terminateLine({ msisdn, reason: 'cancelled' })
    const over = await orderIn(world, 'undone')
    expect([over.endedBy, over.move]).toEqual(['line', null])
    expect(await statusOf(before.serial!)).toBe('revoked')
    expect(await world.phone.status({})).toMatchObject({ applet: 'none', elsewhere: null })
    await expect(world.phone.certificates({ pin: PIN })).rejects.toMatchObject({ code: 'phone/nothingInstalled' })
    const refused = { code: 'sp-tsm/notEligible', detail: { reasons: 'unknown-line' } }
    await expect(world.phone.apply(withCard())).rejects.toMatchObject(refused)
    const { iccid, simModel } = await world.newSim('minato')
    await world.carriers.minato.subscribe({ msisdn, iccid, simModel, deviceModel: ADULT.line.deviceModel, subscriber })
    await world.phone.insertSim({ iccid })
    await enrolled()
  })
})

describe('the calendar and the register of residents', () => {
  test('expired: ended by the calendar, and the SIM is cleared', async () => {
    const [before, beforehand] = [await order(), now.at]
    now.at = new Date(before.notAfter!.getTime() + 1000)
    await world.spTsm.wake()
    const over = await orderIn(world, 'undone')
    expect([over.endedBy, await statusOf(before.serial!)]).toEqual(['sp-tsm', 'revoked'])
    expect((await world.phone.status({})).applet).toBe('none')
    now.at = beforehand
    await enrolled()
  })

  test('a change of the four facts leaves the phone’s certificate as it is', async () => {
    const before = await order()
    const fourInfo = { ...ADULT.fourInfo, address: '東京都かざす市みなと町９丁目９番９号' }
    await world.register.change({ residentId: 'adult', event: 'move', fourInfo })
    await world.authority.followRegister({})
    await world.spTsm.wake()
    expect(await statusOf(before.serial!)).toBe('valid')
    expect((await order()).state).toBe('active')
  })

  test('death: revoked with the card’s, the SIM is cleared, and nobody enrols with that card', async () => {
    const before = await order()
    await world.register.change({ residentId: 'adult', event: 'die' })
    await world.authority.followRegister({})
    await world.spTsm.wake()
    const over = await orderIn(world, 'undone')
    expect([over.endedBy, await statusOf(before.serial!)]).toEqual(['authority', 'revoked'])
    expect((await world.phone.status({})).applet).toBe('none')
    await expect(world.phone.apply(withCard())).rejects.toMatchObject({ code: 'sp-tsm/signatureNotPassed' })
  })
})
