// The door to cryptographic primitives: `node:crypto`, and AES-CMAC, which it lacks, from @noble/ciphers. Beside it aes.ts and des.ts.
// Protocols (SCP03, path validation) are built on these; nothing here knows of cards or certificates.

import {
  constants,
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hash as hashOneShot,
  type KeyObject,
  privateDecrypt,
  privateEncrypt,
  publicEncrypt,
  scrypt as scryptAsync,
  sign as signOneShot,
  timingSafeEqual,
  verify as verifyOneShot,
} from 'node:crypto'
import { cmac as nobleCmac } from '@noble/ciphers/aes.js'
import { type Bytes, concat, NO_BYTES, u32 } from './bytes.ts'
import type { Entropy, SignatureAlgorithm, Signer } from './ports.ts'
import { readOnce } from './read-once.ts'
import { HASH_OF } from './signature-algorithms.ts'

export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'sha3-256' | 'sha3-384' | 'sha3-512'
export type KeyKind = 'RSA-2048' | 'P-256' | 'P-384'
export type PrivateKey = KeyObject
export type PublicKey = KeyObject

const plain = (value: Uint8Array): Bytes => new Uint8Array(value.buffer, value.byteOffset, value.byteLength)

/** By way of a string: an object with memory of its own for each digest costs three times as much. */
export function hash(name: HashName, ...parts: readonly Bytes[]): Bytes {
  const text = hashOneShot(name, parts.length === 1 ? parts[0]! : concat(...parts), 'binary')
  const digest = new Uint8Array(text.length)
  for (let i = 0; i < digest.length; i++) digest[i] = text.charCodeAt(i)
  return digest
}
export const sha1 = (...parts: readonly Bytes[]): Bytes => hash('sha1', ...parts)
export const sha256 = (...parts: readonly Bytes[]): Bytes => hash('sha256', ...parts)

/** RFC 2104; HOTP asks for SHA-1 (RFC 4226 §5.2). That octets are no key object Node finds out by an exception, which costs most. */
const hmac = (name: HashName) => (key: Bytes, message: Bytes) =>
  plain(createHmac(name, createSecretKey(key)).update(message).digest())

export const hmacSha1 = hmac('sha1')
export const hmacSha256 = hmac('sha256')

/** For passcodes of people, 32 bytes: RFC 7914 with N = 2^15, r = 8, p = 3; 32 MiB, off the main thread. */
export const scrypt = (passcode: Bytes, salt: Bytes): Promise<Bytes> =>
  new Promise((resolve, reject) =>
    scryptAsync(passcode, salt, 32, { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 }, (error, key) =>
      error ? reject(error) : resolve(plain(key)),
    ),
  )

/** Constant-time comparison of secrets of equal length; different lengths are unequal. */
export const equalSecret = (a: Bytes, b: Bytes): boolean => a.length === b.length && timingSafeEqual(a, b)

const ZERO_IV = new Uint8Array(16)

/** Whole blocks only, no padding. Key of 16, 24 or 32 bytes. */
export function aesEcb(key: Bytes, blocks: Bytes): Bytes {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false)
  return concat(cipher.update(blocks), cipher.final())
}

/** Whole blocks only, no padding. */
export function aesCbcEncrypt(key: Bytes, blocks: Bytes, iv: Bytes = ZERO_IV): Bytes {
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false)
  return concat(cipher.update(blocks), cipher.final())
}

/** Whole blocks only, no padding. Throws `RangeError` when the input is not whole blocks. */
export function aesCbcDecrypt(key: Bytes, blocks: Bytes, iv: Bytes = ZERO_IV): Bytes {
  if (blocks.length % 16 !== 0) throw new RangeError('not whole AES blocks')
  const cipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false)
  return concat(cipher.update(blocks), cipher.final())
}

/** AES-CMAC, 16 bytes. NIST SP 800-38B, RFC 4493. */
export const cmac = (key: Bytes, ...parts: readonly Bytes[]): Bytes => plain(nobleCmac(concat(...parts), key))

/** Of an array that is not changed afterwards: to take a key in costs more than to seal with it. */
const sealingKey = readOnce((key) => createSecretKey(key))

/** AES-256-GCM: 12-byte nonce || ciphertext || 16-byte tag. */
export function seal(key: Bytes, secret: Bytes, label: Bytes, entropy: Entropy): Bytes {
  const nonce = entropy(12)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(key), nonce).setAAD(label)
  return concat(nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag())
}

/** Opposite of `seal`. Throws `Error` when key, label or bytes are not those that were sealed. */
export function unseal(key: Bytes, sealed: Bytes, label: Bytes): Bytes {
  const cipher = createDecipheriv('aes-256-gcm', sealingKey(key), sealed.subarray(0, 12))
  cipher.setAAD(label).setAuthTag(sealed.subarray(-16))
  return concat(cipher.update(sealed.subarray(12, -16)), cipher.final())
}

/** AES-GCM with a nonce of 12 bytes: ciphertext || 16-byte tag. */
export function aesGcmEncrypt(key: Bytes, nonce: Bytes, aad: Bytes, text: Bytes): Bytes {
  const cipher = createCipheriv(`aes-${(key.length * 8) as 128 | 192 | 256}-gcm`, key, nonce).setAAD(aad)
  return concat(cipher.update(text), cipher.final(), cipher.getAuthTag())
}

/** Opposite of `aesGcmEncrypt`. Throws `Error` when key, nonce, associated data or bytes are not the same. */
export function aesGcmDecrypt(key: Bytes, nonce: Bytes, aad: Bytes, sealed: Bytes): Bytes {
  const cipher = createDecipheriv(`aes-${(key.length * 8) as 128 | 192 | 256}-gcm`, key, nonce, { authTagLength: 16 })
  cipher.setAAD(aad).setAuthTag(sealed.subarray(-16))
  return concat(cipher.update(sealed.subarray(0, -16)), cipher.final())
}

/** The uncompressed point of a P-256 private key of 32 bytes. Throws `Error` when it is none. */
export function p256Point(scalar: Bytes): Bytes {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(scalar)
  return plain(ecdh.getPublicKey())
}

/** X coordinate of the common point, 32 bytes. Throws `Error` for a point that is not on the curve. SEC 1 §3.3.1. */
export function p256Shared(scalar: Bytes, point: Bytes): Bytes {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(scalar)
  return plain(ecdh.computeSecret(point))
}

export interface KeyPair {
  /** DER PrivateKeyInfo (PKCS#8). */
  readonly privateKey: Bytes
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Bytes
}

/** Blocks for about 150 ms for RSA-2048. */
export function generateKeyPair(kind: KeyKind): KeyPair {
  const publicKeyEncoding = { type: 'spki', format: 'der' } as const
  const privateKeyEncoding = { type: 'pkcs8', format: 'der' } as const
  const pair =
    kind === 'RSA-2048'
      ? generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding, privateKeyEncoding })
      : generateKeyPairSync('ec', { namedCurve: kind, publicKeyEncoding, privateKeyEncoding })
  return { privateKey: plain(pair.privateKey), publicKey: plain(pair.publicKey) }
}

/** RSA of 512 bits: quick, for signatures that nobody is to believe. */
export const throwAwayRsaKey = (): PrivateKey => generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey

/**
 * Parsed once for the same array, as long as that lives: parsing costs more than a verification.
 * Throws `Error` on anything but PKCS#8.
 */
export const privateKey: (pkcs8: Bytes) => PrivateKey = readOnce((pkcs8) =>
  createPrivateKey({ key: pkcs8 as never, format: 'der', type: 'pkcs8' }),
)

/** As `privateKey`. Throws `Error` on anything but SubjectPublicKeyInfo. */
export const publicKey: (spki: Bytes) => PublicKey = readOnce((spki) =>
  createPublicKey({ key: spki as never, format: 'der', type: 'spki' }),
)

/** The public half, as DER SubjectPublicKeyInfo. */
export const publicKeyOf = (key: PrivateKey): Bytes =>
  plain(createPublicKey(key as never).export({ format: 'der', type: 'spki' }))

export const keySize = (key: PublicKey): number => key.asymmetricKeyDetails?.modulusLength ?? 0

export const sign = (algorithm: SignatureAlgorithm, key: PrivateKey, message: Bytes): Bytes =>
  plain(signOneShot(HASH_OF[algorithm], message, key))

/** RSASSA-PKCS1-v1_5 with SHA-1: for keys of 1024 bits in old cards. RFC 8017 §8.2.1. */
export const signSha1 = (key: PrivateKey, message: Bytes): Bytes => plain(signOneShot('sha1', message, key))

/** False for a wrong signature and for a key of another kind; never throws. */
export function verify(algorithm: SignatureAlgorithm, key: PublicKey, message: Bytes, signature: Bytes): boolean {
  if ((key.asymmetricKeyType === 'rsa') !== (algorithm === 'RSA-SHA256')) return false
  return verifyOneShot(HASH_OF[algorithm], message, key, signature)
}

/** How others may have signed: more than the port signs with. Without a hash the algorithm has its own (EdDSA). */
export interface SignatureMethod {
  readonly keyType: 'rsa' | 'ec' | 'dsa' | 'ed25519'
  readonly hash?: HashName
  /** RSASSA-PSS with MGF1 over the same hash; without it RSASSA-PKCS1-v1_5. */
  readonly saltLength?: number
}

/** False for a wrong signature and for a key of another kind; never throws. */
export function verifyBy(method: SignatureMethod, key: PublicKey, message: Bytes, signature: Bytes): boolean {
  const { keyType, hash: hashName = null, saltLength } = method
  if (key.asymmetricKeyType !== keyType) return false
  const padding = constants.RSA_PKCS1_PSS_PADDING
  const keyed = saltLength === undefined ? key : { key, padding, saltLength }
  try {
    return verifyOneShot(hashName, message, keyed, signature)
  } catch {
    return false
  }
}

export interface KeyFacts {
  readonly type: string
  /** Of an RSA modulus or a DSA prime. */
  readonly bits: number
  readonly exponent?: bigint
  readonly curve?: string
}

export function keyFacts(key: PublicKey): KeyFacts {
  const { modulusLength = 0, publicExponent, namedCurve } = key.asymmetricKeyDetails ?? {}
  return {
    type: key.asymmetricKeyType ?? 'unknown',
    bits: modulusLength,
    ...(publicExponent !== undefined && { exponent: publicExponent }),
    ...(namedCurve !== undefined && { curve: namedCurve }),
  }
}

/** RSASSA-PSS with SHA-256 and a 32-byte salt. RFC 8017 §8.1. */
export const signPss = (key: PrivateKey, message: Bytes): Bytes =>
  plain(signOneShot('sha256', message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }))

/** Opposite of `signPss`. False for a wrong signature and for a key that is not RSA; never throws. */
export function verifyPss(key: PublicKey, message: Bytes, signature: Bytes): boolean {
  if (key.asymmetricKeyType !== 'rsa') return false
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return verifyOneShot('sha256', message, { key, padding, saltLength: 32 }, signature)
}

/** ECDSA as r || s, each of the length of the order. IEEE P1363; GPC v2.3.1 §B.4.3. */
export const signEcdsa = (hashName: HashName, key: PrivateKey, message: Bytes): Bytes =>
  plain(signOneShot(hashName, message, { key, dsaEncoding: 'ieee-p1363' }))

/** Opposite of `signEcdsa`. False for a wrong signature and for a key of another kind; never throws. */
export function verifyEcdsa(hashName: HashName, key: PublicKey, message: Bytes, signature: Bytes): boolean {
  if (key.asymmetricKeyType !== 'ec') return false
  return verifyOneShot(hashName, message, { key, dsaEncoding: 'ieee-p1363' }, signature)
}

/** EMSA-PKCS1-v1_5 padding of `data` as it is (no DigestInfo is added), then RSA. RFC 8017 §9.2, steps 3 to 5. */
export const rsaPrivatePkcs1 = (key: PrivateKey, data: Bytes): Bytes =>
  // This padding is the default; saying so in an object costs Node a tenth of the whole.
  plain(privateEncrypt(key, data))

/** RSA on a block of the modulus' length that the caller has padded. RFC 8017 §5.2.1. */
export const rsaPrivateRaw = (key: PrivateKey, block: Bytes): Bytes =>
  plain(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block))

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const

/** RSAES-OAEP with SHA-256, also in MGF1, no label. RFC 8017 §7.1. */
export const rsaOaepEncrypt = (key: PublicKey, message: Bytes): Bytes => plain(publicEncrypt({ key, ...OAEP }, message))

/** Opposite of `rsaOaepEncrypt`; undefined for what does not decrypt. */
export function rsaOaepDecrypt(key: PrivateKey, block: Bytes): Bytes | undefined {
  try {
    return plain(privateDecrypt({ key, ...OAEP }, block))
  } catch {
    return undefined
  }
}

/** A signer whose key is in this process; it signs beside the main thread, several at once. */
export function localSigner(algorithm: SignatureAlgorithm, pkcs8: Bytes): Signer {
  const key = privateKey(pkcs8)
  const signAside = (message: Bytes) =>
    new Promise<Bytes>((resolve, reject) =>
      signOneShot(HASH_OF[algorithm], message, key, (error, signature) =>
        error ? reject(error) : resolve(plain(signature)),
      ),
    )
  return {
    algorithm,
    publicKey: publicKeyOf(key),
    sign: signAside,
    ...(algorithm === 'RSA-SHA256' && { signDigestInfo: async (info) => rsaPrivatePkcs1(key, info) }),
  }
}

/** Deterministic bytes for reproducible runs: SHA-256 in counter mode over the seed. Not for production. */
export function seededEntropy(seed: Bytes): Entropy {
  let counter = 0
  let pool: Bytes = NO_BYTES
  return (length) => {
    while (pool.length < length) pool = concat(pool, sha256(seed, u32(counter++)))
    const taken = pool.slice(0, length)
    pool = pool.slice(length)
    return taken
  }
}
