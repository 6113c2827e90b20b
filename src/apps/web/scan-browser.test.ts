// A login on a computer, approved by a phone that reads the code from its screen, in a real Chromium: two tabs of different
// browsers. axe looks at each screen in both languages.

import { webcrypto } from 'node:crypto'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CITIZENS } from '../../world/people.ts'
import { relyingParty } from '../library/relying-party.ts'
import {
  chromiumPresent,
  go,
  heading,
  look,
  openRoom,
  press,
  type Room,
  type Walker,
  withCertificate,
} from './testing/room.ts'

const { phonePin: pin } = CITIZENS.adult

describe.skipIf(!chromiumPresent)('a code on a screen in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let desk: Page
  let phone: Walker
  beforeAll(async () => {
    room = await openRoom()
    await withCertificate(room.world)
    desk = await room.tab()
    phone = await room.walker('ja')
  })
  beforeEach(() => desk.context().clearCookies())
  afterAll(() => room?.close())

  /** The phone held to the screen: what the screen shows at this moment. */
  const held = async () => (await desk.locator('#login-qr a[href^="/phone/adult/scan"]').getAttribute('href'))!

  test('the computer shows a code that turns; the phone reads it, shows who asks, and the computer goes on by itself', async () => {
    await go(desk, '/bank')
    await press(desk, 'マイナンバーでログイン')
    await desk.locator('svg.qr').waitFor()
    await look(desk, 'login-qr')
    const first = await held()
    await desk.waitForFunction((before) => !document.querySelector(`#login-qr a[href="${before}"]`), first)
    await phone.go(await held())
    await phone.look('phone-scan')
    await phone.go(await held())
    await phone.press('読み取る')
    await phone.at('ログインしますか')
    await phone.sees('その画面は、いま目の前にありますか')
    expect(await phone.page.locator('.compare-code').textContent()).toBe(
      await desk.locator('.compare-code').textContent(),
    )
    await phone.look('phone-login-scanned')
    await desk.getByText('スマホがコードを読み取りました').waitFor()
    await look(desk, 'login-qr-read')
    await phone.page.getByLabel('スマホの暗証番号').fill(pin)
    await phone.press('承認する')
    await phone.sees('読み取った画面で、手続きが進みます。')
    await heading(desk, '口座と結びつけます')
  })

  test('a code of a moment ago, and text that is no code, are refused with words', async () => {
    await go(desk, '/bank')
    await press(desk, 'マイナンバーでログイン')
    const sent = await held()
    room.pass(12_000)
    await phone.go(sent)
    await phone.press('読み取る')
    await phone.alerted('少し前のものです')
    await phone.fill('コードの文字', 'https://bank.example/')
    await phone.press('読み取る')
    await phone.alerted('ログイン画面のコードではありません')
  })

  test('on the phone itself the screen of the sender of a link never goes on, only the app’s own browser does', async () => {
    await go(desk, '/bank')
    await press(desk, 'マイナンバーでログイン')
    const link = (await desk.getByRole('link', { name: '大人のスマホを開く' }).getAttribute('href'))!
    await phone.go(link)
    await phone.page.getByLabel('スマホの暗証番号').fill(pin)
    await phone.press('承認する')
    await phone.at('承認しました')
    await heading(desk, 'スマホのアプリから続けてください')
    await look(desk, 'login-go-on-in-app')
    await phone.follow('ログインの画面に戻る')
    await phone.sees('ログインできませんでした')
    expect(new URL(phone.page.url()).pathname).toContain('/verifier/interaction/')
  })

  test('what a service asks to be told stands on the phone with its reason; what it can do without is told only when ticked', async () => {
    const redirectUri = `${room.world.origin}/callback`
    const pair = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
    const { kty, crv, x, y, ...secret } = await webcrypto.subtle.exportKey('jwk', pair.privateKey)
    const publicJwk = { kty: kty!, crv: crv!, x: x!, y: y! }
    const name = 'あおば酒店 / Aoba Liquor'
    await room.world.verifier.registerClient({ clientId: 'aoba', name, redirectUris: [redirectUri], publicJwk })
    const key = { ...publicJwk, ...secret }
    const shop = await relyingParty({ issuer: `${room.world.origin}/verifier`, clientId: 'aoba', redirectUri, key })
    const { location, pending } = await shop.begin({
      want: {
        name: { purpose: '注文の名義にするため / To put your name on the order', essential: true },
        address: { purpose: '品物を届けるため / To deliver the goods' },
        age_over_20: { purpose: '酒類を売るため / To sell alcohol' },
      },
    })
    await phone.go(location)
    await phone.sees('カードでログインすると、それは伝わりません')
    await phone.go((await phone.page.getByRole('link', { name: '大人のスマホを開く' }).getAttribute('href'))!)
    await phone.sees('サービスに伝えること')
    await phone.sees('理由：注文の名義にするため')
    await phone.sees('伝えたいものだけ、選んでください')
    const [address, age] = ['住所', '20歳以上かどうか'].map((one) => phone.page.getByLabel(one)) as [Locator, Locator]
    expect([await address.isChecked(), await age.isChecked()]).toEqual([false, false])
    await phone.look('phone-login-claims')
    await age.check()
    await phone.page.getByLabel('スマホの暗証番号').fill('0000')
    await phone.press('承認する')
    await phone.alerted('あと2回')
    expect([await address.isChecked(), await age.isChecked()]).toEqual([false, true])
    await phone.page.getByLabel('スマホの暗証番号').fill(pin)
    await phone.press('承認する')
    await phone.at('承認しました')
    await phone.follow('ログインの画面に戻る')
    await phone.page.waitForURL((url) => url.pathname === '/callback')
    expect((await shop.finish(phone.page.url(), pending)).told).toEqual({ age_over_20: true })
  })

  test('J-LIS away: the phone says that it could not be checked, the login still waits and is approved when it is back; a lost way back is found again', async () => {
    const { authority } = room.world
    const { ocsp } = authority
    await phone.go('/bank')
    await phone.press('マイナンバーでログイン')
    await phone.page.getByRole('link', { name: '大人のスマホを開く' }).first().click()
    await phone.at('ログインしますか')
    Object.assign(authority, { ocsp: () => Promise.reject(new Error('no route')) })
    await phone.page.getByLabel('スマホの暗証番号').fill(pin)
    await phone.press('承認する')
    await phone.alerted('証明書が有効かどうかを、いま確かめられません')
    await phone.at('ログインしますか')
    await phone.look('phone-login-unchecked')
    Object.assign(authority, { ocsp })
    await phone.page.getByLabel('スマホの暗証番号').fill(pin)
    await phone.press('承認する')
    await phone.at('承認しました')
    // As after an answer that got lost: the address without the word.
    const lost = new URL(phone.page.url())
    lost.searchParams.delete('release')
    await phone.go(lost.pathname + lost.search)
    await phone.sees('もう一度暗証番号を入れてください')
    await phone.look('phone-login-once-more')
    await phone.page.getByLabel('スマホの暗証番号').fill(pin)
    await phone.press('ログインの画面に戻る')
    await phone.follow('ログインの画面に戻る')
    await phone.at('口座と結びつけます')
  })
})
