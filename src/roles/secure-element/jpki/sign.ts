// SIGN of the JPKI application: the schemes by P1, six of RSA and one of ECDSA. Observed: myna-card; ECDSA is ours:
// docs/profile.md#elliptic-curves.

import { type Bytes, concat } from '../../../base/bytes.ts'
import { keyFacts, type PrivateKey, rsaPrivatePkcs1, rsaPrivateRaw, sha256, sign } from '../../../base/crypto.ts'
import type { Entropy, SignatureAlgorithm } from '../../../base/ports.ts'
import { SW } from '../../../codec/sw.ts'
import { SIGN_SCHEME, sha256DigestInfo } from '../../../protocol/jpki-ap/files.ts'
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

/** 245 = 256 - 11 is the most that PKCS#1 v1.5 can pad. */
const RSA: Readonly<Record<number, Scheme>> = {
  [SIGN_SCHEME.raw]: { input: [1, MODULUS - 11], sign: (key, input) => rsaPrivatePkcs1(key, input) },
  [SIGN_SCHEME.bareSha256]: { input: message, sign: (key, input) => rsaPrivatePkcs1(key, sha256(input)) },
  [SIGN_SCHEME.pkcs1OfHash]: { input: digest, sign: (key, input) => rsaPrivatePkcs1(key, sha256DigestInfo(input)) },
  [SIGN_SCHEME.pkcs1OfMessage]: {
    input: message,
    sign: (key, input) => rsaPrivatePkcs1(key, sha256DigestInfo(sha256(input))),
  },
  [SIGN_SCHEME.pssOfHash]: { input: digest, sign: pss },
  [SIGN_SCHEME.pssOfMessage]: { input: message, sign: (key, input, entropy) => pss(key, sha256(input), entropy) },
}

/** Messages may come as a chain; the card makes the hash itself. */
const EC: Readonly<Record<number, Scheme>> = {
  [SIGN_SCHEME.ecdsaOfMessage]: { input: [1, 4096], sign: (key, input) => sign(algorithmOf(key), key, input) },
}

/** The signature; throws 6A86 for a scheme that this key has not and 6700 for a wrong length. */
export function signBy(p1: number, key: PrivateKey, input: Bytes, entropy: Entropy): Bytes {
  const scheme = (isRsa(key) ? RSA : EC)[p1]
  if (!scheme) throw new StatusError(SW.WRONG_P1P2)
  const [shortest, longest] = scheme.input
  if (input.length < shortest || input.length > longest) throw new StatusError(SW.WRONG_LENGTH)
  return scheme.sign(key, input, entropy)
}

const isRsa = (key: PrivateKey): boolean => keyFacts(key).type === 'rsa'

/** RSASSA-PKCS1-v1_5 with SHA-256; ECDSA with the hash of the curve's length. */
export function algorithmOf(key: PrivateKey): SignatureAlgorithm {
  const { curve } = keyFacts(key)
  if (curve === undefined) return 'RSA-SHA256'
  return curve === 'secp384r1' ? 'ECDSA-P384-SHA384' : 'ECDSA-P256-SHA256'
}

/** A statement that nobody can take for a login: RSASSA-PSS, or ECDSA. */
export const signStatement = (key: PrivateKey, statement: Bytes, entropy: Entropy): Bytes =>
  isRsa(key) ? pss(key, sha256(statement), entropy) : sign(algorithmOf(key), key, statement)

/** EMSA-PSS with SHA-256 and MGF1 over a hash that is given. RFC 8017 §9.1.1; the modulus has 2048 bits. */
function pss(key: PrivateKey, hash: Bytes, entropy: Entropy): Bytes {
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
