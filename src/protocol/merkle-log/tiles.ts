// How the hashes of a growing tree are kept: in tiles of 16, so that an append touches a few short rows and a proof reads a
// few. Tile `n` of level `l` has the nodes of height 4 × l from number 16 × n on. RFC 9162 §2.1 knows nothing of them.

import { type Bytes, concat } from '../../base/bytes.ts'
import { type HashOf, nodeHash, rootOf, split } from './tree.ts'

/** Hashes in a full tile: four levels of the tree. A row that a database must write anew at each append is to be short. */
export const WIDTH = 16
const HEIGHT = 4
const HASH = 32

export interface TilePlace {
  readonly level: number
  readonly number: number
}
export interface Tile extends TilePlace {
  /** Up to 16 hashes of 32 bytes. */
  readonly hashes: Bytes
}

/** The tiles that are not full, which the next append goes into. */
export function edgeOf(size: number): TilePlace[] {
  const places: TilePlace[] = []
  for (let level = 0, nodes = size; nodes > 0; level++, nodes = Math.floor(nodes / WIDTH))
    if (nodes % WIDTH > 0) places.push({ level, number: Math.floor(nodes / WIDTH) })
  return places
}

/** The tiles that are new or changed when `leaves` (hashes) follow a tree of `size` with this edge. */
export function appended(size: number, edge: readonly Tile[], leaves: readonly Bytes[]): Tile[] {
  const changed: Tile[] = []
  let nodes: readonly Bytes[] = leaves
  for (let level = 0, before = size; nodes.length > 0; level++, before = Math.floor(before / WIDTH)) {
    const kept = edge.find((tile) => tile.level === level)
    const hashes = [...(kept ? hashesOf(kept) : []), ...nodes]
    const full: Bytes[] = []
    for (let at = 0, number = Math.floor(before / WIDTH); at < hashes.length; at += WIDTH, number++) {
      const part = hashes.slice(at, at + WIDTH)
      changed.push({ level, number, hashes: concat(...part) })
      if (part.length === WIDTH) full.push(rootOf(part))
    }
    nodes = full
  }
  return changed
}

/** Roots over ranges of leaves, from tiles; each is asked for once. Ranges as proofs want them: split at powers of two. */
export function hashesFrom(read: (place: TilePlace) => Promise<Bytes>): HashOf {
  const known = new Map<string, Promise<Bytes[]>>()
  const tile = (level: number, number: number): Promise<Bytes[]> => {
    const key = `${level} ${number}`
    const found = known.get(key) ?? read({ level, number }).then((hashes) => hashesOf({ hashes }))
    known.set(key, found)
    return found
  }
  const hashOf: HashOf = async (from, to) => {
    const length = to - from
    const height = Math.log2(length)
    if (Number.isInteger(height) && from % length === 0) {
      const level = Math.floor(height / HEIGHT)
      const nodes = 2 ** (height % HEIGHT)
      const first = from / 2 ** (level * HEIGHT)
      const hashes = await tile(level, Math.floor(first / WIDTH))
      return rootOf(hashes.slice(first % WIDTH, (first % WIDTH) + nodes))
    }
    const middle = from + split(length)
    return nodeHash(await hashOf(from, middle), await hashOf(middle, to))
  }
  return hashOf
}

const hashesOf = ({ hashes }: Pick<Tile, 'hashes'>): Bytes[] =>
  Array.from({ length: hashes.length / HASH }, (_, i) => hashes.slice(i * HASH, (i + 1) * HASH))
