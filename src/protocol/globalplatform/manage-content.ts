// DELETE of content and keys, SET STATUS. GPC v2.3.1 §11.2, §11.10. Run them inside `secured(channel, …)`.

import { type Bytes, bytes, concat, NO_BYTES } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { tlv } from '../../codec/tlv.ts'
import { ask, type Dialogue } from '../iso7816/dialogue.ts'
import { type Confirmation, tokenInput } from './delegated-management.ts'
import { type Authorise, confirmed } from './install.ts'
import { LIFE_CYCLE, LOCKED } from './registry.ts'

const RELATED = 0x80

/** An application or security domain; `related` for a load file and what comes from it. GPC v2.3.1 §11.2. */
export function* deleteContent(aid: Bytes, related = false, authorise?: Authorise): Dialogue<Confirmation | undefined> {
  const p2 = related ? RELATED : 0
  const what = tlv(0x4f, aid)
  const token = authorise ? tlv(0x9e, authorise(tokenInput(0x00, p2, what))) : NO_BYTES
  return confirmed(yield* ask(command(0x80, 0xe4, 0x00, p2, concat(what, token), 256), 'DELETE'))
}

/** Keys with this version, this number, or both. GPC v2.3.1 Table 11-24. */
export function* deleteKeys({ id, version }: { readonly id?: number; readonly version?: number }): Dialogue<void> {
  const part = (tag: number, value: number | undefined) => (value === undefined ? NO_BYTES : tlv(tag, bytes(value)))
  yield* ask(command(0x80, 0xe4, 0x00, 0x00, concat(part(0xd0, id), part(0xd2, version)), 256), 'DELETE [key]')
}

/** GPC v2.3.1 Table 11-85. */
const STATUS_OF = { issuer: 0x80, application: 0x40, domainAndApplications: 0x60 } as const

const setStatus = (of: keyof typeof STATUS_OF, state: number, aid: Bytes, doing = 'SET STATUS'): Dialogue<Bytes> =>
  ask(command(0x80, 0xf0, STATUS_OF[of], state, aid), doing)

/** Bit 8 locks, without it the state from before comes back. GPC v2.3.1 §11.10.2.2. */
export function* setLocked(aid: Bytes, locked: boolean): Dialogue<void> {
  yield* setStatus('application', locked ? LOCKED : 0, aid)
}

/** A security domain and everything in it. GPC v2.3.1 §11.10.2.1. */
export function* setDomainLocked(aid: Bytes, locked: boolean): Dialogue<void> {
  yield* setStatus('domainAndApplications', locked ? LOCKED : 0, aid)
}

export type CardState = 'initialized' | 'secured' | 'cardLocked' | 'terminated'

/** The life cycle of the whole card. `terminated` cannot be undone. GPC v2.3.1 §5.1. */
export function* setCardState(state: CardState, issuer: Bytes = NO_BYTES): Dialogue<void> {
  yield* setStatus('issuer', LIFE_CYCLE[state], issuer, 'SET STATUS [card]')
}

/** A state of its own, of the application that is asked. GPC v2.3.1 §11.10.2.2. */
export function* setOwnState(state: number, aid: Bytes): Dialogue<void> {
  yield* setStatus('application', state, aid)
}
