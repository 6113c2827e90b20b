// A till asks for an age and a bank for consent, in a real Chromium: what the holder sees, what the others get to see, and
// everything that is no yes. axe looks at each screen in both languages.

import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifierMigrations } from '../../roles/verifier/index.ts'
import { CITIZENS, type Citizen, FIRM } from '../../world/people.ts'
import { orderIn } from '../../world/testing/small-world.ts'
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
  signIn,
  withCertificate,
} from './testing/room.ts'

const DAY_MS = 86_400_000
const { password, phonePin: pin, bankCustomer } = CITIZENS.adult

describe.skipIf(!chromiumPresent)('asked in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let world: World
  /** Of the till or the bank, and of the phone: two tabs of one person. */
  let page: Page
  let phone: Page
  beforeAll(async () => {
    room = await openRoom()
    world = room.world
    await withCertificate(world)
    page = await room.tab()
    phone = await room.tab(HAND)
  })
  afterAll(() => room?.close())

  /** What the browser holds: the page and its address. */
  const everything = async (on: Page) => `${on.url()} ${await on.content()}`

  /** From the till to the phone of this person, by the link on the same machine. */
  async function ask(product: string, who = '大人'): Promise<void> {
    await go(page, '/kiosk')
    await press(page, product)
    const link = page.getByRole('link', { name: new RegExp(who) })
    await go(phone, (await link.getAttribute('href'))!)
  }
  const SAKE = '日本酒（20歳以上）'

  test('the till asks, the phone shows who asks what and what is told; a wrong PIN, then the right one; the till says yes', async () => {
    await go(page, '/kiosk')
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
    room.pass(181_000)
    await heading(page, '時間が過ぎました')
    await phone.reload()
    await phone.getByText('時間が過ぎました').waitFor()
    await go(phone, phone.url().replace('kazasu-shop', 'kazasu-sh0p'))
    await phone.getByText('phone/askerNotAccredited').waitFor()
  })

  test('a certificate that was stopped gives no answer', async () => {
    const { serial } = (await world.citizens.adult.phone.order({})).order!
    const stop = { kind: 'auth', serial: serial!, requestedBy: 'holder' } as const
    await ask(SAKE)
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await world.unfollowed(async () => {
      await world.authority.revoke({ ...stop, reason: 'certificateHold' })
      await press(phone, '暗証番号で答える')
      await phone.getByText('答えは出ませんでした').waitFor()
    })
    await heading(page, '確かめられませんでした')
    await look(page, 'kiosk-undetermined')
    // J-LIS follows in the SIM, both ways.
    await world.follow()
    await orderIn(world.citizens.adult, 'suspended')
    await world.authority.resume(stop)
    await world.follow()
    await orderIn(world.citizens.adult, 'active')
  })

  async function enter(who: string): Promise<void> {
    await go(page, '/bank')
    await press(page, 'マイナンバーでログイン')
    await go(phone, (await page.getByRole('link', { name: `${who}のスマホをかざす` }).getAttribute('href'))!)
    await press(phone, '読み取る')
  }

  async function logIn(): Promise<void> {
    await enter('大人')
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
    await go(phone, (await page.getByRole('link', { name: /大人/ }).getAttribute('href'))!)
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
    await page.getByText('verifier/consentNotYet').waitFor()
  })

  test('the phone lists it and takes it back; J-LIS tells the bank nothing more', async () => {
    room.pass(DAY_MS)
    await logIn()
    await press(page, '今の情報を確かめる')
    await page.getByText('変わったところはありません。').waitFor()
    await go(phone, '/phone/adult')
    await click(phone.getByRole('link', { name: /同意の一覧/ }))
    await look(phone, 'phone-consents-pin')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '一覧を見る')
    await phone.getByRole('heading', { name: 'ひなた銀行' }).waitFor()
    await glance(phone, 'phone-consents')
    await press(phone, '取り消す')
    await glance(phone, 'phone-consent-withdraw')
    await phone.getByLabel('署名用パスワード', { exact: true }).fill(password)
    await press(phone, 'カードをかざして取り消す')
    await phone.getByText('同意を取り消しました').waitFor()
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '一覧を見る')
    await phone.getByText('同意しているものは、ありません。').waitFor()
    await press(page, '今の情報を確かめる')
    await page.getByText('verifier/noConsent').waitFor()
    await look(page, 'bank-consent-ended')
  })

  const open = async () => {
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '記録を見る')
  }
  const main = async () => (await phone.getByRole('main').textContent())!

  test('the own page: a wrong PIN, then where I was; the bank is agreed with anew, and its watch ended with the PIN after a second question', async () => {
    await go(page, '/bank/account')
    await press(page, '同意の画面へ')
    await go(phone, (await page.getByRole('link', { name: /大人/ }).getAttribute('href'))!)
    await phone.getByLabel('署名用パスワード', { exact: true }).fill(password)
    await press(phone, 'カードをかざして同意する')
    await phone.getByText('同意しました').waitFor()
    await go(phone, '/phone/adult')
    await click(phone.getByRole('link', { name: /わたしのページ/ }))
    await look(phone, 'phone-own-pin')
    await phone.getByLabel('スマホの暗証番号').fill('0000')
    await press(phone, '記録を見る')
    expect(await phone.getByRole('alert').textContent()).toContain('あと2回')
    await open()
    await phone.getByRole('heading', { name: '見守っているところ' }).waitFor()
    const own = await main()
    for (const text of ['ひなた銀行', '名前、住所', 'ログイン · このスマホ', '変更なし', '終わった見守り'])
      expect(own).toContain(text)
    for (const secret of [CITIZENS.adult.fourInfo.name, CITIZENS.adult.fourInfo.address])
      expect(own).not.toContain(secret)
    await glance(phone, 'phone-own')
    await press(phone, 'やめさせる')
    await glance(phone, 'phone-own-confirm')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, 'やめさせる')
    await phone.getByText('見守りをやめさせました').waitFor()
    await glance(phone, 'phone-own-ended')
    await open()
    await phone.getByText('だれも見守っていません。').waitFor()
    await go(page, '/bank/account')
    await page.getByRole('button', { name: '同意の画面へ' }).waitFor()
  })

  test('many uses turn page by page; everything comes as a table and as data, after the PIN', async () => {
    // As if the person had logged in for a long time.
    const notes = await world.platform.database.schema('verifier', verifierMigrations)
    const noted = sql.id(world.platform.database.schemaName('verifier'), 'login_note')
    const columns = sql.raw('person_id, client_id, at, acr')
    const again = sql`insert into ${noted} (${columns}) select ${columns} from ${noted}`
    for (let times = 0; times < 3; times++) await again.execute(notes)
    await go(phone, '/phone/adult/own')
    await open()
    await press(phone, 'もっと前を見る')
    await phone.getByRole('heading', { name: 'もっと前に使ったところ' }).waitFor()
    await glance(phone, 'phone-own-older')
    await go(phone, '/phone/adult/own')
    await open()
    await press(phone, '記録を持ち出す')
    await glance(phone, 'phone-own-take')
    const file = async (button: string) => {
      await phone.getByLabel('スマホの暗証番号').fill(pin)
      const [download] = await Promise.all([phone.waitForEvent('download'), press(phone, button)])
      return readFile(await download.path(), 'utf8')
    }
    const data = JSON.parse(await file('データで受け取る（JSON）'))
    const logins = data.uses.filter(({ kind }: { kind: string }) => kind === 'login')
    expect(logins.length).toBeGreaterThan(11)
    const table = (await file('表で受け取る（CSV）')).split('\r\n')
    expect(table[0]).toContain('at,what,outcome,service')
    expect(table.filter((line) => line.includes('"login"'))).toHaveLength(logins.length)
    expect(table[1]).toContain('"watch","ended","ひなた銀行 / Hinata Bank"')
  })

  async function withPin(button: string, own: string = pin): Promise<void> {
    await phone.getByLabel('スマホの暗証番号').fill(own)
    await press(phone, button)
  }

  /** At the bank, by the mandate whose words on the phone have this; nobody else is logged in there. */
  async function logInFor(words: string, who = '大人', own: string = pin): Promise<void> {
    await page.context().clearCookies({ name: 'bank-session' })
    await enter(who)
    await click(phone.getByRole('link', { name: 'ほかの方のために手続きする' }))
    await withPin('だれのためかを選ぶ', own)
    await phone.getByLabel(words).check()
    await withPin('この方のためにログインする', own)
    await page.waitForURL(/\/bank\/(link|account)/)
  }

  async function linkAccount({ customerNumber, passcode }: Citizen['bankCustomer']): Promise<void> {
    await page.getByLabel('お客さま番号（数字7けた）').fill(customerNumber)
    await page.getByLabel('初回パスコード（数字6けた）').fill(passcode)
    await press(page, '口座と結びつける')
    await heading(page, '口座')
  }

  test('the elder lets the adult see the balance by a code; the adult sees it and nothing else, and nothing once it is ended', async () => {
    const elder = CITIZENS.elder
    await withCertificate(world, 'elder')
    await page.context().clearCookies({ name: 'bank-session' })
    await enter('高齢の方')
    await phone.getByLabel('スマホの暗証番号').fill(elder.phonePin)
    await press(phone, '承認する')
    await page.waitForURL(/\/bank\/link/)
    await page.getByLabel('お客さま番号（数字7けた）').fill(elder.bankCustomer.customerNumber)
    await page.getByLabel('初回パスコード（数字6けた）').fill(elder.bankCustomer.passcode)
    await press(page, '口座と結びつける')
    await press(page, 'ログアウト')

    await go(phone, '/phone/elder/mandates/offer')
    await look(phone, 'phone-mandate-offer')
    await phone.getByLabel('残高を見る').check()
    await phone.getByLabel('任せる相手の呼び名').fill('あかり')
    await phone.getByLabel('相手の画面に出る、あなたの呼び名').fill('おじいちゃん')
    await phone.getByLabel('何のため').fill('年金が入ったかを見てもらう')
    await phone.getByLabel('この方が、さらにもう1人に任せてもよい').check()
    await phone.getByLabel('スマホの暗証番号').fill(elder.phonePin)
    await press(phone, '暗証番号で任せる')
    const invitation = (await phone.locator('.compare-code').textContent())!
    expect(invitation).toMatch(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/)
    await glance(phone, 'phone-mandate-code')

    await go(phone, '/phone/adult/mandates')
    await look(phone, 'phone-mandates')
    await click(phone.getByRole('link', { name: '招待コードを受け取った' }))
    await phone.getByLabel('招待コード').fill('AAAA-BBBB-CCCC-DDDD')
    await press(phone, '内容を見る')
    expect(await phone.getByRole('alert').textContent()).toContain('この招待コードは使えません')
    await go(phone, '/phone/adult/scan')
    await phone.getByRole('textbox').fill(`kazasu:mandate:${invitation}`)
    await press(phone, '読み取る')
    expect(phone.url()).not.toContain(invitation)
    await phone.getByText('年金が入ったかを見てもらう').waitFor()
    await glance(phone, 'phone-mandate-invited')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '暗証番号で引き受ける')
    await phone.getByText('引き受けました').waitFor()
    await go(phone, '/phone/adult/mandates/list')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '暗証番号で見る')
    await press(phone, 'ほかの方に引き継ぐ')
    await glance(phone, 'phone-mandate-hand-on')
    await phone.getByLabel('任せる相手の呼び名').fill('こはる')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '暗証番号で任せる')
    await phone.getByRole('img', { name: '招待コードの二次元コード' }).waitFor()
    await glance(phone, 'phone-mandate-handed-on')

    await enter('大人')
    await glance(phone, 'phone-login-for-another')
    await click(phone.getByRole('link', { name: 'ほかの方のために手続きする' }))
    await phone.getByLabel('スマホの暗証番号').fill('0000')
    await press(phone, 'だれのためかを選ぶ')
    expect(await phone.getByRole('alert').textContent()).toContain('あと2回')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, 'だれのためかを選ぶ')
    await phone.getByText('おじいちゃん（年金が入ったかを見てもらう）: 残高を見る').waitFor()
    await glance(phone, 'phone-login-whom')
    await phone.getByLabel('スマホの暗証番号').fill('0000')
    await press(phone, 'この方のためにログインする')
    expect(await phone.getByRole('alert').textContent()).toContain('あと2回')
    expect(await phone.getByRole('button', { name: '承認する' }).count()).toBe(0)
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, 'だれのためかを選ぶ')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, 'この方のためにログインする')
    await phone.getByText('承認しました').waitFor()
    await page.waitForURL(/\/bank\/account/)
    await look(page, 'bank-account-delegated')
    const shown = (await page.getByRole('main').textContent())!
    for (const text of ['代わりに見ています', '5,400,000', '風見　正造 さまの口座']) expect(shown).toContain(text)
    expect(await page.getByRole('button', { name: '同意の画面へ' }).count()).toBe(0)

    await go(phone, '/phone/elder/mandates/list')
    await phone.getByLabel('スマホの暗証番号').fill(elder.phonePin)
    await press(phone, '暗証番号で見る')
    await phone.getByText('ひなた銀行: 残高を見る').first().waitFor()
    await glance(phone, 'phone-mandates-list')
    // The newest first: what was handed on, then what it stands on.
    await click(phone.getByRole('button', { name: 'この委任を終わらせる' }).last())
    await phone.getByLabel('スマホの暗証番号').fill(elder.phonePin)
    await press(phone, '暗証番号で終わらせる')
    await phone.getByText('委任を終わらせました').waitFor()
    await go(page, '/bank/account')
    await page.getByRole('button', { name: 'マイナンバーでログイン' }).waitFor()
  })

  test('a parent acts for the child whose card is held to the phone, and for nobody who is not a child of theirs; the bank knows the child then', async () => {
    const take = async (card: string) => {
      await phone.getByLabel('子どものマイナンバーカードをスマホにかざす').selectOption(card)
      for (const act of ['残高を見る', '口座と結びつける']) await phone.getByLabel(act).check()
      await phone.getByLabel('子どもの呼び名').fill('こはる')
      await phone.getByLabel('あなたの呼び名').fill('母')
      await phone.getByLabel('何のため').fill('お年玉の預金を見る')
      await phone.getByLabel('スマホの暗証番号').fill(pin)
      await press(phone, '暗証番号で署名して始める')
    }
    await go(phone, '/phone/adult/mandates')
    await click(phone.getByRole('link', { name: '子どものために手続きする（親権者・未成年後見人）' }))
    await look(phone, 'phone-mandate-child')
    await take('elder')
    expect(await phone.getByRole('alert').textContent()).toContain('親権者か未成年後見人だと確かめられません')
    await take('child')
    await phone.getByText('子どものために手続きできます').waitFor()
    await glance(phone, 'phone-mandate-child-taken')
    await go(phone, '/phone/adult/mandates/list')
    await phone.getByLabel('スマホの暗証番号').fill(pin)
    await press(phone, '暗証番号で見る')
    await phone.getByRole('heading', { name: '母が、こはるの代わりに' }).waitFor()
    await logInFor('お年玉の預金を見る')
    await look(page, 'bank-link-for-another')
    await linkAccount(CITIZENS.child.bankCustomer)
    await page.getByText('52,000').waitFor()
  })

  test('a representative claims a firm with the card, two clerks compare it, and links its account; a wrong digit gets nothing', async () => {
    const { number, name } = FIRM
    await go(phone, '/phone/adult/mandates/firm')
    await look(phone, 'phone-firm')
    await click(phone.getByRole('link', { name: '代表者だと申し出る' }))
    await heading(phone, '代表者だと申し出る')
    await look(phone, 'phone-firm-claim')
    const claim = async (text: string) => {
      await phone.getByLabel('法人番号（13けた）').fill(text)
      await phone.getByLabel('会社の名前').fill(name)
      await phone.getByLabel('署名用パスワード').fill(password!)
      await press(phone, 'カードで署名して申し出る')
    }
    await claim(`${(Number(number[0]) % 9) + 1}${number.slice(1)}`)
    expect(await phone.getByRole('alert').textContent()).toContain('法人番号の13けた')
    await claim(number)
    await phone.getByText('申し出ました').waitFor()
    await glance(phone, 'phone-firm-claimed')

    await go(page, '/platform/firms')
    await signIn(page, world, 'platform', 'kudo')
    await page.getByText(CITIZENS.adult.fourInfo.name).waitFor()
    await look(page, 'platform-firms')
    await page.getByLabel('見た登記、または理由').first().fill('登記事項証明書のとおり')
    await press(page, '登記のとおりだと提案する')
    await page.getByText('承認を待っています').waitFor()
    await press(page, '業務を終える')
    await go(page, '/platform')
    await signIn(page, world, 'platform', 'miura')
    await page.getByText(CITIZENS.adult.fourInfo.name).waitFor()
    await look(page, 'platform-firm-proposed')
    await press(page, '承認して、すぐ行う')
    await go(page, '/platform/firms')
    await page.getByText('待っている申し出はありません').waitFor()
    expect(await everything(page)).not.toContain(CITIZENS.adult.fourInfo.name)
    await glance(page, 'platform-firms-standing')
    await press(page, '業務を終える')

    await go(phone, '/phone/adult/mandates/firm')
    await withPin('暗証番号で会社を見る')
    await glance(phone, 'phone-firms')
    await press(phone, 'この会社のために手続きする')
    for (const act of ['残高を見る', '口座と結びつける']) await phone.getByLabel(act).check()
    await phone.getByLabel('あなたの役目').fill('代表取締役')
    await phone.getByLabel('何のため').fill('会社の口座')
    await glance(phone, 'phone-firm-begin')
    await withPin('暗証番号で署名して始める')
    await phone.getByText('会社のために手続きできます').waitFor()
    await glance(phone, 'phone-firm-begun')
    await logInFor(name)
    await linkAccount(FIRM.bankCustomer)
    const shown = (await page.getByRole('main').textContent())!
    for (const text of ['代わりに見ています', '32,500,000', `${name} さまの口座`]) expect(shown).toContain(text)
  })

  test('an employee sees the balance of the firm and links nothing, the firm sees each look; dismissed, or when the representative leaves, nobody is in', async () => {
    const { name } = FIRM
    const { phonePin: own } = CITIZENS.elder
    await go(phone, '/phone/adult/mandates/list')
    await withPin('暗証番号で見る')
    await press(phone, '社員に任せる')
    await heading(phone, '社員に任せる')
    // What only representatives do is no employee's.
    expect(await phone.getByLabel('口座と結びつける').count()).toBe(0)
    await phone.getByLabel('残高を見る').check()
    await phone.getByLabel('任せる相手の呼び名').fill('経理の風見')
    await phone.getByLabel('何のため').fill('月末の支払い')
    await glance(phone, 'phone-firm-employ')
    await withPin('暗証番号で任せる')
    const invitation = (await phone.locator('.compare-code').textContent())!
    await go(phone, '/phone/elder/mandates/accept')
    await phone.getByLabel('招待コード').fill(invitation)
    await press(phone, '内容を見る')
    await phone.getByText(name).waitFor()
    await withPin('暗証番号で引き受ける', own)
    await phone.getByText('引き受けました').waitFor()
    await glance(phone, 'phone-firm-employed')
    await logInFor('月末の支払い', '高齢の方', own)
    await page.getByText('32,500,000').waitFor()
    await look(page, 'bank-account-employee')

    await go(phone, '/phone/adult/mandates/list')
    await withPin('暗証番号で見る')
    const uses = phone.locator('.uses li').filter({ hasText: `経理の風見が、${name}の代わりに` })
    await uses.filter({ hasText: 'ひなた銀行: 残高を見る' }).first().waitFor()
    await glance(phone, 'phone-firm-uses')
    // The newest first.
    await click(phone.getByRole('button', { name: 'この委任を終わらせる' }).first())
    await withPin('暗証番号で終わらせる')
    await phone.getByText('委任を終わらせました').waitFor()
    await go(page, '/bank/account')
    await page.getByRole('button', { name: 'マイナンバーでログイン' }).waitFor()

    await logInFor(name)
    await page.getByText('32,500,000').waitFor()
    await go(phone, '/phone/adult/mandates/firm')
    await withPin('暗証番号で会社を見る')
    await press(phone, '代表をやめる・申し出を取り下げる')
    await glance(phone, 'phone-firm-leave')
    await withPin('暗証番号でやめる')
    await phone.getByText('終わりました').waitFor()
    await go(page, '/bank/account')
    await page.getByRole('button', { name: 'マイナンバーでログイン' }).waitFor()
    await withPin('暗証番号で会社を見る')
    await phone.getByRole('heading', { name }).waitFor()
    expect(await phone.getByRole('button', { name: 'この会社のために手続きする' }).count()).toBe(0)
  })
})
