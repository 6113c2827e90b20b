// The signature that the components of a key imply, for tokens, receipts and DAP blocks: made and checked.
// GPC v2.3.1 §B.1 to §B.4, Table C-1; curves by reference or with parameters of their own.

import { type Bytes, bytes, equal, hex } from '../../base/bytes.ts'
import {
  cmac,
  equalSecret,
  keySize,
  type PrivateKey,
  type PublicKey,
  privateKey,
  publicKey,
  signEcdsa,
  signPss,
  signSha1,
  verifyBy,
  verifyEcdsa,
  verifyPss,
} from '../../base/crypto.ts'
import { retailMac } from '../../base/des.ts'
import * as der from '../../codec/der.ts'
import { findTlv, needTlv, type Tlv } from '../../codec/tlv.ts'
import { isCurve, isSymmetric, KEY_TYPE as T } from './key-type.ts'
import { rsaFactors } from './rsa-factors.ts'
import { pad } from './secure-session.ts'

/** Components of one key; a local reference is replaced by the parameters that it stands for. */
export type KeyComponents = readonly Tlv[]

/** By key parameter reference: NIST curves, then Brainpool r1 and t1. GPC v2.3.1 Table B-2. */
const CURVES = [
  { oid: '1.2.840.10045.3.1.7', size: 32 },
  { oid: '1.3.132.0.34', size: 48 },
  { oid: '1.3.132.0.35', size: 66 },
  { oid: '1.3.36.3.3.2.8.1.1.7', size: 32 },
  { oid: '1.3.36.3.3.2.8.1.1.8', size: 32 },
  { oid: '1.3.36.3.3.2.8.1.1.11', size: 48 },
  { oid: '1.3.36.3.3.2.8.1.1.12', size: 48 },
  { oid: '1.3.36.3.3.2.8.1.1.13', size: 64 },
  { oid: '1.3.36.3.3.2.8.1.1.14', size: 64 },
] as const
/** The references that every card of ours knows. */
export const CURVE_REFERENCES: readonly number[] = CURVES.map((_, reference) => reference)

const OID = {
  rsa: '1.2.840.113549.1.1.1',
  ec: '1.2.840.10045.2.1',
  primeField: '1.2.840.10045.1.1',
} as const

const number = (octets: Bytes): bigint => BigInt(`0x${hex(octets)}`)

interface Curve {
  /** DER, named or in full. */
  readonly parameters: Bytes
  /** Bytes of a coordinate. */
  readonly size: number
}

/** RFC 3279 §2.3.5: the parameters in full. */
function explicitCurve(components: KeyComponents): Curve {
  if (!isCurve(components)) throw new RangeError('no curve')
  const [p, a, b, g, n] = components.map(({ value }) => value) as [Bytes, Bytes, Bytes, Bytes, Bytes]
  const k = findTlv(components, T.curveK) ?? bytes(1)
  // GPC v2.3.1 §11.8.2.3.5: fixed lengths. An order that is much smaller than the field is no curve for signatures.
  const fixed = [a, b, n].every(({ length }) => length === p.length) && g.length === 2 * p.length + 1
  if (!fixed || p.length < 32 || (p[0] === 0) !== (n[0] === 0)) throw new RangeError('no curve')
  const field = der.sequence(der.oid(OID.primeField), der.integer(number(p)))
  const coefficients = der.sequence(der.octetString(a), der.octetString(b))
  const order = [der.octetString(g), der.integer(number(n)), der.integer(number(k))]
  return { parameters: der.sequence(der.integer(1), field, coefficients, ...order), size: p.length }
}

/** Throws `RangeError` for no reference that there is, and for anything but one reference or a whole curve. */
function curveOf(components: KeyComponents): Curve {
  const [first, ...more] = components
  if (first?.tag !== T.reference) return explicitCurve(components)
  const known = first.value.length === 1 && more.length === 0 ? CURVES[first.value[0]!] : undefined
  if (!known) throw new RangeError('no such curve')
  return { parameters: der.oid(known.oid), size: known.size }
}

/** GPC v2.3.1 §B.4.3: by the length of the key. */
const hashOf = ({ size }: Curve) => (size < 48 ? 'sha256' : size < 64 ? 'sha384' : 'sha512')

const ecAlgorithm = ({ parameters }: Curve): Bytes => der.sequence(der.oid(OID.ec), parameters)
const rsaAlgorithm = (): Bytes => der.sequence(der.oid(OID.rsa), der.nullValue())

function rsaPublic(components: KeyComponents): PublicKey {
  const [modulus, exponent] = [needTlv(components, T.rsaModulus), needTlv(components, T.rsaExponent)]
  if (components.length !== 2 || modulus.length < 128) throw new RangeError('no RSA key')
  const key = der.sequence(der.integer(number(modulus)), der.integer(number(exponent)))
  return publicKey(der.sequence(rsaAlgorithm(), der.bitString(key)))
}

/** A card computes nothing longer. */
const RSA_MAX = 512

/** From modulus and exponent, or from the Chinese remainder form, of which the exponents e and d follow. */
function rsaPrivate(components: KeyComponents): PrivateKey {
  const part = (tag: number) => number(needTlv(components, tag))
  if (components[0]?.tag === T.rsaPrivateModulus) {
    const { length } = components[0].value
    if (components.length !== 2 || length < 128 || length > RSA_MAX) throw new RangeError('no RSA key')
    const { p, q, e } = rsaFactors(part(T.rsaPrivateModulus), part(T.rsaPrivateExponent))
    return rsaKey({ p, q, e, pq: inverse(q, p) })
  }
  const [p, q, dp] = [part(T.rsaP), part(T.rsaQ), part(T.rsaDp1)]
  if (components.length !== 5 || p < 3n || q < 3n) throw new RangeError('no RSA key')
  return rsaKey({ p, q, e: inverse(dp, p - 1n), dq: part(T.rsaDq1), pq: part(T.rsaPq) })
}

type RsaParts = Readonly<Record<'p' | 'q' | 'e' | 'pq', bigint>> & { readonly dq?: bigint }

/** RFC 8017 §A.1.2. */
function rsaKey({ p, q, e, pq, dq = inverse(e, q - 1n) }: RsaParts): PrivateKey {
  const d = inverse(e, (p - 1n) * (q - 1n))
  const fields = [0n, p * q, e, d, p, q, inverse(e, p - 1n), dq, pq].map((value) => der.integer(value))
  return privateKey(der.sequence(der.integer(0), rsaAlgorithm(), der.octetString(der.sequence(...fields))))
}

/** Throws `RangeError` when there is none. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [r, next, x, y] = [modulus, value % modulus, 0n, 1n]
  while (next !== 0n) {
    const quotient = r / next
    ;[r, next, x, y] = [next, r - quotient * next, y, x - quotient * y]
  }
  if (r !== 1n) throw new RangeError('not invertible')
  return x < 0n ? x + modulus : x
}

function ecPublic([point, ...curve]: KeyComponents): { key: PublicKey; curve: Curve } {
  const on = curveOf(curve)
  if (point?.value.length !== 2 * on.size + 1) throw new RangeError('not a point of this curve')
  return { key: publicKey(der.sequence(ecAlgorithm(on), der.bitString(point.value))), curve: on }
}

/** RFC 5915 §3. */
function ecPrivate([scalar, ...curve]: KeyComponents): { key: PrivateKey; curve: Curve } {
  const on = curveOf(curve)
  if (scalar?.value.length !== on.size) throw new RangeError('not a key of this curve')
  const key = der.sequence(der.integer(1), der.octetString(scalar.value))
  return { key: privateKey(der.sequence(der.integer(0), ecAlgorithm(on), der.octetString(key))), curve: on }
}

/** Throws when the components are no key that this module can use. A domain's curve parameters are none. */
export function checkKey(components: KeyComponents): void {
  const [first] = components
  if (isSymmetric(components)) return
  if (first?.tag === T.rsaModulus) rsaPublic(components)
  else if (first?.tag === T.rsaP || first?.tag === T.rsaPrivateModulus) rsaPrivate(components)
  else if (first?.tag === T.eccPublic) ecPublic(components)
  else if (first?.tag === T.eccPrivate) ecPrivate(components)
  else throw new RangeError('no such key')
}

/** Checks that the parameters are a curve: its generator is a point of it. Throws when they are not. */
export const checkCurve = (components: KeyComponents): void => {
  ecPublic([{ tag: T.eccPublic, value: needTlv(components, T.curveG) }, ...components])
}

/** Never throws. RSA up to 1024 bits signs with SHA-1, longer with PSS; ECDSA is r || s. */
export function verifyWith(components: KeyComponents, message: Bytes, signature: Bytes): boolean {
  const [first] = components
  try {
    if (first?.tag === T.eccPublic) {
      const { key, curve } = ecPublic(components)
      return verifyEcdsa(hashOf(curve), key, message, signature)
    }
    if (first?.tag === T.rsaModulus) return verifyRsa(rsaPublic(components), message, signature)
    return equalSecret(signWith(components, message), signature)
  } catch {
    return false
  }
}

const verifyRsa = (key: PublicKey, message: Bytes, signature: Bytes): boolean =>
  keySize(key) <= 1024
    ? verifyBy({ keyType: 'rsa', hash: 'sha1' }, key, message, signature)
    : verifyPss(key, message, signature)

/** Throws `RangeError` when this key signs nothing. */
export function signWith(components: KeyComponents, message: Bytes): Bytes {
  const [first] = components
  switch (first?.tag) {
    case T.aes:
      return cmac(first.value, message)
    case T.des:
      return retailMac(first.value, pad(message, 8))
    case T.eccPrivate: {
      const { key, curve } = ecPrivate(components)
      return signEcdsa(hashOf(curve), key, message)
    }
    case T.rsaP:
    case T.rsaPrivateModulus:
      return signRsa(rsaPrivate(components), message)
    default:
      throw new RangeError('this key signs nothing')
  }
}

const signRsa = (key: PrivateKey, message: Bytes): Bytes =>
  keySize(key) <= 1024 ? signSha1(key, message) : signPss(key, message)

const HASH_BYTES = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const

/** A load file hash must be no weaker than the key that vouches for it: its shortest length. GPC v2.3.1 Table C-3. */
export function shortestHash(components: KeyComponents): number {
  const [first] = components
  if (first?.tag === T.aes) return { 16: 32, 24: 48 }[first.value.length] ?? 64
  if (first?.tag === T.des) return HASH_BYTES.sha1
  if (first?.tag === T.eccPublic) return HASH_BYTES[hashOf(ecPublic(components).curve)]
  return keySize(rsaPublic(components)) <= 1024 ? HASH_BYTES.sha1 : HASH_BYTES.sha256
}

/** True when both keys have the same size and algorithm. GPC v2.3.1 §11.8.2.3.3. */
export const isOfSameKind = (a: KeyComponents, b: KeyComponents): boolean =>
  a.length === b.length &&
  a.every(({ tag, value }, i) => {
    const other = b[i]!
    const asWell = tag === T.reference ? equal(value, other.value) : value.length === other.value.length
    return tag === other.tag && asWell
  })
