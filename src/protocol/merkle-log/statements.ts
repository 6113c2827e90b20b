// What stands in the log of signatures and what its heads say: JSON in UTF-8 with members in a fixed order, so that
// anyone can recompute the hashes. Ours: docs/profile.md#log-of-signatures. Nothing personal: hashes only.

import { type Bytes, fromHex, fromUtf8, hex, utf8 } from '../../base/bytes.ts'
import { publicKey, sha256, verify } from '../../base/crypto.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { leafHash, rootOf } from './tree.ts'

/** What was signed. */
const WHATS = ['certificate', 'crl', 'ocsp', 'terminal', 'filter', 'answer'] as const
export type What = (typeof WHATS)[number]

export interface LogEntry {
  readonly at: Date
  /** SHA-256 of the SubjectPublicKeyInfo of the key that signs. */
  readonly key: Bytes
  readonly what: What
  /** How many signatures; more than one for a batch. */
  readonly count: number
  /** `statementOf` what is signed. */
  readonly statement: Bytes
}

/** SHA-256 of what is signed; of a batch, the root of the Merkle tree over those hashes. */
export const statementOf = ([first, ...rest]: readonly [Bytes, ...Bytes[]]): Bytes =>
  rest.length === 0 ? sha256(first) : rootOf([first, ...rest].map((signed) => leafHash(sha256(signed))))

export const encodeEntry = ({ at, key, what, count, statement }: LogEntry): Bytes =>
  utf8(JSON.stringify({ at: at.toISOString(), key: hex(key), what, count, statement: hex(statement) }))

/** Throws `CodecError` on anything that `encodeEntry` does not write. */
export function decodeEntry(entry: Bytes): LogEntry {
  const { at, key, what, count, statement } = parsed(entry, 'log/entry')
  const found = {
    at: new Date(`${at}`),
    key: bytesOf(key),
    what: what as What,
    count: Number(count),
    statement: bytesOf(statement),
  }
  if (!WHATS.includes(found.what) || Number.isNaN(found.at.getTime())) throw new CodecError('log/entry')
  if (fromUtf8(encodeEntry(found)) !== fromUtf8(entry)) throw new CodecError('log/entry')
  return found
}

export interface TreeHead {
  readonly size: number
  readonly root: Bytes
  readonly at: Date
}

export interface SignedTreeHead extends TreeHead {
  /** ECDSA P-256 with SHA-256 over `treeHeadMessage`. */
  readonly signature: Bytes
}

export const treeHeadMessage = ({ size, root, at }: TreeHead): Bytes =>
  utf8(`kazasu log head 1\n${JSON.stringify({ size, root: hex(root), at: at.toISOString() })}`)

/** False for a wrong signature; never throws. */
export function verifyHead(head: SignedTreeHead, logKey: Bytes): boolean {
  try {
    return verify('ECDSA-P256-SHA256', publicKey(logKey), treeHeadMessage(head), head.signature)
  } catch {
    return false // not a SubjectPublicKeyInfo
  }
}

function parsed(text: Bytes, code: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(fromUtf8(text))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
  }
  throw new CodecError(code)
}

function bytesOf(text: unknown): Bytes {
  if (typeof text !== 'string' || !/^[0-9a-f]{64}$/.test(text)) throw new CodecError('log/entry')
  return fromHex(text)
}
