// Data groupings of personalisation: identifier (2 bytes), length (1 byte, or FF and 2 bytes), value.
// GPC v2.3.1 §11.11.2.3 (STORE DATA, DGI format).

import { type Bytes, bytes, concat, fromUint, u16 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'

export interface Dgi {
  readonly id: number
  readonly value: Bytes
}

/** One data grouping; several values are joined. */
export function dgi(id: number, ...values: readonly Bytes[]): Bytes {
  const value = concat(...values)
  if (value.length > 0xffff) throw new RangeError('DGI is too long')
  const length = value.length < 0xff ? bytes(value.length) : concat(bytes(0xff), u16(value.length))
  return concat(u16(id), length, value)
}

export const encodeDgis = (all: readonly Dgi[]): Bytes => concat(...all.map(({ id, value }) => dgi(id, value)))

/** All data groupings, in order. Throws `CodecError` on anything else. */
export function decodeDgis(from: Bytes): Dgi[] {
  const found: Dgi[] = []
  for (let at = 0; at < from.length; ) {
    const long = from[at + 2] === 0xff
    const start = at + (long ? 5 : 3)
    if (start > from.length) throw new CodecError('dgi/short', 'identifier or length is cut', at)
    const length = long ? fromUint(from.subarray(at + 3, at + 5)) : from[at + 2]!
    if (long && length < 0xff) throw new CodecError('dgi/length', 'length is not the shortest', at)
    if (start + length > from.length) throw new CodecError('dgi/short', 'value is cut', at)
    found.push({ id: fromUint(from.subarray(at, at + 2)), value: from.slice(start, start + length) })
    at = start + length
  }
  return found
}
