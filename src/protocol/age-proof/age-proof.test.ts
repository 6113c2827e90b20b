import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hex, utf8 } from '../../base/bytes.ts'
import { p256Point, seededEntropy } from '../../base/crypto.ts'
import { privateScalar } from '../hpke/hpke.ts'
import { ageStatement, openAgeProof, sealAgeProof } from './age-proof.ts'

const entropy = seededEntropy(utf8('age'))
const scalar = privateScalar(entropy)
const question = { party: 'shop', limit: 20, nonce: '00'.repeat(16), at: new Date('2026-06-01T00:00:00Z') }
const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength })

test('what is sealed opens again, and every proof has one length and its own look', () =>
  fc.assert(
    fc.property(bytes(1, 2000), bytes(1, 512), (certificate, signature) => {
      const seal = () => sealAgeProof({ certificate, signature }, question, p256Point(scalar), entropy)
      const [first, second] = [seal(), seal()]
      expect(openAgeProof(first, question, scalar)).toEqual({ certificate, signature })
      expect(first.length).toBe(65 + 4096 + 16)
      expect(hex(first).slice(0, 260)).not.toBe(hex(second).slice(0, 260))
    }),
    { numRuns: 30 },
  ))

test.each([
  ['another service', { party: 'other' }],
  ['another age', { limit: 18 }],
  ['another nonce', { nonce: '11'.repeat(16) }],
  ['another time', { at: new Date('2026-06-01T00:00:01Z') }],
])('a proof for %s opens nothing', (_, changed) => {
  const sealed = sealAgeProof({ certificate: utf8('c'), signature: utf8('s') }, question, p256Point(scalar), entropy)
  expect(openAgeProof(sealed, { ...question, ...changed }, scalar)).toBeUndefined()
})

test('the statement is read aloud', () => {
  const words = 'kazasu age 1\nshop\n20\n00000000000000000000000000000000\n2026-06-01T00:00:00.000Z'
  expect(ageStatement(question)).toEqual(utf8(words))
})
