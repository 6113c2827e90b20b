// A static key set of a security domain and what is said of its keys: types and key check values. GPC v2.3.1 §11.1.8, §B.6.

import type { Bytes } from '../../base/bytes.ts'
import { aesEcb } from '../../base/crypto.ts'
import { desEcb } from '../../base/des.ts'

/** Keys 01 to 03. Session keys are derived from them; SCP03 uses the DEK as it is. */
export interface KeySet {
  readonly enc: Bytes
  readonly mac: Bytes
  readonly dek: Bytes
}

/** GPC v2.3.1 Table 11-16: of secret keys. DES keys open SCP02, AES keys SCP03. */
export const SECRET_KEY_TYPE = { des: 0x80, aes: 0x88 } as const
export type SecretKeyType = (typeof SECRET_KEY_TYPE)[keyof typeof SECRET_KEY_TYPE]

/** First three bytes: DES over a block of 00, AES over a block of 01. GPC v2.3.1 §B.6. */
export const checkValueOf = (type: SecretKeyType, key: Bytes): Bytes =>
  (type === SECRET_KEY_TYPE.des ? desEcb(key, new Uint8Array(8)) : aesEcb(key, new Uint8Array(16).fill(1))).slice(0, 3)
