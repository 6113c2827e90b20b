// Public keys of a security domain, and the algorithm that a key implies for tokens and DAP.
// GPC v2.3.1 §11.8, App. B, App. C. Explicit curve parameters are taken for P-256 alone.

import { type Bytes, equal, fromHex, hex } from '../../base/bytes.ts'
import {
  cmac,
  equalSecret,
  type HashName,
  keySize,
  type PublicKey,
  publicKey,
  verifyBy,
  verifyPss,
} from '../../base/crypto.ts'
import * as der from '../../codec/der.ts'
import { SW } from '../../codec/sw.ts'
import { findTlv, type Tlv } from '../../codec/tlv.ts'
import { StatusError } from './status-error.ts'

export const KEY_TYPE = { exponent: 0xa0, modulus: 0xa1, point: 0xb0, reference: 0xf0 } as const

/** By key parameter reference. GPC v2.3.1 App. B. */
const CURVES = [
  { oid: '1.2.840.10045.3.1.7', hash: 'sha256', bytes: 32 },
  { oid: '1.3.132.0.34', hash: 'sha384', bytes: 48 },
  { oid: '1.3.132.0.35', hash: 'sha512', bytes: 66 },
] as const satisfies readonly { oid: string; hash: HashName; bytes: number }[]

/** SEC 2 §2.4.2, by key type: p, a, b, G, n. */
export const P256_PARAMETERS: readonly (readonly [type: number, value: string])[] = [
  [0xb2, 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff'],
  [0xb3, 'ffffffff00000001000000000000000000000000fffffffffffffffffffffffc'],
  [0xb4, '5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b'],
  [
    0xb5,
    '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
      '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  ],
  [0xb6, 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'],
]

/** The components as they are kept: modulus and exponent, or point and reference. Anything else is 6A80. */
export function checkedComponents(components: readonly Tlv[]): readonly Tlv[] {
  const kept = components[0]?.tag === KEY_TYPE.point ? pointAndReference(components) : components
  try {
    keyOf(kept)
  } catch {
    throw new StatusError(SW.WRONG_DATA)
  }
  return kept
}

function pointAndReference(components: readonly Tlv[]): readonly Tlv[] {
  const [point, ...parameters] = components
  if (parameters.length === 1) return components
  const cofactor = findTlv(parameters, 0xb7)
  const same = P256_PARAMETERS.every(([type, value], i) => {
    const given = parameters[i]
    return given?.tag === type && equal(given.value, fromHex(value))
  })
  if (!same || parameters.length !== (cofactor ? 6 : 5) || (cofactor && hex(cofactor) !== '01')) {
    throw new StatusError(SW.WRONG_DATA)
  }
  return [point!, { tag: KEY_TYPE.reference, value: Uint8Array.of(0) }]
}

const number = (octets: Bytes): bigint => BigInt(`0x${hex(octets)}`)

/** Throws when the components are no key. */
function keyOf(components: readonly Tlv[]): PublicKey {
  const [first, second, ...more] = components
  if (!first || !second || more.length > 0) throw new RangeError('not two components')
  if (first.tag === KEY_TYPE.modulus && second.tag === KEY_TYPE.exponent && first.value.length >= 128) {
    const key = der.sequence(der.integer(number(first.value)), der.integer(number(second.value)))
    const algorithm = der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nullValue())
    return publicKey(der.sequence(algorithm, der.bitString(key)))
  }
  const curve = CURVES[second.value[0] ?? CURVES.length]
  if (first.tag !== KEY_TYPE.point || second.tag !== KEY_TYPE.reference || !curve) throw new RangeError('no such key')
  if (first.value.length !== 2 * curve.bytes + 1) throw new RangeError('not a point of this curve')
  const algorithm = der.sequence(der.oid('1.2.840.10045.2.1'), der.oid(curve.oid))
  return publicKey(der.sequence(algorithm, der.bitString(first.value)))
}

/** A key that checks tokens or DAP blocks. */
export type CheckingKey = { readonly aes: Bytes } | { readonly components: readonly Tlv[] }

/** Never throws. RSA up to 1024 bits signs with SHA-1, longer with PSS; ECDSA is r || s. GPC v2.3.1 App. C. */
export function verifyWith(key: CheckingKey, message: Bytes, signature: Bytes): boolean {
  if ('aes' in key) return equalSecret(cmac(key.aes, message), signature)
  const parsed = keyOf(key.components)
  if (parsed.asymmetricKeyType === 'rsa') {
    return keySize(parsed) <= 1024
      ? verifyBy({ keyType: 'rsa', hash: 'sha1' }, parsed, message, signature)
      : verifyPss(parsed, message, signature)
  }
  const curve = curveOf(key.components)
  if (!curve || signature.length !== 2 * curve.bytes) return false
  const [r, s] = [signature.slice(0, curve.bytes), signature.slice(curve.bytes)].map(number)
  const encoded = der.sequence(der.integer(r!), der.integer(s!))
  return verifyBy({ keyType: 'ec', hash: curve.hash }, parsed, message, encoded)
}

const curveOf = (components: readonly Tlv[]) => CURVES[findTlv(components, KEY_TYPE.reference)?.[0] ?? CURVES.length]

const HASH_BYTES = { sha256: 32, sha384: 48, sha512: 64 } as const

/** A load file hash must be no weaker than the key that vouches for it: its shortest length. GPC v2.3.1 App. C. */
export function shortestHash(key: CheckingKey): number {
  if ('aes' in key) return { 16: 32, 24: 48 }[key.aes.length] ?? 64
  const curve = curveOf(key.components)
  if (curve) return HASH_BYTES[curve.hash]
  return keySize(keyOf(key.components)) <= 1024 ? 20 : 32
}
