// DES and triple DES, for old SIMs and their messages: `node:crypto` has single DES only as triple DES of equal keys.

import { createCipheriv, createDecipheriv } from 'node:crypto'
import { type Bytes, concat } from './bytes.ts'

const ZERO_IV = new Uint8Array(8)

/** Single DES is triple DES with one key three times: `node:crypto` has no other. */
const desKey = (key: Bytes): Bytes => (key.length === 8 ? concat(key, key) : key)
const desMode = (key: Bytes): string => (key.length === 24 ? 'des-ede3' : 'des-ede')

/** Whole blocks only, no padding. Key of 8 (DES), 16 or 24 bytes (triple DES). */
export function desEcb(key: Bytes, blocks: Bytes): Bytes {
  const cipher = createCipheriv(desMode(key), desKey(key), null).setAutoPadding(false)
  return concat(cipher.update(blocks), cipher.final())
}

/** Opposite of `desEcb`. Throws `RangeError` when the input is not whole blocks. */
export function desEcbDecrypt(key: Bytes, blocks: Bytes): Bytes {
  if (blocks.length % 8 !== 0) throw new RangeError('not whole DES blocks')
  const cipher = createDecipheriv(desMode(key), desKey(key), null).setAutoPadding(false)
  return concat(cipher.update(blocks), cipher.final())
}

/** Whole blocks only, no padding. The last block is the "full triple DES MAC" of GPC v2.3.1 §B.1.2.1. */
export function desCbcEncrypt(key: Bytes, blocks: Bytes, iv: Bytes = ZERO_IV): Bytes {
  const cipher = createCipheriv(`${desMode(key)}-cbc`, desKey(key), iv).setAutoPadding(false)
  return concat(cipher.update(blocks), cipher.final())
}

/** Opposite of `desCbcEncrypt`. Throws `RangeError` when the input is not whole blocks. */
export function desCbcDecrypt(key: Bytes, blocks: Bytes, iv: Bytes = ZERO_IV): Bytes {
  if (blocks.length % 8 !== 0) throw new RangeError('not whole DES blocks')
  const cipher = createDecipheriv(`${desMode(key)}-cbc`, desKey(key), iv).setAutoPadding(false)
  return concat(cipher.update(blocks), cipher.final())
}

/** Single DES plus final triple DES over whole blocks, 8 bytes. GPC v2.3.1 §B.1.2.2, ISO 9797-1 algorithm 3. */
export function retailMac(key: Bytes, blocks: Bytes, iv: Bytes = ZERO_IV): Bytes {
  const single = desCbcEncrypt(key.subarray(0, 8), blocks.subarray(0, -8), iv)
  return desCbcEncrypt(key, blocks.subarray(-8), single.length === 0 ? iv : single.subarray(-8))
}
