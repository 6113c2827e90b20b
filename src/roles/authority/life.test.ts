// Links, revocation and the resident register. Seed 2, seed 4 (4)②.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateKeyPair } from '../../base/crypto.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import { type Authority, authorityContract, type Requester, zReason } from './contract.ts'
import { createAuthority } from './index.ts'
import { MAY_ASK, PLACES, type Place } from './model.ts'
import { MAY_REVOKE } from './revocation/rights.ts'
import { CITY, FOUR_INFO, phoneRequest, type TestAuthority, testAuthority } from './test-authority.ts'

let world: TestAuthority
beforeAll(async () => {
  world = await testAuthority(openResidentRegister)
})
afterAll(() => world.close())

const refused = (code: string) => ({ code: `authority/${code}` })
let order = 0

/** A resident with card and phone: the three serial numbers. */
async function household(residentId: string) {
  await world.resident(residentId)
  const sign = await world.card(residentId, 'sign')
  const auth = await world.card(residentId, 'auth')
  const phone = await world.authority.issueForPhone(phoneRequest((++order).toString(16).padStart(32, '0'), auth.serial))
  return { sign: sign.serial, auth: auth.serial, phone: phone.serial }
}
type Household = Awaited<ReturnType<typeof household>>

const revoke = (kind: 'auth' | 'sign', serial: bigint, reason: Parameters<Authority['revoke']>[0]['reason']) =>
  world.authority.revoke({ kind, serial, reason, requestedBy: 'operator' })
async function statuses({ sign, auth, phone }: Household) {
  const of = async (kind: 'auth' | 'sign', serial: bigint) => (await world.authority.status({ kind, serial })).status
  return { sign: await of('sign', sign), auth: await of('auth', auth), phone: await of('auth', phone) }
}

describe('links', () => {
  let people: Household
  beforeAll(async () => {
    people = await household('linked')
  })
  const link = (from: keyof Household, want: Place, asker: keyof typeof MAY_ASK = 'counter') =>
    world.authority.link({ kind: from === 'sign' ? 'sign' : 'auth', serial: people[from], want, asker })

  test.each(['sign', 'auth', 'phone'] as const)('from %s to all three', async (from) => {
    expect(await link(from, 'card-sign')).toEqual({ serial: people.sign })
    expect(await link(from, 'card-auth')).toEqual({ serial: people.auth })
    expect(await link(from, 'phone-auth')).toEqual({ serial: people.phone })
  })
  test('only those who may ask are told', async () => {
    for (const asker of ['sp-tsm', 'verifier', 'counter'] as const)
      for (const want of ['card-auth', 'card-sign', 'phone-auth'] as const) {
        const answer = link('auth', want, asker)
        if ((MAY_ASK[asker] as readonly Place[]).includes(want)) expect((await answer).serial).not.toBeNull()
        else await expect(answer).rejects.toMatchObject(refused('notYoursToAsk'))
      }
    await expect(link('sign', 'phone-auth', 'verifier')).rejects.toMatchObject(refused('notYoursToAsk'))
  })
  test('what is not valid is not found, and an unknown serial is refused', async () => {
    const gone = await household('unlinked')
    await revoke('sign', gone.sign, 'affiliationChanged')
    const ask = { kind: 'auth', serial: gone.auth, asker: 'counter' } as const
    expect(await world.authority.link({ ...ask, want: 'card-sign' })).toEqual({ serial: null })
    const unknown = world.authority.link({ ...ask, serial: 1n, want: 'card-sign' })
    await expect(unknown).rejects.toMatchObject(refused('unknownCertificate'))
  })
  test('certificates that follow each other within one second stand in the order in which they were issued', async () => {
    const { auth } = await household('hurried')
    const issued = [auth]
    for (let times = 0; times < 8; times++) {
      world.clock.now = new Date(world.clock.now.getTime() + 1)
      await revoke('auth', issued.at(-1)!, 'superseded')
      const { publicKey } = generateKeyPair('RSA-2048')
      const asked = { requestKey: `hurried ${times}`, residentId: 'hurried', kind: 'auth', publicKey } as const
      issued.push((await world.authority.issueForCard(asked)).serial)
    }
    // A table has no order of its own: whatever is written again goes to its end.
    for (const serial of issued.toReversed())
      await world.tables.updateTable('certificate').set({ serial }).where('serial', '=', serial).execute()
    const { serials } = await world.authority.chain({ kind: 'auth', serial: auth, asker: 'counter' })
    expect(serials).toEqual(issued)
  })

  test('a signature certificate of the new address goes on with the same card', async () => {
    const mover = await household('mover')
    await revoke('sign', mover.sign, 'affiliationChanged')
    const renewed = await world.authority.issueForCard({
      requestKey: 'mover again',
      residentId: 'mover',
      kind: 'sign',
      publicKey: generateKeyPair('RSA-2048').publicKey,
    })
    const ask = { kind: 'auth', serial: mover.phone, asker: 'counter', want: 'card-sign' } as const
    expect(await world.authority.link(ask)).toEqual({ serial: renewed.serial })
  })
})

describe('revocation', () => {
  test('the first reason and time stay', async () => {
    const people = await household('first-reason')
    const first = await revoke('sign', people.sign, 'keyCompromise')
    world.clock.now = new Date(world.clock.now.getTime() + 60_000)
    expect(await revoke('sign', people.sign, 'superseded')).toEqual(first)
    expect(await revoke('sign', people.sign, 'certificateHold')).toEqual(first)
    expect(first.reason).toBe('keyCompromise')
  })
  test('a hold is never released, but becomes final; doubt begins with the hold', async () => {
    const people = await household('hold')
    const held = await revoke('auth', people.auth, 'certificateHold')
    expect(await statuses(people)).toEqual({ sign: 'valid', auth: 'onHold', phone: 'onHold' })
    world.clock.now = new Date(world.clock.now.getTime() + 60_000)
    const final = await revoke('auth', people.auth, 'keyCompromise')
    expect(final).toEqual({ revokedAt: held.revokedAt, reason: 'keyCompromise' })
    expect(await statuses(people)).toEqual({ sign: 'valid', auth: 'revoked', phone: 'revoked' })
  })
  test('the phone’s certificate falls with the card’s, and not the other way round', async () => {
    const phoneLost = await household('phone-lost')
    await revoke('auth', phoneLost.phone, 'keyCompromise')
    expect(await statuses(phoneLost)).toEqual({ sign: 'valid', auth: 'valid', phone: 'revoked' })
    const cardLost = await household('card-lost')
    await revoke('auth', cardLost.auth, 'keyCompromise')
    expect(await world.authority.status({ kind: 'auth', serial: cardLost.phone })).toMatchObject({
      status: 'revoked',
      reason: 'cessationOfOperation',
    })
  })
  test('a phone’s stop is ended by those who may, while its card is valid and no other phone has come', async () => {
    const people = await household('found')
    const resume = (serial: bigint, requestedBy: Requester = 'holder') =>
      world.authority.resume({ kind: 'auth', serial, requestedBy })
    await expect(resume(people.phone)).rejects.toMatchObject(refused('notOnHold'))
    await revoke('auth', people.phone, 'certificateHold')
    await expect(resume(people.phone, 'hot-line')).rejects.toMatchObject(refused('notYoursToResume'))
    await resume(people.phone)
    expect(await statuses(people)).toEqual({ sign: 'valid', auth: 'valid', phone: 'valid' })
    expect(await world.authority.status({ kind: 'auth', serial: people.phone })).not.toHaveProperty('revokedAt')
    await revoke('auth', people.phone, 'certificateHold')
    const second = await world.authority.issueForPhone(phoneRequest('77'.repeat(16), people.auth))
    await expect(resume(people.phone)).rejects.toMatchObject(refused('phoneExists'))
    await revoke('auth', second.serial, 'keyCompromise')
    await revoke('auth', people.auth, 'certificateHold')
    await expect(resume(people.phone)).rejects.toMatchObject(refused('cardNotValid'))
    await expect(resume(people.auth, 'operator')).rejects.toMatchObject(refused('notYoursToResume'))
  })
  test('who may have what stopped for which reason is the table, for every place and reason', async () => {
    for (const [requestedBy, rights] of Object.entries(MAY_REVOKE)) {
      const people = await household(`rights-${requestedBy}`)
      const serials = { 'card-auth': people.auth, 'card-sign': people.sign, 'phone-auth': people.phone }
      for (const [place, { kind }] of Object.entries(PLACES))
        for (const reason of zReason.options) {
          const given: readonly string[] = rights[place as Place]
          if (given.includes(reason)) continue
          const request = { kind, serial: serials[place as Place], reason, requestedBy: requestedBy as Requester }
          await expect(world.authority.revoke(request)).rejects.toMatchObject(refused('notYoursToRevoke'))
        }
      expect(await statuses(people)).toEqual({ sign: 'valid', auth: 'valid', phone: 'valid' })
    }
    const caller = await household('hot-line')
    await world.authority.revoke({
      kind: 'auth',
      serial: caller.auth,
      reason: 'certificateHold',
      requestedBy: 'hot-line',
    })
    expect(await statuses(caller)).toEqual({ sign: 'valid', auth: 'onHold', phone: 'onHold' })
  })
  test('every change has the next number, once, in order; a follower needs only the last', async () => {
    const { last } = await world.authority.statusChanges({ after: 0, limit: 0 })
    const people = await household('followed')
    await revoke('auth', people.auth, 'certificateHold')
    await revoke('auth', people.auth, 'keyCompromise')
    await revoke('auth', people.auth, 'superseded')
    const { changes } = await world.authority.statusChanges({ after: last, limit: 1000 })
    expect(changes.map(({ sequence, serial, status }) => [sequence - last, serial, status])).toEqual([
      [1, people.auth, 'onHold'],
      [2, people.phone, 'onHold'],
      [3, people.auth, 'revoked'],
      [4, people.phone, 'revoked'],
    ])
    expect((await world.authority.statusChanges({ after: last + 3, limit: 1000 })).changes).toEqual(changes.slice(3))
  })
  test('of two at once one is the first', async () => {
    const people = await household('two-at-once')
    const both = await Promise.all([
      revoke('auth', people.auth, 'keyCompromise'),
      revoke('auth', people.auth, 'superseded'),
    ])
    expect(both[0]).toEqual(both[1])
  })
  test('an unknown serial is refused, and so is one of the authority’s own', async () => {
    await expect(revoke('auth', 2n, 'superseded')).rejects.toMatchObject(refused('unknownCertificate'))
    const own = await world.tables.selectFrom('certificate').select('serial').where('medium', '=', 'ca').execute()
    for (const { serial } of own)
      for (const kind of ['auth', 'sign'] as const)
        await expect(revoke(kind, serial, 'keyCompromise')).rejects.toMatchObject(refused('unknownCertificate'))
  })
  test('what has ended by itself is expired', async () => {
    const people = await household('expired')
    const now = world.clock.now
    world.clock.now = new Date('2040-01-01T00:00:00Z')
    expect(await statuses(people)).toEqual({ sign: 'expired', auth: 'expired', phone: 'expired' })
    world.clock.now = now
  })
  test('every reason of the contract has a place in the life of a certificate', async () => {
    for (const reason of authorityContract.operations.revoke.input.shape.reason.options) {
      const people = await household(`reason-${reason}`)
      const expected = reason === 'certificateHold' ? 'onHold' : 'revoked'
      await revoke('auth', people.auth, reason)
      expect((await statuses(people)).auth).toBe(expected)
    }
  })
})

describe('following the resident register', () => {
  const moved = { ...FOUR_INFO, address: '東京都かざす市うみべ町５番' }
  test.each([
    [
      'move',
      { fourInfo: moved, municipality: CITY },
      { sign: 'revoked', auth: 'valid', phone: 'valid' },
      'affiliationChanged',
    ],
    [
      'rename',
      { fourInfo: { ...FOUR_INFO, name: '試験　花' } },
      { sign: 'revoked', auth: 'valid', phone: 'valid' },
      'affiliationChanged',
    ],
    [
      'correct',
      { fourInfo: { ...FOUR_INFO, gender: '1' } },
      { sign: 'revoked', auth: 'valid', phone: 'valid' },
      'affiliationChanged',
    ],
    ['die', {}, { sign: 'revoked', auth: 'revoked', phone: 'revoked' }, 'cessationOfOperation'],
    ['emigrate', {}, { sign: 'revoked', auth: 'revoked', phone: 'revoked' }, 'cessationOfOperation'],
  ] as const)('%s', async (event, rest, expected, reason) => {
    const people = await household(`follow-${event}`)
    await world.register.change({ residentId: `follow-${event}`, event, ...rest })
    const count = Object.values(expected).filter((status) => status === 'revoked').length
    expect(await world.authority.followRegister({})).toEqual({ taken: 1, revoked: count })
    expect(await statuses(people)).toEqual(expected)
    expect((await world.authority.status({ kind: 'sign', serial: people.sign })).reason).toBe(reason)
    expect(await world.authority.followRegister({})).toEqual({ taken: 0, revoked: 0 })
  })

  test('what was issued after an event, before we heard of it, has the new facts and stays', async () => {
    const before = await household('late-follower')
    await world.register.change({ residentId: 'late-follower', event: 'move', fourInfo: moved })
    await revoke('sign', before.sign, 'superseded')
    const { publicKey } = generateKeyPair('RSA-2048')
    const request = { requestKey: 'late-follower 2', residentId: 'late-follower', kind: 'sign', publicKey } as const
    const renewed = await world.authority.issueForCard(request)
    expect(await world.authority.followRegister({})).toEqual({ taken: 1, revoked: 0 })
    expect(await statuses({ ...before, sign: renewed.serial })).toEqual({
      sign: 'valid',
      auth: 'valid',
      phone: 'valid',
    })
  })
  test('after downtime everything is taken once, also by two processes at the same time', async () => {
    const ids = Array.from({ length: 8 }, (_, i) => `down-${i}`)
    for (const id of ids) {
      await world.resident(id)
      await world.card(id)
    }
    for (const residentId of ids) await world.register.change({ residentId, event: 'die' })
    const other = await createAuthority(world.deps)
    const both = await Promise.all([world.authority.followRegister({}), other.followRegister({})])
    expect(both[0].taken + both[1].taken).toBe(8)
    expect(both[0].revoked + both[1].revoked).toBe(8)
  })
  test('a break in the middle takes nothing twice and loses nothing', async () => {
    const ids = ['b-1', 'b-2', 'b-3']
    for (const id of ids) {
      await world.resident(id)
      await world.card(id)
      await world.register.change({ residentId: id, event: 'emigrate' })
    }
    let left = 1
    const follow: typeof world.deps.store.follow = async (change, at) => {
      if (left-- === 0) throw new Error('power is gone')
      return world.deps.store.follow(change, at)
    }
    const breaking = await createAuthority({ ...world.deps, store: { ...world.deps.store, follow } })
    await expect(breaking.followRegister({})).rejects.toThrow('power is gone')
    expect(await world.authority.followRegister({})).toEqual({ taken: 2, revoked: 2 })
  })
})
