// A tamper-evident append-only log: Merkle tree, proofs, heads. RFC 9162 §2.1.

export {
  decodeEntry,
  encodeEntry,
  type LogEntry,
  type SignedTreeHead,
  statementOf,
  treeHeadMessage,
  verifyHead,
  type What,
} from './statements.ts'
export { appended, edgeOf, hashesFrom, type Tile, type TilePlace } from './tiles.ts'
export {
  consistencyProof,
  EMPTY_ROOT,
  growingRoot,
  type HashOf,
  inclusionProof,
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './tree.ts'
