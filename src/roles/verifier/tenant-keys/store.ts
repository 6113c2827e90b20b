// Keys of tenants, wrapped. A tenant that has none any more has nothing that can be read.

import { type Kysely, sql } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'
import type { Ends } from '../operator/store.ts'

export interface TenantKeyTables {
  tenant_key: { key_id: string; tenant_id: string; wrapped: Bytes; generation: number; made_at: Date }
  tenant_service: { client_id: string; tenant_id: string }
}

export const tenantKeyMigrations = {
  '032-tenant-keys': `
    create table tenant_key (
      key_id text primary key, tenant_id text not null, wrapped bytea not null, generation integer not null,
      made_at timestamptz not null);
    create index tenant_key_tenant on tenant_key (tenant_id, made_at desc);`,
  // What was there in clear, or sealed by one key for all, goes: requests live for a day at most, and which of two services
  // asked for a tie was not kept, so that ties are agreed to anew.
  '033-sealed-by-tenant': `
    delete from signature_request;
    delete from signature_report;
    delete from approval;
    delete from holder_request;
    delete from service_link;
    alter table signature_request drop column title, add column sealed_title bytea not null;
    alter table signature_report drop column report, add column sealed bytea not null;
    alter table approval drop column procedure, drop column outcome_text, drop column notification_token,
      add column procedure bytea not null, add column outcome_text bytea, add column ping bytea;
    alter table holder_request drop column asks, add column asks bytea not null;
    alter table service_link drop column purpose, add column purpose bytea not null;`,
} as const

export interface TenantKey {
  readonly keyId: string
  readonly tenantId: string
  readonly wrapped: Bytes
  /** Of the key that wraps it. */
  readonly generation: number
}

const COLUMNS = ['key_id as keyId', 'tenant_id as tenantId', 'wrapped', 'generation'] as const

export const tenantKeyStore = (db: Kysely<TenantKeyTables>) => ({
  /** The newest of whoever this service belongs to; a service of the operator's is a tenant by itself. */
  async keyFor(clientId: string): Promise<{ readonly tenantId: string; readonly key: TenantKey | undefined }> {
    const row = await db
      .selectFrom(
        sql<{ tenant_id: string }>`(select coalesce(
          (${db.selectFrom('tenant_service').select('tenant_id').where('client_id', '=', clientId)}),
          ${`service ${clientId}`}::text) as tenant_id)`.as('owner'),
      )
      .leftJoin('tenant_key', 'tenant_key.tenant_id', 'owner.tenant_id')
      .select(['owner.tenant_id as tenantId', 'key_id', 'wrapped', 'generation'])
      .orderBy('made_at', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    const { tenantId, key_id: keyId, wrapped, generation } = row
    return { tenantId, key: keyId && wrapped && generation ? { keyId, tenantId, wrapped, generation } : undefined }
  },

  async key(keyId: string): Promise<TenantKey | undefined> {
    return db.selectFrom('tenant_key').select(COLUMNS).where('key_id', '=', keyId).executeTakeFirst()
  },

  async add({ keyId, tenantId, wrapped, generation }: TenantKey, madeAt: Date): Promise<void> {
    const row = { key_id: keyId, tenant_id: tenantId, wrapped, generation, made_at: madeAt }
    await db.insertInto('tenant_key').values(row).execute()
  },

  /** Of the key that wraps the newest; 1 where nothing is wrapped yet. */
  async generation(): Promise<number> {
    const { newest } = await db
      .selectFrom('tenant_key')
      .select((eb) => eb.fn.max('generation').as('newest'))
      .executeTakeFirstOrThrow()
    return newest ?? 1
  },

  /** How many are wrapped by an earlier key than the newest one. */
  async state() {
    const newest = db.selectFrom('tenant_key').select((eb) => eb.fn.max('generation').as('generation'))
    const { keys, behind, tenants, ...rest } = await db
      .selectFrom('tenant_key')
      .select(({ fn }) => [
        fn.countAll<bigint>().as('keys'),
        fn.count<bigint>('tenant_id').distinct().as('tenants'),
        fn.max('made_at').as('newest'),
        fn.max('generation').as('generation'),
        sql<bigint>`count(*) filter (where generation < (${newest}))`.as('behind'),
      ])
      .executeTakeFirstOrThrow()
    const { generation, newest: newestAt } = rest
    return {
      ...{ generation: generation ?? 1, newest: newestAt ?? null },
      ...{ keys: Number(keys), behind: Number(behind), tenants: Number(tenants) },
    }
  },

  async before(generation: number): Promise<TenantKey[]> {
    return db.selectFrom('tenant_key').select(COLUMNS).where('generation', '<', generation).execute()
  },

  async tenants(): Promise<string[]> {
    const rows = await db.selectFrom('tenant_key').select('tenant_id').distinct().execute()
    return rows.map((row) => row.tenant_id)
  },

  /** Only if nobody else has wrapped it anew, or erased it. */
  async rewrap({ keyId, generation }: TenantKey, wrapped: Bytes, next: number): Promise<void> {
    await db
      .updateTable('tenant_key')
      .set({ wrapped, generation: next })
      .where('key_id', '=', keyId)
      .where('generation', '=', generation)
      .execute()
  },

  async erase(tenantId: string, ends: Ends): Promise<number> {
    return db.transaction().execute(async (tx) => {
      const { numDeletedRows } = await tx.deleteFrom('tenant_key').where('tenant_id', '=', tenantId).executeTakeFirst()
      if (numDeletedRows > 0n) await ends(tx)
      return Number(numDeletedRows)
    })
  },
})
