// Where the watch stands: the number up to which the authority's changes are taken, and which certificates are watched.

import type { Kysely } from 'kysely'
import type { ConsentRecord } from '../consents/model.ts'
import { type ConsentTables, consentOf } from '../consents/store.ts'
import { type EventTables, type NewEvent, recordEvents } from '../events/store.ts'

export interface WatchTables extends ConsentTables, EventTables {
  watch_cursor: { feed: string; taken: bigint }
}

export const watchMigrations = {
  '006-watch': `
    create table watch_cursor (feed text primary key, taken bigint not null);
    insert into watch_cursor values ('status-changes', 0);`,
} as const

/** What a watched certificate came to, and when. */
export interface Ending {
  readonly serial: bigint
  readonly at: Date
}

/** The news of a consent whose certificate ended or was followed by another. */
export type NewsOf = (consent: ConsentRecord) => readonly NewEvent[]

export const watchStore = (db: Kysely<WatchTables>) => ({
  async cursor(): Promise<number> {
    const found = db.selectFrom('watch_cursor').select('taken').where('feed', '=', 'status-changes')
    return Number((await found.executeTakeFirstOrThrow()).taken)
  },

  /** Consents under which one of these certificates is watched. */
  async watched(serials: readonly bigint[], now: Date): Promise<ConsentRecord[]> {
    if (serials.length === 0) return []
    const found = db
      .selectFrom('watched_consent')
      .selectAll()
      .where('serial', 'in', serials)
      .where('state', '=', 'watching')
      .where('withdrawn_at', 'is', null)
      .where('ends_at', '>=', now)
    return (await found.execute()).map(consentOf)
  },

  /** Those at which somebody must look now, the longest overdue first. */
  async due(now: Date, limit: number): Promise<(ConsentRecord & { readonly changedAt: Date | null })[]> {
    const rows = await db
      .selectFrom('watched_consent')
      .selectAll()
      .where('look_at', '<=', now)
      .where('withdrawn_at', 'is', null)
      .where('ends_at', '>=', now)
      .orderBy('look_at')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...consentOf(row), changedAt: row.changed_at }))
  },

  async lookAgain(consentIds: readonly string[], at: Date): Promise<void> {
    if (consentIds.length === 0) return
    await db.updateTable('watched_consent').set({ look_at: at }).where('consent_id', 'in', consentIds).execute()
  },

  /**
   * A page of changes, with the endings in it that are somebody's, in one transaction: all of it or nothing, once. How many
   * events it came to; undefined when another process has taken the page.
   */
  async take(
    page: { readonly after: number; readonly to: number },
    consents: readonly ConsentRecord[],
    news: NewsOf,
    told: Date,
    jti: () => string,
  ): Promise<number | undefined> {
    return db.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('watch_cursor')
        .set({ taken: BigInt(page.to) })
        .where('feed', '=', 'status-changes')
        .where('taken', '=', BigInt(page.after))
        .executeTakeFirst()
      return numUpdatedRows === 1n ? turn(tx, consents, { from: 'watching', to: 'ended', news, told, jti }) : undefined
    })
  },

  /** The certificates of these consents ended, as was found by looking. */
  ended: (consents: readonly ConsentRecord[], news: NewsOf, told: Date, jti: () => string): Promise<number> =>
    db.transaction().execute((tx) => turn(tx, consents, { from: 'watching', to: 'ended', news, told, jti })),

  /** Another certificate came after; where that one has ended too, it is waited on. */
  async succeeded(
    consents: readonly ConsentRecord[],
    serial: bigint,
    news: NewsOf | undefined,
    told: Date,
    jti: () => string,
  ): Promise<number> {
    const to = news ? 'watching' : 'ended'
    return db
      .transaction()
      .execute((tx) => turn(tx, consents, { from: 'ended', to, serial, news: news ?? (() => []), told, jti }))
  },
})

interface Turn {
  readonly from: ConsentRecord['state']
  readonly to: ConsentRecord['state']
  readonly serial?: bigint
  readonly news: NewsOf
  readonly told: Date
  readonly jti: () => string
}

/** Rows in a transaction's one statement; PostgreSQL takes 65,535 parameters. */
const AT_ONCE = 1000

/** Only where the record is still as it was read: of two who find the same, one tells. */
async function turn(tx: Kysely<WatchTables>, consents: readonly ConsentRecord[], how: Turn): Promise<number> {
  const { from, to, serial, news, told, jti } = how
  let count = 0
  for (let at = 0; at < consents.length; at += AT_ONCE) {
    const part = consents.slice(at, at + AT_ONCE)
    const rows = await tx
      .updateTable('watched_consent')
      .set({ state: to, look_at: told, ...(serial !== undefined && { serial }) })
      .where('state', '=', from)
      .where('withdrawn_at', 'is', null)
      .where((eb) =>
        eb(
          eb.refTuple('consent_id', 'serial'),
          'in',
          part.map((one) => eb.tuple(one.consentId, one.serial)),
        ),
      )
      .returning('consent_id')
      .execute()
    const turned = new Set(rows.map((row) => row.consent_id))
    const events = part.filter(({ consentId }) => turned.has(consentId)).flatMap(news)
    await recordEvents(tx as unknown as Kysely<EventTables>, events, told, jti)
    const of = [...new Set(events.map(({ consentId }) => consentId))]
    if (of.length > 0)
      await tx.updateTable('watched_consent').set({ changed_at: told }).where('consent_id', 'in', of).execute()
    count += events.length
  }
  return count
}
