import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bytes, fromHex, hex } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { OID, oidName } from './oid.ts'

const codeOf = (read: () => unknown): string => {
  try {
    read()
    return 'accepted'
  } catch (error) {
    if (error instanceof CodecError) return error.code
    throw error
  }
}

const toSecond = (at: Date) => new Date(Math.floor(at.getTime() / 1000) * 1000)
const seconds = fc.date({ min: new Date('1950-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map(toSecond)
const oids = fc
  .tuple(fc.nat(2), fc.nat(39), fc.array(fc.bigInt(0n, 1n << 80n), { maxLength: 4 }))
  .map((arcs) => arcs.flat().join('.'))
const positions = fc.uniqueArray(fc.nat(40)).map((bits) => bits.toSorted((a, b) => a - b))
const sortedOctets = fc.array(fc.uint8Array({ maxLength: 20 })).map((values) =>
  values
    .map((value) => hex(der.octetString(value)))
    .sort()
    .map(fromHex),
)

describe('what goes in comes out', () => {
  const roundTrip = <T>(
    name: string,
    values: fc.Arbitrary<T>,
    write: (value: T) => Bytes,
    read: (reader: der.DerReader) => T,
  ) =>
    test(name, () =>
      fc.assert(
        fc.property(values, (value) => {
          expect(der.decode(write(value), read)).toEqual(value)
        }),
      ),
    )

  roundTrip('INTEGER', fc.bigInt(), der.integer, (r) => r.integer())
  roundTrip('OCTET STRING', fc.uint8Array({ maxLength: 70_000 }), der.octetString, (r) => r.octetString())
  roundTrip('UTF8String', fc.string({ unit: 'grapheme' }), der.utf8String, (r) => r.utf8String())
  roundTrip('BOOLEAN', fc.boolean(), der.boolean, (r) => r.boolean())
  roundTrip(
    'named bits',
    positions,
    (bits) => der.namedBits(...bits),
    (r) => r.namedBits(),
  )
  roundTrip('OID', oids, der.oid, (r) => r.oid())
  roundTrip('Time', seconds, der.time, (r) => r.time())
  roundTrip(
    'SET OF',
    sortedOctets,
    (values) => der.set(...values.toReversed()),
    (r) => r.setOf((s) => s.raw()),
  )
})

test('lengths are written in the fewest octets', () => {
  expect(hex(der.octetString(new Uint8Array(127)).subarray(0, 2))).toBe('047f')
  expect(hex(der.octetString(new Uint8Array(128)).subarray(0, 3))).toBe('048180')
  expect(hex(der.octetString(new Uint8Array(256)).subarray(0, 4))).toBe('04820100')
  expect(hex(der.octetString(new Uint8Array(65_536)).subarray(0, 5))).toBe('0483010000')
})

describe('what BER allows and DER forbids is refused', () => {
  test.each<[what: string, encoding: string, read: (r: der.DerReader) => unknown, code: string]>([
    ['long form of a short length', '04810100', (r) => r.octetString(), 'length'],
    ['leading zero in a length', `0482008f${'00'.repeat(0x8f)}`, (r) => r.octetString(), 'length'],
    ['indefinite length', '308004000000', (r) => r.raw(), 'length'],
    ['length of five octets', '04850000000001ff', (r) => r.octetString(), 'length'],
    ['contents cut off', '0403ffff', (r) => r.octetString(), 'truncated'],
    ['length cut off', '0482ff', (r) => r.octetString(), 'truncated'],
    ['nothing at all', '', (r) => r.raw(), 'truncated'],
    ['inner longer than outer', '30030402ffff', (r) => r.sequence((s) => s.octetString()), 'truncated'],
    ['octets after the end', '050000', (r) => r.nullValue(), 'trailing'],
    ['a field more than expected', '300405000500', (r) => r.sequence((s) => s.nullValue()), 'trailing'],
    ['high tag number', '1f8101 00', (r) => r.raw(), 'tag'],
    ['another tag', '0400', (r) => r.integer(), 'tag'],
    ['INTEGER without contents', '0200', (r) => r.integer(), 'integer-empty'],
    ['INTEGER of more than 16 KiB', `02824001${'7f'.repeat(0x4001)}`, (r) => r.integer(), 'integer-range'],
    ['INTEGER with leading zeros', '02020001', (r) => r.integer(), 'integer-not-minimal'],
    ['INTEGER with leading ones', '0202ffff', (r) => r.integer(), 'integer-not-minimal'],
    ['TRUE that is not FF', '010101', (r) => r.boolean(), 'boolean'],
    ['default FALSE written out', '010100', (r) => r.flag(), 'default-encoded'],
    ['NULL with contents', '050100', (r) => r.nullValue(), 'null'],
    ['OID arc with leading zero', '06032a8001', (r) => r.oid(), 'oid-not-minimal'],
    ['OID cut off', '06022a86', (r) => r.oid(), 'oid-truncated'],
    ['OID without contents', '0600', (r) => r.oid(), 'oid-length'],
    ['BIT STRING without contents', '0300', (r) => r.bitString(), 'bit-string-empty'],
    ['eight unused bits', '03020800', (r) => r.bitString(), 'bit-string-unused-bits'],
    ['unused bits of nothing', '030101', (r) => r.bitString(), 'bit-string-unused-bits'],
    ['unused bits that are set', '030201ff', (r) => r.bitString(), 'bit-string-unused-bits'],
    ['trailing zero bits in a named list', '03020000', (r) => r.namedBits(), 'named-bits'],
    ['SET OF out of order', '3106020102020101', (r) => r.setOf((s) => s.integer()), 'set-order'],
    ['UTCTime without seconds', '170b323630313031303030305a', (r) => r.time(), 'time-form'],
    ['UTCTime with an offset', '17113236303130313030303030302b30393030', (r) => r.time(), 'time-form'],
    ['30 February', '170d3236303233303030303030305a', (r) => r.time(), 'time-form'],
    ['second 60', '170d3236303130313030303036305a', (r) => r.time(), 'time-form'],
    ['GeneralizedTime before 2050', '180f32303236303130313030303030305a', (r) => r.time(), 'time-form'],
    ['fraction of a second', '181132303530303130313030303030302e355a', (r) => r.time(), 'time-form'],
    ['UTF8String that is not UTF-8', '0c02c328', (r) => r.utf8String(), 'utf8'],
    ['PrintableString with @', '130140', (r) => r.printableString(), 'printable-string'],
    ['IA5String with an octet above 7F', '160180', (r) => r.ia5String(), 'ascii'],
  ])('%s', (_what, encoding, read, code) => expect(codeOf(() => der.decode(fromHex(encoding), read))).toBe(code))

  test('nesting without end', () => {
    let nested: Bytes = der.nullValue()
    for (let i = 0; i < 100; i++) nested = der.sequence(nested)
    const dive = (r: der.DerReader): unknown => (r.has(der.TAG.SEQUENCE) ? r.sequence(dive) : r.nullValue())
    expect(codeOf(() => der.decode(nested, dive))).toBe('too-deep')
  })
})

test('any bytes end in a value or a CodecError', () => {
  const readers: ((r: der.DerReader) => unknown)[] = [
    (r) => r.list((s) => s.raw()),
    (r) => r.integer(),
    (r) => r.oid(),
    (r) => r.time(),
    (r) => r.namedBits(),
    (r) => r.utf8String(),
    (r) => r.setOf((s) => s.sequence((q) => [q.oid(), q.raw()])),
  ]
  const tagged = fc
    .tuple(fc.constantFrom(...Object.values(der.TAG)), fc.uint8Array())
    .map(([tag, contents]) => der.element(tag, contents))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), tagged), fc.constantFrom(...readers), (input, read) => {
      codeOf(() => der.decode(input, read))
    }),
    { numRuns: 2000 },
  )
})

test('no OID stands twice in the table, and names are found from OIDs', () => {
  expect(new Set(Object.values(OID)).size).toBe(Object.keys(OID).length)
  for (const [name, dotted] of Object.entries(OID)) {
    expect(oidName(dotted)).toBe(name)
    expect(der.decode(der.oid(dotted), (r) => r.oid())).toBe(dotted)
  }
  expect(oidName('1.2.3.4')).toBe('1.2.3.4')
})
