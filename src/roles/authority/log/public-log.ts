// What anyone may ask of the log of signatures: heads, entries, and proofs against heads that were signed. RFC 9162 §2.1.

import { consistencyProof, inclusionProof, type SignedTreeHead } from '../../../protocol/merkle-log/index.ts'
import type { Authority } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { no } from '../refusals.ts'

const MOST_ENTRIES = 1000

export type PublicLog = Pick<Authority, 'logHead' | 'logInclusion' | 'logConsistency' | 'logEntries'>

export const publicLog = (deps: Deps): PublicLog => {
  const { signatures } = deps
  const { log } = deps.store
  return {
    logHead: async () => ({ ...(await signatures.head()), publicKey: await signatures.publicKey() }),
    logInclusion: async ({ statement, size }) => {
      const [position] = await log.find(statement)
      if (position === undefined) throw no.notInLog()
      const head = await headFor(deps, size)
      if (position >= head.size) throw no.notInLog({ size: head.size })
      const [entry] = await log.entries(position, 1)
      return {
        position,
        entry: entry!,
        size: head.size,
        proof: await inclusionProof(log.hashOf(), position, head.size),
      }
    },
    logConsistency: async ({ first, second }) => {
      const head = await headFor(deps, second)
      if (first < 1 || first > head.size) throw no.noSuchHead()
      return { size: head.size, proof: await consistencyProof(log.hashOf(), first, head.size) }
    },
    logEntries: async ({ from, most }) => ({ entries: await log.entries(from, Math.min(most, MOST_ENTRIES)) }),
  }
}

/** Proofs end in a head that was signed; without a size, in the newest. */
async function headFor({ signatures, store }: Deps, size: number | undefined): Promise<SignedTreeHead> {
  if (size === undefined) return signatures.head()
  const head = await store.log.head(size)
  if (head?.size !== size) throw no.noSuchHead()
  return head
}
