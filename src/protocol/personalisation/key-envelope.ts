// The envelope in which a key pair that the authority made reaches who brings it into the card: HPKE, for a receiver's key of
// P-256, bound to the public half. Ours: docs/profile.md#key-pool.

import { type Bytes, utf8 } from '../../base/bytes.ts'
import type { Entropy } from '../../base/ports.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { openWith, type Purpose, sealFor } from '../hpke/hpke.ts'

const purpose = (publicKey: Bytes): Purpose => ({ info: utf8('kazasu key pool 1'), aad: publicKey })

/** `receiver` is an uncompressed point of P-256, `publicKey` a SubjectPublicKeyInfo, `pkcs8` its private half. */
export const sealKeyEnvelope = (receiver: Bytes, publicKey: Bytes, pkcs8: Bytes, entropy: Entropy): Bytes =>
  sealFor(receiver, pkcs8, purpose(publicKey), entropy)

/** PKCS#8, as `importKeyPair` takes it. Throws `CodecError` for what is not for this key or this public half. */
export function openKeyEnvelope(scalar: Bytes, publicKey: Bytes, envelope: Bytes): Bytes {
  const pkcs8 = openWith(scalar, envelope, purpose(publicKey))
  if (!pkcs8) throw new CodecError('key-envelope/content')
  return pkcs8
}
