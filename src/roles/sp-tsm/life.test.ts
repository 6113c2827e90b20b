// The life of a phone's certificate after it is there, through the real card, SIM, authority and carrier. One household lives
// through all of it; each test leaves it active. Seed 4 (4)②, (5)③④⑦.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import { Refusal } from '../../base/refusal.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { choosePin } from '../../world/choose-pin.ts'
import { CITIZENS } from '../../world/people.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../world/testing/small-world.ts'
import type { SpTsmDeps } from './index.ts'

const PIN = '4711'
let database: TestDatabase
let world: SmallWorld
const now = { at: new Date('2026-04-01T09:00:00Z') }
const jobs = promptJobs()
/** What a test does to the calls of the SP-TSM; nothing, unless it says so. */
type Bent = (call: () => Promise<never>) => Promise<never>
let bend: Partial<Record<keyof SpTsmDeps['authority'], Bent>> = {}
const statements: Uint8Array[] = []

const bendable = (deps: SpTsmDeps): SpTsmDeps => ({
  ...deps,
  verifier: {
    ...deps.verifier,
    verifySignature: (input) => {
      statements.push(input.document)
      return deps.verifier.verifySignature(input)
    },
  },
  authority: new Proxy(deps.authority, {
    get: (authority, name: keyof SpTsmDeps['authority']) => (input: never) => {
      const call = () => authority[name](input) as Promise<never>
      return bend[name]?.(call) ?? call()
    },
  }),
})
const lost = (times: number, also: (call: () => Promise<never>) => Promise<unknown> = (call) => call()) => {
  let left = times
  return async (call: () => Promise<never>): Promise<never> => {
    if (left-- <= 0) return call()
    await also(call)
    throw new Error('the answer was lost')
  }
}

beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({ database, jobs, bend: bendable, clock: () => now.at })
  await world.applied()
  await world.phone.install({})
  await orderIn(world, 'written')
  await choosePin(world.phone, PIN)
})
afterEach(async () => {
  bend = {}
  const { findings, simsUnseen } = await world.audit()
  expect([findings, simsUnseen]).toEqual([[], []])
})
afterAll(async () => {
  await world.stop()
  await database.close()
})

const withCard = () => ({ card: 'adult', password: world.password })
const row = async () => (await world.orders.order((await world.phone.order({})).order!.orderId))!
const serial = async () => BigInt((await row()).serial!)
const statusOf = async (one: bigint) => (await world.authority.status({ kind: 'auth', serial: one })).status
const inPhone = async () => (await world.phone.certificates({ pin: PIN })).certificates[0]!
/** The certificate that the phone can use is the one that the order and the register have, and it passes. */
async function expectActive(): Promise<bigint> {
  const { state, stoppedBy } = await orderIn(world, 'active')
  expect([state, stoppedBy]).toEqual(['active', []])
  const { certificate, serial: used } = await inPhone()
  expect(used).toBe(await serial())
  expect((await world.verifier.verifyCertificate({ certificate })).verdict.outcome).toBe('passed')
  expect((await world.phone.status({})).applet).toBe('ready')
  return used
}

describe('stopped and found again', () => {
  test('by the phone, without a PIN: on hold at once, then the applet; only the card lets it go on', async () => {
    const before = await expectActive()
    await world.phone.stop({})
    const stopped = await orderIn(world, 'suspended')
    expect(stopped.stoppedBy).toEqual(['holder'])
    expect(await statusOf(before)).toBe('onHold')
    expect(await world.phone.status({})).toMatchObject({ applet: 'suspended' })
    await expect(world.phone.certificates({ pin: PIN })).rejects.toMatchObject({ code: 'phone/suspended' })
    await world.phone.resume(withCard())
    expect(await expectActive()).toBe(before)
    const { events } = await world.phone.history({})
    expect(events.slice(0, 2).map(({ event, by, to }) => [event, by, to])).toEqual([
      ['resume', 'holder', 'resuming'],
      ['stop', 'holder', 'holding'],
    ])
  })

  test('by the hot line, which knows the card’s number only and may not end it', async () => {
    const before = await serial()
    const { card_auth_serial } = await row()
    await world.spTsm.stopBySerial({ serial: BigInt(card_auth_serial), requestedBy: 'hot-line' })
    await orderIn(world, 'suspended')
    expect(await statusOf(before)).toBe('onHold')
    const lift = { serial: before, requestedBy: 'hot-line' } as const
    await expect(world.spTsm.resumeBySerial(lift)).rejects.toMatchObject({ code: 'sp-tsm/notYours' })
    await world.spTsm.resumeBySerial({ serial: before, requestedBy: 'counter' })
    await expectActive()
  })

  test('by the carrier with the line or the SIM, which let it go on again; another number or phone changes nothing', async () => {
    const { minato } = world.carriers
    const { msisdn, iccid } = CITIZENS.adult.line
    await minato.suspendLine({ msisdn, reason: 'unpaid' })
    expect((await orderIn(world, 'suspended')).stoppedBy).toEqual(['line'])
    await expect(world.phone.resume(withCard())).rejects.toMatchObject({ code: 'sp-tsm/stillStopped' })
    await minato.changeSimStatus({ iccid, status: 'LOCKED' })
    await jobs.idle()
    expect((await orderIn(world, 'suspended')).stoppedBy).toEqual(['line', 'sim'])
    await minato.resumeLine({ msisdn, reason: 'paid' })
    await jobs.idle()
    expect((await orderIn(world, 'suspended')).stoppedBy).toEqual(['sim'])
    await minato.changeSimStatus({ iccid, status: 'ACTIVE' })
    await jobs.idle()
    await expectActive()
    await minato.changeMsisdn({ msisdn, newMsisdn: '819012345678' })
    await minato.changeDevice({ msisdn: '819012345678', deviceModel: 'sim-free-phone-1' })
    await minato.changeMsisdn({ msisdn: '819012345678', newMsisdn: msisdn })
    await jobs.idle()
    await expectActive()
  })

  test('what two have stopped goes on when both let it', async () => {
    await world.phone.stop({})
    await world.spTsm.stopBySerial({ serial: await serial(), requestedBy: 'operator' })
    await orderIn(world, 'suspended')
    await expect(world.phone.resume(withCard())).rejects.toMatchObject({ code: 'sp-tsm/stillStopped' })
    expect((await orderIn(world, 'suspended')).stoppedBy).toEqual(['operator'])
    await world.spTsm.resumeBySerial({ serial: await serial(), requestedBy: 'operator' })
    await expectActive()
  })

  test('stopped at the authority by others, noticed by the SP-TSM, and lifted there', async () => {
    const before = await serial()
    await world.authority.revoke({ kind: 'auth', serial: before, reason: 'certificateHold', requestedBy: 'counter' })
    await world.spTsm.wake()
    expect((await orderIn(world, 'suspended')).stoppedBy).toEqual(['authority'])
    await expect(world.phone.resume(withCard())).rejects.toMatchObject({ code: 'sp-tsm/stillStopped' })
    await world.authority.resume({ kind: 'auth', serial: before, requestedBy: 'counter' })
    await world.spTsm.wake()
    await expectActive()
    expect(await world.spTsm.followAuthority({})).toEqual({ taken: 0 })
  })

  test('a statement counts once; the phone that the SIM is put into finds its certificate with the card', async () => {
    const other = await world.makePhone('other')
    expect((await other.order({})).order).toBeNull()
    expect(await other.takeOver(withCard())).toMatchObject({ state: 'active', serial: await serial() })
    const again = world.spTsm.asHolder({ statement: statements.at(-1)! })
    await expect(again).rejects.toMatchObject({ code: 'sp-tsm/nonceUsed' })
    const application = world.spTsm.asHolder({ statement: statements[0]! })
    await expect(application).rejects.toMatchObject({ code: 'sp-tsm/malformedForm' })
  })

  test('a refused resumption leaves it suspended', async () => {
    await world.phone.stop({})
    await orderIn(world, 'suspended')
    bend.resume = async () => {
      throw new Refusal('authority/phoneExists', 409, 'another phone')
    }
    await world.phone.resume(withCard())
    await jobs.idle()
    const held = await orderIn(world, 'suspended')
    expect(held).toMatchObject({ refusal: 'authority/phoneExists', stoppedBy: ['holder'] })
    expect((await world.phone.status({})).applet).toBe('suspended')
    bend = {}
    await world.phone.resume(withCard())
    await expectActive()
  })

  test('a resumption that the authority does, and cannot say for a while, is asked for until it can', async () => {
    await world.phone.stop({})
    await orderIn(world, 'suspended')
    bend.resume = lost(1, async (call) => {
      await call()
      bend.resume = lost(4, async () => undefined)
    })
    await world.phone.resume(withCard())
    await jobs.idle()
    await expectActive()
  })

  test('a refused end of the line’s stop does not leave the certificate stopped by a line that is in use', async () => {
    const { minato } = world.carriers
    const { msisdn } = CITIZENS.adult.line
    await minato.suspendLine({ msisdn, reason: 'unpaid' })
    await orderIn(world, 'suspended')
    bend.resume = async () => {
      throw new Refusal('authority/phoneExists', 409, 'another phone')
    }
    await minato.resumeLine({ msisdn, reason: 'paid' })
    await jobs.idle()
    expect(await orderIn(world, 'suspended')).toMatchObject({ refusal: 'authority/phoneExists', stoppedBy: ['holder'] })
    bend = {}
    await world.phone.resume(withCard())
    await expectActive()
  })
})

describe('PIN', () => {
  test('used up: with the card a new one is set; key and certificate stay', async () => {
    const before = await serial()
    for (let i = 0; i < 3; i++) await world.phone.certificates({ pin: '0000' }).catch(() => undefined)
    expect((await world.phone.status({})).applet).toBe('blocked')
    await world.phone.resetPin(withCard())
    const { transportPin } = await orderIn(world, 'written')
    expect(transportPin).toMatch(/^[0-9]{4}$/)
    await choosePin(world.phone, PIN)
    expect(await expectActive()).toBe(before)
  })

  test('stopped before the new PIN is set: it is asked for again when the phone is found', async () => {
    await world.phone.resetPin(withCard())
    await orderIn(world, 'written')
    await world.phone.stop({})
    await orderIn(world, 'suspended')
    await world.phone.resume(withCard())
    await orderIn(world, 'written')
    await choosePin(world.phone, PIN)
    await expectActive()
  })
})

describe('renewal', () => {
  const nearTheEnd = async () => {
    const { not_after } = await row()
    now.at = new Date(not_after!.getTime() - 60 * 24 * 3600_000)
  }
  /** What a renewal must not change: one valid certificate, whose key is in the SIM, after however many answers were lost. */
  const renewed = async (before: bigint) => {
    const after = await expectActive()
    expect(after).not.toBe(before)
    expect(await world.authority.status({ kind: 'auth', serial: before })).toMatchObject({
      status: 'revoked',
      reason: 'superseded',
    })
    return after
  }

  test('is not offered before its time', async () => {
    await expect(world.phone.renew({})).rejects.toMatchObject({ code: 'sp-tsm/renewalNotDue' })
    expect((await orderIn(world, 'active')).renewableFrom!.getTime()).toBeGreaterThan(now.at.getTime())
  })

  test('a new key pair and certificate under the old PIN; the old ones serve until then, and then no more', async () => {
    await nearTheEnd()
    const before = await expectActive()
    const oldKey = decodeCertificate((await inPhone()).certificate).subjectPublicKeyInfo
    let meanwhile: bigint | undefined
    bend.issueForPhone = async (call) => {
      const made = await call()
      meanwhile = await serial()
      expect([await statusOf(meanwhile), (await row()).state]).toEqual(['valid', 'nextKeyPairMade'])
      return made
    }
    await world.phone.renew({})
    const after = await renewed(before)
    expect(meanwhile).toBe(before)
    expect(decodeCertificate((await inPhone()).certificate).subjectPublicKeyInfo).not.toEqual(oldKey)
    const chain = await world.authority.chain({ kind: 'auth', serial: after, asker: 'sp-tsm' })
    expect(chain).toMatchObject({ predecessor: before, successor: null })
  })

  test.each([
    ['issueForPhone', 'is refused', async () => Promise.reject(new Refusal('authority/registerBusy', 409, 'no'))],
    ['issueForPhone', 'answers get lost', lost(3)],
    ['issueForPhone', 'does not answer', lost(3, async () => undefined)],
  ] as const)('given up when %s %s: the old certificate stays', async (name, _, fault) => {
    const before = await serial()
    bend = { [name]: fault }
    await world.phone.renew({})
    await jobs.idle()
    expect(await expectActive()).toBe(before)
    expect(await row()).toMatchObject({ next_key_number: null, next_serial: null, old_serial: null })
    bend = {}
    await world.phone.renew({})
    await renewed(before)
  })

  test.each(['issueForPhone', 'revoke', 'caCertificates'] as const)(
    'stopped in the middle, at %s: on hold at once, and it goes on when the phone is found',
    async (name) => {
      const before = await serial()
      let stop: Promise<unknown> | undefined
      bend[name] = async (call) => {
        const made = await call()
        stop ??= world.phone.stop({})
        await stop
        return made
      }
      await world.phone.renew({})
      await jobs.idle()
      await stop
      await orderIn(world, 'suspended')
      expect(await statusOf(await serial())).toBe('onHold')
      expect((await world.audit()).findings).toEqual([])
      bend = {}
      await world.phone.resume(withCard())
      await jobs.idle()
      const after = await expectActive()
      expect(await statusOf(after)).toBe('valid')
      if (after !== before) expect(await statusOf(before)).toBe('revoked')
    },
  )
})

describe('the end', () => {
  test('a line that is made over to another person: nothing usable remains; who has it then enrols', async () => {
    const { msisdn } = CITIZENS.adult.line
    const { name, birthDate } = CITIZENS.adult.fourInfo
    const before = await expectActive()
    await world.carriers.minato.transferLine({ msisdn, subscriber: { name: '試験　次郎', birthDate: '1999-01-01' } })
    await orderIn(world, 'undone')
    expect(await statusOf(before)).toBe('revoked')
    expect(await world.phone.status({})).toMatchObject({ applet: 'none' })
    await expect(world.phone.certificates({ pin: PIN })).rejects.toMatchObject({ code: 'phone/nothingInstalled' })
    const refused = { code: 'sp-tsm/notEligible', detail: { reasons: 'not-the-subscriber' } }
    await expect(world.phone.apply(withCard())).rejects.toMatchObject(refused)
    await world.carriers.minato.transferLine({ msisdn, subscriber: { name, birthDate } })
    await world.applied()
    await world.phone.install({})
    await orderIn(world, 'written')
    await choosePin(world.phone, PIN)
    expect(await expectActive()).not.toBe(before)
  })

  test('a card that is renewed leaves the phone its certificate; the next renewal is under the new card', async () => {
    const { card_auth_serial } = await row()
    await world.authority.revoke({
      kind: 'auth',
      serial: BigInt(card_auth_serial),
      reason: 'superseded',
      requestedBy: 'counter',
    })
    const { publicKey } = generateKeyPair('RSA-2048')
    const card = { requestKey: 'card renewed', residentId: 'adult', kind: 'auth', publicKey } as const
    const { serial: newCard, notAfter } = await world.authority.issueForCard(card)
    await world.spTsm.wake()
    const before = await expectActive()
    await world.phone.renew({})
    const after = await expectActive()
    expect(after).not.toBe(before)
    expect(await row()).toMatchObject({ card_auth_serial: newCard.toString(), not_after: notAfter })
  })

  test('a card that is lost takes the phone’s certificate with it, and the SIM is cleared', async () => {
    const { card_auth_serial, serial: phone } = await row()
    const ofCard = { kind: 'auth', serial: BigInt(card_auth_serial), requestedBy: 'counter' } as const
    await world.authority.revoke({ ...ofCard, reason: 'certificateHold' })
    await world.spTsm.wake()
    await orderIn(world, 'suspended')
    await world.authority.revoke({ ...ofCard, reason: 'keyCompromise' })
    await world.spTsm.wake()
    await orderIn(world, 'undone')
    expect(await statusOf(BigInt(phone!))).toBe('revoked')
    expect(await world.phone.status({})).toMatchObject({ applet: 'none' })
  })
})
