// An act of a clerk is on record before it is done, and once more with what came of it. Ours: docs/profile.md#clerks.

import { hex } from '../../../base/bytes.ts'
import type { Clock, Entropy } from '../../../base/ports.ts'
import { Refusal } from '../../../base/refusal.ts'
import type { Act, ActStore, Beside } from './store.ts'

interface Recording {
  readonly store: { readonly acts: ActStore }
  readonly clock: Clock
  readonly entropy: Entropy
}

interface Ending<T> {
  /** Of what it turned out to be. */
  readonly subject?: (done: T) => string | null | undefined
  readonly beside?: Beside
}

/** Throws what `work` throws. What is no refusal leaves the act as begun: nobody knows how far it came. */
export async function onRecord<T>(
  { store, clock, entropy }: Recording,
  clerk: string,
  { act, subject = '', reason = '' }: Act,
  work: () => Promise<T>,
  { subject: subjectOf, beside }: Ending<T> = {},
): Promise<T> {
  const row = { act_id: hex(entropy(16)), clerk, act, subject, reason }
  const end = (outcome: string, of = subject) => store.acts.write({ ...row, subject: of, at: clock(), outcome }, beside)
  await store.acts.write({ ...row, at: clock(), outcome: 'begun' })
  try {
    const done = await work()
    await end('done', subjectOf?.(done) ?? subject)
    return done
  } catch (error) {
    if (error instanceof Refusal) await end(error.code)
    throw error
  }
}
