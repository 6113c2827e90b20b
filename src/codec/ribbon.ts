// Retrieval structures by banded linear equations over GF(2) ("ribbon"): a function on a known set of keys in little
// more than its entropy; outside of the set the answer is arbitrary. Keys are certificate serial numbers.

import type { Bytes } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'

/** Coefficients of an equation: 64 neighbouring unknowns. */
const BAND = 64
/** Keys of one block on the average: large enough to waste little, small enough to try again with another seed. */
const BLOCK_KEYS = 2048
const MOST_SEEDS = 256

/** A key as the equations see it: two words mixed with the salt. */
export interface Key {
  readonly a: number
  readonly b: number
}

/** Salt: four words of the filter; the same serial number is another key under another salt. */
export type Salt = readonly [number, number, number, number]

const mix = (value: number): number => {
  let x = value
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

/** `serialNumber` is not negative and has up to 20 octets. RFC 5280 §4.1.2.2. */
export function keyOf(serialNumber: bigint, salt: Salt): Key {
  let a = salt[0]
  let b = salt[1]
  let rest = serialNumber
  do {
    const word = Number(rest & 0xffffffffn)
    a = mix(a ^ word)
    b = mix((b + Math.imul(word, 0x9e3779b1)) ^ a)
    rest >>= 32n
  } while (rest > 0n)
  return { a: mix(a ^ salt[2]), b: mix(b ^ salt[3]) }
}

/** One equation of a key in a block of `unknowns`. */
interface Equation {
  readonly start: number
  readonly low: number
  readonly high: number
}

function equation({ a, b }: Key, seed: number, unknowns: number): Equation {
  const s = Math.imul(seed + 1, 0x9e3779b1)
  const one = mix(a ^ s)
  const two = mix((b + s) ^ one)
  const three = mix((a + Math.imul(two, 0x85ebca6b)) ^ b)
  const start = Math.floor((one * (unknowns - BAND + 1)) / 0x100000000)
  return { start, low: (two | 1) >>> 0, high: three }
}

/** `columns` bits of a key that the equations do not use: what a table of members holds for each. */
export const fingerprint = ({ a, b }: Key, columns: number): number =>
  columns === 0 ? 0 : mix(a ^ mix(b ^ 0x2545f491)) >>> (32 - columns)

const blockOf = ({ a, b }: Key, blocks: number): number =>
  Math.floor((mix(b ^ Math.imul(a, 0xc2b2ae35)) * blocks) / 0x100000000)

/** One block: `columns` bit vectors over the same unknowns. */
interface Block {
  readonly unknowns: number
  readonly seed: number
  /** Column after column, each of whole octets. */
  readonly bits: Bytes
}

export interface Ribbon {
  readonly columns: number
  readonly blocks: readonly Block[]
}

/** A key with the value that must be found, of `columns` bits. */
export interface Valued extends Key {
  readonly value: number
}

/** Throws `Error` when two keys with different values are equal. */
export function buildRibbon(keys: readonly Valued[], columns: number): Ribbon {
  if (columns === 0 || keys.length === 0) return { columns: 0, blocks: [] }
  const count = Math.max(1, Math.round(keys.length / BLOCK_KEYS))
  const parts: Valued[][] = Array.from({ length: count }, () => [])
  for (const key of keys) parts[blockOf(key, count)]!.push(key)
  return { columns, blocks: parts.map((part) => solve(part, columns)) }
}

/** Larger by a sixty-fourth whenever four seeds have failed. */
function solve(keys: readonly Valued[], columns: number): Block {
  for (let tries = 0; tries < MOST_SEEDS; tries++) {
    const spare = Math.ceil((keys.length * (1 + (tries >> 2))) / 64)
    const unknowns = Math.max(BAND, keys.length + spare)
    const bits = solved(keys, columns, unknowns, tries)
    if (bits) return { unknowns, seed: tries, bits }
  }
  throw new Error('no seed solves the equations: two keys are one')
}

function solved(keys: readonly Valued[], columns: number, unknowns: number, seed: number): Bytes | undefined {
  const rows = { low: new Uint32Array(unknowns), high: new Uint32Array(unknowns), value: new Uint32Array(unknowns) }
  for (const key of keys) if (!eliminate(rows, equation(key, seed, unknowns), key.value)) return undefined
  return substituted(rows, columns, unknowns, seed)
}

interface Rows {
  readonly low: Uint32Array
  readonly high: Uint32Array
  readonly value: Uint32Array
}

/** Gauss, one equation at a time; the lowest coefficient of a row is always 1. False for a contradiction. */
function eliminate(rows: Rows, { start, low, high }: Equation, value: number): boolean {
  let [at, l, h, v] = [start, low, high, value]
  for (;;) {
    if (rows.low[at] === 0) {
      rows.low[at] = l
      rows.high[at] = h
      rows.value[at] = v
      return true
    }
    l = (l ^ rows.low[at]!) >>> 0
    h = (h ^ rows.high[at]!) >>> 0
    v = (v ^ rows.value[at]!) >>> 0
    if (l === 0 && h === 0) return v === 0
    if (l === 0) {
      at += 32
      l = h
      h = 0
    }
    const zeros = 31 - Math.clz32(l & -l)
    if (zeros > 0) {
      l = ((l >>> zeros) | (h << (32 - zeros))) >>> 0
      h >>>= zeros
      at += zeros
    }
  }
}

/** From the last unknown to the first. A free one gets a bit that depends on its place. */
function substituted(rows: Rows, columns: number, unknowns: number, seed: number): Bytes {
  const width = (unknowns + 7) >> 3
  const bits = new Uint8Array(columns * width)
  for (let column = 0; column < columns; column++) {
    let [low, high] = [0, 0]
    for (let at = unknowns - 1; at >= 0; at--) {
      // The window of the unknowns from `at` on, with this one at the bottom.
      high = ((high << 1) | (low >>> 31)) >>> 0
      low = (low << 1) >>> 0
      const bit =
        rows.low[at] === 0
          ? mix(Math.imul(at + 1, 0x9e3779b1) ^ mix(seed + 257 * column)) & 1
          : parity(rows.low[at]! & low) ^ parity(rows.high[at]! & high) ^ ((rows.value[at]! >>> column) & 1)
      low |= bit
      if (bit) bits[column * width + (at >> 3)]! |= 1 << (at & 7)
    }
  }
  return bits
}

function parity(word: number): number {
  let x = word ^ (word >>> 16)
  x ^= x >>> 8
  x ^= x >>> 4
  return (0x6996 >>> (x & 15)) & 1
}

/** The value of this key; arbitrary for a key that was not among those that the ribbon was built from. */
export function askRibbon({ columns, blocks }: Ribbon, key: Key): number {
  if (columns === 0) return 0
  const { unknowns, seed, bits } = blocks[blockOf(key, blocks.length)]!
  const { start, low, high } = equation(key, seed, unknowns)
  const width = (unknowns + 7) >> 3
  let value = 0
  for (let column = 0; column < columns; column++) {
    const at = column * width + (start >> 3)
    const shift = start & 7
    const bit = parity(low & word(bits, at, shift)) ^ parity(high & word(bits, at + 4, shift))
    value |= bit << column
  }
  return value >>> 0
}

/** 32 unknowns from bit `shift` of octet `at` on; beyond the end there are none, and nothing asks for them. */
const word = (bits: Bytes, at: number, shift: number): number =>
  ((octets(bits, at) >>> shift) | (shift === 0 ? 0 : (bits[at + 4] ?? 0) << (32 - shift))) >>> 0

const octets = (bits: Bytes, at: number): number =>
  ((bits[at] ?? 0) | ((bits[at + 1] ?? 0) << 8) | ((bits[at + 2] ?? 0) << 16) | ((bits[at + 3] ?? 0) << 24)) >>> 0

/** Octets: columns, and for each block its unknowns (two octets), seed (one) and bits. */
export function encodeRibbon({ columns, blocks }: Ribbon): Bytes {
  const length = blocks.reduce((sum, { bits }) => sum + 3 + bits.length, 1)
  const whole = new Uint8Array(length)
  whole[0] = columns
  let at = 1
  for (const { unknowns, seed, bits } of blocks) {
    whole.set([unknowns >> 8, unknowns & 0xff, seed], at)
    whole.set(bits, at + 3)
    at += 3 + bits.length
  }
  return whole
}

/** Opposite of `encodeRibbon`; the bits are not copied. */
export function decodeRibbon(bytes: Bytes): Ribbon {
  const columns = bytes[0]
  if (columns === undefined || columns > 32) throw new CodecError('ribbon-columns', 'a ribbon of too many columns')
  const blocks: Block[] = []
  for (let at = 1; at < bytes.length; ) {
    const unknowns = (bytes[at]! << 8) | (bytes[at + 1] ?? 0)
    const length = columns * ((unknowns + 7) >> 3)
    if (unknowns < BAND || at + 3 + length > bytes.length)
      throw new CodecError('ribbon-block', 'a block of a ribbon that cannot be', at)
    blocks.push({ unknowns, seed: bytes[at + 2]!, bits: bytes.subarray(at + 3, at + 3 + length) })
    at += 3 + length
  }
  if ((columns === 0) !== (blocks.length === 0)) throw new CodecError('ribbon-empty', 'columns without blocks')
  return { columns, blocks }
}
