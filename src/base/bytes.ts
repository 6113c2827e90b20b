// Bytes and their notations. Inside the system bytes are `Uint8Array`; hex and base64 exist only at the edge.

export type Bytes = Uint8Array

export const NO_BYTES: Bytes = new Uint8Array(0)

/** Written one by one: three times as fast as the constructors that take a list. */
export function bytes(...values: number[]): Bytes {
  const whole = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) whole[i] = values[i]!
  return whole
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hex without separators. */
export function hex(value: Bytes): string {
  let text = ''
  for (let i = 0; i < value.length; i++) text += DIGITS[value[i]!]
  return text
}

/** Parses hex; white space between digits is allowed. Throws `RangeError` on anything else. */
export function fromHex(text: string): Bytes {
  const digits = text.replace(/\s+/g, '')
  if (!/^([0-9a-fA-F]{2})*$/.test(digits)) throw new RangeError('not hex')
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16))
}

const ROOM = 16_384
const LARGEST_SHARED = 2048
let shared = new ArrayBuffer(ROOM)
let taken = 0

/**
 * Zeroed octets for what is made by the dozen and soon part of something larger: many share one allocation, because an
 * array of its own that does not fit into an object costs ten times as much.
 */
export function room(length: number): Bytes {
  if (length <= 64 || length > LARGEST_SHARED) return new Uint8Array(length)
  if (taken + length > ROOM) {
    shared = new ArrayBuffer(ROOM)
    taken = 0
  }
  const octets = new Uint8Array(shared, taken, length)
  taken += length
  return octets
}

export const concat = (...parts: readonly Bytes[]): Bytes => concatAll(parts)

/** Of what others wrote there may be more parts than a call has room for. */
export function concatAll(parts: readonly Bytes[]): Bytes {
  let length = 0
  for (const part of parts) length += part.length
  const whole = room(length)
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** Plain comparison for public values; for secrets use `crypto.equalSecret`. */
export function equal(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

const encoder = new TextEncoder()
export const utf8 = (text: string): Bytes => encoder.encode(text)

const decoder = new TextDecoder('utf-8', { fatal: true })
/** Strict: throws `TypeError` when the bytes are not UTF-8. */
export const fromUtf8 = (value: Bytes): string => decoder.decode(value)

/** One character per byte; for ASCII fields of cards and certificates. */
export const fromLatin1 = (value: Bytes): string => String.fromCharCode(...value)

export const u16 = (value: number): Bytes => bytes(value >> 8, value & 0xff)
export const u24 = (value: number): Bytes => bytes(value >> 16, (value >> 8) & 0xff, value & 0xff)
export const u32 = (value: number): Bytes =>
  bytes(value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff)

/** Unsigned big-endian integer of up to six bytes. */
export function fromUint(value: Bytes): number {
  let sum = 0
  for (let i = 0; i < value.length; i++) sum = sum * 256 + value[i]!
  return sum
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const BASE64URL = `${BASE64}-_`
/** By code point. */
const VALUES = Uint8Array.from({ length: 128 }, (_, point) => BASE64URL.indexOf(String.fromCharCode(point)))

/** RFC 4648 §4. */
export const base64 = (value: Bytes): string =>
  digits64(value, `${BASE64}+/`) + '='.repeat((3 - (value.length % 3)) % 3)

/** RFC 4648 §5, without padding. */
export const base64url = (value: Bytes): string => digits64(value, BASE64URL)

function digits64(value: Bytes, alphabet: string): string {
  let text = ''
  for (let i = 0; i < value.length; i += 3) {
    const left = Math.min(3, value.length - i)
    const group = ((value[i] ?? 0) << 16) | ((value[i + 1] ?? 0) << 8) | (value[i + 2] ?? 0)
    for (let digit = 0; digit <= left; digit++) text += alphabet[(group >> (18 - 6 * digit)) & 63]
  }
  return text
}

/** RFC 4648 §5, without padding. Throws `RangeError` on anything else. */
export function fromBase64url(text: string): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new RangeError('not base64url')
  const whole = new Uint8Array(Math.floor((text.length * 3) / 4))
  let group = 0
  let bits = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    group = ((group << 6) | VALUES[text.charCodeAt(i)]!) & 0xffffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      whole[at++] = (group >> bits) & 0xff
    }
  }
  return whole
}

/** RFC 4648 §4, padded; white space between the digits is allowed. Throws `RangeError` on anything else. */
export function fromBase64(text: string): Bytes {
  const digits = text.replace(/[ \t\r\n]+/g, '')
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) throw new RangeError('not base64')
  return fromBase64url(digits.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'))
}
