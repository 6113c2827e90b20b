import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, hex } from '../base/bytes.ts'
import { decodeCommand, decodeResponse, encodeCommand, encodeResponse } from './apdu.ts'
import { decodeCap, encodeCap } from './cap.ts'
import { CodecError } from './codec-error.ts'
import { decodeCvc, encodeCvc, encodeCvcBody, modulusOfSpki, spkiOfModulus } from './cvc.ts'
import { decodeDgis, encodeDgis } from './dgi.ts'
import { decodeLvs, decodeTlv, decodeTlvs, encodeTlvs, lv, tlv } from './tlv.ts'

const bytes = (maxLength = 600) => fc.uint8Array({ maxLength })

describe.each<[string, (from: Uint8Array) => unknown]>([
  ['TLV', decodeTlvs],
  ['one TLV', (from) => decodeTlv(0x4f, from)],
  ['LV', decodeLvs],
  ['DGI', decodeDgis],
  ['C-APDU', decodeCommand],
  ['R-APDU', decodeResponse],
  ['CAP', decodeCap],
  ['CVC', decodeCvc],
  ['SPKI', modulusOfSpki],
])('%s', (_, decode) => {
  test('any bytes give a value or a CodecError', () =>
    fc.assert(
      fc.property(bytes(80), (from) => {
        try {
          decode(from)
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError)
        }
      }),
    ))
})

test('what was decoded encodes to the same bytes', () => {
  const same = (decode: (from: Uint8Array) => Uint8Array) => (from: Uint8Array) => {
    let again: Uint8Array
    try {
      again = decode(from)
    } catch {
      return
    }
    expect(hex(again)).toBe(hex(from))
  }
  fc.assert(
    fc.property(
      bytes(12),
      same((from) => encodeTlvs(decodeTlvs(from))),
    ),
  )
  fc.assert(
    fc.property(
      bytes(12),
      same((from) => encodeDgis(decodeDgis(from))),
    ),
  )
  fc.assert(
    fc.property(
      bytes(12),
      same((from) => encodeCommand(decodeCommand(from))),
    ),
  )
  fc.assert(
    fc.property(
      bytes(12),
      same((from) => encodeResponse(decodeResponse(from))),
    ),
  )
})

const anyTag = fc.constantFrom(0x4f, 0xc9, 0x9f70, 0x7f21, 0x5f4e, 0xdf8101)

test('TLV, LV and DGI come back as they went', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ tag: anyTag, value: bytes(70000) }), { maxLength: 3 }), (objects) => {
      expect(decodeTlvs(encodeTlvs(objects))).toEqual(objects)
    }),
    { numRuns: 30 },
  )
  fc.assert(
    fc.property(bytes(), (value) => {
      expect(decodeLvs(lv(value))).toEqual([value])
    }),
  )
  fc.assert(
    fc.property(fc.array(fc.record({ id: fc.nat(0xffff), value: bytes() })), (all) => {
      expect(decodeDgis(encodeDgis(all))).toEqual(all)
    }),
  )
})

test.each(['00', '4f80', '4f8100', '4f817f', '4f820080', '4f0201', '9f', '9f8001', '1f80808001', '4f8500000000'])(
  'BER-TLV %s is refused',
  (text) => expect(() => decodeTlvs(fromHex(text))).toThrow(CodecError),
)

// ISO 7816-4:2020 §5.3: the four cases, short and extended.
test.each([
  ['00a40400', { data: '' }],
  ['00a4040000', { data: '', le: 256 }],
  ['00a4040010', { data: '', le: 16 }],
  ['00a4040002abcd', { data: 'abcd' }],
  ['00a4040002abcd00', { data: 'abcd', le: 256 }],
  ['00b00000000000', { data: '', le: 65536, extended: true }],
  ['00b00000000102', { data: '', le: 258, extended: true }],
  ['00a40400000002abcd', { data: 'abcd', extended: true }],
  ['00a40400000002abcd0000', { data: 'abcd', le: 65536, extended: true }],
])('C-APDU %s', (text, { data, ...expected }) => {
  const decoded = decodeCommand(fromHex(text))
  expect({ ...decoded, data: hex(decoded.data) }).toMatchObject({ data, ...expected })
  expect('le' in decoded).toBe('le' in expected)
  expect(hex(encodeCommand(decoded))).toBe(text)
})

test.each(['', '00a404', '00a4040002ab', '00a4040002abcd0000', '00a404000000', '00a404000000020102030405'])(
  'C-APDU %s is refused',
  (text) => expect(() => decodeCommand(fromHex(text))).toThrow(CodecError),
)

test('a load file comes back with its package and applets', () => {
  const source = {
    aid: fromHex('d392f00026010000'),
    major: 1,
    minor: 2,
    applets: [{ aid: fromHex('d392f000260100000001'), installMethodOffset: 7 }],
    method: fromHex('0102'),
  }
  const file = encodeCap(source)
  expect(hex(file.subarray(0, 9))).toBe('010012decaffed01'.concat('02'))
  expect(decodeCap(file)).toMatchObject({ aid: source.aid, major: 1, minor: 2, applets: source.applets })
  for (let end = 0; end < file.length; end++) {
    const cut = file.subarray(0, end)
    try {
      expect(decodeCap(cut).components.length).toBeLessThan(4)
    } catch (error) {
      expect(error).toBeInstanceOf(CodecError)
    }
  }
})

test('a CVC has the lengths of a real one', () => {
  const modulus = new Uint8Array(256).fill(0xc3)
  const ids = { issuerKeyId: new Uint8Array(16).fill(1), subjectKeyId: new Uint8Array(16).fill(2) }
  const body = encodeCvcBody({ ...ids, modulus })
  const cvc = encodeCvc(body, new Uint8Array(256))
  expect(body.length).toBe(297)
  expect(hex(cvc.subarray(0, 10))).toBe('7f218202335f4e820129')
  expect(decodeCvc(cvc)).toEqual({ ...ids, modulus, body, signature: new Uint8Array(256) })
  expect(() => decodeCvc(tlv(0x7f21, tlv(0x5f37, body)))).toThrow(CodecError)
  expect(modulusOfSpki(spkiOfModulus(modulus))).toEqual(modulus)
})
