// What ends by its term goes and not before: mandates with what was handed on of them, their uses and sessions, kept status, sessions
// of clerks, acts of the desk.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KeptMandate } from '../mandates/store.ts'
import { type OpenIdRoom, openIdRoom } from '../testing/http/openid-room.ts'
import { TERMS, type Term, UNTIL_ENDED } from './terms.ts'

let room: OpenIdRoom

beforeAll(async () => {
  room = await openIdRoom()
})
afterAll(() => room.close())

const DAY_MS = 24 * 3_600_000

/** How many rows each table has. */
async function counts() {
  const tables = (await room.rows()).split('\n').map((row) => row.split(' ')[0]!)
  return Object.fromEntries(KEPT.map((table) => [table, tables.filter((one) => one === table).length]))
}
const KEPT = [
  ...['mandate', 'mandate_use', 'mandate_session', 'representation'],
  ...['kept_status', 'seen_revocation', 'clerk_act', 'proposal'],
]

const mandate = (now: Date, mandateId: string, change: Partial<KeptMandate>): KeptMandate => ({
  ...{ mandateId, kind: 'general', principal: 'p', grantor: 'p', delegate: 'd', within: null },
  words: Uint8Array.of(1),
  ...{ from: now, until: new Date(now.getTime() + DAY_MS), subDelegation: 1, recorded: 'standing' },
  ...{ invitationUntil: now, offeredAt: now, acceptedAt: now, endedAt: null, attestationId: null, ...change },
})

test('mandates and what hangs on them, statuses, acts: each goes with its term, none before', async () => {
  const { store } = room.deps
  const now = room.deps.clock()
  const bytes = Uint8Array.of(1)
  const later = new Date(now.getTime() + DAY_MS)
  await store.mandates.add(mandate(now, 'whole', {}), null, bytes)
  // Of the same last day as what it was handed on from.
  await store.mandates.add(mandate(now, 'part', { within: 'whole', grantor: 'd', delegate: 'e' }), null, bytes)
  await store.mandates.add(mandate(now, 'offer', { recorded: 'offered', delegate: null }), Uint8Array.of(7), bytes)
  for (const mandateId of ['whole', 'part'])
    await store.mandates.noteUse({ mandateId, mandate: mandateId, clientId: 'bank', act: 'see' }, now)
  const session = {
    sid: 's',
    clientId: 'bank',
    mandateId: 'part',
    account: 'p',
    until: new Date(now.getTime() + 600_000),
  }
  await store.mandates.begin(session)
  const claim = {
    firm: 'firm f',
    personId: 'p',
    recorded: 'claimed',
    claimedAt: now,
    until: later,
    sealed: bytes,
  } as const
  for (const representationId of ['released', 'waits'])
    await store.firms.claim({ ...claim, firm: representationId, representationId })
  await store.firms.release('released', now, later)
  const subject = { kind: 'auth', serial: 7n } as const
  await store.keptStatus.keep({ ...subject, response: bytes, nonce: bytes, askedAt: now })
  await store.keptStatus.revoked([subject], now)
  const act = { act: 'hold', subject: 't', reason: 'r' } as const
  await store.operator.acts.write({ ...act, act_id: 'a', at: now, clerk: 'kudo', outcome: 'done' })
  await store.operator.propose({ ...act, act: 'erase', clerk: 'kudo', at: now })

  const after = async (ms: number) => {
    room.time.ahead = ms
    await room.verifier.forgetDue({})
    return counts()
  }
  const all = { mandate: 3, mandate_use: 2, mandate_session: 1, kept_status: 1, seen_revocation: 1, clerk_act: 1 }
  const proposed = { ...all, proposal: 1, representation: 2 }
  expect(await after(0)).toEqual(proposed)
  const hour = { ...proposed, mandate_session: 0, kept_status: 0, seen_revocation: 0 }
  expect(await after(TERMS.keptStatus.keptMs + 60_000)).toEqual(hour)
  expect(await after(TERMS.proposal.keptMs + 60_000)).toEqual({ ...hour, proposal: 0 })
  const year = { ...hour, proposal: 0, mandate: 2, mandate_use: 0, representation: 1 }
  expect(await after(TERMS.mandateUse.keptMs + DAY_MS)).toEqual(year)
  expect(await after(TERMS.mandate.keptMs - DAY_MS)).toEqual(year)
  expect(await after(TERMS.mandate.keptMs + 2 * DAY_MS)).toEqual({
    ...year,
    mandate: 0,
    representation: 0,
    clerk_act: 0,
  })
  room.time.ahead = 0
})

test('every term has a ground, and no table has both a term and a reason to stay', () => {
  for (const { ground, keptMs, key } of Object.values<Term>(TERMS)) {
    expect(ground.length).toBeGreaterThan(12)
    expect(keptMs).toBeGreaterThanOrEqual(0)
    expect(key.length).toBeGreaterThan(0)
  }
  expect(Object.values<Term>(TERMS).filter(({ table }) => table in UNTIL_ENDED)).toEqual([])
})
