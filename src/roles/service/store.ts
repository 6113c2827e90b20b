// What the service asks of its records: customers, the subjects tied to them, sessions.

import { type Kysely, type Selectable, sql } from 'kysely'
import { type Bytes, hex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { clerkStore } from '../../protocol/clerks/store.ts'
import { type NewsColumns, type NewsTables, newsMigrations, newsRecords } from './events/store.ts'
import { type CustomerRecord, SESSION_LIFE, type SessionRecord, type SessionState } from './model.ts'
import { type OpeningTables, openingMigrations, openingRecords } from './opening/store.ts'
import { type TelephoneTables, telephoneMigrations, telephoneRecords } from './telephone/store.ts'

interface CustomerTable extends NewsColumns {
  customer_number: string
  display_name: string
  balance: bigint
  salt: Bytes
  passcode_hash: Bytes
  wrong_passcodes: number
}

interface SessionTable {
  /** SHA-256 of what the browser holds: who reads the database has nobody's session. */
  session: string
  state: SessionState
  expires_at: Date
  request_state: string
  nonce: string
  code_verifier: string
  subject: string | null
  delegate: string | null
  wrong_passcodes: number
}

export interface ServiceTables
  extends Omit<OpeningTables, 'customer'>,
    Omit<NewsTables, 'customer' | 'subject' | 'session'>,
    Omit<TelephoneTables, 'subject'> {
  customer: CustomerTable
  subject: { subject: string; customer_number: string; linked_at: Date; tied_until: Date | null }
  session: SessionTable
}

export const serviceMigrations = {
  '001-customers-subjects-sessions': `
    create table customer (
      customer_number text primary key, display_name text not null, balance bigint not null,
      salt bytea not null, passcode_hash bytea not null, wrong_passcodes integer not null);
    create table subject (
      subject text primary key, customer_number text not null unique references customer, linked_at timestamptz not null);
    create table session (
      session text primary key, state text not null, expires_at timestamptz not null, request_state text not null,
      nonce text not null, code_verifier text not null, subject text, wrong_passcodes integer not null);
    create index session_expiry on session (expires_at);`,
  '002-requests-consents': `
    create table holder_request (
      request_id text primary key, kind text not null, asks text not null, nonce text not null, code text not null,
      asked_at timestamptz not null, state text not null, customer_number text references customer);
    create index holder_request_asked_at on holder_request (asked_at);
    create table facts_consent (
      customer_number text primary key references customer, items text not null, serial text not null,
      begins_at timestamptz not null, ends_at timestamptz not null);`,
  ...openingMigrations,
  // The verifier that asks keeps them, the platform's or an own one.
  ...telephoneMigrations,
  '011-asked-by-a-verifier': 'drop table holder_request; drop table facts_consent;',
  ...newsMigrations,
  '014-delegates': 'alter table session add column delegate text',
  '015-ties': 'alter table subject add column tied_until timestamptz',
}

export type ServiceStore = ReturnType<typeof serviceStore>

/** The questions, over the role's own schema. */
export const serviceStore = (db: Kysely<ServiceTables>) => ({
  ...customers(db),
  ...subjects(db),
  ...sessions(db),
  ...openingRecords(db as unknown as Kysely<OpeningTables>),
  ...newsRecords(db as never),
  ...telephoneRecords(db as unknown as Kysely<TelephoneTables>),
  clerks: clerkStore(db as never),
})

const customerOf = (row: Selectable<CustomerTable>): CustomerRecord => ({
  customerNumber: row.customer_number,
  displayName: row.display_name,
  balance: Number(row.balance),
  salt: row.salt,
  passcodeHash: row.passcode_hash,
  wrongPasscodes: row.wrong_passcodes,
  standing: row.standing,
  toldAt: row.told_at,
  address: row.address,
  refreshedAt: row.refreshed_at,
})

type NewCustomer = Omit<CustomerRecord, 'wrongPasscodes' | 'standing' | 'toldAt' | 'address' | 'refreshedAt'>

const customers = (db: Kysely<ServiceTables>) => ({
  /** A customer that is there already stays as it is. */
  async addCustomer(customer: NewCustomer): Promise<void> {
    await db
      .insertInto('customer')
      .values({
        customer_number: customer.customerNumber,
        display_name: customer.displayName,
        balance: BigInt(customer.balance),
        salt: customer.salt,
        passcode_hash: customer.passcodeHash,
        wrong_passcodes: 0,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  },

  async customer(customerNumber: string): Promise<CustomerRecord | undefined> {
    const row = await db
      .selectFrom('customer')
      .selectAll()
      .where('customer_number', '=', customerNumber)
      .executeTakeFirst()
    return row && customerOf(row)
  },

  /** Counts a try before it is judged, so that many at once cannot pass the limit; false when the limit is reached. */
  async spendCustomerTry(customerNumber: string, limit: number): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('customer')
      .set((eb) => ({ wrong_passcodes: eb('wrong_passcodes', '+', 1) }))
      .where('customer_number', '=', customerNumber)
      .where('wrong_passcodes', '<', limit)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  },

  async forgetCustomerTries(customerNumber: string): Promise<void> {
    await db.updateTable('customer').set({ wrong_passcodes: 0 }).where('customer_number', '=', customerNumber).execute()
  },
})

const subjects = (db: Kysely<ServiceTables>) => ({
  async customerOfSubject(subject: string): Promise<CustomerRecord | undefined> {
    const row = await db
      .selectFrom('subject')
      .innerJoin('customer', 'customer.customer_number', 'subject.customer_number')
      .selectAll('customer')
      .where('subject.subject', '=', subject)
      .executeTakeFirst()
    return row && customerOf(row)
  },

  /** One customer has one subject and one subject one customer; false when either is tied to another. */
  async tie(subject: string, customerNumber: string, now: Date): Promise<boolean> {
    await db
      .insertInto('subject')
      .values({ subject, customer_number: customerNumber, linked_at: now, tied_until: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const row = await db
      .selectFrom('subject')
      .select('customer_number')
      .where('subject', '=', subject)
      .executeTakeFirst()
    return row?.customer_number === customerNumber
  },

  /** How long the customer has last agreed that the other service be asked; null when never. */
  async tiedUntil(subject: string): Promise<Date | null> {
    const found = db.selectFrom('subject').select('tied_until').where('subject', '=', subject)
    return (await found.executeTakeFirst())?.tied_until ?? null
  },

  async noteTie(subject: string, until: Date): Promise<void> {
    const changed = db.updateTable('subject').set({ tied_until: until }).where('subject', '=', subject)
    await changed.where(sql<boolean>`tied_until is distinct from ${until}`).execute()
  },
})

const digest = (session: string): string => hex(sha256(utf8(session)))

const sessions = (db: Kysely<ServiceTables>) => ({
  async addSession({ session, state, expiresAt, request, subject, delegate }: SessionRecord): Promise<void> {
    await db
      .insertInto('session')
      .values({
        session: digest(session),
        state,
        expires_at: expiresAt,
        request_state: request.state,
        nonce: request.nonce,
        code_verifier: request.codeVerifier,
        ...{ subject, delegate },
        wrong_passcodes: 0,
      })
      .execute()
  },

  /** Neither ended nor expired. */
  async liveSession(session: string, now: Date): Promise<SessionRecord | undefined> {
    const row = await db
      .selectFrom('session')
      .selectAll()
      .where('session', '=', digest(session))
      .where('state', '!=', 'ended')
      .where('expires_at', '>', now)
      .executeTakeFirst()
    return (
      row && {
        session,
        state: row.state,
        expiresAt: row.expires_at,
        request: { state: row.request_state, nonce: row.nonce, codeVerifier: row.code_verifier },
        subject: row.subject,
        delegate: row.delegate,
      }
    )
  },

  /** Under a new name from now on. False when another answer came first: a session logs in once. */
  async logIn(
    session: string,
    renamed: string,
    who: Pick<SessionRecord, 'state' | 'expiresAt'> & { readonly subject: string; readonly delegate?: string },
  ): Promise<boolean> {
    const { state, expiresAt, subject, delegate = null } = who
    const { numUpdatedRows } = await db
      .updateTable('session')
      .set({ session: digest(renamed), state, subject, delegate, expires_at: expiresAt })
      .where('session', '=', digest(session))
      .where('state', '=', 'begun')
      .executeTakeFirst()
    return numUpdatedRows === 1n
  },

  /** Customers who wait at a branch, each once. */
  async checkedIn(now: Date) {
    return db
      .selectFrom('session')
      .innerJoin('subject', 'subject.subject', 'session.subject')
      .innerJoin('customer', 'customer.customer_number', 'subject.customer_number')
      .select(({ fn }) => [
        'customer.customer_number as customerNumber',
        'display_name as displayName',
        fn.max('expires_at').as('expiresAt'),
      ])
      .where('session.state', '=', 'checkedIn')
      .where('expires_at', '>', now)
      .groupBy(['customer.customer_number', 'display_name'])
      .orderBy('expiresAt')
      .execute()
  },

  async endSession(session: string): Promise<void> {
    await db
      .updateTable('session')
      .set({ state: SESSION_LIFE.loggedIn.end })
      .where('session', '=', digest(session))
      .execute()
  },

  /** Counts a try before it is judged; how many that makes, or the limit passed, as `undefined`. */
  async spendSessionTry(session: string, limit: number): Promise<number | undefined> {
    const row = await db
      .updateTable('session')
      .set((eb) => ({ wrong_passcodes: eb('wrong_passcodes', '+', 1) }))
      .where('session', '=', digest(session))
      .where('state', '=', 'loggedIn')
      .where('wrong_passcodes', '<', limit)
      .returning('wrong_passcodes')
      .executeTakeFirst()
    return row?.wrong_passcodes
  },

  async removeExpiredSessions(now: Date): Promise<void> {
    await db.deleteFrom('session').where('expires_at', '<=', now).execute()
  },
})
