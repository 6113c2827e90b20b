// No false answer for any certificate that is covered, whatever the numbers; hostile bytes; size beside the bound.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bytes, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { CodecError } from '../../codec/codec-error.ts'
import {
  assembleFilter,
  decodeFilter,
  encodeTbsFilter,
  type FilterBase,
  type RevocationFilter,
  saltOf,
} from '../../codec/revocation-filter.ts'
import { decodeRibbon } from '../../codec/ribbon.ts'
import { askFilter, entropyBound, filterBuilder, fits } from './index.ts'

const entropy = seededEntropy(utf8('filters'))
const at = (hour: number) => new Date(Date.UTC(2026, 5, 1, hour))

function filterOf(
  revoked: readonly bigint[],
  valid: readonly bigint[],
  base?: FilterBase,
  number = 1,
): RevocationFilter {
  const builder = filterBuilder(revoked, valid.length, saltOf(entropy(16)))
  for (const serial of valid) builder.addValid(serial)
  const tbs = encodeTbsFilter({
    signatureAlgorithm: 'RSA-SHA256',
    keyIdentifier: new Uint8Array(20),
    number,
    thisUpdate: at(number),
    nextUpdate: at(number + 24),
    coveredUntil: at(number),
    ...(base && { base }),
    ...builder.tables(),
  })
  return decodeFilter(assembleFilter(tbs, 'RSA-SHA256', new Uint8Array(256)))
}

const ask = (filter: RevocationFilter, serialNumber: bigint, delta?: RevocationFilter, notBefore = at(0)) =>
  askFilter(filter, delta, { serialNumber, notBefore })

/** Distinct serial numbers that look random. */
const serials = (count: number, from = 0) =>
  Array.from(
    { length: count },
    (_, i) => BigInt((Math.imul(from + i + 1, 0x9e3779b1) >>> 1) | 0x1000000) + (BigInt(from + i) << 31n),
  )

describe('no false answer', () => {
  test('whatever is issued and revoked, also serial numbers of twenty octets', () => {
    const serial = fc.bigInt({ min: 0n, max: (1n << 159n) - 1n })
    const set = fc.uniqueArray(serial, { maxLength: 300 })
    fc.assert(
      fc.property(set, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const revoked = all.slice(0, Math.floor(all.length * share))
        const valid = all.slice(revoked.length)
        const filter = filterOf(revoked, valid)
        expect(revoked.filter((one) => ask(filter, one) !== 'revoked')).toEqual([])
        expect(valid.filter((one) => ask(filter, one) !== 'good')).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    [100_000, 5_000],
    [100_000, 20_000],
    [60_000, 20_000],
    [100_000, 100],
  ])('%i issued, %i revoked: all right, and at most 1.15 times the entropy bound', (issued, count) => {
    const all = serials(issued)
    const filter = filterOf(all.slice(0, count), all.slice(count))
    expect(all.filter((one, i) => ask(filter, one) !== (i < count ? 'revoked' : 'good'))).toEqual([])
    const limit = 1.15 * entropyBound(issued, count) + 500
    expect(filter.raw.length).toBeLessThan(limit)
  })
})

describe('what is not covered', () => {
  const filter = filterOf([1n, 2n], [3n, 4n])
  test('a certificate of a later time is not called good', () => {
    for (const serial of serials(2000)) expect(ask(filter, serial, undefined, at(2))).toBe('notCovered')
    expect(ask(filter, 3n, undefined, at(2))).toBe('notCovered')
  })
  test('a filter of nothing covers the past and calls nobody revoked', () =>
    expect(ask(filterOf([], []), 7n)).toBe('good'))
})

describe('delta', () => {
  const old = serials(5000)
  const later = serials(500, 5000)
  const filter = filterOf(old.slice(0, 300), old.slice(300))
  const base = { number: 1, coveredUntil: at(1), released: [old[7]!] }
  const delta = filterOf(
    [old[400]!, later[3]!],
    [...old.filter((_, i) => i !== 400), ...later.filter((_, i) => i !== 3)],
    base,
    2,
  )

  test('adds what was revoked and issued since, and lets go what was released', () => {
    expect(fits(filter, delta)).toBe(true)
    const wanted = (i: number) => (i === 400 || (i < 300 && i !== 7) ? 'revoked' : 'good')
    expect(old.filter((one, i) => ask(filter, one, delta) !== wanted(i))).toEqual([])
    expect(later.filter((one, i) => ask(filter, one, delta, at(2)) !== (i === 3 ? 'revoked' : 'good'))).toEqual([])
    expect(ask(filter, later[0]!, delta, at(3))).toBe('notCovered')
  })
  test('is small', () => expect(delta.raw.length).toBeLessThan(700))
  test('fits no other filter, and no filter is a delta', () => {
    expect(fits(filterOf([], [], undefined, 2), delta)).toBe(false)
    expect(fits(filter, filter)).toBe(false)
  })
})

describe('hostile bytes', () => {
  const ends = (decode: (bytes: Bytes) => unknown, bytes: Bytes) => {
    try {
      decode(bytes)
    } catch (error) {
      expect(error).toBeInstanceOf(CodecError)
    }
  }
  test('any bytes end in a filter or a CodecError', () =>
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => ends(decodeFilter, bytes))))
  test('any bytes end in a ribbon or a CodecError', () =>
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => ends(decodeRibbon, bytes))))
  test('a filter with any octet changed answers or is refused, and never breaks', () => {
    const { raw } = filterOf(serials(50), serials(500, 50))
    fc.assert(
      fc.property(fc.nat(raw.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const broken = raw.slice()
        broken[place]! ^= change
        ends((bytes) => {
          const filter = decodeFilter(bytes)
          for (const serial of serials(20)) ask(filter, serial)
        }, broken)
      }),
      { numRuns: 500 },
    )
  })
})
