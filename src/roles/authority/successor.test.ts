// A phone's certificate that takes the place of another: renewal in the phone, another SIM, a renewed card. Seed 4 (4)②.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateKeyPair } from '../../base/crypto.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import type { Authority } from './contract.ts'
import { phoneRequest, type TestAuthority, testAuthority } from './test-authority.ts'

let world: TestAuthority
beforeAll(async () => {
  world = await testAuthority(openResidentRegister)
})
afterAll(() => world.close())

const refused = (code: string) => ({ code: `authority/${code}` })
let order = 0

/** A resident with card and phone; a minute passes, so that chains have an order. */
async function household(residentId: string) {
  await world.resident(residentId)
  const auth = await world.card(residentId)
  const phone = await world.authority.issueForPhone(asked(auth.serial))
  world.clock.now = new Date(world.clock.now.getTime() + 60_000)
  return { auth: auth.serial, phone: phone.serial }
}

const asked = (card: bigint, replaces?: bigint) => ({
  ...phoneRequest((++order).toString(16).padStart(32, '0'), card),
  ...(replaces !== undefined && { replaces }),
})
const revoke = (serial: bigint, reason: Parameters<Authority['revoke']>[0]['reason']) =>
  world.authority.revoke({ kind: 'auth', serial, reason, requestedBy: 'operator' })
const statusOf = async (serial: bigint) => (await world.authority.status({ kind: 'auth', serial })).status
const phoneOf = async (serial: bigint) =>
  (await world.authority.link({ kind: 'auth', serial, want: 'phone-auth', asker: 'sp-tsm' })).serial
const resume = (serial: bigint) => world.authority.resume({ kind: 'auth', serial, requestedBy: 'holder' })

describe('one phone’s certificate takes the place of another', () => {
  test('both are valid until the old one is revoked; the new one stands for the phone; a third has no place', async () => {
    const people = await household('moving')
    await expect(world.authority.issueForPhone(asked(people.auth))).rejects.toMatchObject(refused('phoneExists'))
    const request = asked(people.auth, people.phone)
    const next = await world.authority.issueForPhone(request)
    expect(await world.authority.issueForPhone(request)).toEqual(next)
    expect([await statusOf(people.phone), await statusOf(next.serial)]).toEqual(['valid', 'valid'])
    expect(await phoneOf(people.auth)).toBe(next.serial)
    const third = world.authority.issueForPhone(asked(people.auth, people.phone))
    await expect(third).rejects.toMatchObject(refused('phoneExists'))
    await revoke(people.phone, 'superseded')
    expect(await phoneOf(people.auth)).toBe(next.serial)
    const chain = await world.authority.chain({ kind: 'auth', serial: next.serial, asker: 'sp-tsm' })
    expect(chain).toMatchObject({ predecessor: people.phone, successor: null })
  })

  test('when the new one is revoked instead, the old one has its place again', async () => {
    const people = await household('staying')
    const next = await world.authority.issueForPhone(asked(people.auth, people.phone))
    await revoke(next.serial, 'cessationOfOperation')
    expect(await phoneOf(people.auth)).toBe(people.phone)
    await expect(world.authority.issueForPhone(asked(people.auth))).rejects.toMatchObject(refused('phoneExists'))
  })

  test('a card’s renewal leaves the phone its certificate, under the card’s new one', async () => {
    const people = await household('renewing')
    await revoke(people.phone, 'certificateHold')
    await revoke(people.auth, 'superseded')
    expect(await statusOf(people.phone)).toBe('onHold')
    await expect(resume(people.phone)).rejects.toMatchObject(refused('cardNotValid'))
    const { publicKey } = generateKeyPair('RSA-2048')
    const card = { requestKey: 'renewing 2', residentId: 'renewing', kind: 'auth', publicKey } as const
    const renewed = await world.authority.issueForCard(card)
    await resume(people.phone)
    expect(await phoneOf(renewed.serial)).toBe(people.phone)
    await revoke(renewed.serial, 'keyCompromise')
    expect(await statusOf(people.phone)).toBe('revoked')
  })
})
