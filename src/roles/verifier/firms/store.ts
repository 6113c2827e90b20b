// Who claims to represent a firm and who does. Number and name of the firm, and who the person is, are sealed.

import { type Kysely, type Selectable, sql } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'
import type { Account } from '../mandates/model.ts'
import type { Ends } from '../operator/store.ts'
import {
  REPRESENTATION_LIFE,
  type RepresentationEnd,
  type RepresentationRecord,
  type RepresentationState,
} from './model.ts'

interface RepresentationTable {
  representation_id: string
  firm: string
  person_id: string
  state: RepresentationState
  sealed: Bytes
  claimed_at: Date
  released_at: Date | null
  ends_at: Date
}

export interface FirmTables {
  representation: RepresentationTable
}

export const firmMigrations = {
  '062-representatives-of-firms': `
    create table representation (
      representation_id text primary key, firm text not null, person_id text not null, state text not null,
      sealed bytea not null, claimed_at timestamptz not null, released_at timestamptz, ends_at timestamptz not null);
    create index representation_firm on representation (firm);
    create index representation_person on representation (person_id);
    create index representation_end on representation (ends_at);
    create unique index representation_one on representation (firm, person_id, state) where state in ('claimed', 'standing');`,
} as const

export type SealedRepresentation = RepresentationRecord & { readonly sealed: Bytes }

const recordOf = (row: Selectable<RepresentationTable>): SealedRepresentation => ({
  representationId: row.representation_id,
  firm: row.firm,
  personId: row.person_id,
  recorded: row.state,
  claimedAt: row.claimed_at,
  until: row.ends_at,
  sealed: row.sealed,
})

const OPEN = ['claimed', 'standing'] as const

export const firmStore = (db: Kysely<FirmTables>) => ({ ...found(db), ...life(db) })

const found = (db: Kysely<FirmTables>) => {
  const all = () => db.selectFrom('representation').selectAll()
  const standing = (person: string, now: Date) =>
    db
      .selectFrom('representation')
      .select('firm')
      .where('person_id', '=', person)
      .where('state', '=', 'standing')
      .where('ends_at', '>', now)
  return {
    async find(representationId: string): Promise<SealedRepresentation | undefined> {
      const row = await all().where('representation_id', '=', representationId).executeTakeFirst()
      return row && recordOf(row)
    },

    /** The newest first, at most fifty. */
    async of(person: string): Promise<SealedRepresentation[]> {
      const rows = all().where('person_id', '=', person).orderBy('claimed_at', 'desc').orderBy('representation_id')
      return (await rows.limit(50).execute()).map(recordOf)
    },

    /** For the desk: what waits, the oldest first, then what stands. At most five hundred. */
    async open(now: Date): Promise<SealedRepresentation[]> {
      const rows = all().where('state', 'in', OPEN).where('ends_at', '>', now)
      return (await rows.orderBy('state').orderBy('claimed_at').limit(500).execute()).map(recordOf)
    },

    firmsOf: async (person: string, now: Date): Promise<Account[]> =>
      (await standing(person, now).distinct().execute()).map(({ firm }) => firm),

    represents: async (firm: Account, person: string, now: Date): Promise<boolean> =>
      (await standing(person, now).where('firm', '=', firm).executeTakeFirst()) !== undefined,

    async waiting(person: string, now: Date): Promise<number> {
      const rows = db.selectFrom('representation').select(({ fn }) => fn.countAll<bigint>().as('n'))
      const those = rows.where('person_id', '=', person).where('state', '=', 'claimed').where('ends_at', '>', now)
      return Number((await those.executeTakeFirstOrThrow()).n)
    },
  }
}

/** What `event` makes of each state that it leads out of. */
const after = (event: RepresentationEnd) =>
  sql<RepresentationState>`case state when 'claimed' then ${REPRESENTATION_LIFE.claimed[event]}
    else ${REPRESENTATION_LIFE.standing[event]} end`

const life = (db: Kysely<FirmTables>) => ({
  /** False where this person has claimed this firm already, and nobody has decided. */
  async claim({ sealed, ...record }: SealedRepresentation): Promise<boolean> {
    const { representationId, firm, personId, recorded, claimedAt, until } = record
    // One whose time is over makes room.
    const over = db.updateTable('representation').set({ state: 'expired' }).where('firm', '=', firm)
    await over.where('person_id', '=', personId).where('state', 'in', OPEN).where('ends_at', '<=', claimedAt).execute()
    const added = db
      .insertInto('representation')
      .values({
        ...{ representation_id: representationId, firm, person_id: personId, state: recorded, sealed },
        ...{ claimed_at: claimedAt, released_at: null, ends_at: until },
      })
      .onConflict((there) => there.doNothing())
      .returning('representation_id')
    return (await added.executeTakeFirst()) !== undefined
  },

  /** In the place of what stood for this person and firm before. False when it was decided already, or its time is over. */
  release: (representationId: string, now: Date, until: Date, ends: Ends = async () => undefined): Promise<boolean> =>
    db.transaction().execute(async (tx) => {
      const claimed = tx.selectFrom('representation').selectAll().where('representation_id', '=', representationId)
      const row = await claimed.where('state', '=', 'claimed').where('ends_at', '>', now).forUpdate().executeTakeFirst()
      if (!row) return false
      const before = tx.updateTable('representation').set({ state: 'ended', ends_at: now }).where('firm', '=', row.firm)
      await before.where('person_id', '=', row.person_id).where('state', '=', 'standing').execute()
      const standing = tx.updateTable('representation').set({ state: 'standing', released_at: now, ends_at: until })
      await standing.where('representation_id', '=', representationId).execute()
      await ends(tx)
      return true
    }),

  /** Of which firms it ended any: of one, or of all that represent a firm or claim to. */
  async end(
    of: { readonly representationId: string; readonly personId?: string } | { readonly firm: Account },
    event: RepresentationEnd,
    now: Date,
  ): Promise<Account[]> {
    let open = db
      .updateTable('representation')
      .set({ state: after(event), ends_at: now })
      .where('state', 'in', OPEN)
      .where('ends_at', '>', now)
    if ('firm' in of) open = open.where('firm', '=', of.firm)
    else open = open.where('representation_id', '=', of.representationId)
    if ('personId' in of && of.personId !== undefined) open = open.where('person_id', '=', of.personId)
    return [...new Set((await open.returning('firm').execute()).map(({ firm }) => firm))]
  },
})
