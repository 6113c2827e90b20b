// The signed list of terminals that may no longer authenticate, small enough for a card to keep. The root of the
// terminals' certificates signs it. Ours: docs/profile.md#terminal-revocation.

import { type Bytes, concat, equal, fromUint, u32, utf8 } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { KEY_ID_LENGTH } from '../../codec/cvc.ts'
import { decodeTlvs, needTlv, tlv } from '../../codec/tlv.ts'

/** What a card keeps at most; when more are to go, the generation of the terminals' CA changes. */
export const REVOKED_MAX = 32

export interface RevokedTerminals {
  /** The root's. */
  readonly issuerKeyId: Bytes
  /** Grows with every list. */
  readonly number: number
  readonly keyIds: readonly Bytes[]
}

const LINE = utf8('kazasu revoked terminals 1\n')
const NUMBER = 4
const HEAD = LINE.length + KEY_ID_LENGTH + NUMBER

/** The bytes under the signature, RSASSA-PKCS1-v1_5 SHA-256. Throws `RangeError` when a card could not keep it. */
export function encodeRevokedBody({ issuerKeyId, number, keyIds }: RevokedTerminals): Bytes {
  if (keyIds.length > REVOKED_MAX) throw new RangeError('more revoked terminals than a card keeps')
  const whole = [issuerKeyId, ...keyIds].every(({ length }) => length === KEY_ID_LENGTH)
  if (!whole) throw new RangeError('a key identifier has 16 bytes')
  return concat(LINE, issuerKeyId, u32(number), ...keyIds)
}

export const encodeRevoked = (body: Bytes, signature: Bytes): Bytes => concat(tlv(0x5f4e, body), tlv(0x5f37, signature))

export interface SignedRevoked extends RevokedTerminals {
  /** As it stood under the signature. */
  readonly body: Bytes
  readonly signature: Bytes
}

/** Any bytes to the list, or a `CodecError`; the signature is not checked here. */
export function decodeRevoked(from: Bytes): SignedRevoked {
  const objects = decodeTlvs(from)
  const body = needTlv(objects, 0x5f4e)
  return { ...decodeRevokedBody(body), body, signature: needTlv(objects, 0x5f37) }
}

export function decodeRevokedBody(body: Bytes): RevokedTerminals {
  const ids = body.length - HEAD
  const count = ids / KEY_ID_LENGTH
  if (ids < 0 || !Number.isInteger(count) || count > REVOKED_MAX || !equal(body.subarray(0, LINE.length), LINE)) {
    throw new CodecError('pinless/revoked')
  }
  const at = (start: number) => body.slice(start, start + KEY_ID_LENGTH)
  return {
    issuerKeyId: at(LINE.length),
    number: fromUint(body.subarray(HEAD - NUMBER, HEAD)),
    keyIds: Array.from({ length: count }, (_, i) => at(HEAD + i * KEY_ID_LENGTH)),
  }
}
