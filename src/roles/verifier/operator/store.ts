// Measures on tenants and services, and what is proposed at the desk. Clerks and what they did are in the same schema (protocol/clerks).

import { type Kysely, sql } from 'kysely'
import { ACT_TABLE, type ActTables, actStore } from '../../../protocol/clerks/acts/store.ts'
import { CLERK_TABLES } from '../../../protocol/clerks/store.ts'
import type { ServiceTables } from '../services/store.ts'
import type { Grave } from './contract.ts'
import type { MeasureKind, MeasureTables } from './measures/store.ts'

export const operatorMigrations = {
  '030-operator': `${CLERK_TABLES};
    create table measure (
      owner text not null, kind text not null, reason text not null, clerk text not null, since timestamptz not null,
      primary key (owner, kind));
    create table operator_act (
      act_id bigint generated always as identity primary key, at timestamptz not null, clerk text not null,
      act text not null, subject text not null, reason text not null, refusal text);
    alter table openid_artifact add column client_id text;
    create index login_client_waiting on login (client_id) where state = 'waiting';
    create index approval_client_waiting on approval (client_id) where state = 'waiting';`,
} as const

/** After retention, which knew the table of before. */
export const actMigrations = {
  '060-acts-and-proposals': `${ACT_TABLE};
    insert into clerk_act (act_id, at, clerk, act, subject, reason, outcome)
      select 'before ' || act_id, at, clerk, act, subject, reason, coalesce(refusal, 'done')
      from operator_act order by operator_act.act_id;
    drop table operator_act;
    create table proposal (
      act text not null, subject text not null, reason text not null, clerk text not null, at timestamptz not null,
      primary key (act, subject));`,
} as const

/** Of a row of `client`. */
const isOpen = sql<boolean>`options->>'closed' is null`

export interface Proposal {
  readonly act: Grave
  readonly subject: string
  readonly reason: string
  readonly clerk: string
  readonly at: Date
}

/** A proposal ends in the transaction that does what was proposed: broken off, it is done wholly or can be released again. */
export type Ends = (tx: unknown) => Promise<unknown>

export interface OperatorTables extends MeasureTables, ActTables, Omit<ServiceTables, 'tenant_service' | 'client'> {
  tenant_service: ServiceTables['tenant_service']
  proposal: Proposal
  tenant_key: { tenant_id: string }
  login: { client_id: string; state: string; expires_at: Date }
  approval: { client_id: string; state: string; expires_at: Date; answered_at: Date | null }
  client: { client_id: string; name: string; options: unknown }
  openid_artifact: { client_id: string | null }
  event_stream: { client_id: string }
  status_seen: { kind: string; at: Date }
}

export const operatorStore = (db: Kysely<OperatorTables>) => ({
  acts: actStore(db),
  ...measures(db),
  ...proposals(db),
  ...stopping(db),
  ...present(db),
})

const measures = (db: Kysely<OperatorTables>) => ({
  /** False when there is no such tenant, and no such service. */
  async isOwner(owner: string): Promise<boolean> {
    const tenant = db.selectFrom('tenant').select('tenant_id as id').where('tenant_id', '=', owner)
    const service = db.selectFrom('client').select('client_id as id').where('client_id', '=', owner)
    return (await tenant.unionAll(service).executeTakeFirst()) !== undefined
  },

  async isTenant(tenantId: string): Promise<boolean> {
    const found = db.selectFrom('tenant').select('tenant_id').where('tenant_id', '=', tenantId)
    return (await found.executeTakeFirst()) !== undefined
  },

  /** The same again leaves what is there. */
  async measure(owner: string, kind: MeasureKind, reason: string, clerk: string, since: Date): Promise<void> {
    await db
      .insertInto('measure')
      .values({ owner, kind, reason, clerk, since })
      .onConflict((there) => there.doNothing())
      .execute()
  },

  async unmeasure(owner: string, kind: MeasureKind): Promise<void> {
    await db.deleteFrom('measure').where('owner', '=', owner).where('kind', '=', kind).execute()
  },

  async reason(kind: MeasureKind, owner: string): Promise<string | null> {
    const found = db.selectFrom('measure').select('reason').where('owner', '=', owner).where('kind', '=', kind)
    return (await found.executeTakeFirst())?.reason ?? null
  },

  async runTenants() {
    const tenants = await db
      .selectFrom('tenant as t')
      .selectAll()
      .select((eb) =>
        eb
          .selectFrom('tenant_administrator as a')
          .select(({ fn }) => fn.countAll<bigint>().as('n'))
          .whereRef('a.tenant_id', '=', 't.tenant_id')
          .as('administrators'),
      )
      .orderBy('opened_at')
      .execute()
    const services = await db
      .selectFrom('client as c')
      .leftJoin('tenant_service as s', 's.client_id', 'c.client_id')
      .select(['c.client_id', 's.tenant_id', 's.per_minute', 'c.name', sql<boolean>`not ${isOpen}`.as('closed')])
      .where((eb) => eb.or([isOpen, eb('s.tenant_id', 'is', null)]))
      .orderBy('s.registered_at')
      .orderBy('c.client_id')
      .execute()
    const keys = await db.selectFrom('tenant_key').select('tenant_id').distinct().execute()
    return {
      ...{ tenants, services, measures: await db.selectFrom('measure').selectAll().execute() },
      kept: keys.map(({ tenant_id }) => tenant_id),
    }
  },
})

const proposals = (db: Kysely<OperatorTables>) => ({
  /** The first stands until it is released or taken back. */
  async propose(proposal: Proposal): Promise<void> {
    await db
      .insertInto('proposal')
      .values(proposal)
      .onConflict((there) => there.doNothing())
      .execute()
  },

  proposal: (act: Grave, subject: string): Promise<Proposal | undefined> =>
    db.selectFrom('proposal').selectAll().where('act', '=', act).where('subject', '=', subject).executeTakeFirst(),

  proposals: (): Promise<Proposal[]> => db.selectFrom('proposal').selectAll().orderBy('at').execute(),

  /** False when there is none. */
  async endProposal(act: Grave, subject: string, tx: unknown = db): Promise<boolean> {
    const those = (tx as typeof db).deleteFrom('proposal').where('act', '=', act).where('subject', '=', subject)
    return (await those.returning('act').executeTakeFirst()) !== undefined
  },
})

const stopping = (db: Kysely<OperatorTables>) => ({
  /** Everything that this service, or the services of this tenant, have running. What is for all was committed before. */
  async endRunning(owner: string, now: Date): Promise<void> {
    await db.transaction().execute((tx) => endRunning(tx, owner, now))
  },

  /** A service for good, with its stream and what it has running. False where it is closed, or there is none. */
  async close(clientId: string, now: Date, ends: Ends = async () => undefined): Promise<boolean> {
    return db.transaction().execute(async (tx) => {
      const closed = tx
        .updateTable('client')
        .set({ options: sql`options || '{"closed": true}'` })
        .where('client_id', '=', clientId)
        .where(isOpen)
      if ((await closed.returning('client_id').executeTakeFirst()) === undefined) return false
      await tx.deleteFrom('event_stream').where('client_id', '=', clientId).execute()
      await endRunning(tx, clientId, now)
      await ends(tx)
      return true
    })
  },
})

async function endRunning(tx: Kysely<OperatorTables>, owner: string, now: Date): Promise<void> {
  const those = tx
    .selectFrom('client as c')
    .leftJoin('tenant_service as s', 's.client_id', 'c.client_id')
    .select('c.client_id')
    .where((eb) => eb.or([eb('c.client_id', '=', owner), eb('s.tenant_id', '=', owner)]))
  const waiting = (table: 'login' | 'approval') =>
    tx.updateTable(table).where('state', '=', 'waiting').where('client_id', 'in', those)
  await waiting('login').set({ state: 'refused' }).execute()
  await waiting('approval').set({ state: 'refused', answered_at: now }).execute()
  await tx.deleteFrom('openid_artifact').where('client_id', 'in', those).execute()
}

const present = (db: Kysely<OperatorTables>) => ({
  /** What waits for a person just now. */
  async open(now: Date): Promise<{ readonly logins: number; readonly approvals: number }> {
    const waiting = async (table: 'login' | 'approval') => {
      const rows = db.selectFrom(table).select(({ fn }) => fn.countAll<bigint>().as('n'))
      const { n } = await rows.where('state', '=', 'waiting').where('expires_at', '>', now).executeTakeFirstOrThrow()
      return Number(n)
    }
    return { logins: await waiting('login'), approvals: await waiting('approval') }
  },

  async seen(kind: string): Promise<Date | null> {
    const row = await db.selectFrom('status_seen').select('at').where('kind', '=', kind).executeTakeFirst()
    return row?.at ?? null
  },
})
