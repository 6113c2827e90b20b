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
  /** What is in this SIM. */
  partnersOfSim(carrier: string, iccid: string): Promise<PartnerRow[]>
  /** All that is in SIMs, by their request, after this one. */
  partnersDeployed(after: string, limit: number): Promise<PartnerRow[]>
  changePartnerRequest(requestId: string, patch: Partial<PartnerRow>): Promise<void>
}

const deployed = (db: Kysely<SpTsmTables>) =>
  db.selectFrom('partner_request').selectAll().where('state', '=', 'deployed')

export const partnerStore = (db: Kysely<SpTsmTables>): PartnerStore => ({
  addPartnerRequest: async (row) => {
    await db.insertInto('partner_request').values(row).execute()
  },
  partnerRequest: (requestId) =>
    db.selectFrom('partner_request').selectAll().where('request_id', '=', requestId).executeTakeFirst(),
  partnersOfSim: (carrier, iccid) =>
    deployed(db).where('carrier', '=', carrier).where('iccid', '=', iccid).orderBy('partner').execute(),
  partnersDeployed: (after, limit) =>
    deployed(db).where('request_id', '>', after).orderBy('request_id').limit(limit).execute(),
  changePartnerRequest: async (requestId, patch) => {
    await db.updateTable('partner_request').set(patch).where('request_id', '=', requestId).execute()
  },
})
