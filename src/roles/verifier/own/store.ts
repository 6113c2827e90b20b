// What the platform keeps for each person's own page: which service had to do with the person, when, by which means. No fact, nothing
// of what was signed or approved, no name. Ours: docs/profile.md#own-page.

import { type Generated, type Kysely, type Selectable, sql, type UpdateQueryBuilder } from 'kysely'
import { type ConsentColumns, type ConsentTables, itemsOf } from '../consents/store.ts'
import type { Note, OwnUse } from './model.ts'

interface NoteRow {
  note_id: Generated<bigint>
  person_id: string
  client_id: string
  at: Date
  kind: Note['kind']
  outcome: Note['outcome']
  acr: string | null
  way: OwnUse['way']
  serial: bigint | null
  /** JSON: the names of facts. */
  items: string | null
}

export interface NoteTables extends Pick<ConsentTables, 'watched_consent' | 'pairwise_subject' | 'client'> {
  login_note: NoteRow
}

/** The table is called after what it held first. */
export const ownMigrations = {
  '040-notes-of-uses': `
    drop index login_note_person;
    alter table login_note
      alter column acr drop not null,
      add column kind text not null default 'login', add column outcome text not null default 'done',
      add column way text, add column serial numeric(49), add column items text;
    create index login_note_uses on login_note (person_id, note_id);`,
} as const

type Ending = UpdateQueryBuilder<NoteTables, 'login_note', 'login_note', { client_id: string }>

/** In one statement: what ends, its note for the own page, and the name by which the service speaks of the person later. */
export function endedAndNoted(
  db: Kysely<NoteTables>,
  ending: Ending,
  { personId, subject, kind, outcome, acr, serial }: Note & { readonly subject?: string },
  now: Date,
): Promise<{ client_id: string } | undefined> {
  const ended = db.with('ended', () => ending)
  const noted = ended.with('note', (inner) =>
    inner
      .insertInto('login_note')
      .columns(['client_id', 'person_id', 'at', 'kind', 'outcome', 'acr', 'serial'])
      .expression((eb) =>
        eb
          .selectFrom('ended')
          .select([
            'client_id',
            sql<string>`${personId}`.as('person_id'),
            sql<Date>`${now}::timestamptz`.as('at'),
            sql<Note['kind']>`${kind}`.as('kind'),
            sql<Note['outcome']>`${outcome}`.as('outcome'),
            sql<string | null>`${acr ?? null}::text`.as('acr'),
            sql<bigint | null>`${serial ?? null}::numeric`.as('serial'),
          ]),
      ),
  )
  if (subject === undefined) return noted.selectFrom('ended').select('client_id').executeTakeFirst()
  return noted
    .with('known', (inner) =>
      inner
        .insertInto('pairwise_subject')
        .columns(['client_id', 'person_id', 'subject'])
        .expression((eb) =>
          eb
            .selectFrom('ended')
            .select(['client_id', sql<string>`${personId}`.as('person_id'), sql<string>`${subject}`.as('subject')]),
        )
        .onConflict((conflict) => conflict.doNothing()),
    )
    .selectFrom('ended')
    .select('client_id')
    .executeTakeFirst()
}

export const ownStore = (db: Kysely<NoteTables>) => ({
  /** Of what is no answer of the person: a service was given facts. */
  async noteFacts(clientId: string, personId: string, items: readonly string[], at: Date): Promise<void> {
    const row = { client_id: clientId, person_id: personId, at, kind: 'facts', outcome: 'done' } as const
    await db
      .insertInto('login_note')
      .values({ ...row, items: JSON.stringify(items) })
      .execute()
  },

  /** The newest first; `before` is the last that was seen. */
  async usesOf(personId: string, before: string | null, most: number): Promise<OwnUse[]> {
    let found = db
      .selectFrom('login_note')
      .innerJoin('client', 'client.client_id', 'login_note.client_id')
      .select(['note_id', 'login_note.client_id', 'name', 'at', 'kind', 'outcome', 'acr', 'way', 'serial', 'items'])
      .where('person_id', '=', personId)
    if (before !== null) found = found.where('note_id', '<', BigInt(before))
    const rows = await found.orderBy('note_id', 'desc').limit(most).execute()
    return rows.map(({ note_id, client_id, name, items, serial, ...same }) => ({
      ...same,
      noteId: String(note_id),
      clientId: client_id,
      clientName: name,
      serial,
      items: items === null ? [] : JSON.parse(items),
    }))
  },

  ...consentsOf(db),
})

const consentsOf = (db: Kysely<NoteTables>) => ({
  /** Those in force, the newest first. */
  async standingOf(personId: string, now: Date) {
    const found = ofPerson(db, personId).where('withdrawn_at', 'is', null).where('ends_at', '>=', now)
    return (await found.execute()).map(seen)
  },

  /** Those that ended since then; the newest first. */
  async endedOf(personId: string, now: Date, since: Date) {
    const rows = await ofPerson(db, personId)
      .where((eb) => eb.or([eb('withdrawn_at', '>=', since), eb('ends_at', '<', now)]))
      .execute()
    return rows
      .map((row) => ({ ...seen(row), endedAt: row.withdrawn_at ?? row.ends_at }))
      .filter(({ endedAt }) => endedAt >= since)
  },
})

const ofPerson = (db: Kysely<NoteTables>, personId: string) =>
  db
    .selectFrom('watched_consent')
    .innerJoin('client', 'client.client_id', 'watched_consent.client_id')
    .selectAll('watched_consent')
    .select('name')
    .where('person_id', '=', personId)
    .orderBy('given_at', 'desc')

const seen = (row: Selectable<ConsentColumns> & { name: string }) => ({
  consentId: row.consent_id,
  clientId: row.client_id,
  clientName: row.name,
  items: [...itemsOf(row)],
  givenAt: row.given_at,
  from: row.begins_at,
  until: row.ends_at,
  toldAt: row.told_at,
})
