import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes, concat, fromHex, hex } from '../../base/bytes.ts'
import { CAT } from '../../codec/cat.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { tlv } from '../../codec/tlv.ts'
import { aidOf, applicationUri, callerOf } from './admin-messages.ts'
import { decodeTrigger, encodeTrigger, type SessionTrigger } from './session-trigger.ts'
import { decodeToolkitParameters, encodeToolkitParameters } from './toolkit-parameters.ts'

const TRIGGER: SessionTrigger = {
  connection: [
    { tag: CAT.bearer, value: bytes(3) },
    { tag: CAT.bufferSize, value: fromHex('05dc') },
    { tag: CAT.transport, value: fromHex('028000') },
    { tag: CAT.otherAddress, value: fromHex('2101020304') },
  ],
  identity: fromHex('deadbeef'),
  keyVersion: 0x00,
  keyId: 0x40,
  retry: { count: 1, delay: fromHex('001000') },
  host: 'admin.host',
  uri: 'https://admin.host/uri',
}

describe('vectors of pySim http.py', () => {
  test.each([
    ['SecurityParams', '850804deadbeef020040'],
    ['AdminHostParam', '8a0a61646d696e2e686f7374'],
    ['AdminUriParam', '8c1668747470733a2f2f61646d696e2e686f73742f757269'],
    ['SessionRetryPolicyParams of a card in use', '86070001' + '2503001000'],
    ['bearer and transport of OPEN CHANNEL', 'b50103b90205dcbc03028000be052101020304'],
  ])('%s', (_, field) => expect(hex(encodeTrigger(TRIGGER))).toContain(field))
})

test('decode(encode(trigger)) is the trigger, with and without what may be absent', () => {
  expect(decodeTrigger(encodeTrigger(TRIGGER))).toEqual(TRIGGER)
  const { retry: _, ...once } = TRIGGER
  expect(decodeTrigger(encodeTrigger(once))).toEqual(once)
  expect(decodeTrigger(encodeTrigger({ ...TRIGGER, agent: 'sim-1' })).agent).toBe('sim-1')
})

test.each(['a b', 'a\r\nX: y', ''])('a text that is no word of HTTP is refused: %j', (host) => {
  expect(() => decodeTrigger(encodeTrigger({ ...TRIGGER, host }))).toThrow(CodecError)
})

test('any bytes end in a trigger or a CodecError, likewise install parameters', () => {
  const whole = encodeTrigger(TRIGGER)
  const changed = fc
    .tuple(fc.nat(whole.length - 1), fc.nat(255))
    .map(([at, value]) => Uint8Array.from(whole, (byte, i) => (i === at ? value : byte)))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), changed), (any) => {
      for (const decode of [decodeTrigger, decodeToolkitParameters]) {
        try {
          decode(any)
        } catch (error) {
          if (!(error instanceof CodecError)) throw error
        }
      }
    }),
  )
})

describe('install parameters', () => {
  const tars = [fromHex('b00102'), fromHex('b00103')]

  test('of a UICC, of a SIM, and none', () => {
    const parameters = { tars, minimumSpi: 0x16 }
    expect(decodeToolkitParameters(concat(fromHex('c900'), encodeToolkitParameters(parameters)))).toEqual(parameters)
    // Access domain, priority, timers, text, one menu entry, channels, level, references.
    const sim = fromHex('0100 ff 00 10 01 0102 00 0116 03b00102')
    expect(decodeToolkitParameters(tlv(0xef, tlv(0xca, sim)))).toEqual({ tars: tars.slice(0, 1), minimumSpi: 0x16 })
    expect(decodeToolkitParameters(fromHex('c900'))).toBeUndefined()
  })
})

test('names of applications and callers', () => {
  const aid = fromHex('a000000151000000')
  expect(applicationUri(aid)).toBe('//aid/A000000151/000000')
  expect(aidOf(applicationUri(aid))).toEqual(aid)
  expect(aidOf('//aid/A0000001/00')).toBeUndefined()
  expect(callerOf('8981', aid)).toBe('//se-id/iccid/8981;//aa-id/aid/A000000151/000000')
})
