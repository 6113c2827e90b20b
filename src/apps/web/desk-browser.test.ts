// The desks in a real Chromium: J-LIS's operator with an order that fails, the call centre with a lost phone, a carrier with
// its notices and its shop. No fact of anybody is on any of these screens.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CITIZENS } from '../../world/people.ts'
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
  signIn,
  withCertificate,
} from './testing/room.ts'

const { fourInfo, line, phonePin } = CITIZENS.adult
const facts = [fourInfo.name, fourInfo.address, fourInfo.birthDate, line.msisdn, phonePin]

describe.skipIf(!chromiumPresent)('desks in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let page: Page
  beforeAll(async () => {
    room = await openRoom()
    await withCertificate(room.world)
    page = await room.tab()
  })
  afterAll(() => room?.close())

  const text = async () => (await page.locator('main').textContent())!
  /** A picture in both languages, and nothing of a person. */
  async function looks(name: string): Promise<void> {
    const shown = await text()
    for (const fact of facts) expect(shown, name).not.toContain(fact)
    await look(page, name)
  }
  /** The same of what answers a form. */
  async function glances(name: string): Promise<void> {
    const shown = await text()
    for (const fact of facts) expect(shown, name).not.toContain(fact)
    await glance(page, name)
  }
  const follow = (name: string) => click(page.getByRole('link', { name, exact: true }).first())
  const order = async () => (await room.world.citizens.adult.phone.order({})).order!

  test('nobody sees a desk who is not signed in, or whose part it is not', async () => {
    await go(page, '/authority/orders/acts')
    await looks('desk-sign-in')
    expect(await text()).not.toContain('結果')
    await page.locator('input[name="clerk"]').fill('sato')
    await page.locator('input[name="passcode"]').fill('kazasu-unyou?')
    await press(page, '業務を始める')
    await page.getByText('職員番号か合言葉が違います。').waitFor()
    await glances('desk-sign-in-wrong')
    await signIn(page, room.world, 'j-lis', 'sato')
    expect(new URL(page.url()).pathname).toBe('/authority/orders/acts')
    expect((await go(page, '/call-centre'))!.status()).toBe(403)
    await looks('desk-not-yours')
  })

  test('an order is found by its SIM, and not by half of it', async () => {
    await go(page, '/authority/orders')
    await looks('desk-orders')
    const find = page.getByLabel('受付番号、SIMの番号（ICCID）、証明書の番号')
    await find.fill(line.iccid.slice(0, 12))
    await press(page, '探す')
    await page.getByText('当てはまる申し込みはありません。').waitFor()
    await glances('desk-orders-none')
    await find.fill(line.iccid)
    await press(page, '探す')
    await click(page.locator('tbody a').first())
    await page.getByText('申し込みが認められた').waitFor()
    await looks('desk-order')
  })

  test('a phone out of reach: the step fails, its transcript is read, and tried again it goes on', async () => {
    const { phone } = room.world.citizens.adult
    const bent = phone as { -readonly [K in keyof typeof phone]: (typeof phone)[K] }
    const { proxyTransmit } = bent
    let left = 2
    bent.proxyTransmit = async (input) => {
      if (left-- <= 0) throw new Error('out of reach')
      return proxyTransmit(input)
    }
    await phone.stop({})
    await expect.poll(async () => (await room.world.spTsm.orders({ show: 'failing', limit: 5 })).orders.length).toBe(1)
    await go(page, '/authority/orders?show=failing')
    await click(page.locator('tbody a').first())
    await click(page.getByText('SIMとのやりとりを見る').first())
    expect(await text()).toContain('< (no answer)')
    await looks('desk-order-failing')
    bent.proxyTransmit = proxyTransmit
    await press(page, '今すぐやり直す')
    await page.getByText('受け付けました。').waitFor()
    await expect.poll(async () => (await order()).state).toBe('suspended')
  })

  test('an operator resumes; figures and the record of acts say so', async () => {
    await go(page, '/authority/orders?show=stopped')
    await click(page.locator('tbody a').first())
    await press(page, '止めた証明書を戻す')
    await page.getByText('受け付けました。').waitFor()
    await expect.poll(async () => (await order()).state).toBe('active')
    await go(page, '/authority/orders/figures')
    expect(await text()).toContain('証明書を書き込む')
    await looks('desk-figures')
    await go(page, '/authority/orders/acts')
    expect(await text()).toContain('sato')
    await glances('desk-acts')
  })

  test('the call centre stops the certificate of who calls, and learns no more than that', async () => {
    await page.setViewportSize(HAND)
    await go(page, '/call-centre')
    await press(page, '業務を終える')
    await signIn(page, room.world, 'j-lis', 'tanaka')
    await looks('desk-call')
    const form = page.locator('form').first()
    const enter = async (name: string) => {
      await form.getByLabel('電話番号').fill('090-0000-0001')
      await form.getByLabel('氏名').fill(name)
      await form.getByLabel('生年月日').fill(fourInfo.birthDate)
      await click(form.getByRole('button'))
    }
    await form.getByLabel('電話番号').fill('090-12')
    await form.getByLabel('氏名').fill('風見　花子')
    await click(form.getByRole('button'))
    // The page that comes back begins at what is wrong, says it beside each field, and has all that was written.
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('trouble')
    await page.getByText('電話番号を、数字10けたか11けたで入れてください。').waitFor()
    expect(await page.locator('[aria-invalid]').evaluateAll((all) => all.map(({ id }) => id))).toEqual([
      'msisdn',
      'birthDate',
    ])
    expect(await form.getByLabel('電話番号').inputValue()).toBe('090-12')
    expect(await form.getByLabel('氏名').inputValue()).toBe('風見　花子')
    await glances('desk-call-wrong')
    const byFacts = page.locator('form').nth(1)
    await byFacts.getByLabel('住所').fill('はま町９番')
    await byFacts.getByLabel('男').check()
    await click(byFacts.getByRole('button'))
    await page.getByText('4つとも入れてください').waitFor()
    expect(await byFacts.getByLabel('住所').inputValue()).toBe('はま町９番')
    expect(await byFacts.getByLabel('男').isChecked()).toBe(true)
    expect(await form.locator('[aria-invalid]').count()).toBe(0)
    await enter('風見　花子')
    await page.getByText('当てはまる申し込みはありません').waitFor()
    await glances('desk-call-nobody')
    await follow('次の電話')
    await enter('風見 あかり')
    await heading(page, '見つかりました')
    expect(await text()).toContain('証明書は使えます。')
    await glances('desk-call-found')
  })

  test('stopped by telephone, only the holder, the counter or an operator lets it go on', async () => {
    await go(page, '/call-centre')
    const form = page.locator('form').first()
    await form.getByLabel('電話番号').fill(line.msisdn)
    await form.getByLabel('氏名').fill(fourInfo.name)
    await form.getByLabel('生年月日').fill(fourInfo.birthDate)
    await click(form.getByRole('button'))
    await press(page, '止める')
    await page.getByText('止めました。').waitFor()
    await expect.poll(async () => (await order()).state).toBe('suspended')
    expect((await order()).stoppedBy).toEqual(['hot-line'])
    expect((await go(page, '/authority/orders/acts'))!.status()).toBe(403)
    await press(page, '業務を終える')
    await signIn(page, room.world, 'j-lis', 'sato')
    expect(await text()).toContain('コールセンター')
    expect(await text()).toContain('tanaka')
  })

  test('a carrier’s desk and shop', async () => {
    await go(page, '/carriers/minato')
    await signIn(page, room.world, 'minato', 'ueda')
    await looks('desk-carrier')
    await go(page, '/carriers/minato/notices?iccid=123')
    expect(await page.getByRole('alert').textContent()).toContain('19けたか20けた')
    await go(page, '/carriers/minato/notices')
    await glances('desk-carrier-notices')
    await go(page, '/carriers/minato/failures')
    await page.getByText('当てはまる失敗はありません。').waitFor()
    expect((await go(page, '/carriers/minato/lines'))!.status()).toBe(403)
    await press(page, '業務を終える')
    await signIn(page, room.world, 'minato', 'ishii')
    await go(page, `/carriers/minato/lines?number=${line.msisdn}`)
    const whose = page.locator('form[action$="/lines/ask"]')
    const compare = async (name: string) => {
      await whose.getByLabel('氏名').fill(name)
      await whose.getByLabel('生年月日').fill(fourInfo.birthDate)
      await click(whose.getByRole('button'))
    }
    await compare('風見花子')
    await page.getByText('この方の回線ではありません').waitFor()
    await compare('風見あかり')
    await page.getByText('証明書を入れられます。').waitFor()
    await glance(page, 'desk-shop')
    for (const fact of [fourInfo.name, fourInfo.address, fourInfo.birthDate]) expect(await text()).not.toContain(fact)
    await press(page, '業務を終える')
    await go(page, '/carriers/minato/acts')
    await signIn(page, room.world, 'minato', 'ueda')
    expect(await page.locator('tbody tr').first().textContent()).toContain('ishii')
    await looks('desk-carrier-acts')
    expect((await go(page, '/carriers/nobody'))!.status()).toBe(404)
  })
})
