import fc from 'fast-check'
import { expect, test } from 'vitest'
import { base64url, fromBase64url, fromHex, fromUint, hex, room, u16, u24, u32 } from './bytes.ts'

test('hex and base64url give back what went in', () =>
  fc.assert(
    fc.property(fc.uint8Array(), (value) => {
      expect(fromHex(hex(value))).toEqual(value)
      expect(fromBase64url(base64url(value))).toEqual(value)
      expect(base64url(value)).toBe(Buffer.from(value).toString('base64url'))
    }),
  ))

test('notations refuse what is not theirs', () => {
  for (const text of ['0', 'xx', '0g']) expect(() => fromHex(text)).toThrow(RangeError)
  for (const text of ['a', 'a+b=', 'あ']) expect(() => fromBase64url(text)).toThrow(RangeError)
})

test('integers are big-endian', () => {
  expect(fromUint(u16(0x1234))).toBe(0x1234)
  expect(fromUint(u24(0x123456))).toBe(0x123456)
  expect(fromUint(u32(0xfedcba98))).toBe(0xfedcba98)
})

test('rooms are empty and apart from each other', () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 40 }), (lengths) => {
      const rooms = lengths.map((length, i) => {
        const own = room(length)
        expect(own).toEqual(new Uint8Array(length))
        return own.fill(i + 1)
      })
      for (const [i, own] of rooms.entries()) expect(own).toEqual(new Uint8Array(lengths[i]!).fill(i + 1))
    }),
  ))
