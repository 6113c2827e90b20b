// A line goes through SIMs and carriers, on a phone-sized screen in a real Chromium: at the shop what is done, on the phone what
// follows and how it is undone. At the end of each way the parties agree.

import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { audit } from '../../world/audit/audit.ts'
import { choosePin } from '../../world/choose-pin.ts'
import { approveBySms, codeFrom } from '../../world/codes.ts'
import { type CarrierId, CITIZENS } from '../../world/people.ts'
import { orderIn } from '../../world/testing/small-world.ts'
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

const { password, phonePin, line } = CITIZENS.adult

describe.skipIf(!chromiumPresent)('a line that changes, in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let page: Page
  beforeAll(async () => {
    room = await openRoom()
    await withCertificate(room.world)
    page = await room.tab(HAND)
  })
  afterEach(async () => expect((await audit(room.world)).findings).toEqual([]))
  afterAll(() => room?.close())

  const adult = () => room.world.citizens.adult.phone
  const order = async () => (await adult().order({})).order!
  const told = () => page.getByRole('main').textContent()
  const becomes = (state: string) => expect.poll(async () => (await order()).state).toBe(state)
  const CLERK_OF = { minato: 'ishii', aozora: 'endo', kodama: 'ono' } as const satisfies Record<CarrierId, string>
  const shop = async (carrier: CarrierId, number = '') => {
    await go(page, `/carriers/${carrier}/lines${number && `?number=${number}`}`)
    await signIn(page, room.world, carrier, CLERK_OF[carrier])
  }
  const spare = async () => (await adult().sims({})).sims.find(({ inserted }) => !inserted)!
  /** The newest SIM goes into the phone; the one that was in it before stays beside it. */
  async function putIn(): Promise<void> {
    const { iccid } = (await adult().sims({})).sims.findLast(({ inserted, iccid: one }) => !inserted && !seen.has(one))!
    seen.add(iccid)
    await go(page, '/phone/adult')
    await click(page.getByRole('button', { name: iccid.slice(-4) }))
  }
  const seen = new Set<string>([line.iccid])

  async function moveHere(pictures = ''): Promise<void> {
    const picture = async (name: string) => (pictures ? look(page, `${pictures}-${name}`) : undefined)
    await click(page.getByRole('link', { name: '証明書を、ここに移す' }))
    await picture('form')
    await page.getByLabel('署名用パスワード').fill(password)
    await press(page, 'カードをかざして、移す')
    await heading(page, '届いた番号を入れる')
    await picture('code')
    await page.getByLabel('番号').fill(await codeFrom(room.world.outbox, 'sms', line.msisdn))
    await press(page, 'この番号を送る')
    await heading(page, '申し込みを受け付けました')
    await picture('accepted')
    await press(page, '証明書を入れる')
    // The screen of the progress changes by itself.
    await page.getByRole('heading', { name: 'スマホ用の暗証番号を決める' }).waitFor()
    await picture('pin')
    await choosePin(adult(), phonePin, async (pin) => {
      await page.getByLabel('新しい暗証番号').fill(pin)
      await page.getByLabel('確認のため').fill(pin)
      await press(page, 'この番号に決める')
    })
    await page.getByText('前のSIMの証明書は失効しました').waitFor()
    if (pictures) await glance(page, `${pictures}-done`)
    await becomes('active')
  }

  test('the carriers, a shop without a line, a number that it does not have', async () => {
    await go(page, '/carriers')
    await look(page, 'shop-carriers')
    await click(page.getByRole('link', { name: /みなとモバイルの店へ/ }))
    await signIn(page, room.world, 'minato', CLERK_OF.minato)
    await look(page, 'shop-empty')
    await page.getByLabel('電話番号').fill('819099999999')
    await press(page, '表示する')
    expect(await page.getByRole('alert').textContent()).toContain('その番号の回線はありません')
    await look(page, 'shop-unknown')
  })

  test('a new SIM in exchange: the phone says so, the move can be given up, and then it is done', async () => {
    const before = (await order()).serial
    await shop('minato', line.msisdn)
    await look(page, 'shop-line')
    await press(page, '新しいSIMを渡す')
    await page.getByText(/新しいSIM（末尾.*を渡しました/).waitFor()
    await glance(page, 'shop-new-sim')
    await expect.poll(async () => (await order()).move?.because).toBe('newSim')
    await go(page, '/phone/adult')
    expect(await told()).toContain('この電話番号のSIMが新しくなりました')
    await look(page, 'move-old-sim')
    await putIn()
    await heading(page, 'このSIMに、証明書を移せます')
    await look(page, 'move-offer')
    await click(page.getByRole('link', { name: '証明書を、ここに移す' }))
    await page.getByLabel('署名用パスワード').fill('WRONG1')
    await press(page, 'カードをかざして、移す')
    expect(await page.getByRole('alert').textContent()).toContain('4回')
    await glance(page, 'move-wrong-password')
    await page.getByLabel('署名用パスワード').fill(password)
    await press(page, 'カードをかざして、移す')
    await press(page, '移すのをやめる')
    await heading(page, 'このSIMに、証明書を移せます')
    await moveHere('move')
    expect((await order()).serial).not.toBe(before)
  })

  test('the number goes to another carrier, in English: with a wrong reservation not, with the right one it moves', async () => {
    await go(page, `/carriers/minato/lines?number=${line.msisdn}&lang=en`)
    await press(page, 'Give a reservation')
    const reservation = (await page.locator('#given-reservation').textContent())!
    await glance(page, 'shop-reserved-en')
    await shop('kodama')
    await page.getByLabel('Comes from').selectOption('minato')
    await page.getByLabel(/^Reservation/).fill('0000000000')
    await press(page, 'Open it and hand over the SIM')
    expect(await page.getByRole('alert').textContent()).toContain('The reservation is wrong or has expired')
    await glance(page, 'shop-wrong-reservation-en')
    await page.getByLabel('Comes from').selectOption('minato')
    await page.getByLabel(/^Reservation/).fill(reservation)
    await press(page, 'Open it and hand over the SIM')
    await page.getByText(/A new SIM, ending .* was handed over/).waitFor()
    await glance(page, 'shop-ported-en')
    await putIn()
    await expect.poll(async () => (await adult().status({})).elsewhere?.move?.because).toBe('portedOut')
    await go(page, '/phone/adult?lang=ja')
    expect(await told()).toContain('電話番号が、別の携帯電話会社に移りました')
    await look(page, 'move-ported')
    await moveHere()
    expect((await adult().sim({})).carrier).toBe('kodama')
  })

  test('the line suspended and resumed', async () => {
    await shop('kodama', line.msisdn)
    await press(page, '止める')
    await page.getByText('回線を止めました').waitFor()
    await becomes('suspended')
    await go(page, '/phone/adult')
    expect(await told()).toContain('回線が止まっています')
    await look(page, 'line-suspended')
    await shop('kodama', line.msisdn)
    await press(page, '再開する')
    await becomes('active')
  })

  test('a SIM that was lost: stopped at once, and moved to the next one', async () => {
    await shop('kodama', line.msisdn)
    await click(page.getByText('なくした・盗まれた'))
    await press(page, '新しいSIMを渡す')
    await expect.poll(async () => (await order()).stoppedBy).toEqual(['sim'])
    await go(page, '/phone/adult')
    await look(page, 'move-lost-old')
    await putIn()
    await heading(page, 'このSIMに、証明書を移せます')
    await look(page, 'move-lost')
    await moveHere()
  })

  test('the line ended: what happened is said, and with a new contract the holder enrols anew', async () => {
    await shop('kodama', line.msisdn)
    await click(page.getByText('解約の手続きへ'))
    await look(page, 'shop-end')
    await click(page.getByText('解約の手続きへ'))
    await press(page, '解約する')
    await page.getByText('解約しました').waitFor()
    await becomes('undone')
    await go(page, '/phone/adult')
    expect(await told()).toContain('回線の契約が終わりました')
    await look(page, 'line-ended')
    await shop('minato')
    await press(page, '契約して、SIMを渡す')
    await page.getByText(/新しいSIM（末尾.*を渡しました/).waitFor()
    await putIn()
    await heading(page, 'スマホに証明書を入れる')
    await withCertificate(room.world)
  })

  test('a death in the family: revoked with the card’s', async () => {
    const { phone } = room.world.citizens.elder
    await phone.apply({ card: 'elder', password: CITIZENS.elder.password })
    await approveBySms(room.world, 'elder')
    await phone.install({})
    await orderIn({ phone }, 'written')
    await choosePin(phone, CITIZENS.elder.phonePin)
    await room.world.register.change({ residentId: 'elder', event: 'die' })
    await room.world.authority.followRegister({})
    await room.world.spTsm.followAuthority({})
    await orderIn({ phone }, 'undone')
    await go(page, '/phone/elder')
    expect(await told()).toContain('マイナンバーカードの証明書が失効しました')
    await look(page, 'card-revoked')
  })

  test('the end has come: expired, and what to do', async () => {
    const { notAfter } = await order()
    room.pass(notAfter!.getTime() + 1000 - room.world.platform.clock().getTime())
    await room.world.spTsm.wake()
    await becomes('undone')
    await go(page, '/phone/adult')
    expect(await told()).toContain('証明書の有効期限が切れました')
    await look(page, 'expired')
    expect(await spare()).toBeDefined()
  })
})
