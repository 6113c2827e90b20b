// How the text and surface applications write their files: an outer object, a table of offsets, the fields, and what
// is signed of them. Observed: myna-card. Who signs is not decided here.

import { type Bytes, bytes, concat, fromUtf8, u16, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { encodeCvcKey } from '../../codec/cvc.ts'
import { decodeTlvs, encodeTlvs, needTlv, readTlv, type Tlv, tlv } from '../../codec/tlv.ts'

/** RSASSA-PKCS1-v1_5 with SHA-256 over the message. */
export type SignFace = (message: Bytes) => Promise<Bytes>

export interface FaceFacts {
  readonly name: string
  readonly address: string
  /** YYYY-MM-DD */
  readonly birthDate: string
  readonly gender: '1' | '2' | '9'
}

const FILLER = bytes(0xff, 0xff)
const OFFSETS = 0xdf21

/** `DF21` before the fields: where each begins, counted from the start of the file, two bytes each. */
function withOffsets(outer: number, fields: readonly Tlv[]): Bytes {
  const encoded = fields.map(({ tag, value }) => tlv(tag, value))
  const table = (starts: readonly number[]) => tlv(OFFSETS, ...starts.map(u16))
  const length = tlv(outer, table(encoded.map(() => 0)), ...encoded).length
  let at = length - concat(...encoded).length
  const starts = encoded.map((field) => (at += field.length) - field.length)
  return tlv(outer, table(starts), ...encoded)
}

/** The fields of a file, without their table of offsets; filler behind the object is passed over. */
function fieldsOf(outer: number, file: Bytes): Tlv[] {
  const [object] = readTlv(file, 0)
  if (object.tag !== outer) throw new CodecError('face/tag')
  return decodeTlvs(object.value).filter(({ tag }) => tag !== OFFSETS)
}

const digits = (date: string): Bytes => utf8(date.replaceAll('-', ''))

/** Text EF 0001: seventeen bytes, the last two of them filler. */
export function encodeMyNumber(myNumber: string): Bytes {
  if (!/^[0-9]{12}$/.test(myNumber)) throw new RangeError('a My Number has twelve digits')
  return concat(tlv(0xff10, utf8(myNumber)), FILLER)
}

export function decodeMyNumber(file: Bytes): string {
  const [object] = readTlv(file, 0)
  const text = fromUtf8(object.value)
  if (object.tag !== 0xff10 || !/^[0-9]{12}$/.test(text)) throw new CodecError('face/my-number')
  return text
}

const attributes = ({ name, address, birthDate, gender }: FaceFacts): Tlv[] => [
  { tag: 0xdf22, value: utf8(name) },
  { tag: 0xdf23, value: utf8(address) },
  { tag: 0xdf24, value: digits(birthDate) },
  { tag: 0xdf25, value: utf8(gender) },
]

/** Text EF 0002: the four facts. */
export const encodeAttributes = (facts: FaceFacts): Bytes => withOffsets(0xff20, attributes(facts))

/** Any bytes to the four facts, or a `CodecError`. */
export function decodeAttributes(file: Bytes): FaceFacts {
  const fields = fieldsOf(0xff20, file)
  const text = (tag: number) => fromUtf8(needTlv(fields, tag))
  const [, year, month, day] = /^([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(text(0xdf24)) ?? []
  const gender = text(0xdf25)
  if (!year || (gender !== '1' && gender !== '2' && gender !== '9')) throw new CodecError('face/attributes')
  return { name: text(0xdf22), address: text(0xdf23), birthDate: `${year}-${month}-${day}`, gender }
}

/** Text EF 0003: hashes of 0001 as it lies there and of the fields of 0002, signed. */
export async function encodeIntegrity(myNumberFile: Bytes, facts: FaceFacts, sign: SignFace): Promise<Bytes> {
  const hashes = concat(tlv(0xdf31, sha256(myNumberFile)), tlv(0xdf32, sha256(encodeTlvs(attributes(facts)))))
  return tlv(0xff30, hashes, tlv(0xdf33, await sign(hashes)))
}

/** Specification version, extended lengths, vendor, vendor's own. Observed: myna-card. */
const IDENTIFICATION = { text: bytes(0x01, 0x03, 0x0e, 0x01), surface: bytes(0x06, 0x03, 0x0e, 0x01) } as const
/** Of unknown purpose on a card, 32 bytes and filler; zeros and filler here. */
const TEXT_TRAILER = concat(new Uint8Array(32), new Uint8Array(96).fill(0xff))

/** Text EF 0005. */
export const encodeTextBasicData = (keyId: Bytes): Bytes =>
  tlv(0xff40, tlv(0xdf41, IDENTIFICATION.text), tlv(0xdf42, keyId), tlv(0xdf43, TEXT_TRAILER))

/** Text EF 0006: the key to which a session key is encrypted. */
export const encodeSessionKey = (modulus: Bytes): Bytes => tlv(0xa1, encodeCvcKey(modulus))

/** Text EF 0007: the public half of the card's own key, signed. */
export async function encodeSignedKey(modulus: Bytes, sign: SignFace): Promise<Bytes> {
  const key = tlv(0xdf51, encodeCvcKey(modulus))
  return tlv(0xff50, key, tlv(0xdf52, await sign(key)))
}

/** Surface EF 0001: the age verification record. */
export async function encodeAgeRecord(birthDate: string, modulus: Bytes, sign: SignFace): Promise<Bytes> {
  const record = concat(tlv(0xdf11, digits(birthDate)), tlv(0xdf12, encodeCvcKey(modulus)))
  return tlv(0xff10, record, tlv(0xdf13, await sign(record)))
}

export interface FaceImages {
  /** PNG. */
  readonly name: Bytes
  readonly address: Bytes
  readonly securityCode: Bytes
  readonly myNumber: Bytes
  /** JPEG 2000. */
  readonly photo: Bytes
}

interface CardFace {
  readonly facts: FaceFacts
  readonly images: FaceImages
  readonly modulus: Bytes
  /** YYYYMMDD */
  readonly expiry: string
}

/**
 * Surface EF 0002. `sign` takes the hashes of its three groups in one DigestInfo (RSASSA-PKCS1-v1_5 over
 * `threeHashes`); expiry and security code stand behind the signature.
 */
export async function encodeCardFace(face: CardFace, signHashes: SignFace): Promise<Bytes> {
  const { facts, images, modulus, expiry } = face
  const groups: Tlv[][] = [
    [
      { tag: 0xdf22, value: digits(facts.birthDate) },
      { tag: 0xdf23, value: utf8(facts.gender) },
      { tag: 0xdf24, value: encodeCvcKey(modulus) },
    ],
    [
      { tag: 0xdf25, value: images.name },
      { tag: 0xdf26, value: images.address },
    ],
    [{ tag: 0xdf27, value: images.photo }],
  ]
  const signature = await signHashes(threeHashes(groups.map((group) => sha256(encodeTlvs(group)))))
  return withOffsets(0xff20, [
    ...groups.flat(),
    { tag: 0xdf28, value: signature },
    { tag: 0xdf29, value: utf8(expiry) },
    { tag: 0xdf2a, value: images.securityCode },
  ])
}

/** DigestInfo of SHA-256 whose digest is three hashes in a row. */
const threeHashes = (hashes: readonly Bytes[]): Bytes =>
  tlv(
    0x30,
    tlv(0x30, tlv(0x06, bytes(0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01)), tlv(0x05)),
    tlv(0x04, ...hashes),
  )

/** Surface EF 0003; what is behind the last key identifier is not known, here zeros. */
export function encodeSurfaceBasicData(keyId: Bytes, municipality: string): Bytes {
  return tlv(
    0xff30,
    tlv(0xdf31, IDENTIFICATION.surface),
    tlv(0xdf32, keyId),
    tlv(0xdf33, bytes(0x01)),
    tlv(0xdf34, utf8(municipality)),
    tlv(0xdf35, keyId, new Uint8Array(256)),
  )
}

/** Surface EF 0005: the My Number as an image. */
export async function encodeMyNumberImage(image: Bytes, modulus: Bytes, sign: SignFace): Promise<Bytes> {
  const record = concat(tlv(0xdf41, image), tlv(0xdf42, encodeCvcKey(modulus)))
  return tlv(0xff40, record, tlv(0xdf43, await sign(record)))
}

/** Common EF 0001: one record, 28 digits. */
export function encodeCardInfo(serial: string, municipality: string, expiry: string): Bytes {
  const text = `${serial}${municipality}${expiry}`
  if (!/^[0-9]{28}$/.test(text) || serial.length !== 15) throw new RangeError('not what a card is known by')
  return concat(bytes(0x01, text.length), utf8(text))
}
