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

/** Throws what `work` throws. What is no refusal leaves the act as begun: nobody knows how far it came. */
export async function onRecord<T>(
  { store, clock, entropy }: Recording,
  clerk: string,
  { act, subject = '', reason = '' }: Act,
  work: () => Promise<T>,
  beside?: Beside,
): Promise<T> {
  const row = { act_id: hex(entropy(16)), clerk, act, subject, reason }
  const write = (outcome: string, also?: Beside) => store.acts.write({ ...row, at: clock(), outcome }, also)
  await write('begun')
  try {
    const done = await work()
    await write('done', beside)
    return done
  } catch (error) {
    if (error instanceof Refusal) await write(error.code, beside)
    throw error
  }
}
