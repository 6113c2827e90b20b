// A new session, and where its browser goes to log in.

import { hex } from '../../base/bytes.ts'
import type { Service } from './contract.ts'
import { type Deps, OpenIdAway, SESSION_SECONDS } from './model.ts'
import { no } from './refusals.ts'

export const startLogin =
  ({ store, clock, entropy, openid, hasReader }: Deps): Service['startLogin'] =>
  async (wish) => {
    if (!openid) throw no.noLogins()
    if (wish.checkIn && hasReader?.() === false) throw no.readerAway()
    const now = clock()
    await store.removeExpiredSessions(now)
    const { location, ...request } = await openid.begin(wish).catch((error: unknown) => {
      throw error instanceof OpenIdAway ? no.platformAway({}, error) : error
    })
    const session = hex(entropy(16))
    const expiresAt = new Date(now.getTime() + SESSION_SECONDS.begun * 1000)
    await store.addSession({ session, state: 'begun', expiresAt, request, subject: null, delegate: null })
    return { session, location }
  }
