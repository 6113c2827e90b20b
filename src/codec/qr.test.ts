import { expect, test } from 'vitest'
import { hex, utf8 } from '../base/bytes.ts'
import { sha256 } from '../base/crypto.ts'
import { encodeQr } from './qr.ts'

const drawn = (text: string) => encodeQr(text).map((row) => row.map((dark) => (dark ? '1' : '0')).join(''))

// Read back by another program (npm qr 0.7.0, from pixels), as was every length from 1 to 104.
test.each([
  ['kazasu', 21, 'f2bb506bd88059b5467b01ee28b6ba8f636f8e9f6885133ebfc6716ba20a9c71'],
  [
    `kazasu:login:${'0'.repeat(32)}.1795871234.${'A'.repeat(22)}`,
    37,
    'a3bbf618cf5c35776c357f6a8a71cdcf376479287590abf32a6e74a0e5dbb87b',
  ],
])('%s is drawn in the modules that another program reads', (text, size, digest) => {
  const rows = drawn(text)
  expect(rows.map(({ length }) => length)).toEqual(new Array(size).fill(size))
  expect(hex(sha256(utf8(rows.join('\n'))))).toBe(digest)
})

test('what does not fit is refused', () => {
  expect(drawn('x'.repeat(106)).length).toBe(41)
  expect(() => encodeQr('x'.repeat(107))).toThrow(expect.objectContaining({ code: 'too-long' }))
})
