// Tenants, who administers them, their services, and what came of each request. Sessions and invitations are kept as digests.

import type { Kysely } from 'kysely'
import { given } from '../../../adapters/database/given.ts'
import { anyOf, statement } from '../../../adapters/database/statement.ts'
import { batched } from '../../../base/batch.ts'
import type { Bytes } from '../../../base/bytes.ts'
import { beside, evidenceRow } from '../evidence/store.ts'
import type { Activity } from './contract.ts'

export interface Tenant {
  readonly tenantId: string
  readonly name: string
  readonly perMinute: number
}

export interface ServiceTables {
  tenant: { tenant_id: string; name: string; per_minute: number; opened_at: Date }
  tenant_administrator: { subject: string; tenant_id: string; since: Date }
  tenant_invitation: { digest: Bytes; tenant_id: string; until: Date }
  developer_session: { digest: Bytes; subject: string; until: Date }
  tenant_service: { client_id: string; tenant_id: string; registered_at: Date; per_minute: number | null }
  request_count: { owner: string; minute: Date; count: number }
  service_activity: {
    client_id: string
    at: Date
    what: string
    outcome: Activity['outcome']
    reason: string
    took_ms: number | null
    counted: boolean
    note_id: bigint
  }
  client: { client_id: string }
}

export const serviceMigrations = {
  '020-tenants-and-services': `
    create table tenant (
      tenant_id text primary key, name text not null, per_minute integer not null, opened_at timestamptz not null);
    create table tenant_administrator (
      subject text primary key, tenant_id text not null references tenant, since timestamptz not null);
    create table tenant_invitation (
      digest bytea primary key, tenant_id text not null references tenant, until timestamptz not null);
    create table developer_session (digest bytea primary key, subject text not null, until timestamptz not null);
    create table tenant_service (
      client_id text primary key, tenant_id text not null references tenant, registered_at timestamptz not null);
    create index tenant_service_tenant on tenant_service (tenant_id);
    create table service_activity (
      client_id text not null, at timestamptz not null, what text not null, outcome text not null,
      reason text not null, took_ms integer);
    create index service_activity_client on service_activity (client_id, at desc);
    create index service_activity_at on service_activity (at);`,
  '021-quotas': `
    alter table tenant_service add column per_minute integer;
    create table request_count (
      owner text not null, minute timestamptz not null, count integer not null, primary key (owner, minute));`,
} as const

export interface Noted extends Omit<Activity, 'tookMs'> {
  readonly clientId: string
  readonly tookMs?: number | null
  /** Of a verdict. */
  readonly evidence?: object
}

/** What many ask at the same moment is one statement. */
const MOST_AT_ONCE = 64

export const serviceStore = (db: Kysely<ServiceTables>) => ({
  ...sessions(db),
  ...tenants(db),
  ...quotas(db),
  ...activity(db),
})

const sessions = (db: Kysely<ServiceTables>) => ({
  async openSession(digest: Bytes, subject: string, until: Date, now: Date): Promise<void> {
    await db.deleteFrom('developer_session').where('until', '<=', now).execute()
    await db.insertInto('developer_session').values({ digest, subject, until }).execute()
  },

  async sessionSubject(digest: Bytes, now: Date): Promise<string | undefined> {
    const found = db.selectFrom('developer_session').select('subject').where('digest', '=', digest)
    return (await found.where('until', '>', now).executeTakeFirst())?.subject
  },

  async endSession(digest: Bytes): Promise<void> {
    await db.deleteFrom('developer_session').where('digest', '=', digest).execute()
  },
})

const tenants = (db: Kysely<ServiceTables>) => ({
  async tenantOf(subject: string): Promise<Tenant | undefined> {
    const row = await db
      .selectFrom('tenant_administrator as a')
      .innerJoin('tenant as t', 't.tenant_id', 'a.tenant_id')
      .select(['t.tenant_id', 't.name', 't.per_minute'])
      .where('a.subject', '=', subject)
      .executeTakeFirst()
    return row && { tenantId: row.tenant_id, name: row.name, perMinute: row.per_minute }
  },

  /** False when this person administers a tenant already. */
  async openTenant({ tenantId, name, perMinute }: Tenant, subject: string, now: Date): Promise<boolean> {
    return db.transaction().execute(async (tx) => {
      const row = { tenant_id: tenantId, name, per_minute: perMinute, opened_at: now }
      await tx.insertInto('tenant').values(row).execute()
      const made = await administrator(tx, subject, tenantId, now)
      if (!made) await tx.deleteFrom('tenant').where('tenant_id', '=', tenantId).execute()
      return made
    })
  },

  async invite(digest: Bytes, tenantId: string, until: Date): Promise<void> {
    await db.insertInto('tenant_invitation').values({ digest, tenant_id: tenantId, until }).execute()
  },

  /** Undefined: no such invitation, or not any more. False: this person administers a tenant already. */
  async join(digest: Bytes, subject: string, now: Date): Promise<boolean | undefined> {
    return db.transaction().execute(async (tx) => {
      const used = await tx
        .deleteFrom('tenant_invitation')
        .where('digest', '=', digest)
        .where('until', '>', now)
        .returning('tenant_id')
        .executeTakeFirst()
      return used && administrator(tx, subject, used.tenant_id, now)
    })
  },

  async own(clientId: string, tenantId: string, now: Date): Promise<void> {
    const row = { client_id: clientId, tenant_id: tenantId, registered_at: now, per_minute: null }
    await db
      .insertInto('tenant_service')
      .values(row)
      .onConflict((there) => there.doNothing())
      .execute()
  },

  async servicesOf(tenantId: string): Promise<{ readonly clientId: string; readonly registeredAt: Date }[]> {
    const rows = await db
      .selectFrom('tenant_service')
      .select(['client_id', 'registered_at'])
      .where('tenant_id', '=', tenantId)
      .orderBy('registered_at')
      .execute()
    return rows.map((row) => ({ clientId: row.client_id, registeredAt: row.registered_at }))
  },
})

async function administrator(tx: Kysely<ServiceTables>, subject: string, tenantId: string, now: Date) {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('tenant_administrator')
    .values({ subject, tenant_id: tenantId, since: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export interface Limit {
  readonly owner: string
  readonly perMinute: number
}

function limitsOf(db: Kysely<ServiceTables>) {
  const find = statement<
    readonly string[],
    { client_id: string; tenant_id: string; whole: number; own: number | null }
  >(db, (asked) =>
    db
      .selectFrom('tenant_service as s')
      .innerJoin('tenant as t', 't.tenant_id', 's.tenant_id')
      .select(['s.client_id', 't.tenant_id', 't.per_minute as whole', 's.per_minute as own'])
      .where(anyOf('s.client_id', asked)),
  )
  return async (ids: readonly string[]): Promise<Limit[][]> => {
    const limits = (await find(ids)).map(({ client_id, tenant_id, whole, own }): [string, Limit[]] => [
      client_id,
      [...(own === null ? [] : [{ owner: client_id, perMinute: own }]), { owner: tenant_id, perMinute: whole }],
    ])
    const found = new Map(limits)
    return ids.map((id) => found.get(id) ?? [])
  }
}

const quotas = (db: Kysely<ServiceTables>) => ({
  /** Of the service itself, where it has one, and of its tenant; none for a service without a tenant. */
  limits: batched(limitsOf(db), MOST_AT_ONCE),

  /** How many there were in this minute, this one included. */
  async count(owner: string, minute: Date): Promise<number> {
    const { count } = await db
      .insertInto('request_count')
      .values({ owner, minute, count: 1 })
      .onConflict((there) =>
        there.columns(['owner', 'minute']).doUpdateSet((eb) => ({ count: eb('request_count.count', '+', 1) })),
      )
      .returning('count')
      .executeTakeFirstOrThrow()
    return count
  },

  /** False when there is no such tenant, or it has no such service. */
  async setQuota(tenantId: string, clientId: string | undefined, perMinute: number | null): Promise<boolean> {
    const changed =
      clientId === undefined
        ? db
            .updateTable('tenant')
            .set({ per_minute: perMinute ?? 0 })
            .where('tenant_id', '=', tenantId)
        : db
            .updateTable('tenant_service')
            .set({ per_minute: perMinute })
            .where('tenant_id', '=', tenantId)
            .where('client_id', '=', clientId)
    return (await changed.executeTakeFirst()).numUpdatedRows === 1n
  },
})

const NOTE = {
  client_id: 'text',
  at: 'timestamptz',
  what: 'text',
  outcome: 'text',
  reason: 'text',
  took_ms: 'integer',
} as const

const noteRow = ({ clientId: client_id, at, what, outcome, reason, tookMs: took_ms = null }: Noted) => ({
  ...{ client_id, at, what, outcome, reason, took_ms },
})
type NoteRow = ReturnType<typeof noteRow>

function noting(db: Kysely<ServiceTables>) {
  const note = statement<readonly Noted[], unknown>(db, (asked) =>
    beside(db, (of) => asked((all) => of(all.flatMap(evidenceOf))))
      .insertInto('service_activity')
      .columns(['client_id', 'at', 'what', 'outcome', 'reason', 'took_ms'])
      .expression((eb) =>
        eb
          .selectFrom(given<NoteRow>(NOTE, (of) => asked((all) => of(all.map(noteRow)))))
          .innerJoin('client', 'client.client_id', 'given.client_id')
          .select(['given.client_id', 'at', 'what', 'outcome', 'reason', 'took_ms']),
      ),
  )
  return async (all: readonly Noted[]): Promise<undefined[]> => {
    await note(all)
    return all.map(() => undefined)
  }
}

const evidenceOf = ({ clientId, at, evidence }: Noted) => (evidence ? [evidenceRow(clientId, at, evidence)] : [])

const activity = (db: Kysely<ServiceTables>) => ({
  /** Of a service that is registered; who only claims to be one leaves no trace. */
  note: batched(noting(db), MOST_AT_ONCE),

  async activity(clientId: string, failuresOnly: boolean, limit: number): Promise<Activity[]> {
    const all = db.selectFrom('service_activity').selectAll().where('client_id', '=', clientId)
    const wanted = failuresOnly ? all.where('outcome', '!=', 'ok') : all
    const rows = await wanted.orderBy('at', 'desc').limit(limit).execute()
    return rows.map(({ at, what, outcome, reason, took_ms: tookMs }) => ({ at, what, outcome, reason, tookMs }))
  },
})
