import { expect, test } from 'vitest'
import { fromHex } from '../base/bytes.ts'
import { transmissionProtocols } from './atr.ts'
import { CHANNELS_MAX, readClass, writeClass } from './class-byte.ts'

/** GPC v2.3.1 Tables 11-11, 11-12. */
test.each([
  [0x00, 0x00, 0],
  [0x03, 0x00, 3],
  [0x84, 0x84, 0],
  [0x87, 0x84, 3],
  [0x0e, 0x0c, 2],
  [0x90, 0x90, 0],
  [0x40, 0x00, 4],
  [0x4f, 0x00, 19],
  [0x60, 0x04, 4],
  [0xc0, 0x80, 4],
  [0xe0, 0x84, 4],
  [0xef, 0x84, 19],
])('class %s is %s on channel %s', (cla, base, channel) => {
  expect(readClass(cla)).toEqual({ cla: base, channel })
})

test.each([0x20, 0x3f, 0xa0, 0xbf, 0xff])('%s is no class', (cla) => expect(readClass(cla)).toBeUndefined())

test('write and read are inverse on every channel', () => {
  for (const cla of [0x00, 0x04, 0x10, 0x80, 0x84, 0x90]) {
    for (let channel = 0; channel < CHANNELS_MAX; channel++) {
      expect(readClass(writeClass({ cla, channel }))).toEqual({ cla, channel })
    }
  }
})

test.each([
  ['3b800181', [1]],
  ['3b80800101', [0, 1]],
  ['3b00', [0]],
  ['3b9f01801f878031e073fe2100674a4c753034054b25', [0, 15]],
  ['3b', [0]],
])('ATR %s offers T=%s', (atr, protocols) => expect(transmissionProtocols(fromHex(atr))).toEqual(protocols))
