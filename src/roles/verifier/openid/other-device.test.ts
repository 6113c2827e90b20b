// A login from a screen to a phone, and from a browser to the app of the same phone: what each may do, and who tries to get
// between them. RFC 10027 (cross-device flows); ours: docs/profile.md#login-on-another-device.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import * as crypto from '../../../base/crypto.ts'
import { loginMessage } from '../../../protocol/login/login-message.ts'
import type { Holder } from '../testing/authority.ts'
import {
  back,
  exchange,
  type OpenIdRoom,
  openIdRoom,
  plain,
  type Service,
  waiting,
} from '../testing/http/openid-room.ts'
import { SCREEN } from '../testing/http.ts'

let room: OpenIdRoom
let bank: Service
beforeAll(async () => {
  room = await openIdRoom()
  bank = await room.service('bank')
})
afterAll(() => room?.close())
afterEach(() => {
  room.time.ahead = 0
  delete room.time.stands
})

const refusedAs = (code: string) => expect.objectContaining({ code: `verifier/${code}` })

/** A browser that waits, and what its screen shows. */
async function onScreen() {
  const begun = await plain(bank)
  const login = await waiting(room, begun.location)
  return { begun, login, qr: (await room.verifier.loginQr({ loginId: login.loginId })).qr! }
}

async function approve(loginId: string, claim?: string, holder: Holder = room.phone) {
  const signature = crypto.sign('RSA-SHA256', holder.key, loginMessage(await room.verifier.showLogin({ loginId })))
  return room.verifier.answerLogin({ loginId, certificate: holder.certificate, signature, ...(claim && { claim }) })
}

test('a phone reads the screen, shows who asks, and the screen goes on; the code carries nothing of the service', async () => {
  const { begun, login, qr } = await onScreen()
  expect(qr).not.toContain('bank')
  const { loginId, claim } = await room.verifier.scanLogin({ qr })
  expect(await room.verifier.showLogin({ loginId })).toMatchObject({ origin: 'https://bank.example', scanned: true })
  expect(await room.verifier.loginQr({ loginId })).toEqual({ qr: null })
  expect(await approve(loginId, claim)).toMatchObject({ verdict: { outcome: 'passed' }, release: null })
  expect((await exchange(bank, begun, await back(room, login))).claims()?.sub).toBeTruthy()
})

test('the code is another each second, and one of more than ten seconds ago, or of the future, is refused', async () => {
  const read = Date.now()
  room.time.stands = new Date(read)
  const { login, qr } = await onScreen()
  room.time.stands = new Date(read + 11_500)
  const { qr: now } = await room.verifier.loginQr({ loginId: login.loginId })
  expect(now).not.toBe(qr)
  await expect(room.verifier.scanLogin({ qr })).rejects.toEqual(refusedAs('qrOld'))
  room.time.stands = new Date(read)
  await expect(room.verifier.scanLogin({ qr: now! })).rejects.toEqual(refusedAs('qrOld'))
  await room.verifier.scanLogin({ qr })
})

test('of two phones that read one code at once one may answer, and nobody else may answer or decline', async () => {
  const { login, qr } = await onScreen()
  const both = await Promise.allSettled([1, 2].map(() => room.verifier.scanLogin({ qr })))
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: refusedAs('qrUsed') })
  const { claim } = both.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))[0]!
  const thief = room.authority.issue('phoneAuth', { cardSerial: room.authority.issue('auth').serial })
  for (const wrong of [undefined, '0'.repeat(32)]) {
    await expect(approve(login.loginId, wrong, thief)).rejects.toEqual(refusedAs('otherPhone'))
    const no = room.verifier.declineLogin({ loginId: login.loginId, ...(wrong && { claim: wrong }) })
    await expect(no).rejects.toEqual(refusedAs('otherPhone'))
  }
  expect((await approve(login.loginId, claim)).verdict.outcome).toBe('passed')
  await expect(approve(login.loginId, claim)).rejects.toEqual(refusedAs('loginAnswered'))
})

test('a code made up, of another login, or with another time is no code', async () => {
  const { qr, login } = await onScreen()
  const other = await onScreen()
  const [, , of = ''] = qr.split(':')
  const [, second, proof] = of.split('.')
  const forged = [
    `kazasu:login:${other.login.loginId}.${second}.${proof}`,
    `kazasu:login:${login.loginId}.${Number(second) + 1}.${proof}`,
    `kazasu:login:${login.loginId}.${second}.${'A'.repeat(22)}`,
    `https://attacker.example/${login.loginId}`,
  ]
  for (const one of forged) await expect(room.verifier.scanLogin({ qr: one })).rejects.toEqual(refusedAs('notThisQr'))
})

test('relayed live: the phone shows the service at which the attacker began, and not the page of the attacker', async () => {
  const attacker = await onScreen()
  const { loginId } = await room.verifier.scanLogin({ qr: attacker.qr })
  const shown = await room.verifier.showLogin({ loginId })
  expect([shown.origin, shown.scanned]).toEqual(['https://bank.example', true])
  // Another browser than the one that began gets nothing, whatever it was shown.
  const victim = await onScreen()
  expect(
    (await victim.login.browser.go(`${room.server.issuer}/interaction/${attacker.login.uid}/finish`)).response,
  ).toMatchObject({
    status: 400,
  })
})

test('on one device: the app tells its browser the word to go on with', async () => {
  const { begun, login } = await onScreen()
  const { release } = await approve(login.loginId)
  const finish = `${room.server.issuer}/interaction/${login.uid}/finish`
  const callback = new URL((await login.browser.go(`${finish}?release=${release}`)).url)
  expect((await exchange(bank, begun, callback)).claims()?.sub).toBeTruthy()
})

test('session fixation: a link to an app, sent by whoever began the login, opens nothing for the sender or the holder', async () => {
  const attacker = await onScreen()
  // The holder approves what the link led to.
  const { release } = await approve(attacker.login.loginId)
  const finish = `${room.server.issuer}/interaction/${attacker.login.uid}/finish`
  for (const guess of ['', `?release=${'0'.repeat(32)}`, '?release='])
    expect((await attacker.login.browser.go(finish + guess)).url).toContain(SCREEN)
  expect((await room.verifier.showLogin({ loginId: attacker.login.loginId })).handedOver).toBe(true)
  // The app hands the word to the holder's browser, which did not begin it.
  const holder = await onScreen()
  expect((await holder.login.browser.go(`${finish}?release=${release}`)).response).toMatchObject({ status: 400 })
})

test('a phone that was not told sends the same answer again and gets the same way back; nobody else, and not for ever', async () => {
  const { begun, login } = await onScreen()
  const message = loginMessage(await room.verifier.showLogin({ loginId: login.loginId }))
  const by = (holder: Holder, change: Partial<{ claim: string }> = {}) =>
    room.verifier.answerLogin({
      ...{ loginId: login.loginId, certificate: holder.certificate, ...change },
      signature: crypto.sign('RSA-SHA256', holder.key, message),
    })
  const first = await by(room.phone)
  const again = await by(room.phone)
  expect(again).toMatchObject({ verdict: { outcome: 'passed' }, release: first.release })
  // The same person by another key, somebody else, and whoever says to have read a screen: the login is over for them.
  const stranger = room.authority.issue('auth')
  const withoutKey = { certificate: room.phone.certificate, key: stranger.key } as Holder
  const screen = { claim: '0'.repeat(32) }
  for (const other of [() => by(room.card), () => by(stranger), () => by(withoutKey), () => by(room.phone, screen)])
    await expect(other()).rejects.toEqual(refusedAs('loginAnswered'))
  const uid = `${room.server.issuer}/interaction/${login.uid}/finish?release=${again.release}`
  const { url } = await login.browser.go(uid)
  expect((await exchange(bank, begun, new URL(url))).claims()?.sub).toBeTruthy()
  room.time.ahead = 121_000
  await expect(by(room.phone)).rejects.toEqual(refusedAs('loginAnswered'))
})
