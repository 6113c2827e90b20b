// Seed 0 蔦田 in a real Chromium: a railway's membership card comes into the SIM after one PIN and is used by one-time codes;
// no access code by mail, nothing told but that the holder let it in.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit } from '../../world/audit/audit.ts'
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
  withCertificate,
} from './testing/room.ts'

const { phonePin, fourInfo, line } = CITIZENS.adult

describe.skipIf(!chromiumPresent)('a service’s own card in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let page: Page
  beforeAll(async () => {
    room = await openRoom()
    await withCertificate(room.world)
    page = await room.tab(HAND)
  })
  afterAll(() => room?.close())

  const text = async () => (await page.locator('main').textContent())!
  const openPhone = () => click(page.locator('a[href^="/phone/adult/"]').first())
  /** The member app asks, the owner allows, the app shows. */
  async function code(): Promise<string> {
    await go(page, '/phone/adult/member-app')
    await press(page, '会員コードを出す')
    await click(page.getByRole('link', { name: '許可の画面へ' }))
    await click(page.locator('button[value="allow"]'))
    await go(page, '/phone/adult/member-app')
    await press(page, '会員コードを見る')
    return (await page.locator('.compare-code').textContent())!
  }
  async function enter(value: string): Promise<void> {
    await go(page, '/railway')
    await page.getByLabel('会員コード（数字6けた）').fill(value)
    await press(page, '会員として入る')
  }

  test('asked for at the railway, shown on the phone; a no and a wrong PIN let nothing in', async () => {
    await go(page, '/railway')
    await look(page, 'partner-join')
    await press(page, '会員証を申し込む')
    await heading(page, 'スマホで開いてください')
    await glance(page, 'partner-open')
    await openPhone()
    await heading(page, '会員証をSIMに入れますか')
    await look(page, 'partner-asks')
    await press(page, '入れない')
    await page.getByText('SIMには何も入っていません。').waitFor()
    await page.goBack()
    await page.getByLabel('暗証番号').fill('0000')
    await press(page, '暗証番号を入れて、許す')
    await page.getByRole('alert').waitFor()
    await glance(page, 'partner-wrong-pin')
    expect((await room.world.citizens.adult.phone.partners({})).partners).toEqual([])
  })

  test('one PIN, and the card is there; the railway knows nothing of who it is', async () => {
    await page.getByLabel('暗証番号').fill(phonePin)
    await press(page, '暗証番号を入れて、許す')
    await page.getByText('会員証が入りました').waitFor()
    await look(page, 'partner-in')
    await click(page.getByRole('link', { name: '申し込んだ画面に戻る' }))
    await heading(page, '会員証が入っています')
    await look(page, 'partner-member')
    for (const fact of [fourInfo.name, fourInfo.birthDate, line.msisdn, line.iccid])
      expect(await text()).not.toContain(fact)
    expect((await audit(room.world)).findings).toEqual([])
  })

  test('a code from the SIM counts once, and only with the owner’s leave', async () => {
    await go(page, '/phone/adult/member-app')
    await look(page, 'partner-app')
    const first = await code()
    expect(first).toMatch(/^[0-9]{6}$/)
    await glance(page, 'partner-code')
    await enter(first)
    await page.getByText('ようこそ。会員として確かめました。').waitFor()
    await glance(page, 'partner-welcome')
    await enter(first)
    expect(await page.getByRole('alert').textContent()).toContain('service/wrongPassword')
    await glance(page, 'partner-used')
  })

  test('removed on the phone it is gone from the SIM, and the railway sees that', async () => {
    await go(page, '/phone/adult/services')
    await look(page, 'partner-services')
    await click(page.getByText('この会員証を消す'))
    await press(page, '消す')
    await page.getByText('会員証を消しました。').waitFor()
    await look(page, 'partner-none')
    await go(page, '/railway')
    await heading(page, '会員証をスマホに入れる')
    await go(page, '/phone/adult/member-app')
    await press(page, '会員コードを出す')
    expect(await page.getByRole('alert').textContent()).toContain('phone/accessDenied')
    expect((await audit(room.world)).findings).toEqual([])
  })
})
