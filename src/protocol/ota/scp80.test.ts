import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, fromHex, hex, utf8 } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeCommandPacket, decodeSpi, encodeSpi } from '../../codec/secured-packet.ts'
import { decodeUserData } from '../../codec/sms-parts.ts'
import { crc16, crc32 } from './checksums.ts'
import { openCommand, openResponse, PacketRefused, plainResponse, protectCommand, protectResponse } from './scp80.ts'
import { COMMAND_VECTORS, FORGED_RESPONSE, RESPONSE_VECTORS } from './scp80-vectors.ts'

describe('command packet', () => {
  test.each(COMMAND_VECTORS)('vector: $name', ({ keys, command, ...vector }) => {
    const content = {
      tar: fromHex(vector.tar),
      spi: decodeSpi(fromHex(vector.spi)),
      counter: vector.counter,
      data: fromHex(vector.data),
    }
    expect(hex(protectCommand(content, keys))).toBe(command)
    const packet = decodeCommandPacket(fromHex(command))
    expect(hex(packet.tar)).toBe(vector.tar)
    expect(hex(encodeSpi(packet.spi))).toBe(vector.spi)
    expect(openCommand(packet, keys)).toEqual({ counter: vector.counter, data: content.data })
  })

  test.each(COMMAND_VECTORS.filter(({ spi }) => spi !== '0419'))('changed anywhere is refused: $name', (vector) => {
    const whole = fromHex(vector.command)
    for (let at = 2; at < whole.length; at++) {
      const changed = Uint8Array.from(whole, (byte, i) => (i === at ? byte ^ 0x40 : byte))
      const open = () => openCommand(decodeCommandPacket(changed), vector.keys)
      // SPI decides whether there is a check at all: that is for the minimum security level.
      if (at !== 3) expect(open, `byte ${at}`).toThrow(/packet|header|check/)
    }
  })
})

describe('response packet', () => {
  test.each(RESPONSE_VECTORS)('vector: $name', ({ keys, response, spi, otherPadding, ...vector }) => {
    const asked = decodeSpi(fromHex(spi))
    const { elements, content } = decodeUserData(fromHex(response))
    expect(elements).toEqual([{ id: 0x71, value: fromHex('') }])
    const answer = { tar: fromHex(vector.tar), counter: 0, status: 0, data: fromHex(vector.data) }
    expect(openResponse(content, asked, 0, keys)).toEqual({ ...answer, protected: true })
    if (!otherPadding) expect(hex(protectResponse(answer, asked, 0, keys))).toBe(hex(content))
  })

  test(`vector: ${FORGED_RESPONSE.name}`, () => {
    const { content } = decodeUserData(fromHex(FORGED_RESPONSE.response))
    const open = () => openResponse(content, decodeSpi(fromHex(FORGED_RESPONSE.spi)), 0, FORGED_RESPONSE.keys)
    expect(open).toThrow(new CodecError('scp80/check', 'check is wrong'))
  })

  test('success without the proof that was asked for is none, a refusal is a hint', () => {
    const { keys, spi } = COMMAND_VECTORS[0]!
    const bare = { tar: fromHex('b00000'), counter: 7, status: 1, data: fromHex('') }
    const asked = decodeSpi(fromHex(spi))
    expect(openResponse(plainResponse(bare), asked, 0, keys)).toEqual({ ...bare, protected: false })
    expect(() => openResponse(plainResponse({ ...bare, status: 0 }), asked, 0, keys)).toThrow(CodecError)
  })
})

test('CRC-16 and CRC-32 of the check string', () => {
  // The catalogue values of CRC-16/IBM-SDLC and CRC-32/ISO-HDLC.
  expect(hex(crc16(utf8('123456789')))).toBe('906e')
  expect(hex(crc32(utf8('123456789')))).toBe('cbf43926')
})

const spis = fc.record({
  counter: fc.constantFrom('none', 'unchecked', 'higher', 'next'),
  ciphered: fc.boolean(),
  check: fc.constantFrom('none', 'rc', 'cc'),
  answer: fc.constantFrom('never', 'always', 'onError'),
  answerCheck: fc.constantFrom('none', 'rc', 'cc'),
  answerCiphered: fc.boolean(),
  answerBySubmit: fc.boolean(),
} as const)
const keySets = fc.constantFrom(...COMMAND_VECTORS.map(({ keys }) => keys))

test('whatever is protected opens, command and response, with any security', () => {
  fc.assert(
    fc.property(spis, keySets, fc.nat(2 ** 40 - 1), fc.uint8Array({ maxLength: 300 }), (spi, keys, counter, data) => {
      // KID names one algorithm: a redundancy check of the answer needs one of the command.
      fc.pre(spi.answerCheck !== 'rc' || spi.check === 'rc')
      const tar = fromHex('b00000')
      const redundancy = counter % 2 === 0 ? 1 : 5
      const packet = decodeCommandPacket(protectCommand({ tar, spi, counter, data, redundancy }, keys))
      expect(openCommand(packet, keys)).toEqual({ counter, data })
      const answer = { tar, counter, status: 0, data }
      const sent = protectResponse(answer, spi, packet.kid, keys)
      expect(openResponse(sent, spi, packet.kid, keys)).toEqual({ ...answer, protected: true })
    }),
    { numRuns: 200 },
  )
})

test('any bytes end in a value, a CodecError or a status', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), keySets, spis, (any, keys, spi) => {
      const body = concat(any)
      const framed = concat(fromHex('00'), Uint8Array.of(body.length), body)
      for (const from of [any, framed]) {
        try {
          openCommand(decodeCommandPacket(from), keys)
        } catch (error) {
          if (!(error instanceof CodecError || error instanceof PacketRefused)) throw error
        }
        try {
          openResponse(from, spi, 1, keys)
        } catch (error) {
          if (!(error instanceof CodecError)) throw error
        }
      }
    }),
  )
})
