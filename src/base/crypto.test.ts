import { expect, test } from 'vitest'
import { fromHex, hex, NO_BYTES, utf8 } from './bytes.ts'
import * as crypto from './crypto.ts'

// RFC 4493 §4, examples 1 to 4.
const KEY = fromHex('2b7e151628aed2a6abf7158809cf4f3c')
const MESSAGE = fromHex(
  '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
)
test.each([
  [0, 'bb1d6929e95937287fa37d129b756746'],
  [16, '070a16b46b4d4144f79bdd9dd04a287c'],
  [40, 'dfa66747de9ae63030ca32611497c827'],
  [64, '51f0bebf7e3b9d92fc49741779363cfe'],
])('RFC 4493: AES-CMAC of %i bytes', (length, tag) =>
  expect(hex(crypto.cmac(KEY, MESSAGE.subarray(0, length)))).toBe(tag),
)

test('what is sealed opens with its own key and label only', () => {
  const entropy = crypto.seededEntropy(utf8('test'))
  const key = entropy(32)
  const sealed = crypto.seal(key, utf8('secret'), utf8('label'), entropy)
  expect(crypto.unseal(key, sealed, utf8('label'))).toEqual(utf8('secret'))
  expect(() => crypto.unseal(key, sealed, utf8('other'))).toThrow()
  expect(() => crypto.unseal(entropy(32), sealed, utf8('label'))).toThrow()
})

test.each(['P-256', 'P-384', 'RSA-2048'] as const)('%s signs and verifies, and refuses another algorithm', (kind) => {
  const algorithm = { 'RSA-2048': 'RSA-SHA256', 'P-256': 'ECDSA-P256-SHA256', 'P-384': 'ECDSA-P384-SHA384' } as const
  const other = kind === 'RSA-2048' ? 'ECDSA-P256-SHA256' : 'RSA-SHA256'
  const pair = crypto.generateKeyPair(kind)
  const signature = crypto.sign(algorithm[kind], crypto.privateKey(pair.privateKey), utf8('m'))
  const key = crypto.publicKey(pair.publicKey)
  expect(crypto.verify(algorithm[kind], key, utf8('m'), signature)).toBe(true)
  expect(crypto.verify(algorithm[kind], key, utf8('n'), signature)).toBe(false)
  expect(crypto.verify(other, key, utf8('m'), signature)).toBe(false)
  expect(crypto.verify(algorithm[kind], key, utf8('m'), NO_BYTES)).toBe(false)
})

test('seeded entropy repeats itself from the same seed only', () => {
  const take = (seed: string) => hex(crypto.seededEntropy(utf8(seed))(40))
  expect(take('a')).toBe(take('a'))
  expect(take('a')).not.toBe(take('b'))
})

// RFC 4231 §4.3, test case 2.
test('RFC 4231: HMAC-SHA-256', () =>
  expect(hex(crypto.hmacSha256(utf8('Jefe'), utf8('what do ya want for nothing?')))).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ))

test('scrypt gives the same for the same passcode and salt only', async () => {
  const first = hex(await crypto.scrypt(utf8('770011'), utf8('salt')))
  expect(hex(await crypto.scrypt(utf8('770011'), utf8('salt')))).toBe(first)
  expect(hex(await crypto.scrypt(utf8('770012'), utf8('salt')))).not.toBe(first)
  expect(hex(await crypto.scrypt(utf8('770011'), utf8('tlas')))).not.toBe(first)
})
