// How two people call one another, why, and at which services: sealed for the mandate that they belong to, by a key of the platform's
// own. Ours: docs/profile.md#tenant-keys.

import { type Bytes, fromUtf8, utf8 } from '../../../base/bytes.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { OF_PLATFORM, opener, type Place, type SealingDeps, sealFor } from '../tenant-keys/sealing.ts'
import type { MandateRecord } from './model.ts'
import type { KeptMandate } from './store.ts'

export type Words = Pick<MandateRecord, 'principalCalled' | 'delegateCalled' | 'purpose' | 'scope'>
export type ReadingDeps = Pick<Deps, 'store' | 'keys'>

const place = (mandateId: string): Place => ({ table: 'mandate', row: mandateId })

const sealed = (deps: SealingDeps, mandateId: string, words: Words): Promise<Bytes> =>
  sealFor(deps, OF_PLATFORM, place(mandateId), utf8(JSON.stringify(words)))

/** Of many, each key is looked for once. */
export function wordsOpener(deps: ReadingDeps) {
  const open = opener(deps)
  return async ({ mandateId, words }: Pick<KeptMandate, 'mandateId' | 'words'>): Promise<Words> => {
    const opened = await open(place(mandateId), words)
    if (!opened) throw no.erased()
    return JSON.parse(fromUtf8(opened)) as Words
  }
}

export function opened(deps: ReadingDeps, kept: readonly KeptMandate[]): Promise<MandateRecord[]> {
  const open = wordsOpener(deps)
  return Promise.all(
    kept.map(async (one) => {
      const { words: _, ...rest } = one
      return { ...rest, ...(await open(one)) }
    }),
  )
}

/** This one, then the one it was handed on from, up to the principal's own; empty for none. */
export const chainOf = async (deps: ReadingDeps, mandateId: string): Promise<MandateRecord[]> =>
  opened(deps, await deps.store.mandates.chain(mandateId))

/** `invitation`: the digest of the code; null where nobody has to accept. */
export async function keep(
  deps: Deps,
  mandate: MandateRecord,
  invitation: Bytes | null,
  evidence: Bytes,
): Promise<void> {
  const { principalCalled, delegateCalled, purpose, scope, ...rest } = mandate
  const words = await sealed(deps, mandate.mandateId, { principalCalled, delegateCalled, purpose, scope })
  await deps.store.mandates.add({ ...rest, words }, invitation, evidence)
}

/** Mandates of before this was sealed. */
export async function sealEarlier(deps: Deps): Promise<void> {
  const { mandates } = deps.store
  for (let some = await mandates.inClear(); some.length > 0; some = await mandates.inClear())
    for (const { mandateId, ...words } of some) await mandates.close(mandateId, await sealed(deps, mandateId, words))
}
