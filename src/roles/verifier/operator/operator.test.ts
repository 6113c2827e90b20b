// The desk of the platform over a provider that listens: stopped at once and let go on, held against deletion, deleted by its term,
// counted by the hour; and nobody without a part in it.

import * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serviceApi } from '../api/http.ts'
import type { Verifier } from '../contract.ts'
import { createVerifier } from '../index.ts'
import { CLIENT_KEPT_MS } from '../openid/adapter.ts'
import { TERMS } from '../retention/terms.ts'
import { sealFor } from '../tenant-keys/sealing.ts'
import { byTwo, type DeskSessions, deskOf } from '../testing/desk.ts'
import { believingPortal, firmAt } from '../testing/http/firm.ts'
import { approved, exchange, type OpenIdRoom, openIdRoom, plain, waiting } from '../testing/http/openid-room.ts'
import { named } from '../testing/http.ts'
import { answer } from '../testing/phone.ts'
import { MACHINE } from './contract.ts'
import { quantile } from './figures/figures.ts'

let room: OpenIdRoom
let verifier: Verifier
let desk: DeskSessions
let operator: string
let auditor: string

beforeAll(async () => {
  room = await openIdRoom()
  verifier = await createVerifier({ ...room.deps, portal: believingPortal, issuer: room.server.issuer })
  desk = await deskOf(verifier)
  ;({ operator, auditor } = desk)
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
  serviceApi({ ...room.deps, issuer: room.server.issuer, verifier, askerOf: named }).fetch(
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
  const presented = { method: 'GET', path: '/', authorization: `Bearer ${token}`, proof: undefined }
  expect(await room.server.openId.askerOf(presented, 'ssf.read')).toMatchObject({ status: 401 })
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
    (session: string) => verifier.rotateTenantKeys({ session }),
    (session: string) => verifier.proposeAct({ session, act: 'erase', subject: tenantId, reason: 'x' }),
    (session: string) => verifier.withdrawAct({ session, act: 'erase', subject: tenantId }),
    (session: string) => verifier.releaseAct({ session, act: 'erase', subject: tenantId }),
    (session: string) => verifier.putClerk({ session, clerkId: 'hara', name: 'x', parts: ['operator'] }),
    (session: string) => verifier.takeClerkAway({ session, clerkId: 'kudo' }),
    (session: string) => verifier.reviveLetter({ session, jti: 'none' }),
  ]
  const reads = [
    (session: string) => verifier.runTenants({ session }),
    (session: string) => verifier.platformFigures({ session, hours: 2 }),
    (session: string) => verifier.retention({ session }),
    (session: string) => verifier.platformActs({ session }),
    (session: string) => verifier.undelivered({ session }),
    (session: string) => verifier.proposedActs({ session }),
    (session: string) => verifier.tenantKeys({ session }),
    (session: string) => verifier.deskClerks({ session }),
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
  expect(last).toMatchObject({ clerk: 'kudo', act: 'revive', subject: 'none', outcome: 'verifier/noDeadLetter' })
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

test('a service that has no tenant is seen, stopped with what it has running, held, and let go on', async () => {
  const own = await room.service('ferry')
  const shown = async () =>
    (await verifier.runTenants({ session: auditor })).own.find(({ clientId }) => clientId === 'ferry')
  expect(await shown()).toMatchObject({ name: expect.any(String), perMinute: null, measures: [] })
  const running = await waiting(room, (await plain(own)).location)
  await verifier.suspend({ session: operator, owner: 'ferry', reason: 'its key was lost' })
  await expect(answer(room.verifier, room.phone, running.loginId)).rejects.toMatchObject({
    code: 'verifier/loginAnswered',
  })
  expect((await ask('ferry')).status).toBe(404)
  expect(await shown()).toMatchObject({ measures: [{ kind: 'suspended', reason: 'its key was lost' }] })
  await verifier.hold({ session: operator, tenantId: 'ferry', reason: 'an audit' })
  await verifier.resume({ session: operator, owner: 'ferry' })
  room.time.ahead += CLIENT_KEPT_MS + 1
  const again = await plain(own)
  await exchange(own, again, await approved(room, again.location))
  room.time.ahead = 0
})

test('a service that has no tenant is closed for good by two clerks, and what was kept for it erased', async () => {
  const own = await room.service('lighthouse')
  const registered = (await room.deps.store.registeredClient('lighthouse'))!
  await sealFor(room.deps, 'lighthouse', { table: 't', row: 'r' }, Uint8Array.of(1))
  const two = (act: 'close' | 'erase', subject: string) => byTwo(verifier, desk, act, subject)
  const shown = async () =>
    (await verifier.runTenants({ session: auditor })).own.find(({ clientId }) => clientId === 'lighthouse')
  await expect(two('erase', 'service lighthouse')).rejects.toMatchObject({ code: 'verifier/tenantInUse' })
  await expect(two('close', 'nobody')).rejects.toMatchObject({ code: 'verifier/notOwnService' })
  const running = await waiting(room, (await plain(own)).location)
  await two('close', 'lighthouse')
  await expect(answer(room.verifier, room.phone, running.loginId)).rejects.toMatchObject({
    code: 'verifier/loginAnswered',
  })
  expect((await ask('lighthouse')).status).toBe(404)
  await expect(two('close', 'lighthouse')).rejects.toMatchObject({ code: 'verifier/notOwnService' })
  // Also by whoever runs the machine.
  await expect(verifier.registerClient(registered)).rejects.toMatchObject({ code: 'verifier/serviceClosed' })
  expect(await shown()).toMatchObject({ closed: true, kept: true })
  await verifier.hold({ session: operator, tenantId: 'lighthouse', reason: 'an audit' })
  await expect(two('erase', 'service lighthouse')).rejects.toMatchObject({ code: 'verifier/tenantHeld' })
  await verifier.liftHold({ session: operator, tenantId: 'lighthouse' })
  await two('erase', 'service lighthouse')
  expect(await shown()).toBeUndefined()
})

test('what cannot be undone has two clerks: proposed by one, released by another, seen by all, in the evidence of whom it is about', async () => {
  const { session, tenantId, clientId } = await firm('brewery')
  const of = { act: 'erase', subject: tenantId } as const
  const propose = () => verifier.proposeAct({ session: operator, ...of, reason: 'its contract has ended' })
  await expect(propose()).rejects.toMatchObject({ code: 'verifier/tenantInUse' })
  await verifier.closeService({ session, clientId })
  await expect(propose()).rejects.toMatchObject({ code: 'verifier/nothingKept' })
  await sealFor(room.deps, clientId, { table: 't', row: 'r' }, Uint8Array.of(1))
  const kept = async () =>
    (await verifier.runTenants({ session: auditor })).tenants.find((one) => one.tenantId === tenantId)!.kept
  expect(await kept()).toBe(true)
  await propose()
  // One person with both parts does not stand behind it twice.
  const both = { clerkId: 'kudo', name: 'kudo', parts: ['operator', 'release'] as ['operator', 'release'] }
  await verifier.putClerk({ session: desk.administrator, ...both })
  await expect(verifier.releaseAct({ session: operator, ...of })).rejects.toMatchObject({
    code: 'verifier/secondClerk',
  })
  await verifier.putClerk({ session: desk.administrator, ...both, parts: ['operator'] })
  await verifier.withdrawAct({ session: operator, ...of })
  await expect(verifier.releaseAct({ session: desk.release, ...of })).rejects.toMatchObject({
    code: 'verifier/notProposed',
  })
  await propose()
  const twice = [1, 2].map(() => verifier.releaseAct({ session: desk.release, ...of }))
  expect((await Promise.allSettled(twice)).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await kept()).toBe(false)
  const { lines } = await verifier.evidence({ session: auditor, tenantId, from: new Date(0), to: new Date(1e14) })
  const acts = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'operator')
  expect(acts.map(({ act, clerk, outcome }) => `${clerk} ${act} ${outcome}`)).toEqual([
    'kudo propose erase verifier/tenantInUse',
    'kudo propose erase verifier/nothingKept',
    'kudo propose erase done',
    'kudo erase verifier/secondClerk',
    'kudo withdraw erase done',
    'miura erase verifier/notProposed',
    'kudo propose erase done',
    ...acts.slice(7).map(({ outcome }) => `miura erase ${outcome}`),
  ])
  expect(acts.slice(7).map(({ outcome }) => outcome)).toContain('done')
})

test('a release that is broken off at any statement: nothing was done and the proposal stands, or both are over', async () => {
  const { session, tenantId, clientId } = await firm('dairy')
  await sealFor(room.deps, clientId, { table: 't', row: 'r' }, Uint8Array.of(1))
  await verifier.closeService({ session, clientId })
  const of = { act: 'erase', subject: tenantId } as const
  await verifier.proposeAct({ session: operator, ...of, reason: 'its contract has ended' })
  const standing = async () => (await verifier.proposedActs({ session: auditor })).proposals.length > 0
  const kept = async () => (await room.deps.store.tenantKeys.tenants()).includes(tenantId)
  let broken = 0
  for (; await standing(); broken++) {
    expect(await kept()).toBe(true)
    room.cut.in = broken + 1
    await verifier.releaseAct({ session: desk.release, ...of }).catch(() => undefined)
    room.cut.in = 0
  }
  expect(await kept()).toBe(false)
  expect(broken).toBeGreaterThan(5)
})

test('keys of tenants change by a clerk’s act, and the desk shows how far they are', async () => {
  const { generation } = await verifier.rotateTenantKeys({ session: operator })
  expect(await verifier.tenantKeys({ session: auditor })).toMatchObject({ generation, behind: 0 })
  // One that was wrapped before, as by a process that died in the middle.
  await room.deps.store.tenantKeys.add(
    { keyId: 'aa', tenantId: 'late', wrapped: Uint8Array.of(1), generation: generation - 1 },
    room.deps.clock(),
  )
  expect(await verifier.tenantKeys({ session: auditor })).toMatchObject({ generation, behind: 1 })
  await room.deps.store.tenantKeys.erase('late', async () => undefined)
  expect((await verifier.platformActs({ session: auditor, clerk: 'kudo' })).acts[0]).toMatchObject({
    ...{ act: 'rotate', outcome: 'done' },
  })
})

test('clerks: entered, changed and taken away at once by an administrator, who is never the last to go', async () => {
  const { administrator } = desk
  const nobu = { clerkId: 'nobu', name: '信田', parts: ['auditor'] as ('auditor' | 'administrator')[] }
  await expect(verifier.putClerk({ session: administrator, ...nobu })).rejects.toMatchObject({
    code: 'verifier/passcodeNeeded',
  })
  await verifier.putClerk({ session: administrator, ...nobu, passcode: 'kazasu-atarashii' })
  const { session } = await verifier.signIn({ clerkId: 'nobu', passcode: 'kazasu-atarashii' })
  await expect(verifier.takeClerkAway({ session, clerkId: 'kudo' })).rejects.toMatchObject({
    code: 'verifier/notYourPart',
  })
  const alone = [
    () => verifier.takeClerkAway({ session: administrator, clerkId: 'sugi' }),
    () => verifier.putClerk({ session: administrator, clerkId: 'sugi', name: 'sugi', parts: ['auditor'] }),
  ]
  for (const go of alone) await expect(go()).rejects.toMatchObject({ code: 'verifier/lastAdministrator' })
  // A part counts from the next act on, under the session that is there.
  await verifier.putClerk({ session: administrator, ...nobu, parts: ['administrator'] })
  const both = await Promise.allSettled([
    verifier.takeClerkAway({ session, clerkId: 'sugi' }),
    verifier.takeClerkAway({ session: administrator, clerkId: 'nobu' }),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const sugi = { clerkId: 'sugi', passcode: 'kazasu-kiban' }
  await verifier.addClerk({ ...sugi, name: 'sugi', parts: ['administrator'] })
  const { session: again } = await verifier.signIn(sugi)
  for (let i = 0; i < 5; i++)
    await expect(verifier.signIn({ clerkId: 'hara', passcode: 'guess-guess' })).rejects.toThrow()
  const locked = async () =>
    (await verifier.deskClerks({ session: operator })).clerks.find(({ clerkId }) => clerkId === 'hara')!.locked
  expect(await locked()).toBe(true)
  const hara = { clerkId: 'hara', name: 'hara', parts: ['auditor'] as ['auditor'], passcode: 'kazasu-kiban' }
  await verifier.putClerk({ session: again, ...hara })
  expect(await locked()).toBe(false)
  await expect(verifier.runTenants({ session: auditor })).rejects.toMatchObject({ code: 'verifier/notSignedIn' })
  desk = await deskOf(verifier)
  ;({ operator, auditor } = desk)
  // What was done without a clerk stands as the machine's; nothing that stands there can be changed.
  const { acts } = await verifier.platformActs({ session: auditor, clerk: MACHINE })
  expect(acts[0]).toMatchObject({ act: 'putClerk', outcome: 'done' })
  await expect(room.sql(`update ${room.schema}.clerk_act set clerk = 'nobody'`)).rejects.toThrow('not changed')
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
  const relogged = await deskOf(verifier)
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
  const { kinds } = await verifier.retention({ session: relogged.operator })
  expect(kinds.find(({ kind }) => kind === 'activity')!.forgotten).toBe(forgotten.activity)

  await verifier.closeService({ session: ofMill.session, clientId: mill.clientId })
  await expect(byTwo(verifier, relogged, 'erase', mill.tenantId)).rejects.toMatchObject({ code: 'verifier/tenantHeld' })
  const { services } = (await verifier.runTenants({ session: relogged.operator })).tenants.find(
    ({ name }) => name === 'mill',
  )!
  expect(services).toEqual([])

  await verifier.liftHold({ session: relogged.operator, tenantId: mill.tenantId })
  expect((await verifier.forgetDue({})).forgotten).toHaveProperty('activity')
  expect((await verifier.ownServices({ session: ofMill.session })).services).toEqual([])
  room.time.ahead = 0
})
