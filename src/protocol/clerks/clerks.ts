// Who sits at a desk: a passcode that is kept as a salted hash, few tries, a session of a working day, and parts. A desk asks
// at each act whose session it is and whether the act is that clerk's part. Ours: docs/profile.md#clerks.

import { hex, NO_BYTES, utf8 } from '../../base/bytes.ts'
import { equalSecret, scrypt } from '../../base/crypto.ts'
import type { Clock, Entropy, Log } from '../../base/ports.ts'
import type { Refusal } from '../../base/refusal.ts'
import type { ClerkRow, ClerkStore } from './store.ts'

/** A working day. */
const SESSION_MS = 8 * 3600_000
/** Wrong passcodes of one clerk before an administrator must give a new one. */
export const WRONG_PASSCODES = 5

/** Rows for the refusals of each role that has clerks. */
export const CLERK_REFUSALS = {
  notSignedIn: [401, 'no clerk is signed in under this session'],
  wrongPasscode: [403, 'no clerk has this name and passcode'],
  notYourPart: [403, 'this is not the part of the clerk who is signed in'],
} as const

export interface ClerkDeps {
  readonly store: { readonly clerks: ClerkStore }
  readonly clock: Clock
  readonly entropy: Entropy
  readonly log: Log
}

export interface NewClerk {
  readonly clerkId: string
  readonly name: string
  readonly passcode: string
  readonly parts: readonly string[]
}

export async function clerkRow({ entropy }: Pick<ClerkDeps, 'entropy'>, { clerkId, name, passcode, parts }: NewClerk) {
  const salt = entropy(16)
  const passcode_hash = await scrypt(utf8(passcode), salt)
  return { clerk_id: clerkId, name, salt, passcode_hash, parts: parts.join(' ') }
}

type Refuse = { readonly [K in keyof typeof CLERK_REFUSALS]: () => Refusal }

/** What a desk may ask of clerks with parts P, at the role of this name. */
export function clerksOf<P extends string>(role: string, no: Refuse) {
  const partsOf = ({ parts }: Pick<ClerkRow, 'parts'>) => parts.split(' ') as P[]

  /** Who holds this session; refused when nobody does, or when the part is somebody else's. */
  async function signedIn({ store, clock }: Pick<ClerkDeps, 'store' | 'clock'>, session: string, part?: P) {
    const found = await store.clerks.clerkIn(session, clock())
    if (!found) throw no.notSignedIn()
    if (part && !partsOf(found).includes(part)) throw no.notYourPart()
    return { clerkId: found.clerk_id, name: found.name, parts: partsOf(found), until: found.until }
  }

  const operations = (deps: ClerkDeps) => ({
    addClerk: async (given: { clerkId: string; name: string; passcode: string; parts: readonly P[] }) => {
      await deps.store.clerks.saveClerk(await clerkRow(deps, given))
      return {}
    },
    removeClerk: async ({ clerkId }: { clerkId: string }) => {
      await deps.store.clerks.removeClerk(clerkId)
      return {}
    },
    clerks: async () => ({
      clerks: (await deps.store.clerks.allClerks()).map(({ clerk_id, name, parts }) => {
        return { clerkId: clerk_id, name, parts: partsOf({ parts }) }
      }),
    }),
    /** Takes as long for a clerk who is not there, so that nobody learns who is. */
    signIn: async ({ clerkId, passcode }: { clerkId: string; passcode: string }) => {
      const { entropy, clock, log } = deps
      const store = deps.store.clerks
      const mayTry = await store.spendTry(clerkId, WRONG_PASSCODES)
      const clerk = await store.clerkOf(clerkId)
      const hash = await scrypt(utf8(passcode), clerk?.salt ?? new Uint8Array(16))
      if (!clerk || !mayTry || !equalSecret(hash, clerk.passcode_hash ?? NO_BYTES)) {
        log(`${role}.wrong-passcode`)
        throw no.wrongPasscode()
      }
      const session = hex(entropy(24))
      const until = new Date(clock().getTime() + SESSION_MS)
      await store.beginSession(session, clerkId, until, clock())
      log(`${role}.signed-in`, { clerk: clerkId })
      return { session, name: clerk.name, until }
    },
    signOut: async ({ session }: { session: string }) => {
      await deps.store.clerks.endSession(session)
      return {}
    },
    clerk: ({ session }: { session: string }) => signedIn(deps, session),
  })

  return { operations, signedIn }
}
