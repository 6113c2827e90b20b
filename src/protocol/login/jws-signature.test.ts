import { verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { NO_BYTES, utf8 } from '../../base/bytes.ts'
import * as crypto from '../../base/crypto.ts'
import { es256Signature } from './jws-signature.ts'

test('RFC 7518 §3.4: R and S side by side, also when they are short or have a sign octet', () => {
  const pair = crypto.generateKeyPair('P-256')
  const key = crypto.privateKey(pair.privateKey)
  const lengths = new Set<number>()
  for (let i = 0; i < 600; i++) {
    const message = utf8(`message ${i}`)
    const signature = crypto.sign('ECDSA-P256-SHA256', key, message)
    lengths.add(signature.length)
    const raw = es256Signature(signature)
    expect(raw).toHaveLength(64)
    expect(verify('sha256', message, { key: crypto.publicKey(pair.publicKey), dsaEncoding: 'ieee-p1363' }, raw)).toBe(
      true,
    )
  }
  expect(lengths.size).toBeGreaterThan(1)
  expect(() => es256Signature(NO_BYTES)).toThrow()
})
