// A clerk's day in a real Chromium, in Japanese: find a person, record a move, see the certificate end, renew it, take the
// move back, reset a PIN, stop the card and make another. axe looks at each screen.

import { existsSync, mkdirSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { getRequestListener } from '@hono/node-server'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../adapters/testing/index.ts'
import { CITIZENS, CLERK } from '../../world/people.ts'
import { temporaryWorld } from '../../world/temporary.ts'
import type { World } from '../../world/world.ts'
import { createWeb } from './index.ts'
import { webWorld } from './world.ts'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const PICTURES = 'screenshots'
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']

describe.skipIf(!existsSync(CHROMIUM))('the counter in Chromium (absent: chromium is not installed)', () => {
  let world: World
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true })
    world = await temporaryWorld({ database: await testDatabase() })
    world.serveScreens(getRequestListener(createWeb({ world: webWorld(world) }).fetch))
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      locale: 'ja-JP',
      baseURL: world.origin,
    })
    page = await context.newPage()
  })
  afterAll(async () => {
    await browser?.close()
    await world?.close()
  })

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const follow = (name: string) => page.getByRole('link', { name, exact: true }).first().click()
  const fill = (label: string, text: string) => page.getByLabel(label).fill(text)
  async function looks(name: string): Promise<void> {
    await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  }
  const proved = () => fill('書類の番号', 'L-0042')
  const done = () => expect.poll(() => page.getByText('手続きが済みました。').count()).toBe(1)

  test('a clerk signs in and finds a resident; no fact is in an address', async () => {
    await page.goto('/counter')
    await looks('counter-sign-in')
    await fill('職員番号', CLERK.clerkId)
    await fill('合言葉', 'wrong-passcode')
    await press('業務を始める')
    expect(await page.getByRole('alert').count()).toBe(1)
    await fill('職員番号', CLERK.clerkId)
    await fill('合言葉', CLERK.passcode)
    await press('業務を始める')
    await fill('氏名（一部でもよい）', 'あかり')
    await press('探す')
    await looks('counter-found')
    expect(page.url()).toBe(`${world.origin}/counter`)
    await page.getByRole('link', { name: /あかり/ }).click()
    await looks('counter-person')
    expect(page.url()).toBe(`${world.origin}/counter/person/adult`)
  })

  test('a move is confirmed, ends the signature certificate within seconds, and a new one is written', async () => {
    await follow('異動を記録する')
    await proved()
    await fill('新しい住所', '東京都かざす市はま町９番')
    await looks('counter-event')
    await press('異動を記録する')
    await looks('counter-confirm')
    await press('この内容で進める')
    await done()
    const row = () => page.locator('dl.rows div', { hasText: '署名用（カード）' }).first().textContent()
    expect(await row()).toContain('失効')
    await follow('証明書を更新する')
    await proved()
    await press('証明書を更新する')
    await done()
    expect(await row()).toContain('有効')
  })

  test('a move recorded in error is taken back', async () => {
    await follow('記録を取り消す')
    await press('記録を取り消す')
    await done()
    expect((await world.register.find({ residentId: 'adult' })).fourInfo).toEqual(CITIZENS.adult.fourInfo)
  })

  test('a PIN is reset, and changed with the one of before; a lost card is stopped, and another made and handed over', async () => {
    await follow('暗証番号を設定し直す')
    await proved()
    await fill('新しい暗証番号・パスワード', '7531')
    await fill('もう一度', '7531')
    await looks('counter-pin')
    await press('暗証番号を設定し直す')
    await done()
    await follow('暗証番号を変える')
    await fill('今の暗証番号・パスワード', '1357')
    await fill('新しい暗証番号・パスワード', '2468')
    await fill('もう一度', '2468')
    await press('暗証番号を変える')
    expect(await page.getByRole('alert').textContent()).toContain('今の暗証番号かパスワードが違います')
    await looks('counter-change')
    await fill('今の暗証番号・パスワード', '7531')
    await fill('新しい暗証番号・パスワード', '2468')
    await fill('もう一度', '2468')
    await press('暗証番号を変える')
    await done()
    await follow('カードを止める')
    await proved()
    await press('カードを止める')
    await press('この内容で進める')
    await done()
    await follow('カードを作る')
    await proved()
    await fill('利用者証明用の暗証番号（数字4けた）', '1234')
    await fill('署名用のパスワード（英大文字と数字6〜16文字）', 'ABC123')
    await fill('券面用の暗証番号（数字4けた）', '1111')
    await fill('マイナンバー（12けた）', CITIZENS.adult.myNumber)
    await looks('counter-card')
    await press('カードを作る')
    await done()
    await follow('カードを渡す')
    await proved()
    await press('カードを渡す')
    await done()
    await looks('counter-after')
    await page.goto('/counter/person/adult?lang=en')
    await looks('counter-person-english')
  })

  test('③ a phone at the desk: another’s SIM is refused; the card signs, the holder sets the PIN, within minutes', async () => {
    const { password, phonePin } = CITIZENS.elder
    await page.goto('/counter/person/elder?lang=ja')
    await follow('スマホに証明書を入れる')
    await proved()
    await page.getByLabel('読み取り機に入れたSIM').selectOption('child-phone')
    await press('スマホに証明書を入れる')
    expect(await page.getByRole('alert').textContent()).toContain('契約')
    await looks('counter-phone-refused')
    await proved()
    await page.getByLabel('読み取り機に入れたSIM').selectOption('elder-phone')
    await fill('カードの署名用パスワード（ご本人が入れる）', password)
    await looks('counter-phone')
    const started = Date.now()
    await press('スマホに証明書を入れる')
    await page.getByText('書き込みが終わりました').waitFor()
    await looks('counter-phone-written')
    await follow('スマホの暗証番号を決める')
    await fill('新しい暗証番号', phonePin)
    await fill('確認のため', phonePin)
    await looks('counter-phone-pin')
    await press('スマホの暗証番号を決める')
    await done()
    expect(Date.now() - started).toBeLessThan(3 * 60_000)
    const { certificates } = await world.citizens.elder.phone.certificates({ pin: phonePin })
    expect(certificates).toHaveLength(1)
    expect(await world.counter.hasSim({ iccid: CITIZENS.elder.line.iccid })).toEqual({ here: false })
    await page.goto('/phone/elder/take-over')
    await fill('署名用パスワード', password)
    await looks('phone-take-over')
    await press('カードをかざす')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('証明書を使えます')
    expect((await world.citizens.elder.phone.order({})).order).toMatchObject({ state: 'active' })
  })

  test('③ for a child without a signature certificate documents count; given back before the PIN, nothing stays', async () => {
    await page.goto('/counter/person/child')
    await follow('スマホに証明書を入れる')
    await proved()
    await page.getByLabel('読み取り機に入れたSIM').selectOption('child-phone')
    await press('スマホに証明書を入れる')
    await page.getByText('書き込みが終わりました').waitFor()
    await follow('SIMをスマホに戻す')
    await press('SIMをスマホに戻す')
    await done()
    const { applet } = await world.citizens.child.phone.status({})
    await expect
      .poll(async () => (await world.citizens.child.phone.status({})).applet, { timeout: 30_000 })
      .toBe('none')
    expect(['none', 'transport']).toContain(applet)
  })

  test('J-LIS sees whose turn each application is, and who proved what, without a fact of anybody', async () => {
    await page.goto('/authority/orders')
    await looks('orders')
    const shown = await page.locator('main').textContent()
    expect(shown).toContain('窓口で')
    await page.locator('tbody a').last().click()
    await looks('order')
    const evidence = (await page.locator('main').textContent())!
    expect(evidence).toContain('記録は欠けも書き換えもありません。')
    expect(evidence).toContain('窓口の本人確認')
    for (const secret of [CITIZENS.elder.fourInfo.name, CITIZENS.elder.fourInfo.address, CITIZENS.elder.line.msisdn])
      expect(shown + evidence).not.toContain(secret)
  })

  test('the operators see what was issued and stopped', async () => {
    await page.goto('/authority?lang=ja')
    await looks('operator')
    expect(await page.getByText('日ごとの発行と停止').count()).toBeGreaterThan(0)
  })

  test('the operators accredit a party, change it and stop it, each time after a look at what was entered', async () => {
    const granted = () => world.authority.grantedTo({ party: 'kazasu-books' })
    await follow('事業者を認定する')
    await fill('事業者の名前（証明書の名前）', 'Kazasu Books')
    await fill('画面に出す名前', 'かざす書店')
    await press('内容を確かめる')
    expect(await page.getByRole('alert').count()).toBe(1)
    await fill('事業者の名前（証明書の名前）', 'kazasu-books')
    await fill('画面に出す名前', 'かざす書店')
    await page.getByLabel('年齢判定', { exact: true }).check()
    await page.getByLabel('18', { exact: true }).check()
    await fill('期限', '2099-03-31')
    await looks('operator-party')
    await press('内容を確かめる')
    await looks('operator-party-confirm')
    expect((await granted()).services).toEqual([])
    await press('この内容で進める')
    expect(await granted()).toMatchObject({ displayName: 'かざす書店', services: ['age'], ageLimits: [18] })
    await follow('kazasu-booksの認定を変える')
    await page.getByLabel('証明書の有効性（失効情報）', { exact: true }).check()
    await press('内容を確かめる')
    await press('この内容で進める')
    expect((await granted()).services).toEqual(['status', 'age'])
    await press('kazasu-booksの認定を止める')
    await looks('operator-party-stop')
    expect((await granted()).services).toEqual(['status', 'age'])
    await press('この内容で進める')
    expect((await granted()).services).toEqual([])
  })
})
