// SCP03 key derivation, cryptograms, challenge and key check values. GPC-D v1.1.1 §4.1.5, §6.2.
// S8 and S16 differ only in the length given here (4.2.1 of Amendment D 1.2 is known through two implementations).

import { type Bytes, bytes, concat, fromHex, u16 } from '../../base/bytes.ts'
import { aesCbcDecrypt, aesCbcEncrypt, cmac } from '../../base/crypto.ts'
import { checkValueOf, type KeySet, SECRET_KEY_TYPE } from './key-set.ts'

/** 16, 24 or 32 bytes each. S-ENC and S-MAC are derived from the first two; DEK is used as it is. */
export type Scp03Keys = KeySet

export interface SessionKeys {
  readonly enc: Bytes
  readonly mac: Bytes
  readonly rmac: Bytes
}

/** Length of challenges, cryptograms and MACs: S8 or S16. */
export type MacLength = 8 | 16

/** GPC-D v1.1.1 Table 4-1. */
const CONSTANT = {
  cardCryptogram: 0x00,
  hostCryptogram: 0x01,
  cardChallenge: 0x02,
  enc: 0x04,
  mac: 0x06,
  rmac: 0x07,
} as const

/** NIST SP 800-108 counter mode with AES-CMAC; `length` in bytes. GPC-D v1.1.1 §4.1.5. */
function derive(key: Bytes, constant: number, length: number, context: Bytes): Bytes {
  const label = concat(new Uint8Array(11), bytes(constant, 0), u16(length * 8))
  const blocks = [cmac(key, label, bytes(1), context)]
  if (length > 16) blocks.push(cmac(key, label, bytes(2), context))
  return concat(...blocks).slice(0, length)
}

/** GPC-D v1.1.1 §6.2.1. */
export function sessionKeys({ enc, mac }: Scp03Keys, hostChallenge: Bytes, cardChallenge: Bytes): SessionKeys {
  const context = concat(hostChallenge, cardChallenge)
  return {
    enc: derive(enc, CONSTANT.enc, enc.length, context),
    mac: derive(mac, CONSTANT.mac, mac.length, context),
    rmac: derive(mac, CONSTANT.rmac, mac.length, context),
  }
}

/** GPC-D v1.1.1 §6.2.2.2. */
export const cardCryptogram = (session: SessionKeys, hostChallenge: Bytes, cardChallenge: Bytes): Bytes =>
  derive(session.mac, CONSTANT.cardCryptogram, hostChallenge.length, concat(hostChallenge, cardChallenge))

/** GPC-D v1.1.1 §6.2.2.3. */
export const hostCryptogram = (session: SessionKeys, hostChallenge: Bytes, cardChallenge: Bytes): Bytes =>
  derive(session.mac, CONSTANT.hostCryptogram, hostChallenge.length, concat(hostChallenge, cardChallenge))

/** Pseudo-random card challenge over the sequence counter and the AID of the selected application. GPC-D v1.1.1 §6.2.2.1. */
export const cardChallenge = (keys: Scp03Keys, counter: Bytes, aid: Bytes, length: MacLength): Bytes =>
  derive(keys.enc, CONSTANT.cardChallenge, length, concat(counter, aid))

/** Of an AES key. GPC v2.3.1 §B.6. */
export const keyCheckValue = (key: Bytes): Bytes => checkValueOf(SECRET_KEY_TYPE.aes, key)

/** A secret under the static DEK, padded with zeros to whole blocks: only a 24-byte key needs it. GPC-D v1.1.1 §6.2.8. */
export const dekEncrypt = (dek: Bytes, secret: Bytes): Bytes =>
  aesCbcEncrypt(dek, concat(secret, new Uint8Array((16 - (secret.length % 16)) % 16)))

export const dekDecrypt = (dek: Bytes, blocks: Bytes): Bytes => aesCbcDecrypt(dek, blocks)

/** The ten bytes of key diversification data of a SIM: its ICCID as BCD, filled with F. */
export const diversificationDataOf = (iccid: string): Bytes => fromHex(iccid.padEnd(20, 'f'))
