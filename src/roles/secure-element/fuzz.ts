// Random and mutated C-APDUs for a card, from a seed, and what must hold after each: a status word, no unexpected error,
// no write without authentication but counters, and counters that never gain. For tests and `npm run fuzz`.

import { type Bytes, bytes, concat, equal, fromHex, fromUint, hex } from '../../base/bytes.ts'
import type { Memory } from '../../base/ports.ts'
import type { SecureElement } from './contract.ts'

/** Small, fast and the same everywhere: mulberry32. Not for keys. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x ^= x + Math.imul(x ^ (x >>> 7), 61 | x)
    return ((x ^ (x >>> 14)) >>> 0) % below
  }
}

/** Commands that a card understands, to begin from. */
const CORPUS: readonly Bytes[] = [
  '00a4040000',
  '00a4040008a00000015100000000',
  '00a404000ad392f00026010000000100',
  '00a4040c0ad392f000260100000001',
  '80ca006600',
  '80ca006700',
  '80ca00e000',
  '80ca2f00025c0000',
  '80caff2100',
  '80ca00c100',
  '80ca00d300',
  '80cadf0100',
  '80f28002024f0000',
  '80f24002024f0000',
  '80f21003094f00 5c054f9f70c5cc00',
  '8050000008010203040506070800',
  '80500000100102030405060708090a0b0c0d0e0f1000',
  '8482330010413c192ed53487212c27c7714ebabeb8',
  '80e602001c 08d0d1d2d3d4d50101 00 00 00 00 000000000000000000000000000000',
  '80e60c001d 07d276000085 0101 07d2760000850102 00 010002c90000',
  '80e60400261007a0000001515350 08a000000151535041 08d0d1d2d3d4d50101 0180 02c90000',
  '80e62000 10 0000 0ad392f000260100000001 000000',
  '80e61000120008d0d1d2d3d4d5010000',
  '80e88000 10 c40e01000adecaffed0001000100000000',
  '80e400000a4f08d0d1d2d3d4d5010100',
  '80e4000006d00101d2013000',
  '80d80081 43 01 8810000102030405060708090a0b0c0d0e0f034bafd2 8810000102030405060708090a0b0c0d0e0f034bafd2',
  '80d80001 14 70 a1048000000003a00301000100',
  '80e288001100700e4204010203044506010203040506',
  '80e29000060042040102030400',
  '80f0400708d0d1d2d3d4d50101',
  '80f0807f00',
  '807a100101',
  '8078000300',
  '0070000001',
  '00708001',
  '00c0000000',
  '00a4020c020018',
  '00a4020c02001b',
  '00a4020c02000a',
  '00a4020c020017',
  '0020008000',
  '002000800430303030',
  '0020009b06414243393939',
  '0024018004313233 34',
  '00b0000000',
  '00b08a0000',
  '00b0 0000 00 0100',
  '0084000010',
  '802a000033 3031300d060960864801650304020105000420 0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000',
  '80a200c0 10 7f4e0c5f290100420101 5f200101',
  '0082008008 0102030405060708',
  '00880097 10 0102030405060708090a0b0c0d0e0f10 00',
  '80ae0000',
  '00a4040009a00000015141434c0000',
  '80caff4000',
  '80caff500000',
  '80e2900004f2020100',
  '8010000003ffffff',
  '8012000000',
  '8014000003810301',
  '80c200000cd10a020283818b0444038111',
  '8010000014ffffffffffffffffffffffffffffffffffffffff',
  '8012000000',
  '801400000c 810301130082028281830100',
  '80c2000044 d142820283818b3c40049118097ff6000000000000002d02700000281516391212b00000af26b8361cfe6d5401565a45431568f588d25f980b40a30bba54bd3090ab2470 00',
  '80c200000c d60a9901098202828138018100',
].map(fromHex)

const BYTES_OF_INTEREST = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0xfe, 0xff]

/** One command: from the corpus as it is, changed in a few places, structured, or bytes of any kind. */
export function anyCommand(random: (below: number) => number): Bytes {
  const some = CORPUS[random(CORPUS.length)]!
  switch (random(8)) {
    case 0:
      return some
    case 1:
      return Uint8Array.from({ length: random(300) }, () => random(256))
    case 2:
    case 3:
      return structured(random)
    default: {
      let changed = some
      for (let left = 1 + random(4); left > 0; left--) changed = mutated(changed, random)
      return random(4) === 0 ? changed : coherent(changed, random)
    }
  }
}

/** With the length that it has, so that more than its length is looked at. */
function coherent(c: Bytes, random: (below: number) => number): Bytes {
  const data = c.slice(5, 260)
  if (c.length < 5 || data.length === 0) return c
  return concat(c.slice(0, 4), bytes(data.length), data, random(2) === 0 ? bytes(0) : bytes())
}

const headerOf = (random: (below: number) => number): Bytes => {
  const [cla = 0, ins = 0] = CORPUS[random(CORPUS.length)]!
  return bytes(random(4) === 0 ? random(256) : cla, random(8) === 0 ? random(256) : ins, random(256), random(256))
}

function structured(random: (below: number) => number): Bytes {
  const data = Uint8Array.from({ length: random(64) }, () => random(256))
  const body = data.length === 0 ? data : concat(bytes(data.length), data)
  return concat(headerOf(random), body, random(2) === 0 ? bytes(0) : bytes())
}

function mutated(from: Bytes, random: (below: number) => number): Bytes {
  const at = random(from.length + 1)
  switch (random(6)) {
    case 0:
      return from.map((byte, i) => (i === at ? byte ^ (1 << random(8)) : byte))
    case 1:
      return from.map((byte, i) => (i === at ? BYTES_OF_INTEREST[random(BYTES_OF_INTEREST.length)]! : byte))
    case 2:
      return from.slice(0, at)
    case 3:
      return concat(from.slice(0, at), bytes(random(256)), from.slice(at))
    case 4:
      return concat(from.slice(0, at), from.slice(at + 1))
    default:
      return concat(from.slice(0, 5), CORPUS[random(CORPUS.length)]!.slice(5))
  }
}

export interface Watched extends Memory {
  /** Names of records that were written, since it was last asked. */
  taken(): ReadonlyMap<string, readonly [before: Bytes | undefined, after: Bytes | null]>
}

/** A memory in RAM over an image, that tells what is written into it. */
export function watchedMemory(image: ReadonlyMap<string, Bytes>): Watched {
  const records = new Map(image)
  let written = new Map<string, readonly [Bytes | undefined, Bytes | null]>()
  return {
    load: () => new Map(records),
    commit(changes) {
      for (const [name, value] of changes) {
        written.set(name, [records.get(name), value])
        if (value === null) records.delete(name)
        else records.set(name, value)
      }
    },
    taken() {
      const taken = written
      written = new Map()
      return taken
    },
  }
}

/** What may be written without authentication: counters of sessions, which only grow, and tries of PINs, which only fall. */
function unlawful(name: string, before: Bytes | undefined, after: Bytes | null): boolean {
  if (after === null) return true
  if (/^counter\//.test(name)) return fromUint(after) < fromUint(before ?? bytes(0))
  if (!/\/pin\//.test(name) || !before) return true
  const [stateBefore, triesBefore = 0] = before
  const [stateAfter, triesAfter = 0] = after
  return stateAfter !== stateBefore || triesAfter > triesBefore || !equal(after.slice(2), before.slice(2))
}

export interface Judged {
  readonly card: SecureElement
  readonly memory: Watched
  /** Whether the session has authenticated itself, so that it may write. */
  readonly authenticated: boolean
}

/** One command to the card; throws `Error` naming the command when something does not hold. */
export function judge({ card, memory, authenticated }: Judged, command: Bytes): number {
  const wrong = (what: string): never => {
    throw new Error(`${hex(command)}: ${what}`)
  }
  let answer: Bytes
  try {
    answer = card.process(command)
  } catch (error) {
    return wrong(`threw ${error}`)
  }
  if (answer.length < 2 || answer.length > 65538) wrong(`${answer.length} bytes`)
  const sw = (answer.at(-2)! << 8) | answer.at(-1)!
  if (sw !== 0x9000 && (sw < 0x6100 || sw > 0x6fff)) wrong(`status ${sw.toString(16)}`)
  if (sw === 0x6400 || sw === 0x6f00) wrong('an unexpected error inside of the card')
  for (const [name, [before, after]] of memory.taken()) {
    if (!authenticated && unlawful(name, before, after)) wrong(`wrote ${name} without authentication`)
  }
  return sw
}
