// What the service keeps of requests to holders, and of consents. No proof, no document and no fact is kept.

import type { Kysely, Selectable } from 'kysely'
import type { ServiceTables } from '../store.ts'
import type { FactsConsentRecord, RequestEnd, RequestRecord } from './model.ts'

interface RequestTable {
  request_id: string
  kind: RequestRecord['kind']
  /** JSON: the age, or the names of facts. */
  asks: string
  nonce: string
  code: string
  asked_at: Date
  state: RequestRecord['state']
  customer_number: string | null
}

interface ConsentTable {
  customer_number: string
  items: string
  serial: string
  begins_at: Date
  ends_at: Date
}

export interface PartyTables {
  holder_request: RequestTable
  facts_consent: ConsentTable
}

export const partyMigrations = {
  '002-requests-consents': `
    create table holder_request (
      request_id text primary key, kind text not null, asks text not null, nonce text not null, code text not null,
      asked_at timestamptz not null, state text not null, customer_number text references customer);
    create index holder_request_asked_at on holder_request (asked_at);
    create table facts_consent (
      customer_number text primary key references customer, items text not null, serial text not null,
      begins_at timestamptz not null, ends_at timestamptz not null);`,
} as const

const requestOf = (row: Selectable<RequestTable>): RequestRecord => ({
  requestId: row.request_id,
  kind: row.kind,
  asks: JSON.parse(row.asks),
  nonce: row.nonce,
  code: row.code,
  at: row.asked_at,
  state: row.state,
  customerNumber: row.customer_number,
})

export const partyRecords = (db: Kysely<ServiceTables>) => ({
  async addRequest({ requestId, kind, asks, nonce, code, at, state, customerNumber }: RequestRecord): Promise<void> {
    const row = { request_id: requestId, kind, asks: JSON.stringify(asks), nonce, code, asked_at: at, state }
    await db
      .insertInto('holder_request')
      .values({ ...row, customer_number: customerNumber })
      .execute()
  },

  async request(requestId: string): Promise<RequestRecord | undefined> {
    const found = db.selectFrom('holder_request').selectAll().where('request_id', '=', requestId)
    const row = await found.executeTakeFirst()
    return row && requestOf(row)
  },

  /** False when another answer came first. */
  async endRequest(requestId: string, state: RequestEnd): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('holder_request')
      .set({ state })
      .where('request_id', '=', requestId)
      .where('state', '=', 'waiting')
      .executeTakeFirst()
    return numUpdatedRows === 1n
  },

  /** The answer came to nothing: it may be given again. */
  async reopenRequest(requestId: string): Promise<void> {
    await db.updateTable('holder_request').set({ state: 'waiting' }).where('request_id', '=', requestId).execute()
  },

  async forgetRequests(before: Date): Promise<void> {
    await db.deleteFrom('holder_request').where('asked_at', '<', before).execute()
  },

  /** In place of an older one. */
  async saveConsent({ customerNumber, items, serial, from, until }: FactsConsentRecord): Promise<void> {
    const given = { items: JSON.stringify(items), serial: serial.toString(), begins_at: from, ends_at: until }
    await db
      .insertInto('facts_consent')
      .values({ customer_number: customerNumber, ...given })
      .onConflict((conflict) => conflict.column('customer_number').doUpdateSet(given))
      .execute()
  },

  async consentOf(customerNumber: string): Promise<FactsConsentRecord | undefined> {
    const found = db.selectFrom('facts_consent').selectAll().where('customer_number', '=', customerNumber)
    const row = await found.executeTakeFirst()
    if (!row) return undefined
    const { items, serial, begins_at: from, ends_at: until } = row
    return { customerNumber, items: JSON.parse(items), serial: BigInt(serial), from, until }
  },

  async forgetConsent(customerNumber: string): Promise<void> {
    await db.deleteFrom('facts_consent').where('customer_number', '=', customerNumber).execute()
  },
})
