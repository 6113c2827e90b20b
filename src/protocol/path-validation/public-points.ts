// Public keys that are points: whether they are such as an honest signer has. NIST SP 800-56A §5.6.2.3.4, RFC 5480 §2.2,
// RFC 8032 §5.1. Ed25519: the small orders only; whether other octets are a point, the first verification finds.

import { type Bytes, fromHex, hex } from '../../base/bytes.ts'
import { OID } from '../../codec/oid.ts'

interface Curve {
  readonly octets: number
  readonly p: bigint
  readonly b: bigint
}

/** y² = x³ - 3x + b modulo p. NIST SP 800-186 §3.2.1. */
const CURVES: Readonly<Record<string, Curve>> = {
  [OID.prime256v1]: {
    octets: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  [OID.secp384r1]: {
    octets: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  [OID.secp521r1]: {
    octets: 66,
    p: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
}

const number = (octets: Bytes): bigint => BigInt(`0x${hex(octets)}`)

/** What is wrong with an ECPoint on this curve, if anything; compressed ones are not used here. */
export function pointFlaw(curve: string, point: Bytes): string | undefined {
  const known = CURVES[curve]
  if (!known) return `the curve ${curve}`
  const { octets, p, b } = known
  if (point[0] !== 4 || point.length !== 1 + 2 * octets) return 'an EC point of another form'
  const [x, y] = [number(point.subarray(1, 1 + octets)), number(point.subarray(1 + octets))]
  const isOnCurve = x < p && y < p && (y * y - (x * x - 3n) * x - b) % p === 0n
  return isOnCurve ? undefined : 'an EC point that is not on its curve'
}

const ED25519_P = 2n ** 255n - 19n

/** The y of the points whose order divides 8: any signature may be right under them. */
const SMALL_ORDER: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  ED25519_P - 1n,
  number(fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a').toReversed()),
  number(fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05').toReversed()),
])

/** What is wrong with an Ed25519 key, if anything. */
export function ed25519Flaw(key: Bytes): string | undefined {
  if (key.length !== 32) return 'an Ed25519 key of another length'
  const y = BigInt.asUintN(255, number(key.toReversed()))
  return y >= ED25519_P || SMALL_ORDER.has(y) ? 'an Ed25519 key of small order' : undefined
}
