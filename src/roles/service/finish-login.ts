// The browser is back with a code or an error: whose session it is now, and whether that is a customer we know.

import { hex } from '../../base/bytes.ts'
import type { Service } from './contract.ts'
import { LINK } from './delegates/model.ts'
import {
  type Deps,
  type Identity,
  OpenIdAway,
  OpenIdRefused,
  SESSION_LIFE,
  SESSION_SECONDS,
  type SessionRecord,
} from './model.ts'
import { no } from './refusals.ts'

export const finishLogin =
  (deps: Deps): Service['finishLogin'] =>
  async ({ session, callback }) => {
    const { store, clock, log } = deps
    const begun = await store.liveSession(session, clock())
    if (!begun) throw no.noSession()
    if (begun.state !== 'begun') throw no.notBegun()
    const { acr, touch = false, acts = [], ...who } = await identity(deps, begun, callback)
    const state = SESSION_LIFE.begun[touch ? 'checkIn' : 'finish']
    const expiresAt = new Date(clock().getTime() + SESSION_SECONDS[state] * 1000)
    const renamed = hex(deps.entropy(16))
    if (!(await store.logIn(session, renamed, { ...who, state, expiresAt }))) throw no.notBegun()
    // After it, so that what is heard meanwhile closes this session too.
    const customer = await store.customerOfSubject(who.subject)
    if (customer?.standing === 'closed') {
      await store.endSession(renamed)
      throw no.loginClosed()
    }
    if (who.delegate !== undefined && (touch || !deps.decisions || !(customer || acts.includes(LINK.act)))) {
      await store.endSession(renamed)
      throw no.notForOthers()
    }
    const recognised = customer !== undefined
    log('service.login', { recognised, acr, delegated: who.delegate !== undefined })
    return { session: renamed, recognised, acr, checkedIn: touch }
  }

/** A refused answer ends the session: its state, nonce and verifier are never used twice. */
async function identity({ store, openid, log }: Deps, begun: SessionRecord, callback: string): Promise<Identity> {
  if (!openid) throw no.noLogins()
  try {
    return await openid.finish({ ...begun.request, callback })
  } catch (error) {
    // The session stays: its code is spent or it is not, so that the same callback again logs in once or not at all.
    if (error instanceof OpenIdAway) throw no.platformAway({}, error)
    if (!(error instanceof OpenIdRefused)) throw error
    await store.endSession(begun.session)
    log('service.login-refused', { kind: error.kind, code: error.code })
    // RFC 6749 §4.1.2.1: nobody has declined anything, and a new login may do.
    if (error.code === 'temporarily_unavailable') throw no.platformAway({ error: error.code }, error)
    throw no[error.kind === 'declined' ? 'loginDeclined' : 'loginInvalid']({ error: error.code }, error)
  }
}
