// A login on a computer, approved by a phone that reads the code from its screen, or at a reader of the service that does, in a
// real Chromium: tabs of different browsers. axe looks at each screen in both languages.

import { webcrypto } from 'node:crypto'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hex } from '../../base/bytes.ts'
import { CITIZENS, READER } from '../../world/people.ts'
import type { World } from '../../world/world.ts'
import { challenge, demanded, relyingParty } from '../library/relying-party.ts'
import {
  chromiumPresent,
  click,
  DESK,
  go,
  heading,
  look,
  openRoom,
  press,
  type Room,
  signIn,
  type Walker,
  withCertificate,
} from './testing/room.ts'

const { phonePin: pin, pin: cardPin } = CITIZENS.adult

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

  /** A service of the library's, with what the operator enters for it. */
  async function service(clientId: string, name: string, more: Partial<Registered> = {}) {
    const redirectUri = `${room.world.origin}/callback`
    const pair = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
    const { kty, crv, x, y, ...secret } = await webcrypto.subtle.exportKey('jwk', pair.privateKey)
    const publicJwk = { kty: kty!, crv: crv!, x: x!, y: y! }
    await room.world.verifier.registerClient({ clientId, name, redirectUris: [redirectUri], publicJwk, ...more })
    const key = { ...publicJwk, ...secret }
    return { shop: await relyingParty({ issuer: `${room.world.origin}/verifier`, clientId, redirectUri, key }) }
  }
  type Registered = Parameters<World['verifier']['registerClient']>[0]

  /** The phone held to the screen: what the screen shows at this moment. */
  const held = async () => (await desk.locator('#login-qr a[href^="/phone/adult/scan"]').getAttribute('href'))!

  /** A slow machine has a code of more than ten seconds ago when it has read one; then it reads the next. */
  const read = (at: Walker, shown: () => Promise<string>, next: string) =>
    expect
      .poll(async () => {
        await at.go(await shown())
        await at.press('読み取る')
        return at.page.getByRole('heading', { level: 1 }).textContent()
      })
      .toBe(next)

  test('the computer shows a code that turns; the phone reads it, shows who asks, and the computer goes on by itself', async () => {
    await go(desk, '/bank')
    await press(desk, 'マイナンバーでログイン')
    await desk.locator('svg.qr').waitFor()
    await look(desk, 'login-qr')
    const first = await held()
    await desk.waitForFunction((before) => !document.querySelector(`#login-qr a[href="${before}"]`), first)
    await phone.go(await held())
    await phone.look('phone-scan')
    await read(phone, held, 'ログインしますか')
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
    await go(desk, '/bank')
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
    await go(desk, '/bank')
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

  test('what a service asks to be told stands on the phone with its reason; what it can do without is told only when ticked', async () => {
    const { shop } = await service('aoba', 'あおば酒店 / Aoba Liquor')
    const { location, pending } = await shop.begin({
      want: {
        name: { purpose: '注文の名義にするため / To put your name on the order', essential: true },
        address: { purpose: '品物を届けるため / To deliver the goods' },
        age_over_20: { purpose: '酒類を売るため / To sell alcohol' },
      },
    })
    await phone.go(location)
    await phone.sees('カードでログインすると、それは伝わりません')
    await phone.go((await phone.page.getByRole('link', { name: '大人のスマホを開く' }).getAttribute('href'))!)
    await phone.sees('サービスに伝えること')
    await phone.sees('理由：注文の名義にするため')
    await phone.sees('伝えたいものだけ、選んでください')
    const [address, age] = ['住所', '20歳以上かどうか'].map((one) => phone.page.getByLabel(one)) as [Locator, Locator]
    expect([await address.isChecked(), await age.isChecked()]).toEqual([false, false])
    await phone.look('phone-login-claims')
    await age.check()
    await phone.page.getByLabel('スマホの暗証番号').fill('0000')
    await phone.press('承認する')
    await phone.alerted('あと2回')
    expect([await address.isChecked(), await age.isChecked()]).toEqual([false, true])
    await phone.page.getByLabel('スマホの暗証番号').fill(pin)
    await phone.press('承認する')
    await phone.at('承認しました')
    await phone.follow('ログインの画面に戻る')
    await phone.page.waitForURL((url) => url.pathname === '/callback')
    expect((await shop.finish(phone.page.url(), pending)).told).toEqual({ age_over_20: true })
  })

  test('J-LIS away: the phone says that it could not be checked, the login still waits and is approved when it is back; a lost way back is found again', async () => {
    const { authority } = room.world
    const { ocsp } = authority
    await phone.go('/bank')
    await phone.press('マイナンバーでログイン')
    await click(phone.page.getByRole('link', { name: '大人のスマホを開く' }).first())
    await phone.at('ログインしますか')
    Object.assign(authority, { ocsp: () => Promise.reject(new Error('no route')) })
    await phone.page.getByLabel('スマホの暗証番号').fill(pin)
    await phone.press('承認する')
    await phone.alerted('証明書が有効かどうかを、いま確かめられません')
    await phone.at('ログインしますか')
    await phone.look('phone-login-unchecked')
    Object.assign(authority, { ocsp })
    await phone.page.getByLabel('スマホの暗証番号').fill(pin)
    await phone.press('承認する')
    await phone.at('承認しました')
    // As after an answer that got lost: the address without the word.
    const lost = new URL(phone.page.url())
    lost.searchParams.delete('release')
    await phone.go(lost.pathname + lost.search)
    await phone.sees('もう一度暗証番号を入れてください')
    await phone.look('phone-login-once-more')
    await phone.page.getByLabel('スマホの暗証番号').fill(pin)
    await phone.press('ログインの画面に戻る')
    await phone.follow('ログインの画面に戻る')
    await phone.at('口座と結びつけます')
  })

  /** The reader at the counter reads what the screen shows at this moment. */
  async function atCounter(): Promise<Walker> {
    counter ??= await room.walker('ja')
    const shown = async () => (await desk.locator('#login-reader a').getAttribute('href'))!
    await read(counter, shown, 'リーダーにかざしてください')
    return counter
  }
  let counter: Walker | undefined

  async function withPin(at: Walker, what: string, entered: string) {
    const pad = at.page.locator('form[action="/reader/pin"]')
    await pad.getByLabel(what, { exact: true }).check()
    await pad.getByLabel('4けたの暗証番号').fill(entered)
    await at.press('かざしてログインする')
  }

  async function touched(at: Walker, what: string) {
    await at.page.locator('form[action="/reader/touch"]').getByLabel(what, { exact: true }).check()
    await at.press('暗証番号なしでかざす')
  }

  test('at the counter of the bank: the reader reads the screen, both say where and what for; the card and its PIN, and the screen goes on', async () => {
    await go(desk, '/bank')
    await press(desk, 'マイナンバーでログイン')
    await desk.getByRole('heading', { name: 'リーダーにかざす' }).waitFor()
    await look(desk, 'login-with-reader')
    const reader = await atCounter()
    await reader.sees('ひなた銀行 みなと町支店')
    expect(await reader.page.locator('.compare-code').textContent()).toBe(
      await desk.locator('.compare-code').textContent(),
    )
    await look(reader.page, 'reader-pin')
    await heading(desk, 'リーダーにかざしてください')
    await desk.getByText('窓口1番のリーダー').waitFor()
    await look(desk, 'login-at-reader')
    await withPin(reader, '大人のマイナンバーカード', '12')
    await reader.alerted('4けたの数字を入れてください')
    await withPin(reader, '大人のマイナンバーカード', '0000')
    await reader.alerted('あと2回')
    await reader.look('reader-wrong-pin')
    await withPin(reader, '大人のマイナンバーカード', cardPin)
    await reader.at('ログインしました')
    await look(reader.page, 'reader-done')
    await heading(desk, '口座と結びつけます')
  })

  test('without a PIN a phone is enough where the service says so, a card is not; for more the service demands the PIN', async () => {
    const keyId = hex((await room.world.reader.prepare({})).keyId)
    const { shop: library } = await service('library', 'かざす図書館 / Kazasu Library', {
      readers: [{ keyId, ...READER.shown }],
    })
    const low = await library.begin({ by: ['pinless', 'phone', 'card'] })
    await go(desk, low.location)
    await desk.getByText('スマホなら、暗証番号はいりません').waitFor()
    const reader = await atCounter()
    await look(reader.page, 'reader-touch')
    await touched(reader, '大人のマイナンバーカード')
    await reader.alerted('かざすだけではログインできません')
    await touched(reader, '子どものスマホ')
    await reader.alerted('かざしただけでは確かめられませんでした')
    await touched(reader, '大人のスマホ')
    await reader.at('ログインしました')
    await desk.waitForURL((url) => url.pathname === '/callback')
    const login = await library.finish(desk.url(), low.pending)
    expect(login.by).toBe('pinless')

    const refusal = challenge(login, { by: ['phone', 'card'] })!
    const more = await library.begin({ ...demanded(refusal)!, same: login.idToken })
    await go(desk, more.location)
    await atCounter()
    expect(await reader.page.locator('form[action="/reader/touch"]').count()).toBe(0)
    const touch = room.world.reader.answerLogin({ reader: 'adult-phone' })
    await expect(touch).rejects.toMatchObject({ code: 'terminal/otherWay' })
    await withPin(reader, '大人のスマホ', pin)
    await reader.at('ログインしました')
    await desk.waitForURL((url) => url.pathname === '/callback')
    expect(await library.finish(desk.url(), more.pending)).toMatchObject({ by: 'phone', subject: login.subject })
  })

  test('at the branch of the bank a touch checks in and opens nothing: the counter sees who is here, the account wants the PIN', async () => {
    const { customerNumber, passcode } = CITIZENS.adult.bankCustomer
    await go(desk, '/bank')
    await click(desk.getByRole('link', { name: '窓口で受付する' }))
    await heading(desk, '窓口の受付')
    await look(desk, 'branch')
    const checkIn = async () => {
      await press(desk, '受付をはじめる')
      await touched(await atCounter(), '大人のスマホ')
      await heading(desk, '受付しました')
    }
    const logIn = async () => {
      await press(desk, '暗証番号でログインする')
      await withPin(await atCounter(), '大人のスマホ', pin)
    }
    await checkIn()
    await desk.getByText('まだ口座と結びついていません').waitFor()
    await logIn()
    await heading(desk, '口座と結びつけます')
    await desk.getByLabel('お客さま番号（数字7けた）').fill(customerNumber)
    await desk.getByLabel('初回パスコード（数字6けた）').fill(passcode)
    await press(desk, '口座と結びつける')
    await heading(desk, '口座')
    await press(desk, 'ログアウト')

    await go(desk, '/bank/branch')
    await checkIn()
    await desk.getByText('風見　あかり さま').waitFor()
    await look(desk, 'branch-checked-in')
    const clerk = await room.walker('ja', DESK)
    await clerk.go('/bank/desk')
    await signIn(clerk.page, room.world, 'bank', 'mori')
    await clerk.sees('風見　あかり')
    await look(clerk.page, 'branch-desk')
    const refused = (await go(desk, '/bank/account'))!
    expect([refused.status(), refused.headers()['www-authenticate']]).toEqual([
      401,
      expect.stringMatching(/^Bearer error="insufficient_user_authentication", acr_values="[^"]*:phone-pin /),
    ])
    expect(await desk.content()).not.toContain(customerNumber)
    await look(desk, 'branch-wants-pin')
    await logIn()
    await heading(desk, '口座')
    await desk.getByText(customerNumber).waitFor()
  })

  test('at the reader: wrong too often is blocked, a revoked certificate is refused with the reason, and who does not want it stops', async () => {
    await go(desk, '/bank')
    await press(desk, 'マイナンバーでログイン')
    const reader = await atCounter()
    for (const words of ['あと2回', 'あと1回', 'まちがいが続いたため']) {
      await withPin(reader, '高齢の方のマイナンバーカード', '0000')
      await reader.alerted(words)
    }
    const { authority } = room.world
    const { ocsp } = authority
    Object.assign(authority, { ocsp: () => Promise.reject(new Error('no route')) })
    await withPin(reader, '大人のスマホ', pin)
    await reader.alerted('証明書が有効かどうかを、いま確かめられません')
    Object.assign(authority, { ocsp })
    const { order } = await room.world.citizens.adult.phone.order({})
    const revocation = { kind: 'auth', serial: order!.serial!, reason: 'keyCompromise', requestedBy: 'sp-tsm' } as const
    await room.world.unfollowed(async () => {
      await authority.revoke(revocation)
      await withPin(reader, '大人のスマホ', pin)
      await reader.at('ログインできませんでした')
    })
    await reader.look('reader-refused')
    await heading(desk, 'ログインしていません')

    await press(desk, 'もう一度はじめる')
    await atCounter()
    await reader.press('やめる')
    await reader.at('ログインのコードを読み取ります')
    await look(reader.page, 'reader-idle')
    await heading(desk, 'ログインしていません')

    // It waits two minutes, then whoever comes next is not asked about it.
    await press(desk, 'もう一度はじめる')
    await atCounter()
    room.pass(121_000)
    expect(await room.world.reader.currentLogin({})).toEqual({ login: null })
    const late = room.world.reader.answerLogin({ reader: 'adult', pin: cardPin })
    await expect(late).rejects.toMatchObject({ code: 'terminal/noLogin' })
  })
})
