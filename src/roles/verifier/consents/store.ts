// What the platform keeps of requests to holders, consents with their evidence, subjects and logins. No fact, no proof of age.

import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'
import { consentRecord } from '../evidence/records.ts'
import { evidenceRow, keepIn } from '../evidence/store.ts'
import { goneOnWith, withdrawn } from './ends/store.ts'
import type { ConsentRecord, KeptRequest, RequestEnd, RequestRecord, SealedConsent, WatchState } from './model.ts'

interface RequestTable {
  request_id: string
  kind: RequestRecord['kind']
  client_id: string
  client_name: string
  /** Sealed. */
  asks: Bytes
  nonce: string
  code: string
  asked_at: Date
  state: RequestRecord['state']
  person_id: string | null
  subject: string | null
}

export interface ConsentColumns {
  consent_id: string
  client_id: string
  person_id: string
  subject: string
  /** JSON: the names of facts. */
  items: string
  given_by: bigint
  serial: bigint
  state: WatchState
  /** When somebody must look at the certificate although the authority told of nothing. */
  look_at: Date
  begins_at: Date
  ends_at: Date
  given_at: Date
  /** The CMS that the holder signed, sealed. */
  evidence: Bytes
  /** When the service had the newest event of it. */
  told_at: Date | null
  /** When the watch found the newest change. */
  changed_at: Date | null
  withdrawn_at: Date | null
  /** J-LIS knows that it was taken back. */
  given_up: boolean
}

export interface ConsentTables {
  holder_request: RequestTable
  watched_consent: ConsentColumns
  pairwise_subject: { client_id: string; subject: string; person_id: string }
  used_statement: { digest: Bytes; at: Date }
  client: { client_id: string; name: string }
}

export const consentMigrations = {
  '004-consents': `
    create table holder_request (
      request_id text primary key, kind text not null, client_id text not null, client_name text not null,
      asks text not null, nonce text not null, code text not null, asked_at timestamptz not null, state text not null,
      person_id text, subject text);
    create index holder_request_asked_at on holder_request (asked_at);
    create table watched_consent (
      consent_id text primary key, client_id text not null, person_id text not null, subject text not null,
      items text not null, given_by numeric(49) not null, serial numeric(49) not null, state text not null,
      look_at timestamptz not null, begins_at timestamptz not null, ends_at timestamptz not null,
      given_at timestamptz not null, evidence bytea not null, told_at timestamptz, withdrawn_at timestamptz,
      given_up boolean not null);
    create unique index watched_consent_one on watched_consent (client_id, subject) where withdrawn_at is null;
    create index watched_consent_serial on watched_consent (serial) where withdrawn_at is null;
    create index watched_consent_look on watched_consent (look_at) where withdrawn_at is null;
    create index watched_consent_person on watched_consent (person_id);
    create table pairwise_subject (
      client_id text not null, subject text not null, person_id text not null, primary key (client_id, subject));
    create table login_note (person_id text not null, client_id text not null, at timestamptz not null, acr text not null);
    create index login_note_person on login_note (person_id, at);
    create table used_statement (digest bytea primary key, at timestamptz not null);
    create index used_statement_at on used_statement (at);`,
} as const

export const itemsOf = ({ items }: Pick<ConsentColumns, 'items'>): ConsentRecord['items'] => JSON.parse(items)

const requestOf = (row: Selectable<RequestTable>): KeptRequest => ({
  requestId: row.request_id,
  kind: row.kind,
  clientId: row.client_id,
  clientName: row.client_name,
  asks: row.asks,
  nonce: row.nonce,
  code: row.code,
  at: row.asked_at,
  state: row.state,
  personId: row.person_id,
  subject: row.subject,
})

export const consentOf = (row: Selectable<ConsentColumns>): ConsentRecord => ({
  consentId: row.consent_id,
  clientId: row.client_id,
  personId: row.person_id,
  subject: row.subject,
  items: itemsOf(row),
  givenBy: row.given_by,
  serial: row.serial,
  state: row.state,
  from: row.begins_at,
  until: row.ends_at,
})

export const consentStore = (db: Kysely<ConsentTables>) => ({ ...requests(db), ...consents(db), ...people(db) })

/** False when another answer came first. */
export async function endRequest(db: Kysely<ConsentTables>, requestId: string, state: RequestEnd): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('holder_request')
    .set({ state })
    .where('request_id', '=', requestId)
    .where('state', '=', 'waiting')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

const requests = (db: Kysely<ConsentTables>) => ({
  async addRequest(record: KeptRequest): Promise<void> {
    await db
      .insertInto('holder_request')
      .values({
        request_id: record.requestId,
        kind: record.kind,
        client_id: record.clientId,
        client_name: record.clientName,
        asks: record.asks,
        nonce: record.nonce,
        code: record.code,
        asked_at: record.at,
        state: record.state,
        person_id: record.personId,
        subject: record.subject,
      })
      .execute()
  },

  async request(requestId: string): Promise<KeptRequest | undefined> {
    const found = db.selectFrom('holder_request').selectAll().where('request_id', '=', requestId).executeTakeFirst()
    return found.then((row) => row && requestOf(row))
  },

  endRequest: (requestId: string, state: RequestEnd) => endRequest(db, requestId, state),

  /** The answer came to nothing: it may be given again. */
  async reopenRequest(requestId: string): Promise<void> {
    await db.updateTable('holder_request').set({ state: 'waiting' }).where('request_id', '=', requestId).execute()
  },

  /** False when it was used before; what is older than `forget` is forgotten. */
  async useOnce(digest: Bytes, at: Date, forget: Date): Promise<boolean> {
    await db.deleteFrom('used_statement').where('at', '<', forget).execute()
    const added = db
      .insertInto('used_statement')
      .values({ digest, at })
      .onConflict((conflict) => conflict.doNothing())
    return (await added.returning('at').executeTakeFirst()) !== undefined
  },
})

const consents = (db: Kysely<ConsentTables>) => ({
  /**
   * In place of an older one of the same person at the same service, whose watch and untold news it goes on with; it is looked at as
   * soon as somebody looks.
   */
  async addConsent(consent: ConsentRecord, evidence: Bytes, statement: string, givenAt: Date): Promise<void> {
    const row: Insertable<ConsentColumns> = {
      consent_id: consent.consentId,
      client_id: consent.clientId,
      person_id: consent.personId,
      subject: consent.subject,
      items: JSON.stringify(consent.items),
      given_by: consent.givenBy,
      serial: consent.serial,
      state: consent.state,
      look_at: givenAt,
      begins_at: consent.from,
      ends_at: consent.until,
      given_at: givenAt,
      evidence,
      told_at: null,
      changed_at: null,
      withdrawn_at: null,
      given_up: false,
    }
    await db.transaction().execute(async (tx) => {
      const before = await goneOnWith(tx, consent, givenAt)
      await withdrawn(tx, givenAt, { client_id: consent.clientId, subject: consent.subject })
      await tx
        .insertInto('watched_consent')
        .values({ ...row, ...before })
        .execute()
      await keepIn(tx, [evidenceRow(consent.clientId, givenAt, consentRecord(consent, statement))])
    })
  },

  async consentOf(clientId: string, subject: string, now: Date): Promise<SealedConsent | undefined> {
    const found = db
      .selectFrom('watched_consent')
      .selectAll()
      .where('client_id', '=', clientId)
      .where('subject', '=', subject)
      .where('withdrawn_at', 'is', null)
      .where('ends_at', '>=', now)
    const row = await found.executeTakeFirst()
    return row && { ...consentOf(row), evidence: row.evidence }
  },

  /** Whose service it was to; undefined when there is no such consent, or none of this person. Again is no error. */
  async withdraw(consentId: string, at: Date, personId?: string): Promise<string | undefined> {
    return db.transaction().execute(async (tx) => {
      await withdrawn(tx, at, { consent_id: consentId, ...(personId !== undefined && { person_id: personId }) })
      let found = tx.selectFrom('watched_consent').select('client_id').where('consent_id', '=', consentId)
      if (personId !== undefined) found = found.where('person_id', '=', personId)
      return (await found.executeTakeFirst())?.client_id
    })
  },

  /** Of these, those that stand as far as is known here. */
  async standingOf(consentIds: readonly string[]): Promise<{ readonly consentId: string }[]> {
    const found = db.selectFrom('watched_consent').select('consent_id as consentId').where('withdrawn_at', 'is', null)
    return found.where('consent_id', 'in', consentIds).execute()
  },

  async toGiveUp(): Promise<string[]> {
    const found = db
      .selectFrom('watched_consent')
      .select('consent_id')
      .where('withdrawn_at', 'is not', null)
      .where('given_up', '=', false)
      .limit(1000)
    return (await found.execute()).map((row) => row.consent_id)
  },

  async gaveUp(consentId: string): Promise<void> {
    await db.updateTable('watched_consent').set({ given_up: true }).where('consent_id', '=', consentId).execute()
  },
})

const people = (db: Kysely<ConsentTables>) => ({
  async personOfSubject(clientId: string, subject: string): Promise<string | undefined> {
    const found = db
      .selectFrom('pairwise_subject')
      .select('person_id')
      .where('client_id', '=', clientId)
      .where('subject', '=', subject)
    return (await found.executeTakeFirst())?.person_id
  },
})
