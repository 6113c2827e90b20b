import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemEntropy } from '../../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { type Bytes, base64url, fromHex, hex, utf8 } from '../../../base/bytes.ts'
import { generateKeyPair, publicKey, sha256, verify } from '../../../base/crypto.ts'
import type { Link } from '../../../base/ports.ts'
import { command } from '../../../codec/apdu.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import * as rules from '../../../protocol/access-rules/index.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import { ask as ask7816, CardRefused, type Dialogue, run } from '../../../protocol/iso7816/index.ts'
import * as jpki from '../../../protocol/jpki-ap/index.ts'
import { choosePin } from '../../../world/choose-pin.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../../world/testing/small-world.ts'
import { SIM_MODELS, simKeys, simMaster } from '../../carrier/index.ts'
import { connectorDoor } from '../http.ts'
import { pageAt } from './callers.ts'
import { LIMITS } from './requests.ts'

const PIN = '4711'
const BANK = 'https://bank.example'
const pair = generateKeyPair('RSA-2048')
let now = new Date('2026-04-01T09:00:00Z')
let database: TestDatabase
let world: SmallWorld
let app: string
const AID = jpki.JPKI.aid
const seconds = (count: number) => {
  now = new Date(now.getTime() + count * 1000)
}

/** The owner of the SIM writes a rule, as a carrier does. */
async function grant(...granted: rules.ReferencedRule[]) {
  const model = SIM_MODELS['minato-nfc-1']
  const keys = simKeys(await simMaster(world.keys, 'minato', model), world.iccid, model)
  function* dialogue(): Dialogue<void> {
    yield* gp.select()
    const channel = yield* gp.openScp03({ keys, entropy: systemEntropy })
    for (const rule of granted) {
      yield* gp.secured(channel, gp.installForPersonalization(rules.ARA_M))
      yield* gp.secured(channel, rules.storeRule(rule))
    }
  }
  const sim = await world.sim()
  await run(sim, dialogue())
  await sim.end()
}
const reading = [
  { header: fromHex('00a40000'), mask: fromHex('ffff0000') },
  { header: fromHex('00b00000'), mask: fromHex('ffff0000') },
]
const signing = [...reading, { header: fromHex('802a0000'), mask: fromHex('ffff0000') }]
const rule = (device: rules.DeviceApp, apdu: rules.ApduAccess): rules.ReferencedRule => ({
  reference: { application: AID, caller: device.ids[1]! },
  rule: { apdu },
})
/** As an app does that knows that the PIN is verified: select the key, then sign. */
function* sign(message: Bytes): Dialogue<Bytes> {
  yield* ask7816(command(0x00, 0xa4, 0x02, 0x0c, fromHex('0017')), 'SELECT')
  return yield* ask7816(command(0x80, 0x2a, 0x00, 0x80, jpki.sha256DigestInfo(sha256(message)), 256), 'sign')
}
const certificate = utf8('certificate that signed the app')
const shop = rules.deviceApp('jp.example.shop', [certificate])

beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({ database, jobs: promptJobs(), keyPairs: () => pair, clock: () => now })
  await world.applied()
  await world.phone.install({})
  await orderIn(world, 'written', 'undone')
  await choosePin(world.phone, PIN)
  await grant(rule(shop, signing), rule(pageAt(BANK), reading))
  app = (await world.phone.installApp({ package: shop.name, certificates: [certificate] })).handle
})
afterAll(() => database.close())
beforeEach(() => seconds(2 * 3600))

const ask = (caller: { app: string } | { origin: string }, withPin = false) =>
  world.phone.askAccess({ caller, aid: AID, purpose: 'ご本人の確認', withPin })
const allowed = async (
  caller: { app: string } | { origin: string },
  pin?: string,
): Promise<Link & { channel: string }> => {
  const { requestId } = await ask(caller, pin !== undefined)
  await world.phone.allowAccess({ requestId, ...(pin && { pin }) })
  const { channel } = await world.phone.accessState({ caller, requestId })
  const transmit = async (sent: Bytes) =>
    (await world.phone.transmit({ caller, channel: channel!, command: sent })).response
  return { transmit, channel: channel! }
}

describe('one gesture, one access', () => {
  test('an app reads and signs after the owner has let it in with the PIN, which it never sees', async () => {
    const link = await allowed({ app }, PIN)
    const message = utf8('登録の申し込み')
    const signature = await run(link, sign(message))
    const { subjectPublicKeyInfo } = decodeCertificate(await run(link, jpki.readCertificate('auth')))
    expect(verify('RSA-SHA256', publicKey(subjectPublicKeyInfo), message, signature)).toBe(true)
    await world.phone.closeAccess({ caller: { app }, channel: link.channel })
    await expect(link.transmit(fromHex('00b0000000'))).rejects.toMatchObject({ code: 'phone/channelClosed' })
  })

  test('nothing is open before the gesture, and a request serves once', async () => {
    const { requestId } = await ask({ app })
    expect(await world.phone.accessState({ caller: { app }, requestId })).toEqual({ state: 'waiting', channel: null })
    await world.phone.allowAccess({ requestId })
    await expect(world.phone.allowAccess({ requestId })).rejects.toMatchObject({ code: 'phone/requestOver' })
  })

  test('a wrong PIN costs a try and leaves the request; the caller learns nothing of it', async () => {
    const { requestId } = await ask({ app }, true)
    await expect(world.phone.allowAccess({ requestId, pin: '0000' })).rejects.toMatchObject({ code: 'phone/wrongPin' })
    expect(await world.phone.accessState({ caller: { app }, requestId })).toEqual({ state: 'waiting', channel: null })
    await world.phone.allowAccess({ requestId, pin: PIN })
  })

  test('without the PIN the key is closed, and the PIN is entered where it was asked for', async () => {
    const link = await allowed({ app })
    await expect(run(link, sign(utf8('x')))).rejects.toThrow(CardRefused)
    await world.phone.closeAccess({ caller: { app }, channel: link.channel })
    const { requestId } = await ask({ app })
    await expect(world.phone.allowAccess({ requestId, pin: PIN })).rejects.toMatchObject({ code: 'phone/pinIsAsked' })
    const elsewhere = { caller: { app }, aid: gp.AID.isd, purpose: 'x', withPin: true }
    await world.phone.declineAccess({ requestId })
    await expect(world.phone.askAccess(elsewhere)).rejects.toMatchObject({ code: 'phone/noPinThere' })
  })

  test('the owner sees who asks, for what, in whose words; afterwards who was let in', async () => {
    await ask({ origin: BANK })
    const { requests } = await world.phone.accessRequests({})
    expect(requests).toMatchObject([{ kind: 'page', name: BANK, purpose: 'ご本人の確認', withPin: false }])
    await world.phone.declineAccess({ requestId: requests[0]!.requestId })
    const { accesses } = await world.phone.accessHistory({})
    expect(accesses[0]).toMatchObject({ kind: 'page', caller: BANK, outcome: 'declined' })
  })
})

describe('who is not let in', () => {
  test('a handle that no app has, one of a removed app, an origin without TLS or with a path', async () => {
    await expect(ask({ app: 'made up' })).rejects.toMatchObject({ code: 'phone/unknownCaller' })
    const { handle } = await world.phone.installApp({ package: 'jp.example.gone', certificates: [certificate] })
    await world.phone.removeApp({ package: 'jp.example.gone' })
    await expect(ask({ app: handle })).rejects.toMatchObject({ code: 'phone/unknownCaller' })
    for (const origin of ['http://bank.example', 'https://bank.example/', 'null', '']) {
      await expect(ask({ origin })).rejects.toMatchObject({ code: 'phone/unknownCaller' })
    }
  })

  test('an app that the rules do not know, whatever package name it took; the owner is not even asked', async () => {
    const { handle } = await world.phone.installApp({ package: 'jp.example.fake', certificates: [utf8('mine')] })
    await expect(ask({ app: handle })).rejects.toMatchObject({ code: 'phone/accessDenied' })
    await expect(ask({ origin: 'https://evil.example' })).rejects.toMatchObject({ code: 'phone/accessDenied' })
    expect((await world.phone.accessRequests({})).requests).toEqual([])
  })

  test('another caller does not get into a channel or a request that is not its own', async () => {
    const { requestId } = await ask({ app })
    await expect(world.phone.accessState({ caller: { origin: BANK }, requestId })).rejects.toMatchObject({
      code: 'phone/requestOver',
    })
    await world.phone.allowAccess({ requestId })
    const { channel } = await world.phone.accessState({ caller: { app }, requestId })
    const stolen = { caller: { origin: BANK }, channel: channel!, command: fromHex('00a40204020006') }
    await expect(world.phone.transmit(stolen)).rejects.toMatchObject({ code: 'phone/channelClosed' })
  })

  test('commands of the PIN, and those beyond the rule, end at the connector', async () => {
    const link = await allowed({ origin: BANK })
    const send = (command: string) => link.transmit(fromHex(command))
    for (const pinCommand of ['002000800431323334', '00240180043132333400', '002c000000']) {
      await expect(send(pinCommand)).rejects.toMatchObject({ code: 'phone/pinIsTheOwners' })
    }
    await expect(send('802a00800130')).rejects.toMatchObject({ code: 'phone/accessDenied' })
    await expect(send('0070000001')).rejects.toMatchObject({ code: 'phone/commandNotAllowed' })
    expect(hex(await send('00a4020c020006'))).toBe('9000')
    await world.phone.closeAccess({ caller: { origin: BANK }, channel: link.channel })
    expect((await world.phone.status({})).pinTriesLeft).toBe(3)
  })
})

describe('callers who press', () => {
  test('more than five questions in a minute are not heard, later ones are', async () => {
    const denied = () => ask({ origin: 'https://evil.example' }).catch((error: { code: string }) => error.code)
    const heard = Array.from({ length: LIMITS.perMinute }, () => 'phone/accessDenied')
    const answers: unknown[] = []
    for (let i = 0; i <= LIMITS.perMinute; i++) answers.push(await denied())
    expect(answers).toEqual([...heard, 'phone/askedTooOften'])
    seconds(61)
    expect(await denied()).toBe('phone/accessDenied')
  })

  test('one request of a caller waits at a time', async () => {
    await ask({ app })
    await expect(ask({ app })).rejects.toMatchObject({ code: 'phone/askedTooOften' })
  })

  test('declined or left unanswered three times in a row: not heard for an hour', async () => {
    const { requestId } = await ask({ origin: BANK })
    await world.phone.declineAccess({ requestId })
    await ask({ origin: BANK })
    seconds(61)
    await ask({ origin: BANK })
    seconds(61)
    await expect(ask({ origin: BANK })).rejects.toMatchObject({ code: 'phone/callerPaused', detail: { minutes: 60 } })
    seconds(3600)
    await ask({ origin: BANK })
  })

  test('what the owner answers too late is over', async () => {
    const { requestId } = await ask({ app })
    seconds(61)
    await expect(world.phone.allowAccess({ requestId })).rejects.toMatchObject({ code: 'phone/requestOver' })
    expect((await world.phone.accessState({ caller: { app }, requestId })).state).toBe('expired')
  })
})

describe('the door for web pages', () => {
  const post = (operation: string, body: object, origin?: string) =>
    connectorDoor(world.phone, () => undefined).request(`/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(origin && { origin }) },
      body: JSON.stringify(body),
    })
  const question = { aid: base64url(AID), purpose: '読み取り', withPin: false }

  test('the browser says who asks; a page that says it itself is not listened to', async () => {
    const answer = await post('askAccess', question, BANK)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe(BANK)
    const { requestId } = (await answer.json()) as { requestId: string }
    const stranger = await post('accessState', { requestId }, 'https://evil.example')
    expect(stranger.status).toBe(410)
    const pretending = await post('askAccess', { ...question, caller: { origin: BANK } }, 'https://evil.example')
    expect(pretending.status).toBe(403)
    expect((await post('askAccess', question)).status).toBe(403)
    await world.phone.declineAccess({ requestId })
  })

  test('only what a page may ask is there', async () => {
    for (const operation of ['allowAccess', 'accessHistory', 'installApp', 'setPin', 'tap']) {
      expect((await post(operation, {}, BANK)).status).toBe(404)
    }
  })

  test('a preflight is answered for the page that asks, without credentials', async () => {
    const asked = await connectorDoor(world.phone, () => undefined).request('/transmit', {
      method: 'OPTIONS',
      headers: { origin: BANK, 'access-control-request-method': 'POST' },
    })
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-origin')).toBe(BANK)
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull()
  })
})
