import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateKeyPair } from '../../base/crypto.ts'
import type { KeyStore } from '../../base/ports.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import { createAuthority } from './index.ts'
import { ageOn } from './issue-for-card.ts'
import { CITY, FOUR_INFO, phoneRequest, type TestAuthority, testAuthority } from './test-authority.ts'

let world: TestAuthority
beforeAll(async () => {
  world = await testAuthority(openResidentRegister)
})
afterAll(() => world.close())

const refused = (code: string) => ({ code: `authority/${code}` })
const [one, two, three] = [1, 2, 3].map(() => generateKeyPair('RSA-2048')) as [Pair, Pair, Pair]
type Pair = ReturnType<typeof generateKeyPair>
const newPair = () => generateKeyPair('RSA-2048')
const newKey = () => newPair().publicKey
const card = (residentId: string, requestKey: string, publicKey = newKey(), kind: 'auth' | 'sign' = 'auth') =>
  world.authority.issueForCard({ requestKey, residentId, kind, publicKey })
const rows = () => world.tables.selectFrom('certificate').select('serial').where('medium', '=', 'card').execute()

/** The keys of the world, whose signatures fail as long as `broken()` says so. */
const brokenKeys = (broken: () => boolean): KeyStore => ({
  ...world.deps.keys,
  signer: async (name, algorithm) => {
    const signer = await world.deps.keys.signer(name, algorithm)
    return {
      ...signer,
      sign: async (message) => {
        if (broken()) throw new Error('power is gone')
        return signer.sign(message)
      },
    }
  },
})

describe('the same request key', () => {
  test('gives the same certificate, asked again and by many at once', async () => {
    await world.resident('same')
    const answers = await Promise.all(Array.from({ length: 6 }, () => card('same', 'same-1', one.publicKey)))
    expect(new Set(answers.map(({ serial }) => serial)).size).toBe(1)
    expect(await card('same', 'same-1', one.publicKey)).toEqual(answers[0])
  })
  test('is refused with another key, resident or kind', async () => {
    await expect(card('same', 'same-1', two.publicKey)).rejects.toMatchObject(refused('requestReused'))
    await expect(card('same', 'same-1', one.publicKey, 'sign')).rejects.toMatchObject(refused('requestReused'))
    await expect(card('other', 'same-1', one.publicKey)).rejects.toMatchObject(refused('requestReused'))
  })
  test('goes on after a break between the stored tbsCertificate and the signature', async () => {
    await world.resident('break')
    let gone = true
    const before = await createAuthority({ ...world.deps, keys: brokenKeys(() => gone) })
    const request = { requestKey: 'break-1', residentId: 'break', kind: 'auth', publicKey: two.publicKey } as const
    const count = (await rows()).length
    await expect(before.issueForCard(request)).rejects.toThrow('power is gone')
    const [pending] = await world.tables
      .selectFrom('certificate')
      .selectAll()
      .where('request_key', '=', 'break-1')
      .execute()
    expect(pending).toMatchObject({ status: 'pending', certificate: null })
    const { status } = await world.authority.status({ kind: 'auth', serial: pending!.serial })
    expect(status).toBe('unknown')
    gone = false
    const { certificate: others } = await card('same', 'same-1', one.publicKey)
    expect(await world.deps.store.complete('auth', pending!.serial, Promise.resolve(others))).toBe(false)
    const issued = await world.authority.issueForCard(request)
    expect(issued.serial).toBe(pending!.serial)
    expect(decodeCertificate(issued.certificate).tbs).toEqual(pending!.tbs)
    expect((await rows()).length).toBe(count + 1)
  })
  test.each([
    ['prepare', 'before'],
    ['prepare', 'after'],
    ['complete', 'before'],
    ['complete', 'after'],
  ] as const)('after a break at `%s`, %s it was stored, there is one certificate', async (step, when) => {
    const residentId = `${step}-${when}`
    await world.resident(residentId)
    const { store } = world.deps
    const broken = async (...input: never[]) => {
      if (when === 'after') await (store[step] as (...input: never[]) => Promise<unknown>)(...input)
      throw new Error('power is gone')
    }
    const authority = await createAuthority({ ...world.deps, store: { ...store, [step]: broken } })
    const request = { requestKey: residentId, residentId, kind: 'auth', publicKey: newKey() } as const
    await expect(authority.issueForCard(request)).rejects.toThrow('power is gone')
    const issued = await world.authority.issueForCard(request)
    expect(await world.authority.issueForCard(request)).toEqual(issued)
    const stored = world.tables
      .selectFrom('certificate')
      .select(['serial', 'status'])
      .where('resident_id', '=', residentId)
    expect(await stored.execute()).toEqual([{ serial: issued.serial, status: 'valid' }])
  })
  test('brings nothing forth that was revoked before it was signed', async () => {
    await world.resident('gone')
    const broken = await createAuthority({ ...world.deps, keys: brokenKeys(() => true) })
    const request = { requestKey: 'gone-1', residentId: 'gone', kind: 'auth', publicKey: three.publicKey } as const
    await expect(broken.issueForCard(request)).rejects.toThrow('power is gone')
    await world.register.change({ residentId: 'gone', event: 'die' })
    await world.authority.followRegister({})
    await expect(world.authority.issueForCard(request)).rejects.toMatchObject(refused('revokedBeforeIssue'))
  })
})

describe('is refused', () => {
  test('who is not registered, has died or left', async () => {
    await expect(card('nobody', 'n-1')).rejects.toMatchObject(refused('unknownResident'))
    for (const event of ['die', 'emigrate'] as const) {
      await world.resident(event)
      await world.register.change({ residentId: event, event })
      await expect(card(event, `${event}-1`)).rejects.toMatchObject(refused('notResident'))
    }
  })
  test('a signature certificate under 15, but not an authentication certificate', async () => {
    await world.resident('child', { birthDate: '2011-06-02' })
    await expect(card('child', 'child-s', newKey(), 'sign')).rejects.toMatchObject(refused('tooYoung'))
    await card('child', 'child-a')
    await world.resident('fifteen', { birthDate: '2011-06-01' })
    await card('fifteen', 'fifteen-s', newKey(), 'sign')
  })
  test.each([
    ['2026-05-31T14:59:59Z', 14],
    ['2026-05-31T15:00:00Z', 15],
  ])('the day is that of Japan: at %s one is %i', (at, age) => expect(ageOn(new Date(at), '2011-06-01')).toBe(age))
  test.each([
    ['2027-02-28T14:59:59Z', 18],
    ['2027-02-28T15:00:00Z', 19],
    ['2028-02-28T14:59:59Z', 19],
    ['2028-02-28T15:00:00Z', 20],
  ])('born on 29 February, at %s one is %i', (at, age) => expect(ageOn(new Date(at), '2008-02-29')).toBe(age))

  test('a key that has a certificate, also a revoked one', async () => {
    await world.resident('twice')
    const first = await card('twice', 'twice-1', generateKeyPair('RSA-2048').publicKey)
    const { subjectPublicKeyInfo } = decodeCertificate(first.certificate)
    await world.resident('thief')
    await expect(card('thief', 'thief-1', subjectPublicKeyInfo)).rejects.toMatchObject(refused('keyCertified'))
    await world.authority.revoke({
      kind: 'auth',
      serial: first.serial,
      reason: 'keyCompromise',
      requestedBy: 'operator',
    })
    await expect(card('thief', 'thief-2', subjectPublicKeyInfo)).rejects.toMatchObject(refused('keyCertified'))
  })
  test('a second valid certificate of one kind; after revocation there may be another', async () => {
    await world.resident('second')
    const first = await card('second', 'second-1')
    await expect(card('second', 'second-2')).rejects.toMatchObject(refused('certificateExists'))
    await world.authority.revoke({ kind: 'auth', serial: first.serial, reason: 'superseded', requestedBy: 'operator' })
    expect((await card('second', 'second-3')).serial).not.toBe(first.serial)
  })
  test('renewed in the last three months it reaches the sixth birthday, before that the fifth; the phone’s with it', async () => {
    const { authority, clock } = world
    const begun = clock.now
    const cardOf = async (residentId: string) => {
      await world.resident(residentId)
      return card(residentId, `${residentId} first`)
    }
    const renewedOn = async (day: string, residentId: string, old: bigint) => {
      clock.now = new Date(day)
      await authority.revoke({ kind: 'auth', serial: old, reason: 'superseded', requestedBy: 'counter' })
      return card(residentId, `${residentId} on ${day}`)
    }
    const [first, other] = [await cardOf('renewed'), await cardOf('renewed early')]
    const phone = await authority.issueForPhone(phoneRequest('a'.repeat(32), first.serial, newPair()))
    expect(first.notAfter.toISOString()).toBe('2031-02-03T14:59:59.000Z')
    const early = await renewedOn('2030-11-02T03:00:00Z', 'renewed early', other.serial)
    expect(early.notAfter.toISOString()).toBe('2035-02-03T14:59:59.000Z')
    const late = await renewedOn('2030-11-04T03:00:00Z', 'renewed', first.serial)
    expect(late.notAfter.toISOString()).toBe('2036-02-03T14:59:59.000Z')
    // Its own last months count, not those of one that was before it.
    const again = await renewedOn('2030-12-03T03:00:00Z', 'renewed early', early.serial)
    expect(again.notAfter.toISOString()).toBe('2035-02-03T14:59:59.000Z')
    const next = { ...phoneRequest('b'.repeat(32), late.serial, newPair()), replaces: phone.serial }
    expect((await authority.issueForPhone(next)).notAfter.toISOString()).toBe('2036-02-03T14:59:59.000Z')
    clock.now = begun
  })
  test('any key but RSA-2048 with exponent 65537', async () => {
    await world.resident('ec')
    const ec = generateKeyPair('P-256').publicKey
    await expect(card('ec', 'ec-1', ec)).rejects.toMatchObject(refused('keyNotAllowed'))
    await expect(card('ec', 'ec-2', new Uint8Array(10))).rejects.toMatchObject(refused('keyNotAllowed'))
  })
})

describe('for a phone', () => {
  let serial: bigint
  beforeAll(async () => {
    await world.resident('phone')
    serial = (await world.card('phone')).serial
  })
  const id = (n: number) => n.toString(16).padStart(32, '0')

  test('the proof must be of this key and this request', async () => {
    const right = phoneRequest(id(1), serial, one)
    const wrong = [
      { ...right, requestKey: id(2) },
      { ...right, requestKey: 'order 1' },
      { ...right, publicKey: two.publicKey },
      { ...right, proofOfPossession: right.proofOfPossession.map((byte, i) => (i === 9 ? byte ^ 1 : byte)) },
      { ...right, publicKey: new Uint8Array(3) },
    ]
    for (const request of wrong)
      await expect(world.authority.issueForPhone(request)).rejects.toMatchObject(refused('proofWrong'))
  })
  test('the card’s certificate must be a valid one of a card', async () => {
    const unknown = world.authority.issueForPhone(phoneRequest(id(3), 5n))
    await expect(unknown).rejects.toMatchObject(refused('cardNotValid'))
    await world.resident('lost')
    const lost = await world.card('lost')
    await world.authority.revoke({
      kind: 'auth',
      serial: lost.serial,
      reason: 'certificateHold',
      requestedBy: 'operator',
    })
    const held = world.authority.issueForPhone(phoneRequest(id(4), lost.serial))
    await expect(held).rejects.toMatchObject(refused('cardNotValid'))
  })
  test('one phone at a time, and no certificate for a phone from a phone', async () => {
    const request = phoneRequest(id(5), serial)
    const first = await world.authority.issueForPhone(request)
    expect(await world.authority.issueForPhone(request)).toEqual(first)
    const second = phoneRequest(id(6), serial)
    await expect(world.authority.issueForPhone(second)).rejects.toMatchObject(refused('phoneExists'))
    const chained = world.authority.issueForPhone(phoneRequest(id(7), first.serial))
    await expect(chained).rejects.toMatchObject(refused('cardNotValid'))
    const end = { kind: 'auth', serial: first.serial, reason: 'cessationOfOperation', requestedBy: 'operator' } as const
    await world.authority.revoke(end)
    expect((await world.authority.issueForPhone(second)).serial).not.toBe(first.serial)
  })
})

test('serial numbers of CA, responder and holders are one series without doubles, and not in order', async () => {
  const all = await world.tables.selectFrom('certificate').select(['kind', 'serial']).orderBy('not_before').execute()
  const serials = all.map(({ kind, serial }) => `${kind} ${serial}`)
  expect(new Set(serials).size).toBe(serials.length)
  const values = all.map(({ serial }) => serial)
  const ascending = values.toSorted((a, b) => (a < b ? -1 : 1))
  expect(values).not.toEqual(ascending)
})

test('a serial number that is taken is not given again', async () => {
  // An entropy that first repeats the octets of an existing serial number of this issuer.
  const taken = decodeCertificate((await world.authority.caCertificates({})).auth).serialNumber
  const octets = Uint8Array.from({ length: 4 }, (_, i) => Number((taken >> BigInt(8 * (3 - i))) & 0xffn))
  let repeats = 2
  const entropy = (length: number) => (length === 4 && repeats-- > 0 ? octets.slice() : world.deps.entropy(length))
  const authority = await createAuthority({ ...world.deps, entropy })
  await world.resident('clash')
  const request = { requestKey: 'clash-1', residentId: 'clash', kind: 'auth', publicKey: newKey() } as const
  expect((await authority.issueForCard(request)).serial).not.toBe(taken)
  expect(repeats).toBeLessThan(0)
})

test('facts that changed while they were read are read anew', async () => {
  await world.resident('moving')
  const after = { ...FOUR_INFO, address: '東京都かざす市うみべ町５番' }
  let moved = false
  const register = {
    ...world.register,
    find: async (input: { residentId: string }) => {
      const before = await world.register.find(input)
      if (!moved) {
        moved = true
        await world.register.change({ residentId: 'moving', event: 'move', fourInfo: after, municipality: CITY })
        await world.authority.followRegister({})
      }
      return before
    },
  }
  const authority = await createAuthority({ ...world.deps, register })
  const issued = await authority.issueForCard({
    requestKey: 'moving-1',
    residentId: 'moving',
    kind: 'sign',
    publicKey: newKey(),
  })
  expect(new TextDecoder().decode(issued.certificate)).toContain('うみべ町')
  expect(await world.authority.status({ kind: 'sign', serial: issued.serial })).toMatchObject({ status: 'valid' })
})
