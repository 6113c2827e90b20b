// Patterns 1-1 and 1-2 of seed 2 in a real Chromium: a bank whose signatures the platform verifies and a securities firm that
// verifies itself each open an account by a signed application; and what was signed is verified by anybody on a page.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CITIZENS } from '../../world/people.ts'
import type { World } from '../../world/world.ts'
import { chromiumPresent, click, glance, go, HAND, heading, look, openRoom, press, type Room } from './testing/room.ts'

const { password, fourInfo } = CITIZENS.adult
const PASSCODE = '135790'

describe.skipIf(!chromiumPresent)('signing in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let world: World
  let page: Page
  let phone: Page
  beforeAll(async () => {
    room = await openRoom()
    world = room.world
    page = await room.tab()
    phone = await room.tab(HAND)
  })
  afterAll(() => room?.close())

  async function askFor(path: string, who: RegExp): Promise<void> {
    await go(page, path)
    await page.getByLabel('決めていただく暗証番号').fill(PASSCODE)
    await page.getByLabel('もう一度').fill(PASSCODE)
    await press(page, '署名へ進む')
    await heading(page, 'スマホで申込書に署名してください')
    await go(phone, (await page.getByRole('link', { name: who }).getAttribute('href'))!)
  }

  async function sign(withPassword: string): Promise<void> {
    await phone.getByLabel('署名用パスワード').fill(withPassword)
    await press(phone, 'カードをかざして署名する')
  }

  test('the bank: entered wrong, then asked; read on the phone; a wrong password, then the right one; the account is open', async () => {
    await go(page, '/bank')
    await click(page.getByRole('link', { name: '口座を開く' }))
    await look(page, 'bank-open')
    await page.getByLabel('決めていただく暗証番号').fill('12')
    await press(page, '署名へ進む')
    expect(await page.getByRole('alert').textContent()).toContain('6けたから12けた')
    await askFor('/bank/open', /大人/)
    await look(page, 'bank-open-waiting')
    const shown = await phone.getByRole('main').textContent()
    for (const text of ['ひなた銀行', '口座開設', '普通預金', 'スマホの証明書では、署名できません'])
      expect(shown).toContain(text)
    expect(await phone.locator('.compare-code').textContent()).toBe(await page.locator('.compare-code').textContent())
    await look(phone, 'phone-sign')
    await sign('WRONG1')
    expect(await phone.getByRole('alert').textContent()).toContain('あと4回')
    await sign(password)
    await phone.getByText('署名しました').waitFor()
    await look(phone, 'phone-signed')
    await heading(page, '口座ができました')
    expect(await page.getByRole('status').textContent()).toContain(fourInfo.name)
    await look(page, 'bank-opened')
  })

  test('what was found of the signature: a page, JSON, a PDF; nobody’s facts in any of them', async () => {
    await click(page.getByRole('link', { name: '署名の検証結果を見る' }))
    await page.getByText('有効な署名です').first().waitFor()
    expect(await page.getByRole('main').textContent()).toContain('XAdES B-T')
    await look(page, 'verify-report')
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByText('RFC 5280').first().isVisible()).toBe(true)
    expect(await page.getByText('結果をPDFで保存').isVisible()).toBe(false)
    await glance(page, 'verify-report-paper')
    await page.emulateMedia({ media: 'screen' })
    const { pathname } = new URL(page.url())
    const json = await (await page.request.get(`${pathname}/report.json`)).text()
    expect(JSON.parse(json)).toMatchObject({ schema: 'kazasu/signature-report/1', indication: 'TOTAL-PASSED' })
    const pdf = await (await page.request.get(`${pathname}/report.pdf`)).body()
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    for (const secret of [fourInfo.name, fourInfo.address, fourInfo.birthDate]) {
      const utf16 = Buffer.from(secret, 'utf16le').swap16().toString('hex')
      expect([json.includes(secret), pdf.toString('latin1').includes(utf16)]).toEqual([false, false])
      expect(await page.content()).not.toContain(secret)
    }
  })

  test('the securities firm verifies itself: a contract in PDF, declined, then signed; its own report', async () => {
    await askFor('/securities', /大人/)
    await look(phone, 'phone-sign-pdf')
    await press(phone, '署名しない')
    await phone.getByText('署名しませんでした').waitFor()
    await heading(page, '署名されませんでした')
    await look(page, 'securities-declined')
    await askFor('/securities', /大人/)
    const href = await phone.getByRole('link', { name: '文書を開いて読む（PDF）' }).getAttribute('href')
    const contract = await phone.request.get(href!)
    expect([contract.headers()['content-type'], (await contract.body()).subarray(0, 5).toString()]).toEqual([
      'application/pdf',
      '%PDF-',
    ])
    await sign(password)
    await heading(page, '口座ができました')
    await click(page.getByRole('link', { name: '署名の検証結果を見る' }))
    expect(await page.getByRole('main').textContent()).toContain('PAdES B-T')
    // The platform was asked nothing, and has no report of it.
    expect(page.url()).toContain('/securities/report/')
    await go(page, page.url().replace('/securities/report/', '/verify/'))
    await page.getByText('verifier/unknownReport').waitFor()
  })

  test('what is signed is what is shown: long lines, what XML says beside its fields, bytes that are no text', async () => {
    const show = async (format: 'CAdES' | 'XAdES', document: Uint8Array<ArrayBuffer>) => {
      const asked = { clientId: 'hinata-bank', title: '契約書', format, level: 'B-B', document } as const
      const { requestId } = await world.verifier.askSignature(asked)
      const path = `/phone/adult/sign?request=${requestId}`
      await go(phone, path)
      return {
        document: phone.locator('#document'),
        file: await phone.request.get(path.replace('sign?', 'sign/document?')),
      }
    }
    const text = (written: string) => new TextEncoder().encode(written)
    const long = await show('CAdES', text(`${'とても長い行'.repeat(40)}\n金額\u202e000,1`))
    expect(await long.document.textContent()).toContain('金額[U+202E]000,1')
    await look(phone, 'phone-sign-long')
    const named = await show('XAdES', text('<契約><買主><氏名>A</氏名></買主><金額 通貨="USD">100</金額></契約>'))
    const rows = await named.document.locator('dl > div').allTextContents()
    expect(rows).toEqual(['買主 / 氏名A', '金額 / 通貨USD', '金額100'])
    for (const beside of ['ほかも認めます', '<!-- ほかも認めます -->', '<?ほかも 認めます?>']) {
      const xml = `<契約>${beside}<金額>100</金額></契約>`
      expect(await (await show('XAdES', text(xml))).document.locator('pre').textContent()).toBe(xml)
    }
    const { document, file } = await show('CAdES', new Uint8Array([0x50, 0x4b, 0xff, 0xfe]))
    expect(await document.textContent()).toContain('ここに文字で表示できません')
    expect(file.headers()).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="document"',
    })
    await look(phone, 'phone-sign-no-text')
  })

  test('too late, and by a card without a signature certificate', async () => {
    await askFor('/bank/open', /子ども/)
    await phone.getByRole('combobox').selectOption('child')
    await sign('ABC123')
    expect(await phone.getByRole('alert').textContent()).toContain('phone/noSignCertificate')
    room.pass(31 * 60_000)
    await heading(page, '時間が過ぎました')
    await phone.reload()
    await phone.getByText('時間が過ぎました').waitFor()
  })

  test('anybody verifies a signed document: valid, changed, not signed, nothing chosen, too large', async () => {
    const { requestId } = await world.bank.openAccount({ passcode: PASSCODE })
    const request = await world.verifier.signatureRequest({ requestId })
    const documentSha256 = Buffer.from(await crypto.subtle.digest('SHA-256', request.document.slice())).toString('hex')
    const { phone: adult } = world.citizens.adult
    await adult.signRequested({ party: null, requestId, documentSha256, card: 'adult', password })
    const { signed } = await world.verifier.signedDocument({ clientId: 'hinata-bank', requestId })
    const document = Buffer.from(signed!.document)
    const changed = Buffer.from(document.toString().replace('普通預金', '当座預金'))
    const found: string[] = []
    for (const buffer of [document, changed, Buffer.from('<a/>'), Buffer.alloc(0), Buffer.alloc(17 << 20)]) {
      await go(page, '/verify')
      if (buffer.length > 0) {
        await page.getByLabel('署名のついた文書').setInputFiles({ name: 'signed.xml', mimeType: 'text/xml', buffer })
      }
      await press(page, '検証する')
      found.push(
        (await page.getByRole(/^\/verify$/.test(new URL(page.url()).pathname) ? 'alert' : 'main').textContent())!,
      )
    }
    const words = ['有効な署名です', '無効です', '署名の形式が正しくない', '文書を選んでください', '8メガバイトまで']
    for (const [i, text] of found.entries()) expect(text).toContain(words[i])
    const headers = { origin: world.origin, 'content-type': 'multipart/form-data' }
    const formless = await page.request.post('/verify', { headers, data: Buffer.from('abc') })
    expect([formless.status(), await formless.text()]).toEqual([400, expect.stringContaining('読み取れません')])
    await go(page, '/verify')
    await look(page, 'verify')
  })
})
