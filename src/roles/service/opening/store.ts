// Applications for an account, until they are signed.

import type { Kysely } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'
import type { CustomerRecord } from '../model.ts'

export interface OpeningTable {
  request_id: string
  asked_at: Date
  code: string
  salt: Bytes
  passcode_hash: Bytes
  customer_number: string | null
  report_id: string | null
}

export interface OpeningTables {
  opening: OpeningTable
  customer: {
    customer_number: string
    display_name: string
    balance: bigint
    salt: Bytes
    passcode_hash: Bytes
    wrong_passcodes: number
  }
}

export const openingMigrations = {
  '010-openings': `
    create table opening (
      request_id text primary key, asked_at timestamptz not null, code text not null, salt bytea not null, passcode_hash bytea not null,
      customer_number text references customer, report_id text);
    create index opening_age on opening (asked_at);`,
} as const

export interface Opening {
  readonly requestId: string
  readonly code: string
  readonly salt: Bytes
  readonly passcodeHash: Bytes
  readonly customerNumber: string | null
  readonly reportId: string | null
}

type NewCustomer = Pick<CustomerRecord, 'customerNumber' | 'displayName'>

export const openingRecords = (db: Kysely<OpeningTables>) => ({
  async addOpening({ requestId, code, salt, passcodeHash }: Opening, askedAt: Date): Promise<void> {
    const secret = { salt, passcode_hash: passcodeHash }
    await db
      .insertInto('opening')
      .values({ request_id: requestId, asked_at: askedAt, code, ...secret, customer_number: null, report_id: null })
      .execute()
  },

  async opening(requestId: string): Promise<Opening | undefined> {
    const row = await db.selectFrom('opening').selectAll().where('request_id', '=', requestId).executeTakeFirst()
    if (!row) return undefined
    const { code, salt, passcode_hash: passcodeHash, customer_number: customerNumber, report_id: reportId } = row
    return { requestId, code, salt, passcodeHash, customerNumber, reportId }
  },

  /** The customer and the end of the application together; false when another call was first, or the number is taken. */
  openFor(opening: Opening, { customerNumber, displayName }: NewCustomer, reportId: string): Promise<boolean> {
    return db.transaction().execute(async (tx) => {
      const open = await tx
        .selectFrom('opening')
        .select('customer_number')
        .where('request_id', '=', opening.requestId)
        .forUpdate()
        .executeTakeFirst()
      if (!open || open.customer_number !== null) return false
      const secret = { salt: opening.salt, passcode_hash: opening.passcodeHash, wrong_passcodes: 0 }
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('customer')
        .values({ customer_number: customerNumber, display_name: displayName, balance: 0n, ...secret })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      if (numInsertedOrUpdatedRows !== 1n) return false
      await tx
        .updateTable('opening')
        .set({ customer_number: customerNumber, report_id: reportId })
        .where('request_id', '=', opening.requestId)
        .execute()
      return true
    })
  },

  async forgetOpenings(before: Date): Promise<void> {
    await db.deleteFrom('opening').where('asked_at', '<', before).where('customer_number', 'is', null).execute()
  },
})
