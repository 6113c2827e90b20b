// A bank that is told of its customers by a platform: its stream with its own token, each event believed once, and what follows
// from it. Seed 2 pattern 2-2, with a real platform and authority over sockets.

import { createLocalJWKSet, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Served, serve } from '../../../adapters/http/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { hex } from '../../../base/bytes.ts'
import { EVENT_TYPES } from '../../../protocol/security-event/event-types.ts'
import { ADDRESS, type WatchedRoom, watchedRoom } from '../../../world/testing/watched-room.ts'
import type { Holder } from '../../authority/parties/specimen.ts'
import { FOUR_INFO } from '../../authority/test-authority.ts'
import type { Service } from '../contract.ts'
import { createService, type ServiceTables, serviceMigrations, serviceStore } from '../index.ts'
import { receiver, signalsOf } from './http.ts'

const BANK = 'hinata-bank'
const SECRET = 'Bearer of the bank'
const DAY_MS = 86_400_000

let room: WatchedRoom
let bank: Service
let door: Served
let db: import('kysely').Kysely<ServiceTables>
/** The tokens that came to the door, as they came. */
const pushed: string[] = []
let who: Holder
let subject: string
let number = 0
let session: string

const openid = {
  begin: async () => ({ location: '', state: 's', nonce: 'n', codeVerifier: 'v' }),
  finish: async ({ callback }: { callback: string }) => ({
    subject: new URL(callback).searchParams.get('sub')!,
    acr: 'x',
  }),
}

beforeAll(async () => {
  room = await watchedRoom()
  await room.service(BANK)
  const app = receiver({ takeEvent: (input) => bank.takeEvent(input) })
  const heard = {
    fetch: async (request: Request) => {
      pushed.push(await request.clone().text())
      return app.fetch(request)
    },
  }
  door = await serve(heard, { port: 0 })
  const { clock, issuer } = room.deps
  db = await room.made.database.schema<ServiceTables>('service', serviceMigrations)
  bank = createService({
    ...{ clock, openid, entropy: systemEntropy, log: room.deps.log, store: serviceStore(db as never) },
    asking: { clientId: BANK, verifier: room.verifier, own: false },
    signals: signalsOf({
      ...{ issuer: issuer!, clientId: BANK, endpoint: `${door.url}/bank/events`, authorization: SECRET, clock },
      token: async () => BANK,
      fetch: (request) => fetch(new Request(request.url.replace('http://localhost', room.url), request)),
    }),
  })
})
afterAll(async () => {
  await door.close()
  await room.close()
})
beforeEach(async () => {
  room.pass(1000)
  who = await room.holder()
  subject = await room.logIn(BANK, who)
  await bank.addCustomer({ customerNumber: `${++number}`, displayName: 'Before', balance: 0, passcode: '1' })
  session = await logIn()
  await bank.linkCustomer({ session, customerNumber: `${number}`, passcode: '1' })
  await room.consent(BANK, subject, who)
})

async function logIn(): Promise<string> {
  const { session: begun } = await bank.startLogin({})
  return (await bank.finishLogin({ session: begun, callback: `https://bank.example/?sub=${subject}` })).session
}
const tick = async () => {
  await room.verifier.followChanges({})
  const { dead, failed } = await room.verifier.deliverEvents({})
  expect({ dead, failed }).toEqual({ dead: 0, failed: 0 })
  return bank.followNews({})
}
const customer = async () => (await bank.account({ session })).customer
const post = (body: string, authorization: string | null = SECRET) =>
  fetch(`${door.url}/bank/events`, { method: 'POST', body, headers: authorization ? { authorization } : {} })

test('its stream is made once, proved by a verification event, and made anew when the platform has lost it', async () => {
  expect(await bank.followNews({})).toMatchObject({ subscribed: true })
  await room.verifier.deliverEvents({})
  const verified = async () => (await db.selectFrom('event_stream').selectAll().execute())[0] as never
  expect(await verified()).toMatchObject({ verified_at: expect.any(Date) })
  expect(await bank.followNews({})).toMatchObject({ subscribed: false })
  const [stream] = (await room.ssf(BANK, 'GET', 'stream')).body
  await room.ssf(BANK, 'DELETE', `stream?stream_id=${stream.stream_id}`)
  room.pass(DAY_MS + 1000)
  expect(await bank.followNews({})).toMatchObject({ subscribed: true })
  const [again] = (await room.ssf(BANK, 'GET', 'stream')).body
  expect(again).toMatchObject({ delivery: { endpoint_url: `${door.url}/bank/events` }, iss: room.deps.issuer })
  expect(again.stream_id).not.toBe(stream.stream_id)
})

test('a move: the bank knows at once, stays open to its customer, and has the new facts by consent from the next day', async () => {
  await room.move(who)
  await tick()
  expect(await customer()).toMatchObject({ standing: 'changed', displayName: 'Before', address: null })
  await room.issue(who.residentId, 'sign')
  room.pass(60_000)
  await tick()
  // The consent begins tomorrow.
  expect(await tick()).toMatchObject({ refreshed: 0 })
  expect(await customer()).toMatchObject({ standing: 'due' })
  room.pass(DAY_MS)
  expect(await tick()).toMatchObject({ refreshed: 1 })
  session = await logIn()
  expect(await customer()).toMatchObject({ standing: 'current', displayName: FOUR_INFO.name, address: ADDRESS })
  expect(await tick()).toMatchObject({ refreshed: 0 })
  for (const secret of [ADDRESS, FOUR_INFO.name, SECRET]) expect(room.logged.join()).not.toContain(secret)
})

test('a lost card: its sessions end, nobody logs in; the new certificate opens it again', async () => {
  const { serial } = who.sign
  await room.made.authority.revoke({ kind: 'sign', serial, reason: 'keyCompromise', requestedBy: 'counter' })
  await tick()
  expect(await bank.account({ session })).toEqual({ loggedIn: false, customer: null, delegated: false })
  await expect(logIn()).rejects.toMatchObject({ code: 'service/loginClosed' })
  await room.issue(who.residentId, 'sign')
  room.pass(60_000)
  await tick()
  session = await logIn()
  expect(await customer()).toMatchObject({ standing: 'due' })
})

test('consent taken back between the news and the question: the bank keeps what it knows, and asks no more', async () => {
  await room.move(who)
  await tick()
  await room.issue(who.residentId, 'sign')
  room.pass(60_000)
  await tick()
  expect(await customer()).toMatchObject({ standing: 'due' })
  const { consentId } = (await room.verifier.ownRecords(room.own(who, 'show'))).consents[0]!
  await room.verifier.withdrawOwn({ ...room.own(who, `withdraw ${consentId}`), consentId })
  room.pass(11 * 60_000)
  expect(await tick()).toMatchObject({ refreshed: 0 })
  session = await logIn()
  expect(await customer()).toMatchObject({ standing: 'current', displayName: 'Before', address: null })
})

test('the same event again, also five times at once, counts once; the order of the first arrivals stands', async () => {
  pushed.length = 0
  await room.move(who)
  await room.issue(who.residentId, 'sign')
  room.pass(60_000)
  await tick()
  const [changed] = pushed
  expect(await customer()).toMatchObject({ standing: 'due' })
  const again = await Promise.all(Array.from({ length: 5 }, () => post(changed!)))
  expect(again.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202])
  expect(await customer()).toMatchObject({ standing: 'due' })
  const jti = await jtiOf(changed!)
  const taken = await db.selectFrom('taken_event').select('jti').where('jti', '=', jti).execute()
  expect(taken).toHaveLength(1)
})

const keys = async () => createLocalJWKSet((await (await fetch(`${room.url}/verifier/ssf/jwks`)).json()) as never)
const jtiOf = async (set: string) =>
  (await jwtVerify(set, await keys(), { currentDate: room.made.clock.now })).payload.jti!

test('what is not for this bank, not of this platform, or no such token, is refused with its code and changes nothing', async () => {
  pushed.length = 0
  await room.move(who)
  await room.verifier.followChanges({})
  const before = await customer()
  const claims = {
    iss: room.deps.issuer!,
    aud: BANK,
    jti: hex(systemEntropy(16)),
    sub_id: { format: 'iss_sub', iss: room.deps.issuer!, sub: subject },
    events: { [EVENT_TYPES.factsChanged]: {} },
  }
  const [{ privateKey }, signer] = [await generateKeyPair('ES256'), room.deps.keys]
  const forged = (header: object) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'secevent+jwt', ...header }).sign(privateKey)
  const { eventKey } = await import('../../verifier/events/key.ts')
  const { encodeSet } = await import('../../../protocol/security-event/set.ts')
  const { signer: own, kid } = await eventKey(signer)
  const real = (changed: object) => {
    const at = { iat: room.made.clock.now, toe: room.made.clock.now }
    const subjectOf = { format: 'iss_sub', iss: claims.iss, sub: subject } as const
    const event = { ...claims, ...at, subject: subjectOf, type: EVENT_TYPES.factsChanged, claims: {}, ...changed }
    return encodeSet(event as never, own, kid)
  }
  const cases: [string, string | null, string][] = [
    [await real({}), null, 'authentication_failed'],
    [await real({}), 'Bearer of another', 'authentication_failed'],
    [await real({ aud: 'midori-insurance' }), SECRET, 'invalid_audience'],
    [await real({ iss: 'https://evil.example' }), SECRET, 'invalid_issuer'],
    [
      await real({ subject: { format: 'iss_sub', iss: 'https://evil.example', sub: subject } }),
      SECRET,
      'invalid_request',
    ],
    [await forged({ kid }), SECRET, 'invalid_key'],
    [await forged({ kid: 'unknown' }), SECRET, 'invalid_key'],
    [await forged({ kid, typ: 'JWT' }), SECRET, 'invalid_key'],
    [`${Buffer.from('{"alg":"none","typ":"secevent+jwt"}').toString('base64url')}.e30.`, SECRET, 'invalid_key'],
    ['no token at all', SECRET, 'invalid_request'],
  ]
  for (const [set, authorization, err] of cases) {
    const answer = await post(set, authorization)
    expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({ status: 400, err })
  }
  expect(await customer()).toEqual(before)
  await tick()
  expect(await customer()).toMatchObject({ standing: 'changed' })
})
