// The counter with real register, authority and cards: what clerks do, what is refused, and breaks at every step.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { utf8 } from '../../base/bytes.ts'
import { publicKey, verify } from '../../base/crypto.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { readFourInfo } from '../../protocol/jpki-profile/index.ts'
import { KAZASU_CITY } from '../../world/people.ts'
import { counterSpecimen, type Watch } from '../../world/testing/counter-specimen.ts'
import type { Counter } from './contract.ts'

let made: Awaited<ReturnType<typeof counterSpecimen>>
let counter: Counter
let session: string
beforeAll(async () => {
  made = await counterSpecimen()
  counter = made.counter()
  await counter.addClerk({ clerkId: 'mori', name: '森', passcode: 'kazasu-madoguchi' })
  session = (await counter.signIn({ clerkId: 'mori', passcode: 'kazasu-madoguchi' })).session
})
afterAll(() => made.close())

const PIN = '1234'
const PASSWORD = 'ABC123'
const proof = { how: 'photo-document', reference: 'L-0042' } as const
const refused = (code: string) => ({ code: `counter/${code}` })
const FACTS = { name: '窓口　花子', address: '東京都かざす市１番', birthDate: '1990-02-03', gender: '2' } as const

let people = 0
async function resident(changed: Partial<typeof FACTS> & { birthDate?: string } = {}): Promise<string> {
  const residentId = `person-${++people}`
  const fourInfo = { ...FACTS, ...changed } as never
  await made.register.register({ residentId, fourInfo, municipality: KAZASU_CITY, status: 'resident' })
  return residentId
}
const order = (residentId: string, more: object = {}) => ({
  session,
  residentId,
  place: residentId,
  pin: PIN,
  password: PASSWORD,
  proof,
  ...more,
})
async function holder(): Promise<{ residentId: string; cardNumber: string }> {
  const residentId = await resident()
  const { cardNumber } = await counter.issueCard(order(residentId))
  await counter.handOver({ session, cardNumber, proof })
  return { residentId, cardNumber }
}
const onCard = async <T>(
  place: string,
  dialogue: () => Generator<never, T, never> | ReturnType<typeof jpki.select>,
) => {
  const card = await made.open(place)
  return run(card, dialogue() as never) as Promise<T>
}
const signs = (place: string, kind: 'auth' | 'sign', secret: string) =>
  onCard(place, function* () {
    yield* jpki.select()
    const signature = yield* jpki.signMessage(kind, secret, utf8('m'))
    return { signature, certificate: yield* jpki.readCertificate(kind) }
  } as never) as Promise<{ signature: Uint8Array; certificate: Uint8Array }>
const certificatesOf = (residentId: string) =>
  made.authorityTables
    .selectFrom('certificate')
    .select(['kind', 'status', 'reason', 'serial'])
    .where('resident_id', '=', residentId)
    .execute()
const living = async (residentId: string) =>
  (await certificatesOf(residentId))
    .filter(({ status }) => status === 'valid' || status === 'pending')
    .map(({ kind }) => kind)
    .toSorted()

describe('clerks', () => {
  test('a wrong passcode, a stranger, a session that is over', async () => {
    const wrong = { clerkId: 'mori', passcode: 'wrong-passcode' }
    await expect(counter.signIn(wrong)).rejects.toMatchObject(refused('wrongPasscode'))
    await expect(counter.signIn({ ...wrong, clerkId: 'nobody' })).rejects.toMatchObject(refused('wrongPasscode'))
    await expect(counter.person({ session: 'x'.repeat(48), residentId: 'a' })).rejects.toMatchObject(
      refused('notSignedIn'),
    )
    const { session: other } = await counter.signIn({ clerkId: 'mori', passcode: 'kazasu-madoguchi' })
    expect(await counter.clerk({ session: other })).toMatchObject({ clerkId: 'mori', name: '森' })
    await counter.signOut({ session: other })
    await expect(counter.clerk({ session: other })).rejects.toMatchObject(refused('notSignedIn'))
    const { session: late } = await counter.signIn({ clerkId: 'mori', passcode: 'kazasu-madoguchi' })
    const before = made.clock.now
    made.clock.now = new Date(before.getTime() + 8 * 3600_000 + 1)
    await expect(counter.clerk({ session: late })).rejects.toMatchObject(refused('notSignedIn'))
    made.clock.now = before
  })

  test('ten wrong passcodes lock a clerk until an administrator gives a new one', async () => {
    await counter.addClerk({ clerkId: 'ito', name: '伊藤', passcode: 'first-passcode' })
    for (let i = 0; i < 10; i++)
      await expect(counter.signIn({ clerkId: 'ito', passcode: 'guess-guess' })).rejects.toThrow()
    const right = () => counter.signIn({ clerkId: 'ito', passcode: 'first-passcode' })
    await expect(right()).rejects.toMatchObject(refused('wrongPasscode'))
    await counter.addClerk({ clerkId: 'ito', name: '伊藤', passcode: 'first-passcode' })
    expect(await right()).toMatchObject({ name: '伊藤' })
  })
})

describe('a card', () => {
  test('is made with both keys, handed over, and signs with what its holder chose', async () => {
    const { residentId, cardNumber } = await holder()
    const { signature, certificate } = await signs(residentId, 'sign', PASSWORD)
    const decoded = decodeCertificate(certificate)
    expect(verify('RSA-SHA256', publicKey(decoded.subjectPublicKeyInfo), utf8('m'), signature)).toBe(true)
    expect(readFourInfo(decoded).name).toBe(FACTS.name)
    await signs(residentId, 'auth', PIN)
    const { cards, acts } = await counter.person({ session, residentId })
    expect(cards).toMatchObject([
      { cardNumber, state: 'inUse', certificates: [{ status: 'valid' }, { status: 'valid' }] },
    ])
    expect(
      acts.map(({ what, clerk, outcome, proof: shown }) => [what, clerk, outcome, shown?.reference]).toSorted(),
    ).toEqual([
      ['handOver', 'mori', 'done', 'L-0042'],
      ['issueCard', 'mori', 'done', 'L-0042'],
    ])
    expect([...made.memory(residentId).load().keys()].filter((name) => name.startsWith('blank/'))).toEqual([])
  })

  test('under fifteen it has no password; the dead get none; a second one waits until the first is stopped', async () => {
    const child = await resident({ birthDate: '2015-06-21' } as never)
    await expect(counter.issueCard(order(child))).rejects.toMatchObject({ code: 'authority/tooYoung' })
    const { cards } = await counter.person({ session, residentId: child })
    await counter.abandonCard({ session, cardNumber: cards[0]!.cardNumber })
    expect(await living(child)).toEqual([])
    expect(await counter.issueCard(order(child, { password: null }))).toMatchObject({ state: 'made', signSerial: null })
    const dead = await resident()
    await made.register.change({ residentId: dead, event: 'die' })
    await expect(counter.issueCard(order(dead))).rejects.toMatchObject(refused('notResident'))
    const { residentId, cardNumber } = await holder()
    await expect(counter.issueCard(order(residentId))).rejects.toMatchObject(refused('hasCard'))
    await counter.stopCard({ session, cardNumber, reason: 'certificateHold' })
    expect(await counter.issueCard(order(residentId))).toMatchObject({ state: 'made' })
    expect(await living(residentId)).toEqual(['auth', 'sign'])
  })

  test('a lost one is stopped without proof, for good only with it; the stop is final', async () => {
    const { residentId, cardNumber } = await holder()
    const stop = (reason: 'keyCompromise' | 'certificateHold') => ({ session, cardNumber, reason })
    await expect(counter.stopCard(stop('keyCompromise'))).rejects.toMatchObject(refused('proofNeeded'))
    expect(await counter.stopCard(stop('certificateHold'))).toMatchObject({ state: 'stopped' })
    expect((await certificatesOf(residentId)).map(({ status }) => status)).toEqual(['onHold', 'onHold'])
    expect(await counter.stopCard({ ...stop('keyCompromise'), proof })).toMatchObject({ state: 'ended' })
    expect((await certificatesOf(residentId)).map(({ reason }) => reason)).toEqual(['keyCompromise', 'keyCompromise'])
    const reset = { session, cardNumber, kind: 'auth', secret: '9999', proof } as const
    await expect(counter.resetPin(reset)).rejects.toMatchObject(refused('cardNotInUse'))
  })
})

describe('PIN and password', () => {
  test('blocked ones are reset through the issuer’s channel; nobody but the holder knows them', async () => {
    const { residentId, cardNumber } = await holder()
    for (let i = 0; i < 3; i++) await expect(signs(residentId, 'auth', '0000')).rejects.toThrow()
    await expect(signs(residentId, 'auth', PIN)).rejects.toThrow()
    await counter.resetPin({ session, cardNumber, kind: 'auth', secret: '8642', proof })
    await signs(residentId, 'auth', '8642')
    await counter.resetPin({ session, cardNumber, kind: 'sign', secret: 'NEWPASS9', proof })
    await signs(residentId, 'sign', 'NEWPASS9')
    await expect(signs(residentId, 'sign', PASSWORD)).rejects.toThrow()
  })

  test('the holder changes one with the old one; a wrong one costs a try; no other card, no other form', async () => {
    const { residentId, cardNumber } = await holder()
    const change = { session, cardNumber, kind: 'auth', old: PIN, secret: '5555' } as const
    await expect(counter.changePin({ ...change, old: '0000' })).rejects.toMatchObject({
      ...refused('wrongPin'),
      detail: { triesLeft: 2 },
    })
    await counter.changePin(change)
    await signs(residentId, 'auth', '5555')
    await expect(counter.changePin({ ...change, kind: 'sign' })).rejects.toMatchObject(refused('secretShape'))
    const other = await holder()
    made.memory(residentId).commit(made.memory(other.residentId).load())
    await expect(counter.changePin({ ...change, old: '5555' })).rejects.toMatchObject(refused('notOnThisCard'))
  })
})

describe('renewal', () => {
  test('a move ends the signature certificate at once; the counter writes a new one with the new address', async () => {
    const { residentId, cardNumber } = await holder()
    const renew = { session, cardNumber, kind: 'sign', proof } as const
    await expect(counter.renew(renew)).rejects.toMatchObject(refused('tooEarly'))
    const fourInfo = { ...FACTS, address: '東京都かざす市７番' }
    await counter.record({ session, residentId, event: 'move', fourInfo, proof })
    expect(await living(residentId)).toEqual(['auth'])
    await counter.renew(renew)
    expect(await living(residentId)).toEqual(['auth', 'sign'])
    const { certificate, signature } = await signs(residentId, 'sign', PASSWORD)
    const decoded = decodeCertificate(certificate)
    expect(readFourInfo(decoded).address).toBe(fourInfo.address)
    expect(verify('RSA-SHA256', publicKey(decoded.subjectPublicKeyInfo), utf8('m'), signature)).toBe(true)
    const { events } = await counter.person({ session, residentId })
    await counter.undoRecord({ session, residentId, sequence: events[0]!.sequence })
    expect(await living(residentId)).toEqual(['auth'])
  })

  test('before the end both are renewed; the old ones are superseded', async () => {
    const { residentId, cardNumber } = await holder()
    const before = made.clock.now
    made.clock.now = new Date('2030-12-01T00:00:00Z')
    session = (await counter.signIn({ clerkId: 'mori', passcode: 'kazasu-madoguchi' })).session
    const { cards } = await counter.person({ session, residentId })
    expect(cards[0]!.certificates.map(({ renewable }) => renewable)).toEqual([true, true])
    await counter.renew({ session, cardNumber, kind: 'auth', proof })
    const all = await certificatesOf(residentId)
    expect(all.map(({ status, reason }) => `${status} ${reason}`).toSorted()).toEqual([
      'revoked superseded',
      'revoked superseded',
      'valid null',
      'valid null',
    ])
    await signs(residentId, 'auth', PIN)
    await signs(residentId, 'sign', PASSWORD)
    made.clock.now = before
    session = (await counter.signIn({ clerkId: 'mori', passcode: 'kazasu-madoguchi' })).session
  })
})

describe('broken off at every step', () => {
  class Broken extends Error {}
  const broken = (at: number, seen: string[] = []): Watch => {
    let step = 0
    return (what) => {
      seen.push(what)
      if (step++ === at) throw new Broken(what)
    }
  }
  /** Key pairs take their time: every fourth step, or every one when asked. */
  const STRIDE = process.env.KAZASU_EVERY_STEP ? 1 : 4
  /** Counts what was lost and what was doubled after `then`. */
  async function breaks(
    prepare: () => Promise<{ residentId: string; cardNumber?: string }>,
    act: (counter: Counter, of: { residentId: string; cardNumber?: string }) => Promise<unknown>,
    then: (of: { residentId: string; cardNumber?: string }) => Promise<unknown>,
    expected: string[],
  ) {
    const counts = { breaks: 0, wrong: 0 }
    for (let at = 0; ; at += STRIDE) {
      const of = await prepare()
      const whole = await act(made.counter(broken(at)), of).then(
        () => true,
        (error) => {
          if (!(error instanceof Broken)) throw error
          return false
        },
      )
      if (whole) return counts
      counts.breaks++
      await then(of)
      if (JSON.stringify(await living(of.residentId)) !== JSON.stringify(expected)) counts.wrong++
    }
  }
  const fresh = async () => ({ residentId: await resident() })
  const issue = (one: Counter, { residentId }: { residentId: string }) =>
    one.issueCard(order(residentId, { cardNumber: `1399900000${String(people).padStart(6, '0')}` }))

  test('issuing, asked again: one card, one certificate of each kind', async () => {
    const counts = await breaks(
      fresh,
      issue,
      async (of) => {
        expect(await issue(counter, of)).toMatchObject({ state: 'made' })
        await signs(of.residentId, 'sign', PASSWORD)
      },
      ['auth', 'sign'],
    )
    expect(counts.breaks).toBeGreaterThan(5)
    expect(counts.wrong).toBe(0)
  })

  test('issuing, then undone: no valid certificate, nothing on the card', async () => {
    const counts = await breaks(
      fresh,
      issue,
      async ({ residentId }) => {
        const { cards } = await counter.person({ session, residentId })
        for (const { cardNumber } of cards) await counter.abandonCard({ session, cardNumber })
        expect(made.memory(residentId).load().size).toBe(0)
      },
      [],
    )
    expect(counts.breaks).toBeGreaterThan(5)
    expect(counts.wrong).toBe(0)
  })

  test('renewing, asked again: one certificate, and the card signs with it', async () => {
    const renewal = (one: Counter, { cardNumber }: { cardNumber?: string }) =>
      one.renew({ session, cardNumber: cardNumber!, kind: 'sign', proof })
    const counts = await breaks(
      async () => {
        const of = await holder()
        const fourInfo = { ...FACTS, address: '東京都かざす市８番' }
        await counter.record({ session, residentId: of.residentId, event: 'move', fourInfo, proof })
        return of
      },
      renewal,
      async (of) => {
        // Broken off after the last step: it is renewed, and not due again.
        await renewal(counter, of).catch((error) => expect(error).toMatchObject(refused('tooEarly')))
        await signs(of.residentId, 'sign', PASSWORD)
      },
      ['auth', 'sign'],
    )
    expect(counts.breaks).toBeGreaterThan(3)
    expect(counts.wrong).toBe(0)
  })
})

test('no log has a fact, a name, a PIN or a password', () => {
  const all = made.logged.join('\n')
  expect(all).toContain('counter.done')
  for (const secret of [
    ...Object.values(FACTS).filter((fact) => fact.length > 1),
    PIN,
    PASSWORD,
    'NEWPASS9',
    'kazasu-madoguchi',
  ])
    expect(all).not.toContain(secret)
})
