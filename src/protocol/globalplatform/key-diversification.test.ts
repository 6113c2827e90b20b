// Vectors observed: GlobalPlatformPro TestPlaintextKeys.

import { expect, test } from 'vitest'
import { fromHex, hex } from '../../base/bytes.ts'
import { KDF } from './key-diversification.ts'
import { checkValueOf, SECRET_KEY_TYPE } from './key-set.ts'

const master = fromHex('404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f')
const data = fromHex('00010203040506070809')

test.each([
  ['kdf3', 'aes', 16, 'e79c05 d1bd77 3fde8c'],
  ['kdf3', 'aes', 24, '1de8ea 47c00c c04d76'],
  ['kdf3', 'aes', 32, '2972d2 036f94 5d57b8'],
  ['visa2', 'des', 16, '2be598 58da38 3c328e'],
  ['emv', 'des', 16, 'c33013 6f4ca6 bb8179'],
] as const)('%s, %s key of %i bytes', (kdf, kind, length, expected) => {
  const { enc, mac, dek } = KDF[kdf](master.slice(0, length), data)
  expect([enc, mac, dek].map((key) => hex(checkValueOf(SECRET_KEY_TYPE[kind], key))).join(' ')).toBe(expected)
})

test('kdf3, the vector of others', () =>
  expect(
    hex(
      KDF.kdf3(
        fromHex('8c72c72cf908411653018807950d82fbad947562f0828a0b10b8b9606abf3bcd'),
        fromHex('d9b1de5d0362dedce4fb'),
      ).enc,
    ),
  ).toBe('9aac5d0b3601f89438a0d9d0b6b256cfb47e6462dfa5228d3420c4ac7c224781'))
