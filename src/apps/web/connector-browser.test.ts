// A web page of another origin reaches the SIM through the connector, in a real Chromium: the page asks, its owner
// allows it on the phone with the PIN, the page gets a signature and nothing else.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemEntropy } from '../../adapters/random.ts'
import { fromHex, hex } from '../../base/bytes.ts'
import { publicKey, sha256, verify } from '../../base/crypto.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import * as rules from '../../protocol/access-rules/index.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { JPKI, sha256DigestInfo } from '../../protocol/jpki-ap/index.ts'
import { SIM_MODELS, simKeys, simMaster } from '../../roles/carrier/index.ts'
import { pageAt } from '../../roles/phone/connector/callers.ts'
import { CITIZENS } from '../../world/people.ts'
import type { World } from '../../world/world.ts'
import { chromiumPresent, click, glance, go, HAND, openRoom, type Room, withCertificate } from './testing/room.ts'

/** What a service puts into its page: no library, four questions over `fetch`. */
const PAGE = `<!doctype html><html lang="ja"><meta charset="utf-8"><title>みほん商店</title><h1>みほん商店</h1>
<button id="ask">スマホで確認する</button><output id="out"></output><script type="module">
const door = new URLSearchParams(location.search).get('door')
const post = async (operation, body) => {
  const answer = await fetch(door + '/' + operation, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const said = await answer.json()
  if (!answer.ok) throw new Error(said.code)
  return said
}
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
const base64 = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
const show = (text) => { document.getElementById('out').value = text }
let access
window.sign = async (digestInfo) => {
  const send = async (command) => toHex(bytes((await post('transmit',
    { channel: access.channel, command: base64(fromHex(command)) })).response))
  const certificate = []
  await send('00a4020c02000a')
  for (let at = 0; ; at += 256) {
    const answer = await send('00b0' + at.toString(16).padStart(4, '0') + '00')
    if (!answer.endsWith('9000')) break
    certificate.push(answer.slice(0, -4))
    if (answer.length < 516) break
  }
  await send('00a4020c020017')
  const signature = await send('802a008033' + digestInfo + '00')
  return { certificate: certificate.join(''), signature: signature.slice(0, -4), sw: signature.slice(-4) }
}
window.send = async (command) => post('transmit', { channel: access.channel, command: base64(fromHex(command)) })
  .then(() => 'sent', (error) => error.message)
window.done = () => post('closeAccess', { channel: access.channel })
document.getElementById('ask').onclick = async () => {
  try {
    const aid = base64(fromHex('${hex(JPKI.aid)}'))
    const { requestId } = await post('askAccess', { aid, purpose: '20歳以上の確認', withPin: true })
    show('スマホで許可してください')
    for (;;) {
      access = await post('accessState', { requestId })
      if (access.state !== 'waiting') break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    show(access.state)
  } catch (error) { show(error.message) }
}
</script></html>`

describe.skipIf(!chromiumPresent)('the connector in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let world: World
  let shop: Server
  let page: Page
  let phone: Page
  const origin = () => `http://127.0.0.1:${(shop.address() as AddressInfo).port}`

  beforeAll(async () => {
    room = await openRoom()
    world = room.world
    shop = createServer((_, response) => response.setHeader('content-type', 'text/html').end(PAGE))
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
    ;[page, phone] = [await room.tab(HAND), await room.tab(HAND)]
    await withCertificate(world)
    await go(page, `${origin()}/?door=${encodeURIComponent(`${world.origin}/connector/adult`)}`)
  })
  afterAll(async () => {
    await room?.close()
    shop?.close()
  })

  /** The carrier writes into the SIM that this page may read and sign. */
  async function grant(): Promise<void> {
    const { iccid, simModel } = CITIZENS.adult.line
    const model = SIM_MODELS[simModel]
    const keys = simKeys(await simMaster(world.platform.keys, 'minato', model), iccid, model)
    const apdu = ['00a40000', '00b00000', '802a0000'].map((header) => ({
      header: fromHex(header),
      mask: fromHex('ffff0000'),
    }))
    const reference = { application: JPKI.aid, caller: pageAt(origin()).ids[1]! }
    function* writing(): Dialogue<void> {
      yield* gp.select()
      const channel = yield* gp.openScp03({ keys, entropy: systemEntropy })
      yield* gp.secured(channel, gp.installForPersonalization(rules.ARA_M))
      yield* gp.secured(channel, rules.storeRule({ reference, rule: { apdu } }))
    }
    const sim = await world.shelf.open('adult-phone')
    await run(sim, writing())
    await sim.end()
  }

  const said = () => page.locator('#out')
  const ask = () => click(page.getByRole('button', { name: 'スマホで確認する' }))
  const look = (name: string) => glance(phone, `${name}-phone`)

  test('a page without a rule in the SIM is stopped before its owner is asked', async () => {
    await ask()
    await expect.poll(() => said().textContent()).toBe('phone/accessDenied')
    await go(phone, `${world.origin}/phone/adult/access`)
    expect(await phone.textContent('main')).toContain('今、返事を待っている申し出はありません')
    await look('access-none')
  })

  test('with a rule: the owner sees who asks and why, mistypes the PIN, allows it once; the page signs', async () => {
    await grant()
    await ask()
    await expect.poll(() => said().textContent()).toBe('スマホで許可してください')
    await go(phone, `${world.origin}/phone/adult`)
    await click(phone.getByRole('link', { name: '内容を見る' }))
    const screen = await phone.textContent('main')
    for (const words of [origin(), '20歳以上の確認', '心当たりがないときは、断ってください'])
      expect(screen).toContain(words)
    await look('access-asked')
    await phone.getByLabel('暗証番号').fill('0000')
    await click(phone.getByRole('button', { name: '1回だけ許可する' }))
    expect(await phone.textContent('main')).toContain('暗証番号が違います')
    await look('access-wrong-pin')
    expect(await said().textContent()).toBe('スマホで許可してください')
    await phone.getByLabel('暗証番号').fill(CITIZENS.adult.phonePin)
    await click(phone.getByRole('button', { name: '1回だけ許可する' }))
    await expect.poll(() => said().textContent()).toBe('open')
    const message = systemEntropy(32)
    const digestInfo = hex(sha256DigestInfo(sha256(message)))
    const { certificate, signature, sw } = (await page.evaluate(`window.sign('${digestInfo}')`)) as Record<
      string,
      string
    >
    expect(sw).toBe('9000')
    const key = publicKey(decodeCertificate(fromHex(certificate!)).subjectPublicKeyInfo)
    expect(verify('RSA-SHA256', key, message, fromHex(signature!))).toBe(true)
    expect(await page.evaluate("window.send('002000800431323334')")).toBe('phone/pinIsTheOwners')
    await page.evaluate('window.done()')
    expect(await page.evaluate("window.send('00a4020c020006')")).toBe('phone/channelClosed')
    await go(phone, `${world.origin}/phone/adult/access`)
    expect(await phone.textContent('main')).toContain('許可しました')
    await look('access-history')
  })

  test('declining ends it, in English too', async () => {
    await go(phone, `${world.origin}/phone/adult/access?lang=en`)
    await ask()
    await expect.poll(() => said().textContent()).toBe('スマホで許可してください')
    await go(phone, `${world.origin}/phone/adult/access`)
    await look('access-asked-en')
    await click(phone.getByRole('button', { name: 'Decline' }))
    await expect.poll(() => said().textContent()).toBe('declined')
    expect(await phone.textContent('main')).toContain('declined')
  })
})
