// What not everybody may do asks whose session it is.

import type { Deps } from './model.ts'
import { no } from './refusals.ts'

type Needs = Pick<Deps, 'store' | 'clock'>

/** The subject of somebody who is logged in, and who acts in the place of it. */
export async function loggedIn({ store, clock }: Needs, session: string) {
  const { state, subject, delegate = null } = (await store.liveSession(session, clock())) ?? {}
  if (state !== 'loggedIn' || !subject) throw no.notLoggedIn()
  return { subject, delegate }
}

/** Of what only the customers themselves may do: in nobody else's place. */
export async function ownSubject(deps: Needs, session: string): Promise<string> {
  const { subject, delegate } = await loggedIn(deps, session)
  if (delegate) throw no.onlyCustomer()
  return subject
}
