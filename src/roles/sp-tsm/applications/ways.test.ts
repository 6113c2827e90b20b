// Seed 0 村上: the three ways to apply, and who tries to go them with what they stole. Everything real but the post.

import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemEntropy } from '../../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { hex, utf8 } from '../../../base/bytes.ts'
import { generateKeyPair } from '../../../base/crypto.ts'
import { decodeSignedData } from '../../../codec/cms.ts'
import { codeFrom } from '../../../world/codes.ts'
import { CITIZENS } from '../../../world/people.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../../world/testing/small-world.ts'
import type { Carrier } from '../../carrier/contract.ts'
import { type CarrierTables, carrierMigrations } from '../../carrier/index.ts'
import { type SpTsmDeps, type SpTsmTables, spTsmMigrations } from '../index.ts'
import { serviceInstance } from '../model.ts'
import { secretsOf } from '../secrets.ts'
import { openDetail } from './evidence.ts'

const { fourInfo, line, mailAddress } = CITIZENS.adult
const THIEF_SIM = '8981990000000000117'
const pair = generateKeyPair('RSA-2048')
const logged: string[] = []
let reachable = true
let now = new Date('2026-04-01T09:00:00Z')
let database: TestDatabase
let world: SmallWorld

beforeAll(async () => {
  database = await testDatabase()
  const log = (event: string, fields?: object) => void logged.push(`${event} ${JSON.stringify(fields)}`)
  const bend = (deps: SpTsmDeps): SpTsmDeps => ({
    ...deps,
    log,
    carriers: { ...deps.carriers, minato: withThiefOnline(deps.carriers.minato!) },
  })
  world = await smallWorld({ database, jobs: promptJobs(), keyPairs: () => pair, clock: () => now, bend })
})
afterAll(() => database.close())
beforeEach(() => useSim(line.iccid))

/** The thief's phone, with the thief's SIM in it, is on the network; no other phone than the holder's is made here. */
const withThiefOnline = (carrier: Carrier): Carrier => ({
  ...carrier,
  checkGlobalEligibility: async (asked) => {
    const { reasons: all, bearer } = await carrier.checkGlobalEligibility(asked)
    const known = all.filter((reason) => reason !== 'offline' || asked.iccid !== THIEF_SIM)
    const reasons = reachable ? known : [...known, 'offline' as const]
    return { eligible: reasons.length === 0, reasons, bearer }
  },
})

const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * 60_000)
}
const sms = () => codeFrom(world.outbox, 'sms', line.msisdn)
const letters = () => world.outbox.inbox('letter', fourInfo.name)
const enter = (code: string) => world.phone.confirmCode({ code })
const withCard = (more: { mailAddress?: string } = {}) =>
  world.phone.apply({ card: 'adult', password: world.password, ...more })
const fromHome = (facts = {}) => world.phone.applyFromHome({ fourInfo: { ...fourInfo, ...facts } })
const wrong = (code: string) => code.replace(/.$/, (last) => String((Number(last) + 1) % 10))
const state = async () => (await world.phone.order({})).order!
const reference = async () => serviceInstance((await state()).orderId)
const evidence = async () => world.spTsm.evidence({ reference: await reference() })
const kinds = async () => (await evidence()).evidence.map(({ kind, outcome }) => `${kind} ${outcome}`)

/** Whoever talked the shop into another SIM for this line has its SMS from now on. */
async function useSim(iccid: string): Promise<void> {
  await world.carriers.minato.stockSim({ iccid, simModel: line.simModel })
  const carrier = await database.schema<CarrierTables>('carrier-minato', carrierMigrations)
  await carrier.updateTable('line').set({ iccid }).where('msisdn', '=', line.msisdn).execute()
}

describe('② on line with the card', () => {
  test('a code by SMS to the line approves; before it nothing can be installed', async () => {
    expect(await withCard()).toMatchObject({ state: 'applied', due: { way: 'card', code: 'sms' } })
    await expect(world.phone.install({})).rejects.toMatchObject({ code: 'sp-tsm/notApproved' })
    expect(await enter(await sms())).toMatchObject({ state: 'accepted', due: null })
    expect(await kinds()).toEqual(['signature passed', 'line passed', 'smsCode passed'])
  })

  test('a code by mail, to the address that the carrier knew before and to no other', async () => {
    await expect(withCard({ mailAddress: 'thief@example.net' })).rejects.toMatchObject({
      code: 'sp-tsm/notEligible',
      detail: { reasons: 'mail-not-the-subscribers' },
    })
    expect(await withCard({ mailAddress })).toMatchObject({ due: { code: 'mail' } })
    expect(await enter(await codeFrom(world.outbox, 'mail', mailAddress))).toMatchObject({ state: 'accepted' })
    expect(await kinds()).toEqual(['signature passed', 'line passed', 'mailCode passed'])
  })

  test('a late code counts no more, nor one that was replaced; the new one does', async () => {
    await withCard()
    const first = await sms()
    later(11)
    await expect(enter(first)).rejects.toMatchObject({ code: 'sp-tsm/codeExpired' })
    await world.phone.resendCode({})
    const second = await sms()
    if (first !== second) await expect(enter(first)).rejects.toMatchObject({ code: 'sp-tsm/wrongCode' })
    await world.phone.resendCode({})
    await expect(world.phone.resendCode({})).rejects.toMatchObject({ code: 'sp-tsm/sentTooOften' })
    const third = await sms()
    const both = await Promise.allSettled([enter(third), enter(third)])
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect((await kinds()).filter((kind) => kind === 'smsCode passed')).toHaveLength(1)
    await expect(enter(third)).rejects.toMatchObject({ code: 'sp-tsm/codeNotDue' })
  })
})

describe('① from home without the card', () => {
  test('facts, line, code by SMS, letter handed over to the addressee, its code: then the certificate is in the SIM', async () => {
    expect(await fromHome({ name: '風見 あかり' })).toMatchObject({ due: { way: 'home', code: 'sms' } })
    expect(await letters()).toEqual([])
    expect(await enter(await sms())).toMatchObject({ state: 'applied', due: { code: 'letter' } })
    const [letter] = await letters()
    expect(letter!.text).toBeNull()
    await expect(enter('0123456789')).rejects.toMatchObject({ code: 'sp-tsm/letterNotHandedOver' })
    later(2 * 24 * 60)
    await world.outbox.handOver(letter!.id, { name: fourInfo.name, document: 'passport' })
    expect(await enter(await codeFrom(world.outbox, 'letter', fourInfo.name))).toMatchObject({ state: 'accepted' })
    await world.phone.install({})
    expect(await orderIn(world, 'written', 'undone')).toMatchObject({ state: 'written', refusal: null })
    expect(await kinds()).toEqual([
      'line passed',
      'facts passed',
      'smsCode passed',
      'letterHandedOver passed',
      'letterCode passed',
      'lineAtInstallation passed',
    ])
    await world.phone.remove({})
    await orderIn(world, 'undone')
  })

  test.each([
    ['address', { address: '東京都かざす市みなと町９丁目' }],
    ['gender', { gender: '1' }],
  ])('another %s: nobody has these facts, and no more is said', async (_, facts) => {
    const before = (await world.orders.census()).applied ?? 0
    await expect(fromHome(facts)).rejects.toMatchObject({ code: 'sp-tsm/nobodyHasThese', detail: {} })
    expect((await world.orders.census()).applied ?? 0).toBe(before)
  })

  test.each([
    ['name', { name: '風見　正造' }],
    ['date of birth', { birthDate: '1988-04-13' }],
  ])('another %s: it is not the line of this person, and the register is not asked', async (_, facts) => {
    await expect(fromHome(facts)).rejects.toMatchObject({ detail: { reasons: 'not-the-subscriber' } })
  })
})

describe('③ at the counter', () => {
  const form = () => ({
    purpose: 'jpki-auth-certificate-for-phone' as const,
    ...{ carrier: line.carrier, msisdn: line.msisdn, iccid: line.iccid, deviceModel: line.deviceModel },
    appliedAt: now.toISOString(),
    nonce: hex(utf8(`${randomInt(1e12)}`.padStart(16, '0'))),
  })
  const vouched = { clerk: 'mori', act: 'a1', proof: { how: 'photo-document', reference: 'L-0042' } }

  test('a clerk who saw the documents: accepted at once, and on record', async () => {
    const order = await world.spTsm.applyAtCounter({ by: { form: form(), fourInfo }, ...vouched })
    expect(order).toMatchObject({ state: 'accepted', due: null })
    const { whole, evidence } = await world.spTsm.evidence({ reference: serviceInstance(order.orderId) })
    expect(whole).toBe(true)
    expect(evidence.map(({ kind }) => kind)).toEqual(['clerk', 'facts', 'line'])
    await world.spTsm.remove({ orderId: order.orderId })
  })

  test('a SIM that is not of the line, and a person without a card, are refused there too', async () => {
    const other = { by: { form: { ...form(), iccid: THIEF_SIM }, fourInfo }, ...vouched }
    await expect(world.spTsm.applyAtCounter(other)).rejects.toMatchObject({ detail: { reasons: 'sim-not-of-line' } })
    const elder = { by: { form: form(), fourInfo: CITIZENS.elder.fourInfo }, ...vouched }
    await expect(world.spTsm.applyAtCounter(elder)).rejects.toMatchObject({ code: 'sp-tsm/nobodyHasThese' })
  })
})

describe('who stole something', () => {
  test('the card without its password: nothing is applied for', async () => {
    await expect(world.phone.apply({ card: 'adult', password: 'WRONG1' })).rejects.toMatchObject({
      code: 'phone/wrongPassword',
    })
    await withCard()
  })

  test('card and password but not the line: its SMS goes to the holder, and five guesses end the application', async () => {
    await withCard()
    const right = await sms()
    const guesses = Array.from({ length: 40 }, (_, i) =>
      String(Number(right) + i + 1)
        .padStart(6, '0')
        .slice(-6),
    )
    const tried = await Promise.allSettled(guesses.map(enter))
    const codes = tried.map((one) => (one.status === 'rejected' ? one.reason.code : 'accepted'))
    expect(codes.filter((code) => code === 'sp-tsm/wrongCode').length).toBeLessThanOrEqual(4)
    expect(new Set(codes)).toEqual(
      new Set(['sp-tsm/wrongCode', 'sp-tsm/codeUsedUp', 'sp-tsm/codeNotDue'].filter((c) => codes.includes(c))),
    )
    expect(await state()).toMatchObject({ state: 'undone', refusal: 'sp-tsm/codeUsedUp' })
    await expect(enter(right)).rejects.toMatchObject({ code: 'sp-tsm/codeNotDue' })
    expect((await kinds()).filter((kind) => kind === 'smsCode failed')).toHaveLength(5)
  })

  test('the line, by a swapped SIM, but neither card nor documents: the letter is not handed to them, and their SIM gets nothing', async () => {
    await useSim(THIEF_SIM)
    const form = { ...line, purpose: 'jpki-auth-certificate-for-phone' as const, iccid: THIEF_SIM }
    const { simModel: _, ...named } = form
    const thiefs = { ...named, appliedAt: now.toISOString(), nonce: 'ab'.repeat(16) }
    const { orderId } = await world.spTsm.applyFromHome({ form: thiefs, fourInfo })
    await world.spTsm.confirmCode({ orderId, code: await sms() })
    const [letter] = await letters()
    const shown = { name: '盗田　次郎', document: 'driving-licence' } as const
    await expect(world.outbox.handOver(letter!.id, shown)).rejects.toMatchObject({ code: 'delivery/notTheAddressee' })
    await expect(world.spTsm.confirmCode({ orderId, code: '0000000000' })).rejects.toMatchObject({
      code: 'sp-tsm/letterNotHandedOver',
    })
    await expect(world.spTsm.install({ orderId })).rejects.toMatchObject({ code: 'sp-tsm/notApproved' })
    later(31 * 24 * 60)
    await world.spTsm.wake()
    expect(await world.spTsm.order({ orderId })).toMatchObject({ state: 'undone', refusal: 'sp-tsm/applicationOver' })
  })

  test('a SIM that is swapped during the order ends it, before the code and before the installation', async () => {
    await withCard()
    const code = await sms()
    await useSim(THIEF_SIM)
    await expect(enter(code)).rejects.toMatchObject({ detail: { reasons: expect.stringContaining('sim-not-of-line') } })
    expect(await state()).toMatchObject({ state: 'undone', refusal: 'sp-tsm/notEligible' })
    await useSim(line.iccid)
    await world.applied()
    await useSim(THIEF_SIM)
    await expect(world.phone.install({})).rejects.toMatchObject({
      detail: { reasons: expect.stringContaining('sim-not-of-line') },
    })
    expect(await state()).toMatchObject({ state: 'undone', refusal: 'sp-tsm/notEligible' })
  })

  test('a phone that is out of reach just now does not end the order; it is tried again', async () => {
    await withCard()
    const code = await sms()
    reachable = false
    await expect(enter(code)).rejects.toMatchObject({ detail: { reasons: 'offline' } })
    expect(await state()).toMatchObject({ state: 'applied' })
    reachable = true
    expect(await world.phone.resendCode({})).toMatchObject({ state: 'accepted' })
  })

  test('an order that is over is not raised from the dead', async () => {
    const { orderId } = await withCard()
    const code = await sms()
    await world.spTsm.remove({ orderId })
    for (const act of [() => world.spTsm.confirmCode({ orderId, code }), () => world.spTsm.resendCode({ orderId })])
      await expect(act()).rejects.toMatchObject({ code: 'sp-tsm/codeNotDue' })
    await expect(world.spTsm.confirmPin({ orderId })).rejects.toMatchObject({ code: 'sp-tsm/pinNotDue' })
    expect(await world.spTsm.install({ orderId })).toMatchObject({ state: 'undone' })
    const accepted = await world.applied()
    later(31 * 24 * 60)
    await expect(world.spTsm.install(accepted)).rejects.toMatchObject({ code: 'sp-tsm/applicationOver' })
    expect(await world.spTsm.order(accepted)).toMatchObject({ state: 'undone' })
  })

  test('another phone installs nothing of somebody else’s application', async () => {
    const { orderId } = await world.applied()
    const other = await world.makePhone('thief')
    await expect(other.install({})).rejects.toMatchObject({ code: 'phone/noOrder' })
    await expect(other.confirmCode({ code: '000000' })).rejects.toMatchObject({ code: 'phone/noOrder' })
    for (const known of [serviceInstance(orderId), wrong(orderId)])
      await expect(world.spTsm.install({ orderId: known })).rejects.toMatchObject({ code: 'sp-tsm/unknownOrder' })
    expect(await world.spTsm.order({ orderId })).toMatchObject({ state: 'accepted' })
  })
})

describe('evidence', () => {
  const tables = () => database.schema<SpTsmTables>('sp-tsm', spTsmMigrations)

  test('no fact, line, address, code or order id is readable in it, nor in what operators see or logs', async () => {
    await fromHome()
    const code = await sms()
    const db = await tables()
    const stored = [
      ...(await db.selectFrom('application').selectAll().execute()),
      ...(await db.selectFrom('evidence').selectAll().execute()),
    ].map((row) => JSON.stringify(row, (_, value) => (value?.type === 'Buffer' ? hex(value.data) : value)))
    const { orderId } = await state()
    const shown = [await world.spTsm.orders({ show: 'all', limit: 50 }), await evidence()]
    const seen = JSON.stringify(shown, (_, value) => (typeof value === 'bigint' ? String(value) : value))
    const secrets = [fourInfo.name, fourInfo.address, fourInfo.birthDate, line.msisdn, mailAddress, code]
    for (const secret of secrets) {
      for (const place of [...stored, seen, logged.join('\n')]) {
        expect(place).not.toContain(`"${secret}"`)
        expect(place).not.toContain(hex(utf8(secret)))
      }
    }
    expect(seen).not.toContain(orderId)
    expect(logged.join('\n')).not.toContain(orderId)
  })

  test('what was sealed opens for who must prove it: the application as the card signed it', async () => {
    await world.applied()
    const { orderId } = await state()
    const rows = (await tables()).selectFrom('evidence').selectAll().where('order_id', '=', orderId)
    const row = await rows.where('kind', '=', 'signature').executeTakeFirstOrThrow()
    const signed = await openDetail(secretsOf({ keys: world.keys, entropy: systemEntropy }), row)
    expect(decodeSignedData(signed!).signers).toHaveLength(1)
  })

  test('a row that is changed, taken out or cut off at the end is seen', async () => {
    await world.applied()
    const { orderId: order_id } = await state()
    const db = await tables()
    const rows = await db.selectFrom('evidence').selectAll().where('order_id', '=', order_id).execute()
    expect((await evidence()).whole).toBe(true)
    const row = (number: number) => ({ order_id, number })
    const change = (number: number, outcome: 'passed' | 'failed') =>
      db
        .updateTable('evidence')
        .set({ outcome })
        .where((where) => where.and(row(number)))
        .execute()
    await change(1, 'failed')
    expect((await evidence()).whole).toBe(false)
    await change(1, 'passed')
    for (const number of [2, rows.length]) {
      await db
        .deleteFrom('evidence')
        .where((where) => where.and(row(number)))
        .execute()
      expect((await evidence()).whole).toBe(false)
      await db
        .insertInto('evidence')
        .values(rows.find((one) => one.number === number)!)
        .execute()
      expect((await evidence()).whole).toBe(true)
    }
  })
})
