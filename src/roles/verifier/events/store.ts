// Streams, and the events that wait for them. An event is one row until it is delivered: at least once, in order per subject.

import type { GeneratedAlways, Kysely, Selectable } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'
import { EVENT_TYPES, type EventType } from '../../../protocol/security-event/event-types.ts'
import { withEvidence } from '../evidence/store.ts'
import { letters, SPOKEN_OF } from './letters/store.ts'
import type { EventState, StreamStatus } from './model.ts'
import { streams } from './streams/store.ts'

export interface StreamColumns {
  stream_id: string
  client_id: string
  method: 'push' | 'poll'
  endpoint: string | null
  /** Sealed: with it somebody else could speak to the receiver. */
  authorization: Bytes | null
  /** JSON: URIs of the types that the receiver wants. */
  types: string
  description: string | null
  status: StreamStatus
  reason: string | null
  failures: number
  /** Not to be tried before. */
  try_at: Date
  verified_at: Date | null
}

export interface EventColumns {
  /** In the order of recording. */
  sequence: bigint
  jti: string
  client_id: string
  stream_id: string
  /** `''`: of the stream itself. */
  subject: string
  consent_id: string | null
  type: string
  claims: string
  at: Date
  recorded_at: Date
  state: EventState
  leased_until: Date | null
  reason: string | null
  /** Of the consent: from then on nobody is told. Null for an event of the stream itself. */
  ends_at: Date | null
}

export interface EventTables {
  event_stream: StreamColumns
  removed_subject: { client_id: string; subject: string }
  security_event: Omit<EventColumns, 'sequence'> & { sequence: GeneratedAlways<bigint> }
}

export const eventMigrations = {
  '005-events': `
    create table event_stream (
      stream_id text primary key, client_id text not null unique, method text not null, endpoint text,
      "authorization" bytea, types text not null, description text, status text not null, reason text,
      failures integer not null, try_at timestamptz not null, verified_at timestamptz);
    create table removed_subject (client_id text not null, subject text not null, primary key (client_id, subject));
    create table security_event (
      sequence bigint generated always as identity primary key, jti text not null unique, client_id text not null,
      stream_id text not null references event_stream on delete cascade, subject text not null, consent_id text,
      type text not null, claims text not null, at timestamptz not null, recorded_at timestamptz not null,
      state text not null, leased_until timestamptz, reason text);
    create index security_event_waiting on security_event (stream_id, subject, sequence) where state = 'waiting';
    create index security_event_queue on security_event (sequence) where state = 'waiting';
    create index security_event_consent on security_event (consent_id) where state = 'waiting';
    create index security_event_done on security_event (recorded_at) where state = 'delivered';`,
  '064-events-end-with-their-consent': `
    alter table security_event add column ends_at timestamptz;
    update security_event e set ends_at = c.ends_at from watched_consent c
      where c.consent_id = e.consent_id and e.state <> 'delivered';
    create index security_event_over on security_event (ends_at) where state <> 'delivered';
    alter table watched_consent add column changed_at timestamptz;
    update watched_consent set changed_at = told_at;`,
} as const

export interface NewEvent {
  readonly clientId: string
  readonly subject: string
  readonly consentId: string
  /** Of the consent. */
  readonly until: Date
  readonly type: EventType
  readonly claims: Readonly<Record<string, unknown>>
  readonly at: Date
}

const ROWS_AT_ONCE = 1000

/** For those services that have a stream and want this type of event of this subject; others are not told, now or later. */
export async function recordEvents(
  tx: Kysely<EventTables>,
  events: readonly NewEvent[],
  now: Date,
  jti: () => string,
): Promise<void> {
  if (events.length === 0) return
  const clients = [...new Set(events.map(({ clientId }) => clientId))]
  const streams = await tx
    .selectFrom('event_stream')
    .select(['stream_id', 'client_id', 'types'])
    .where('client_id', 'in', clients)
    .where('status', '!=', 'disabled')
    .execute()
  const removed = await tx
    .selectFrom('removed_subject')
    .select(['client_id', 'subject'])
    .where('client_id', 'in', clients)
    .where('subject', 'in', [...new Set(events.map(({ subject }) => subject))])
    .execute()
  const streamOf = new Map(
    streams.map(({ types, ...row }) => [row.client_id, { ...row, types: JSON.parse(types) as string[] }]),
  )
  const unwanted = new Set(removed.map(({ client_id, subject }) => `${client_id} ${subject}`))
  const rows = events.flatMap(({ clientId, subject, consentId, until, type, claims, at }) => {
    const stream = streamOf.get(clientId)
    if (!stream?.types.includes(EVENT_TYPES[type]) || unwanted.has(`${clientId} ${subject}`)) return []
    const of = { client_id: clientId, stream_id: stream.stream_id, subject, consent_id: consentId }
    const what = { type: EVENT_TYPES[type], claims: JSON.stringify({ ...claims, event_timestamp: seconds(at) }), at }
    const fresh = { recorded_at: now, state: 'waiting' as const, leased_until: null, reason: null, ends_at: until }
    return [{ ...of, ...what, ...fresh, jti: jti() }]
  })
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    await tx
      .insertInto('security_event')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute()
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)

export type EventRow = Selectable<EventTables['security_event']>
export type StreamRow = Selectable<StreamColumns>
export interface Claimed {
  readonly event: EventRow
  readonly stream: StreamRow
}

export const eventStore = (db: Kysely<EventTables>) => ({ ...streams(db), ...queue(db), ...letters(db) })

/** Consents are in the same schema. */
interface WithConsents {
  watched_consent: { consent_id: string; told_at: Date | null }
}

/** The person's own page says when a service was told last. */
async function told(tx: unknown, rows: readonly Pick<EventRow, 'consent_id'>[], now: Date): Promise<void> {
  const ids = new Set(rows.map((row) => row.consent_id).filter((id) => id !== null))
  if (ids.size === 0) return
  await (tx as Kysely<WithConsents>)
    .updateTable('watched_consent')
    .set({ told_at: now })
    .where('consent_id', 'in', [...ids])
    .execute()
}

const queue = (db: Kysely<EventTables>) => {
  /** The oldest of each subject, so that none overtakes another; nothing when its consent is over. */
  const next = (method: StreamColumns['method'], now: Date) =>
    db
      .selectFrom('security_event as e')
      .innerJoin('event_stream as s', 's.stream_id', 'e.stream_id')
      .where('e.state', '=', 'waiting')
      .where('s.method', '=', method)
      .where('s.status', '=', 'enabled')
      .where((eb) => eb.or([eb('e.ends_at', 'is', null), eb('e.ends_at', '>=', now)]))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('security_event as older')
              .select('older.sequence')
              .whereRef('older.stream_id', '=', 'e.stream_id')
              .whereRef('older.subject', '=', 'e.subject')
              .whereRef('older.sequence', '<', 'e.sequence')
              .where('older.state', '=', 'waiting'),
          ),
        ),
      )
      .orderBy('e.sequence')
  const withStreams = async (events: EventRow[]): Promise<Claimed[]> => {
    if (events.length === 0) return []
    const ids = [...new Set(events.map(({ stream_id }) => stream_id))]
    const rows = await db.selectFrom('event_stream').selectAll().where('stream_id', 'in', ids).execute()
    const byId = new Map(rows.map((row) => [row.stream_id, row]))
    return events.flatMap((event) => {
      const stream = byId.get(event.stream_id)
      return stream ? [{ event, stream }] : []
    })
  }
  return {
    /** For this process alone until `until`. */
    async claim(now: Date, until: Date, limit: number): Promise<Claimed[]> {
      const events = await db
        .updateTable('security_event')
        .set({ leased_until: until })
        .where('sequence', 'in', ({ selectFrom }) =>
          selectFrom(
            next('push', now)
              .select('e.sequence')
              .where('s.try_at', '<=', now)
              .where((eb) => eb.or([eb('e.leased_until', 'is', null), eb('e.leased_until', '<=', now)]))
              .limit(limit)
              .forUpdate('e')
              .skipLocked()
              .as('free'),
          ).select('free.sequence'),
        )
        .returningAll()
        .execute()
      return withStreams(events)
    },

    /** For a receiver that asks. */
    async toPoll(streamId: string, now: Date, limit: number): Promise<EventRow[]> {
      return next('poll', now).selectAll('e').where('e.stream_id', '=', streamId).limit(limit).execute()
    },

    /** Of those claimed, what nobody has taken back since, nor paused. */
    async stillWaiting(sequences: readonly bigint[]): Promise<Set<bigint>> {
      if (sequences.length === 0) return new Set()
      const found = db
        .selectFrom('security_event as e')
        .innerJoin('event_stream as s', 's.stream_id', 'e.stream_id')
        .select('e.sequence')
        .where('e.sequence', 'in', sequences)
        .where('e.state', '=', 'waiting')
        .where('s.status', '=', 'enabled')
      return new Set((await found.execute()).map(({ sequence }) => sequence))
    },

    async delivered(streamIds: readonly string[], jtis: readonly string[], now: Date): Promise<number> {
      if (jtis.length === 0) return 0
      const done = await withEvidence(db, { at: now, outcome: 'delivered' }, async (tx) => {
        const rows = await tx
          .updateTable('security_event')
          .set({ state: 'delivered', leased_until: null })
          .where('jti', 'in', jtis)
          .where('stream_id', 'in', streamIds)
          .where('state', '=', 'waiting')
          .returning([...SPOKEN_OF, 'consent_id'])
          .execute()
        await told(tx, rows, now)
        return rows
      })
      const healthy = db.updateTable('event_stream').set({ failures: 0, try_at: now }).where('failures', '>', 0)
      await healthy.where('stream_id', 'in', streamIds).execute()
      return done
    },

    /** Back into the queue, behind nobody. */
    async release(sequences: readonly bigint[]): Promise<void> {
      if (sequences.length === 0) return
      await db.updateTable('security_event').set({ leased_until: null }).where('sequence', 'in', sequences).execute()
    },

    async failed(streamId: string, failures: number, tryAt: Date): Promise<void> {
      await db.updateTable('event_stream').set({ failures, try_at: tryAt }).where('stream_id', '=', streamId).execute()
    },
  }
}
