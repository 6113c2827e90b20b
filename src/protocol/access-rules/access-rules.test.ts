import { expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, hex } from '../../base/bytes.ts'
import { command, decodeCommand, encodeCommand, type Response, response } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { encodeLength, tlv } from '../../codec/tlv.ts'
import type { Dialogue } from '../iso7816/index.ts'
import * as rules from './index.ts'

const hash = fromHex('bdf6a732cde67db225a839364317bd36005221ae')
const carrier: rules.ReferencedRule = {
  reference: { application: fromHex('ffffffffffff'), caller: hash },
  rule: { apdu: 'always', carrierPrivileges: fromHex('0000000000000001') },
}

/** Answers a dialogue from a list; gives its result and what was asked. */
function play<T>(dialogue: Dialogue<T>, ...answers: readonly Response[]): { asked: string[]; result: T } {
  const asked: string[] = []
  let step = dialogue.next()
  for (const answer of answers) {
    if (step.done) throw new Error('the dialogue ended early')
    asked.push(hex(encodeCommand(step.value)))
    step = dialogue.next(answer)
  }
  if (!step.done) throw new Error(`another command: ${hex(encodeCommand(step.value))}`)
  return { asked, result: step.value }
}

// The first three observed: kaoh/globalplatform.
test.each([
  [
    'store',
    `f031e22fe11e4f06ffffffffffffc114${hex(hash)}e30dd00101db080000000000000001`,
    { command: 'store', rule: carrier },
  ],
  ['delete all', 'f100', { command: 'delete', what: { all: true } }],
  ['delete one AID', 'f1084f06d00000000001', { command: 'delete', what: { application: fromHex('d00000000001') } }],
  ['delete the default', 'f102c000', { command: 'delete', what: { application: 'default' } }],
  [
    'delete a reference',
    'f10be1094f05d000000001c100',
    { command: 'delete', what: { reference: { application: fromHex('d000000001'), caller: 'all' } } },
  ],
  [
    'update the refresh tag',
    'f2080102030405060708',
    { command: 'updateRefreshTag', value: fromHex('0102030405060708') },
  ],
] as const)('command to %s', (_, data, order) => {
  expect(rules.decodeRulesCommand(fromHex(data))).toEqual(order)
  expect(hex(rules.encodeRulesCommand(order))).toBe(data)
})

test.each<[string, rules.ReferencedRule]>([
  ['for all', { reference: { application: 'all', caller: 'all' }, rule: { apdu: 'never', nfc: 'never' } }],
  ['for the default application', { reference: { application: 'default', caller: hash }, rule: { nfc: 'always' } }],
  [
    'with filters and a package',
    {
      reference: { application: fromHex('d392f000260100000001'), caller: 'all', packageName: 'jp.example' },
      rule: {
        apdu: [
          { header: fromHex('00a40400'), mask: fromHex('fcffff00') },
          { header: fromHex('00b00000'), mask: fromHex('fcff0000') },
        ],
      },
    },
  ],
  ['of carrier privileges alone', { reference: { application: 'none', caller: hash }, rule: carrier.rule }],
])('a rule %s, both ways', (_, rule) => {
  expect(rules.decodeRules(rules.encodeRules([rule, carrier]))).toEqual([rule, carrier])
})

test.each([
  ['a hash of 19 bytes', `e21be116c113${'00'.repeat(19)}e300`],
  ['an unknown reference', 'e20ae106c1004f00c200e300'],
  ['two applications', 'e20ae1064f00c000c100e300'],
  ['a filter of 7 bytes', `e20fe1044f00c100e307d005${'00'.repeat(5)}`],
  ['a word that is neither', 'e20be1044f00c100e303d00102'],
  ['no AR-DO', 'e206e1044f00c100'],
  ['something else', 'e300'],
  ['a cut object', 'e210e1'],
])('%s is refused', (_, bad) => expect(() => rules.decodeRules(fromHex(bad))).toThrow(CodecError))

test('all rules come in parts of 255 bytes', () => {
  const many = Array.from(
    { length: 12 },
    (_, i): rules.ReferencedRule => ({
      reference: { application: bytes(0xd0, 0, 0, 0, i), caller: new Uint8Array(32).fill(i) },
      rule: { apdu: 'always' },
    }),
  )
  const value = rules.encodeRules(many)
  const whole = concat(fromHex('ff40'), encodeLength(value.length), value)
  const parts: Bytes[] = []
  for (let at = 0; at < whole.length; at += 255) parts.push(whole.slice(at, at + 255))
  const { asked, result } = play(rules.allRules(), ...parts.map((part) => response(0x9000, part)))
  expect(asked).toEqual(['80caff4000', '80caff6000', '80caff6000'])
  expect(result).toEqual(many)
  expect(() => play(rules.allRules(), response(0x9000, parts[0]!), response(0x9000))).toThrow(CodecError)
  expect(() => play(rules.allRules(), response(0x9000, parts[0]!), response(0x6a88))).toThrow('6A88')
})

test('no rules: an empty answer or 6A88', () => {
  expect(play(rules.allRules(), response(0x9000, fromHex('ff4000'))).result).toEqual([])
  expect(play(rules.allRules(), response(0x6a88)).result).toEqual([])
  expect(() => play(rules.allRules(), response(0x6982))).toThrow('6982')
})

test('a specific rule, and none', () => {
  const ref = { application: fromHex('d000000001'), caller: 'all' } as const
  const found = play(rules.ruleFor(ref), response(0x9000, fromHex('ff5005e303d00101')))
  expect(found).toEqual({ asked: ['80caff500be1094f05d000000001c10000'], result: { apdu: 'always' } })
  expect(play(rules.ruleFor(ref), response(0x6a88)).result).toBeUndefined()
  expect(play(rules.ruleFor(ref), response(0x9000, fromHex('ff5000'))).result).toBeUndefined()
})

test('the refresh tag has eight bytes', () => {
  const tag = fromHex('0102030405060708')
  expect(play(rules.refreshTag(), response(0x9000, tlv(0xdf20, tag)))).toEqual({ asked: ['80cadf2000'], result: tag })
  expect(() => play(rules.refreshTag(), response(0x9000, tlv(0xdf20, bytes(1))))).toThrow(CodecError)
})

test('a change goes as STORE DATA in BER-TLV format', () => {
  expect(play(rules.deleteRules({ all: true }), response(0x9000)).asked).toEqual(['80e2900002f100'])
  const { asked } = play(rules.storeRule(carrier), response(0x9000))
  expect(decodeCommand(fromHex(asked[0]!))).toEqual(
    command(0x80, 0xe2, 0x90, 0, rules.encodeRulesCommand({ command: 'store', rule: carrier })),
  )
})
