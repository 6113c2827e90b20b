// What only the customers themselves may do asks whose session it is.

import type { Deps } from './model.ts'
import { no } from './refusals.ts'

/** The subject of somebody who is logged in, and in nobody else's place. */
export async function ownSubject({ store, clock }: Pick<Deps, 'store' | 'clock'>, session: string): Promise<string> {
  const { state, subject, delegate } = (await store.liveSession(session, clock())) ?? {}
  if (state !== 'loggedIn' || !subject) throw no.notLoggedIn()
  if (delegate) throw no.onlyCustomer()
  return subject
}
