// What the terminal keeps over a restart: its certificate, the list, which tickets were admitted, and its taps.
// The list is kept as it was signed, so that it can be checked again when it is read.

import { type Kysely, sql } from 'kysely'
import type { Verdict } from '../../base/verdict.ts'

interface PreparationRow {
  key_id: Uint8Array
  /** CVC of the terminal. */
  certificate: Uint8Array
  /** CVC of the CA that certified it. */
  ca_certificate: Uint8Array
  /** The signed list of revoked terminals. */
  revoked_terminals: Uint8Array
  /** DER SubjectPublicKeyInfo of the key that signs lists. */
  list_key: Uint8Array
}

interface SignedListRow {
  list: Uint8Array
  signature: Uint8Array
}

export interface FilterRow {
  /** DER certificate of the CA that signs filters. */
  authority: Uint8Array
  filter: Uint8Array | null
  delta: Uint8Array | null
}

interface AdmissionRow {
  at: Date
  admitted: boolean
  title: string | null
  ticket: string | null
  verdict: Verdict
  apdus: number
  bytes_on_air: number
  milliseconds: number
}

export interface TerminalTables {
  preparation: PreparationRow & { id: number }
  allow_list: SignedListRow & { id: number }
  revocation_filter: FilterRow & { id: number }
  admitted_ticket: { title: string; ticket: string; at: Date }
  admission: Omit<AdmissionRow, 'verdict'> & { verdict: string }
}

export const terminalMigrations: Record<string, string> = {
  '001-terminal': `
    create table preparation (
      id integer primary key check (id = 1),
      key_id bytea not null,
      certificate bytea not null,
      list_key bytea not null
    );
    create table allow_list (
      id integer primary key check (id = 1),
      list bytea not null,
      signature bytea not null
    );
    create table admitted_ticket (
      title text not null,
      ticket text not null,
      at timestamptz not null,
      primary key (title, ticket)
    );
    create table admission (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      admitted boolean not null,
      title text,
      ticket text,
      verdict jsonb not null,
      apdus integer not null,
      bytes_on_air integer not null,
      milliseconds double precision not null
    );
  `,
  // What was prepared before lacks the chain: the terminal prepares itself anew.
  '002-terminal-chain': `
    delete from preparation;
    alter table preparation add column ca_certificate bytea not null;
    alter table preparation add column revoked_terminals bytea not null;
  `,
  '003-revocation-filter': `
    create table revocation_filter (
      id integer primary key check (id = 1),
      authority bytea not null,
      filter bytea,
      delta bytea
    );
  `,
}

export interface TerminalStore {
  preparation(): Promise<PreparationRow | undefined>
  prepare(row: PreparationRow): Promise<void>
  list(): Promise<SignedListRow | undefined>
  takeList(row: SignedListRow): Promise<void>
  /** The key of filters is known since the preparation, the filter since it was loaded. */
  filter(): Promise<FilterRow | undefined>
  trustFilters(authority: Uint8Array): Promise<void>
  takeFilter(row: Pick<FilterRow, 'filter' | 'delta'>): Promise<void>
  /** True for the first who claims this ticket of this event, whatever else happens at the same time. */
  claim(title: string, ticket: string, at: Date): Promise<boolean>
  isAdmitted(title: string, ticket: string): Promise<boolean>
  admitted(title: string): Promise<number>
  record(row: AdmissionRow): Promise<void>
}

export const terminalStore = (db: Kysely<TerminalTables>): TerminalStore => ({
  preparation: () =>
    db
      .selectFrom('preparation')
      .select(['key_id', 'certificate', 'ca_certificate', 'revoked_terminals', 'list_key'])
      .executeTakeFirst(),
  prepare: async (row) => {
    await db
      .insertInto('preparation')
      .values({ id: 1, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
  },
  list: () => db.selectFrom('allow_list').select(['list', 'signature']).executeTakeFirst(),
  takeList: async (row) => {
    await db
      .insertInto('allow_list')
      .values({ id: 1, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
  },
  filter: () => db.selectFrom('revocation_filter').select(['authority', 'filter', 'delta']).executeTakeFirst(),
  trustFilters: async (authority) => {
    await db
      .insertInto('revocation_filter')
      .values({ id: 1, authority })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ authority }))
      .execute()
  },
  takeFilter: async (row) => {
    await db.updateTable('revocation_filter').set(row).execute()
  },
  claim: async (title, ticket, at) => {
    const row = await db
      .insertInto('admitted_ticket')
      .values({ title, ticket, at })
      .onConflict((conflict) => conflict.doNothing())
      .returning('ticket')
      .executeTakeFirst()
    return row !== undefined
  },
  isAdmitted: async (title, ticket) =>
    (await db
      .selectFrom('admitted_ticket')
      .select('ticket')
      .where((where) => where.and({ title, ticket }))
      .executeTakeFirst()) !== undefined,
  admitted: async (title) => {
    const row = await db
      .selectFrom('admitted_ticket')
      .select(sql<number>`count(*)::integer`.as('count'))
      .where('title', '=', title)
      .executeTakeFirstOrThrow()
    return row.count
  },
  record: async ({ verdict, ...row }) => {
    await db
      .insertInto('admission')
      .values({ ...row, verdict: JSON.stringify(verdict) })
      .execute()
  },
})
