// Card-verifiable certificates of terminals, as a table, and the key identifiers in them. Observed: myna-card. That the
// first of the last four octets tells a CA from an end entity is ours: docs/profile.md#terminal-certificates.

import { type Bytes, bytes, concat, fromLatin1, utf8 } from '../../base/bytes.ts'
import { KEY_ID_LENGTH } from '../../codec/cvc.ts'

/** The sixteen octets, in their order: `octets` of each and what they say. */
export const KEY_ID = {
  digits: { octets: 7, says: '`5` in the production hierarchy, `6` in the test hierarchy, and six digits of a number' },
  middle: { octets: 2, says: '`08 05`' },
  generation: { octets: 3, says: 'generation of the CA in digits, `000` for the root' },
  role: { octets: 1, says: '`01` for a root or CA, `00` for a terminal' },
  rest: { octets: 3, says: '`00 00 00`' },
} as const

/** What is under the signature: RSASSA-PKCS1-v1_5 with SHA-256 by a key of RSA-2048. */
export const TERMINAL_CERTIFICATE = [
  {
    field: 'issuer',
    octets: KEY_ID_LENGTH,
    says: 'key identifier: of the CA, or of the root in the certificate of a CA',
  },
  { field: 'subject', octets: KEY_ID_LENGTH, says: 'key identifier: of the terminal, or of the CA' },
  { field: 'key', octets: 265, says: '`90` exponent 65537, `91` modulus of 2048 bits' },
] as const

const MIDDLE = bytes(0x08, 0x05)
const CA = 0x01
const AT = {
  generation: KEY_ID.digits.octets + KEY_ID.middle.octets,
  role: KEY_ID_LENGTH - KEY_ID.rest.octets - KEY_ID.role.octets,
} as const

export interface KeyIdFields {
  /** The first digit is that of the hierarchy. */
  readonly digits: string
  /** 0 to 999. */
  readonly generation: number
  /** May certify others. */
  readonly ca: boolean
}

/** 16 bytes. Throws `RangeError` for what has no such identifier. */
export function encodeKeyId({ digits, generation, ca }: KeyIdFields): Bytes {
  const group = String(generation).padStart(KEY_ID.generation.octets, '0')
  if (!/^[0-9]{7}$/.test(digits) || !/^[0-9]{3}$/.test(group)) throw new RangeError('no such key identifier')
  return concat(utf8(digits), MIDDLE, utf8(group), bytes(ca ? CA : 0, 0, 0, 0))
}

/** Of an identifier whose form is another, the generation is -1: older than all. */
export function keyIdFields(keyId: Bytes): KeyIdFields {
  const group = fromLatin1(keyId.subarray(AT.generation, AT.role))
  return {
    digits: fromLatin1(keyId.subarray(0, KEY_ID.digits.octets)),
    generation: keyId.length === KEY_ID_LENGTH && /^[0-9]{3}$/.test(group) ? Number(group) : -1,
    ca: keyId[AT.role] === CA,
  }
}
