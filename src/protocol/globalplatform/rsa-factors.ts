// The prime factors of an RSA modulus from its private exponent, for keys that come without them (A2, A3).
// NIST SP 800-56B Rev. 2 App. C.1; the public exponent is one of the Fermat primes in use, as none comes with the key.

/** F4 and the smaller ones. */
const PUBLIC_EXPONENTS = [65537n, 3n, 5n, 17n, 257n]
const BASES = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n]

export interface RsaFactors {
  readonly p: bigint
  readonly q: bigint
  readonly e: bigint
}

/** Throws `RangeError` when d is no private exponent of this modulus. */
export function rsaFactors(n: bigint, d: bigint): RsaFactors {
  const e = PUBLIC_EXPONENTS.find((candidate) => power(power(2n, candidate, n), d, n) === 2n)
  if (e === undefined) throw new RangeError('no RSA key')
  for (const base of BASES) {
    const p = factor(n, e * d - 1n, base)
    if (p) return { p, q: n / p, e }
  }
  throw new RangeError('no RSA key')
}

/** A root of 1 that is neither 1 nor -1 has a factor in common with the modulus, less one. */
function factor(n: bigint, multiple: bigint, base: bigint): bigint | undefined {
  let odd = multiple
  let halvings = 0
  for (; odd > 0n && odd % 2n === 0n; odd /= 2n) halvings++
  let root = power(base, odd, n)
  for (; halvings > 0; halvings--) {
    const square = (root * root) % n
    if (square === 1n) return root === 1n || root === n - 1n ? undefined : gcd(root - 1n, n)
    root = square
  }
  return undefined
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus]
  for (let left = exponent; left > 0n; left /= 2n) {
    if (left % 2n === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))
