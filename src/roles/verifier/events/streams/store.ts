// The records of streams, and of subjects that a receiver does not want to hear of.

import type { Kysely } from 'kysely'
import type { EventColumns, EventTables, StreamRow } from '../store.ts'

export const streams = (db: Kysely<EventTables>) => ({
  /** False when the client has one already. */
  async addStream(row: StreamRow): Promise<boolean> {
    const added = db
      .insertInto('event_stream')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
    return (await added.returning('stream_id').executeTakeFirst()) !== undefined
  },

  async streamOf(clientId: string): Promise<StreamRow | undefined> {
    return db.selectFrom('event_stream').selectAll().where('client_id', '=', clientId).executeTakeFirst()
  },

  async changeStream(streamId: string, changed: Partial<StreamRow>): Promise<void> {
    if (Object.keys(changed).length === 0) return
    await db.updateTable('event_stream').set(changed).where('stream_id', '=', streamId).execute()
  },

  /** Its events go with it. */
  async removeStream(streamId: string): Promise<void> {
    await db.deleteFrom('event_stream').where('stream_id', '=', streamId).execute()
  },

  /** What waited while the stream was paused is tried for as long as what is new. */
  async waitAnew(streamId: string, now: Date): Promise<void> {
    const waiting = db.updateTable('security_event').set({ recorded_at: now }).where('stream_id', '=', streamId)
    await waiting.where('state', '=', 'waiting').execute()
  },

  /** Of a stream that is off: nothing is kept for it. */
  async dropWaiting(streamId: string): Promise<void> {
    await db.deleteFrom('security_event').where('stream_id', '=', streamId).where('state', '=', 'waiting').execute()
  },

  async removeSubject(clientId: string, subject: string): Promise<void> {
    const row = { client_id: clientId, subject }
    await db
      .insertInto('removed_subject')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await db
      .deleteFrom('security_event')
      .where((eb) => eb.and(row))
      .where('state', '=', 'waiting')
      .execute()
  },

  async addSubject(clientId: string, subject: string): Promise<void> {
    await db
      .deleteFrom('removed_subject')
      .where((eb) => eb.and({ client_id: clientId, subject }))
      .execute()
  },

  /** False when the last one was too short ago. */
  async mayVerify(streamId: string, now: Date, before: Date): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('event_stream')
      .set({ verified_at: now })
      .where('stream_id', '=', streamId)
      .where((eb) => eb.or([eb('verified_at', 'is', null), eb('verified_at', '<=', before)]))
      .executeTakeFirst()
    return numUpdatedRows === 1n
  },

  async addStreamEvent(
    of: Pick<EventColumns, 'jti' | 'client_id' | 'stream_id' | 'type' | 'claims'>,
    at: Date,
  ): Promise<void> {
    const rest = {
      ...{ subject: '', consent_id: null, ends_at: null },
      at,
      recorded_at: at,
      state: 'waiting',
      leased_until: null,
      reason: null,
    } as const
    await db
      .insertInto('security_event')
      .values({ ...of, ...rest })
      .execute()
  },
})
