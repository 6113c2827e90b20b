// J-LIS is away: nothing is approved, unless the service allows a status of before; then by J-LIS's own signed answer, in its time,
// said so in verdict and ID token, and not after a revocation was seen.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { privateKey, sign } from '../../../base/crypto.ts'
import { loginMessage } from '../../../protocol/login/login-message.ts'
import { type WatchedRoom, watchedRoom } from '../../../world/testing/watched-room.ts'
import type { Holder as Resident } from '../../authority/parties/specimen.ts'
import { zClient } from '../openid/contract.ts'
import { startLogin } from '../start-login.ts'
import type { Holder } from '../testing/authority.ts'
import { ask, fetchTokens, type Person, person } from '../testing/http/approval-room.ts'
import {
  back,
  exchange,
  type OpenIdRoom,
  openIdRoom,
  plain,
  type Service,
  waiting,
} from '../testing/http/openid-room.ts'
import { answer } from '../testing/phone.ts'

const MINUTE_MS = 60_000
const ALLOWS = 10

describe('with an OpenID provider and an authority that can be switched off', () => {
  let room: OpenIdRoom
  let strict: Service
  let bank: Service
  beforeAll(async () => {
    room = await openIdRoom()
    strict = await room.service('strict')
    bank = await room.service('bank', { keptStatusMinutes: ALLOWS, ciba: {} })
  })
  afterAll(() => room?.close())
  beforeEach(() => {
    room.time.ahead = 0
    room.authority.responder = 'works'
  })

  const newPhone = () => room.authority.issue('phoneAuth', { cardSerial: room.authority.issue('auth').serial })

  async function logIn(service: Service, holder: Holder) {
    const begun = await plain(service)
    const login = await waiting(room, begun.location)
    const { verdict } = await answer(room.verifier, holder, login.loginId)
    const { state } = await room.verifier.showLogin({ loginId: login.loginId })
    const claims = async () => (await exchange(service, begun, await back(room, login))).claims()
    return { verdict, state, claims }
  }
  const said = ({ verdict }: Awaited<ReturnType<typeof logIn>>) =>
    verdict.checks.find(({ name }) => name === 'status of before is one that the service allows')?.evidence

  test('no policy: refused, also when the status was asked a moment ago; the login waits', async () => {
    const phone = newPhone()
    expect((await logIn(strict, phone)).verdict.outcome).toBe('passed')
    room.authority.responder = 'down'
    const away = await logIn(strict, phone)
    expect(away).toMatchObject({ verdict: { outcome: 'indeterminate' }, state: 'waiting' })
    // Another service's policy is not this one's.
    expect((await logIn(bank, phone)).verdict.outcome).toBe('indeterminate')
  })

  test('side by side, one person in one outage: in where the service allows it, waiting where it does not; once it was seen revoked, in nowhere', async () => {
    const phone = newPhone()
    for (const service of [strict, bank]) expect((await logIn(service, phone)).verdict.outcome).toBe('passed')
    room.authority.responder = 'down'
    const [waits, goesOn] = [await logIn(strict, phone), await logIn(bank, phone)]
    expect([waits.state, goesOn.state]).toEqual(['waiting', 'approved'])
    expect([said(waits), said(goesOn)]).toEqual([undefined, expect.stringContaining('revocation checked at ')])
    room.authority.responder = 'works'
    room.authority.revoke(phone.serial)
    expect((await logIn(bank, phone)).verdict.outcome).toBe('failed')
    room.authority.responder = 'down'
    for (const service of [strict, bank]) expect((await logIn(service, phone)).state).toBe('waiting')
  })

  test('policy: J-LIS answers, and nothing is said; it is away, and the time of the status is in verdict and ID token', async () => {
    const phone = newPhone()
    const began = Date.now()
    const live = await logIn(bank, phone)
    expect([said(live), (await live.claims())?.status_checked_at]).toEqual([undefined, undefined])
    const asked = Date.now()
    room.authority.responder = 'down'
    room.time.ahead = (ALLOWS - 1) * MINUTE_MS
    const away = await logIn(bank, phone)
    expect(away).toMatchObject({ verdict: { outcome: 'passed' }, state: 'approved' })
    const [, at] = /revocation checked at (\S+); the service allows 10 minutes/.exec(said(away) ?? '') ?? []
    // J-LIS says in whole seconds since when.
    expect(Date.parse(at!)).toBeGreaterThan(began - 1000)
    expect(Date.parse(at!)).toBeLessThanOrEqual(asked)
    expect((await away.claims())?.status_checked_at).toBe(Math.floor(Date.parse(at!) / 1000))
  })

  test('too old for the service, and past its own nextUpdate: refused', async () => {
    const phone = newPhone()
    const generous = await room.service('generous', { keptStatusMinutes: 30 })
    for (const service of [bank, generous]) await logIn(service, phone)
    room.authority.responder = 'down'
    room.time.ahead = (ALLOWS + 1) * MINUTE_MS
    expect((await logIn(bank, phone)).verdict.outcome).toBe('indeterminate')
    expect((await logIn(generous, phone)).verdict.outcome).toBe('passed')
    // The answers of this authority live a quarter of an hour.
    room.time.ahead = 16 * MINUTE_MS
    const stale = await logIn(generous, phone)
    expect(stale).toMatchObject({ verdict: { outcome: 'indeterminate' }, state: 'waiting' })
  })

  test('no service may allow more than half an hour, or nothing at all', () => {
    const { keptStatusMinutes: minutes } = zClient.shape
    expect([0, 1, 30, 31, 1.5].map((value) => minutes.safeParse(value).success)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ])
  })

  test.each(['forgets-nonce', 'foreign-key', 'stale'] as const)(
    'an answer that is not to be believed (%s) is no silence: refused',
    async (broken) => {
      const phone = newPhone()
      await logIn(bank, phone)
      room.authority.responder = broken
      expect((await logIn(bank, phone)).verdict.outcome).toBe('indeterminate')
    },
  )

  test('a revocation that was seen at any service beats what was kept', async () => {
    const phone = newPhone()
    await logIn(bank, phone)
    room.authority.revoke(phone.serial)
    expect((await logIn(strict, phone)).verdict.outcome).toBe('failed')
    room.authority.responder = 'down'
    expect(await logIn(bank, phone)).toMatchObject({ verdict: { outcome: 'indeterminate' }, state: 'waiting' })
  })

  test('an approval on the telephone is judged in the same way, and its ID token says of when', async () => {
    const one: Person = await person(room, bank)
    room.authority.responder = 'down'
    const begun = await ask(bank, { login_hint: one.subject })
    const [approval] = await one.phone.asked()
    expect((await one.phone.approve(approval!, begun.comparison_code)).verdict.outcome).toBe('passed')
    expect((await fetchTokens(bank, begun.auth_req_id)).claims()?.status_checked_at).toBeTypeOf('number')
    const other = await person(room, await plainCiba())
    room.authority.responder = 'down'
    const second = await ask(cautious, { login_hint: other.subject })
    const [waits] = await other.phone.asked()
    expect((await other.phone.approve(waits!, second.comparison_code)).verdict.outcome).toBe('indeterminate')
    expect((await other.phone.asked()).length).toBe(1)
    room.authority.responder = 'works'
    expect((await other.phone.approve(waits!, second.comparison_code)).verdict.outcome).toBe('passed')
  })

  let cautious: Service
  async function plainCiba() {
    room.authority.responder = 'works'
    cautious = await room.service('cautious', { ciba: {} })
    return cautious
  }
})

describe('with the authority that the system really has', () => {
  let room: WatchedRoom
  let resident: Resident
  beforeAll(async () => {
    room = await watchedRoom()
    const key = { kty: 'EC', crv: 'P-256', x: 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY' }
    const publicJwk = { ...key, y: 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU' }
    const redirectUris = ['https://bank.example/callback']
    await room.verifier.registerClient({
      clientId: 'bank',
      name: 'bank',
      redirectUris,
      publicJwk,
      keptStatusMinutes: 10,
    })
    resident = await room.holder()
  })
  afterAll(() => room?.close())

  async function logIn({ auth }: Resident) {
    const redirectUri = 'https://bank.example/callback'
    const login = await startLogin(room.deps)({ uid: `${Math.random()}`, clientId: 'bank', redirectUri })
    const signature = sign('RSA-SHA256', privateKey(auth.pair.privateKey), loginMessage(login))
    const { loginId } = login
    return (await room.verifier.answerLogin({ loginId, certificate: auth.certificate, signature })).verdict
  }

  test('its signed answer of before serves while it is away; once its feed has told of a stop, no more', async () => {
    const { authority } = room.made
    const { ocsp } = authority
    expect((await logIn(resident)).outcome).toBe('passed')
    Object.assign(authority, { ocsp: () => Promise.reject(new Error('no route')) })
    room.pass(5 * MINUTE_MS)
    expect((await logIn(resident)).outcome).toBe('passed')
    const { serial } = resident.auth
    await authority.revoke({ kind: 'auth', serial, reason: 'keyCompromise', requestedBy: 'holder' })
    await room.verifier.followChanges({})
    expect((await logIn(resident)).outcome).toBe('indeterminate')
    Object.assign(authority, { ocsp })
    expect((await logIn(resident)).outcome).toBe('failed')
  })
})
