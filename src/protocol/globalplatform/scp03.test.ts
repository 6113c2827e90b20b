import { describe, expect, test } from 'vitest'
import { fromHex, hex, NO_BYTES } from '../../base/bytes.ts'
import { type Command, command, decodeCommand, encodeCommand, type Response, response } from '../../codec/apdu.ts'
import type { Dialogue } from '../iso7816/dialogue.ts'
import { decodeCardHello, openScp03 } from './scp03.ts'
import {
  cardChallenge,
  cardCryptogram,
  dekEncrypt,
  hostCryptogram,
  keyCheckValue,
  type MacLength,
  sessionKeys,
} from './scp03-keys.ts'
import { Scp03Session } from './scp03-session.ts'
import { SCP03_VECTORS } from './scp03-vectors.ts'
import { secured } from './secure-channel.ts'
import { LEVEL, SecureMessagingError, type SecurityLevel } from './secure-session.ts'

const ISD = fromHex('a000000151000000')
const GET_STATUS = decodeCommand(fromHex('80f28002024f0000'))
const GET_DATA = decodeCommand(fromHex('80ca00e000'))
const DELETE = decodeCommand(fromHex('80e400000a4f08d0d1d2d3d4d5010100'))
const STATUS = fromHex('e3144f08a0000001510000009f70010fc5039efe80')

const sent = (c: Command) => hex(encodeCommand(c))

describe.each(SCP03_VECTORS)('$name', (v) => {
  const key = fromHex(v.key)
  const keys = { enc: key, mac: key, dek: key }
  const [host, card] = [fromHex(v.hostChallenge), fromHex(v.cardChallenge)]
  const derived = sessionKeys(keys, host, card)

  test('keys, challenge, cryptograms, key check value', () => {
    expect(hex(cardChallenge(keys, fromHex('000001'), ISD, v.macLength))).toBe(v.cardChallenge)
    expect([derived.enc, derived.mac, derived.rmac].map(hex)).toEqual([v.sEnc, v.sMac, v.sRmac])
    expect(hex(cardCryptogram(derived, host, card))).toBe(v.cardCryptogram)
    expect(hex(hostCryptogram(derived, host, card))).toBe(v.hostCryptogram)
    expect(hex(keyCheckValue(key))).toBe(v.kcv)
    expect(hex(dekEncrypt(key, fromHex('00112233445566778899aabbccddeeff')))).toBe(v.dekEncrypted)
  })

  test('the off-card side sends these bytes and reads those', () => {
    const opening = openScp03({ keys, entropy: () => host, aid: ISD, macLength: v.macLength, keyVersion: 0x30 })
    expect(sent(opening.next().value as Command)).toBe(v.initializeUpdate)
    expect(sent(opening.next(response(0x9000, fromHex(v.hello))).value as Command)).toBe(v.externalAuthenticate)
    const step = opening.next(response(0x9000))
    if (!step.done) throw new Error('not open')
    const channel = step.value
    expect(channel.sequenceCounter).toBe(1)
    const inner = function* (): Dialogue<string[]> {
      const status = yield GET_STATUS
      const empty = yield GET_DATA
      yield DELETE
      return [hex(status.data), hex(empty.data)]
    }
    const run = secured(channel, inner())
    expect(sent(run.next().value as Command)).toBe(v.getStatus)
    expect(sent(run.next(response(0x9000, fromHex(v.getStatusResponse))).value as Command)).toBe(v.getData)
    expect(sent(run.next(response(0x9000, fromHex(v.emptyResponse))).value as Command)).toBe(v.delete)
    expect(run.next(response(0x6985)).value).toEqual([hex(STATUS), ''])
  })

  test('a card challenge that was made for another application is not taken', () => {
    const aid = fromHex('a000000151000001')
    const opening = openScp03({ keys, entropy: () => host, aid, macLength: v.macLength, keyVersion: 0x30 })
    opening.next()
    expect(() => opening.next(response(0x9000, fromHex(v.hello)))).toThrow('card challenge is wrong')
  })

  test('the card takes these bytes and answers those', () => {
    const session = new Scp03Session(derived, v.macLength)
    expect(session.takeMac(decodeCommand(fromHex(v.externalAuthenticate))).data).toEqual(fromHex(v.hostCryptogram))
    session.start(LEVEL.all)
    expect(session.unwrap(decodeCommand(fromHex(v.getStatus)))).toEqual(GET_STATUS)
    expect(hex(session.wrapResponse(response(0x9000, STATUS)).data)).toBe(v.getStatusResponse)
    expect(session.unwrap(decodeCommand(fromHex(v.getData)))).toEqual(GET_DATA)
    expect(hex(session.wrapResponse(response(0x9000)).data)).toBe(v.emptyResponse)
    expect(session.unwrap(decodeCommand(fromHex(v.delete)))).toEqual(DELETE)
  })
})

describe('real cards', () => {
  test('pySim SCP03_Test_AES128_33: GET EID of a eUICC', () => {
    const keys = {
      enc: fromHex('000102030405060708090a0b0c0d0e0f'),
      mac: fromHex('101112131415161718191a1b1c1d1e1f'),
      dek: fromHex('202122232425262728292a2b2c2d2e2f'),
    }
    expect([keys.enc, keys.mac, keys.dek].map((key) => hex(keyCheckValue(key)))).toEqual(['c35280', '013808', '840de5'])
    const opening = openScp03({
      keys,
      entropy: () => fromHex('fdf38259a1e0de44'),
      aid: fromHex('a0000005591010ffffffff8900000100'),
      keyVersion: 0x30,
    })
    opening.next()
    const hello = fromHex('000000000000000000003003703b1aca81e821f219081cdc01c26b372d000003')
    expect(sent(opening.next(response(0x9000, hello)).value as Command)).toBe(
      '84823300108c36f96bcc00724a4e13ad591d7da3f0',
    )
    const step = opening.next(response(0x9000))
    if (!step.done) throw new Error('not open')
    const { session } = step.value
    expect(sent(session.wrap(decodeCommand(fromHex('80e2910006bf3e035c015a00'))))).toBe(
      '84e2910018267a85dfe4a98fca6fb0527e0dfeccE4914e40401433c87f00'.toLowerCase(),
    )
    const answer = fromHex('f3ba2b1013aa6224f5e1c138d71805c569e5439b47576260b75fc021b25097cb2e68f8a0144975b9')
    expect(hex(session.unwrapResponse(response(0x9000, answer)).data)).toBe(
      'bf3e125a1089882119900000000000000000000005',
    )
  })

  test('kaoh scp03Test delete_application: level 03', () => {
    const keys = {
      enc: fromHex('f995d0a069335c7df42e590317ffea6d'),
      mac: fromHex('58563362ec5a4541abcd32b34b1eae7d'),
      dek: fromHex('58563362ec5a4541abcd32b34b1eae7d'),
    }
    const host = fromHex('b2bde1a2dc66bd56')
    const hello = decodeCardHello(fromHex('00000000000000000000300370c40932a6fefeaeb2e127185170f45fca000015'), 8)
    expect(cardChallenge(keys, hello.sequenceCounter!, ISD, 8)).toEqual(hello.cardChallenge)
    const derived = sessionKeys(keys, host, hello.cardChallenge)
    expect([derived.enc, derived.mac, derived.rmac].map(hex)).toEqual([
      '9b841bb63d1087484ff7f16802017243',
      '8117fe5aded74ac0daabe9fb81dbdb67',
      '4521d75e4d6f60dbfb8ab4ee254ef6f1',
    ])
    expect(cardCryptogram(derived, host, hello.cardChallenge)).toEqual(hello.cardCryptogram)
    expect(hex(hostCryptogram(derived, host, hello.cardChallenge))).toBe('59d54d932423d29f')
    const session = new Scp03Session(derived, 8)
    const answer = command(0x80, 0x82, LEVEL.cDecCMac, 0x00, hostCryptogram(derived, host, hello.cardChallenge))
    expect(sent(session.addMac(answer))).toBe('848203001059d54d932423d29f6313c970875f8c2f')
    session.start(LEVEL.cDecCMac)
    const remove = command(0x80, 0xe4, 0x00, 0x80, fromHex('4f08a00100015141434c'))
    expect(sent(session.wrap(remove))).toBe('84e400801829f06aec3180b3efe91ff662310b945de0d5fe66ad67a5b6')
  })

  test('kaoh send_apdu_rmac_rencryption: EXTERNAL AUTHENTICATE at level 33', () => {
    const key = fromHex('404142434445464748494a4b4c4d4e4f')
    const opening = openScp03({ keys: { enc: key, mac: key, dek: key }, entropy: () => fromHex('2c8130e574247b1b') })
    opening.next()
    const hello = fromHex('00010203040506070809000370a5874c57119b976bf94879e36f29e039000001')
    expect(sent(opening.next(response(0x9000, hello)).value as Command)).toBe(
      '8482330010a75f1cd48f3b93dfa57e690937921f92',
    )
  })
})

describe.each([
  ['S8', 8],
  ['S16', 16],
] as const)('%s: card and off-card side understand each other', (_, macLength: MacLength) => {
  const key = fromHex('404142434445464748494a4b4c4d4e4f')
  const derived = sessionKeys({ enc: key, mac: key, dek: key }, new Uint8Array(macLength), new Uint8Array(macLength))
  const pairAt = (level: SecurityLevel) => {
    const [host, card] = [new Scp03Session(derived, macLength), new Scp03Session(derived, macLength)]
    host.start(level)
    card.start(level)
    return { host, card }
  }
  test.each(Object.entries(LEVEL))('at level %s', (_name, level) => {
    const { host, card } = pairAt(level)
    for (const length of [0, 1, 15, 16, 200, 600]) {
      const c: Command = { cla: 0x80, ins: 0xe2, p1: 0, p2: 0, data: new Uint8Array(length).fill(7) }
      expect(card.unwrap(host.wrap(c))).toEqual(c)
      const r = response(0x9000, new Uint8Array(length).fill(9))
      expect(host.unwrapResponse(card.wrapResponse(r))).toEqual(r)
      expect(card.wrapResponse(response(0x6a88))).toEqual(response(0x6a88))
    }
  })

  test('a changed, bare or empty answer is not taken, nor one with another status that carries a MAC', () => {
    for (const level of [LEVEL.cMacRMac, LEVEL.all]) {
      for (const spoil of [
        (r: Response) => ({ ...r, data: r.data.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) }),
        (r: Response) => ({ ...r, data: r.data.slice(0, -1) }),
        (r: Response) => ({ ...r, data: NO_BYTES }),
        (r: Response) => ({ ...r, sw: 0x6310 }),
      ]) {
        const { host, card } = pairAt(level)
        card.unwrap(host.wrap(GET_STATUS))
        const answer = card.wrapResponse(response(0x9000, STATUS))
        expect(() => host.unwrapResponse(spoil(answer))).toThrow(SecureMessagingError)
      }
    }
  })

  test('a changed, repeated or bare command is not taken', () => {
    const c: Command = { cla: 0x80, ins: 0xe2, p1: 0, p2: 0, data: fromHex('0102') }
    for (const spoil of [
      (w: Command) => ({ ...w, p1: 1 }),
      (w: Command) => ({ ...w, data: w.data.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) }),
      (w: Command) => ({ ...w, data: NO_BYTES }),
      () => c,
    ]) {
      const { host, card } = pairAt(LEVEL.all)
      expect(() => card.unwrap(spoil(host.wrap(c)))).toThrow(SecureMessagingError)
    }
    const { host, card } = pairAt(LEVEL.all)
    const wrapped = host.wrap(c)
    card.unwrap(wrapped)
    expect(() => card.unwrap(wrapped)).toThrow(SecureMessagingError)
  })
})
