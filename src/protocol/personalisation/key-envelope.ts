// How the receiver opens the envelope with a key pair that the authority made. Ours: docs/profile.md#key-pool.

import { type Bytes, concat, fromUint, utf8 } from '../../base/bytes.ts'
import { type PrivateKey, rsaOaepDecrypt, unseal } from '../../base/crypto.ts'
import { CodecError } from '../../codec/codec-error.ts'

/** PKCS#8, as `importKeyPair` takes it. Throws `CodecError` for what is not for this key or this public half. */
export function openKeyEnvelope(receiver: PrivateKey, publicKey: Bytes, envelope: Bytes): Bytes {
  const end = 2 + fromUint(envelope.subarray(0, 2))
  const contentKey = rsaOaepDecrypt(receiver, envelope.slice(2, end))
  if (!contentKey) throw new CodecError('key-envelope/receiver')
  try {
    return unseal(contentKey, envelope.slice(end), concat(utf8('kazasu key pool 1\n'), publicKey))
  } catch {
    throw new CodecError('key-envelope/content')
  }
}
