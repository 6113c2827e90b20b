// The format of a card's journal: a header, then frames of one commit each. Ours; only this adapter reads it.
// Frame: length of the payload (4 bytes), payload, first 8 bytes of SHA-256 over both. Not here: files.

import { type Bytes, bytes, concat, equal, fromUint, fromUtf8, NO_BYTES, u16, u32, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'

export type Changes = ReadonlyMap<string, Bytes | null>

/** `KZSM` and the version of the format. */
export const HEADER: Bytes = concat(utf8('KZSM'), u32(1))

const LENGTH = 4
const CHECKSUM = 8

export const encodeFrame = (changes: Changes): Bytes => {
  const payload = concat(...[...changes].map(encodeChange))
  const body = concat(u32(payload.length), payload)
  return concat(body, sha256(body).subarray(0, CHECKSUM))
}

function encodeChange([name, value]: [string, Bytes | null]): Bytes {
  const label = utf8(name)
  if (label.length > 0xffff) throw new RangeError('record name too long')
  return concat(u16(label.length), label, bytes(value ? 1 : 0), u32(value?.length ?? 0), value ?? NO_BYTES)
}

function decodeChanges(payload: Bytes): Changes {
  const changes = new Map<string, Bytes | null>()
  let at = 0
  const take = (length: number) => payload.subarray(at, (at += length))
  while (at < payload.length) {
    const name = fromUtf8(take(fromUint(take(2))))
    const present = take(1)[0] === 1
    const value = take(fromUint(take(4)))
    changes.set(name, present ? value.slice() : null)
  }
  return changes
}

export interface Replay {
  readonly records: Map<string, Bytes>
  /** Where the last whole frame ends; what follows was being written when the power failed. */
  readonly end: number
  /** True when whole frames may follow a broken one: not a torn tail, and nothing to guess at. */
  readonly damaged: boolean
}

/** What the journal says, up to its last whole frame. */
export function replay(journal: Bytes): Replay {
  const records = new Map<string, Bytes>()
  if (!equal(journal.subarray(0, HEADER.length), HEADER)) {
    const torn = equal(journal, HEADER.subarray(0, journal.length))
    return { records, end: 0, damaged: !torn }
  }
  let end = HEADER.length
  while (end < journal.length) {
    const payload = wholeFrame(journal, end)
    if (!payload) break
    apply(records, decodeChanges(payload))
    end += LENGTH + payload.length + CHECKSUM
  }
  return { records, end, damaged: !isTail(journal, end) }
}

function wholeFrame(journal: Bytes, start: number): Bytes | undefined {
  const length = fromUint(journal.subarray(start, start + LENGTH))
  const body = journal.subarray(start, start + LENGTH + length)
  const checksum = journal.subarray(start + LENGTH + length, start + LENGTH + length + CHECKSUM)
  const whole = checksum.length === CHECKSUM && equal(sha256(body).subarray(0, CHECKSUM), checksum)
  return whole ? body.subarray(LENGTH) : undefined
}

/** A torn frame is the last: it reaches or passes the end of the file, or the file goes on with zeros never filled. */
function isTail(journal: Bytes, start: number): boolean {
  const rest = journal.subarray(start)
  if (rest.length < LENGTH) return true
  return start + LENGTH + fromUint(rest.subarray(0, LENGTH)) + CHECKSUM >= journal.length || rest.every((b) => b === 0)
}

/** Copies what it keeps; `slice` would not be a copy where the value is a Node.js Buffer. */
export function apply(records: Map<string, Bytes>, changes: Changes): void {
  for (const [name, value] of changes) {
    if (value) records.set(name, Uint8Array.from(value))
    else records.delete(name)
  }
}
