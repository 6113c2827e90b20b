// What terminal and card sign in PIN-less authentication, and the answer. No public specification names the bytes.
// Ours: docs/profile.md#pinless. Seed 2: external and internal authentication together; seed 3 (2).

import { type Bytes, concat, utf8 } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { KEY_ID_LENGTH } from '../../codec/cvc.ts'
import { decodeTlvs, needTlv, tlv } from '../../codec/tlv.ts'

export const CHALLENGE_LENGTH = 16

/**
 * P2: 16 is the key of the terminals' root (EF 0016), 97 the auth key by its short identifier. P1 of SET PUBLIC IC KEY:
 * a certificate, or the list of revoked terminals.
 */
export const PINLESS = { certificate: 0x00, revoked: 0x01, terminalKey: 0x16, authKey: 0x97 } as const

/** Signed by the terminal, RSASSA-PKCS1-v1_5 SHA-256. */
export const terminalMessage = (cardChallenge: Bytes, terminalKeyId: Bytes): Bytes =>
  concat(utf8('kazasu pinless terminal 1\n'), fixed(cardChallenge), fixed(terminalKeyId))

/**
 * Signed by the card with the 利用者証明用 key, RSASSA-PSS SHA-256. The first line and PSS keep the signature from
 * ever being a login signature or a DigestInfo that the terminal chose; the card's challenge keeps it from being made ahead.
 */
export const cardMessage = (terminalChallenge: Bytes, cardChallenge: Bytes, terminalKeyId: Bytes): Bytes =>
  concat(utf8('kazasu pinless card 1\n'), fixed(terminalChallenge), fixed(cardChallenge), fixed(terminalKeyId))

/** All three have 16 bytes, so that no two inputs give one message. */
function fixed(value: Bytes): Bytes {
  if (value.length !== CHALLENGE_LENGTH || value.length !== KEY_ID_LENGTH) throw new RangeError('not 16 bytes')
  return value
}

export interface PinlessAnswer {
  /** Serial number of the 利用者証明用 certificate, without leading zeros. */
  readonly serial: bigint
  readonly signature: Bytes
}

const TAG_SERIAL = 0x80
const TAG_SIGNATURE = 0x9e

/** `serial` as it stands in the certificate's INTEGER. */
export const encodePinlessAnswer = (serial: Bytes, signature: Bytes): Bytes =>
  concat(tlv(TAG_SERIAL, serial), tlv(TAG_SIGNATURE, signature))

/** Any bytes to the answer, or a `CodecError`. */
export function decodePinlessAnswer(from: Bytes): PinlessAnswer {
  const objects = decodeTlvs(from)
  const serial = needTlv(objects, TAG_SERIAL)
  if (serial.length < 1 || serial.length > 20) throw new CodecError('pinless/serial')
  return { serial: toBigInt(serial), signature: needTlv(objects, TAG_SIGNATURE) }
}

const toBigInt = (value: Bytes): bigint => value.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
