// One message for the holder of a P-256 key, from nobody in particular: HPKE in base mode, single shot.
// RFC 9180, suite DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. No other mode, no second message.

import { type Bytes, bytes, concat, NO_BYTES, u16, utf8 } from '../../base/bytes.ts'
import { aesGcmDecrypt, aesGcmEncrypt, hmacSha256, p256Point, p256Shared } from '../../base/crypto.ts'
import type { Entropy } from '../../base/ports.ts'

/** RFC 9180 §7.1, §7.2, §7.3. */
const KEM = u16(0x0010)
const SUITE = concat(utf8('HPKE'), KEM, u16(0x0001), u16(0x0002))
const KEM_SUITE = concat(utf8('KEM'), KEM)
const POINT_LENGTH = 65
const SECRET_LENGTH = 32
const KEY_LENGTH = 32
const NONCE_LENGTH = 12
const BASE_MODE = 0x00

/** RFC 9180 §4; RFC 5869. Nothing here needs more than one block of HKDF-Expand. */
const labeledExtract = (suite: Bytes, salt: Bytes, label: string, ikm: Bytes): Bytes =>
  hmacSha256(salt, concat(utf8('HPKE-v1'), suite, utf8(label), ikm))
const labeledExpand = (suite: Bytes, prk: Bytes, label: string, info: Bytes, length: number): Bytes =>
  hmacSha256(prk, concat(u16(length), utf8('HPKE-v1'), suite, utf8(label), info, bytes(1))).slice(0, length)

/** RFC 9180 §4.1: what both sides make of the common point. */
function sharedSecret(common: Bytes, ephemeral: Bytes, recipient: Bytes): Bytes {
  const prk = labeledExtract(KEM_SUITE, NO_BYTES, 'eae_prk', common)
  return labeledExpand(KEM_SUITE, prk, 'shared_secret', concat(ephemeral, recipient), SECRET_LENGTH)
}

/** RFC 9180 §5.1, without a pre-shared key. */
function keySchedule(secretOfBoth: Bytes, info: Bytes): { key: Bytes; nonce: Bytes } {
  const pskIdHash = labeledExtract(SUITE, NO_BYTES, 'psk_id_hash', NO_BYTES)
  const infoHash = labeledExtract(SUITE, NO_BYTES, 'info_hash', info)
  const context = concat(bytes(BASE_MODE), pskIdHash, infoHash)
  const secret = labeledExtract(SUITE, secretOfBoth, 'secret', NO_BYTES)
  return {
    key: labeledExpand(SUITE, secret, 'key', context, KEY_LENGTH),
    nonce: labeledExpand(SUITE, secret, 'base_nonce', context, NONCE_LENGTH),
  }
}

/** What a message is for: `info` names the purpose, `aad` what it belongs to; both sides must say the same. */
export interface Purpose {
  readonly info: Bytes
  readonly aad: Bytes
}

/** The ephemeral point (65 bytes) and the sealed message. `recipient` is an uncompressed point of P-256. */
export function sealFor(recipient: Bytes, message: Bytes, { info, aad }: Purpose, entropy: Entropy): Bytes {
  const scalar = privateScalar(entropy)
  const ephemeral = p256Point(scalar)
  const { key, nonce } = keySchedule(sharedSecret(p256Shared(scalar, recipient), ephemeral, recipient), info)
  return concat(ephemeral, aesGcmEncrypt(key, nonce, aad, message))
}

/** Opposite of `sealFor`; undefined when it was not sealed for this key and purpose, or was changed. */
export function openWith(scalar: Bytes, sealed: Bytes, { info, aad }: Purpose): Bytes | undefined {
  const ephemeral = sealed.slice(0, POINT_LENGTH)
  try {
    const common = p256Shared(scalar, ephemeral)
    const { key, nonce } = keySchedule(sharedSecret(common, ephemeral, p256Point(scalar)), info)
    return aesGcmDecrypt(key, nonce, aad, sealed.slice(POINT_LENGTH))
  } catch {
    return undefined
  }
}

const TRIES = 8

/** Of 32 random bytes all but one in 2^32 are a private key. */
export function privateScalar(entropy: Entropy): Bytes {
  for (let i = 0; i < TRIES; i++) {
    const scalar = entropy(SECRET_LENGTH)
    try {
      p256Point(scalar)
      return scalar
    } catch {
      // Zero, or not below the order of the curve: the next one.
    }
  }
  throw new Error('the source of randomness gives no private key')
}
