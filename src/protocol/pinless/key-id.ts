// Key identifiers of the card-verifiable certificates: seven digits, 08 05, three digits, four bytes. Observed:
// myna-card. That the first of the four tells a CA from an end entity is ours: docs/profile.md#terminal-certificates.

import { type Bytes, bytes, concat, fromLatin1, utf8 } from '../../base/bytes.ts'
import { KEY_ID_LENGTH } from '../../codec/cvc.ts'

export interface KeyIdFields {
  /** The first digit is 5 in the production hierarchy, 6 in the test hierarchy. */
  readonly digits: string
  /** 0 to 999. */
  readonly generation: number
  /** May certify others. */
  readonly ca: boolean
}

const MIDDLE = bytes(0x08, 0x05)
const CA = 0x01
const AT = { generation: 9, role: 12 } as const

/** 16 bytes. Throws `RangeError` for what has no such identifier. */
export function encodeKeyId({ digits, generation, ca }: KeyIdFields): Bytes {
  const group = String(generation).padStart(3, '0')
  if (!/^[0-9]{7}$/.test(digits) || !/^[0-9]{3}$/.test(group)) throw new RangeError('no such key identifier')
  return concat(utf8(digits), MIDDLE, utf8(group), bytes(ca ? CA : 0, 0, 0, 0))
}

/** Of an identifier whose form is another, the generation is -1: older than all. */
export function keyIdFields(keyId: Bytes): KeyIdFields {
  const group = fromLatin1(keyId.subarray(AT.generation, AT.role))
  return {
    digits: fromLatin1(keyId.subarray(0, 7)),
    generation: keyId.length === KEY_ID_LENGTH && /^[0-9]{3}$/.test(group) ? Number(group) : -1,
    ca: keyId[AT.role] === CA,
  }
}
