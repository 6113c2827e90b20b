// QR codes of up to 106 octets: ISO/IEC 18004:2015, byte mode, level M, versions 1 to 6, which need no version information.
// Not here: reading them; that is a camera's.

import { type Bytes, utf8 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'

/** ISO/IEC 18004:2015 Tables 1, 7 and 9, level M: error correction codewords a block, data codewords a block, blocks. */
const VERSIONS = [
  { correction: 10, data: 16, blocks: 1 },
  { correction: 16, data: 28, blocks: 1 },
  { correction: 26, data: 44, blocks: 1 },
  { correction: 18, data: 32, blocks: 2 },
  { correction: 24, data: 43, blocks: 2 },
  { correction: 16, data: 27, blocks: 4 },
] as const

type Version = (typeof VERSIONS)[number]

/** Rows of modules, true is dark; without the quiet zone of four modules around it. */
export function encodeQr(text: string): boolean[][] {
  const content = utf8(text)
  const index = VERSIONS.findIndex(({ data, blocks }) => content.length + 2 <= data * blocks)
  const version = VERSIONS[index]
  if (!version) throw new CodecError('too-long', `${content.length} octets in a QR code`)
  const size = 17 + 4 * (index + 1)
  const codewords = interleaved(dataOf(content, version), version)
  const candidates = Array.from({ length: 8 }, (_, mask) => symbol(size, codewords, mask))
  return candidates.reduce((best, one) => (penalty(one) < penalty(best) ? one : best))
}

/** Mode 0100, the count in eight bits, the octets, a terminator, pad codewords. ISO/IEC 18004:2015 §7.4. */
function dataOf(content: Bytes, { data, blocks }: Version): number[] {
  const nibbles = [4, content.length >> 4, content.length & 15, ...[...content].flatMap((o) => [o >> 4, o & 15]), 0]
  const octets = Array.from({ length: nibbles.length / 2 }, (_, i) => nibbles[2 * i]! * 16 + nibbles[2 * i + 1]!)
  const room = data * blocks
  for (let pad = 0xec; octets.length < room; pad ^= 0xec ^ 0x11) octets.push(pad)
  return octets
}

/** ISO/IEC 18004:2015 §7.6: first codewords of all blocks, then the second ones, and so on; the same with their error correction. */
function interleaved(data: readonly number[], { data: length, blocks, correction }: Version): number[] {
  const parts = Array.from({ length: blocks }, (_, i) => data.slice(i * length, (i + 1) * length))
  const columns = (rows: readonly (readonly number[])[], count: number) =>
    Array.from({ length: count }, (_, i) => rows.map((row) => row[i]!)).flat()
  return [
    ...columns(parts, length),
    ...columns(
      parts.map((part) => remainder(part, correction)),
      correction,
    ),
  ]
}

/** Powers of 2 in GF(256) modulo x⁸ + x⁴ + x³ + x² + 1. ISO/IEC 18004:2015 §7.5.2. */
const POWERS: number[] = []
for (let i = 0, value = 1; i < 255; i++, value = (value << 1) ^ (value > 127 ? 0x11d : 0)) POWERS.push(value)
const product = (a: number, b: number): number => (a && b ? POWERS[(POWERS.indexOf(a) + POWERS.indexOf(b)) % 255]! : 0)

function generator(degree: number): number[] {
  let polynomial = [1]
  for (let i = 0; i < degree; i++)
    polynomial = [...polynomial, 0].map((term, at) => term ^ product(polynomial[at - 1] ?? 0, POWERS[i]!))
  return polynomial
}

function remainder(data: readonly number[], degree: number): number[] {
  const divisor = generator(degree)
  const rest = [...data, ...new Array<number>(degree).fill(0)]
  for (let i = 0; i < data.length; i++) {
    const factor = rest[i]!
    for (const [at, term] of divisor.entries()) rest[i + at]! ^= product(term, factor)
  }
  return rest.slice(data.length)
}

/** Table 10. */
const MASKS: readonly ((row: number, column: number) => boolean)[] = [
  (i, j) => (i + j) % 2 === 0,
  (i) => i % 2 === 0,
  (_, j) => j % 3 === 0,
  (i, j) => (i + j) % 3 === 0,
  (i, j) => ((i >> 1) + Math.floor(j / 3)) % 2 === 0,
  (i, j) => ((i * j) % 2) + ((i * j) % 3) === 0,
  (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2 === 0,
  (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2 === 0,
]

function symbol(size: number, codewords: readonly number[], mask: number): boolean[][] {
  const cells = patterns(size)
  writeFormat(cells, mask)
  let bit = 0
  for (const [row, column] of path(size)) {
    if (cells[row]![column] !== undefined) continue
    const set = ((codewords[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1
    bit++
    cells[row]![column] = (set === 1) !== MASKS[mask]!(row, column)
  }
  return cells as boolean[][]
}

type Cells = (boolean | undefined)[][]

/** Finders with their separators, timing, alignment. ISO/IEC 18004:2015 §6.3. */
function patterns(size: number): Cells {
  const cells: Cells = Array.from({ length: size }, () => new Array<boolean | undefined>(size).fill(undefined))
  const rings = (row: number, column: number, reach: number, dark: (ring: number) => boolean) => {
    for (let i = -reach; i <= reach; i++)
      for (let j = -reach; j <= reach; j++)
        if (cells[row + i] && column + j >= 0 && column + j < size)
          cells[row + i]![column + j] = dark(Math.max(Math.abs(i), Math.abs(j)))
  }
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ] as const)
    rings(row, column, 4, (ring) => ring !== 2 && ring !== 4)
  if (size > 21) rings(size - 7, size - 7, 2, (ring) => ring !== 1)
  for (let i = 8; i < size - 8; i++) cells[6]![i] = cells[i]![6] = i % 2 === 0
  return cells
}

/** Level M is 00; BCH (15,5), then masked. ISO/IEC 18004:2015 §7.9. */
function writeFormat(cells: Cells, mask: number): void {
  const size = cells.length
  let rest = mask << 10
  for (let i = 14; i >= 10; i--) if ((rest >> i) & 1) rest ^= 0x537 << (i - 10)
  const bits = ((mask << 10) | rest) ^ 0x5412
  for (let i = 0; i < 15; i++) {
    const dark = ((bits >> i) & 1) === 1
    cells[i < 6 ? i : i < 8 ? i + 1 : size - 15 + i]![8] = dark
    cells[8]![i < 8 ? size - 1 - i : i === 8 ? 7 : 14 - i] = dark
  }
  cells[size - 8]![8] = true
}

/** Two columns at a time from the right, up and down in turn, leaving out the timing column. ISO/IEC 18004:2015 §7.7.3. */
function* path(size: number): Generator<readonly [row: number, column: number]> {
  let upwards = true
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right--
    for (let i = 0; i < size; i++) for (const column of [right, right - 1]) yield [upwards ? size - 1 - i : i, column]
    upwards = !upwards
  }
}

/** ISO/IEC 18004:2015 §7.8.3: runs, blocks, what looks like a finder, and how far from half are dark. */
function penalty(rows: readonly (readonly boolean[])[]): number {
  const size = rows.length
  const columns = rows.map((_, j) => rows.map((row) => row[j]!))
  let points = 0
  for (const line of [...rows, ...columns]) {
    const text = line.map((dark) => (dark ? '1' : '0')).join('')
    for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) points += run.length - 2
    points += 40 * [...text.matchAll(/(?=00001011101|10111010000)/g)].length
  }
  for (let i = 0; i + 1 < size; i++)
    for (let j = 0; j + 1 < size; j++)
      if (new Set([rows[i]![j], rows[i]![j + 1], rows[i + 1]![j], rows[i + 1]![j + 1]]).size === 1) points += 3
  const dark = rows.flat().filter(Boolean).length
  return points + 10 * Math.floor(Math.abs((20 * dark) / (size * size) - 10))
}
