// Calls and their answers, and what customers may transfer in a day.

import type { Kysely, Selectable } from 'kysely'
import { CLERK_TABLES, type ClerkTables } from '../../../protocol/clerks/store.ts'
import type { Procedure } from './contract.ts'
import { CALL_LIFE, type CallRecord, type CallState, type Channel } from './model.ts'

interface CallTable {
  call_id: string
  customer_number: string
  kind: Procedure['kind']
  yen: bigint | null
  channel: Channel
  auth_req_id: string
  code: string
  asked_at: Date
  expires_at: Date
  state: CallState
}

export interface TelephoneTables extends ClerkTables {
  call: CallTable
  transfer_limit: { customer_number: string; yen: bigint }
  subject: { subject: string; customer_number: string; linked_at: Date }
}

export const telephoneMigrations = {
  '012-telephone': `
    ${CLERK_TABLES};
    create table call (
      call_id text primary key, customer_number text not null, kind text not null, yen bigint, channel text not null,
      auth_req_id text not null, code text not null, asked_at timestamptz not null, expires_at timestamptz not null,
      state text not null);
    create index call_age on call (asked_at);
    create table transfer_limit (customer_number text primary key, yen bigint not null);`,
} as const

const callOf = (row: Selectable<CallTable>): CallRecord => ({
  callId: row.call_id,
  customerNumber: row.customer_number,
  procedure: row.kind === 'limit' ? { kind: 'limit', yen: Number(row.yen) } : { kind: 'balance' },
  channel: row.channel,
  authReqId: row.auth_req_id,
  code: row.code,
  askedAt: row.asked_at,
  expiresAt: row.expires_at,
  state: row.state,
})

export const telephoneRecords = (db: Kysely<TelephoneTables>) => ({
  /** The name under which the provider knows this customer; undefined when they have never linked a login. */
  async subjectOf(customerNumber: string): Promise<string | undefined> {
    const found = db.selectFrom('subject').select('subject').where('customer_number', '=', customerNumber)
    return (await found.executeTakeFirst())?.subject
  },

  async addCall({ procedure, ...call }: CallRecord, forgetBefore: Date): Promise<void> {
    await db.deleteFrom('call').where('asked_at', '<', forgetBefore).execute()
    await db
      .insertInto('call')
      .values({
        ...{ call_id: call.callId, customer_number: call.customerNumber, kind: procedure.kind },
        ...{ yen: procedure.kind === 'limit' ? BigInt(procedure.yen) : null, channel: call.channel },
        ...{ auth_req_id: call.authReqId, code: call.code, asked_at: call.askedAt, expires_at: call.expiresAt },
        state: call.state,
      })
      .execute()
  },

  async call(callId: string): Promise<CallRecord | undefined> {
    const row = await db.selectFrom('call').selectAll().where('call_id', '=', callId).executeTakeFirst()
    return row && callOf(row)
  },

  /** False when it was answered before. */
  async endWaiting(callId: string, state: CallState): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('call')
      .set({ state })
      .where('call_id', '=', callId)
      .where('state', '=', 'waiting')
      .executeTakeFirst()
    return numUpdatedRows === 1n
  },

  /** Does what was approved, in the transaction that notes it: once, or not at all. */
  async finish({ callId, customerNumber, procedure }: CallRecord, act: 'do' | 'drop'): Promise<boolean> {
    return db.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('call')
        .set({ state: CALL_LIFE.approved[act] })
        .where('call_id', '=', callId)
        .where('state', '=', 'approved')
        .executeTakeFirst()
      if (numUpdatedRows === 1n && act === 'do' && procedure.kind === 'limit') {
        const yen = BigInt(procedure.yen)
        await tx
          .insertInto('transfer_limit')
          .values({ customer_number: customerNumber, yen })
          .onConflict((c) => c.column('customer_number').doUpdateSet({ yen }))
          .execute()
      }
      return numUpdatedRows === 1n
    })
  },

  async transferLimit(customerNumber: string): Promise<number | null> {
    const found = db.selectFrom('transfer_limit').select('yen').where('customer_number', '=', customerNumber)
    const row = await found.executeTakeFirst()
    return row ? Number(row.yen) : null
  },
})
