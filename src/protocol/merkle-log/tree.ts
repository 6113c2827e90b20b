// The Merkle tree of RFC 9162 §2.1 (the same as RFC 6962 §2.1) with SHA-256: hashes, proofs and their verification.
// `hashOf(from, to)` gives the root over the leaves of this range; where they are kept is not its business (tiles.ts).

import { type Bytes, concat, equal } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'

export type HashOf = (from: number, to: number) => Promise<Bytes>

/** RFC 9162 §2.1.1: the first octet keeps leaves and nodes apart. */
const [LEAF, NODE] = [Uint8Array.of(0), Uint8Array.of(1)]
export const leafHash = (entry: Bytes): Bytes => sha256(concat(LEAF, entry))

/** One place for what is hashed at once and then forgotten: a tree has as many nodes as leaves. */
const node = concat(NODE, new Uint8Array(64))
export function nodeHash(left: Bytes, right: Bytes): Bytes {
  // In a proof of somebody else's there may be anything.
  if (left.length !== 32 || right.length !== 32) return sha256(concat(NODE, left, right))
  node.set(left, 1)
  node.set(right, 33)
  return sha256(node)
}
export const EMPTY_ROOT = sha256()

/** The largest power of two below `n`, which is 2 at least. */
export const split = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1)

/** Of whole hashes of leaves: level by level, the last of an odd number goes up as it is. The same as splitting them. */
export function rootOf(hashes: readonly Bytes[]): Bytes {
  if (hashes.length === 0) return EMPTY_ROOT
  let level = hashes
  while (level.length > 1)
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
      const right = level[2 * i + 1]
      return right ? nodeHash(level[2 * i]!, right) : level[2 * i]!
    })
  return level[0]!
}

/** The root of a tree that grows leaf by leaf, in the memory of one path. */
export function growingRoot(): { add(leaf: Bytes): void; value(): Bytes } {
  // Whole subtrees, the largest first; as many as there are ones in the binary size.
  const subtrees: { hash: Bytes; size: number }[] = []
  return {
    add: (leaf) => {
      let grown = { hash: leaf, size: 1 }
      while (subtrees.at(-1)?.size === grown.size)
        grown = { hash: nodeHash(subtrees.pop()!.hash, grown.hash), size: 2 * grown.size }
      subtrees.push(grown)
    },
    value: () =>
      subtrees.length === 0
        ? EMPTY_ROOT
        : subtrees.map(({ hash }) => hash).reduceRight((right, left) => nodeHash(left, right)),
  }
}

/** RFC 9162 §2.1.3.1: that the leaf at `index` is in the tree of `size`. Throws `RangeError` when it is not. */
export async function inclusionProof(hashOf: HashOf, index: number, size: number): Promise<Bytes[]> {
  if (!(index >= 0 && index < size)) throw new RangeError('the leaf is not in the tree')
  const path = async (from: number, to: number): Promise<Bytes[]> => {
    if (to - from === 1) return []
    const middle = from + split(to - from)
    return index < middle
      ? [...(await path(from, middle)), await hashOf(middle, to)]
      : [...(await path(middle, to)), await hashOf(from, middle)]
  }
  return path(0, size)
}

/** RFC 9162 §2.1.4.1: that the tree of `size` begins with that of `first`. Throws `RangeError` unless 0 < first ≤ size. */
export async function consistencyProof(hashOf: HashOf, first: number, size: number): Promise<Bytes[]> {
  if (!(first > 0 && first <= size)) throw new RangeError('there is no such earlier tree')
  const path = async (from: number, to: number, whole: boolean): Promise<Bytes[]> => {
    if (to === first) return whole ? [] : [await hashOf(from, to)]
    const middle = from + split(to - from)
    return first <= middle
      ? [...(await path(from, middle, whole)), await hashOf(middle, to)]
      : [...(await path(middle, to, false)), await hashOf(from, middle)]
  }
  return path(0, size, true)
}

/** RFC 9162 §2.1.3.2. False for anything that does not prove it; never throws. */
export function verifyInclusion(
  leaf: Bytes,
  index: number,
  size: number,
  proof: readonly Bytes[],
  root: Bytes,
): boolean {
  if (!isPlace(index, size)) return false
  let [fn, sn, hash] = [index, size - 1, leaf]
  for (const p of proof) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(p, hash)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)]
    } else {
      hash = nodeHash(hash, p)
    }
    ;[fn, sn] = [half(fn), half(sn)]
  }
  return sn === 0 && equal(hash, root)
}

/** RFC 9162 §2.1.4.2. False for anything that does not prove it; never throws. */
export function verifyConsistency(
  first: { readonly size: number; readonly root: Bytes },
  second: { readonly size: number; readonly root: Bytes },
  proof: readonly Bytes[],
): boolean {
  if (first.size === second.size) return proof.length === 0 && equal(first.root, second.root)
  if (!isPlace(first.size, second.size) || first.size === 0) return false
  const path = Number.isInteger(Math.log2(first.size)) ? [first.root, ...proof] : [...proof]
  let [fn, sn] = [first.size - 1, second.size - 1]
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)]
  let [fr, sr] = [path[0], path[0]]
  if (!fr || !sr) return false
  for (const c of path.slice(1)) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      ;[fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)]
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)]
    } else {
      sr = nodeHash(sr, c)
    }
    ;[fn, sn] = [half(fn), half(sn)]
  }
  return sn === 0 && equal(fr, first.root) && equal(sr, second.root)
}

const half = (n: number): number => Math.floor(n / 2)
const isPlace = (index: number, size: number): boolean =>
  Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size
