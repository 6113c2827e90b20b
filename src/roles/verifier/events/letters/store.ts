// Dead letters: buried, tried again, given up.

import type { Kysely } from 'kysely'
import { STREAM_EVENT_TYPES } from '../../../../protocol/security-event/event-types.ts'
import { withEvidence } from '../../evidence/store.ts'
import type { Ends } from '../../operator/store.ts'
import type { EventColumns, EventRow, EventTables } from '../store.ts'
import { streams } from '../streams/store.ts'

export interface Given {
  readonly reason: string
  readonly now: Date
  readonly gap: string
  readonly ends: Ends
}

export const SPOKEN_OF = ['client_id', 'jti', 'type'] as const

export const letters = (db: Kysely<EventTables>) => ({
  async bury(streamId: string, jti: string, reason: string, now: Date): Promise<boolean> {
    const buried = await withEvidence(db, { at: now, outcome: 'dead', reason }, (tx) =>
      tx
        .updateTable('security_event')
        .set({ state: 'dead', reason, leased_until: null })
        .where('jti', '=', jti)
        .where('stream_id', '=', streamId)
        .where('state', '=', 'waiting')
        .returning(SPOKEN_OF)
        .execute(),
    )
    return buried === 1
  },

  /** False when there is no such dead letter. */
  async revive(jti: string, now: Date): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('security_event')
      .set({ state: 'waiting', reason: null, recorded_at: now })
      .where('jti', '=', jti)
      .where('state', '=', 'dead')
      .executeTakeFirst()
    return numUpdatedRows === 1n
  },

  async isDead(jti: string): Promise<boolean> {
    const found = db.selectFrom('security_event').select('jti').where('jti', '=', jti).where('state', '=', 'dead')
    return (await found.executeTakeFirst()) !== undefined
  },

  /** For good; the receiver hears of the gap by an event of this name. False when there is no such dead letter. */
  async drop(jti: string, { reason, now, gap, ends }: Given): Promise<boolean> {
    const dropped = await withEvidence(db, { at: now, outcome: 'dropped', reason }, async (tx) => {
      const gone = tx.deleteFrom('security_event').where('jti', '=', jti).where('state', '=', 'dead')
      const rows = await gone.returning([...SPOKEN_OF, 'stream_id', 'subject']).execute()
      for (const row of rows) await tellGap(tx, row, now, gap)
      if (rows.length > 0) await ends(tx)
      return rows
    })
    return dropped === 1
  },

  async dead(limit: number): Promise<EventRow[]> {
    const found = db.selectFrom('security_event').selectAll().where('state', '=', 'dead')
    return found.orderBy('sequence', 'desc').limit(limit).execute()
  },

  async waitingByClient() {
    return db
      .selectFrom('security_event as e')
      .innerJoin('event_stream as s', 's.stream_id', 'e.stream_id')
      .select(({ fn }) => [
        'e.client_id',
        's.failures',
        fn.countAll<bigint>().as('count'),
        fn.min('e.recorded_at').as('oldest'),
      ])
      .where('e.state', '=', 'waiting')
      .groupBy(['e.client_id', 's.failures'])
      .orderBy('e.client_id')
      .execute()
  },
})

type Gone = Pick<EventColumns, 'jti' | 'type' | 'client_id' | 'stream_id' | 'subject'>

/** Of what was about a person; a stream that is off is told nothing. No person is named: the receiver never knew of this event. */
async function tellGap(tx: Kysely<EventTables>, { jti, type, subject, ...of }: Gone, now: Date, gap: string) {
  const stream = tx.selectFrom('event_stream').select('status').where('stream_id', '=', of.stream_id)
  const status = (await stream.executeTakeFirst())?.status
  if (subject === '' || status === undefined || status === 'disabled') return
  const claims = JSON.stringify({ status, reason: 'an event was given up and will not come', missing: { jti, type } })
  await streams(tx).addStreamEvent({ ...of, jti: gap, type: STREAM_EVENT_TYPES.streamUpdated, claims }, now)
}
