// A developer in a real browser does what docs/relying-party.md says: logs in with the own phone, opens an organisation, registers a
// service with a key made in the browser, runs the example, reads why a request failed; then changes the key, closes the service.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as oidc from 'openid-client'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../adapters/testing/postgres-server.ts'
import { CITIZENS } from '../../world/people.ts'
import {
  chromiumPresent,
  click,
  DESK,
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

let room: Room
let page: Page
/** The developer's own server: where people come back to, and where events arrive. */
const site = createServer((request, response) => {
  const { authorization } = request.headers
  response.writeHead(request.method === 'POST' ? (authorization ? 202 : 401) : 200).end('who are you?')
})
/** Of the example. */
let port: number
const at = (path: string) => `http://localhost:${port}${path}`
/** As the reader of the page has it: this project, and what the portal has them save. */
const folder = mkdtempSync(join(tmpdir(), 'kazasu-developer-'))
const own = (path: string) => `http://localhost:${(site.address() as AddressInfo).port}${path}`

beforeAll(async () => {
  for (const name of ['examples', 'node_modules', 'package.json']) symlinkSync(resolve(name), join(folder, name))
  port = await freePort()
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening))
  if (!chromiumPresent) return
  room = await openRoom()
  await withCertificate(room.world)
  page = await room.tab(DESK)
})
afterAll(async () => {
  site.close()
  site.closeAllConnections()
  await room?.close()
  rmSync(folder, { recursive: true, force: true })
})

const { phonePin: pin } = CITIZENS.adult

/** On the phone that the waiting page leads to, which leads back. */
async function approveHere(tab: Page): Promise<void> {
  await tab.waitForURL(/\/login\//)
  await click(tab.locator('a[href^="/phone/adult/login"]'))
  await tab.locator('input[name="pin"]').fill(pin)
  await press(tab, '承認する')
  await click(tab.getByRole('link', { name: 'ログインの画面に戻る' }))
}

/** Where the file lands that a link of the page saves. */
async function save(link: string): Promise<void> {
  const [download] = await Promise.all([page.waitForEvent('download'), click(page.locator(link))])
  await download.saveAs(join(folder, download.suggestedFilename()))
}

/** The command in that folder, as long as the steps take. */
async function running(command: string, where: number, steps: () => Promise<void>): Promise<void> {
  const child = spawn('sh', ['-c', command], { cwd: folder, detached: true, stdio: 'ignore' })
  try {
    const up = () =>
      fetch(`http://localhost:${where}/callback`).then(
        () => true,
        () => false,
      )
    await expect.poll(up).toBe(true)
    await steps()
  } finally {
    process.kill(-child.pid!)
    await once(child, 'exit')
  }
}

/** docs/relying-party.md, part 1. */
test.skipIf(!chromiumPresent)('from the first page to a service that is registered (absent: Chromium)', async () => {
  await go(page, '/developers')
  await look(page, 'developers-welcome')
  await press(page, 'マイナンバーでログイン')
  await approveHere(page)
  await heading(page, 'あなたの団体')
  await look(page, 'developers-no-tenant')
  await press(page, '団体を作る')
  await page.getByRole('alert').waitFor()
  await page.getByLabel('団体の名前').fill('かざす書店 / Kazasu Books')
  await press(page, '団体を作る')
  await page.getByText('まだありません。').waitFor()
  await look(page, 'developers-tenant')

  await click(page.getByRole('link', { name: 'サービスを登録する' }))
  await heading(page, 'サービスを登録する')
  await look(page, 'developers-register')
  await page.getByLabel('サービスの名前').fill('かざす書店 / Kazasu Books')
  await press(page, '登録する')
  await page.getByRole('alert').waitFor()
  const marked = await page.locator('[aria-invalid]').all()
  expect(await Promise.all(marked.map((one) => one.getAttribute('id')))).toEqual(['redirectUris', 'publicJwk'])
  await glance(page, 'developers-register-wrong')
  await page.getByLabel('戻り先のアドレス（redirect URI）').fill(at('/callback'))
  await click(page.getByText('代わりの手続き（委任）を受け付ける'))
  await page
    .getByLabel('親権者・未成年後見人が、18歳未満の子のためにできること')
    .fill('order 本を注文する / Order books')
  await click(page.getByRole('button', { name: 'このブラウザで鍵を作る' }))
  await page.locator('#save-key').waitFor()
  await glance(page, 'developers-key')
  await save('#save-key')
  const { x, d } = JSON.parse(readFileSync(join(folder, 'service-key.json'), 'utf8'))
  const sent: string[] = []
  page.on('request', (request) => void sent.push(request.url(), request.postData() ?? ''))
  await press(page, '登録する')
  await heading(page, 'かざす書店 / Kazasu Books')
  expect(sent.join()).toContain(x)
  expect(sent.join()).not.toContain(d)
  await look(page, 'developers-service')
  await click(page.getByText('登録の内容を変える'))
  expect(await page.getByLabel('親権者・未成年後見人が、18歳未満の子のためにできること').inputValue()).toBe(
    'order 本を注文する / Order books',
  )
  await page.setViewportSize(HAND)
  await glance(page, 'developers-service-hand')
  await page.setViewportSize(DESK)
})

/** Parts 2 and 3: what the page of the service says is run, as it says it. */
test.skipIf(!chromiumPresent)('its example logs people in, hears of events; a mistake is explained', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await click(page.locator('[data-copy="service-run"]'))
  await page.locator('[data-copy="service-run"]').getByText('コピーしました').waitFor()
  const command = await page.evaluate('navigator.clipboard.readText()')
  expect(readFileSync('docs/relying-party.md', 'utf8')).toContain(`\`\`\`sh\n${command}\n\`\`\``)
  await save('a[download="service.env"]')

  const shop = await room.tab(HAND)
  await running(String(command), port, async () => {
    await go(shop, at('/'))
    await approveHere(shop)
    await shop.waitForURL(at('/callback**'))
    expect(await shop.locator('body').innerText()).toMatch(/^You are [\w-]{43}, by your phone\.$/)
    await shop.reload()
    expect(await shop.locator('body').innerText()).toContain(`Again: ${at('/')}`)
    await page.getByLabel('受け取りのアドレス').fill(at('/events'))
    await press(page, '送ってみる')
    await page.getByText('受け取られました').waitFor()
  })

  const env = join(folder, 'service.env')
  const elsewhere = await freePort()
  writeFileSync(env, readFileSync(env, 'utf8').replace(`PORT=${port}`, `PORT=${elsewhere}`))
  await running(String(command), elsewhere, async () => {
    await go(shop, `http://localhost:${elsewhere}/`)
    expect(new URL(shop.url()).origin).toBe(room.world.origin)
    await glance(shop, 'developers-mistake')
  })
  for (const words of ['登録したものと1文字でも違います', '認可コードが2度使われました']) {
    // The answer did not wait until it was noted.
    const noted = async () => (await page.reload()) && page.getByText(words).count()
    await expect.poll(noted).toBeGreaterThan(0)
  }
  await look(page, 'developers-log')
})

test.skipIf(!chromiumPresent)('a receiver that wants a header, another key, the end of a service', async () => {
  await tryReceiver()
  await click(page.getByText('鍵を替える').first())
  await click(page.getByRole('button', { name: 'このブラウザで鍵を作る' }))
  await page.locator('#save-key').waitFor()
  await press(page, '鍵を替える')
  await page.getByText('前の鍵も').waitFor()
  await click(page.getByText('登録の内容を変える'))
  await page.getByLabel('サービスの名前').fill('かざす書店 / Kazasu Bookshop')
  await page.getByLabel('応答しないとき').selectOption('10')
  await page.getByLabel('戻り先のアドレス（redirect URI）').fill('callback')
  await press(page, '保存する')
  await page.getByRole('alert').waitFor()
  await page.getByLabel('戻り先のアドレス（redirect URI）').fill(at('/callback'))
  await press(page, '保存する')
  await heading(page, 'かざす書店 / Kazasu Bookshop')
  const address = page.url()
  await click(page.getByText('登録の内容を変える'))
  expect(await page.getByLabel('応答しないとき').inputValue()).toBe('10')
  // Something that is kept for the organisation, for the desk to erase.
  const document = new TextEncoder().encode('申込書')
  await room.world.verifier.askSignature({
    clientId: new URL(address).pathname.split('/').at(-1)!,
    title: '申込書',
    format: 'CAdES',
    level: 'B-B',
    document,
  })
  await click(page.getByText('サービスを閉じる'))
  await press(page, '閉じる')
  await page.getByRole('alert').getByText('閉じていません').waitFor()
  await glance(page, 'developers-close-wrong')
  await click(page.getByText('元に戻せないことがわかりました', { exact: true }))
  await press(page, '閉じる')
  await page.getByText('サービスを閉じました').waitFor()
  await press(page, '管理する人を招待する')
  await page.getByText('このコードを渡してください').waitFor()
  await page.setViewportSize(HAND)
  await glance(page, 'developers-invited')
  await press(page, 'ログアウト')
  await heading(page, '開発者の方へ')
  await go(page, new URL(address).pathname)
  await heading(page, '開発者の方へ')
})

test.skipIf(!chromiumPresent)(
  'the desk of the platform: figures, a tenant stopped and let go on, a hold; an auditor only reads',
  async () => {
    const desk = await room.tab(DESK)
    await go(desk, '/platform')
    await signIn(desk, room.world, 'platform', 'kudo')
    await heading(desk, '認証基盤の様子')
    await desk.locator('svg.bars').waitFor()
    await desk.getByText('認可コードが正しくありません').first().waitFor()
    await look(desk, 'platform')
    await click(desk.getByRole('link', { name: '団体とサービス' }))
    const forms = () => click(desk.getByText('上限・停止・保存').first())
    await forms()
    await press(desk, 'ABC銀行を止める'.replace('ABC銀行', await tenantName(desk)))
    await desk.getByRole('alert').getByText('理由を200字までで').waitFor()
    await glance(desk, 'platform-reason')
    await desk.locator('form:has(input[value="suspend"]) input[name="reason"]').first().fill('鍵が公開されていた')
    await press(desk, `${await tenantName(desk)}を止める`)
    await desk.getByText('鍵が公開されていた').waitFor()
    await glance(desk, 'platform-suspended')
    await forms()
    await press(desk, `${await tenantName(desk)}をまた使えるようにする`)
    await desk.getByText('記録しました').waitFor()
    await forms()
    await desk.locator('form:has(input[value="hold"]) input[name="reason"]').first().fill('東京地裁')
    await press(desk, `${await tenantName(desk)}の記録を消さずに残す`)
    await desk.getByText('東京地裁').waitFor()
    await go(desk, '/platform/records')
    await desk.getByText('鍵が公開されていた').waitFor()
    await look(desk, 'platform-records')
    await go(desk, '/platform/keys')
    await press(desk, '鍵を替える')
    await desk.getByText('記録しました').waitFor()
    await look(desk, 'platform-keys')
    await go(desk, '/platform/tenants')
    await forms()
    await press(desk, '残すのをやめる')
    await desk.getByText('記録しました').waitFor()
    const erase = () => click(desk.getByText(`${name}のために保存したものを消す`))
    const name = await tenantName(desk)
    await erase()
    await desk.locator('form:has(input[value="erase"]) input[name="name"]').fill('ほかの団体')
    await desk.locator('form:has(input[value="erase"]) input[name="reason"]').fill('契約が終わった')
    await press(desk, '消す提案をする')
    await desk.getByRole('alert').getByText('ここにある名前と違います').waitFor()
    await desk.locator('form:has(input[value="erase"]) input[name="name"]').fill(name)
    await press(desk, '消す提案をする')
    await desk.getByText('記録しました').waitFor()
    await closingTakenBack(desk)
    await deadLetter()
    await go(desk, '/platform')
    await desk.getByText('届けられなかったお知らせがあります').waitFor()
    await press(desk, 'もう一度届ける')
    await desk.getByText('記録しました').waitFor()
    await deadLetter()
    await go(desk, '/platform')
    await desk.getByLabel('あきらめる理由').fill('受け取る側を作り直した')
    await press(desk, 'あきらめる提案をする')
    await desk.getByText('記録しました').waitFor()
    expect(await desk.getByRole('button', { name: '承認して、すぐ行う' }).count()).toBe(0)
    await look(desk, 'platform-proposals')
    await desk.setViewportSize(HAND)
    await glance(desk, 'platform-proposals-hand')
    await desk.setViewportSize(DESK)
    await click(desk.locator('form[action="/desk/sign-out"] button'))

    await go(desk, '/platform/clerks')
    await signIn(desk, room.world, 'platform', 'miura')
    await heading(desk, '職員')
    await administer(desk)
    await go(desk, '/platform')
    for (const left of [1, 0]) {
      await click(desk.getByRole('button', { name: '承認して、すぐ行う' }).first())
      await desk.getByText('記録しました').waitFor()
      await expect.poll(() => desk.getByRole('button', { name: '承認して、すぐ行う' }).count()).toBe(left)
    }
    await desk.getByText('届けられなかったお知らせは、ありません').waitFor()
    await go(desk, '/platform/tenants')
    await desk.getByText('保存しているものはありません').first().waitFor()
    await click(desk.locator('form[action="/desk/sign-out"] button'))
    await go(desk, '/platform/tenants')
    await signIn(desk, room.world, 'platform', 'hara')
    await desk.getByText('団体のないサービス').waitFor()
    expect(await desk.locator('form[action="/platform/tenants"]').count()).toBe(0)
    await desk.setViewportSize(HAND)
    await glance(desk, 'platform-hand')
  },
)

const tenantName = async (desk: Page) => (await desk.locator('main section h2').first().textContent())!

/** A service without a tenant is proposed to be closed, by its name; the proposal is taken back. */
async function closingTakenBack(desk: Page): Promise<void> {
  const summary = () => desk.getByText(/^こはく.*を閉じる$/)
  const name = (await summary().textContent())!.replace(/を閉じる$/, '')
  const form = desk.locator('form:has(input[value="close"])', { hasNot: desk.locator('[hidden]') })
  await click(summary())
  const own = form.filter({ visible: true })
  await own.locator('input[name="name"]').fill(name)
  await own.locator('input[name="reason"]').fill('合併した')
  await glance(desk, 'platform-close')
  await press(desk, '閉じる提案をする')
  await desk.getByText('記録しました').waitFor()
  await go(desk, '/platform')
  const part = desk.locator('.part', { hasText: '合併した' })
  expect(await part.textContent()).toContain(name)
  await click(part.getByRole('button', { name: '提案を取り下げる' }))
  await expect.poll(() => desk.locator('.part', { hasText: '合併した' }).count()).toBe(0)
}

/** One clerk is added, changed and taken away; the last administrator stays. */
async function administer(desk: Page): Promise<void> {
  await desk.getByLabel('職員番号').fill('nobu')
  await desk.locator('#name-new').fill('信田　れい')
  await desk.locator('#passcode-new').fill('kazasu-shinjin')
  await press(desk, '保存する')
  await desk.getByText('受け持ちは一つ以上').waitFor()
  await desk.locator('#passcode-new').fill('kazasu-shinjin')
  await click(desk.locator('section:has(#name-new)').getByText('監査：'))
  await press(desk, '保存する')
  await desk.getByRole('heading', { name: '信田　れい' }).waitFor()
  await click(desk.getByText('三浦　さとるを変える'))
  await look(desk, 'platform-clerks')
  await click(desk.getByText('三浦　さとるを変える'))
  await press(desk, '三浦　さとるをはずす')
  await desk.getByText('すぐにサインインできなくなります').waitFor()
  await press(desk, '三浦　さとるをはずす')
  await desk.getByRole('alert').getByText('一人は残らなければ').waitFor()
  await click(desk.getByText('信田　れいを変える'))
  await press(desk, '信田　れいをはずす')
  await glance(desk, 'platform-clerk-away')
  await press(desk, '信田　れいをはずす')
  await desk.getByText('記録しました').waitFor()
  expect(await desk.getByRole('heading', { name: '信田　れい' }).count()).toBe(0)
  await desk.setViewportSize(HAND)
  await glance(desk, 'platform-clerks-hand')
  await desk.setViewportSize(DESK)
}

/** Of a service that has no tenant, and says of its first event that it is no good. */
async function deadLetter(): Promise<void> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const of = { clientId: 'ferry', name: '渡し船 / Ferry', redirectUris: [at('/ferry')] }
  await room.world.verifier.registerClient({ ...of, publicJwk: { kty: kty!, crv: crv!, x: x!, y: y! } })
  // The provider remembers a client for two seconds, and with it the key of before.
  const service = await oidc.discovery(
    new URL(`${room.world.origin}/verifier`),
    of.clientId,
    { id_token_signed_response_alg: 'ES256' },
    oidc.PrivateKeyJwt(pair.privateKey),
    { execute: [oidc.allowInsecureRequests] },
  )
  const granted = () => oidc.clientCredentialsGrant(service, { scope: 'ssf.manage ssf.read' })
  await expect.poll(() => granted().then(() => 'granted', String)).toBe('granted')
  const { access_token: token } = await granted()
  const ssf = async (path: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const how = body ? { method: 'POST', body: JSON.stringify(body) } : {}
    const answer = await fetch(`${room.world.origin}/verifier/ssf/${path}`, { headers, ...how })
    return answer.status === 204 ? undefined : answer.json()
  }
  const [there] = await ssf('stream')
  const { stream_id } = there ?? (await ssf('stream', {}))
  await ssf('verify', { stream_id })
  const { sets } = await ssf(`poll/${stream_id}`, {})
  await ssf(`poll/${stream_id}`, { setErrs: { [Object.keys(sets)[0]!]: { err: 'invalid_key' } } })
}

async function tryReceiver(): Promise<void> {
  await page.getByLabel('受け取りのアドレス').fill(own('/events'))
  await press(page, '送ってみる')
  await page.getByText('返事は HTTP 401 でした').waitFor()
  await glance(page, 'developers-receiver')
  await page.getByLabel('受け取りのアドレス').fill(own('/events'))
  await page.getByLabel('Authorization ヘッダー').fill('Bearer right')
  await press(page, '送ってみる')
  await page.getByText('受け取られました').waitFor()
}
