// PUT KEY: secret keys under the DEK, public keys in the clear. GPC v2.3.1 §11.8, GPC-D v1.1.1 §7.2.
// Run it inside `secured(channel, …)`, which also cuts what is longer than one command.

import { type Bytes, bytes, concat, equal, NO_BYTES } from '../../base/bytes.ts'
import { desEcb } from '../../base/des.ts'
import { command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { encodeLength, lv } from '../../codec/tlv.ts'
import { ask, CardRefused, type Dialogue } from '../iso7816/dialogue.ts'
import { checkValueOf, type KeySet, SECRET_KEY_TYPE } from './key-set.ts'
import { dekEncrypt } from './scp03-keys.ts'
import type { SecureChannel } from './secure-channel.ts'

/** GPC v2.3.1 Table 11-16; 85 is GPC-B's. */
const TYPE = { ...SECRET_KEY_TYPE, psk: 0x85, modulus: 0xa1, exponent: 0xa0, point: 0xb0, reference: 0xf0 } as const

export type NewKey =
  /** 16, 24 or 32 bytes; triple DES 16 or 24. `psk` is a pre-shared key of TLS, of any length. */
  | { readonly kind: 'aes' | 'des' | 'psk'; readonly key: Bytes }
  | { readonly kind: 'rsa'; readonly modulus: Bytes; readonly exponent: Bytes }
  /** Uncompressed point; `reference` 00 is P-256, 01 P-384, 02 P-521, or all parameters as key components. */
  | { readonly kind: 'ecc'; readonly point: Bytes; readonly reference: number }
  | {
      readonly kind: 'ecc'
      readonly point: Bytes
      readonly parameters: readonly (readonly [type: number, value: Bytes])[]
    }

export interface PutKeys {
  readonly keyVersion: number
  readonly keys: readonly NewKey[]
  /** Number of the first key, 1 if absent. */
  readonly firstId?: number
  /** Version that goes; 0 adds. */
  readonly replaces?: number
}

/** How a channel hides keys: AES-CBC of SCP03, triple DES of SCP02. */
export type KeyProtection = Pick<SecureChannel, 'dek' | 'scp'>

/** Inner length, if any, and the value under the DEK. GPC v2.3.1 Tables 11-70, 11-71. */
function hidden({ dek, scp }: KeyProtection, kind: 'aes' | 'des' | 'psk', key: Bytes): Bytes {
  const block = scp === 2 ? 8 : 16
  const padded = concat(key, new Uint8Array((block - (key.length % block)) % block))
  const value = scp === 2 ? desEcb(dek, padded) : dekEncrypt(dek, padded)
  // GPC-D v1.1.1 Table 7-8: an AES key always tells its length.
  return kind === 'aes' || padded.length !== key.length ? concat(encodeLength(key.length), value) : value
}

/** GPC v2.3.1 §B.6; a pre-shared or public key has none. */
const checkValue = (key: NewKey): Bytes =>
  key.kind === 'aes' || key.kind === 'des' ? checkValueOf(SECRET_KEY_TYPE[key.kind], key.key) : NO_BYTES

function keyField(protection: KeyProtection, key: NewKey): Bytes {
  const component = (type: number, value: Bytes) => concat(bytes(type), lv(value))
  switch (key.kind) {
    case 'rsa':
      return concat(component(TYPE.modulus, key.modulus), component(TYPE.exponent, key.exponent), bytes(0))
    case 'ecc': {
      const curve =
        'reference' in key
          ? [component(TYPE.reference, bytes(key.reference))]
          : key.parameters.map(([type, value]) => component(type, value))
      return concat(component(TYPE.point, key.point), ...curve, bytes(0))
    }
    default:
      return concat(component(TYPE[key.kind], hidden(protection, key.kind, key.key)), lv(checkValue(key)))
  }
}

/** Adds or replaces keys, all or none, and compares the key check values that the card returns. GPC v2.3.1 §11.8. */
export function* putKeys(protection: KeyProtection, order: PutKeys): Dialogue<void> {
  const { keyVersion, keys, firstId = 1, replaces = 0 } = order
  const data = concat(bytes(keyVersion), ...keys.map((key) => keyField(protection, key)))
  const p2 = firstId | (keys.length > 1 ? 0x80 : 0)
  const answer = yield* ask(command(0x80, 0xd8, replaces, p2, data, 256), 'PUT KEY')
  // Observed: cards that answer with the version alone, or with nothing.
  const full = concat(bytes(keyVersion), ...keys.map(checkValue))
  if (![full, bytes(keyVersion), NO_BYTES].some((right) => equal(right, answer))) {
    throw new CardRefused(SW.WRONG_DATA.sw, 'PUT KEY answer')
  }
}

/** ENC, MAC and DEK as keys 01 to 03, of the kind that the channel itself uses. `replaces` 0 adds a key set. */
export function* putKeySet(protection: KeyProtection, keyVersion: number, keys: KeySet, replaces = 0): Dialogue<void> {
  const kind = protection.scp === 2 ? 'des' : 'aes'
  const set = [keys.enc, keys.mac, keys.dek].map((key): NewKey => ({ kind, key }))
  yield* putKeys(protection, { keyVersion, keys: set, replaces })
}
