import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, fromHex, hex } from '../base/bytes.ts'
import { definite } from './ber.ts'

const made = (text: string): string => hex(definite(fromHex(text)))

test.each([
  ['what is DER stays', '30030201 05', '3003020105'],
  ['an indefinite length', '3080 020105 0000', '3003020105'],
  ['one inside of another', '3080 a080 020105 0000 0000', '3005a003020105'],
  ['a length that is not minimal', '308104 028101 05', '3003020105'],
  ['a string in segments', '2480 0401aa 0402bbcc 0000', '0403aabbcc'],
  ['segments in segments', '2480 2403 0401aa 0401bb 0000', '0402aabb'],
])('%s', (_what, ber, der) => expect(made(ber)).toBe(der))

test.each([
  ['no end of contents', '3080020105'],
  ['a primitive without length', '0480aa0000'],
  ['something behind it', '30800000ff'],
  ['a segment that is no string', '24800201050000'],
  ['longer than it is', '308400ffffff'],
  ['nothing', ''],
])('%s: as it was', (_what, ber) => expect(made(ber)).toBe(ber))

test('any octets give octets; a hundred thousand segments, ten thousand levels', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => definite(octets).length >= 0))
  const segments = concat(
    fromHex('2480'),
    ...Array.from({ length: 1000 }, () => fromHex('0401aa'.repeat(100))),
    fromHex('0000'),
  )
  expect(definite(segments)).toHaveLength(100_000 + 5)
  const deep = fromHex('3080'.repeat(10_000))
  expect(definite(deep)).toBe(deep)
})
