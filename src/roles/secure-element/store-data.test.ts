import { describe, expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, hex, NO_BYTES, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { command } from '../../codec/apdu.ts'
import { dgi } from '../../codec/dgi.ts'
import { tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { dekEncrypt } from '../../protocol/globalplatform/scp03-keys.ts'
import { pad } from '../../protocol/globalplatform/secure-session.ts'
import { ask, type Dialogue, onChannel, openChannel, run } from '../../protocol/iso7816/index.ts'
import { JPKI } from '../../protocol/jpki-ap/index.ts'
import { asIssuer, ISD_KEYS, outcome, specimenSim } from './specimen.ts'

const DOMAIN = JPKI.securityDomain
const store = (p1: number, block: number, data: Bytes, le?: number) =>
  ask(command(0x80, 0xe2, p1, block, data, le), 'STORE DATA')
const issuer = (card: ReturnType<typeof specimenSim>, act: () => Dialogue<unknown>) => outcome(card, asIssuer(act))
const object = tlv(0x42, utf8('issuer'))

async function withDomain(privileges = 0x808000) {
  const card = specimenSim()
  const ssd = { loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, aid: DOMAIN, privileges }
  await run(
    card.link(),
    asIssuer(() => gp.installForInstallAndMakeSelectable(ssd)),
  )
  return card
}

describe('formats', () => {
  const hidden = dekEncrypt(ISD_KEYS.dek, pad(utf8('issuer'), 16))
  test.each([
    ['none', 0x80, object],
    ['BER-TLV', 0x90, object],
    ['data groupings', 0x88, dgi(0x0070, object)],
    ['BER-TLV, encrypted', 0xf0, tlv(0x42, hidden)],
    ['data groupings, encrypted', 0xe8, dgi(0x0070, dekEncrypt(ISD_KEYS.dek, pad(object, 16)))],
    ['application dependent encryption', 0xb0, object],
    ['an answer is allowed', 0x91, object],
  ])('%s', async (_, p1, data) => {
    const card = specimenSim()
    expect(await issuer(card, () => store(p1, 0, data, (p1 & 1) !== 0 ? 256 : undefined))).toBe('9000')
    card.reset()
    expect(hex(await run(card.link(), gp.getData(0x42)))).toBe(hex(object))
  })

  test.each([
    ['reserved encryption', 0xc0, object, '6a86'],
    ['reserved structure', 0x98, object, '6a86'],
    ['another grouping', 0x88, dgi(0x0071, object), '6a88'],
    ['an object that nobody knows', 0x90, tlv(0xdf7f, bytes(1)), '6a88'],
    ['the security level', 0x90, tlv(0xd3, bytes(1)), '6a80'],
    ['the sequence counter', 0x90, tlv(0xc1, bytes(1)), '6a80'],
    ['the confirmation counter', 0x90, tlv(0xc2, bytes(0, 1)), '6a80'],
    ['extended card resources', 0x90, tlv(0xff21, NO_BYTES), '6a80'],
    ['one of two objects unknown', 0x90, concat(object, tlv(0xdf7f, bytes(1))), '6a88'],
    ['a cut object', 0x90, object.slice(0, 4), '6a80'],
    ['nothing', 0x90, NO_BYTES, '6a80'],
    ['not whole blocks', 0xf0, tlv(0x42, bytes(1)), '6a80'],
    ['wrong padding', 0xf0, tlv(0x42, dekEncrypt(ISD_KEYS.dek, new Uint8Array(16))), '6a80'],
  ])('%s: nothing is kept', async (_, p1, data, sw) => {
    const card = specimenSim()
    const before = await run(card.link(), gp.getData(0x42))
    expect(await issuer(card, () => store(p1, 0, data))).toBe(sw)
    card.reset()
    expect(await run(card.link(), gp.getData(0x42))).toEqual(before)
  })
})

describe('the sequence', () => {
  const whole = tlv(0x5f50, utf8('https://sd.example/manager'))
  const halves = [whole.slice(0, 10), whole.slice(10)] as const

  test('blocks are counted from 00 and joined', async () => {
    const card = specimenSim()
    const act = function* () {
      yield* store(0x10, 0, halves[0])
      yield* store(0x90, 1, halves[1])
    }
    expect(await issuer(card, act)).toBe('9000')
    card.reset()
    expect(await run(card.link(), gp.getData(0x5f50))).toEqual(whole)
  })

  test.each<[string, () => Dialogue<unknown>]>([
    [
      'a number left out',
      function* () {
        yield* store(0x10, 0, halves[0])
        yield* store(0x90, 2, halves[1])
      },
    ],
    [
      'a number twice',
      function* () {
        yield* store(0x10, 0, halves[0])
        yield* store(0x90, 0, halves[1])
      },
    ],
    ['not from 00', () => store(0x90, 1, whole)],
  ])('%s is 6985', async (_, act) => expect(await issuer(specimenSim(), act)).toBe('6985'))

  test('begins anew after an error and after INITIALIZE UPDATE', async () => {
    const card = specimenSim()
    await issuer(card, function* () {
      yield* store(0x10, 0, halves[0])
      yield command(0x80, 0xe2, 0x90, 5, NO_BYTES)
      yield* store(0x90, 0, whole)
    })
    await issuer(card, () => store(0x10, 0, halves[0]))
    expect(await issuer(card, () => store(0x90, 1, halves[1]))).toBe('6985')
  })
})

describe('personalization of a domain by the one above', () => {
  const key = fromHex('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf')
  const crt = (id: number) =>
    tlv(
      0xb9,
      tlv(0x95, bytes(0x18)),
      tlv(0x80, bytes(0x88)),
      tlv(0x81, bytes(16)),
      tlv(0x82, bytes(id)),
      tlv(0x83, bytes(0x31)),
      tlv(0x84, gp.keyCheckValue(key)),
    )
  const set = concat(
    dgi(0x00b9, crt(1), crt(2), crt(3)),
    ...[1, 2, 3].map(() => dgi(0x8113, dekEncrypt(ISD_KEYS.dek, key))),
  )

  test('keys and objects arrive, and it is PERSONALIZED', async () => {
    const card = await withDomain()
    const act = function* () {
      yield* gp.installForPersonalization(DOMAIN)
      yield* gp.storeData(concat(set, dgi(0x0070, tlv(0x45, bytes(9)))), gp.STORE_DATA.dgi)
      return (yield* gp.getStatus('applications', { prefix: DOMAIN }))[0]?.lifeCycle
    }
    expect(await run(card.link(), asIssuer(act))).toBe(gp.LIFE_CYCLE.personalized)
    await run(card.link(), gp.select(DOMAIN))
    expect(hex(await run(card.link(), gp.getData(0x45)))).toBe('450109')
    const keys = { enc: key, mac: key, dek: key }
    const open = gp.openScp03({ keys, keyVersion: 0x31, entropy: seededEntropy(utf8('x')), aid: DOMAIN })
    expect((await run(card.link(), open)).sequenceCounter).toBe(1)
  })

  test.each<[string, string, Bytes]>([
    ['of what there is not', '6a88', fromHex('a0b0c0d0e0')],
    ['of itself', '6985', gp.AID.isd],
  ])('%s: %s', async (_, sw, aid) =>
    expect(await issuer(await withDomain(), () => gp.installForPersonalization(aid))).toBe(sw),
  )

  test('is not for a domain without Trusted Path', async () => {
    const card = await withDomain()
    const prepare = function* () {
      yield* gp.updateRegistry({ aid: DOMAIN, privileges: 0x804000 })
      yield* gp.installForPersonalization(DOMAIN)
      yield* gp.storeData(set, gp.STORE_DATA.dgi)
    }
    await run(card.link(), asIssuer(prepare))
    const aid = fromHex('d4d4d4d4d4010177')
    const child = { loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, aid, privileges: 0x800000 }
    const personalise = function* () {
      yield* gp.installForInstallAndMakeSelectable(child)
      yield* gp.installForPersonalization(aid)
    }
    const inDomain = function* () {
      yield* gp.select(DOMAIN)
      const keys = { enc: key, mac: key, dek: key }
      const channel = yield* gp.openScp03({ keys, entropy: seededEntropy(utf8('y')), aid: DOMAIN })
      yield* gp.secured(channel, personalise())
    }
    expect(await outcome(card, inDomain())).toBe('6985')
  })

  test('ends when the domain is selected on another channel', async () => {
    const card = await withDomain()
    await run(card.link(), openChannel())
    await run(
      card.link(),
      asIssuer(() => gp.installForPersonalization(DOMAIN)),
    )
    await run(card.link(), onChannel(1, gp.select()))
    await issuer(card, () => store(0x90, 0, tlv(0x42, bytes(2))))
    card.reset()
    expect(hex(await run(card.link(), gp.getData(0x42)))).toBe('420102')
  })
})

describe('the name of the issuer’s domain', () => {
  const name = fromHex('a00000009999')

  test('changes with keys, objects and what belongs to it', async () => {
    const card = await withDomain()
    expect(await issuer(card, () => store(0x90, 0, tlv(0x4f, name)))).toBe('9000')
    card.reset()
    expect(await outcome(card, gp.select(gp.AID.isd))).toBe('6a82')
    expect(hex(await run(card.link(), gp.select())).slice(0, 20)).toBe(`6f3f8406${hex(name)}`)
    expect(hex(await run(card.link(), gp.getData(0x45)))).toMatch(/^45/)
    const open = gp.openScp03({ keys: ISD_KEYS, entropy: seededEntropy(utf8('z')), aid: name })
    const channel = await run(card.link(), open)
    const [domain] = await run(card.link(), gp.secured(channel, gp.getStatus('applications')))
    expect(domain?.securityDomain).toEqual(name)
  })

  test.each([
    ['that is taken', DOMAIN, '6985'],
    ['that is too short', bytes(1, 2, 3, 4), '6a80'],
  ])('%s', async (_, aid, sw) => {
    const card = await withDomain()
    expect(await issuer(card, () => store(0x90, 0, tlv(0x4f, aid)))).toBe(sw)
  })

  test('is not for another domain to set', async () => {
    const card = await withDomain()
    const act = function* () {
      yield* gp.installForPersonalization(DOMAIN)
      yield* store(0x90, 0, tlv(0x4f, name))
    }
    expect(await issuer(card, act)).toBe('6a88')
  })
})
