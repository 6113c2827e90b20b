// A later version of the applet, from the proposal of one operator to the SIM, in a real Chromium.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import { CITIZENS } from '../../world/people.ts'
import {
  chromiumPresent,
  click,
  glance,
  go,
  HAND,
  look,
  openRoom,
  press,
  type Room,
  signIn,
  withCertificate,
} from './testing/room.ts'

describe.skipIf(!chromiumPresent)('a campaign in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let page: Page
  beforeAll(async () => {
    room = await openRoom()
    await withCertificate(room.world)
    page = await room.tab()
  })
  afterAll(() => room?.close())

  const field = (name: string) => page.locator(`input[name="${name}"]`)
  const text = async () => (await page.locator('main').textContent())!
  async function enter(version: string, percent: string, file?: Uint8Array): Promise<void> {
    await field('version').last().fill(version)
    await field('percent').fill(percent)
    await field('mostErrors').fill('20')
    if (file) {
      const buffer = Buffer.from(file)
      await field('loadFile').setInputFiles({ name: 'jpki.cap', mimeType: 'application/octet-stream', buffer })
    }
    await press(page, '提案する')
  }
  async function as(clerkId: string): Promise<void> {
    await press(page, '業務を終える')
    await signIn(page, room.world, 'j-lis', clerkId)
  }

  test('one operator proposes; what is no load file, or another version, is refused', async () => {
    await go(page, '/authority/campaigns')
    await signIn(page, room.world, 'j-lis', 'sato')
    await look(page, 'campaign-none')
    await enter('2', '100', new TextEncoder().encode('no load file'))
    await page.getByText('ロードファイル（CAP）ではありません').waitFor()
    await enter('3', '100', jpkiLoadFile(2))
    await page.getByText('sp-tsm/versionWrong').waitFor()
    await enter('2', '', jpkiLoadFile(2))
    await page.getByText('版は2から127').waitFor()
    await glance(page, 'campaign-shape')
    const [version, percent] = [page.locator('#version'), page.locator('#percent')]
    expect(await version.inputValue()).toBe('2')
    expect([await version.getAttribute('aria-invalid'), await percent.getAttribute('aria-invalid')]).toEqual([
      null,
      'true',
    ])
    await enter('2', '100', jpkiLoadFile(2))
    await page.getByText('提案しました').waitFor()
    expect(await text()).toContain('前の版の1枚のうち1枚に入ります')
    expect(await page.getByRole('button', { name: '承認して始める' }).count()).toBe(0)
    await look(page, 'campaign-proposed')
  })

  test('another one releases it, and the SIM has the new version; certificate and PIN serve on', async () => {
    await as('suzuki')
    await press(page, '承認して始める')
    await page.getByText('1枚のうち1枚が済みました').waitFor()
    await look(page, 'campaign-done')
    const { certificates } = await room.world.citizens.adult.phone.certificates({ pin: CITIZENS.adult.phonePin })
    expect(certificates).toHaveLength(1)
    await press(page, '休む')
    await page.getByText('休止中').waitFor()
  })

  test('aborted after a question, it never begins again; the record says who did what', async () => {
    await page.setViewportSize(HAND)
    await press(page, 'やめる（この版は二度と配布しない）')
    await page.getByRole('heading', { level: 1, name: 'この配布をやめますか' }).waitFor()
    await glance(page, 'campaign-abort')
    await press(page, '配布をやめる')
    await page.getByText('中止').first().waitFor()
    await enter('2', '100', jpkiLoadFile(2))
    await page.getByText('この配布は中止されています').waitFor()
    await go(page, '/authority/campaigns')
    await look(page, 'campaign-aborted')
    await go(page, '/authority/orders/acts')
    expect(await text()).toContain('配布を始めた')
  })

  test('what was sent is listed by way and state, without recipient or code; who does what of an order', async () => {
    await go(page, '/authority/deliveries')
    expect(await page.locator('tbody tr').first().textContent()).toContain('SMS')
    const { line, fourInfo } = CITIZENS.adult
    for (const secret of [line.msisdn, fourInfo.name, '確認番号']) expect(await text()).not.toContain(secret)
    expect(await text()).not.toMatch(/[0-9]{6,}/)
    await look(page, 'desk-deliveries')
    await go(page, '/authority/orders')
    await click(page.locator('tbody a').first())
    expect(await text()).toContain('カードで申込書に署名する')
    await look(page, 'desk-order-duties')
  })
})
