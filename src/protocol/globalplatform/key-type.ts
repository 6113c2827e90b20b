// Components of keys as PUT KEY and STORE DATA carry them, and which of them make a key. GPC v2.3.1 §11.1.8, §11.8.2.3.
// What a key is used for is said in signature-key.ts and key-set.ts.

import { type Bytes, equal } from '../../base/bytes.ts'
import type { Tlv } from '../../codec/tlv.ts'
import { checkValueOf, SECRET_KEY_TYPE } from './key-set.ts'

/** GPC v2.3.1 Table 11-16. */
export const KEY_TYPE = {
  des: 0x80,
  psk: 0x85,
  aes: 0x88,
  hmacSha1: 0x90,
  hmacSha1Of160: 0x91,
  rsaExponent: 0xa0,
  rsaModulus: 0xa1,
  rsaPrivateModulus: 0xa2,
  rsaPrivateExponent: 0xa3,
  rsaP: 0xa4,
  rsaQ: 0xa5,
  rsaPq: 0xa6,
  rsaDp1: 0xa7,
  rsaDq1: 0xa8,
  eccPublic: 0xb0,
  eccPrivate: 0xb1,
  curveP: 0xb2,
  curveA: 0xb3,
  curveB: 0xb4,
  curveG: 0xb5,
  curveN: 0xb6,
  curveK: 0xb7,
  reference: 0xf0,
} as const

/** By type; the component is the whole key. Bytes that it may have, and whether it has a key check value. */
const SYMMETRIC: Readonly<Record<number, { readonly lengths: readonly number[]; readonly checked: boolean }>> = {
  [KEY_TYPE.des]: { lengths: [16, 24], checked: true },
  [KEY_TYPE.aes]: { lengths: [16, 24, 32], checked: true },
  // RFC 4279 §5.3: a pre-shared key may have up to 64 bytes; shorter than 16 is no key.
  [KEY_TYPE.psk]: { lengths: Array.from({ length: 49 }, (_, i) => 16 + i), checked: false },
  [KEY_TYPE.hmacSha1]: { lengths: Array.from({ length: 49 }, (_, i) => 16 + i), checked: false },
  [KEY_TYPE.hmacSha1Of160]: { lengths: [20], checked: false },
}

const SECRET = new Set<number>([
  ...Object.keys(SYMMETRIC).map(Number),
  KEY_TYPE.rsaPrivateModulus,
  KEY_TYPE.rsaPrivateExponent,
  KEY_TYPE.rsaP,
  KEY_TYPE.rsaQ,
  KEY_TYPE.rsaPq,
  KEY_TYPE.rsaDp1,
  KEY_TYPE.rsaDq1,
  KEY_TYPE.eccPrivate,
])

/** True for components that come encrypted under the DEK. */
export const isSecretComponent = (type: number): boolean => SECRET.has(type)
export const isKeyComponent = (type: number): boolean => Object.values(KEY_TYPE).some((known) => known === type)

/** True for a symmetric key of a length that its type has. */
export const isSymmetric = ([first, ...more]: readonly Tlv[]): boolean =>
  more.length === 0 && first !== undefined && SYMMETRIC[first.tag]?.lengths.includes(first.value.length) === true

/** The key check value that must come with these components: none for RSA and ECC. GPC v2.3.1 §B.6. */
export function checkValueFor([first]: readonly Tlv[]): Bytes | undefined {
  if (first?.tag === KEY_TYPE.des) return checkValueOf(SECRET_KEY_TYPE.des, first.value)
  if (first?.tag === KEY_TYPE.aes) return checkValueOf(SECRET_KEY_TYPE.aes, first.value)
  return undefined
}

/** True when the value that came is the one that there must be. */
export const checks = (components: readonly Tlv[], given: Bytes): boolean => {
  const expected = checkValueFor(components)
  return expected ? equal(expected, given) : given.length === 0
}

/** P, A, B, G, N and perhaps k, in this order. GPC v2.3.1 Table 11-72. */
export function isCurve(components: readonly Tlv[]): boolean {
  const tags = components.map(({ tag }) => tag)
  const needed = [KEY_TYPE.curveP, KEY_TYPE.curveA, KEY_TYPE.curveB, KEY_TYPE.curveG, KEY_TYPE.curveN]
  const expected = tags.length === 6 ? [...needed, KEY_TYPE.curveK] : needed
  return tags.length === expected.length && expected.every((tag, i) => tag === tags[i])
}

/** Local to a security domain and those below it; 40 to 5F would be global ones of the card. GPC v2.3.1 Table B-2. */
export const isLocalReference = (reference: number): boolean => reference >= 0x60 && reference <= 0x7f
