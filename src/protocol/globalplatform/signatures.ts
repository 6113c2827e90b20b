// The algorithm that a key implies for tokens, receipts and DAP blocks, made and checked. GPC v2.3.1 §B, App. C.

import type { Bytes } from '../../base/bytes.ts'
import {
  cmac,
  equalSecret,
  type HashName,
  keyFacts,
  type PrivateKey,
  type PublicKey,
  publicKey,
  publicKeyOf,
  signEcdsa,
  signPss,
  signSha1,
  verifyBy,
  verifyEcdsa,
  verifyPss,
} from '../../base/crypto.ts'
import { type Confirmation, type DapBlock, receiptInput } from './delegated-management.ts'
import { type LoadFile, loadFileHash } from './load.ts'

/** Secret AES key, or one half of an RSA or ECC key pair. */
export type SigningKey = { readonly aes: Bytes } | { readonly privateKey: PrivateKey }
export type CheckingKey = { readonly aes: Bytes } | { readonly publicKey: PublicKey }

/** By the length of the curve. GPC v2.3.1 §B.4.3. */
const CURVE_HASH: Readonly<Record<string, HashName>> = {
  prime256v1: 'sha256',
  brainpoolP256r1: 'sha256',
  brainpoolP256t1: 'sha256',
  secp384r1: 'sha384',
  brainpoolP384r1: 'sha384',
  brainpoolP384t1: 'sha384',
  secp521r1: 'sha512',
  brainpoolP512r1: 'sha512',
  brainpoolP512t1: 'sha512',
}

/** RSA to 1024 bits: PKCS #1 v1.5 with SHA-1; longer: PSS with SHA-256; ECDSA: r || s; AES: CMAC. */
export function signatureBy(key: SigningKey): (message: Bytes) => Bytes {
  if ('aes' in key) return (message) => cmac(key.aes, message)
  const { type, bits, curve } = keyFacts(publicKey(publicKeyOf(key.privateKey)))
  if (type === 'rsa') return (message) => (bits <= 1024 ? signSha1 : signPss)(key.privateKey, message)
  const hash = CURVE_HASH[curve ?? '']
  if (!hash) throw new RangeError('a card does not know this kind of key')
  return (message) => signEcdsa(hash, key.privateKey, message)
}

/** False for a wrong signature; never throws. */
export function checks(key: CheckingKey, message: Bytes, signature: Bytes): boolean {
  if ('aes' in key) return equalSecret(cmac(key.aes, message), signature)
  const { type, bits, curve } = keyFacts(key.publicKey)
  if (type !== 'rsa') {
    const hash = CURVE_HASH[curve ?? '']
    return hash !== undefined && verifyEcdsa(hash, key.publicKey, message, signature)
  }
  return bits <= 1024
    ? verifyBy({ keyType: 'rsa', hash: 'sha1' }, key.publicKey, message, signature)
    : verifyPss(key.publicKey, message, signature)
}

/** A DAP block: the domain that checks it vouches for the code. It signs the hash as a message. GPC v2.3.1 §C.3. */
export const dapBlock = (
  securityDomain: Bytes,
  file: Pick<LoadFile, 'dataBlock' | 'hash'>,
  sign: (message: Bytes) => Bytes,
): DapBlock => ({ securityDomain, signature: sign(loadFileHash(file)) })

/** What a receipt confirms, by command. GPC v2.3.1 §C.5. */
export const RECEIPT_FIELDS = {
  load: (loadFile: Bytes, securityDomain: Bytes) => [loadFile, securityDomain],
  install: (loadFile: Bytes, application: Bytes) => [loadFile, application],
  extradition: (from: Bytes, aid: Bytes, to: Bytes) => [from, aid, to],
  delete: (aid: Bytes) => [aid],
  combined: (loadFile: Bytes, application: Bytes, securityDomain: Bytes) => [loadFile, application, securityDomain],
} as const

/** True when the card that holds this key did what the fields say. The counter is the caller's to compare. */
export const receiptProves = (key: CheckingKey, confirmation: Confirmation, fields: readonly Bytes[]): boolean =>
  checks(key, receiptInput(confirmation, fields), confirmation.receipt)
