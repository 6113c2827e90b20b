// The pictures of an emulated card face: digits in a small font of our own, names and addresses as a pattern of their
// UTF-8 bits, and a grey square where the photograph would be. Ours: docs/profile.md#card-face. No real face, no font.

import { type Bytes, utf8 } from '../../base/bytes.ts'
import { encodeGreyJp2 } from '../../codec/jp2.ts'
import { encodePng } from '../../codec/png.ts'
import type { FaceFacts, FaceImages } from './face-files.ts'

/** Seven rows of five pixels each, from the top. */
const DIGITS = [
  '01110 10001 10011 10101 11001 10001 01110',
  '00100 01100 00100 00100 00100 00100 01110',
  '01110 10001 00001 00110 01000 10000 11111',
  '11111 00010 00100 00010 00001 10001 01110',
  '00010 00110 01010 10010 11111 00010 00010',
  '11111 10000 11110 00001 00001 10001 01110',
  '00110 01000 10000 11110 10001 10001 01110',
  '11111 00001 00010 00100 01000 01000 01000',
  '01110 10001 10001 01110 10001 10001 01110',
  '01110 10001 10001 01111 00001 00010 01100',
].map((rows) => rows.split(' '))

/** Observed: myna-card: six by twelve pixels a digit. */
const CELL = { width: 6, height: 12, top: 2 } as const
const BITS = 8
const PHOTO = { width: 240, height: 320 } as const

/** PNG: digits in a row. */
function digitsImage(digits: string): Bytes {
  const glyphs = [...digits].map((digit) => DIGITS[Number(digit)]!)
  const pixel = (x: number, y: number) => glyphs[Math.floor(x / CELL.width)]![y - CELL.top]?.[x % CELL.width] === '1'
  return encodePng(grid(digits.length * CELL.width, CELL.height, pixel))
}

/** PNG: a column for each byte of the text, its first bit on top. */
function textImage(text: string): Bytes {
  const columns = utf8(text)
  return encodePng(grid(columns.length, BITS, (x, y) => ((columns[x]! >> (BITS - 1 - y)) & 1) === 1))
}

const grid = (width: number, height: number, pixel: (x: number, y: number) => boolean): boolean[][] =>
  Array.from({ length: height }, (_, y) => Array.from({ length: width }, (__, x) => pixel(x, y)))

export const faceImages = (facts: FaceFacts, myNumber: string, securityCode: string): FaceImages => ({
  name: textImage(facts.name),
  address: textImage(facts.address),
  securityCode: digitsImage(securityCode),
  myNumber: digitsImage(myNumber),
  photo: encodeGreyJp2(PHOTO.width, PHOTO.height),
})
