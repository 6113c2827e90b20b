// A finger in place of the PIN, in a real Chromium with a virtual platform authenticator of the Chrome DevTools Protocol: turned
// on, a login, a telephone call, not recognised, no key, turned off. Seed 1, Option 2.

import type { CDPSession } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { login } from '../../cases/main-job/steps.ts'
import { ACR } from '../../roles/verifier/index.ts'
import { CITIZENS } from '../../world/people.ts'
import { BANK_DESK } from './screens/bank-desk.ts'
import { chromiumPresent, click, DESK, openRoom, type Room, SIGNERS, signIn, withCertificate } from './testing/room.ts'

const DEVICE = {
  protocol: 'ctap2',
  ctap2Version: 'ctap2_1',
  transport: 'internal',
  hasUserVerification: true,
  hasPrf: true,
  isUserVerified: true,
} as const

describe.skipIf(!chromiumPresent)('a finger in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  beforeAll(async () => {
    room = await openRoom('localhost')
    for (const name of Object.values(SIGNERS)) {
      await withCertificate(room.world, name)
      await login({ world: room.world, name, sabotage: null })
    }
  })
  afterAll(() => room?.close())

  test.each(['ja', 'en'] as const)('%s: on, a login, a call, not recognised three times, off', async (language) => {
    const name = SIGNERS[language]
    const { phonePin: pin, bankCustomer } = CITIZENS[name]
    const { phone } = room.world.citizens[name]
    const holder = await room.walker(language)
    const { t, page } = holder
    const settings = `/phone/${name}/finger`
    const entered = (digits: string) => holder.fill(t.phone.pin, digits)
    /** By what its owner was last known, as the platform tells them. */
    const newest = async () => (await phone.ownPage({ pin })).uses[0]!.acr
    const sensor = await page.context().newCDPSession(page)
    await sensor.send('WebAuthn.enable')

    // No device, no button; words instead.
    await holder.go(settings)
    await holder.sees(t.finger.unable)
    expect(await page.getByRole('button', { name: t.finger.turnOn }).count()).toBe(0)
    await holder.look('phone-finger-unable')

    // One that has no key to give, and one that recognises nobody.
    for (const [change, words] of [
      [{ hasPrf: false }, t.finger.noKey],
      [{ isUserVerified: false }, t.finger.notMade],
    ] as const) {
      const authenticatorId = await device(sensor, change)
      await holder.go(settings)
      await entered(pin)
      await holder.press(t.finger.turnOn)
      await holder.alerted(words)
      await sensor.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    }

    const finger = await device(sensor)
    await holder.go(`/phone/${name}`)
    await holder.sees(t.finger.tile_off)
    await holder.follow(t.finger.do)
    await holder.look('phone-finger-off')
    await entered(pin.replace(/^./, (digit) => String((Number(digit) + 1) % 10)))
    await holder.press(t.finger.turnOn)
    await holder.alerted(language === 'ja' ? 'あと2回' : '2')
    const { credentials: none } = await sensor.send('WebAuthn.getCredentials', { authenticatorId: finger })
    expect(none).toEqual([])
    await entered(pin)
    await holder.press(t.finger.turnOn)
    await holder.sees(t.finger.turnedOn)
    await holder.look('phone-finger-on')

    const atBank = async () => {
      await page.context().clearCookies()
      await holder.go('/bank')
      await holder.press(t.bank.loginButton)
      await click(page.locator(`a[href^="/phone/${name}/login"]`))
      await holder.at(t.phone.loginTitle)
    }
    await atBank()
    await page.getByRole('button', { name: t.finger.approve }).waitFor()
    await holder.look('phone-finger-login')
    await holder.press(t.finger.approve)
    await holder.at(t.phone.approvedTitle)
    await expect.poll(newest).toBe(ACR.biometric)

    // On the telephone.
    const clerk = await room.walker(language, DESK)
    await phone.receiveApprovals({ pin })
    await clerk.go(BANK_DESK)
    await signIn(clerk.page, room.world, 'bank', 'mori')
    await clerk.fill(t.approval.customerNumber, bankCustomer!.customerNumber)
    await clerk.press(t.approval.send)
    await clerk.sees(t.approval.speak)
    const number = (await clerk.page.locator('.compare-code').textContent())!
    await holder.go(`/phone/${name}`)
    await holder.follow(t.approval.see)
    await holder.press(t.finger.approve)
    await holder.alerted(t.approval.choose)
    await page.getByRole('radio', { name: number, exact: true }).check()
    await holder.look('phone-finger-approval')
    await page.getByRole('radio', { name: number, exact: true }).check()
    await holder.press(t.finger.approve)
    await holder.sees(t.approval.resultAwaited)
    await clerk.at(t.approval.approvedTitle)
    await clerk.press(t.approval.doBalance)
    await holder.sees(t.approval.result_completed)
    await expect.poll(newest).toBe(ACR.biometric)

    // Not recognised: the login waits, three times and only the PIN counts; then the finger again.
    await sensor.send('WebAuthn.setUserVerified', { authenticatorId: finger, isUserVerified: false })
    await atBank()
    for (const words of ['phone/biometricNotAccepted', 'phone/biometricNotAccepted', 'phone/biometricPaused']) {
      await holder.press(t.finger.approve)
      await page.locator('.reference').getByText(words).waitFor()
    }
    await holder.sees(t.finger.resting)
    await holder.look('phone-finger-resting')
    await entered(pin)
    await holder.press(t.phone.approve)
    await holder.at(t.phone.approvedTitle)
    await expect.poll(newest).toBe(ACR.phone)

    await holder.go(settings)
    await holder.sees(t.finger.isOn)
    await holder.press(t.finger.turnOff)
    await holder.sees(t.finger.turnedOff)
    await atBank()
    expect(await page.locator('[data-finger]').count()).toBe(0)
    await page.context().close()
  })
})

async function device(sensor: CDPSession, change: Partial<Record<keyof typeof DEVICE, boolean>> = {}) {
  const options = { ...DEVICE, ...change } as typeof DEVICE
  return (await sensor.send('WebAuthn.addVirtualAuthenticator', { options })).authenticatorId
}
