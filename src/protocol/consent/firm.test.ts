// The check digit of 法人番号, by the published number of the 国税庁 itself.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { firmCheckDigit, isFirmNumber } from './firm.ts'

test('法人番号の指定等に関する省令, article 2: the number that 国税庁 gave itself, and no other first digit', () => {
  expect(firmCheckDigit('000012050002')).toBe(7)
  const right = Array.from({ length: 10 }, (_, digit) => `${digit}000012050002`).filter(isFirmNumber)
  expect(right).toEqual(['7000012050002'])
  for (const text of ['', '700001205000', '70000120500021', '７000012050002', '7000012O50002'])
    expect(isFirmNumber(text)).toBe(false)
})

test('one wrong digit is found, but for 0 in place of 9', () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(digits, fc.nat(11), fc.nat(9), (twelve, place, other) => {
      const changed = twelve.with(place, other)
      fc.pre((twelve[place]! - other) % 9 !== 0)
      expect(isFirmNumber(`${firmCheckDigit(twelve.join(''))}${changed.join('')}`)).toBe(false)
    }),
  )
})
