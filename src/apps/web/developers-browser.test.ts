// A developer in a real browser: logs in with the own phone, opens an organisation, registers a service with a key made in the
// browser, logs a person in with it, reads why a request failed, tries a receiver, changes the key, closes the service.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as oidc from 'openid-client'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CITIZENS } from '../../world/people.ts'
import {
  chromiumPresent,
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
const own = (path: string) => `http://localhost:${(site.address() as AddressInfo).port}${path}`

beforeAll(async () => {
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  if (!chromiumPresent) return
  room = await openRoom()
  await withCertificate(room.world)
  page = await room.tab(DESK)
})
afterAll(async () => {
  site.close()
  site.closeAllConnections()
  await room?.close()
})

const { phonePin: pin } = CITIZENS.adult

/** The page that waits for the phone shows which login it is. */
async function approveOnPhone(tab: Page): Promise<void> {
  await tab.waitForURL(/\/login\//)
  const loginId = new URL(tab.url()).pathname.split('/').at(-1)!
  const { phone } = room.world.citizens.adult
  await phone.scanLogin({ qr: (await room.world.verifier.loginQr({ loginId })).qr! })
  await phone.approveLogin({ loginId, pin })
}

test.skipIf(!chromiumPresent)('from the first page to a service that logs people in (absent: Chromium)', async () => {
  await go(page, '/developers')
  await look(page, 'developers-welcome')
  await press(page, 'マイナンバーでログイン')
  await approveOnPhone(page)
  await heading(page, 'あなたの団体')
  await look(page, 'developers-no-tenant')
  await press(page, '団体を作る')
  await page.getByRole('alert').waitFor()
  await page.getByLabel('団体の名前').fill('かざす書店 / Kazasu Books')
  await press(page, '団体を作る')
  await page.getByText('まだありません。').waitFor()
  await look(page, 'developers-tenant')

  await page.getByRole('link', { name: 'サービスを登録する' }).click()
  await heading(page, 'サービスを登録する')
  await look(page, 'developers-register')
  await page.getByLabel('サービスの名前').fill('かざす書店 / Kazasu Books')
  await press(page, '登録する')
  await page.getByRole('alert').waitFor()
  await page.getByLabel('戻り先のアドレス（redirect URI）').fill(own('/callback'))
  await page.getByRole('button', { name: 'このブラウザで鍵を作る' }).click()
  const secret = await page.getByLabel('秘密鍵（JWK）').inputValue()
  await glance(page, 'developers-key')
  const sent: string[] = []
  page.on('request', (request) => void sent.push(request.url(), request.postData() ?? ''))
  await press(page, '登録する')
  await heading(page, 'かざす書店 / Kazasu Books')
  expect(sent.join()).toContain(JSON.parse(secret).x)
  expect(sent.join()).not.toContain(JSON.parse(secret).d)
  await look(page, 'developers-service')

  const clientId = await page.locator('dd code').first().textContent()
  const service = await client(clientId!, JSON.parse(secret))
  const shop = await room.tab(HAND)
  const begun = await plain(service)
  await go(shop, begun.location.href)
  await approveOnPhone(shop)
  await shop.waitForURL(own('/**'))
  const callback = new URL(shop.url())
  const checks = { pkceCodeVerifier: begun.verifier, expectedState: begun.state, idTokenExpected: true }
  expect((await oidc.authorizationCodeGrant(service, callback, checks)).claims()?.acr).toBe('urn:kazasu:acr:phone-pin')
  await expect(oidc.authorizationCodeGrant(service, callback, checks)).rejects.toThrow()
  await page.reload()
  await page.getByText('認可コードが2度使われました').waitFor()
  await look(page, 'developers-log')

  await tryReceiver()
  await page.getByText('鍵を替える').first().click()
  await page.getByRole('button', { name: 'このブラウザで鍵を作る' }).click()
  await press(page, '鍵を替える')
  await page.getByText('前の鍵も').waitFor()
  await page.getByText('サービスを閉じる').click()
  await press(page, '閉じる')
  await page.getByText('まだありません。').waitFor()
  await press(page, '管理する人を招待する')
  await page.getByText('このコードを渡してください').waitFor()
  await page.setViewportSize(HAND)
  await glance(page, 'developers-invited')
  await press(page, 'ログアウト')
  await heading(page, '開発者の方へ')
  await go(page, `/developers/service/${clientId}`)
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
    await desk.getByRole('link', { name: '団体とサービスを見る' }).click()
    const forms = () => desk.getByText('上限・停止・保存').first().click()
    await forms()
    await press(desk, 'ABC銀行を止める'.replace('ABC銀行', await tenantName(desk)))
    await desk.getByText('理由を200字までで').waitFor()
    await forms()
    await desk.locator('form:has(input[value="suspend"]) input[name="reason"]').first().fill('鍵が公開されていた')
    await press(desk, `${await tenantName(desk)}を止める`)
    await desk.getByText('鍵が公開されていた').waitFor()
    await glance(desk, 'platform-suspended')
    await forms()
    await press(desk, `${await tenantName(desk)}をまた使えるようにする`)
    await desk.getByText('記録しました').waitFor()
    await forms()
    await desk.locator('form:has(input[value="hold"]) input[name="reason"]').first().fill('東京地裁')
    await press(desk, '記録を消さずに残す')
    await desk.getByText('東京地裁').waitFor()
    await go(desk, '/platform/records')
    await desk.getByText('鍵が公開されていた').waitFor()
    await look(desk, 'platform-records')
    await desk.locator('form[action="/desk/sign-out"] button').click()
    await go(desk, '/platform/tenants')
    await signIn(desk, room.world, 'platform', 'hara')
    await desk.getByText('東京地裁').waitFor()
    expect(await desk.locator('form[action="/platform/tenants"]').count()).toBe(0)
    await desk.setViewportSize(HAND)
    await glance(desk, 'platform-hand')
  },
)

const tenantName = async (desk: Page) => (await desk.locator('main section h2').first().textContent())!

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

async function client(clientId: string, jwk: JsonWebKey): Promise<oidc.Configuration> {
  const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  const issuer = new URL(`${room.world.origin}/verifier`)
  const metadata = { id_token_signed_response_alg: 'ES256' }
  return oidc.discovery(issuer, clientId, metadata, oidc.PrivateKeyJwt(key), { execute: [oidc.allowInsecureRequests] })
}

async function plain(configuration: oidc.Configuration) {
  const [verifier, state] = [oidc.randomPKCECodeVerifier(), oidc.randomState()]
  const location = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: own('/callback'),
    scope: 'openid',
    state,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  return { location, verifier, state }
}
