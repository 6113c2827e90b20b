// Services that ask the holder: an age, and consent to the latest facts. On one phone with real peers, one shop, one bank.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { hex } from '../../base/bytes.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import { choosePin } from '../../world/choose-pin.ts'
import { CITIZENS, KAZASU_CITY } from '../../world/people.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../world/testing/small-world.ts'
import type { Service } from '../service/contract.ts'
import { createService, isCustomer, serviceMigrations, serviceStore } from '../service/index.ts'
import { createVerifier, type VerifierTables, verifierMigrations, verifierStore } from '../verifier/index.ts'
import type { AskingService } from './asking.ts'
import type { Phone } from './contract.ts'

const PIN = '4711'
const SHOP = 'kazasu-shop'
const BANK = 'hinata-bank'
const BANK_AS_PARTY = {
  name: BANK,
  displayName: 'Hinata Bank',
  services: ['facts' as const],
  ageLimits: [],
  until: new Date('2040-01-01T00:00:00Z'),
}
const DAY_MS = 86_400_000
const { fourInfo } = CITIZENS.adult
const logged: string[] = []
const log = (event: string, fields?: object) => void logged.push(`${event} ${JSON.stringify(fields)}`)
let now = new Date('2026-04-01T03:00:00Z')
const clock = () => now
const later = (ms: number) => {
  now = new Date(now.getTime() + ms)
}
let database: TestDatabase
let world: SmallWorld
let phone: Phone
let shop: Service
let bank: Service
const services = new Map<string, AskingService>()

/** Believes the query: who logs in is not the matter here. */
const openid = {
  begin: async () => ({
    location: 'https://op.example/',
    state: 's',
    nonce: 'n',
    codeVerifier: hex(systemEntropy(32)),
  }),
  finish: async ({ callback }: { callback: string }) => ({
    subject: new URL(callback).searchParams.get('sub') ?? '',
    acr: 'urn:kazasu:acr:phone-pin',
  }),
}

async function service(name: string): Promise<Service> {
  const { authority } = world
  const store = serviceStore(await database.schema(`service-${name}`, serviceMigrations))
  const common = { clock, entropy: systemEntropy, log }
  const verifier = await createVerifier({
    ...common,
    keys: volatileKeyStore(systemEntropy),
    store: verifierStore(await database.schema(`verifier-${name}`, verifierMigrations)),
    authority,
    party: { name, authority },
    self: { clientId: name, name, isCustomer: isCustomer(store) },
  })
  const made = createService({ ...common, store, openid, asking: { clientId: name, verifier, own: true } })
  services.set(name, made)
  return made
}

beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({ database, jobs: promptJobs(), clock, services: (party) => services.get(party)! })
  phone = world.phone
  await world.applied()
  await phone.install({})
  await orderIn(world, 'written')
  await choosePin(phone, PIN)
  const until = new Date('2040-01-01T00:00:00Z')
  const { authority } = world
  const accredited = { until, displayName: 'かざす酒店 / Kazasu Sake Shop' }
  await authority.accredit({ ...accredited, name: SHOP, services: ['age'], ageLimits: [20, 65] })
  await authority.accredit(BANK_AS_PARTY)
  shop = await service(SHOP)
  bank = await service(BANK)
})
afterAll(() => database.close())
beforeEach(() => later(1000))

describe('年齢確認', () => {
  const ask = async (limit = 20) => {
    const { requestId } = await shop.askAge({ limit })
    return { party: SHOP, requestId, limit }
  }
  const stateOf = async ({ requestId }: { requestId: string }) => (await shop.ageRequest({ requestId })).state

  test('the holder sees who asks for which age; the shop learns yes, and of whom, nothing', async () => {
    const asked = await ask()
    const { code } = await shop.ageRequest(asked)
    expect(await phone.showAge(asked)).toMatchObject({
      displayName: 'かざす酒店 / Kazasu Sake Shop',
      limit: 20,
      code,
      state: 'waiting',
    })
    const wrong = { code: 'phone/wrongPin', detail: { triesLeft: 2 } }
    await expect(phone.proveAge({ ...asked, pin: '0000' })).rejects.toMatchObject(wrong)
    expect(await stateOf(asked)).toBe('waiting')
    expect((await phone.proveAge({ ...asked, pin: PIN })).state).toBe('reached')
    expect(await stateOf(asked)).toBe('reached')
    await expect(phone.proveAge({ ...asked, pin: PIN })).rejects.toMatchObject({ code: 'phone/questionOver' })
    const { certificates } = await phone.certificates({ pin: PIN })
    const { serial, certificate } = certificates[0]!
    const tables = await database.schema<VerifierTables>(`verifier-${SHOP}`, verifierMigrations)
    const kept = JSON.stringify([await tables.selectFrom('holder_request').selectAll().execute(), logged])
    expect(kept).toContain('reached')
    for (const secret of [serial.toString(), hex(certificate), fourInfo.birthDate, fourInfo.name])
      expect(kept).not.toContain(secret)
  })

  test('no, when the age is not reached', async () => {
    const asked = await ask(65)
    expect((await phone.proveAge({ ...asked, pin: PIN })).state).toBe('notReached')
    expect(await stateOf(asked)).toBe('notReached')
  })

  test('its owner sees on this phone alone what was asked and answered, by the name that J-LIS knows, and erases it', async () => {
    await phone.forgetUses({})
    await phone.proveAge({ ...(await ask()), pin: PIN })
    later(1000)
    await phone.declineRequest(await ask())
    await expect(phone.proveAge({ ...(await ask()), pin: '0000' })).rejects.toThrow()
    const who = 'かざす酒店 / Kazasu Sake Shop'
    const { uses } = await phone.uses({})
    expect(uses).toMatchObject([
      { kind: 'question', who, outcome: 'declined' },
      { kind: 'age', who, outcome: 'done' },
    ])
    await phone.proveAge({ ...(await ask()), pin: PIN })
    await phone.forgetUses({})
    expect(await phone.uses({})).toEqual({ uses: [] })
    const { places } = await phone.elsewhere({})
    expect(places).toMatchObject([{ medium: 'card', carrier: null, status: 'valid' }])
  })

  test('declined or too late, nothing is signed and no PIN is tried', async () => {
    const declined = await ask()
    await phone.declineRequest(declined)
    expect(await stateOf(declined)).toBe('declined')
    const late = await ask()
    later(181_000)
    expect(await stateOf(late)).toBe('expired')
    for (const asked of [declined, late]) {
      await expect(phone.proveAge({ ...asked, pin: '0000' })).rejects.toMatchObject({ code: 'phone/questionOver' })
      await expect(phone.declineRequest(asked)).rejects.toMatchObject({ code: 'verifier/questionOver' })
    }
    expect(await phone.status({})).toMatchObject({ pinTriesLeft: 3 })
  })

  test('the question that is signed is the one that was shown, of a party that may ask it', async () => {
    const asked = await ask(65)
    const refused = { code: 'phone/askerNotAccredited' }
    await expect(phone.proveAge({ ...asked, limit: 20, pin: PIN })).rejects.toMatchObject({
      code: 'phone/otherQuestion',
    })
    await expect(phone.showAge(await ask(18))).rejects.toMatchObject(refused)
    await expect(phone.showAge({ ...asked, party: 'nobody' })).rejects.toMatchObject(refused)
    await expect(phone.showAge({ ...asked, party: BANK })).rejects.toMatchObject(refused)
    // A service that passes on the question of another, to be answered in its own name.
    await world.authority.accredit({
      name: 'relay',
      displayName: 'Relay',
      services: ['age'],
      ageLimits: [65],
      until: new Date('2040-01-01T00:00:00Z'),
    })
    services.set('relay', shop)
    await expect(phone.showAge({ ...asked, party: 'relay' })).rejects.toMatchObject(refused)
    expect(await stateOf(asked)).toBe('waiting')
  })
})

describe('本人同意', () => {
  const password = CITIZENS.adult.password
  let session: string
  beforeAll(async () => {
    await bank.addCustomer({
      customerNumber: '1',
      displayName: fourInfo.name.replace('　', ' '),
      balance: 0,
      passcode: '1',
    })
    await bank.addCustomer({ customerNumber: '2', displayName: 'Somebody Else', balance: 0, passcode: '1' })
  })
  const logIn = async (customerNumber: string) => {
    const { session: begun } = await bank.startLogin({})
    const callback = `https://bank.example/callback?sub=${customerNumber}`
    const made = (await bank.finishLogin({ session: begun, callback })).session
    await bank.linkCustomer({ session: made, customerNumber, passcode: '1' })
    return made
  }
  beforeEach(async () => {
    session = await logIn('1')
  })
  const ITEMS = ['name', 'address'] as const
  const ask = async (of = session) => {
    const { requestId } = await bank.askConsent({ session: of, items: [...ITEMS] })
    return { party: BANK, requestId, items: [...ITEMS], card: 'adult', password }
  }

  test('by a platform for one of its services: the phone shows both, and what is signed names both', async () => {
    const platform = 'kazasu-platform'
    const until = new Date('2040-01-01T00:00:00Z')
    const accredited = { name: platform, displayName: 'Platform', services: ['facts' as const], ageLimits: [], until }
    await world.authority.accredit(accredited)
    const onBehalfOf = { clientId: 'midori-insurance', name: 'Midori Insurance' }
    const signed: Uint8Array[] = []
    services.set(platform, {
      ...bank,
      consentRequest: async (asked) => ({ ...(await bank.consentRequest(asked)), party: platform, onBehalfOf }),
      answerConsent: async ({ requestId, consent }) => {
        signed.push(consent)
        return bank.consentRequest({ requestId })
      },
    })
    const asked = { ...(await ask()), party: platform }
    const shown = { displayName: 'Platform', onBehalfOf: 'Midori Insurance', items: ITEMS }
    expect(await phone.showConsent(asked)).toMatchObject(shown)
    await phone.signConsent(asked)
    const { consentId } = await world.authority.giveConsent({ party: platform, consent: signed[0]! })
    const { consents } = await phone.consents({ pin: PIN })
    expect(consents).toMatchObject([{ consentId, party: platform, onBehalfOf: onBehalfOf.clientId, serviceName: null }])
    await phone.withdrawConsent({ consentId, card: 'adult', password })
  })

  test('given with the card, listed with the PIN, in force the day after, withdrawn at once', async () => {
    const asked = await ask()
    expect(await phone.showConsent(asked)).toMatchObject({ displayName: 'Hinata Bank', items: ITEMS, state: 'waiting' })
    const wrong = { code: 'phone/wrongPassword', detail: { triesLeft: 4 } }
    await expect(phone.signConsent({ ...asked, password: 'WRONG1' })).rejects.toMatchObject(wrong)
    expect((await phone.signConsent(asked)).state).toBe('given')
    await expect(phone.signConsent(asked)).rejects.toMatchObject({ code: 'phone/questionOver' })
    const { consent } = await bank.factsConsent({ session })
    expect(consent).toMatchObject({ items: ITEMS })
    await expect(bank.latestFacts({ session })).rejects.toMatchObject({ code: 'verifier/consentNotYet' })

    await expect(phone.consents({ pin: '0000' })).rejects.toMatchObject({ code: 'phone/wrongPin' })
    const { consents } = await phone.consents({ pin: PIN })
    const who = { party: BANK, displayName: 'Hinata Bank', onBehalfOf: null, serviceName: null }
    expect(consents).toEqual([{ consentId: expect.any(String), ...who, ...consent }])

    later(DAY_MS)
    session = await logIn('1')
    expect(await bank.latestFacts({ session })).toEqual({ changed: false, facts: {} })
    const { consentId } = consents[0]!
    const other = { consentId: '00', card: 'adult', password }
    await expect(phone.withdrawConsent(other)).rejects.toMatchObject({ code: 'authority/unknownConsent' })
    await phone.withdrawConsent({ consentId, card: 'adult', password })
    expect(await phone.consents({ pin: PIN })).toEqual({ consents: [] })
    await expect(bank.latestFacts({ session })).rejects.toMatchObject({ code: 'verifier/noConsent' })
    expect(await bank.factsConsent({ session })).toEqual({ consent: null })
  })

  test('somebody else’s, for other facts or for another request: not taken', async () => {
    const otherPerson = await ask(await logIn('2'))
    await expect(phone.signConsent(otherPerson)).rejects.toMatchObject({ code: 'verifier/otherPerson' })
    const asked = await ask()
    const more = { ...asked, items: [...ITEMS, 'birthDate' as const] }
    await expect(phone.signConsent(more)).rejects.toMatchObject({ code: 'phone/otherQuestion' })
    const { requestId } = await ask()
    services.set(BANK, { ...bank, answerConsent: ({ consent }) => bank.answerConsent({ requestId, consent }) })
    await expect(phone.signConsent(asked)).rejects.toMatchObject({ code: 'verifier/otherConsent' })
    services.set(BANK, bank)
    await phone.declineRequest(asked)
    await expect(phone.signConsent(asked)).rejects.toMatchObject({ code: 'phone/questionOver' })
    expect(await phone.consents({ pin: PIN })).toEqual({ consents: [] })
  })

  test('two answers at once are one consent; one that J-LIS did not take may be given again', async () => {
    const asked = await ask()
    const { requestId } = asked
    const signed: Uint8Array[] = []
    services.set(BANK, {
      ...bank,
      answerConsent: async ({ consent }) => {
        signed.push(consent)
        throw new Error('the line breaks')
      },
    })
    for (let i = 0; i < 2; i++) await expect(phone.signConsent(asked)).rejects.toThrow('the line breaks')
    services.set(BANK, bank)
    await world.authority.accredit({ ...BANK_AS_PARTY, services: [] })
    const answer = (consent: Uint8Array) => bank.answerConsent({ requestId, consent })
    await expect(answer(signed[0]!)).rejects.toMatchObject({ code: 'authority/notGranted' })
    expect((await bank.consentRequest({ requestId })).state).toBe('waiting')
    await world.authority.accredit(BANK_AS_PARTY)
    const both = await Promise.allSettled(signed.map(answer))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const { consents } = await phone.consents({ pin: PIN })
    expect(consents).toHaveLength(1)
    await phone.withdrawConsent({ consentId: consents[0]!.consentId, card: 'adult', password })
  })

  test('after a move the bank is told the new address, and nothing that was not agreed to', async () => {
    await phone.signConsent(await ask())
    later(DAY_MS)
    session = await logIn('1')
    const address = '東京都かざす市はま町４丁目５番６号'
    await world.register.change({
      residentId: 'adult',
      event: 'move',
      fourInfo: { ...fourInfo, address },
      municipality: KAZASU_CITY,
    })
    await world.authority.followRegister({})
    await expect(bank.latestFacts({ session })).rejects.toMatchObject({ code: 'authority/noNewCertificate' })
    const { publicKey } = generateKeyPair('RSA-2048')
    await world.authority.issueForCard({ requestKey: 'moved', residentId: 'adult', kind: 'sign', publicKey })
    // As often as it is asked: an answer may be lost on its way.
    for (let times = 0; times < 2; times++)
      expect(await bank.latestFacts({ session })).toEqual({ changed: true, facts: { name: fourInfo.name, address } })
    for (const fact of [address, fourInfo.address, fourInfo.birthDate]) expect(logged.join()).not.toContain(fact)
  })
})

test('a certificate that was stopped proves no age: J-LIS does not say why, and the shop hears neither yes nor no', async () => {
  const { serial } = (await phone.order({})).order!
  const stop = { kind: 'auth', serial: serial!, reason: 'cessationOfOperation', requestedBy: 'holder' } as const
  await world.authority.revoke(stop)
  const { requestId } = await shop.askAge({ limit: 20 })
  const asked = { party: SHOP, requestId, limit: 20, pin: PIN }
  expect((await phone.proveAge(asked)).state).toBe('undetermined')
  await expect(phone.consents({ pin: PIN })).rejects.toMatchObject({ code: 'authority/signatureWrong' })
})
