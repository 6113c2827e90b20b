// Requests of partners, and in which SIM they were granted.

import type { Kysely, Selectable } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'
import type { SpTsmTables } from '../store.ts'

export const PARTNER_MIGRATION = `
  create table partner_request (
    request_id text primary key, partner text not null, name text not null, app bytea not null,
    expires_at timestamptz not null, state text not null, carrier text, iccid text, security_domain bytea,
    first_key_version integer, first_keys bytea);
  create unique index partner_of_sim on partner_request (iccid, partner) where state = 'deployed'`

export interface PartnerTable {
  request_id: string
  partner: string
  name: string
  app: Bytes
  expires_at: Date
  state: 'offered' | 'deployed' | 'removed'
  carrier: string | null
  iccid: string | null
  security_domain: Bytes | null
  first_key_version: number | null
  /** Sealed. */
  first_keys: Bytes | null
}
export type PartnerRow = Selectable<PartnerTable>

export interface PartnerStore {
  addPartnerRequest(row: PartnerRow): Promise<void>
  partnerRequest(requestId: string): Promise<PartnerRow | undefined>
  changePartnerRequest(requestId: string, patch: Partial<PartnerRow>): Promise<void>
}

export const partnerStore = (db: Kysely<SpTsmTables>): PartnerStore => ({
  addPartnerRequest: async (row) => {
    await db.insertInto('partner_request').values(row).execute()
  },
  partnerRequest: (requestId) =>
    db.selectFrom('partner_request').selectAll().where('request_id', '=', requestId).executeTakeFirst(),
  changePartnerRequest: async (requestId, patch) => {
    await db.updateTable('partner_request').set(patch).where('request_id', '=', requestId).execute()
  },
})
