import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemEntropy } from '../../../adapters/random.ts'
import { type Bytes, hex, utf8 } from '../../../base/bytes.ts'
import { generateKeyPair, privateKey, publicKey, sha256, sign, verify } from '../../../base/crypto.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import { type AgeQuestion, ageStatement, sealAgeProof } from '../../../protocol/age-proof/age-proof.ts'
import { openResidentRegister } from '../../resident-register/index.ts'
import { FOUR_INFO, type TestAuthority } from '../test-authority.ts'
import { authorityWithParties, BANK, type Holder, nonce, SHOP } from './specimen.ts'

const otherKey = generateKeyPair('RSA-2048')
let made: TestAuthority
let holder: (birthDate?: string) => Promise<Holder>

beforeAll(async () => {
  ;({ made, holder } = await authorityWithParties(openResidentRegister))
})
afterAll(() => made.close())

describe('年齢判定: yes or no and nothing else', () => {
  let who: Holder
  beforeAll(async () => {
    who = await holder('2006-06-01')
  })

  const question = (changed: Partial<AgeQuestion> = {}): AgeQuestion => ({
    party: SHOP,
    limit: 20,
    nonce: nonce(),
    at: made.clock.now,
    ...changed,
  })
  async function proofOf(asked: AgeQuestion, { certificate, pair }: Holder['auth'] = who.auth) {
    const { sealFor } = await made.authority.ageKey({})
    const signature = sign('RSA-SHA256', privateKey(pair.privateKey), ageStatement(asked))
    return sealAgeProof({ certificate, signature }, asked, sealFor, systemEntropy)
  }
  const determine = async (asked: AgeQuestion, proof?: Bytes) =>
    made.authority.determineAge({ ...asked, proof: proof ?? (await proofOf(asked)) })

  test('on the twentieth birthday in Japan it is reached, the day before it is not; J-LIS signs the answer', async () => {
    made.clock.now = new Date('2026-05-31T14:59:59Z')
    expect((await determine(question())).reached).toBe(false)
    made.clock.now = new Date('2026-05-31T15:00:00Z')
    const { reached, answer, signature } = await determine(question())
    expect(reached).toBe(true)
    const { answers } = await made.authority.ageKey({})
    expect(verify('ECDSA-P256-SHA256', publicKey(answers), answer, signature)).toBe(true)
    expect(new TextDecoder().decode(answer)).toMatch(
      /^kazasu age answer 1\nkazasu-shop\n20\n[0-9a-f]{32}\nreached\n2026/,
    )
  })

  test('a party that is not accredited, not for ages, not for this age, or no more', async () => {
    await expect(determine(question({ party: 'nobody' }))).rejects.toMatchObject({ code: 'authority/notAccredited' })
    await expect(determine(question({ party: BANK }))).rejects.toMatchObject({ code: 'authority/notGranted' })
    await expect(determine(question({ limit: 18 }))).rejects.toMatchObject({ code: 'authority/ageNotGranted' })
    const now = made.clock.now
    made.clock.now = new Date('2027-06-01T00:00:01Z')
    await expect(determine(question())).rejects.toMatchObject({ code: 'authority/notAccredited' })
    made.clock.now = now
  })

  test('no answer tells why: not signed, by another key, revoked, made up, for another question, used before', async () => {
    const asked = question()
    const revoked = await holder('1950-01-01')
    await made.authority.revoke({
      kind: 'auth',
      serial: revoked.auth.serial,
      reason: 'keyCompromise',
      requestedBy: 'holder',
    })
    const proofs = [
      utf8('not sealed'),
      await proofOf(asked, { ...who.auth, pair: otherKey }),
      await proofOf(asked, { ...who.auth, certificate: utf8('no certificate') }),
      await proofOf(asked, { ...who.sign, serial: who.sign.serial }),
      await proofOf(asked, revoked.auth),
      await proofOf(question()),
    ]
    const refusals = await Promise.all(
      proofs.map((proof) => determine(asked, proof).catch((error: Error & { code: string }) => error)),
    )
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: 'authority/ageNotDetermined', detail: {} })
    }
    const once = await proofOf(asked)
    await determine(asked, once)
    await expect(determine(asked, once)).rejects.toMatchObject({ code: 'authority/ageNotDetermined' })
  })

  test('an old question, one of the future; the dead reach no age', async () => {
    const at = (minutes: number) => new Date(made.clock.now.getTime() + minutes * 60_000)
    for (const minutes of [-6, 6]) {
      await expect(determine(question({ at: at(minutes) }))).rejects.toMatchObject({ code: 'authority/questionOld' })
    }
    const dead = await holder('1930-01-01')
    await made.register.change({ residentId: dead.residentId, event: 'die' })
    const asked = question()
    await expect(determine(asked, await proofOf(asked, dead.auth))).rejects.toMatchObject({
      code: 'authority/ageNotDetermined',
    })
  })

  test('what is recorded and what is answered says nothing of whom', async () => {
    const asked = question()
    const { answer } = await determine(asked)
    const serial = who.auth.serial.toString()
    const subject = decodeCertificate(who.auth.certificate)
    const rows = JSON.stringify(await made.tables.selectFrom('party_answer').selectAll().execute())
    for (const text of [rows, new TextDecoder().decode(answer)]) {
      for (const trace of [serial, who.residentId, FOUR_INFO.name, '2006-06-01', hex(sha256(subject.raw))]) {
        expect(text).not.toContain(trace)
      }
    }
  })
})
