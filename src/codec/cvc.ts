// Card-verifiable certificate of the My Number Card: 7F21 { 5F4E 297 bytes, 5F37 signature }.
// Observed: myna-card; signature RSA-2048 PKCS#1 v1.5 SHA-256 over the 297 bytes. Also the key's SubjectPublicKeyInfo.

import { type Bytes, concat, equal, fromHex } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import { decodeTlv, decodeTlvs, needTlv, tlv } from './tlv.ts'

export const KEY_ID_LENGTH = 16
const MODULUS_LENGTH = 256
/** 65537; the only exponent there is. */
const EXPONENT = fromHex('010001')

/** The 297 bytes under the signature. */
export interface CvcBody {
  readonly issuerKeyId: Bytes
  readonly subjectKeyId: Bytes
  /** 256 bytes, most significant bit set. */
  readonly modulus: Bytes
}

export interface Cvc extends CvcBody {
  /** The signed 297 bytes as they stood. */
  readonly body: Bytes
  readonly signature: Bytes
}

/** `90 03 010001 91 82 0100 <modulus>`. */
export function encodeCvcKey(modulus: Bytes): Bytes {
  checkLength(modulus, MODULUS_LENGTH, 'modulus')
  return concat(tlv(0x90, EXPONENT), tlv(0x91, modulus))
}

export function decodeCvcKey(from: Bytes): Bytes {
  const objects = decodeTlvs(from)
  const modulus = needTlv(objects, 0x91)
  if (modulus.length !== MODULUS_LENGTH || !equal(from, encodeCvcKey(modulus))) {
    throw new CodecError('cvc/key', 'not an RSA-2048 key in CVC form')
  }
  return modulus
}

/** The bytes to be signed. */
export function encodeCvcBody({ issuerKeyId, subjectKeyId, modulus }: CvcBody): Bytes {
  checkLength(issuerKeyId, KEY_ID_LENGTH, 'issuer key id')
  checkLength(subjectKeyId, KEY_ID_LENGTH, 'subject key id')
  return concat(issuerKeyId, subjectKeyId, encodeCvcKey(modulus))
}

export const encodeCvc = (body: Bytes, signature: Bytes): Bytes =>
  tlv(0x7f21, tlv(0x5f4e, body), tlv(0x5f37, signature))

/** Any bytes to a certificate, or a `CodecError`; the signature is not checked here. */
export function decodeCvc(from: Bytes): Cvc {
  const [body, signature, ...more] = decodeTlvs(decodeTlv(0x7f21, from))
  if (body?.tag !== 0x5f4e || signature?.tag !== 0x5f37 || more.length > 0) {
    throw new CodecError('cvc/objects', 'a CVC holds 5F4E and 5F37')
  }
  const ids = 2 * KEY_ID_LENGTH
  return {
    issuerKeyId: body.value.slice(0, KEY_ID_LENGTH),
    subjectKeyId: body.value.slice(KEY_ID_LENGTH, ids),
    modulus: decodeCvcKey(body.value.subarray(ids)),
    body: body.value,
    signature: signature.value,
  }
}

// RFC 8017 App. A.1.1: SubjectPublicKeyInfo of an RSA-2048 key with exponent 65537 differs only in the modulus.
const SPKI_HEAD = fromHex('30820122300d06092a864886f70d01010105000382010f003082010a0282010100')
const SPKI_TAIL = fromHex('0203010001')

/** The modulus as a DER SubjectPublicKeyInfo. */
export function spkiOfModulus(modulus: Bytes): Bytes {
  checkLength(modulus, MODULUS_LENGTH, 'modulus')
  return concat(SPKI_HEAD, modulus, SPKI_TAIL)
}

const SPKI_LENGTH = SPKI_HEAD.length + MODULUS_LENGTH + SPKI_TAIL.length

/** The modulus of an RSA-2048 SubjectPublicKeyInfo with exponent 65537; anything else is a `CodecError`. */
export function modulusOfSpki(spki: Bytes): Bytes {
  const head = spki.subarray(0, SPKI_HEAD.length)
  const modulus = spki.subarray(SPKI_HEAD.length, SPKI_HEAD.length + MODULUS_LENGTH)
  const tail = spki.subarray(SPKI_HEAD.length + MODULUS_LENGTH)
  if (spki.length !== SPKI_LENGTH || !equal(head, SPKI_HEAD) || !equal(tail, SPKI_TAIL) || modulus[0]! < 0x80) {
    throw new CodecError('cvc/spki', 'not an RSA-2048 SubjectPublicKeyInfo')
  }
  return modulus.slice()
}

function checkLength(value: Bytes, length: number, name: string): void {
  if (value.length !== length) throw new RangeError(`${name} must have ${length} bytes`)
}
