// A finger or a face in place of the PIN, and what an attacker tries against it.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemEntropy } from '../../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { hex, utf8 } from '../../../base/bytes.ts'
import { choosePin } from '../../../world/choose-pin.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../../world/testing/small-world.ts'
import { ACR, verifierMigrations, verifierStore } from '../../verifier/index.ts'
import { startLogin } from '../../verifier/start-login.ts'
import type { Phone } from '../contract.ts'
import { phoneMigrations, phoneStore } from '../store.ts'
import { type Authenticator, authenticator, RECOGNISED } from '../testing/authenticator.ts'

const PIN = '4711'
const ORIGIN = 'http://localhost:8080'
let now = new Date('2026-04-01T09:00:00Z')
let database: TestDatabase
let world: SmallWorld
let phone: Phone
let finger: Authenticator
let pin = PIN

beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({ database, jobs: promptJobs(), clock: () => now })
  phone = world.phone
  await world.applied(phone)
  await phone.install({})
  await orderIn(world, 'written')
  await choosePin(phone, PIN)
})
afterAll(() => database.close())

async function turnOn(on: Phone = phone, own = finger): Promise<void> {
  const asked = await on.askBiometric({ pin })
  await on.turnOnBiometric({ pin, origin: ORIGIN, publicKey: own.publicKey, released: own.answer(asked) })
}

let uid = 0
async function login(acrValues: string[] = []) {
  const store = verifierStore(await database.schema('verifier', verifierMigrations))
  const deps = { store, clock: () => now, entropy: systemEntropy, log: () => undefined }
  const redirectUri = 'https://bank.example/callback'
  await store.saveClient({ clientId: 'bank', name: 'Bank', redirectUris: [redirectUri] })
  const { loginId } = await startLogin(deps)({ uid: `uid-${uid++}`, clientId: 'bank', redirectUri, acrValues })
  return { loginId, acr: async () => (await store.login(loginId))?.acr }
}

const refusedFor = (because: string) => ({ code: 'phone/biometricNotAccepted', detail: { because } })
const state = async () => (await phone.biometric({})).state
const triesLeft = async () => (await phone.status({})).pinTriesLeft

describe('a finger or a face', () => {
  beforeEach(async () => {
    finger = authenticator(ORIGIN, systemEntropy)
    await turnOn()
  })

  test('stands for the PIN: the SIM signs that it did, and the platform tells the service so', async () => {
    expect(await state()).toBe('on')
    const { loginId, acr } = await login()
    expect(await phone.showLogin({ loginId })).toMatchObject({ biometric: true })
    const asked = await phone.askBiometric({ loginId })
    const { verdict } = await phone.approveLogin({ loginId, biometric: finger.answer(asked) })
    expect(verdict.outcome).toBe('passed')
    expect(await acr()).toBe(ACR.biometric)
    const typed = await login()
    await phone.approveLogin({ loginId: typed.loginId, pin: PIN })
    expect(await typed.acr()).toBe(ACR.phone)
  })

  test('a service that asks for the PIN gets the PIN, one that asks for this gets this', async () => {
    const { loginId } = await login([ACR.phone])
    expect(await phone.showLogin({ loginId })).toMatchObject({ biometric: false })
    await expect(phone.askBiometric({ loginId })).rejects.toMatchObject({ code: 'phone/pinWanted' })
    const only = await login([ACR.biometric])
    await expect(phone.approveLogin({ loginId: only.loginId, pin: PIN })).rejects.toMatchObject({
      code: 'verifier/otherMeans',
    })
    const asked = await phone.askBiometric({ loginId: only.loginId })
    await phone.approveLogin({ loginId: only.loginId, biometric: finger.answer(asked) })
    expect(await only.acr()).toBe(ACR.biometric)
  })

  test.each([
    ['another type of answer', { type: 'webauthn.create' }, 'type'],
    ['another screen', { origin: 'https://evil.example' }, 'origin'],
    ['a frame of another page', { crossOrigin: true }, 'origin'],
    ['a credential of another host', { host: 'evil.example' }, 'relying party'],
    ['nobody there', { flags: 0x04 }, 'present'],
    ['nobody recognised', { flags: 0x01 }, 'verified'],
    ['a key that may be copied to other devices', { flags: RECOGNISED | 0x08 }, 'stays in this device'],
    ['another credential', { credentialId: new Uint8Array(32) }, 'credential'],
    ['another key of the sealed PIN', { key: new Uint8Array(32) }, 'key'],
    ['no key', { key: new Uint8Array() }, 'key'],
  ] as const)('%s opens nothing, and costs no try of the PIN', async (_what, change, because) => {
    const { loginId } = await login()
    const asked = await phone.askBiometric({ loginId })
    const biometric = finger.answer(asked, change)
    await expect(phone.approveLogin({ loginId, biometric })).rejects.toMatchObject(refusedFor(because))
    expect(await triesLeft()).toBe(3)
    expect((await phone.showLogin({ loginId })).state).toBe('waiting')
    // Each counts as a finger that was not recognised.
    for (const _ of [2, 3]) {
      const again = finger.answer(await phone.askBiometric({ loginId }), change)
      await expect(phone.approveLogin({ loginId, biometric: again })).rejects.toMatchObject(refusedFor(because))
    }
    expect(await state()).toBe('paused')
    await phone.approveLogin({ loginId, pin })
  })

  test('of what was asked and not answered the phone remembers sixteen', async () => {
    const { loginId } = await login()
    const asked = []
    for (let i = 0; i < 17; i++) asked.push(await phone.askBiometric({ loginId }))
    const first = phone.approveLogin({ loginId, biometric: finger.answer(asked[0]!) })
    await expect(first).rejects.toMatchObject(refusedFor('challenge'))
    await phone.approveLogin({ loginId, biometric: finger.answer(asked[1]!) })
  })

  test('an answer for one login is none for another, none a second time, and none after two minutes', async () => {
    const [first, second] = [await login(), await login()]
    const biometric = finger.answer(await phone.askBiometric({ loginId: first.loginId }))
    const elsewhere = phone.approveLogin({ loginId: second.loginId, biometric })
    await expect(elsewhere).rejects.toMatchObject(refusedFor('challenge'))
    const again = finger.answer(await phone.askBiometric({ loginId: first.loginId }))
    await phone.approveLogin({ loginId: first.loginId, biometric: again })
    await expect(phone.approveLogin({ loginId: first.loginId, biometric: again })).rejects.toMatchObject(
      refusedFor('challenge'),
    )
    const late = finger.answer(await phone.askBiometric({ loginId: second.loginId }))
    now = new Date(now.getTime() + 121_000)
    await expect(phone.approveLogin({ loginId: second.loginId, biometric: late })).rejects.toMatchObject(
      refusedFor('challenge'),
    )
  })

  test('a signature by another key is refused', async () => {
    const { loginId } = await login()
    const biometric = finger.answer(await phone.askBiometric({ loginId }))
    const { signature } = authenticator(ORIGIN, systemEntropy).answer({
      challenge: new Uint8Array(32),
      salt: new Uint8Array(32),
    })
    await expect(phone.approveLogin({ loginId, biometric: { ...biometric, signature } })).rejects.toMatchObject(
      refusedFor('signature'),
    )
  })

  test('a counter that runs back is a copy of the authenticator: what was sealed is thrown away', async () => {
    const { loginId } = await login()
    const used = finger.answer(await phone.askBiometric({ loginId }), { counter: 9 })
    await phone.approveLogin({ loginId, biometric: used })
    const next = await login()
    const biometric = finger.answer(await phone.askBiometric({ loginId: next.loginId }), { counter: 9 })
    await expect(phone.approveLogin({ loginId: next.loginId, biometric })).rejects.toMatchObject(refusedFor('counter'))
    expect(await state()).toBe('off')
    // Also when both answer at the same moment.
    await turnOn()
    const both = [await login(), await login()]
    const answers = []
    for (const { loginId: one } of both)
      answers.push([one, finger.answer(await phone.askBiometric({ loginId: one }), { counter: 99 })] as const)
    const ends = await Promise.allSettled(
      answers.map(([one, released]) => phone.approveLogin({ loginId: one, biometric: released })),
    )
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await state()).toBe('off')
  })

  test('refused three times, it waits until the PIN has been entered', async () => {
    expect(await phone.biometricRefused({})).toEqual({ state: 'on' })
    await phone.biometricRefused({})
    expect(await phone.biometricRefused({})).toEqual({ state: 'paused' })
    const { loginId } = await login()
    await expect(phone.askBiometric({ loginId })).rejects.toMatchObject({ code: 'phone/biometricPaused' })
    await phone.approveLogin({ loginId, pin: PIN })
    expect(await state()).toBe('on')
  })

  test('what stops the PIN, changes it or turns this off leaves nothing sealed behind', async () => {
    await phone.changePin({ pin, newPin: '2580' })
    pin = '2580'
    expect(await state()).toBe('off')
    await turnOn()
    expect(await state()).toBe('on')
    await phone.turnOffBiometric({})
    expect(await state()).toBe('off')
    const { loginId } = await login()
    await expect(phone.askBiometric({ loginId })).rejects.toMatchObject({ code: 'phone/biometricOff' })
    await phone.changePin({ pin, newPin: PIN })
    pin = PIN
  })

  test('a PIN that was changed elsewhere costs one try, and is thrown away', async () => {
    const other = await world.makePhone('another')
    await other.changePin({ pin, newPin: '9876' })
    const { loginId } = await login()
    const biometric = finger.answer(await phone.askBiometric({ loginId }))
    await expect(phone.approveLogin({ loginId, biometric })).rejects.toMatchObject({ code: 'phone/biometricStale' })
    expect([await state(), await triesLeft()]).toEqual(['off', 2])
    await other.changePin({ pin: '9876', newPin: pin })
    await turnOn()
    const wrong = () => phone.certificates({ pin: '0000' }).catch(() => undefined)
    await wrong()
    await wrong()
    await expect(phone.askBiometric({ loginId })).rejects.toMatchObject({ code: 'phone/biometricPinFirst' })
    await phone.certificates({ pin })
  })

  test('it is turned on with the right PIN only, and only by an answer to this phone', async () => {
    await phone.turnOffBiometric({})
    const on = (released: Parameters<Phone['turnOnBiometric']>[0]['released'], entered = pin) =>
      phone.turnOnBiometric({ pin: entered, origin: ORIGIN, publicKey: finger.publicKey, released })
    const wrong = finger.answer(await phone.askBiometric({ pin }))
    await expect(on(wrong, '0000')).rejects.toMatchObject({ code: 'phone/wrongPin' })
    const other = await world.makePhone('another')
    await expect(on(finger.answer(await other.askBiometric({ pin })))).rejects.toMatchObject(refusedFor('challenge'))
    const unseen = finger.answer(await phone.askBiometric({ pin }), { flags: 0x01 })
    await expect(on(unseen)).rejects.toMatchObject(refusedFor('verified'))
    // Sealed with nothing it would open to everybody who has the row.
    const keyless = finger.answer(await phone.askBiometric({ pin }), { key: new Uint8Array() })
    await expect(on(keyless)).rejects.toMatchObject(refusedFor('key'))
    expect(await state()).toBe('off')
    await phone.certificates({ pin })
  })

  test('what the store holds is not the PIN; copied into another phone it does not open there, whoever has the finger', async () => {
    const { biometric } = phoneStore(await database.schema('phone-adult', phoneMigrations))
    const row = (await biometric.of('adult', world.iccid))!
    expect(hex(row.sealedPin)).not.toContain(hex(utf8(PIN)))
    const other = await world.makePhone('another')
    await biometric.save('another', world.iccid, row)
    const { loginId } = await login()
    const released = finger.answer(await other.askBiometric({ loginId }))
    await expect(other.approveLogin({ loginId, biometric: released })).rejects.toMatchObject(refusedFor('key'))
    const own = finger.answer(await other.askBiometric({ loginId }))
    await expect(phone.approveLogin({ loginId, biometric: own })).rejects.toMatchObject(refusedFor('challenge'))
    expect(await state()).toBe('on')
    // Nor does it for another screen of this phone, whoever writes that into the store.
    const origin = 'http://localhost:8081'
    await biometric.save('adult', world.iccid, { ...row, origin })
    const there = finger.answer(await phone.askBiometric({ loginId }), { origin })
    await expect(phone.approveLogin({ loginId, biometric: there })).rejects.toMatchObject(refusedFor('key'))
  })

  test('stopped or removed, the certificate takes the sealed PIN with it', async () => {
    await phone.stop({})
    expect(await state()).toBe('off')
    await turnOn()
    await phone.remove({})
    expect(await state()).toBe('off')
  })
})
