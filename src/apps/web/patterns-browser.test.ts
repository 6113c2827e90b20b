// The patterns of seed 2 with two services, in a real Chromium, from registration to effect: 3, a login whose customer each service links
// for itself; 2-1, a service that watches its customers itself; 2-2, one for which the common platform does.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serviceMigrations } from '../../roles/service/index.ts'
import type { ServiceTables } from '../../roles/service/store.ts'
import { atShinkin, CITIZENS, CLERK, KAZASU_CITY } from '../../world/people.ts'
import type { World } from '../../world/world.ts'
import {
  chromiumPresent,
  click,
  glance,
  go,
  HAND,
  heading,
  look,
  openRoom,
  press,
  type Room,
  withCertificate,
} from './testing/room.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const { password, phonePin: pin, bankCustomer, cardNumber, fourInfo } = CITIZENS.adult
const proof = { how: 'photo-document', reference: 'L-0042' } as const
const BANKS = {
  bank: { path: '/bank', name: 'ひなた銀行', customer: bankCustomer, schema: 'service-bank' },
  shinkin: { path: '/shinkin', name: 'こはく信用金庫', customer: atShinkin(bankCustomer), schema: 'service-shinkin' },
} as const
type Bank = (typeof BANKS)[keyof typeof BANKS]
const NEWS = '氏名か住所が変わったと知らせがありました'

describe.skipIf(!chromiumPresent)('seed 2 in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let world: World
  /** Of the services, and of the phone: two tabs of one person. */
  let page: Page
  let phone: Page
  beforeAll(async () => {
    room = await openRoom()
    world = room.world
    await withCertificate(world)
    page = await room.tab()
    phone = await room.tab(HAND)
    await world.follow()
  })
  afterAll(() => room?.close())

  const records = ({ schema }: Bank) => world.platform.database.schema<ServiceTables>(schema, serviceMigrations)
  const customerAt = async (bank: Bank) => {
    const all = (await records(bank)).selectFrom('customer').selectAll()
    return all.where('customer_number', '=', bank.customer.customerNumber).executeTakeFirstOrThrow()
  }

  async function logIn({ path }: Bank): Promise<void> {
    await go(page, path)
    await press(page, 'マイナンバーでログイン')
    await go(phone, (await page.getByRole('link', { name: '大人のスマホをかざす' }).getAttribute('href'))!)
    await press(phone, '読み取る')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '承認する')
    await page.waitForURL(new RegExp(`${path}/(link|account)`))
  }

  async function agree({ path, name }: Bank, through: string | null): Promise<void> {
    await go(page, `${path}/account`)
    await press(page, '同意の画面へ')
    await go(phone, (await page.getByRole('link', { name: /大人/ }).getAttribute('href'))!)
    const shown = (await phone.getByRole('main').textContent())!
    expect(shown).toContain(name)
    expect(shown.includes('かざす認証基盤')).toBe(through !== null)
    await phone.getByLabel('署名用パスワード', { exact: true }).fill(password)
    await press(phone, 'カードをかざして同意する')
    await phone.getByText('同意しました').waitFor()
    await go(page, `${path}/account`)
    await page.getByText(/同意をいただいています/).waitFor()
  }

  /** At the municipal window. */
  async function atWindow<T>(act: (session: string) => Promise<T>): Promise<T> {
    const { session } = await world.counter.signIn(CLERK)
    return act(session)
  }
  /** When it was recorded, by the clock of this world. */
  async function move(address: string): Promise<Date> {
    const at = world.platform.clock()
    const moved = { ...fourInfo, address }
    const change = { residentId: 'adult', event: 'move', fourInfo: moved, municipality: KAZASU_CITY } as const
    await atWindow((session) => world.counter.record({ session, proof, ...change }))
    return at
  }
  const newCertificate = () => atWindow((session) => world.counter.renew({ session, cardNumber, kind: 'sign', proof }))

  /** Within a minute of the register's event, by what the service has noted itself. */
  async function knows(bank: Bank, movedAt: Date): Promise<void> {
    const { standing, told_at: toldAt } = await customerAt(bank)
    expect(standing).toBe('changed')
    expect(toldAt!.getTime() - movedAt.getTime()).toBeGreaterThanOrEqual(0)
    expect(toldAt!.getTime() - movedAt.getTime()).toBeLessThan(MINUTE_MS)
  }

  test('pattern 3: one person, two services: each ties its own customer to a subject of its own, once, and knows them again', async () => {
    for (const bank of [BANKS.bank, BANKS.shinkin]) {
      const { path, name, customer } = bank
      await logIn(bank)
      expect(page.url()).toContain(`${path}/link`)
      await page.getByLabel('お客さま番号（数字7けた）').fill(customer.customerNumber)
      await page.getByLabel('初回パスコード（数字6けた）').fill(customer.passcode)
      await press(page, '口座と結びつける')
      await page.getByText(customer.customerNumber).waitFor()
      expect(await page.locator('.bank-name').textContent()).toBe(name)
      await press(page, 'ログアウト')
      await logIn(bank)
      expect(page.url()).toContain(`${path}/account`)
    }
    const subjects = await Promise.all(
      Object.values(BANKS).map(async (bank) => (await records(bank)).selectFrom('subject').selectAll().execute()),
    )
    expect(subjects.map((rows) => rows.length)).toEqual([1, 1])
    expect(subjects[0]![0]!.subject).not.toBe(subjects[1]![0]!.subject)
    expect(subjects[0]![0]!.customer_number).not.toBe(subjects[1]![0]!.customer_number)
    // Whoever is logged in at the one is nobody at the other.
    await press(page, 'ログアウト')
    await go(page, '/bank/account')
    await page.getByText(bankCustomer.customerNumber).waitFor()
    await go(page, '/shinkin/account')
    await page.getByRole('button', { name: 'マイナンバーでログイン' }).waitFor()
  })

  /** The bank asks; the phone shows it. */
  async function askToTie(button: string): Promise<void> {
    await press(page, button)
    await heading(page, 'スマホで答えてください')
    const code = await page.locator('.compare-code').textContent()
    await go(phone, (await page.getByRole('link', { name: /大人/ }).getAttribute('href'))!)
    expect(await phone.locator('.compare-code').textContent()).toBe(code)
  }
  const openOwn = async () => {
    await go(phone, '/phone/adult/own')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '記録を見る')
  }

  test('service ids: the bank shows the balance at the other bank once the person agrees on the phone, and none once it is taken back', async () => {
    await go(page, '/bank/account')
    await glance(page, 'bank-account-other')
    await click(page.getByRole('link', { name: 'こはく信用金庫の残高を見る' }))
    await heading(page, 'ほかの金融機関の残高')
    await look(page, 'bank-tie-untied')
    await askToTie('スマホに確認を出す')
    await look(page, 'bank-tie-waiting')
    await look(phone, 'phone-link')
    const asked = (await phone.getByRole('main').textContent())!
    const until = new Intl.DateTimeFormat('ja-JP', { dateStyle: 'long', timeZone: 'Asia/Tokyo' })
    const end = until.format(new Date(world.platform.clock().getTime() + 90 * DAY_MS))
    for (const text of ['ひなた銀行', 'こはく信用金庫', '残高を、ひなた銀行の画面に出すため', `${end}まで`])
      expect(asked).toContain(text)
    await press(phone, 'つながない')
    await phone.getByText('つなぎませんでした').waitFor()
    await page.getByText('スマホで断られました').waitFor()
    await glance(page, 'bank-tie-declined')

    await askToTie('もう一度、スマホに確認を出す')
    await phone.getByLabel('スマホの暗証番号').fill('0000')
    await press(phone, '暗証番号でつなぐ')
    expect(await phone.getByRole('alert').textContent()).toContain('あと2回')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '暗証番号でつなぐ')
    await phone.getByText('つなぎました').waitFor()
    await glance(phone, 'phone-link-given')
    const { balance } = await customerAt(BANKS.shinkin)
    await page.getByText(`${balance.toLocaleString('ja-JP')}`).waitFor()
    await look(page, 'bank-tie-shown')

    await openOwn()
    await phone.getByText('つないだ相手から問い合わせ').first().waitFor()
    await glance(phone, 'phone-own-tied')
    await press(phone, 'つながりを切る')
    await glance(phone, 'phone-own-untie')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, 'つながりを切る')
    await phone.getByText('つながりを切りました').waitFor()
    await go(page, '/bank/tied')
    await page.getByText('つながりが切られています').waitFor()
    expect(await page.locator('.balance').count()).toBe(0)
    await look(page, 'bank-tie-ended')
  })

  test('pattern 2-1: a service that watches itself hears of a move within a minute and has the new address; the other, without consent, hears nothing', async () => {
    await logIn(BANKS.shinkin)
    await agree(BANKS.shinkin, null)
    await world.follow()
    const movedAt = await move('東京都かざす市はま町４丁目５番６号')
    await world.follow()
    await knows(BANKS.shinkin, movedAt)
    await go(page, '/shinkin/account')
    await page.getByText(NEWS).waitFor()
    await look(page, 'shinkin-changed')
    expect(await customerAt(BANKS.bank)).toMatchObject({ standing: 'current', told_at: null })

    await newCertificate()
    room.pass(DAY_MS)
    // The certificate is found, the event delivered, the facts asked for.
    await world.follow()
    await world.follow()
    await logIn(BANKS.shinkin)
    await page.getByText('東京都かざす市はま町４丁目５番６号').waitFor()
    await look(page, 'shinkin-refreshed')
    expect(await customerAt(BANKS.bank)).toMatchObject({ standing: 'current', told_at: null, address: null })
  })

  test('pattern 2-2: the common platform watches for the bank; after withdrawal the bank is told nothing, the other still is', async () => {
    await logIn(BANKS.bank)
    await agree(BANKS.bank, 'かざす認証基盤')
    await world.follow()
    const movedAt = await move('東京都かざす市やま町７丁目８番９号')
    await world.follow()
    for (const bank of [BANKS.bank, BANKS.shinkin]) await knows(bank, movedAt)
    await go(page, '/bank/account')
    await page.getByText(NEWS).waitFor()
    await newCertificate()
    room.pass(DAY_MS)
    await world.follow()
    await world.follow()
    await logIn(BANKS.bank)
    await page.getByText('東京都かざす市やま町７丁目８番９号').waitFor()
    await look(page, 'bank-refreshed')

    await go(phone, '/phone/adult/consents')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '一覧を見る')
    const given = phone.locator('section', { has: phone.getByRole('heading', { name: 'ひなた銀行' }) })
    await click(given.getByRole('button', { name: '取り消す' }))
    await phone.getByLabel('署名用パスワード', { exact: true }).fill(password)
    await press(phone, 'カードをかざして取り消す')
    await phone.getByText('同意を取り消しました').waitFor()
    const before = await customerAt(BANKS.bank)
    const again = await move('東京都かざす市さと町１番')
    await world.follow()
    await knows(BANKS.shinkin, again)
    await newCertificate()
    room.pass(DAY_MS)
    await world.follow()
    await world.follow()
    expect(await customerAt(BANKS.shinkin)).toMatchObject({ standing: 'current', address: '東京都かざす市さと町１番' })
    expect(await customerAt(BANKS.bank)).toEqual(before)
  })
})
