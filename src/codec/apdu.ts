// C-APDU and R-APDU, short and extended, cases 1 to 4. ISO 7816-4:2020 §5.2, §5.3.

import { type Bytes, bytes, concat, fromUint, NO_BYTES, u16 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'

export interface Command {
  readonly cla: number
  readonly ins: number
  readonly p1: number
  readonly p2: number
  readonly data: Bytes
  /** Ne, 1..65536; absent when no data is expected. */
  readonly le?: number
  /** Present when the lengths are to be coded extended although short would do. */
  readonly extended?: true
}

export interface Response {
  readonly data: Bytes
  readonly sw: number
}

export const SHORT_LE = 256
export const EXTENDED_LE = 65536

/** Short form of writing a command; `le` is Ne (256 for a short `00`). */
export const command = (
  cla: number,
  ins: number,
  p1: number,
  p2: number,
  data: Bytes = NO_BYTES,
  le?: number,
): Command => (le === undefined ? { cla, ins, p1, p2, data } : { cla, ins, p1, p2, data, le })

/** CLA INS P1 P2. */
export const header = ({ cla, ins, p1, p2 }: Command): Bytes => bytes(cla, ins, p1, p2)

/** Extended coding is used only where short cannot say it, or when asked for. */
export function encodeCommand(c: Command): Bytes {
  const extended = c.extended || c.data.length > 255 || (c.le ?? 0) > SHORT_LE
  if (c.data.length > 0xffff || (c.le !== undefined && (c.le < 1 || c.le > EXTENDED_LE))) {
    throw new RangeError('command is too long')
  }
  const lc = c.data.length === 0 ? NO_BYTES : extended ? u16(c.data.length) : bytes(c.data.length)
  const le = c.le === undefined ? NO_BYTES : extended ? u16(c.le & 0xffff) : bytes(c.le & 0xff)
  const lead = extended && lc.length + le.length > 0 ? bytes(0) : NO_BYTES
  return concat(header(c), lead, lc, c.data, le)
}

/** Any bytes to a command, or a `CodecError`. */
export function decodeCommand(from: Bytes): Command {
  const [cla, ins, p1, p2, first] = from
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) {
    throw new CodecError('apdu/short', 'fewer than four bytes', from.length)
  }
  const body = from.subarray(4)
  if (first === undefined) return command(cla, ins, p1, p2)
  if (body.length === 1) return command(cla, ins, p1, p2, NO_BYTES, first || SHORT_LE)
  const extended = first === 0
  const [data, le] = extended ? extendedBody(body) : shortBody(body)
  return { ...command(cla, ins, p1, p2, data, le), ...(extended && { extended: true as const }) }
}

type Body = readonly [data: Bytes, le?: number]

function shortBody(body: Bytes): Body {
  const end = 1 + body[0]!
  if (body.length === end) return [body.subarray(1)]
  if (body.length === end + 1) return [body.subarray(1, end), body[end]! || SHORT_LE]
  throw new CodecError('apdu/length', 'Lc disagrees with the length', 4)
}

function extendedBody(body: Bytes): Body {
  const length = fromUint(body.subarray(1, 3))
  if (body.length === 3) return [NO_BYTES, length || EXTENDED_LE]
  const end = 3 + length
  if (length === 0) throw new CodecError('apdu/length', 'extended Lc is zero', 4)
  if (body.length === end) return [body.subarray(3)]
  if (body.length === end + 2) return [body.subarray(3, end), fromUint(body.subarray(end)) || EXTENDED_LE]
  throw new CodecError('apdu/length', 'extended Lc disagrees with the length', 4)
}

export const response = (sw: number, data: Bytes = NO_BYTES): Response => ({ data, sw })

export const encodeResponse = ({ data, sw }: Response): Bytes => concat(data, u16(sw))

/** Any bytes to a response, or a `CodecError`. */
export function decodeResponse(from: Bytes): Response {
  if (from.length < 2) throw new CodecError('apdu/short', 'a response has at least a status word', from.length)
  return { data: from.slice(0, -2), sw: fromUint(from.subarray(-2)) }
}
