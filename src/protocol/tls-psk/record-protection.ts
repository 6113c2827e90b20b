// What protects the records of one direction: AES-128-GCM, or AES-128-CBC with HMAC-SHA256. RFC 5288; RFC 5246 §6.2.3.2.
// CBC encrypts then MACs where the server agrees (RFC 7366), and the other way round where it does not.

import { type Bytes, bytes, concat, u16, u32 } from '../../base/bytes.ts'
import {
  aesCbcDecrypt,
  aesCbcEncrypt,
  aesGcmDecrypt,
  aesGcmEncrypt,
  equalSecret,
  hmacSha256,
} from '../../base/crypto.ts'
import type { Entropy } from '../../base/ports.ts'
import { TLS_1_2, type TlsRecord } from '../../codec/tls.ts'

/** A record that does not open. Says no more: why is nobody's business. RFC 5246 §7.2.2. */
export class BadRecord extends Error {
  override readonly name = 'BadRecord'
}

export interface Protection {
  seal(record: TlsRecord): Bytes
  /** Throws `BadRecord`. */
  open(record: TlsRecord): Bytes
}

export interface DirectionKeys {
  readonly mac: Bytes
  readonly key: Bytes
  readonly iv: Bytes
}

export interface Suite {
  readonly name: string
  /** Bytes of MAC key, key and fixed nonce for one direction. */
  readonly lengths: readonly [mac: number, key: number, iv: number]
  protect(keys: DirectionKeys, encryptThenMac: boolean, entropy: Entropy): Protection
}

const GCM_TAG = 16
const MAC = 32
const BLOCK = 16

/** Sequence number, type, version, length. */
const additional = (sequence: number, type: number, length: number): Bytes =>
  concat(u32(Math.floor(sequence / 2 ** 32)), u32(sequence >>> 0), bytes(type), u16(TLS_1_2), u16(length))

function gcm({ key, iv }: DirectionKeys): Protection {
  let sequence = 0
  return {
    seal: ({ type, fragment }) => {
      const explicit = additional(sequence, 0, 0).slice(0, 8)
      const aad = additional(sequence++, type, fragment.length)
      return concat(explicit, aesGcmEncrypt(key, concat(iv, explicit), aad, fragment))
    },
    open: ({ type, fragment }) => {
      if (fragment.length < 8 + GCM_TAG) throw new BadRecord()
      const aad = additional(sequence++, type, fragment.length - 8 - GCM_TAG)
      try {
        return aesGcmDecrypt(key, concat(iv, fragment.subarray(0, 8)), aad, fragment.subarray(8))
      } catch {
        throw new BadRecord()
      }
    },
  }
}

/** Padding of TLS: every byte, the last one included, tells how many come before the last. */
function padded(content: Bytes): Bytes {
  const count = BLOCK - (content.length % BLOCK)
  return concat(content, new Uint8Array(count).fill(count - 1))
}

function unpadded(blocks: Bytes): Bytes | undefined {
  const count = (blocks.at(-1) ?? 0) + 1
  const right = count <= blocks.length && blocks.subarray(-count).every((byte) => byte === count - 1)
  return right ? blocks.slice(0, -count) : undefined
}

function encryptThenMac({ mac, key }: DirectionKeys, entropy: Entropy): Protection {
  let sequence = 0
  return {
    seal: ({ type, fragment }) => {
      const iv = entropy(BLOCK)
      const sealed = concat(iv, aesCbcEncrypt(key, padded(fragment), iv))
      return concat(sealed, hmacSha256(mac, concat(additional(sequence++, type, sealed.length), sealed)))
    },
    open: ({ type, fragment }) => {
      const [sealed, tag] = [fragment.slice(0, -MAC), fragment.slice(-MAC)]
      if (sealed.length < 2 * BLOCK || sealed.length % BLOCK !== 0) throw new BadRecord()
      const expected = hmacSha256(mac, concat(additional(sequence++, type, sealed.length), sealed))
      if (!equalSecret(expected, tag)) throw new BadRecord()
      const content = unpadded(aesCbcDecrypt(key, sealed.slice(BLOCK), sealed.slice(0, BLOCK)))
      if (!content) throw new BadRecord()
      return content
    },
  }
}

function macThenEncrypt({ mac, key }: DirectionKeys, entropy: Entropy): Protection {
  let sequence = 0
  const tagOf = (type: number, content: Bytes) =>
    hmacSha256(mac, concat(additional(sequence++, type, content.length), content))
  return {
    seal: ({ type, fragment }) => {
      const iv = entropy(BLOCK)
      return concat(iv, aesCbcEncrypt(key, padded(concat(fragment, tagOf(type, fragment))), iv))
    },
    open: ({ type, fragment }) => {
      if (fragment.length < BLOCK + MAC + BLOCK || fragment.length % BLOCK !== 0) throw new BadRecord()
      const blocks = aesCbcDecrypt(key, fragment.slice(BLOCK), fragment.slice(0, BLOCK))
      // RFC 5246 §6.2.3.2: the MAC is computed also when the padding is wrong.
      const right = unpadded(blocks)
      const whole = right && right.length >= MAC ? right : blocks
      const content = whole.slice(0, -MAC)
      const genuine = equalSecret(tagOf(type, content), whole.slice(-MAC))
      if (!genuine || whole !== right) throw new BadRecord()
      return content
    },
  }
}

/** In order of preference. RFC 5487 §3. */
export const SUITES: Readonly<Record<number, Suite>> = {
  168: { name: 'TLS_PSK_WITH_AES_128_GCM_SHA256', lengths: [0, 16, 4], protect: (keys) => gcm(keys) },
  174: {
    name: 'TLS_PSK_WITH_AES_128_CBC_SHA256',
    lengths: [MAC, 16, 0],
    protect: (keys, agreed, entropy) => (agreed ? encryptThenMac(keys, entropy) : macThenEncrypt(keys, entropy)),
  },
}

/** Client's, then server's. RFC 5246 §6.3. */
export function splitKeyBlock(block: Bytes, [mac, key, iv]: Suite['lengths']): readonly [DirectionKeys, DirectionKeys] {
  let at = 0
  const take = (length: number) => block.slice(at, (at += length))
  const [clientMac, serverMac, clientKey, serverKey] = [take(mac), take(mac), take(key), take(key)]
  const [clientIv, serverIv] = [take(iv), take(iv)]
  return [
    { mac: clientMac, key: clientKey, iv: clientIv },
    { mac: serverMac, key: serverKey, iv: serverIv },
  ]
}
