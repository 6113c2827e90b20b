// Clerks: a name, a passcode that is kept as a salted hash, a session of a working day; and each act of theirs on record.

import { hex, NO_BYTES, utf8 } from '../../base/bytes.ts'
import { equalSecret, scrypt } from '../../base/crypto.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Counter, Proof } from './contract.ts'
import { type CounterDeps, SESSION_MS, WRONG_PASSCODES } from './model.ts'
import { no } from './refusals.ts'

export const addClerk =
  ({ store, entropy }: CounterDeps): Counter['addClerk'] =>
  async ({ clerkId, name, passcode }) => {
    const salt = entropy(16)
    const passcode_hash = await scrypt(utf8(passcode), salt)
    await store.saveClerk({ clerk_id: clerkId, name, salt, passcode_hash })
    return {}
  }

/** Takes as long for a clerk who is not there, so that nobody learns who is. */
export const signIn =
  ({ store, entropy, clock, log }: CounterDeps): Counter['signIn'] =>
  async ({ clerkId, passcode }) => {
    const mayTry = await store.spendTry(clerkId, WRONG_PASSCODES)
    const clerk = await store.clerkOf(clerkId)
    const hash = await scrypt(utf8(passcode), clerk?.salt ?? new Uint8Array(16))
    if (!clerk || !mayTry || !equalSecret(hash, clerk.passcode_hash ?? NO_BYTES)) {
      log('counter.wrong-passcode')
      throw no.wrongPasscode()
    }
    const session = hex(entropy(24))
    const until = new Date(clock().getTime() + SESSION_MS)
    await store.beginSession(session, clerkId, until, clock())
    log('counter.signed-in', { clerk: clerkId })
    return { session, name: clerk.name, until }
  }

export const signOut =
  ({ store }: CounterDeps): Counter['signOut'] =>
  async ({ session }) => {
    await store.endSession(session)
    return {}
  }

export const clerk =
  (deps: CounterDeps): Counter['clerk'] =>
  async ({ session }) => {
    const { clerk_id, name, until } = await signedIn(deps, session)
    return { clerkId: clerk_id, name, until }
  }

/** Who holds this session; refused when nobody does. */
export async function signedIn({ store, clock }: CounterDeps, session: string) {
  const found = await store.clerkIn(session, clock())
  if (!found) throw no.notSignedIn()
  return found
}

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
  const { clerk_id } = await signedIn(deps, session)
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
