// A JPEG 2000 image (JP2) that is grey all over: one component, one tile, one packet, and that is empty, so every
// coefficient is zero. ISO/IEC 15444-1 Annex A and I: only writing, only this picture.

import { type Bytes, bytes, concat, fromHex, u16, u32, utf8 } from '../base/bytes.ts'

const box = (type: string, ...content: readonly Bytes[]): Bytes => {
  const whole = concat(...content)
  return concat(u32(whole.length + 8), utf8(type), whole)
}
const segment = (marker: number, ...content: readonly Bytes[]): Bytes => {
  const whole = concat(...content)
  return concat(u16(marker), u16(whole.length + 2), whole)
}

const GREYSCALE = u32(17)
const EIGHT_BITS = 7

/** Both up to 4,096 pixels. */
export function encodeGreyJp2(width: number, height: number): Bytes {
  if (width < 1 || height < 1 || Math.max(width, height) > 4096) throw new RangeError('no such picture')
  const imageHeader = box('ihdr', u32(height), u32(width), u16(1), bytes(EIGHT_BITS, 7, 0, 0))
  return concat(
    box('jP  ', fromHex('0d0a870a')),
    box('ftyp', utf8('jp2 '), u32(0), utf8('jp2 ')),
    box('jp2h', imageHeader, box('colr', bytes(1, 0, 0), GREYSCALE)),
    box('jp2c', codestream(width, height)),
  )
}

function codestream(width: number, height: number): Bytes {
  const size = segment(
    0xff51,
    u16(0),
    ...[width, height, 0, 0, width, height, 0, 0].map(u32),
    u16(1),
    bytes(EIGHT_BITS, 1, 1),
  )
  // One quality layer, no decomposition, code blocks of 64 by 64, reversible 5-3 transform.
  const coding = segment(0xff52, fromHex('00 00 0001 00 00 04 04 00 01'))
  const quantisation = segment(0xff5c, fromHex('40 40'))
  const EMPTY_PACKET = bytes(0)
  const tile = concat(
    segment(0xff90, u16(0), u32(12 + 2 + EMPTY_PACKET.length), bytes(0, 1)),
    u16(0xff93),
    EMPTY_PACKET,
  )
  return concat(u16(0xff4f), size, coding, quantisation, tile, u16(0xffd9))
}
