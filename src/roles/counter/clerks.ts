// Clerks of the counter, and each act of theirs on record.

import { hex } from '../../base/bytes.ts'
import { Refusal } from '../../base/refusal.ts'
import { clerksOf } from '../../protocol/clerks/clerks.ts'
import type { Counter, Proof } from './contract.ts'
import type { CounterDeps } from './model.ts'
import { no } from './refusals.ts'

export const { operations: clerks, signedIn } = clerksOf<'clerk'>('counter', no)

export interface Act {
  readonly what: keyof Counter
  readonly residentId?: string
  readonly cardNumber?: string
  readonly proof?: Proof | undefined
}

/** On record before it is done, with what came of it after; the log names clerk and act, not the person. */
export async function acting<T>(
  deps: CounterDeps,
  session: string,
  { what, residentId, cardNumber, proof }: Act,
  work: (clerkId: string, actId: string) => Promise<T>,
): Promise<T> {
  const { store, entropy, clock, log } = deps
  const { clerkId: clerk_id } = await signedIn(deps, session, 'clerk')
  const act_id = hex(entropy(16))
  await store.beginAct({
    act_id,
    at: clock(),
    clerk_id,
    what,
    resident_id: residentId ?? null,
    card_number: cardNumber ?? null,
    proof_how: proof?.how ?? null,
    proof_reference: proof?.reference ?? null,
    outcome: 'begun',
  })
  try {
    const done = await work(clerk_id, act_id)
    await store.endAct(act_id, 'done')
    log('counter.done', { what, clerk: clerk_id, act: act_id })
    return done
  } catch (error) {
    if (error instanceof Refusal) await store.endAct(act_id, error.code)
    throw error
  }
}
