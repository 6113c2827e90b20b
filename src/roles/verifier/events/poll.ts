// Poll: a receiver fetches its SETs and acknowledges those it has. RFC 8936 §2. For each subject the next comes when the one before
// is acknowledged, since the answer has no order.

import { stillAgreed } from '../consents/standing.ts'
import type { Deps } from '../model.ts'
import type { Poll } from './contract.ts'
import { POLL_AT_MOST } from './model.ts'
import type { StreamRow } from './store.ts'
import { tokenMaker } from './token.ts'

export interface Polled {
  readonly sets: Record<string, string>
  readonly moreAvailable?: boolean
}

/** Answers at once, also when there is nothing (RFC 8936 §2.4 lets the transmitter choose for how long it waits). */
export async function poll(deps: Deps, stream: StreamRow, asked: Poll): Promise<Polled> {
  const { store, clock, log } = deps
  const { ack = [], setErrs = {}, maxEvents = POLL_AT_MOST } = asked
  await store.events.delivered([stream.stream_id], ack, clock())
  for (const [jti, { err }] of Object.entries(setErrs)) {
    if (await store.events.bury(stream.stream_id, jti, ERROR.test(err) ? err : 'error', clock()))
      log('verifier.events', { dead: 1 })
  }
  if (stream.status !== 'enabled') return { sets: {} }
  const most = Math.min(maxEvents, POLL_AT_MOST)
  const found = await stillAgreed(deps, await store.events.toPoll(stream.stream_id, clock(), most + 1))
  const makeToken = await tokenMaker(deps)
  const made = await Promise.all(found.slice(0, most).map(async (event) => ({ event, set: await makeToken(event) })))
  // What was taken back meanwhile is not given out.
  const waiting = await store.events.stillWaiting(made.map(({ event }) => event.sequence))
  const given = made.filter(({ event }) => waiting.has(event.sequence)).map(({ event, set }) => [event.jti, set])
  return { sets: Object.fromEntries(given), ...(found.length > most && { moreAvailable: true }) }
}

const ERROR = /^[a-z_]{1,40}$/
