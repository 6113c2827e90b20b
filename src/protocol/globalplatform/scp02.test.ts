import { describe, expect, test } from 'vitest'
import { fromHex, hex } from '../../base/bytes.ts'
import { desEcb, desEcbDecrypt } from '../../base/des.ts'
import { type Command, command, decodeCommand, encodeCommand, response } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import type { Dialogue } from '../iso7816/dialogue.ts'
import { checkValueOf, SECRET_KEY_TYPE } from './key-set.ts'
import { decodeScp02Hello, openScp02 } from './scp02.ts'
import { Scp02Session, scp02SessionKeys } from './scp02-session.ts'
import { SCP02_VECTORS } from './scp02-vectors.ts'
import { secured } from './secure-channel.ts'
import { LEVEL, SecureMessagingError, type SecurityLevel } from './secure-session.ts'

const sent = (c: Command) => hex(encodeCommand(c))
const key = fromHex('404142434445464748494a4b4c4d4e4f')
const KEYS = { enc: key, mac: key, dek: key }

describe.each(SCP02_VECTORS)('$name', (v) => {
  const keys = { enc: fromHex(v.keys.enc), mac: fromHex(v.keys.mac), dek: fromHex(v.keys.dek) }
  const opening = () =>
    openScp02({
      keys,
      entropy: () => decodeCommand(fromHex(v.initializeUpdate)).data,
      keyVersion: v.keyVersion,
      level: v.level as SecurityLevel,
    })

  test('the off-card side sends these bytes', () => {
    const dialogue = opening()
    expect(sent(dialogue.next().value as Command)).toBe(v.initializeUpdate)
    expect(sent(dialogue.next(response(0x9000, fromHex(v.hello))).value as Command)).toBe(v.externalAuthenticate)
    const step = dialogue.next(response(0x9000))
    if (!step.done) throw new Error('not open')
    const each = function* (): Dialogue<void> {
      for (const [plain] of v.commands) yield decodeCommand(fromHex(plain))
    }
    const inside = secured(step.value, each())
    const wrapped = v.commands.map((_, i) =>
      sent((i === 0 ? inside.next() : inside.next(response(0x6a88))).value as Command),
    )
    expect(wrapped).toEqual(v.commands.map(([, protectedOne]) => protectedOne))
  })

  test('another card cryptogram is not believed', () => {
    const dialogue = opening()
    dialogue.next()
    const wrong = fromHex(v.hello).map((byte, i) => (i === 27 ? byte ^ 1 : byte))
    expect(() => dialogue.next(response(0x9000, wrong))).toThrow(SecureMessagingError)
  })
})

const session = (level: SecurityLevel = LEVEL.cDecCMacRMac) => {
  const made = new Scp02Session(scp02SessionKeys(KEYS, fromHex('0001')), true)
  made.start(level)
  return made
}

describe.each(Object.values(LEVEL).filter((level) => level !== LEVEL.all))('level %i', (level) => {
  test('both sides understand each other, command after command, also past an error', () => {
    const [host, card] = [session(level), session(level)]
    for (const [data, answer, sw] of [
      ['', '0102', 0x9000],
      ['4f00', '', 0x6a88],
      ['00'.repeat(200), '03'.repeat(200), 0x6310],
      ['11'.repeat(8), '', 0x9000],
    ] as const) {
      const c = command(0x80, 0xf2, 0x40, 0x02, fromHex(data), 256)
      expect(card.unwrap(host.wrap(c))).toEqual(c)
      const plain = response(sw, fromHex(answer))
      expect(host.unwrapResponse(card.wrapResponse(plain))).toEqual(plain)
    }
  })
})

test('a changed, repeated or bare command, and a changed response, are not taken', () => {
  const c = command(0x80, 0xe4, 0, 0, fromHex('4f05a000000001'))
  const host = session()
  const first = host.wrap(c)
  for (const at of [0, 7, first.data.length - 1]) {
    const changed = { ...first, data: first.data.map((byte, i) => (i === at ? byte ^ 1 : byte)) }
    expect(() => session().unwrap(changed)).toThrow(SecureMessagingError)
  }
  expect(() => session().unwrap({ ...first, p1: 1 })).toThrow(SecureMessagingError)
  expect(() => session().unwrap(c)).toThrow(SecureMessagingError)
  const card = session()
  card.unwrap(first)
  expect(() => card.unwrap(first)).toThrow(SecureMessagingError)
  const { data, sw } = card.wrapResponse(response(0x9000, fromHex('00')))
  expect(() => host.unwrapResponse({ data: data.map((byte, i) => (i === 0 ? byte ^ 1 : byte)), sw })).toThrow()
})

test('key check value and DEK of the test key', () => {
  expect(hex(checkValueOf(SECRET_KEY_TYPE.des, key))).toBe('8baf47')
  const { dek } = scp02SessionKeys(KEYS, fromHex('0001'))
  expect(desEcbDecrypt(dek, desEcb(dek, key))).toEqual(key)
})

test.each(['', '00'.repeat(28), `${'00'.repeat(11)}03${'00'.repeat(16)}`])('no hello: %s', (answer) =>
  expect(() => decodeScp02Hello(fromHex(answer))).toThrow(CodecError),
)
