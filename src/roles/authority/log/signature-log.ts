// Every signature of the authorities is in the log before it is made: nothing is signed that is not there. Heads of the
// tree over it are signed, so that nobody can be shown another past. RFC 9162 §2.1, docs/profile.md#log-of-signatures.

import { batched, turn } from '../../../base/batch.ts'
import { type Bytes, hex } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { Clock, KeyStore, Signer } from '../../../base/ports.ts'
import { readOnce } from '../../../base/read-once.ts'
import {
  EMPTY_ROOT,
  type LogEntry,
  type SignedTreeHead,
  statementOf,
  treeHeadMessage,
  type What,
} from '../../../protocol/merkle-log/index.ts'
import type { LogStore } from './store.ts'

export interface SignatureLog {
  /** The same signer, whose signatures are logged first. What many ask for at once is one transaction. */
  signer(key: Signer, what: What | ((message: Bytes) => What)): Signer
  /** As `signer`, with one entry for all that is asked for at once. For answers that nobody looks up singly. */
  batchSigner(key: Signer, what: What): Signer
  /** What `key` will sign, for who logs it in a transaction of its own. */
  entryOf(key: Signer, what: What, message: Bytes): LogEntry
  /** Whether it was logged that this will be signed. */
  contains(message: Bytes): Promise<boolean>
  /** Signs what the log is now; at most one head for one size. */
  head(): Promise<SignedTreeHead>
  /** DER SubjectPublicKeyInfo of the key that signs heads. */
  publicKey(): Promise<Bytes>
}

const MOST_AT_ONCE = 256
/** The same few keys sign all. */
const keyHash = readOnce((publicKey) => sha256(publicKey))

/** Heads of the log are of a key of its own. */
const LOG_KEY = 'authority-log'

export function signatureLog(deps: {
  readonly store: LogStore
  readonly keys: KeyStore
  readonly clock: Clock
}): SignatureLog {
  const { store, keys, clock } = deps
  const headKey = () => keys.signer(LOG_KEY, 'ECDSA-P256-SHA256')
  const append = batched(async (entries: readonly LogEntry[]) => {
    await store.append(entries)
    return entries
  }, MOST_AT_ONCE)
  const entry = (key: Signer, what: What, messages: readonly [Bytes, ...Bytes[]]): LogEntry => ({
    at: clock(),
    key: keyHash(key.publicKey),
    what,
    count: messages.length,
    statement: statementOf(messages),
  })
  const batches = new Map<string, Signer['sign']>()
  const signBatch = (key: Signer, what: What): Signer['sign'] => {
    const queue = signing(key)
    const logged = batched(
      async (messages: readonly Bytes[]) => {
        await append(entry(key, what, messages as [Bytes, ...Bytes[]]))
        return messages
      },
      MOST_AT_ONCE,
      queue.room,
    )
    return async (message) => queue.sign(await logged(message))
  }
  return {
    signer: (key, what) => ({
      ...key,
      sign: async (message) => {
        await append(entry(key, typeof what === 'string' ? what : what(message), [message]))
        return key.sign(message)
      },
    }),
    batchSigner: (key, what) => {
      const name = `${what} ${hex(key.publicKey)}`
      const sign = batches.get(name) ?? signBatch(key, what)
      batches.set(name, sign)
      return { ...key, sign }
    },
    entryOf: (key, what, message) => entry(key, what, [message]),
    contains: async (message) => (await store.find(statementOf([message]))).length > 0,
    head: async () => signedHead(store, await headKey(), clock()),
    publicKey: async () => (await headKey()).publicKey,
  }
}

/** What keeps the signers busy while the next batch is logged: two cores sign these in a dozen milliseconds. */
const FEW = 64

/** Signs, and says when few wait: until then those who come are in no hurry to be logged, and share an entry. */
function signing(key: Signer) {
  let waiting = 0
  let wake = () => {}
  const done = () => {
    if (--waiting <= FEW) wake()
  }
  return {
    sign: (message: Bytes): Promise<Bytes> => {
      waiting++
      return key.sign(message).finally(done)
    },
    room: async (): Promise<void> => {
      await turn()
      if (waiting > FEW)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    },
  }
}

/** A head is as late as the one before at least, whatever the clock says. RFC 9162 §4.10. */
async function signedHead(store: LogStore, key: Signer, now: Date): Promise<SignedTreeHead> {
  const size = await store.size()
  const before = await store.head(size)
  if (before?.size === size) return before
  const root = size === 0 ? EMPTY_ROOT : await store.hashOf()(0, size)
  const head = { size, root, at: new Date(Math.max(now.getTime(), before?.at.getTime() ?? 0)) }
  await store.addHead({ ...head, signature: await key.sign(treeHeadMessage(head)) })
  return (await store.head(size)) ?? signedHead(store, key, now)
}
