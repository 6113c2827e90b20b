// A login on a computer, approved by a phone that reads the code from its screen, in a real Chromium: two tabs of different
// browsers. axe looks at each screen in both languages.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CITIZENS } from '../../world/people.ts'
import {
  chromiumPresent,
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
    await desk.goto('/bank')
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
    await desk.goto('/bank')
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
    await desk.goto('/bank')
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
})
