// The desk of the platform over a provider that listens: stopped at once and let go on, held against deletion, deleted by its term,
// counted by the hour; and nobody without a part in it.

import * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serviceApi } from '../api/http.ts'
import type { Verifier } from '../contract.ts'
import { createVerifier } from '../index.ts'
import { CLIENT_KEPT_MS } from '../openid/adapter.ts'
import { TERMS } from '../retention/terms.ts'
import { believingPortal, firmAt } from '../testing/http/firm.ts'
import { approved, exchange, type OpenIdRoom, openIdRoom, plain, waiting } from '../testing/http/openid-room.ts'
import { answer } from '../testing/phone.ts'
import { quantile } from './figures/figures.ts'

let room: OpenIdRoom
let verifier: Verifier
let operator: string
let auditor: string

beforeAll(async () => {
  room = await openIdRoom()
  verifier = await createVerifier({ ...room.deps, portal: believingPortal, issuer: room.server.issuer })
  const clerk = async (clerkId: string, part: 'operator' | 'auditor') => {
    await verifier.addClerk({ clerkId, name: clerkId, passcode: 'kazasu-kiban', parts: [part] })
    return (await verifier.signIn({ clerkId, passcode: 'kazasu-kiban' })).session
  }
  operator = await clerk('kudo', 'operator')
  auditor = await clerk('hara', 'auditor')
})
afterAll(() => room.close())

/** A tenant with one service, and its administrator. */
async function firm(name: string) {
  const { key, session, tenantId, clientId, redirectUri } = await firmAt(verifier, name, ['signatures'])
  const configuration = await oidc.discovery(
    new URL(room.server.issuer),
    clientId,
    { id_token_signed_response_alg: 'ES256' },
    oidc.PrivateKeyJwt(key.privateKey),
    { execute: [oidc.allowInsecureRequests] },
  )
  return { session, tenantId, clientId, service: { configuration, redirectUri, key } }
}
type Firm = Awaited<ReturnType<typeof firm>>

async function logIn({ service }: Firm) {
  const begun = await plain(service)
  return exchange(service, begun, await approved(room, begun.location))
}

const ask = (clientId: string) =>
  serviceApi({ ...room.deps, issuer: room.server.issuer, verifier, clientOf: async (token) => token }).fetch(
    new Request(`${room.server.issuer}/api/signedDocument`, {
      method: 'POST',
      headers: { authorization: `Bearer ${clientId}`, 'content-type': 'application/json' },
      body: JSON.stringify({ requestId: 'none' }),
    }),
  )

test('a suspended tenant is stopped with what it has running, another goes on; resumed, it logs people in again', async () => {
  const [bakery, florist] = [await firm('bakery'), await firm('florist')]
  const { service, clientId, tenantId } = bakery
  const running = await waiting(room, (await plain(service)).location)
  const begun = await plain(service)
  const callback = await approved(room, begun.location)
  const { access_token: token } = await oidc.clientCredentialsGrant(service.configuration, { scope: 'ssf.read' })
  expect((await ask(clientId)).status).toBe(404)

  await verifier.suspend({ session: operator, owner: tenantId, reason: 'key found on a public page' })
  await expect(answer(room.verifier, room.phone, running.loginId)).rejects.toMatchObject({
    code: 'verifier/loginAnswered',
  })
  await expect(exchange(service, begun, callback)).rejects.toThrow()
  expect(await room.server.openId.clientOf(token, 'ssf.read')).toBeUndefined()
  expect(await (await ask(clientId)).json()).toMatchObject({ code: 'verifier/unknownClient' })
  await logIn(florist)
  // Its administrators still see it, and can change the key that was found.
  expect((await verifier.ownServices({ session: bakery.session })).services).toHaveLength(1)
  expect((await verifier.developer({ session: bakery.session })).tenant).toMatchObject({
    suspended: 'key found on a public page',
  })

  await verifier.resume({ session: operator, owner: tenantId })
  room.time.ahead += CLIENT_KEPT_MS + 1
  await logIn(bakery)
  room.time.ahead = 0
  // One service alone, twice; what is not there is refused.
  for (const _ of [1, 2]) await verifier.suspend({ session: operator, owner: clientId, reason: 'asked by its owner' })
  expect((await ask(clientId)).status).toBe(404)
  await verifier.resume({ session: operator, owner: clientId })
  await expect(verifier.suspend({ session: operator, owner: 's-none', reason: 'x' })).rejects.toMatchObject({
    code: 'verifier/notOwnService',
  })
})

test('who has no part in the desk does nothing there; an auditor reads and changes nothing; acts are written down', async () => {
  const { tenantId, session: developer } = await firm('harbour')
  const acts = [
    (session: string) => verifier.suspend({ session, owner: tenantId, reason: 'x' }),
    (session: string) => verifier.resume({ session, owner: tenantId }),
    (session: string) => verifier.hold({ session, tenantId, reason: 'x' }),
    (session: string) => verifier.liftHold({ session, tenantId }),
    (session: string) => verifier.setQuota({ session, tenantId, perMinute: 1 }),
    (session: string) => verifier.dropLetter({ session, jti: 'none', reason: 'x' }),
    (session: string) => verifier.reviveLetter({ session, jti: 'none' }),
  ]
  const reads = [
    (session: string) => verifier.runTenants({ session }),
    (session: string) => verifier.platformFigures({ session, hours: 2 }),
    (session: string) => verifier.retention({ session }),
    (session: string) => verifier.platformActs({ session }),
  ]
  for (const act of acts) {
    await expect(act(auditor)).rejects.toMatchObject({ code: 'verifier/notYourPart' })
    await expect(act(developer)).rejects.toMatchObject({ code: 'verifier/notSignedIn' })
  }
  for (const read of reads) {
    await read(auditor)
    await expect(read(developer)).rejects.toMatchObject({ code: 'verifier/notSignedIn' })
  }
  await expect(acts.at(-1)!(operator)).rejects.toMatchObject({ code: 'verifier/noDeadLetter' })
  const [last] = (await verifier.platformActs({ session: auditor })).acts
  expect(last).toMatchObject({ clerk: 'kudo', act: 'revive', subject: 'none', refusal: 'verifier/noDeadLetter' })
  // An operator's session opens nothing of a tenant.
  await expect(verifier.tenantFigures({ session: operator, hours: 2 })).rejects.toMatchObject({
    code: 'verifier/developerSession',
  })
})

test('figures: what each tenant asked by the hour, for itself and for the operator; counted once, also by two at once', async () => {
  const [inn, spa] = [await firm('inn'), await firm('spa')]
  const none = await verifier.tenantFigures({ session: inn.session, hours: 3 })
  expect([none.hours.length, none.reasons, none.latency]).toEqual([3, [], []])
  await logIn(inn)
  await ask(inn.clientId)
  const gone = room.authority.issue('auth')
  room.authority.revoke(gone.serial)
  const refused = await waiting(room, (await plain(inn.service)).location)
  await answer(room.verifier, gone, refused.loginId)
  await expect
    .poll(async () => (await verifier.serviceActivity({ ...inn, failuresOnly: false })).entries.length)
    .toBeGreaterThanOrEqual(4)
  await Promise.all([verifier.countActivity({}), verifier.countActivity({})])
  const own = await verifier.tenantFigures({ session: inn.session, hours: 3 })
  const sum = (key: 'logins' | 'other' | 'failed') => own.hours.reduce((all, hour) => all + hour[key], 0)
  expect([sum('logins'), sum('other'), sum('failed')]).toEqual([1, 1, 2])
  expect(own.reasons).toEqual(
    expect.arrayContaining([
      { what: 'login', reason: 'no certificate is revoked', count: 1 },
      { what: 'signedDocument', reason: 'verifier/unknownRequest', count: 1 },
    ]),
  )
  expect(own.latency.map(({ what }) => what)).toEqual(['login', 'signedDocument'])
  for (const { p50, p95 } of own.latency) expect(p50).toBeLessThanOrEqual(p95)
  const others = await verifier.tenantFigures({ session: spa.session, hours: 3 })
  expect(others.hours.every(({ logins, other, failed }) => logins + other + failed === 0)).toBe(true)
  const all = await verifier.platformFigures({ session: operator, hours: 3 })
  expect(all.reasons.find(({ what }) => what === 'signedDocument')!.count).toBeGreaterThanOrEqual(1)
  expect(all.freshness).toMatchObject({ listIssuedAt: null, feed: null })
})

test('quantiles of a histogram: between the bounds, at the last bound for what is slower, null for nothing', () => {
  expect(quantile([0, 0, 0], 0.5)).toBeNull()
  expect(quantile([0, 0, 0, 10], 0.5)).toBe(7.5)
  const slow = Array<number>(14).fill(0)
  slow[13] = 1
  expect(quantile(slow, 0.95)).toBe(10_000)
})

test('what is over by its term goes and what is not stays; a hold keeps a tenant’s until it is lifted', async () => {
  const [mill, dock] = [await firm('mill'), await firm('dock')]
  for (const one of [mill, dock]) await logIn(one)
  const left = async ({ session, clientId }: Firm) =>
    (await verifier.serviceActivity({ session, clientId, failuresOnly: false })).entries.length
  await expect.poll(() => left(dock)).toBeGreaterThanOrEqual(2)
  await verifier.countActivity({})
  expect((await verifier.forgetDue({})).forgotten).not.toHaveProperty('activity')
  await verifier.hold({ session: operator, tenantId: mill.tenantId, reason: 'Tokyo District Court, 2026 (wa) 1' })

  room.time.ahead = TERMS.activity.keptMs + 60_000
  const relogged = await verifier.signIn({ clerkId: 'kudo', passcode: 'kazasu-kiban' })
  const again = async (name: string) =>
    (await verifier.finishDeveloperLogin({ callback: `https://x.example/?code=${name}`, pending: '' })).session
  const [ofMill, ofDock] = [
    { ...mill, session: await again('mill') },
    { ...dock, session: await again('dock') },
  ]
  const { forgotten } = await verifier.forgetDue({})
  expect(forgotten).toMatchObject({ activity: expect.any(Number), login: expect.any(Number) })
  expect(forgotten.artifact).toBeGreaterThan(0)
  expect([await left(ofMill), await left(ofDock)]).toEqual([expect.any(Number), 0])
  expect(await left(ofMill)).toBeGreaterThanOrEqual(2)
  expect((await verifier.forgetDue({})).forgotten).not.toHaveProperty('activity')
  const { kinds } = await verifier.retention({ session: relogged.session })
  expect(kinds.find(({ kind }) => kind === 'activity')!.forgotten).toBe(forgotten.activity)

  await verifier.closeService({ session: ofMill.session, clientId: mill.clientId })
  await expect(verifier.eraseTenant({ tenantId: mill.tenantId })).rejects.toMatchObject({ code: 'verifier/tenantHeld' })
  const { services } = (await verifier.runTenants({ session: relogged.session })).tenants.find(
    ({ name }) => name === 'mill',
  )!
  expect(services).toEqual([])

  await verifier.liftHold({ session: relogged.session, tenantId: mill.tenantId })
  expect((await verifier.forgetDue({})).forgotten).toHaveProperty('activity')
  expect((await verifier.ownServices({ session: ofMill.session })).services).toEqual([])
  room.time.ahead = 0
})
