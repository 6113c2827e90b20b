// A pushed event is believed, counted once, and has its effect on the customer, all in one transaction: what was acknowledged has
// happened. Events of one customer come one after another, as their verifier delivers them. RFC 8935 §2.

import { utf8 } from '../../../base/bytes.ts'
import { equalSecret } from '../../../base/crypto.ts'
import type { Service } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { newsIn, refuseSet, TAKEN_KEPT_MS, verifiedState } from './model.ts'

export const takeEvent =
  (deps: Deps): Service['takeEvent'] =>
  async ({ set, authorization }) => {
    const { signals, store, clock, log } = deps
    if (!signals) throw no.hearsNothing()
    if (!equalSecret(utf8(authorization ?? ''), utf8(signals.authorization))) throw refuseSet('authentication_failed')
    const event = await signals.read(set)
    const { jti, subject, type } = event
    const now = clock()
    const state = verifiedState(event)
    if (state !== undefined) await store.verifiedStream(state, now)
    const news = newsIn(event)
    if (subject === null || news === undefined) return {}
    const by = deps.asking?.own ? 'customerNumber' : 'subject'
    const standing = await store.takeEvent(jti, { [by]: subject }, news, now)
    if (standing !== undefined) log('service.news', { type, standing })
    await store.forgetEvents(new Date(now.getTime() - TAKEN_KEPT_MS))
    return {}
  }
