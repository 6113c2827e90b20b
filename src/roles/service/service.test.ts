import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { hex } from '../../base/bytes.ts'
import { ACR } from '../../protocol/login/acr.ts'
import type { Service } from './contract.ts'
import { createService, type OpenIdPort, serviceMigrations, serviceStore } from './index.ts'
import { OpenIdAway, OpenIdRefused, WRONG_PASSCODES } from './model.ts'
import type { ServiceStore } from './store.ts'

let database: TestDatabase
let store: ServiceStore
let service: Service
let offset = 0
let reader = true
const events: string[] = []
const clock = () => new Date(Date.now() + offset)

/** A provider that believes the query; the real one is met in verifier/openid/login.test.ts. */
const openid: OpenIdPort = {
  begin: async () => ({
    location: 'https://op.example/',
    state: 's',
    nonce: 'n',
    codeVerifier: hex(systemEntropy(32)),
  }),
  finish: async ({ callback }) => {
    const { sub: subject, act: delegate, acts = '', touch, error } = Object.fromEntries(new URL(callback).searchParams)
    if (!subject) throw new OpenIdRefused('declined', error ?? 'access_denied')
    return {
      subject,
      acr: ACR[touch ? 'pinless' : 'phone'],
      touch: Boolean(touch),
      ...(delegate && { delegate, acts: [acts] }),
    }
  },
}

beforeAll(async () => {
  database = await testDatabase()
  store = serviceStore(await database.schema('service', serviceMigrations))
  const log = (event: string, fields?: object) => void events.push(`${event} ${JSON.stringify(fields)}`)
  service = createService({ store, clock, entropy: systemEntropy, openid, hasReader: () => reader, log })
  await customer('1', '111111')
  await customer('2', '222222')
})
afterAll(() => database.close())
afterEach(() => {
  offset = 0
})

const customer = (customerNumber: string, passcode: string) =>
  service.addCustomer({ customerNumber, displayName: `Customer ${customerNumber}`, balance: 1_280_000, passcode })

/** `acts`: what the token says that the delegate may do. */
async function logIn(subject: string, delegate = '', acts = 'balance'): Promise<string> {
  const { session: begun } = await service.startLogin({})
  const callback = `https://bank.example/callback?sub=${subject}&act=${delegate}&acts=${acts}`
  return (await service.finishLogin({ session: begun, callback })).session
}

const link = (session: string, customerNumber: string, passcode: string) =>
  service.linkCustomer({ session, customerNumber, passcode })
const refusal = (code: string) => expect.objectContaining({ code: `service/${code}` })

async function checkIn(subject: string, delegate = ''): Promise<string> {
  const { session } = await service.startLogin({ checkIn: true })
  const callback = `https://bank.example/callback?sub=${subject}&act=${delegate}&touch=yes`
  const { checkedIn, session: renamed } = await service.finishLogin({ session, callback })
  expect([checkedIn, session === renamed]).toEqual([true, false])
  return renamed
}

test('a touch at the branch says who is here for half an hour, and opens nothing that a login does', async () => {
  await customer('8', '888888')
  await link(await logIn('eight'), '8', '888888')
  const here = await checkIn('eight')
  const until = expect.any(Date)
  expect(await service.checkedIn({ session: here })).toEqual({ displayName: 'Customer 8', until })
  expect(await service.account({ session: here })).toEqual({ loggedIn: false, customer: null, delegated: false })
  await customer('9', '999999')
  const requestId = '0'.repeat(32)
  for (const act of [
    () => link(here, '9', '999999'),
    () => service.askTie({ session: here }),
    () => service.tieRequest({ session: here, requestId }),
    () => service.tied({ session: here }),
  ])
    await expect(act()).rejects.toEqual(refusal('notLoggedIn'))
  // A stranger's phone is no customer's, nobody checks in for another, and who is logged in has not checked in.
  expect(await service.checkedIn({ session: await checkIn('stranger') })).toEqual({ displayName: null, until })
  await expect(checkIn('eight', 'somebody')).rejects.toEqual(refusal('notForOthers'))
  const nobody = { displayName: null, until: null }
  for (const session of [await logIn('eight'), 'unknown']) expect(await service.checkedIn({ session })).toEqual(nobody)

  await expect(service.arrivals({ session: here })).rejects.toEqual(refusal('notSignedIn'))
  await service.addClerk({ clerkId: 'mori', name: '森', passcode: 'hinata-denwa', parts: ['telephone'] })
  const arrivals = async () => {
    const { session } = await service.signIn({ clerkId: 'mori', passcode: 'hinata-denwa' })
    return (await service.arrivals({ session })).arrivals.map(({ customerNumber }) => customerNumber)
  }
  await checkIn('eight')
  expect(await arrivals()).toEqual(['8'])
  reader = false
  await expect(checkIn('eight')).rejects.toEqual(refusal('readerAway'))
  expect(await logIn('eight')).toBeDefined()
  reader = true
  offset = 1_800_000
  expect([await arrivals(), await service.checkedIn({ session: here })]).toEqual([[], nobody])
  offset = 0
  await service.logout({ session: here })
  expect(await service.checkedIn({ session: here })).toEqual(nobody)
})

test('a customer who is entered again keeps the first passcode, and the passcode is kept nowhere', async () => {
  await customer('3', '333333')
  await customer('3', '999999')
  await expect(link(await logIn('three'), '3', '999999')).rejects.toEqual(refusal('wrongPasscode'))
  expect(await link(await logIn('three'), '3', '333333')).toMatchObject({ customerNumber: '3', balance: 1_280_000 })
  const { passcodeHash, salt } = (await store.customer('3'))!
  expect(passcodeHash).toHaveLength(32)
  expect(salt).toHaveLength(16)
  expect(events.join()).not.toContain('333333')
})

test('one customer has one subject, one subject one customer; linking again is no error', async () => {
  const first = await logIn('one')
  await link(first, '1', '111111')
  await link(first, '1', '111111')
  await expect(link(first, '2', '222222')).rejects.toEqual(refusal('alreadyLinked'))
  await expect(link(await logIn('thief'), '1', '111111')).rejects.toEqual(refusal('alreadyLinked'))
  expect((await service.account({ session: await logIn('one') })).customer?.customerNumber).toBe('1')
})

test('a delegate sees the balance while the mandate counts, and does nothing else; without a customer or a mandate nobody is in', async () => {
  await customer('7', '777777')
  await link(await logIn('seven'), '7', '777777')
  await expect(logIn('seven', 'child')).rejects.toEqual(refusal('notForOthers'))
  const asked: string[] = []
  let answer = async () => true
  const may = async (of: { delegate: string; act: string; subject: string }) => {
    asked.push(`${of.delegate} ${of.act} ${of.subject}`)
    return of.act === 'balance' && answer()
  }
  const own = service
  const log = (event: string, fields?: object) => void events.push(`${event} ${JSON.stringify(fields)}`)
  const asking = { clientId: 'bank', verifier: {} as never, own: false }
  service = createService({ store, clock, entropy: systemEntropy, openid, decisions: { may }, asking, log })
  const session = await logIn('seven', 'child')
  const seen = await service.account({ session })
  expect(seen).toMatchObject({ delegated: true, customer: { customerNumber: '7', balance: 1_280_000, address: null } })
  expect(asked).toEqual(['child balance seven'])
  await expect(link(session, '7', '777777')).rejects.toEqual(refusal('onlyCustomer'))
  await expect(service.factsConsent({ session })).rejects.toEqual(refusal('onlyCustomer'))
  await expect(logIn('unknown', 'child')).rejects.toEqual(refusal('notForOthers'))
  // Nobody answers: neither yes nor no. A no ends the session, and a yes after it opens nothing.
  answer = async () => {
    throw new OpenIdAway(undefined)
  }
  await expect(service.account({ session })).rejects.toEqual(refusal('platformAway'))
  answer = async () => false
  expect(await service.account({ session })).toEqual({ loggedIn: false, customer: null, delegated: false })
  answer = async () => true
  expect(await service.account({ session })).toMatchObject({ loggedIn: false })
  // The customers themselves are asked about nowhere.
  asked.length = 0
  expect(await service.account({ session: await logIn('seven') })).toMatchObject({ loggedIn: true, delegated: false })
  expect(asked).toEqual([])
  service = own
})

test('who speaks for a firm or a child by law links its account, while the mandate counts; an employee sees it then, and links nothing', async () => {
  await customer('10', '101010')
  const own = service
  const may = new Set(['chief link', 'chief balance', 'clerk balance'])
  const decisions = { may: async (of: { delegate: string; act: string }) => may.has(`${of.delegate} ${of.act}`) }
  service = createService({ store, clock, entropy: systemEntropy, openid, decisions, log: () => undefined })
  await expect(logIn('firm', 'clerk')).rejects.toEqual(refusal('notForOthers'))
  const session = await logIn('firm', 'chief', 'link')
  expect(await service.account({ session })).toEqual({ loggedIn: true, customer: null, delegated: true })
  await expect(link(session, '10', '000000')).rejects.toEqual(refusal('wrongPasscode'))
  // The mandate ended between the login and the link.
  may.delete('chief link')
  await expect(link(session, '10', '101010')).rejects.toEqual(refusal('onlyCustomer'))
  expect(await service.account({ session })).toMatchObject({ loggedIn: false })
  may.add('chief link')
  await expect(link(session, '10', '101010')).rejects.toEqual(refusal('notLoggedIn'))
  const again = await logIn('firm', 'chief', 'link')
  expect(await link(again, '10', '101010')).toMatchObject({ customerNumber: '10', address: null })
  const employee = await logIn('firm', 'clerk')
  for (const here of [again, employee])
    expect(await service.account({ session: here })).toMatchObject({
      delegated: true,
      customer: { customerNumber: '10' },
    })
  await expect(link(employee, '1', '111111')).rejects.toEqual(refusal('onlyCustomer'))
  service = own
})

test('five wrong passcodes end the session, with fewer left each time', async () => {
  const session = await logIn('guesser')
  for (let left = WRONG_PASSCODES.session - 1; left > 0; left--)
    await expect(link(session, '2', '000000')).rejects.toMatchObject({ detail: { triesLeft: left } })
  await expect(link(session, '2', '000000')).rejects.toEqual(refusal('tooManyPasscodes'))
  await expect(link(session, '2', '222222')).rejects.toEqual(refusal('notLoggedIn'))
  expect(await service.account({ session })).toEqual({ loggedIn: false, customer: null, delegated: false })
})

test('twenty guesses at once are five guesses', async () => {
  await customer('4', '444444')
  const session = await logIn('hurried')
  const codes = (await Promise.allSettled(Array.from({ length: 20 }, () => link(session, '4', '000000')))).map(
    (result) => (result.status === 'rejected' ? (result.reason as { code: string }).code : 'linked'),
  )
  expect(codes.filter((code) => code === 'service/wrongPasscode').length).toBeLessThan(WRONG_PASSCODES.session)
  expect(codes).not.toContain('linked')
  expect((await store.customer('4'))!.wrongPasscodes).toBeLessThanOrEqual(WRONG_PASSCODES.customer)
})

test('the right passcode after the last try comes too late, also while the session still stands', async () => {
  await customer('6', '666666')
  const session = await logIn('late')
  for (let i = 0; i < WRONG_PASSCODES.session; i++) await store.spendSessionTry(session, WRONG_PASSCODES.session)
  await expect(link(session, '6', '666666')).rejects.toEqual(refusal('tooManyPasscodes'))
  expect(await store.customerOfSubject('late')).toBeUndefined()
})

test('whoever logs in again and again to guess one customer is stopped too', async () => {
  await customer('5', '555555')
  for (let session = 0; session < WRONG_PASSCODES.customer / WRONG_PASSCODES.session; session++) {
    const own = await logIn(`patient-${session}`)
    for (let i = 0; i < WRONG_PASSCODES.session; i++) await link(own, '5', '000000').catch(() => undefined)
  }
  await expect(link(await logIn('patient'), '5', '555555')).rejects.toEqual(refusal('wrongPasscode'))
})

test('an unknown customer and a wrong passcode sound the same', async () => {
  const session = await logIn('curious')
  const [unknown, wrong] = await Promise.all(
    [await logIn('curious'), session].map((own, i) => link(own, i ? '2' : 'nobody', '000000').catch((error) => error)),
  )
  expect(unknown.message).toBe(wrong.message)
  expect(unknown.code).toBe(wrong.code)
})

test('a session logs in once, and a declined login ends it', async () => {
  const session = await logIn('again')
  const callback = 'https://bank.example/callback?sub=other'
  await expect(service.finishLogin({ session, callback })).rejects.toEqual(refusal('notBegun'))
  const { session: begun } = await service.startLogin({})
  await service.finishLogin({ session: begun, callback })
  await expect(service.finishLogin({ session: begun, callback })).rejects.toEqual(refusal('noSession'))
  const { session: declined } = await service.startLogin({})
  const no = 'https://bank.example/callback?error=access_denied'
  await expect(service.finishLogin({ session: declined, callback: no })).rejects.toEqual(refusal('loginDeclined'))
  await expect(service.finishLogin({ session: declined, callback })).rejects.toEqual(refusal('noSession'))
  // The platform could not just now: nobody has declined, and another login may do.
  const { session: turnedAway } = await service.startLogin({})
  const busy = 'https://bank.example/callback?error=temporarily_unavailable'
  await expect(service.finishLogin({ session: turnedAway, callback: busy })).rejects.toMatchObject({
    code: 'service/platformAway',
    detail: { error: 'temporarily_unavailable' },
  })
  await expect(service.finishLogin({ session: turnedAway, callback })).rejects.toEqual(refusal('noSession'))
})

test('who planted the name of a session before the login has nothing after it', async () => {
  const { session: planted } = await service.startLogin({})
  const { session } = await service.finishLogin({
    session: planted,
    callback: 'https://bank.example/callback?sub=victim',
  })
  expect((await service.account({ session })).loggedIn).toBe(true)
  expect((await service.account({ session: planted })).loggedIn).toBe(false)
})

test('who reads the database finds nobody else’s session in it', async () => {
  const session = await logIn('owner')
  const db = await database.schema<{ session: object }>('service', serviceMigrations)
  const rows = JSON.stringify(await db.selectFrom('session').selectAll().execute())
  expect(rows).toContain('owner')
  expect(rows).not.toContain(session)
})

test('sessions expire: a begun one after ten minutes, a logged-in one after fifteen', async () => {
  const { session: begun } = await service.startLogin({})
  const session = await logIn('sleeper')
  offset = 600_000
  const callback = 'https://bank.example/callback?sub=late'
  await expect(service.finishLogin({ session: begun, callback })).rejects.toEqual(refusal('noSession'))
  expect((await service.account({ session })).loggedIn).toBe(true)
  offset = 901_000
  expect((await service.account({ session })).loggedIn).toBe(false)
  await expect(link(session, '2', '222222')).rejects.toEqual(refusal('notLoggedIn'))
})
