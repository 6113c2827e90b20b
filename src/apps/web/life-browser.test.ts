// What befalls a certificate, on a phone-sized screen in a real Chromium: stopped and used again, PIN forgotten, renewed, phone
// lost. At the end of each way the parties agree.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit } from '../../world/audit/audit.ts'
import { CITIZENS } from '../../world/people.ts'
import { chromiumPresent, HAND, heading, look, openRoom, press, type Room, withCertificate } from './testing/room.ts'

const { password } = CITIZENS.adult

describe.skipIf(!chromiumPresent)('a certificate’s life in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let phone: Page
  beforeAll(async () => {
    room = await openRoom()
    await withCertificate(room.world)
    phone = await room.tab(HAND)
  })
  afterAll(() => room?.close())

  const follow = (name: string | RegExp) => phone.getByRole('link', { name }).first().click()
  const order = async () => (await room.world.citizens.adult.phone.order({})).order!
  const becomes = (state: string) => expect.poll(async () => (await order()).state, { timeout: 60_000 }).toBe(state)
  async function withCard(button: string): Promise<void> {
    await phone.getByLabel('署名用パスワード').fill(password)
    await press(phone, button)
  }

  test('stopped without a PIN, used again with the card; who stopped it is said', async () => {
    await phone.goto('/phone/adult')
    await look(phone, 'phone-life-home')
    await follow(/一時的に止める/)
    await look(phone, 'phone-life-stop')
    await press(phone, '止める')
    await becomes('suspended')
    await phone.goto('/phone/adult')
    await heading(phone, '証明書が一時的に止められています')
    expect(await phone.getByRole('main').textContent()).toContain('ご本人')
    await look(phone, 'phone-life-stopped')
    await follow('止めた証明書を、また使う')
    await withCard('カードをかざして、また使う')
    await becomes('active')
  })

  test('a PIN that was used up is chosen anew with the card; a wrong password of the card is said', async () => {
    for (let tries = 0; tries < 3; tries += 1) {
      await phone.goto('/phone/adult/certificates')
      await phone.getByLabel('スマホの暗証番号').fill('0000')
      await press(phone, '表示する')
    }
    await phone.goto('/phone/adult')
    await look(phone, 'phone-life-blocked')
    await follow('暗証番号を決め直す')
    await look(phone, 'phone-life-reset')
    await phone.getByLabel('署名用パスワード').fill('WRONG1')
    await press(phone, 'カードをかざして、決め直す')
    expect(await phone.getByRole('alert').textContent()).toContain('4回')
    await withCard('カードをかざして、決め直す')
    await becomes('written')
    await phone.goto('/phone/adult')
    await phone.getByLabel('新しい暗証番号').fill('7391')
    await phone.getByLabel('確認のため').fill('7391')
    await press(phone, 'この番号に決める')
    await phone.getByText('暗証番号を決めました').waitFor()
  })

  test('renewal is offered when the end is near, and the PIN stays', async () => {
    const before = (await order()).serial
    room.pass((await order()).renewableFrom!.getTime() - room.world.platform.clock().getTime())
    await phone.goto('/phone/adult')
    await look(phone, 'phone-life-renew-offer')
    await follow('証明書を更新する')
    await look(phone, 'phone-life-renew')
    await press(phone, '更新する')
    await becomes('active')
    expect((await order()).serial).not.toBe(before)
    await phone.goto('/phone/adult/certificates')
    await phone.getByLabel('スマホの暗証番号').fill('7391')
    await press(phone, '表示する')
    await phone.locator('#serial').waitFor()
  })

  test('the history and what to do with a new phone', async () => {
    await phone.goto('/phone/adult')
    await follow(/これまでの手続き/)
    const told = await phone.getByRole('main').textContent()
    for (const event of ['止めた', 'また使えるようにした', '更新した', '暗証番号を取り消した'])
      expect(told).toContain(event)
    await look(phone, 'phone-life-history')
    await phone.goto('/phone/adult/move')
    await look(phone, 'phone-life-move')
  })

  test('a lost phone: its certificate ends from another phone, and the parties agree', async () => {
    await phone.goto('/phone/elder/lost')
    await look(phone, 'phone-life-lost')
    await phone.getByLabel('スマホにかざすカード').selectOption('adult')
    await phone.getByText('失効させる').click()
    await withCard('カードをかざして、止める')
    await phone.getByText('なくしたスマホの証明書を失効させています').waitFor()
    await becomes('undone')
    expect((await audit(room.world)).findings).toEqual([])
  })
})
