// Those who abuse decoupled approval: who asks too often, who speaks for another, who comes with what is not theirs, who wants
// to learn who exists, who has the verifier ask an address inside. RFC 10027; docs/security.md.

import nodeCrypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import type * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, type MockInstance, test, vi } from 'vitest'
import { outside } from '../../../adapters/http/index.ts'
import { base64url } from '../../../base/bytes.ts'
import { ask, asked, fetchTokens, known, type Person, person } from '../testing/http/approval-room.ts'
import { type OpenIdRoom, openIdRoom, type Service } from '../testing/http/openid-room.ts'

let room: OpenIdRoom
let bank: Service
let shop: Service
let notes: MockInstance<OpenIdRoom['deps']['store']['services']['note']>
const toOutside = outside()

beforeAll(async () => {
  room = await openIdRoom(undefined, { ping: toOutside })
  notes = vi.spyOn(room.deps.store.services, 'note')
  bank = await room.service('bank', { ciba: {} })
  shop = await room.service('shop', { ciba: {} })
})
afterAll(async () => {
  hashing.mockRestore()
  syncBuiltinESMExports()
  toOutside.close()
  await room.close()
})

const refused = (error: string) => expect.objectContaining({ error })
const HOUR = 3_600_000
const decline = ({ phone }: Person, requestId: string, unexpected = false) =>
  room.verifier.declineApproval({ token: phone.token, requestId, unexpected })

test('expired: who approves too late approves nothing; who approves in the last second has given a minute to fetch', async () => {
  const one = await person(room, bank)
  const now = Date.now()
  const { begun, approval } = await asked(bank, one, { requested_expiry: '20' })
  const machine = vi.spyOn(Date, 'now')
  try {
    machine.mockImplementation(() => now + 19_000)
    await one.phone.approve(approval, begun.comparison_code)
    machine.mockImplementation(() => now + 45_000)
    expect((await fetchTokens(bank, begun.auth_req_id)).claims()!.sub).toBe(one.subject)
    const late = await asked(bank, one, { requested_expiry: '20' })
    machine.mockImplementation(() => now + 66_000)
    await expect(fetchTokens(bank, late.begun.auth_req_id)).rejects.toEqual(refused('expired_token'))
    await expect(one.phone.approve(late.approval, late.begun.comparison_code)).rejects.toMatchObject({
      code: 'verifier/approvalOver',
    })
  } finally {
    machine.mockRestore()
  }
})

test('fatigue: one at a time; three without a yes and the service is not heard for an hour; "I am in no conversation": a day', async () => {
  const victim = await person(room, bank)
  for (let i = 0; i < 3; i++) {
    const { approval } = await asked(bank, victim)
    await expect(ask(bank, { login_hint: victim.subject })).rejects.toEqual(refused('access_denied'))
    expect((await victim.phone.asked()).length).toBe(1)
    if (i < 2) await decline(victim, approval.requestId)
    else room.time.ahead += 121_000
  }
  await expect(ask(bank, { login_hint: victim.subject })).rejects.toEqual(refused('access_denied'))
  room.time.ahead += HOUR
  const { approval } = await asked(bank, victim)
  await decline(victim, approval.requestId, true)
  room.time.ahead += 23 * HOUR
  await expect(ask(bank, { login_hint: victim.subject })).rejects.toEqual(refused('access_denied'))
  room.time.ahead += HOUR
  const { begun, approval: last } = await asked(bank, victim)
  expect((await victim.phone.approve(last, begun.comparison_code)).verdict.outcome).toBe('passed')
})

test('fatigue by many services: what is more than a person can look at in an hour is never shown, and no service learns why', async () => {
  const victim = await person(room, bank)
  const shown: number[] = []
  for (let i = 0; i < 14; i++) {
    const service = await room.service(`many-${i}`, { ciba: {} })
    const { subject } = await known(room, service, victim.holder)
    const begun = await ask(service, { login_hint: subject })
    await expect(fetchTokens(service, begun.auth_req_id)).rejects.toEqual(refused('authorization_pending'))
    shown.push((await victim.phone.asked()).length)
  }
  expect(shown.at(-1)).toBe(12)
})

test('bulk: a service asks so many in a minute as it is registered for, and of two at once one person is asked once', async () => {
  const bulk = await room.service('bulk', { ciba: { perMinute: 3 } })
  const victim = await person(room, bulk)
  const both = await Promise.allSettled([1, 2].map(() => ask(bulk, { login_hint: victim.subject })))
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect((await victim.phone.asked()).length).toBe(1)
  await ask(bulk, { login_hint: 'somebody' })
  await expect(ask(bulk, { login_hint: 'somebody else' })).rejects.toEqual(refused('access_denied'))
})

test('phishing operator: a number that was not spoken ends the request, whatever is signed; approval in another’s name is none', async () => {
  const victim = await person(room, bank)
  const { begun, approval } = await asked(bank, victim)
  const wrong = approval.choices.find((code) => code !== begun.comparison_code)!
  await expect(victim.phone.approve(approval, wrong)).rejects.toMatchObject({ code: 'verifier/otherNumber' })
  await expect(victim.phone.approve(approval, begun.comparison_code)).rejects.toMatchObject({
    code: 'verifier/approvalOver',
  })
  await expect(fetchTokens(bank, begun.auth_req_id)).rejects.toEqual(refused('access_denied'))
  const again = await asked(bank, victim)
  const changed = { procedure: '残高の照会' }
  const { verdict } = await victim.phone.approve(again.approval, again.begun.comparison_code, victim.holder, changed)
  expect(verdict.outcome).toBe('failed')
  await expect(fetchTokens(bank, again.begun.auth_req_id)).rejects.toEqual(refused('access_denied'))
})

test('another person’s key, phone or secret answers nothing', async () => {
  const victim = await person(room, bank)
  const thief = await person(room, shop)
  const { begun, approval } = await asked(bank, victim)
  const code = begun.comparison_code
  await expect(victim.phone.approve(approval, code, thief.holder)).rejects.toMatchObject({ code: 'verifier/notTheirs' })
  await expect(thief.phone.approve(approval, code)).rejects.toMatchObject({ code: 'verifier/unknownApproval' })
  const token = base64url(room.deps.entropy(32))
  for (const act of [
    room.verifier.approvalsFor({ token }),
    decline({ ...victim, phone: { ...victim.phone, token } }, approval.requestId),
  ])
    await expect(act).rejects.toMatchObject({ code: 'verifier/unknownInbox' })
  room.authority.revoke(victim.holder.serial)
  expect((await victim.phone.approve(approval, code)).verdict.outcome).toBe('failed')
  await expect(fetchTokens(bank, begun.auth_req_id)).rejects.toEqual(refused('access_denied'))
})

test('replayed auth_req_id: tokens once, also of two at the same moment; another client’s brings nothing', async () => {
  const one = await person(room, bank)
  const { begun, approval } = await asked(bank, one)
  await one.phone.approve(approval, begun.comparison_code)
  await expect(fetchTokens(shop, begun.auth_req_id)).rejects.toEqual(refused('invalid_grant'))
  const both = await Promise.allSettled([1, 2].map(() => fetchTokens(bank, begun.auth_req_id)))
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(fetchTokens(bank, begun.auth_req_id)).rejects.toEqual(refused('invalid_grant'))
  await expect(one.phone.approve(approval, begun.comparison_code)).rejects.toMatchObject({
    code: 'verifier/approvalOver',
  })
})

/** Listened to where Node has it: our code calls it as ever. */
const hashing = vi.spyOn(nodeCrypto, 'scrypt')
syncBuiltinESMExports()

/** What is noted for the developer of a service is a statement that no answer waits for. */
const noted = () => Promise.allSettled(notes.mock.results.map(({ value }) => value as Promise<void>))

/** How many statements of SQL an act takes, and how many times a code is hashed. */
async function workOf(act: () => Promise<unknown>) {
  await noted()
  room.statements()
  hashing.mockClear()
  const answer = await act().then(
    (body) =>
      Object.keys(body as object)
        .sort()
        .join(),
    (error: oidc.ResponseBodyError) => `${error.status} ${error.error} ${error.error_description}`,
  )
  await noted()
  return { answer, statements: room.statements(), hashed: hashing.mock.calls.length }
}

test('enumeration: a person who exists, one who receives nothing, another service’s name and nobody look the same, by answer and by work', async () => {
  const receiving = await person(room, bank)
  const stranger = await person(room, shop)
  const silent = await known(room, bank, room.phone)
  const hints = [receiving.subject, silent.subject, stranger.subject, base64url(room.deps.entropy(32))]
  const seen: Record<string, unknown>[] = []
  for (const login_hint of hints) {
    const asking = () => ask(bank, { login_hint })
    const begun = await asking()
    const kept: Record<string, unknown> = { poll: await workOf(() => fetchTokens(bank, begun.auth_req_id)) }
    kept.again = await workOf(asking)
    room.time.ahead += 121_000
    kept.later = await workOf(asking)
    room.time.ahead += 121_000
    await asking()
    room.time.ahead += 121_000
    kept.paused = await workOf(asking)
    seen.push(kept)
  }
  for (const other of seen.slice(1)) expect(other).toEqual(seen[0])
  expect(seen[0]!.paused).toMatchObject({ answer: expect.stringContaining('403 access_denied') })
  expect(await stranger.phone.asked()).toEqual([])
})

test('user code: right, wrong, none set and nobody: one answer for all but the right one, the same work, and five tries', async () => {
  const ivr = await room.service('ivr', { ciba: { userCode: true } })
  const careful = await person(room, ivr, '24680')
  const careless = await person(room, ivr)
  await expect(ask(ivr, { login_hint: careful.subject })).rejects.toEqual(refused('missing_user_code'))
  const hints = [careful.subject, careless.subject, 'nobody']
  const wrong = []
  for (const login_hint of hints) wrong.push(await workOf(() => ask(ivr, { login_hint, user_code: '11111' })))
  expect(wrong[0]).toMatchObject({ answer: expect.stringContaining('invalid_user_code'), hashed: 1 })
  for (const one of wrong) expect(one).toEqual(wrong[0])
  const begun = await ask(ivr, { login_hint: careful.subject, user_code: '24680' })
  const [approval] = await careful.phone.asked()
  await careful.phone.approve(approval!, begun.comparison_code)
  for (let i = 0; i < 5; i++)
    await expect(ask(ivr, { login_hint: careful.subject, user_code: '00000' })).rejects.toEqual(
      refused('invalid_user_code'),
    )
  await expect(ask(ivr, { login_hint: careful.subject, user_code: '24680' })).rejects.toEqual(
    refused('invalid_user_code'),
  )
  room.time.ahead += HOUR
  await ask(ivr, { login_hint: careful.subject, user_code: '24680' })
})

test('SSRF: a service that would be told at an address inside is not registered; a name that leads inside is not told', async () => {
  for (const notificationEndpoint of [
    'https://10.0.0.1/told',
    'https://[::1]/told',
    'https://169.254.169.254/told',
    'http://localhost:1/told',
  ])
    await expect(room.service('inner', { ciba: { notificationEndpoint } })).rejects.toMatchObject({
      code: 'verifier/endpointRefused',
    })
  const named = await room.service('named', { ciba: { notificationEndpoint: 'https://localhost.localdomain/told' } })
  const one = await person(room, named)
  const { begun, approval } = await asked(named, one, { client_notification_token: 't' })
  await one.phone.approve(approval, begun.comparison_code)
  expect(room.logged).toContainEqual(['verifier.ping', expect.objectContaining({ clientId: 'named', arrived: false })])
  // The answer is there all the same.
  expect((await fetchTokens(named, begun.auth_req_id)).claims()!.sub).toBe(one.subject)
})

test('neither log nor answer to the phone holds auth_req_id, user code or the spoken number', () => {
  const logged = JSON.stringify(room.logged)
  for (const secret of ['24680', 'auth_req_id', 'comparison_code']) expect(logged).not.toContain(secret)
})
