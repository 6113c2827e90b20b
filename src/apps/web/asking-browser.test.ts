// A till asks for an age and a bank for consent, in a real Chromium: what the holder sees, what the others get to see, and
// everything that is no yes. axe looks at each screen in both languages.

import { existsSync, mkdirSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { getRequestListener } from '@hono/node-server'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../adapters/testing/index.ts'
import { approveBySms } from '../../world/codes.ts'
import { CITIZENS } from '../../world/people.ts'
import { volatilePlatform } from '../../world/platform.ts'
import { orderIn } from '../../world/testing/small-world.ts'
import { createWorld, type World } from '../../world/world.ts'
import { createWeb } from './index.ts'
import { webWorld } from './world.ts'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const PICTURES = 'screenshots'
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
const DESK = { width: 1280, height: 900 }
const HAND = { width: 390, height: 844 }
/** WCAG 2.2 §1.4.10. */
const NARROW = { width: 320, height: 640 }
const DAY_MS = 86_400_000
const { password, phonePin: pin, bankCustomer } = CITIZENS.adult

describe.skipIf(!existsSync(CHROMIUM))('asked in Chromium (absent: chromium is not installed)', () => {
  let world: World
  let browser: Browser
  /** Of the till or the bank, and of the phone: two tabs of one person. */
  let page: Page
  let phone: Page
  let ahead = 0

  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true })
    const clock = () => new Date(Date.now() + ahead)
    world = await createWorld({ ...(await volatilePlatform(await testDatabase())), clock })
    world.serveScreens(getRequestListener(createWeb({ world: webWorld(world) }).fetch))
    await withCertificate()
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
    const context = await browser.newContext({ viewport: DESK, locale: 'ja-JP', baseURL: world.origin })
    page = await context.newPage()
    phone = await context.newPage()
    await phone.setViewportSize(HAND)
  })
  afterAll(async () => {
    await browser?.close()
    await world?.close()
  })

  async function withCertificate(): Promise<void> {
    const owner = world.citizens.adult.phone
    await owner.apply({ card: 'adult', password })
    await approveBySms(world, 'adult')
    await owner.install({})
    await orderIn({ phone: owner }, 'written')
    await owner.setPin({ pin })
  }

  const press = (on: Page, name: string) => on.getByRole('button', { name, exact: true }).click()
  const heading = (on: Page, name: string) => on.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  /** In both languages: a picture, no violation, nothing to scroll sideways at 320 pixels. */
  async function look(on: Page, name: string): Promise<void> {
    const size = on.viewportSize()!
    for (const language of ['English', '日本語']) {
      await on.screenshot({ path: `${PICTURES}/${name}${language === '日本語' ? '-en' : ''}.png`, fullPage: true })
      const { violations } = await new AxeBuilder({ page: on }).analyze()
      expect(violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes[0]?.html}`)).toEqual([])
      await on.setViewportSize(NARROW)
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      expect(await on.evaluate(overflow), `${name} at 320 pixels`).toBe(0)
      await on.setViewportSize(size)
      await on.getByRole('link', { name: language, exact: true }).click()
    }
  }
  /** What the browser holds: the page and its address. */
  const everything = async (on: Page) => `${on.url()} ${await on.content()}`

  /** From the till to the phone of this person, by the link on the same machine. */
  async function ask(product: string, who = '大人'): Promise<void> {
    await page.goto('/kiosk')
    await press(page, product)
    const link = page.getByRole('link', { name: new RegExp(who) })
    await phone.goto((await link.getAttribute('href'))!)
  }
  const SAKE = '日本酒（20歳以上）'

  test('the till asks, the phone shows who asks what and what is told; a wrong PIN, then the right one; the till says yes', async () => {
    await page.goto('/kiosk')
    await look(page, 'kiosk')
    await ask(SAKE)
    await look(page, 'kiosk-waiting')
    const code = await page.locator('.compare-code').textContent()
    expect(await phone.locator('.compare-code').textContent()).toBe(code)
    const shown = await phone.getByRole('main').textContent()
    for (const text of ['かざす酒店', '20歳以上ですか？', '20歳以上か、そうでないか。それだけです。'])
      expect(shown).toContain(text)
    await look(phone, 'phone-age')
    await phone.getByLabel('スマホの暗証番号').fill('0000')
    await press(phone, '暗証番号で答える')
    expect(await phone.getByRole('alert').textContent()).toContain('あと2回')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '暗証番号で答える')
    await phone.getByText('「はい、20歳以上です」と伝わりました').waitFor()
    await look(phone, 'phone-age-told')
    // The till waits by itself.
    await heading(page, 'はい')
    await look(page, 'kiosk-yes')
    const { serial } = (await world.citizens.adult.phone.order({})).order!
    const { name, address, birthDate } = CITIZENS.adult.fourInfo
    for (const secret of [name, address, birthDate, '1988', serial!.toString(), pin])
      expect(await everything(page)).not.toContain(secret)
  })

  test('no, when the age is not reached', async () => {
    await ask('シニア割引の弁当（65歳以上）')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '暗証番号で答える')
    await heading(page, 'いいえ')
    await look(page, 'kiosk-no')
  })

  test('declined, too late, without a certificate, asked by nobody: neither yes nor no', async () => {
    await ask(SAKE)
    await press(phone, '答えない')
    await phone.getByText('答えないことにしました').waitFor()
    await heading(page, '答えないことになりました')
    await look(page, 'kiosk-declined')
    await ask(SAKE, '高齢の方')
    await phone.getByText('このスマホには、使える証明書がありません').waitFor()
    await look(phone, 'phone-age-not-ready')
    ahead += 181_000
    await heading(page, '時間が過ぎました')
    await phone.reload()
    await phone.getByText('時間が過ぎました').waitFor()
    await phone.goto(phone.url().replace('kazasu-shop', 'kazasu-sh0p'))
    await phone.getByText('phone/askerNotAccredited').waitFor()
  })

  test('a certificate that was stopped gives no answer', async () => {
    const { serial } = (await world.citizens.adult.phone.order({})).order!
    const stop = { kind: 'auth', serial: serial!, requestedBy: 'holder' } as const
    await world.authority.revoke({ ...stop, reason: 'certificateHold' })
    await ask(SAKE)
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '暗証番号で答える')
    await phone.getByText('答えは出ませんでした').waitFor()
    await heading(page, '確かめられませんでした')
    await look(page, 'kiosk-undetermined')
    await world.authority.resume(stop)
  })

  async function logIn(): Promise<void> {
    await page.goto('/bank')
    await press(page, 'マイナンバーでログイン')
    await phone.goto((await page.getByRole('link', { name: /大人/ }).getAttribute('href'))!)
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '承認する')
    await page.waitForURL(/\/bank\/(link|account)/)
  }

  test('the bank asks for consent; a wrong password, then the right one; the bank has it from tomorrow', async () => {
    await logIn()
    await page.getByLabel('お客さま番号（数字7けた）').fill(bankCustomer.customerNumber)
    await page.getByLabel('初回パスコード（数字6けた）').fill(bankCustomer.passcode)
    await press(page, '口座と結びつける')
    await look(page, 'bank-account-no-consent')
    await press(page, '同意の画面へ')
    await look(page, 'bank-consent-waiting')
    await phone.goto((await page.getByRole('link', { name: /大人/ }).getAttribute('href'))!)
    const shown = await phone.getByRole('main').textContent()
    for (const text of ['ひなた銀行', '氏名', '住所', '10年間']) expect(shown).toContain(text)
    for (const text of ['生年月日', '性別']) expect(shown).not.toContain(text)
    await look(phone, 'phone-consent')
    await phone.getByLabel('署名用パスワード', { exact: true }).fill('WRONG1')
    await press(phone, 'カードをかざして同意する')
    expect(await phone.getByRole('alert').textContent()).toContain('あと4回')
    await phone.getByLabel('署名用パスワード', { exact: true }).fill(password)
    await press(phone, 'カードをかざして同意する')
    await phone.getByText('同意しました').waitFor()
    await look(phone, 'phone-consent-given')
    await page.getByText(/同意をいただいています/).waitFor()
    await look(page, 'bank-account-consent')
    await press(page, '今の情報を確かめる')
    await page.getByText('service/consentNotYet').waitFor()
  })

  test('the phone lists it and takes it back; J-LIS tells the bank nothing more', async () => {
    ahead += DAY_MS
    await logIn()
    await press(page, '今の情報を確かめる')
    await page.getByText('変わったところはありません。').waitFor()
    await phone.goto('/phone/adult')
    await phone.getByRole('link', { name: /同意の一覧/ }).click()
    await look(phone, 'phone-consents-pin')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '一覧を見る')
    await phone.getByRole('heading', { name: 'ひなた銀行' }).waitFor()
    const { violations } = await new AxeBuilder({ page: phone }).analyze()
    expect(violations).toEqual([])
    await phone.screenshot({ path: `${PICTURES}/phone-consents.png`, fullPage: true })
    await press(phone, '取り消す')
    await phone.screenshot({ path: `${PICTURES}/phone-consent-withdraw.png`, fullPage: true })
    expect((await new AxeBuilder({ page: phone }).analyze()).violations).toEqual([])
    await phone.getByLabel('署名用パスワード', { exact: true }).fill(password)
    await press(phone, 'カードをかざして取り消す')
    await phone.getByText('同意を取り消しました').waitFor()
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '一覧を見る')
    await phone.getByText('同意しているものは、ありません。').waitFor()
    await press(page, '今の情報を確かめる')
    await page.getByText('service/consentEnded').waitFor()
    await look(page, 'bank-consent-ended')
  })
})
