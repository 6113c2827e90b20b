import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { type Bytes, concat, fromHex, hex, utf8 } from '../../base/bytes.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import { command, encodeCommand } from '../../codec/apdu.ts'
import { AID, recording } from '../../protocol/globalplatform/index.ts'
import { changePin, JPKI, type Life, sha256DigestInfo } from '../../protocol/jpki-ap/index.ts'
import { setLife as writeLife } from '../../protocol/personalisation/index.ts'
import { UI_APP } from '../../world/apps.ts'
import { choosePin } from '../../world/choose-pin.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../world/testing/small-world.ts'
import { inOwnChannel } from '../sp-tsm/conversation.ts'
import { secretsOf } from '../sp-tsm/secrets.ts'
import { verifierMigrations, verifierStore } from '../verifier/index.ts'
import { startLogin } from '../verifier/start-login.ts'
import { uiApp } from './applet.ts'
import type { Phone } from './contract.ts'
import { createEnforcer } from './enforcer.ts'
import { simAccess } from './sim-access.ts'

const PIN = '4711'
/** A key is certified once, so each world may install twice. */
const pairs = [generateKeyPair('RSA-2048'), generateKeyPair('RSA-2048')] as const
let made = 0
let now = new Date('2026-04-01T09:00:00Z')
let database: TestDatabase
let world: SmallWorld
let phone: Phone

const newWorld = async () => {
  database = await testDatabase()
  world = await smallWorld({
    database,
    jobs: promptJobs(),
    keyPairs: () => pairs[made++ % 2 === 0 ? 0 : 1],
    clock: () => now,
  })
  phone = world.phone
}
const install = async () => {
  await world.applied(phone)
  await phone.install({})
  const order = await orderIn(world, 'written', 'undone')
  expect(order.state).toBe('written')
  return order
}
const later = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000)
}

describe('applying with the card', () => {
  beforeAll(newWorld)
  afterAll(() => database.close())

  test('a wrong password says how many tries are left; the right one gives them back; five block it', async () => {
    const apply = (password: string) => phone.apply({ card: 'adult', password })
    for (const triesLeft of [4, 3]) {
      await expect(apply('WRONG1')).rejects.toMatchObject({ code: 'phone/wrongPassword', detail: { triesLeft } })
    }
    await apply(world.password)
    for (const triesLeft of [4, 3, 2, 1]) {
      await expect(apply('WRONG1')).rejects.toMatchObject({ code: 'phone/wrongPassword', detail: { triesLeft } })
    }
    await expect(apply('WRONG1')).rejects.toMatchObject({ code: 'phone/passwordBlocked' })
    await expect(apply(world.password)).rejects.toMatchObject({ code: 'phone/passwordBlocked' })
  })

  test('no refusal carries the password', async () => {
    const refused = await phone.apply({ card: 'adult', password: 'SECRET99' }).catch((error: unknown) => error)
    const { message, stack, detail, cause } = refused as Error & { detail: object }
    expect(`${message} ${stack} ${JSON.stringify(detail)} ${String(cause)}`).not.toContain('SECRET99')
  })

  test('without an order there is nothing to install, set or remove', async () => {
    const fresh = await world.makePhone('another')
    await expect(fresh.install({})).rejects.toMatchObject({ code: 'phone/noOrder' })
    await expect(fresh.setPin({ pin: PIN })).rejects.toMatchObject({ code: 'phone/noOrder' })
    await expect(fresh.remove({})).rejects.toMatchObject({ code: 'phone/noOrder' })
    await expect(fresh.changePin({ pin: PIN, newPin: '1111' })).rejects.toMatchObject({
      code: 'phone/nothingInstalled',
    })
  })
})

describe('the PIN', () => {
  beforeAll(newWorld)
  afterAll(() => database.close())

  test('is set once, over the transport PIN and not the same; then changed; three wrong ones block it', async () => {
    const { transportPin } = await install()
    await expect(phone.setPin({ pin: transportPin! })).rejects.toMatchObject({ code: 'phone/pinIsTransport' })
    await expect(phone.changePin({ pin: transportPin!, newPin: PIN })).rejects.toMatchObject({
      code: 'phone/pinNotDue',
    })
    const own = transportPin === '2580' ? '2581' : '2580'
    await phone.setPin({ pin: own })
    await expect(phone.setPin({ pin: PIN })).rejects.toMatchObject({ code: 'phone/pinNotDue' })
    await phone.changePin({ pin: own, newPin: PIN })
    for (const triesLeft of [2, 1]) {
      await expect(phone.certificates({ pin: '0000' })).rejects.toMatchObject({
        code: 'phone/wrongPin',
        detail: { triesLeft },
      })
    }
    await phone.certificates({ pin: PIN })
    expect(await phone.status({})).toMatchObject({ applet: 'ready', pinTriesLeft: 3 })
    for (let i = 0; i < 3; i++) await expect(phone.certificates({ pin: '0000' })).rejects.toThrow('PIN')
    await expect(phone.certificates({ pin: PIN })).rejects.toMatchObject({ code: 'phone/pinBlocked' })
    expect(await phone.status({})).toMatchObject({ applet: 'blocked', pinTriesLeft: 0 })
    await phone.remove({})
    await orderIn(world, 'undone')
  })

  test('is confirmed the next time when the phone died between SIM and J-LIS', async () => {
    const { transportPin } = await install()
    const own = transportPin === PIN ? '4712' : PIN
    const sim = simAccess(world.sim, () => now)
    const apps = { ui: UI_APP.app }
    await uiApp({ sim, enforcer: createEnforcer(), apps })(changePin('auth', transportPin!, own))
    const again = await world.makePhone('adult')
    await expect(again.setPin({ pin: transportPin === '9999' ? '9998' : '9999' })).rejects.toMatchObject({
      code: 'phone/wrongPin',
    })
    await again.setPin({ pin: own })
    expect((await again.order({})).order?.state).toBe('active')
    await phone.remove({})
    await orderIn(world, 'undone')
  })
})

const select = encodeCommand(command(0x00, 0xa4, 0x04, 0x0c, JPKI.aid))
const selectPin = fromHex('00a4020c020018')
const verify = concat(fromHex('0020008004'), utf8(PIN))
const selectKey = fromHex('00a4020c020017')
const sign = encodeCommand(command(0x80, 0x2a, 0x00, 0x80, sha256DigestInfo(new Uint8Array(32)), 256))
const tap = async (...commands: Bytes[]): Promise<string> => {
  let last = ''
  for (const one of commands) last = hex((await phone.tap({ command: one })).response).slice(-4)
  return last
}

describe('one SIM, three who want it', () => {
  beforeAll(async () => {
    await newWorld()
    await install()
    await choosePin(phone, PIN)
  })
  afterAll(() => database.close())
  beforeEach(() => phone.tapEnd({}))

  test('a PIN verified in the app opens nothing at a reader, nor one of an earlier encounter', async () => {
    await phone.certificates({ pin: PIN })
    expect(await tap(select, selectKey, sign)).toBe('6982')
    expect(await tap(selectPin, verify, selectKey, sign)).toBe('9000')
    await phone.tapEnd({})
    expect(await tap(select, selectKey, sign)).toBe('6982')
    expect(await tap(selectPin, verify)).toBe('9000')
    await phone.tapEnd({})
    await expect(phone.certificates({ pin: '0000' })).rejects.toMatchObject({ code: 'phone/wrongPin' })
    await phone.certificates({ pin: PIN })
  })

  test('while a reader has the SIM the app waits its turn, until the reader is forgotten', async () => {
    await tap(select)
    await expect(phone.certificates({ pin: PIN })).rejects.toMatchObject({ code: 'phone/busy' })
    expect((await phone.status({})).applet).toBe('none')
    later(16)
    expect((await phone.certificates({ pin: PIN })).certificates).toHaveLength(1)
    expect((await phone.status({})).applet).toBe('ready')
    expect(await tap(selectKey)).not.toBe('9000')
  })

  test('what takes the SIM long is not taken for a session left behind', async () => {
    const access = simAccess(world.sim, () => now)
    await access.hold('proxy', true)
    const making = access.within('proxy', async () => later(20))
    await expect(access.alone(async () => 'in between')).rejects.toMatchObject({ code: 'phone/busy' })
    await making
    expect(await access.within('proxy', async () => 'still mine')).toBe('still mine')
    later(16)
    expect(await access.alone(async () => 'left behind')).toBe('left behind')
  })

  test('a TSM reaches the application that it named, of the SIM that is here, and no other', async () => {
    const { iccid } = world
    const open = (aid: Bytes) => phone.proxyOpen({ iccid, aid })
    await expect(phone.proxyOpen({ iccid: '8981990000000000099', aid: AID.isd })).rejects.toMatchObject({
      code: 'phone/simNotHere',
    })
    await expect(open(fromHex('a0000000030000'))).rejects.toMatchObject({ code: 'phone/accessDenied' })
    const { channel } = await open(AID.isd)
    const send = (one: Bytes) => phone.proxyTransmit({ channel, commands: [one] })
    for (const forbidden of [select, fromHex('0070000001'), fromHex('00a4040000')]) {
      await expect(send(forbidden)).rejects.toMatchObject({ code: 'phone/commandNotAllowed' })
    }
    const again = encodeCommand(command(0x00, 0xa4, 0x04, 0x00, AID.isd, 256))
    expect(hex((await send(again)).responses[0]!).slice(-4)).toBe('9000')
    const stopped = await phone.proxyTransmit({
      channel,
      commands: [fromHex('80ca006600'), fromHex('80ca123400'), again],
    })
    expect(stopped.responses.map((response) => hex(response).slice(-4))).toEqual(['9000', '6a88'])
    await expect(phone.tap({ command: select })).rejects.toMatchObject({ code: 'phone/busy' })
    await open(AID.isd)
    await expect(send(again)).rejects.toMatchObject({ code: 'phone/channelClosed' })
    await phone.proxyClose({ channel })
    later(16)
    await phone.certificates({ pin: PIN })
    // Its clock is set back: what was held is held no longer for that.
    await open(AID.isd)
    later(-3600)
    await phone.certificates({ pin: PIN })
    later(3600)
  })

  test('a script that holds no APDU is refused before the SIM sees any of it', async () => {
    const { channel } = await phone.proxyOpen({ iccid: world.iccid, aid: AID.isd })
    const script = phone.proxyTransmit({ channel, commands: [fromHex('80')] })
    await expect(script).rejects.toThrow('fewer than four bytes')
    await phone.proxyClose({ channel })
  })
})

describe('approving a login', () => {
  beforeAll(async () => {
    await newWorld()
    await install()
    await choosePin(phone, PIN)
  })
  afterAll(() => database.close())

  let uid = 0
  const login = async () => {
    const store = verifierStore(await database.schema('verifier', verifierMigrations))
    const deps = { store, clock: () => now, entropy: systemEntropy, log: () => undefined }
    const redirectUri = 'https://bank.example/callback'
    await store.saveClient({ clientId: 'hinata-bank', name: 'hinata-bank', redirectUris: [redirectUri] })
    return startLogin(deps)({ uid: `uid-${uid++}`, clientId: 'hinata-bank', redirectUri })
  }

  /** As J-LIS does it in its domain; none of its orders has this step yet. */
  const setLife = async (life: Life) => {
    const { authority, carriers, entropy, uiApp, loadFile } = world.spTsmDeps
    const secrets = secretsOf({ keys: world.keys, entropy })
    const effect = <T>(_: string, work: () => Promise<T>) => work()
    const carrierOf = () => carriers.minato!
    const loadFileOf = async () => loadFile
    const common = { authority, entropy, uiApp, loadFile, loadFileOf, secrets, effect, carrierOf }
    const deps = { ...common, recording: recording(), removePartners: async () => undefined }
    const order = await world.orders.order((await phone.order({})).order!.orderId)
    await inOwnChannel(deps, order!, (content) => writeLife(content, life))
  }

  test('shows who asks, signs after the PIN, and every check passes', async () => {
    const { loginId, code } = await login()
    expect(await phone.showLogin({ loginId })).toMatchObject({
      clientName: 'hinata-bank',
      origin: 'https://bank.example',
      code,
      state: 'waiting',
    })
    await expect(phone.approveLogin({ loginId, pin: '0000' })).rejects.toMatchObject({
      code: 'phone/wrongPin',
      detail: { triesLeft: 2 },
    })
    expect((await phone.showLogin({ loginId })).state).toBe('waiting')
    const { verdict } = await phone.approveLogin({ loginId, pin: PIN })
    expect(verdict.checks.filter((check) => check.outcome !== 'passed')).toEqual([])
    expect(verdict.outcome).toBe('passed')
    expect((await phone.showLogin({ loginId })).state).toBe('approved')
  })

  test('says no', async () => {
    const { loginId } = await login()
    await phone.declineLogin({ loginId })
    expect((await phone.showLogin({ loginId })).state).toBe('declined')
    await expect(phone.approveLogin({ loginId, pin: PIN })).rejects.toThrow()
  })

  test('while the issuer has suspended the applet it says so, costs no try, and goes on afterwards', async () => {
    const { loginId } = await login()
    await setLife('suspended')
    expect(await phone.status({})).toMatchObject({ applet: 'suspended', pinTriesLeft: 3 })
    const suspended = { code: 'phone/suspended' }
    await expect(phone.approveLogin({ loginId, pin: '0000' })).rejects.toMatchObject(suspended)
    await expect(phone.certificates({ pin: PIN })).rejects.toMatchObject(suspended)
    await expect(phone.changePin({ pin: PIN, newPin: '1111' })).rejects.toMatchObject(suspended)
    await setLife('active')
    expect(await phone.status({})).toMatchObject({ applet: 'ready', pinTriesLeft: 3 })
    expect((await phone.approveLogin({ loginId, pin: PIN })).verdict.outcome).toBe('passed')
  })

  test('after removal there is nothing to sign with', async () => {
    const { loginId } = await login()
    await phone.remove({})
    await orderIn(world, 'undone')
    await expect(phone.approveLogin({ loginId, pin: PIN })).rejects.toMatchObject({ code: 'phone/nothingInstalled' })
  })
})
