// Secrets of TLS 1.2 with a pre-shared key: premaster secret, PRF, master secret, key block. RFC 4279 §2; RFC 5246 §5, §6.3, §8.1.
// The master secret covers the handshake when the server agrees. RFC 7627.

import { type Bytes, concat, NO_BYTES, u16, utf8 } from '../../base/bytes.ts'
import { hmacSha256 } from '../../base/crypto.ts'

/** P_SHA256. RFC 5246 §5. */
export function prf(secret: Bytes, label: string, seed: Bytes, length: number): Bytes {
  const start = concat(utf8(label), seed)
  let block = start
  let output: Bytes = NO_BYTES
  while (output.length < length) {
    block = hmacSha256(secret, block)
    output = concat(output, hmacSha256(secret, concat(block, start)))
  }
  return output.slice(0, length)
}

/** Zeros of the key's length, then the key. RFC 4279 §2. */
export const premasterSecret = (psk: Bytes): Bytes =>
  concat(u16(psk.length), new Uint8Array(psk.length), u16(psk.length), psk)

export const masterSecret = (premaster: Bytes, clientRandom: Bytes, serverRandom: Bytes): Bytes =>
  prf(premaster, 'master secret', concat(clientRandom, serverRandom), 48)

/** Over the hash of all messages as far as ClientKeyExchange. RFC 7627 §4. */
export const extendedMasterSecret = (premaster: Bytes, sessionHash: Bytes): Bytes =>
  prf(premaster, 'extended master secret', sessionHash, 48)

export const keyBlock = (master: Bytes, clientRandom: Bytes, serverRandom: Bytes, length: number): Bytes =>
  prf(master, 'key expansion', concat(serverRandom, clientRandom), length)

export const verifyData = (master: Bytes, who: 'client' | 'server', transcriptHash: Bytes): Bytes =>
  prf(master, `${who} finished`, transcriptHash, 12)
