// 年齢判定: the holder's signed word that a service may ask J-LIS whether an age is reached, sealed for J-LIS, so that
// the service forwards what it cannot read and learns yes or no. Seed 0 (松田). Ours: docs/profile.md#age-determination.

import { type Bytes, concat, utf8 } from '../../base/bytes.ts'
import type { Entropy } from '../../base/ports.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeTlvs, needTlv, tlv } from '../../codec/tlv.ts'
import { openWith, sealFor } from '../hpke/hpke.ts'

/** What a service asks: its own name as J-LIS knows it, the age in years, 16 random bytes in hex, the time. */
export interface AgeQuestion {
  readonly party: string
  readonly limit: number
  readonly nonce: string
  readonly at: Date
}

const lines = (...parts: readonly (string | number)[]): Bytes => utf8(parts.join('\n'))

/** What the holder signs: RSASSA-PKCS1-v1_5 or ECDSA by the 利用者証明用 key, after the PIN. */
export const ageStatement = ({ party, limit, nonce, at }: AgeQuestion): Bytes =>
  lines('kazasu age 1', party, limit, nonce, at.toISOString())

/** What J-LIS signs of its answer, ECDSA P-256 with SHA-256. */
export const ageAnswer = ({ party, limit, nonce }: AgeQuestion, reached: boolean, answeredAt: Date): Bytes =>
  lines('kazasu age answer 1', party, limit, nonce, reached ? 'reached' : 'not reached', answeredAt.toISOString())

export interface AgeProof {
  /** DER, 利用者証明用. */
  readonly certificate: Bytes
  readonly signature: Bytes
}

const TAG = { certificate: 0x80, signature: 0x81 } as const
const purpose = (question: AgeQuestion) => ({ info: utf8('kazasu age 1'), aad: ageStatement(question) })

/** `recipient` is the point of J-LIS's key for age determination. Two proofs of one person have nothing in common. */
export const sealAgeProof = (proof: AgeProof, question: AgeQuestion, recipient: Bytes, entropy: Entropy): Bytes => {
  const whole = concat(tlv(TAG.certificate, proof.certificate), tlv(TAG.signature, proof.signature))
  return sealFor(recipient, padded(whole), purpose(question), entropy)
}

/** Certificates differ by a few octets: the length must not tell whose it is. Padding of ISO 7816-4:2020 §10.2.3.1. */
const PADDED_LENGTH = 4096

function padded(whole: Bytes): Bytes {
  if (whole.length >= PADDED_LENGTH) throw new RangeError('certificate and signature are too long')
  const block = new Uint8Array(PADDED_LENGTH)
  block.set(whole)
  block[whole.length] = 0x80
  return block
}

const unpadded = (block: Bytes): Bytes => block.slice(0, block.lastIndexOf(0x80))

/** Undefined for what was not sealed for this key and question, or holds no proof. */
export function openAgeProof(sealed: Bytes, question: AgeQuestion, scalar: Bytes): AgeProof | undefined {
  const opened = openWith(scalar, sealed, purpose(question))
  if (!opened) return undefined
  try {
    const objects = decodeTlvs(unpadded(opened))
    return { certificate: needTlv(objects, TAG.certificate), signature: needTlv(objects, TAG.signature) }
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}
