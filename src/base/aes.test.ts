import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Aes } from './aes.ts'
import { concat, fromHex, hex } from './bytes.ts'
import { aesCbcDecrypt, aesCbcEncrypt, aesEcb, cmac } from './crypto.ts'

const MESSAGE = fromHex(
  '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
)

// NIST SP 800-38B App. D.1 to D.3 (D.1 is also RFC 4493 §4).
describe.each([
  [
    '2b7e151628aed2a6abf7158809cf4f3c',
    [
      'bb1d6929e95937287fa37d129b756746',
      '070a16b46b4d4144f79bdd9dd04a287c',
      'dfa66747de9ae63030ca32611497c827',
      '51f0bebf7e3b9d92fc49741779363cfe',
    ],
  ],
  [
    '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b',
    [
      'd17ddf46adaacde531cac483de7a9367',
      '9e99a7bf31e710900662f65e617c5184',
      '8a1de5be2eb31aad089a82e6ee908b0e',
      'a1d5df0eed790f794d77589659f39a11',
    ],
  ],
  [
    '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
    [
      '028962f61b7bf89efc6b551f4667d983',
      '28a7023f452e8f82bd4bf28d8c37c35c',
      'aaf3d8f1de5640c232f5b169b9c911e6',
      'e1992190549f6ed5696a2c056c315410',
    ],
  ],
])('NIST SP 800-38B: AES-CMAC under %s', (key, tags) => {
  test.each([0, 16, 40, 64].map((length, i) => [length, tags[i]!] as const))('%i bytes', (length, tag) => {
    const aes = new Aes(fromHex(key))
    for (let again = 0; again < 2; again++) expect(hex(aes.cmac(MESSAGE.subarray(0, length)))).toBe(tag)
  })
})

test('one object, in any order, gives what a new one gives each time', () => {
  const block = fc.uint8Array({ minLength: 16, maxLength: 16 })
  const blocks = fc.integer({ min: 1, max: 5 }).chain((n) => fc.uint8Array({ minLength: 16 * n, maxLength: 16 * n }))
  const step = fc.oneof(
    fc.record({ what: fc.constantFrom('encrypt', 'decrypt'), data: blocks, iv: block }),
    fc.record({ what: fc.constant('cmac'), data: fc.uint8Array({ maxLength: 50 }), iv: block }),
  )
  const key = fc.constantFrom(16, 24, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
  fc.assert(
    fc.property(key, fc.array(step, { maxLength: 8 }), (secret, steps) => {
      const aes = new Aes(secret)
      for (const { what, data, iv } of steps) {
        const before = data.slice()
        if (what === 'encrypt') expect(aes.encrypt(data, iv)).toEqual(aesCbcEncrypt(secret, data, iv))
        if (what === 'decrypt') expect(aes.decrypt(data, iv)).toEqual(aesCbcDecrypt(secret, data, iv))
        if (what === 'cmac') expect(aes.cmac(iv, data)).toEqual(cmac(secret, concat(iv, data)))
        if (what === 'encrypt') {
          const sent = aes.encryptAfter(iv, data)
          expect(sent).toEqual(aesCbcEncrypt(secret, data, aesEcb(secret, iv)))
          expect(aes.decryptAfter(iv, sent)).toEqual(data)
        }
        expect(data).toEqual(before)
      }
    }),
    { numRuns: 60 },
  )
})

test('only whole blocks are decrypted', () =>
  expect(() => new Aes(new Uint8Array(16)).decrypt(new Uint8Array(15))).toThrow(RangeError))
