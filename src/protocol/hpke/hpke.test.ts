import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, hex, utf8 } from '../../base/bytes.ts'
import { p256Point, seededEntropy } from '../../base/crypto.ts'
import { openWith, privateScalar, sealFor } from './hpke.ts'

/** Test vectors of RFC 9180: mode_base, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, sequence number 0. */
const VECTOR = {
  info: fromHex('4f6465206f6e2061204772656369616e2055726e'),
  skRm: fromHex('317f915db7bc629c48fe765587897e01e282d3e8445f79f27f65d031a88082b2'),
  pkRm: fromHex(
    '04abc7e49a4c6b3566d77d0304addc6ed0e98512ffccf505e6a8e3eb25c685136f853148544876de76c0f2ef99cdc3a05ccf5ded7860c7c021238f9e2073d2356c',
  ),
  skEm: fromHex('90345e3a1d116c1dd39ae76d95ab858c142223a63e44f8f85318cfa91a84858e'),
  enc: '04c06b4f6bebc7bb495cb797ab753f911aff80aefb86fd8b6fcc35525f3ab5f03e0b21bd31a86c6048af3cb2d98e0d3bf01da5cc4c39ff5370d331a4f1f7d5a4e0',
  aad: fromHex('436f756e742d30'),
  pt: fromHex('4265617574792069732074727574682c20747275746820626561757479'),
  ct: '58c61a45059d0c5704560e9d88b564a8b63f1364b8d1fcb3c4c6ddc1d291742465e902cd216f8908da49f8f96f',
}
const purpose = { info: VECTOR.info, aad: VECTOR.aad }

test('the published vector, both ways', () => {
  expect(hex(p256Point(VECTOR.skRm))).toBe(hex(VECTOR.pkRm))
  const sealed = sealFor(VECTOR.pkRm, VECTOR.pt, purpose, () => VECTOR.skEm)
  expect(hex(sealed)).toBe(VECTOR.enc + VECTOR.ct)
  expect(openWith(VECTOR.skRm, sealed, purpose)).toEqual(VECTOR.pt)
})

test('another purpose, another recipient or one changed bit opens nothing', () => {
  const sealed = sealFor(VECTOR.pkRm, VECTOR.pt, purpose, seededEntropy(utf8('sender')))
  expect(openWith(VECTOR.skRm, sealed, { ...purpose, aad: utf8('other') })).toBeUndefined()
  expect(openWith(VECTOR.skRm, sealed, { ...purpose, info: utf8('other') })).toBeUndefined()
  expect(openWith(VECTOR.skEm, sealed, purpose)).toBeUndefined()
  fc.assert(
    fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
      const bent = sealed.slice()
      bent[bit >> 3]! ^= 1 << (bit & 7)
      expect(openWith(VECTOR.skRm, bent, purpose)).toBeUndefined()
    }),
  )
})

test('any bytes open to nothing', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (from) => {
      expect(openWith(VECTOR.skRm, from, purpose)).toBeUndefined()
    }),
  ))

test('the same message twice looks different, and a private key is never out of range', () => {
  const entropy = seededEntropy(utf8('x'))
  const [a, b] = [1, 2].map(() => hex(sealFor(VECTOR.pkRm, VECTOR.pt, purpose, entropy)))
  expect(a).not.toBe(b)
  const given = [new Uint8Array(32), new Uint8Array(32).fill(0xff), VECTOR.skEm]
  expect(privateScalar(() => given.shift()!)).toEqual(VECTOR.skEm)
})
