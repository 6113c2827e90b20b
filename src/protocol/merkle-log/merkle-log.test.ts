// The known-answer values are those of the test tree of Certificate Transparency (leaves of RFC 6962 implementations).

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bytes, fromHex, hex, u32, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, localSigner } from '../../base/crypto.ts'
import * as log from './index.ts'

const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

/** A tree that keeps tiles as the store does, in memory. */
function grown(hashes: readonly Bytes[], steps: readonly number[]) {
  const tiles = new Map<string, log.Tile>()
  const key = ({ level, number }: log.TilePlace) => `${level} ${number}`
  let size = 0
  for (const step of [...steps, hashes.length]) {
    const next = hashes.slice(size, size + step)
    const edge = log.edgeOf(size).map((place) => tiles.get(key(place))!)
    for (const tile of log.appended(size, edge, next)) tiles.set(key(tile), tile)
    size += next.length
  }
  return log.hashesFrom(async (place) => tiles.get(key(place))!.hashes)
}

const leaves = (count: number) => Array.from({ length: count }, (_, i) => log.leafHash(u32(i)))

describe('RFC 9162 §2.1', () => {
  test.each(ROOTS.map((root, i) => [i + 1, root] as const))('root of %i leaves', async (size, root) => {
    const hashes = LEAVES.slice(0, size).map((entry) => log.leafHash(fromHex(entry)))
    expect(hex(log.rootOf(hashes))).toBe(root)
    expect(hex(await grown(hashes, [1, 2])(0, size))).toBe(root)
  })

  test('an empty tree has the hash of nothing', () =>
    expect(hex(log.rootOf([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'))
})

describe('proofs', () => {
  test('of every leaf in every tree of up to 40, and of no other', async () => {
    const all = leaves(40)
    const hashOf = grown(all, [7, 9])
    for (let size = 1; size <= 40; size++) {
      const root = log.rootOf(all.slice(0, size))
      for (let index = 0; index < size; index++) {
        const proof = await log.inclusionProof(hashOf, index, size)
        expect(log.verifyInclusion(all[index]!, index, size, proof, root)).toBe(true)
        expect(log.verifyInclusion(all[(index + 1) % 40]!, index, size, proof, root)).toBe(false)
        if (size > 1) expect(log.verifyInclusion(all[index]!, (index + 1) % size, size, proof, root)).toBe(false)
      }
    }
  })

  test('that every tree of up to 40 goes on from every earlier one, and from no other', async () => {
    const all = leaves(40)
    const hashOf = grown(all, [13])
    for (let size = 1; size <= 40; size++)
      for (let first = 1; first <= size; first++) {
        const heads = [first, size].map((n) => ({ size: n, root: log.rootOf(all.slice(0, n)) }))
        const [before, after] = heads as [(typeof heads)[0], (typeof heads)[0]]
        const proof = await log.consistencyProof(hashOf, first, size)
        expect(log.verifyConsistency(before, after, proof)).toBe(true)
        const forged = { size: first, root: log.leafHash(utf8('another')) }
        expect(log.verifyConsistency(forged, after, proof)).toBe(false)
        expect(log.verifyConsistency(before, after, [...proof, before.root])).toBe(false)
      }
  })

  test('in large trees, however they grew', async () => {
    const SIZE = 65_600
    const all = leaves(SIZE)
    const hashOf = grown(all, [1, 255, 256, 257, 3000, 62_000])
    const root = log.rootOf(all)
    expect(await hashOf(0, SIZE)).toEqual(root)
    for (const index of [0, 255, 256, 65_535, 65_536, SIZE - 1]) {
      const proof = await log.inclusionProof(hashOf, index, SIZE)
      expect(log.verifyInclusion(all[index]!, index, SIZE, proof, root)).toBe(true)
    }
    const first = { size: 300, root: log.rootOf(all.slice(0, 300)) }
    const proof = await log.consistencyProof(hashOf, 300, SIZE)
    expect(log.verifyConsistency(first, { size: SIZE, root }, proof)).toBe(true)
  })

  test('any proof proves nothing that is not so', () => {
    const all = leaves(20)
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }) as fc.Arbitrary<Bytes>
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 8 }), fc.integer(), fc.integer(), (proof, index, size) => {
        const root = log.rootOf(all)
        expect(log.verifyInclusion(log.leafHash(utf8('x')), index, size, proof, root)).toBe(false)
        expect(log.verifyConsistency({ size: index, root: log.leafHash(utf8('x')) }, { size, root }, proof)).toBe(false)
      }),
    )
  })
})

describe('statements', () => {
  const entry = {
    at: new Date('2026-06-01T03:00:00Z'),
    key: log.leafHash(utf8('key')),
    what: 'certificate',
    count: 1,
    statement: log.statementOf([utf8('signed')]),
  } as const

  test('come back as they were written, and nothing else is one', () => {
    expect(log.decodeEntry(log.encodeEntry(entry))).toEqual(entry)
    fc.assert(
      fc.property(fc.uint8Array(), (any) => {
        expect(() => log.decodeEntry(any as Bytes)).toThrow('log/entry')
      }),
    )
    for (const text of [
      '{}',
      '[]',
      '7',
      JSON.stringify({ at: 1 }),
      ` ${new TextDecoder().decode(log.encodeEntry(entry))}`,
    ])
      expect(() => log.decodeEntry(utf8(text))).toThrow('log/entry')
  })

  test('a batch is the root over its parts', () =>
    expect(log.statementOf([utf8('a'), utf8('b')])).not.toEqual(log.statementOf([utf8('b'), utf8('a')])))

  test('a head is signed for its size, root and time', async () => {
    const pair = generateKeyPair('P-256')
    const head = { size: 3, root: log.EMPTY_ROOT, at: entry.at }
    const signature = await localSigner('ECDSA-P256-SHA256', pair.privateKey).sign(log.treeHeadMessage(head))
    expect(log.verifyHead({ ...head, signature }, pair.publicKey)).toBe(true)
    expect(log.verifyHead({ ...head, size: 4, signature }, pair.publicKey)).toBe(false)
    expect(log.verifyHead({ ...head, signature }, utf8('no key'))).toBe(false)
  })
})
