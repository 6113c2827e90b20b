import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes, concat, fromHex, hex } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import { decodeDeliver, decodeSubmit, encodeDeliver, encodeSemiOctets, encodeSubmit } from './sms.ts'
import { decodeUserData, ELEMENT, encodeUserData, Reassembly, splitUserData } from './sms-parts.ts'

const SUBMIT =
  '550d0b911614261771f000f5a78c0b050423f423f40003010201424547494e3a56434152440d0a56455253494f4e3a322e310d0a4e3a4d65' +
  '0d0a54454c3b505245463b43454c4c3b564f4943453a2b36313431363237313137300d0a54454c3b484f4d453b564f4943453a2b3631333935' +
  '3337303437310d0a54454c3b574f524b3b564f4943453a2b36313339363734373031350d0a454e443a'

describe('vectors of pySim test_sms.py', () => {
  test('Test_SUBMIT', () => {
    const sms = decodeSubmit(fromHex(SUBMIT))
    expect(sms).toMatchObject({ header: true, reference: 0x0d, pid: 0, dcs: 0xf5, address: { digits: '61416271170' } })
    expect(sms.userData).toHaveLength(140)
    expect(hex(encodeSubmit(sms))).toBe(SUBMIT)
  })

  test('Test_DELIVER', () => {
    const tpdu = '0408d0e5759a0e7ff6907090307513000824010101bb400101'
    const sms = decodeDeliver(fromHex(tpdu))
    expect(sms).toMatchObject({ header: false, pid: 0x7f, dcs: 0xf6, flags: 0x04 })
    expect(hex(encodeDeliver(sms))).toBe(tpdu)
  })

  test('Test_AddressField', () => expect(hex(encodeSemiOctets('12345'))).toBe('2143f5'))

  test.each([
    ['027100abcdef', [{ id: 0x71, value: bytes() }], 'abcdef'],
    ['03710110', [{ id: 0x71, value: bytes(0x10) }], ''],
    [
      '0571007001ffabcd',
      [
        { id: 0x71, value: bytes() },
        { id: 0x70, value: bytes(0xff) },
      ],
      'abcd',
    ],
  ])('Test_SMS_UDH %s', (userData, elements, content) => {
    const decoded = decodeUserData(fromHex(userData))
    expect(decoded).toEqual({ elements, content: fromHex(content) })
    expect(hex(encodeUserData(decoded))).toBe(userData)
  })

  test('Test_ConcatenatedSmsReassembler: the header of a first part, 8-bit reference', () => {
    const [first] = splitUserData({ elements: [{ id: 0x71, value: bytes() }], content: new Uint8Array(200) }, 1)
    expect(hex(first!.slice(0, 8))).toBe('0700030102017100')
  })

  test('Test_ConcatenatedSmsReassembler: 16-bit reference', () => {
    const parts = new Reassembly()
    expect(parts.take('', fromHex('080804123402017100aa'))).toBeUndefined()
    expect(parts.take('', fromHex('0608041234020271'))).toEqual({
      elements: [{ id: 0x71, value: bytes() }],
      content: fromHex('aa71'),
    })
  })
})

const COMMAND = [{ id: ELEMENT.command, value: bytes() }]
const long = (length: number, seed = 0) => Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 0xff)

describe('a long message', () => {
  const messages = fc.record({ length: fc.integer({ min: 0, max: 2000 }), reference: fc.nat(255) })

  test('arrives whole in any order, its parts doubled', () => {
    fc.assert(
      fc.property(messages, fc.infiniteStream(fc.nat(1000)), ({ length, reference }, chance) => {
        const content = long(length)
        const parts = splitUserData({ elements: COMMAND, content }, reference)
        expect(parts.every((part) => part.length <= 140)).toBe(true)
        const some = parts.filter(() => chance.next().value % 2 === 0)
        const order = [...parts.slice(1), ...some.filter((part) => part !== parts[0])]
        order.sort(() => (chance.next().value % 2) - 0.5)
        const reassembly = new Reassembly()
        const early = order.map((part) => reassembly.take('a', part)).filter((whole) => whole !== undefined)
        expect(early).toEqual([])
        expect(reassembly.take('a', parts[0]!)).toEqual({ elements: COMMAND, content })
      }),
      { numRuns: 60 },
    )
  })

  test('that lost a part is not delivered, and the next one with its reference begins anew', () => {
    const [first] = splitUserData({ elements: COMMAND, content: long(300) }, 5)
    const later = splitUserData({ elements: COMMAND, content: long(300, 1) }, 5)
    const reassembly = new Reassembly()
    expect(reassembly.take('a', first!)).toBeUndefined()
    const arrived = later.map((part) => reassembly.take('a', part))
    expect(arrived.at(-1)).toEqual({ elements: COMMAND, content: long(300, 1) })
  })

  test('of two senders with one reference are two', () => {
    const [a, b] = [long(200), long(200, 9)].map((content) => splitUserData({ elements: COMMAND, content }, 1))
    const reassembly = new Reassembly()
    reassembly.take('a', a![0]!)
    reassembly.take('b', b![0]!)
    expect(reassembly.take('a', a![1]!)?.content).toEqual(long(200))
    expect(reassembly.take('b', b![1]!)?.content).toEqual(long(200, 9))
  })

  test('never keeps more than it may, and refuses what is too long', () => {
    const reassembly = new Reassembly({ messages: 1, parts: 3 })
    const [first, second] = splitUserData({ elements: COMMAND, content: long(200) }, 1)
    const [other] = splitUserData({ elements: COMMAND, content: long(200) }, 2)
    reassembly.take('a', first!)
    reassembly.take('a', other!)
    expect(reassembly.take('a', second!)).toBeUndefined()
    expect(() => reassembly.take('a', fromHex('050003010401'))).toThrow(CodecError)
  })

  test('with a senseless element is taken as one message', () => {
    for (const element of ['010203', '010200', '010001']) {
      expect(new Reassembly().take('a', fromHex(`050003${element}aa`))).toEqual({ elements: [], content: bytes(0xaa) })
    }
  })
})

const addresses = fc.record({ type: fc.constantFrom(0x81, 0x91), digits: fc.stringMatching(/^[0-9a-e]{0,20}$/) })
const common = {
  header: fc.boolean(),
  address: addresses,
  pid: fc.nat(255),
  dcs: fc.constantFrom(0xf6, 0x04, 0x16, 0x08),
  userData: fc.uint8Array({ maxLength: 140 }),
}

test('decode(encode(message)) is the message', () => {
  const delivers = fc.record({
    ...common,
    flags: fc.nat(0x2f).map((n) => (n << 2) & 0xbc),
    timestamp: fc.uint8Array({ minLength: 7, maxLength: 7 }),
  })
  fc.assert(
    fc.property(delivers, (sms) => {
      expect(decodeDeliver(encodeDeliver(sms))).toEqual(sms)
    }),
  )
  const submits = fc.record({
    ...common,
    flags: fc.constantFrom(0x00, 0x04, 0xa4),
    reference: fc.nat(255),
    validity: fc.constant(bytes()),
  })
  fc.assert(
    fc.property(submits, (sms) => {
      expect(decodeSubmit(encodeSubmit(sms))).toEqual(sms)
    }),
  )
})

test('any bytes end in a value or a CodecError', () => {
  const near = fc
    .uint8Array({ maxLength: 30 })
    .map((rest) => concat(fromHex('400881214365877ff62270520000000003'), rest))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 180 }), near), (any) => {
      const reassembly = new Reassembly()
      for (const decode of [
        decodeDeliver,
        decodeSubmit,
        decodeUserData,
        (from: Uint8Array) => reassembly.take('', from),
      ]) {
        try {
          decode(any)
        } catch (error) {
          if (!(error instanceof CodecError)) throw error
        }
      }
    }),
  )
})
