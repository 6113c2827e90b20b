// SIGN of the JPKI application: six schemes by P1. Observed: myna-card.

import { type Bytes, concat } from '../../../base/bytes.ts'
import { type PrivateKey, rsaPrivatePkcs1, rsaPrivateRaw, sha256 } from '../../../base/crypto.ts'
import type { Entropy } from '../../../base/ports.ts'
import { SW } from '../../../codec/sw.ts'
import { sha256DigestInfo } from '../../../protocol/jpki-ap/files.ts'
import { StatusError } from '../status-error.ts'

const HASH = 32
const MODULUS = 256
const SALT = 32

interface Scheme {
  readonly input: readonly [shortest: number, longest: number]
  readonly sign: (key: PrivateKey, input: Bytes, entropy: Entropy) => Bytes
}

const message = [1, 255] as const
const digest = [HASH, HASH] as const

/** By P1. 245 = 256 - 11 is the most that PKCS#1 v1.5 can pad. */
const SCHEMES: readonly Scheme[] = [
  { input: [1, MODULUS - 11], sign: (key, input) => rsaPrivatePkcs1(key, input) },
  { input: message, sign: (key, input) => rsaPrivatePkcs1(key, sha256(input)) },
  { input: digest, sign: (key, input) => rsaPrivatePkcs1(key, sha256DigestInfo(input)) },
  { input: message, sign: (key, input) => rsaPrivatePkcs1(key, sha256DigestInfo(sha256(input))) },
  { input: digest, sign: pss },
  { input: message, sign: (key, input, entropy) => pss(key, sha256(input), entropy) },
]

/** The signature; throws 6A86 for another scheme and 6700 for a wrong length. */
export function signBy(p1: number, key: PrivateKey, input: Bytes, entropy: Entropy): Bytes {
  const scheme = SCHEMES[p1]
  if (!scheme) throw new StatusError(SW.WRONG_P1P2)
  const [shortest, longest] = scheme.input
  if (input.length < shortest || input.length > longest) throw new StatusError(SW.WRONG_LENGTH)
  return scheme.sign(key, input, entropy)
}

/** EMSA-PSS with SHA-256 and MGF1 over a hash that is given. RFC 8017 §9.1.1; the modulus has 2048 bits. */
export function pss(key: PrivateKey, hash: Bytes, entropy: Entropy): Bytes {
  const salt = entropy(SALT)
  const h = sha256(new Uint8Array(8), hash, salt)
  const db = concat(new Uint8Array(MODULUS - SALT - HASH - 2), Uint8Array.of(1), salt)
  const masked = mgf1(h, db.length).map((byte, i) => byte ^ db[i]!)
  masked[0]! &= 0x7f // emBits is 2047
  return rsaPrivateRaw(key, concat(masked, h, Uint8Array.of(0xbc)))
}

/** RFC 8017 App. B.2.1. */
function mgf1(seed: Bytes, length: number): Bytes {
  const blocks = Array.from({ length: Math.ceil(length / HASH) }, (_, i) => sha256(seed, Uint8Array.of(0, 0, 0, i)))
  return concat(...blocks).slice(0, length)
}
