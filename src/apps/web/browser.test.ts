// The main job by hand: a real Chromium plays every screen of a real world; axe looks at each; a person can look at the
// pictures in `screenshots/`.

import { getRequestListener } from '@hono/node-server'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Order } from '../../roles/sp-tsm/contract.ts'
import { choosePin } from '../../world/choose-pin.ts'
import { CITIZENS } from '../../world/people.ts'
import { orderIn } from '../../world/testing/small-world.ts'
import type { World } from '../../world/world.ts'
import { createWeb } from './index.ts'
import {
  chromiumPresent,
  clean,
  click,
  DESK,
  glance,
  go,
  HAND,
  narrow,
  openRoom,
  overflow,
  PATIENCE_MS,
  picture as pictureOf,
  type Room,
  signIn,
  speak,
  withCertificate,
} from './testing/room.ts'
import { webWorld } from './world.ts'

/** 1280 pixels at 200 %. WCAG 2.2 §1.4.4. */
const ZOOMED = { width: 640, height: 450 }

describe.skipIf(!chromiumPresent)('screens in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let world: World
  let page: Page

  beforeAll(async () => {
    room = await openRoom()
    world = room.world
    page = await room.tab()
  })
  afterAll(() => room?.close())

  const heading = () => page.getByRole('heading', { level: 1 })
  const press = (name: string) => click(page.getByRole('button', { name, exact: true }))
  const picture = (name: string) => pictureOf(page, name)

  /** Pictures at desk and phone size; no violation; nothing to scroll sideways, not even at 320 pixels. */
  async function look(name: string): Promise<void> {
    for (const [size, viewport] of [['desk', DESK] as const, ['phone', HAND] as const]) {
      await page.setViewportSize(viewport)
      await picture(`${name}-${size}`)
    }
    await narrow(page, name)
    await clean(page, name)
    await page.setViewportSize(DESK)
  }

  const { password, phonePin: pin, bankCustomer } = CITIZENS.adult

  test('the start page, in both languages and at 200 %', async () => {
    await go(page, '/')
    expect(await page.title()).toBe('はじめのページ | Kazasu')
    expect(await page.locator('html').getAttribute('lang')).toBe('ja')
    await look('start')
    await click(page.getByText('練習で使う番号とパスワード'))
    await look('start-practice')
    await page.setViewportSize(ZOOMED)
    await picture('start-200-percent')
    expect(await overflow(page)).toBe(0)
    await speak(page, 'English')
    await look('start-en')
    await go(page, '/gate')
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await look('gate-not-ready-en')
    await speak(page, '日本語')
  })

  test('every target is at least 44 pixels high, or a link in running text', async () => {
    await page.setViewportSize(HAND)
    for (const path of ['/', '/phone/adult', '/bank', '/gate', '/kiosk', '/authority', '/carriers']) {
      await go(page, path)
      const small =
        await page.evaluate(`[...document.querySelectorAll('button, input:not([type=hidden]), select, summary, a')]
        .filter((e) => e.offsetParent && !e.closest('.skip'))
        .map((e) => (e.closest('.choice') ?? e).getBoundingClientRect().height)
        .filter((height) => height < 44)`)
      expect(small, path).toEqual([])
    }
  })

  test('the tables of SIMs and phones are read in a hand, in both languages, without moving them', async () => {
    for (const language of ['English', '日本語'] as const) {
      await page.setViewportSize(HAND)
      await go(page, '/carriers')
      await speak(page, language)
      await narrow(page, 'carriers')
      const wide = `[...document.querySelectorAll('table')].filter((e) => e.scrollWidth > document.body.clientWidth || e.parentElement.scrollWidth > e.parentElement.clientWidth).length`
      expect(await page.evaluate(wide)).toBe(0)
      await glance(page, `carriers-hand-${language}`)
    }
  })

  test('a keyboard is enough: skip link, visible focus', async () => {
    await page.setViewportSize(DESK)
    await go(page, '/phone/adult')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.className')).toBe('skip')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.name')).toBe('card')
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid')
    await picture('phone-focus-desk')
  })

  test('applies on the phone page with the card; a wrong password says how many tries are left', async () => {
    await go(page, '/phone/adult')
    await look('phone-apply')
    await page.getByLabel('署名用パスワード', { exact: true }).fill('WRONG1')
    await press('カードをかざして申し込む')
    expect(await page.getByRole('alert').textContent()).toContain('あと4回')
    await look('phone-apply-wrong')
    await page.getByLabel('署名用パスワード', { exact: true }).fill(password)
    await press('カードをかざして申し込む')
    expect(await heading().textContent()).toBe('届いた番号を入れる')
    await look('phone-code')
  })

  test('the code came by SMS; a wrong one says how many tries are left', async () => {
    await click(page.getByRole('link', { name: '届いたSMS・メール・郵便を見る' }))
    await look('phone-messages')
    const code = /確認番号 (\d{6})/.exec((await page.locator('.message').first().textContent())!)![1]!
    await go(page, '/phone/adult')
    await page.getByLabel('番号', { exact: true }).fill(code === '000000' ? '111111' : '000000')
    await press('この番号を送る')
    expect(await page.getByRole('alert').textContent()).toContain('あと4回')
    await look('phone-code-wrong')
    await page.getByLabel('番号', { exact: true }).fill(code)
    await press('この番号を送る')
    expect(await heading().textContent()).toBe('申し込みを受け付けました')
    await look('phone-accepted')
  })

  test('installs, and sets a PIN', async () => {
    await press('証明書を入れる')
    await picture('phone-progress-desk')
    await page.getByRole('heading', { level: 1, name: 'スマホ用の暗証番号を決める' }).waitFor()
    await look('phone-set-pin')
    await page.getByLabel('新しい暗証番号').fill(pin)
    await page.getByLabel('確認のため').fill('9999')
    await press('この番号に決める')
    expect(await page.getByRole('alert').textContent()).toContain('2回の番号が違っています')
    await choosePin(world.citizens.adult.phone, pin, async (chosen) => {
      await page.getByLabel('新しい暗証番号').fill(chosen)
      await page.getByLabel('確認のため').fill(chosen)
      await press('この番号に決める')
    })
    await page.getByRole('heading', { level: 1, name: '証明書を使えます' }).waitFor()
    await look('phone-ready')
  })

  test('shows the certificate after the PIN', async () => {
    await go(page, '/phone/adult/certificates')
    await look('phone-certificates-pin')
    await page.getByLabel('スマホの暗証番号').fill(pin)
    await press('表示する')
    await look('phone-certificates')
    expect(await page.locator('#serial').textContent()).toMatch(/^\d+$/)
    for (const path of ['change-pin', 'remove', 'tap']) {
      await go(page, `/phone/adult/${path}`)
      await look(`phone-${path}`)
    }
  })

  /** Begins at the bank and stops where the phone asks. */
  async function askThePhone(): Promise<void> {
    await go(page, '/bank')
    await press('マイナンバーでログイン')
    await click(page.getByRole('link', { name: '大人のスマホを開く' }))
  }

  test('declining a login on the phone leaves the bank closed', async () => {
    await askThePhone()
    await press('断る')
    expect(await heading().textContent()).toBe('断りました')
    await look('phone-login-declined')
    await click(page.getByRole('link', { name: 'ログインの画面に戻る' }))
    expect(new URL(page.url()).pathname).toBe('/bank/callback')
    await look('bank-declined')
  })

  test('a login is cancelled from its own screen: back at the bank, and the phone can approve no more', async () => {
    await go(page, '/bank')
    await press('マイナンバーでログイン')
    const onPhone = await page.getByRole('link', { name: '大人のスマホを開く' }).getAttribute('href')
    // The code is another each second, and the link beside it that has the focus keeps it.
    const held = page.getByRole('link', { name: '大人のスマホをかざす' })
    const first = await held.getAttribute('href')
    await held.focus()
    await expect.poll(() => held.getAttribute('href')).not.toBe(first)
    expect(await held.evaluate((link) => link === document.activeElement)).toBe(true)
    await click(page.getByRole('link', { name: 'ログインをやめて、ひなた銀行に戻る' }))
    await expect.poll(() => heading().textContent()).toBe('ログインしていません')
    expect(new URL(page.url()).pathname).toBe('/bank/callback')
    await go(page, onPhone!)
    expect(await heading().textContent()).toBe('断りました')
  })

  test('logs in to the bank, and links the account the first time', async () => {
    await go(page, '/bank')
    await look('bank')
    await press('マイナンバーでログイン')
    const code = await page.locator('.compare-code').textContent()
    await look('login')
    await click(page.getByRole('link', { name: '大人のスマホを開く' }))
    expect(await page.locator('.compare-code').textContent()).toBe(code)
    await look('phone-login')
    await page.getByLabel('スマホの暗証番号').fill('0000')
    await press('承認する')
    expect(await page.getByRole('alert').textContent()).toContain('あと2回')
    await look('phone-login-wrong-pin')
    await page.getByLabel('スマホの暗証番号').fill(pin)
    await press('承認する')
    expect(await heading().textContent()).toBe('承認しました')
    await look('phone-login-approved')
    await click(page.getByRole('link', { name: 'ログインの画面に戻る' }))
    expect(await heading().textContent()).toBe('口座と結びつけます')
    await look('bank-link')
    await page.getByLabel('お客さま番号').fill(bankCustomer.customerNumber)
    await page.getByLabel('初回パスコード').fill(bankCustomer.passcode)
    await press('口座と結びつける')
    expect(await heading().textContent()).toBe('口座')
    await look('bank-account')
    await press('ログアウト')
  })

  test.each([
    ['with', true],
    ['without', false],
  ])('a browser that waits goes on by itself when another phone approves, %s scripts', async (_, javaScriptEnabled) => {
    const browser = page.context().browser()!
    const elsewhere = await browser.newContext({ javaScriptEnabled, locale: 'ja-JP', baseURL: world.origin })
    elsewhere.setDefaultTimeout(PATIENCE_MS)
    const other = await elsewhere.newPage()
    await go(other, '/bank')
    await other.getByRole('button', { name: 'マイナンバーでログイン' }).press('Enter')
    const address = await other.getByRole('link', { name: '大人のスマホをかざす' }).getAttribute('href')
    await go(page, address!)
    await press('読み取る')
    await page.getByLabel('スマホの暗証番号').fill(pin)
    await press('承認する')
    await other.getByRole('heading', { level: 1, name: '口座' }).waitFor()
    expect(new URL(other.url()).pathname).toBe('/bank/account')
    await elsewhere.close()
  })

  test('a tap at the gate admits, once', async () => {
    await go(page, '/gate')
    await look('gate-not-ready')
    await press('名簿を用意する')
    await look('gate-waiting')
    await press('大人のスマホをかざす')
    expect(await heading().textContent()).toBe('お入りください')
    await click(page.getByText('確かめたことをすべて見る'))
    await look('gate-admitted')
    await go(page, '/phone/adult/tap')
    await press('読み取り機にかざす')
    expect(await heading().textContent()).toBe('入場できません')
    expect(await page.locator('.failures').textContent()).toContain('もう使われています')
    await look('gate-not-admitted')
    await go(page, '/gate')
    await press('子どものスマホをかざす')
    expect(await heading().textContent()).toBe('入場できません')
    await look('gate-no-certificate')
  })

  test('is refused after revocation', async () => {
    await go(page, '/phone/adult/certificates')
    await page.getByLabel('スマホの暗証番号').fill(pin)
    await press('表示する')
    await click(page.getByRole('link', { name: '認証局で状態を見る' }))
    await look('authority-valid')
    const atAuthority = page.url()
    const desk = await page.context().newPage()
    await go(desk, atAuthority)
    expect(await desk.getByRole('button', { name: 'この証明書を失効させる' }).count()).toBe(0)
    await click(desk.getByRole('link', { name: '運用の担当者として入る' }))
    await signIn(desk, world, 'j-lis', 'sato')
    await askThePhone()
    // Before J-LIS takes it out of the SIM, which it does within seconds.
    await world.unfollowed(async () => {
      await click(desk.getByRole('button', { name: 'この証明書を失効させる', exact: true }))
      await expect.poll(() => desk.locator('.status').textContent()).toBe('失効')
      await desk.close()
      await page.getByLabel('スマホの暗証番号').fill(pin)
      await press('承認する')
      await expect.poll(() => heading().textContent()).toBe('ログインできませんでした')
    })
    expect(await page.locator('.failures').textContent()).toContain('証明書が失効しています')
    await look('phone-login-refused')
    await click(page.getByRole('link', { name: 'ログインの画面に戻る' }))
    expect(await heading().textContent()).toBe('ログインしていません')
    await go(page, atAuthority)
    await look('authority-revoked')
    await orderIn(world.citizens.adult, 'undone')
  })

  test('three wrong PINs block the phone, which says what to do; removing leaves nothing', async () => {
    await withCertificate(world)
    for (const wrong of ['0001', '0002', '0003']) {
      await go(page, '/phone/adult/certificates')
      await page.getByLabel('スマホの暗証番号').fill(wrong)
      await press('表示する')
    }
    await look('phone-certificates-blocked')
    await go(page, '/phone/adult')
    expect(await heading().textContent()).toBe('暗証番号が使えなくなっています')
    await look('phone-blocked')
    await click(page.getByRole('link', { name: '証明書を消す' }))
    await press('消す')
    await page.getByRole('heading', { level: 1, name: 'スマホに証明書を入れる' }).waitFor()
    await look('phone-removed')
  })

  test('states that pass too quickly to be seen, and a fault', async () => {
    const order: Order = {
      orderId: 'x',
      state: 'keyPairMade',
      done: 4,
      steps: 7,
      refusal: null,
      serial: null,
      notAfter: null,
      due: null,
      transportPin: null,
      renewableFrom: null,
      stoppedBy: [],
      moves: false,
      move: null,
      endedBy: null,
    }
    await go(page, '/')
    showElderWith(order)
    await go(page, '/phone/elder')
    await page.getByText('6段階のうち4段階が終わりました').waitFor()
    await look('phone-progress')
    showElderWith({ ...order, state: 'issued' })
    await page.getByText('6段階のうち5段階が終わりました').waitFor()
    showElderWith({ ...order, state: 'undone', refusal: 'sp-tsm/repeatedFailure' })
    await page.getByRole('heading', { name: 'スマホに証明書を入れる' }).waitFor()
    await look('phone-undone')
    await page.context().addCookies([{ name: 'bank-session', value: 'x', url: `${world.origin}/bank` }])
    await go(page, '/bank')
    await look('fault')
    await page.context().clearCookies()
    world.serveScreens(getRequestListener(createWeb({ world: webWorld(world) }).fetch))
  })

  /** The same world, but the elder's order stands still at one state, and the bank is broken. */
  function showElderWith(order: Order): void {
    const whole = webWorld(world)
    const citizens = whole.citizens.map((citizen) => ({
      ...citizen,
      phone: { ...citizen.phone, status: async () => ({ ...(await citizen.phone.status({})), order }) },
    }))
    const bank = {
      ...whole.bank,
      account: async () => {
        throw new Error('broken for the picture')
      },
    }
    world.serveScreens(getRequestListener(createWeb({ world: { ...whole, citizens, bank } }).fetch))
  }

  test('a child’s card has no signature certificate; pages that are not there', async () => {
    await go(page, '/phone/child')
    await page.getByLabel('署名用パスワード', { exact: true }).fill('ABC123')
    await press('カードをかざして申し込む')
    expect(await page.getByRole('alert').textContent()).toContain('15歳未満')
    await look('phone-child')
    await go(page, '/nowhere')
    await look('not-found')
    await go(page, `/login/${'0'.repeat(32)}?uid=x`)
    await look('login-unknown')
  })
})
