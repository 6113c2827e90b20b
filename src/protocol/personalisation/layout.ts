// The data groupings by which the issuer personalises the JPKI application. Ours: docs/profile.md#personalisation.
// Each STORE DATA sequence is one operation; the card does the whole of it or nothing.

import { type Bytes, bytes, concat, fromUint, u32, utf8 } from '../../base/bytes.ts'
import type { KeyKind as KeyAlgorithm } from '../../base/crypto.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeTlvs, findTlv, needTlv, tlv } from '../../codec/tlv.ts'
import { LIFE, type Life } from '../jpki-ap/files.ts'

/** Outside the content encryption: its key, its envelopes, and two questions whose answers are public or harmless. */
export const DGI = {
  /** Content key under the security domain's DEK || key check value. GPC v2.3.1 §11.11.3.2 has 8113 for secret keys. */
  contentKey: 0x8113,
  envelope: 0x0b00,
  /** Value: identifier of a key (EF). */
  queryState: 0x0b01,
  /** Value: identifier of a key (EF), offset (2 bytes). Answer: that part of the key pair's public face. */
  queryKeyPair: 0x0b02,
} as const

/** Inside an envelope. Each value begins with the identifier of the EF that it is about, two bytes. */
export const CONTENT = {
  /** Then: algorithm (1), request id (16). The same id again changes nothing. */
  makeKeyPair: 0x0c01,
  /** Then: request id (16), PrivateKeyInfo (PKCS#8, DER). */
  importKeyPair: 0x0c02,
  /** Then: what the file is to hold. */
  file: 0x0c03,
  /** Then: the secret, to be changed by the holder before use. Full tries. */
  transportPin: 0x0c04,
  /** Full tries for the secret that the holder has; nobody learns it. */
  unblockPin: 0x0c05,
  /** EF 0000, then: the state of the application, one byte. */
  life: 0x0c06,
  /** EF 0016, then: the signed list of revoked terminals. */
  revokedTerminals: 0x0c07,
} as const

/** Codes of `CONTENT.makeKeyPair`. */
export const ALGORITHMS = ['RSA-2048', 'P-256', 'P-384'] as const satisfies readonly KeyAlgorithm[]

/** Longest part of a key pair's public face that fits one response under R-MAC and R-ENCRYPTION, S8. */
export const KEY_PAIR_PART = 224

export const EF_LENGTH = 2
export const REQUEST_ID_LENGTH = 16
export const CONTENT_KEY_LENGTH = 32

export interface PersonalisationState {
  /** Number of the last envelope that the card took. */
  readonly sequence: number
  /** SHA-256 of the content key that the card holds. */
  readonly contentKeyHash?: Bytes
  /** Of the key pair that the card holds. */
  readonly requestId?: Bytes
  /** SHA-256 of the certificate that the card holds. */
  readonly certificateHash?: Bytes
  readonly pin: 'none' | 'transport' | 'own'
  readonly pinTriesLeft: number
  readonly life: Life
}

const PIN_STATES = ['none', 'transport', 'own'] as const

export function encodeState(state: PersonalisationState): Bytes {
  const { sequence, contentKeyHash, requestId, certificateHash, pin, pinTriesLeft, life } = state
  return concat(
    tlv(0x80, u32(sequence)),
    contentKeyHash ? tlv(0x81, contentKeyHash) : bytes(),
    requestId ? tlv(0x82, requestId) : bytes(),
    certificateHash ? tlv(0x83, certificateHash) : bytes(),
    tlv(0x84, bytes(PIN_STATES.indexOf(pin), pinTriesLeft)),
    tlv(0x86, bytes(LIFE.indexOf(life))),
  )
}

/** Any bytes to the state, or a `CodecError`. */
export function decodeState(from: Bytes): PersonalisationState {
  const objects = decodeTlvs(from)
  const sequence = needTlv(objects, 0x80)
  const [pinState, pinTriesLeft] = needTlv(objects, 0x84)
  const pin = PIN_STATES[pinState ?? -1]
  const life = LIFE[needTlv(objects, 0x86)[0] ?? -1]
  if (sequence.length !== 4 || !pin || !life || pinTriesLeft === undefined) {
    throw new CodecError('personalisation/state')
  }
  const optional = { contentKeyHash: 0x81, requestId: 0x82, certificateHash: 0x83 } as const
  const present = Object.entries(optional).flatMap(([name, tag]) => {
    const value = findTlv(objects, tag)
    return value ? [[name, value] as const] : []
  })
  return { sequence: fromUint(sequence), pin, pinTriesLeft, life, ...Object.fromEntries(present) }
}

/** The public face of a key pair that is in the card. */
export interface MadeKeyPair {
  readonly requestId: Bytes
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Bytes
  /** Over `possessionMessage`: RSASSA-PKCS1-v1_5 SHA-256, or ECDSA with the hash of the curve's length, DER. */
  readonly proofOfPossession: Bytes
}

export const encodeMadeKeyPair = ({ requestId, publicKey, proofOfPossession }: MadeKeyPair): Bytes =>
  concat(tlv(0x82, requestId), tlv(0x85, publicKey), tlv(0x9e, proofOfPossession))

export function decodeMadeKeyPair(from: Bytes): MadeKeyPair {
  const objects = decodeTlvs(from)
  return {
    requestId: needTlv(objects, 0x82),
    publicKey: needTlv(objects, 0x85),
    proofOfPossession: needTlv(objects, 0x9e),
  }
}

/** What the card signs to prove that it has the private key: request id || SubjectPublicKeyInfo behind its own line. */
export function possessionMessage(requestId: Bytes, publicKey: Bytes): Bytes {
  if (requestId.length !== REQUEST_ID_LENGTH) throw new RangeError('request id has 16 bytes')
  return concat(utf8('kazasu proof of possession 1\n'), requestId, publicKey)
}
