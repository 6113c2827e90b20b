import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, hex } from '../base/bytes.ts'
import { encodeCommand, response } from './apdu.ts'
import { decodeCatObjects, decodeEnvelope, decodeProactive, decodeTerminalResponse } from './cat.ts'
import { CodecError } from './codec-error.ts'
import { decodeScript, decodeScriptAnswer, encodeScript, encodeScriptAnswer } from './remote-script.ts'
import { decodeCommandPacket, decodeResponsePacket } from './secured-packet.ts'

const GET_STATUS = fromHex('80f24002024f0000')
const GET_DATA = fromHex('80ca00e000')

describe('scripts, vectors of pySim test_ota.py', () => {
  test.each([
    ['test_single_capdu_golden', [GET_STATUS], 'definite', 'aa0a220880f24002024f0000'],
    [
      'test_multi_capdu_golden',
      [GET_STATUS, fromHex('00a40004023f0000')],
      'definite',
      'aa14220880f24002024f0000220800a40004023f0000',
    ],
    ['test_cmd_single_golden', [GET_DATA], 'indefinite', 'ae80220580ca00e0000000'],
    [
      'test_cmd_multi_golden',
      ['00a4000c023f00', '00a4000c022fe2', '00b000000a'].map(fromHex),
      'indefinite',
      'ae80220700a4000c023f00220700a4000c022fe2220500b000000a0000',
    ],
  ] as const)('%s', (_, commands, format, script) => {
    expect(hex(encodeScript(commands, format))).toBe(script)
    const decoded = decodeScript(fromHex(script))
    expect(decoded.format).toBe(format)
    expect(decoded.commands.map((each) => hex(encodeCommand(each)))).toEqual(commands.map(hex))
  })

  test('compact: the last byte is Le, GET RESPONSE has no data', () => {
    const { format, commands } = decodeScript(fromHex('00a40004023f0000c0000000'))
    expect(format).toBe('compact')
    expect(commands).toMatchObject([
      { ins: 0xa4, data: fromHex('3f00') },
      { ins: 0xc0, le: 256 },
    ])
    expect(decodeScript(GET_STATUS).commands).toMatchObject([{ ins: 0xf2, le: 256, data: fromHex('4f00') }])
  })

  test('compact: what is cut is a CodecError', () => {
    for (const cut of ['', '80', '80f24002', '80f24002024f'])
      expect(() => decodeScript(fromHex(cut))).toThrow(CodecError)
  })
})

describe('answers, vectors of pySim test_ota.py', () => {
  test.each([
    ['test_status_only_golden', 'definite', 1, ['6132'], 'ab0780010123026132'],
    [
      'test_resp_rfm_golden',
      'indefinite',
      3,
      ['9000', '9000', '988812010000408608149000'],
      'af80230290002302900023' + '0c9888120100004086081490000000',
    ],
  ] as const)('%s', (_, format, executed, responses, answer) => {
    const decoded = decodeScriptAnswer(fromHex(answer))
    expect(decoded.executed).toBe(executed)
    expect(hex(encodeScriptAnswer(format, decoded))).toBe(answer)
    expect(decoded.responses.map(({ data, sw }) => `${hex(data)}${sw.toString(16)}`)).toEqual(responses)
  })

  test.each([
    ['test_bad_format', 'ab06800101900101', { tag: 0x90, value: fromHex('01') }],
    ['test_immediate_action_error', 'ab06800101810101', { tag: 0x81, value: fromHex('01') }],
    ['test_script_chaining_error', 'ab06800101830102', { tag: 0x83, value: fromHex('02') }],
  ])('%s', (_, answer, end) => expect(decodeScriptAnswer(fromHex(answer))).toMatchObject({ executed: 1, end }))

  test.each(['af8023029000', 'af802302900000', 'af80230290'])('test_resp_truncated_is_rejected %s', (cut) =>
    expect(() => decodeScriptAnswer(fromHex(cut))).toThrow(CodecError),
  )

  test('onomondo: two commands, data of the last', () => {
    expect(decodeScriptAnswer(fromHex('0290006229'))).toEqual({
      executed: 2,
      responses: [response(0x9000, fromHex('6229'))],
    })
  })
})

describe('a malformed expanded script ends where it breaks', () => {
  test.each([
    ['unknown tag', 'aa09220580ca00e0008400', 1, '9001'],
    ['length past the end', 'aa09220580ca00e0002205', 1, '9002'],
    ['not a command', 'aa05220380ca00', 0, '9002'],
    ['no end of contents', 'ae80220580ca00e000', 0, '9003'],
    ['script chaining', 'aa03830101', 0, '8302'],
    ['immediate action', 'aa03810181', 0, '9001'],
  ])('%s', (_, script, executed, ending) => {
    const { commands, end } = decodeScript(fromHex(script))
    expect(commands).toHaveLength(executed)
    expect(`${end?.tag.toString(16)}${hex(end!.value)}`).toBe(ending)
  })
})

test('any bytes end in a value or a CodecError', () => {
  const scripts = fc.uint8Array({ maxLength: 40 })
  const begun = fc
    .tuple(fc.constantFrom(0xaa, 0xae, 0xab, 0xaf, 0xd0, 0xd1), scripts)
    .map(([tag, rest]) => Uint8Array.of(tag, rest.length, ...rest))
  const decoders = [
    decodeScript,
    decodeScriptAnswer,
    decodeCommandPacket,
    decodeResponsePacket,
    decodeCatObjects,
    decodeEnvelope,
    decodeProactive,
    decodeTerminalResponse,
  ]
  fc.assert(
    fc.property(fc.oneof(scripts, begun), (any) => {
      for (const decode of decoders) {
        try {
          decode(any)
        } catch (error) {
          if (!(error instanceof CodecError)) throw error
        }
      }
    }),
  )
})
