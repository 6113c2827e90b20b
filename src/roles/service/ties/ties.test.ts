// A bank shows what its customer has at a credit union: two services, the platform that ties them, and the network between them. Every
// answer that is no balance, and everybody who asks without the customer's consent.

import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { roleClient, type Served, serve } from '../../../adapters/http/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { type WatchedRoom, watchedRoom } from '../../../world/testing/watched-room.ts'
import type { Holder } from '../../authority/parties/specimen.ts'
import { apiContract } from '../../verifier/api/contract.ts'
import type { Service } from '../contract.ts'
import { type OpenIdClient, openIdClient } from '../http.ts'
import { createService, type OpenIdPort, type ServiceTables, serviceMigrations, serviceStore } from '../index.ts'
import { balanceAt, signedFor, tieDoor } from './http.ts'
import type { LinkPort, Other } from './model.ts'

const BANK = 'bank'
const UNION = 'union'
const DAY_MS = 86_400_000
let room: WatchedRoom
let database: TestDatabase
let door: Served
let bank: Service
let union: Service
let ofBank: OpenIdClient
/** The platform, as the bank reaches it. */
let platform: LinkPort
let who: Holder
let session: string

/** A login is another test's matter: this provider believes the query. */
const openid: OpenIdPort = {
  begin: async () => ({ location: 'https://op.example/', state: 's', nonce: 'n', codeVerifier: 'v' }),
  finish: async ({ callback }) => ({ subject: new URL(callback).searchParams.get('sub')!, acr: 'pin' }),
}

const clock = () => room.made.clock.now
/** As the API does: who asks is said by the access token. */
const inNameOf = (clientId: string): LinkPort => ({
  askLink: (input) => room.verifier.askLink({ ...input, clientId }),
  linkRequest: (input) => room.verifier.linkRequest(input),
  serviceId: (input) => room.verifier.serviceId({ ...input, clientId }),
  customerOfId: (input) => room.verifier.customerOfId({ ...input, clientId }),
})

async function registered(clientId: string): Promise<OpenIdClient> {
  const key = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)
  const redirectUri = `https://${clientId}.example/callback`
  const client = await openIdClient({ issuer: room.deps.issuer!, clientId, redirectUri, key: key as never })
  await room.service(clientId, { publicJwk: client.publicJwk })
  return client
}

async function service(clientId: string, ties: NonNullable<Parameters<typeof createService>[0]['ties']>) {
  const store = serviceStore(await database.schema(`service-${clientId}`, serviceMigrations))
  const log = (event: string, fields?: object) => void room.logged.push(`${event} ${JSON.stringify(fields)}`)
  return createService({ store, clock, entropy: systemEntropy, openid, ties, log })
}

beforeAll(async () => {
  room = await watchedRoom()
  database = await testDatabase()
  ofBank = await registered(BANK)
  await registered(UNION)
  platform = inNameOf(BANK)
  door = await serve(tieDoor({ tiedBalance: (input) => union.tiedBalance(input) }), { port: 0 })
  const balance: Other['balance'] = (id) =>
    balanceAt({ clientId: BANK, door: door.url, clock, signed: ofBank.signed })(id)
  bank = await service(BANK, {
    links: {
      askLink: (input) => platform.askLink(input),
      linkRequest: (input) => platform.linkRequest(input),
      serviceId: (input) => platform.serviceId(input),
      customerOfId: (input) => platform.customerOfId(input),
    },
    other: { clientId: UNION, purpose: 'To show both balances', days: 90, balance },
  })
  union = await service(UNION, { links: inNameOf(UNION), door: signedFor({ door: door.url, clock }) })
})
afterAll(async () => {
  await door?.close()
  await database?.close()
  await room?.close()
})

let customers = 0
async function customerAt(one: Service, clientId: string, balance: number): Promise<string> {
  const [customerNumber, passcode] = [String(++customers), '111111']
  await one.addCustomer({ customerNumber, displayName: 'C', balance, passcode })
  const subject = await room.logIn(clientId, who)
  const begun = await one.startLogin({})
  const callback = `https://${clientId}.example/callback?sub=${subject}`
  const { session: loggedIn } = await one.finishLogin({ session: begun.session, callback })
  await one.linkCustomer({ session: loggedIn, customerNumber, passcode })
  return loggedIn
}

beforeEach(async () => {
  room.pass(1000)
  who = await room.holder()
  session = await customerAt(bank, BANK, 100)
})

async function agree(): Promise<void> {
  const { requestId } = await bank.askTie({ session })
  await room.verifier.answerLink({ ...room.own(who, `link ${requestId}`), requestId })
  expect((await bank.tieRequest({ session, requestId })).state).toBe('given')
}
const tied = () => bank.tied({ session })
const idNow = async () => {
  const subject = await room.logIn(BANK, who)
  return (await room.verifier.serviceId({ clientId: BANK, subject, with: UNION })).serviceId!
}
/** The transactions that wrote the bank's rows of its subjects. */
const writtenBy = async () => {
  const db = (await database.schema(`service-${BANK}`, serviceMigrations)) as Kysely<ServiceTables>
  return db
    .selectFrom('subject')
    .select(['subject', sql<string>`xmin::text`.as('by')])
    .orderBy('subject')
    .execute()
}
const nothing = (standing: string) => ({ standing, balance: null, until: null })

test('agreed to, the balance is asked for each time, and the person sees each; taken back, there is none and it is said why', async () => {
  await customerAt(union, UNION, 2_345)
  expect(await tied()).toEqual(nothing('untied'))
  await agree()
  const until = new Date(clock().getTime() + 90 * DAY_MS)
  expect(await tied()).toEqual({ standing: 'shown', balance: 2_345, until })
  const noted = await writtenBy()
  expect(await tied()).toMatchObject({ balance: 2_345 })
  expect(await writtenBy()).toEqual(noted)
  const { links, uses } = await room.verifier.ownRecords(room.own(who, 'show'))
  expect(links).toMatchObject([{ until, usedAt: clock() }])
  expect(uses.filter(({ kind }) => kind === 'tie').map(({ clientId, at }) => [clientId, at])).toEqual([
    [UNION, clock()],
    [UNION, clock()],
  ])
  const { serviceId } = links[0]!
  await room.verifier.unlinkOwn({ ...room.own(who, `unlink ${serviceId}`), serviceId })
  expect(await tied()).toEqual(nothing('ended'))
  await agree()
  expect(await tied()).toMatchObject({ standing: 'shown' })
  for (const line of [serviceId, '2345', '2_345']) expect(room.logged.join()).not.toContain(line)
})

test('its time ends it, and its record is deleted', async () => {
  await customerAt(union, UNION, 1)
  await agree()
  const id = await idNow()
  await tied()
  room.pass(90 * DAY_MS)
  session = await again()
  expect(await tied()).toEqual(nothing('expired'))
  expect(await room.verifier.customerOfId({ clientId: UNION, serviceId: id })).toEqual({ customer: null })
  expect((await room.verifier.ownRecords(room.own(who, 'show'))).links).toEqual([])
  room.pass(1000)
  expect((await room.verifier.forgetDue({})).forgotten).toMatchObject({ tie: expect.any(Number) })
})

/** A session does not live as long as the agreement. */
async function again(): Promise<string> {
  const begun = await bank.startLogin({})
  const callback = `https://${BANK}.example/callback?sub=${await room.logIn(BANK, who)}`
  return (await bank.finishLogin({ session: begun.session, callback })).session
}

test('declined or not a customer there: nothing is told', async () => {
  const { requestId } = await bank.askTie({ session })
  await room.verifier.declineRequest({ requestId })
  expect((await bank.tieRequest({ session, requestId })).state).toBe('declined')
  expect(await tied()).toEqual(nothing('untied'))
  await agree()
  expect(await tied()).toMatchObject({ standing: 'noCustomer', balance: null })
})

test('who has logged in and is no customer is asked nothing; a customer whose login is closed is nobody at the other', async () => {
  const begun = await bank.startLogin({})
  const callback = `https://${BANK}.example/callback?sub=stranger`
  const stranger = (await bank.finishLogin({ session: begun.session, callback })).session
  for (const ask of [bank.tied, bank.askTie])
    await expect(ask({ session: stranger })).rejects.toMatchObject({ code: 'service/notLoggedIn' })
  await customerAt(union, UNION, 7)
  await agree()
  expect(await tied()).toMatchObject({ standing: 'shown' })
  const db = (await database.schema(`service-${UNION}`, serviceMigrations)) as Kysely<ServiceTables>
  await db.updateTable('customer').set({ standing: 'closed' }).execute()
  expect(await tied()).toMatchObject({ standing: 'noCustomer', balance: null })
})

test('another’s door that leads elsewhere is not followed, and what is no balance is none', async () => {
  await customerAt(union, UNION, 7)
  await agree()
  const { port } = new URL(door.url)
  await door.close()
  const heard: string[] = []
  const elsewhere = await serve(
    answering(heard, () => Response.json({ balance: 1 })),
    { port: 0 },
  )
  const says = [
    () => Response.redirect(elsewhere.url),
    () => new Response('<p>7'),
    () => Response.json({ balance: '7' }),
    () => Response.json({ balance: 7 }, { status: 500 }),
  ]
  try {
    for (const say of says) {
      const other = await serve(answering([], say), { port: Number(port) })
      expect(await tied()).toMatchObject({ standing: 'away', balance: null })
      await other.close()
    }
    expect(heard).toEqual([])
  } finally {
    await elsewhere.close()
    door = await serve(tieDoor({ tiedBalance: (input) => union.tiedBalance(input) }), { port: Number(port) })
  }
})

const answering = (heard: string[], say: () => Response) => ({
  fetch: async (request: Request) => {
    heard.push(request.url)
    return say()
  },
})

test('nobody asks for a session that is not there, nor at a service that shows nothing', async () => {
  await expect(bank.tied({ session: 'nobody' })).rejects.toMatchObject({ code: 'service/notLoggedIn' })
  await expect(bank.askTie({ session: 'nobody' })).rejects.toMatchObject({ code: 'service/notLoggedIn' })
  const there = await customerAt(union, UNION, 1)
  await expect(union.tied({ session: there })).rejects.toMatchObject({ code: 'service/tiedToNobody' })
})

test('the platform away, the other service away: no balance, and each says so; both come back', async () => {
  await customerAt(union, UNION, 7)
  await agree()
  const there = platform
  platform = roleClient(apiContract, { url: 'http://127.0.0.1:1' })
  for (const ask of [tied, () => bank.askTie({ session })])
    await expect(ask()).rejects.toMatchObject({ code: 'service/platformAway', status: 503 })
  platform = there
  const { port } = new URL(door.url)
  await door.close()
  expect(await tied()).toMatchObject({ standing: 'away', balance: null })
  door = await serve(tieDoor({ tiedBalance: (input) => union.tiedBalance(input) }), { port: Number(port) })
  expect(await tied()).toMatchObject({ standing: 'shown', balance: 7 })
})

test('who is not that service, not now, not for this door or this id is told nothing', async () => {
  await customerAt(union, UNION, 7)
  await agree()
  const serviceId = await idNow()
  const iat = Math.floor(clock().getTime() / 1000)
  const good = { iss: BANK, sub: serviceId, aud: door.url, iat, exp: iat + 60 }
  const code = async (request: string) => {
    const answer = await fetch(door.url, { headers: { authorization: `Bearer ${request}` } })
    return answer.ok ? 'told' : ((await answer.json()) as { code: string }).code
  }
  const other = (await generateKeyPair('ES256')).privateKey
  const ofOther = await new SignJWT(good).setProtectedHeader({ alg: 'ES256' }).sign(other)
  const unsigned = [{ alg: 'none' }, good].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  expect(await code(await ofBank.signed(good))).toBe('told')
  const wrong: [string, string][] = [
    [ofOther, 'notThatService'],
    [`${unsigned.join('.')}.`, 'notThatService'],
    [await ofBank.signed({ ...good, iss: UNION }), 'notThatService'],
    [await ofBank.signed({ ...good, aud: 'https://elsewhere.example/' }), 'notThatService'],
    [await ofBank.signed({ ...good, iat: iat - 120, exp: iat - 60 }), 'notThatService'],
    [await ofBank.signed({ ...good, iat: iat - 600 }), 'notThatService'],
    [await ofBank.signed({ ...good, exp: undefined }), 'notThatService'],
    [await ofBank.signed({ ...good, sub: '0'.repeat(32) }), 'noTie'],
    [await ofBank.signed({ ...good, sub: undefined }), 'notThatService'],
    ['', 'notThatService'],
  ]
  for (const [request, name] of wrong) expect([name, await code(request)]).toEqual([name, `service/${name}`])
})
