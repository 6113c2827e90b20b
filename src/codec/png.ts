// PNG with one bit a pixel, black on white, written without compression. ISO/IEC 15948 (PNG): only writing.

import { type Bytes, bytes, concat, fromHex, u16, u32, utf8 } from '../base/bytes.ts'

const SIGNATURE = fromHex('89504e470d0a1a0a')
const GREYSCALE_1_BIT = fromHex('0100000000')
/** RFC 1951 §3.2.4: the longest block that is only stored. */
const STORED_MAX = 0xffff

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n
  for (let k = 0; k < 8; k++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1
  return crc
})

function crc32(data: Bytes): number {
  let crc = 0xffffffff
  for (const byte of data) crc = CRC[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

/** RFC 1950 §8.2. */
function adler32(data: Bytes): number {
  let [a, b] = [1, 0]
  for (const byte of data) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return ((b << 16) | a) >>> 0
}

function chunk(type: string, data: Bytes): Bytes {
  const typed = concat(utf8(type), data)
  return concat(u32(data.length), typed, u32(crc32(typed)))
}

const littleEndian = (value: number): Bytes => u16(value).reverse()

/** RFC 1950: one stored block. */
function zlib(data: Bytes): Bytes {
  if (data.length > STORED_MAX) throw new RangeError('image is too large')
  const lengths = concat(littleEndian(data.length), littleEndian(~data.length & 0xffff))
  return concat(fromHex('7801 01'), lengths, data, u32(adler32(data)))
}

/** Rows of pixels from the top, true is black; all of one length. */
export function encodePng(rows: readonly (readonly boolean[])[]): Bytes {
  const width = rows[0]?.length ?? 0
  if (width === 0 || rows.some((row) => row.length !== width)) throw new RangeError('rows of pixels differ in length')
  const lines = rows.map((row) => concat(bytes(0), packed(row)))
  const header = concat(u32(width), u32(rows.length), GREYSCALE_1_BIT)
  return concat(SIGNATURE, chunk('IHDR', header), chunk('IDAT', zlib(concat(...lines))), chunk('IEND', bytes()))
}

/** Eight pixels a byte; a bit that is set is white. */
function packed(row: readonly boolean[]): Bytes {
  const line = new Uint8Array(Math.ceil(row.length / 8)).fill(0xff)
  for (const [x, black] of row.entries()) if (black) line[x >> 3]! &= ~(0x80 >> (x & 7))
  return line
}
