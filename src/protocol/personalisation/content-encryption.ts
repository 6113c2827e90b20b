// The SP's own encryption of what is written to the SIM, inside whatever the carrier's channel does (seed 4 別紙3).
// AES-256-CBC, then AES-CMAC over everything; numbered, so that an old envelope is never taken again.
// Ours: docs/profile.md#content-encryption. One implementation for SP-TSM and applet.

import { type Bytes, bytes, concat, fromUint, u32, utf8 } from '../../base/bytes.ts'
import { aesCbcDecrypt, aesCbcEncrypt, cmac, equalSecret } from '../../base/crypto.ts'
import type { Entropy } from '../../base/ports.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { type Dgi, decodeDgis, encodeDgis } from '../../codec/dgi.ts'

const NUMBER = 4
const IV = 16
const MAC = 16

/** Two independent 32-byte keys from the content key. NIST SP 800-108 counter mode, PRF AES-CMAC. */
function derive(contentKey: Bytes, label: string): Bytes {
  const block = (i: number) => cmac(contentKey, bytes(i), utf8(`kazasu content ${label}`))
  return concat(block(1), block(2))
}

function pad(data: Bytes): Bytes {
  const padded = new Uint8Array(16 * (Math.floor(data.length / 16) + 1))
  padded.set(data)
  padded[data.length] = 0x80
  return padded
}

/** `sequence` (4) || IV (16) || ciphertext || CMAC (16). */
export function sealContent(contentKey: Bytes, sequence: number, content: readonly Dgi[], entropy: Entropy): Bytes {
  const iv = entropy(IV)
  const sealed = concat(u32(sequence), iv, aesCbcEncrypt(derive(contentKey, 'enc'), pad(encodeDgis(content)), iv))
  return concat(sealed, cmac(derive(contentKey, 'mac'), sealed))
}

/** Checks before it decrypts. Throws `CodecError` on anything that this key did not seal. */
export function openContent(contentKey: Bytes, envelope: Bytes): { sequence: number; content: Dgi[] } {
  const end = envelope.length - MAC
  const length = end - NUMBER - IV
  if (length < 16 || length % 16 !== 0) throw new CodecError('content/length')
  const sealed = envelope.slice(0, end)
  if (!equalSecret(cmac(derive(contentKey, 'mac'), sealed), envelope.slice(end))) throw new CodecError('content/mac')
  const iv = sealed.slice(NUMBER, NUMBER + IV)
  const padded = aesCbcDecrypt(derive(contentKey, 'enc'), sealed.slice(NUMBER + IV), iv)
  const last = padded.findLastIndex((byte) => byte !== 0)
  if (padded[last] !== 0x80) throw new CodecError('content/padding')
  return { sequence: fromUint(sealed.subarray(0, NUMBER)), content: decodeDgis(padded.slice(0, last)) }
}
