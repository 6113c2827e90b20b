// A developer is logged in by the platform's own OpenID provider, and is known by the pairwise subject of that login alone.

import { base64url, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { SESSION_MS } from './model.ts'

/** Only the digest is kept: who reads the records cannot take a session over. */
export const digestOf = (secret: string) => sha256(utf8(secret))

export const newSecret = ({ entropy }: Pick<Deps, 'entropy'>): string => base64url(entropy(32))

function portalOf({ portal }: Deps) {
  if (!portal) throw no.noPortal()
  return portal
}

export const startDeveloperLogin =
  (deps: Deps): Verifier['startDeveloperLogin'] =>
  () =>
    portalOf(deps).begin()

export const finishDeveloperLogin =
  (deps: Deps): Verifier['finishDeveloperLogin'] =>
  async ({ callback, pending }) => {
    const { store, clock } = deps
    const identity = await portalOf(deps).finish(callback, pending)
    if (!identity) throw no.developerLogin()
    const session = newSecret(deps)
    const now = clock()
    await store.services.openSession(digestOf(session), identity.subject, new Date(now.getTime() + SESSION_MS), now)
    return { session }
  }

export const endDeveloperSession =
  ({ store }: Deps): Verifier['endDeveloperSession'] =>
  async ({ session }) => {
    await store.services.endSession(digestOf(session))
    return {}
  }

/** The developer's pairwise subject; refuses who is not logged in. */
export async function subjectOf({ store, clock }: Deps, session: string): Promise<string> {
  const subject = await store.services.sessionSubject(digestOf(session), clock())
  if (subject === undefined) throw no.developerSession()
  return subject
}
