// What a reader says to the text and surface applications: secrets, files, the proof that the card is here.
// Observed: myna-card, jpki-rs.

import { type Bytes, concat, NO_BYTES, u16, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { command, EXTENDED_LE } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { SW } from '../../codec/sw.ts'
import { readLength } from '../../codec/tlv.ts'
import { ask, CardRefused, type Dialogue, selectByName } from '../iso7816/dialogue.ts'
import { sha256DigestInfo } from '../jpki-ap/files.ts'
import { FACE_AID, type FaceApplication } from './applications.ts'

/** Selects one of the applications; what was verified in another is gone. */
export function* selectFace(application: FaceApplication): Dialogue<void> {
  yield* selectByName(FACE_AID[application], 0x0c)
}

/** VERIFY of a PIN or a 照合番号. A wrong one is `CardRefused` 63Cx. */
export function* verifySecret(ef: number, secret: string): Dialogue<void> {
  yield* ask(command(0x00, 0x20, 0x00, 0x80 | ef, utf8(secret)), 'VERIFY')
}

const read = (offset: number, length: number) => command(0x00, 0xb0, offset >> 8, offset & 0xff, NO_BYTES, length)
/** Tag of two bytes and a length of up to three. */
const HEAD = 5

/** A file as one object, without the filler behind it. */
export function* readObject(ef: number): Dialogue<Bytes> {
  yield* ask(command(0x00, 0xa4, 0x02, 0x0c, u16(ef)), 'SELECT file')
  const parts = [yield* ask(read(0, 256), 'READ BINARY')]
  const end = lengthOf(parts[0]!)
  for (let at = parts[0]!.length; at < end; ) {
    const part = yield* ask(read(at, Math.min(256, end - at)), 'READ BINARY')
    if (part.length === 0) throw new CodecError('face/short')
    parts.push(part)
    at += part.length
  }
  return concat(...parts).slice(0, end)
}

function lengthOf(head: Bytes): number {
  const tag = (head[0]! & 0x1f) === 0x1f ? 2 : 1
  const [length, start] = readLength(head.subarray(0, HEAD), tag)
  return start + length
}

/** The card's own key over a challenge, RSASSA-PKCS1-v1_5 SHA-256: that it is the card, not a copy of its files. */
export function* signChallenge(challenge: Bytes): Dialogue<Bytes> {
  const digestInfo = sha256DigestInfo(sha256(challenge))
  return yield* ask(command(0x80, 0x2a, 0x00, 0x00, digestInfo, 256), 'COMPUTE DIGITAL SIGNATURE')
}

/** An object of the card manager, which must be selected; a large one is asked for again with an extended Le. */
export function* cardObject(tag: number): Dialogue<Bytes> {
  const [p1, p2] = u16(tag)
  try {
    return yield* ask(command(0x00, 0xca, p1!, p2!, NO_BYTES, 256), 'GET DATA')
  } catch (error) {
    if (!(error instanceof CardRefused) || error.sw !== SW.WRONG_LENGTH.sw) throw error
    return yield* ask(command(0x00, 0xca, p1!, p2!, NO_BYTES, EXTENDED_LE), 'GET DATA')
  }
}
