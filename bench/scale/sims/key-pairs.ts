// Many RSA key pairs from few primes: every pair of `n` primes is one, so that 250 primes are 31,125 pairs and ten thousand
// SIMs and cards need no day of searching. Each works as any other; who knows one can factor its neighbours, so for figures only.

import { createPrivateKey, createPublicKey, generatePrimeSync } from 'node:crypto'
import type { KeyPair } from '../../../src/base/crypto.ts'
import { must } from '../../harness.ts'

const E = 65537n
const PRIME_BITS = 1024

/** As many primes as make at least this many pairs. */
export function primesFor(pairs: number, progress: (done: number, of: number) => void): bigint[] {
  const count = Math.ceil((1 + Math.sqrt(1 + 8 * pairs)) / 2)
  const primes: bigint[] = []
  while (primes.length < count) {
    const prime = generatePrimeSync(PRIME_BITS, { bigint: true })
    if ((prime - 1n) % E !== 0n) primes.push(prime)
    progress(primes.length, count)
  }
  return primes
}

/** The pair with this number: 0 is of the first two primes. */
export function keyPairOf(primes: readonly bigint[], number: number): KeyPair {
  let second = Math.floor((1 + Math.sqrt(1 + 8 * number)) / 2)
  while ((second * (second - 1)) / 2 > number) second--
  const [p, q] = [primes[second]!, primes[number - (second * (second - 1)) / 2]!]
  const d = inverse(E, (p - 1n) * (q - 1n))
  const jwk = { kty: 'RSA', n: p * q, e: E, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q % p, p) }
  const text = Object.fromEntries(
    Object.entries(jwk).map(([name, value]) => [name, typeof value === 'bigint' ? base64url(value) : value]),
  )
  const key = createPrivateKey({ key: text, format: 'jwk' })
  must(key.asymmetricKeyDetails?.modulusLength === 2 * PRIME_BITS, 'the length of the modulus')
  return {
    privateKey: new Uint8Array(key.export({ format: 'der', type: 'pkcs8' })),
    publicKey: new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' })),
  }
}

function base64url(value: bigint): string {
  const digits = value.toString(16)
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString('base64url')
}

/** Extended Euclid; `of` and `modulus` have no common factor. */
function inverse(of: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [of, modulus, 1n, 0n]
  while (b !== 0n) {
    const quotient = a / b
    ;[a, b] = [b, a - quotient * b]
    ;[x, y] = [y, x - quotient * y]
  }
  return x < 0n ? x + modulus : x
}
