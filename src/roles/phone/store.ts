// What the phone keeps: the order that it made, its apps, and who reached the SIM. No PIN is kept that this store could open.

import type { Generated, Kysely } from 'kysely'
import type { Bytes } from '../../base/bytes.ts'
import { type BiometricStore, type BiometricTable, biometricMigrations, biometricStore } from './biometric/store.ts'
import type { Phone, SimInside } from './contract.ts'

export const phoneMigrations = {
  '001-order': 'create table applied (phone text primary key, order_id text not null)',
  '002-connector': `
    create table device_app (
      phone text not null, package text not null, handle bytea not null unique, ids bytea not null,
      primary key (phone, package));
    create table access (
      phone text not null, at timestamptz not null, kind text not null, caller text not null, aid bytea not null,
      outcome text not null);
    create index access_at on access (phone, at);`,
  '003-slot': `
    alter table applied add column iccid text not null default '';
    alter table applied drop constraint applied_pkey;
    alter table applied add primary key (phone, iccid);
    create table sim (
      phone text not null, iccid text not null, carrier text not null, msisdn text not null,
      inserted boolean not null default false, primary key (phone, iccid));`,
  '004-approvals':
    'create table approval_inbox (phone text primary key, token text not null, user_code boolean not null)',
  '005-uses': `
    create table usage (
      phone text not null, at timestamptz not null, kind text not null, who text not null, outcome text not null);
    create index usage_at on usage (phone, at)`,
  ...biometricMigrations,
} as const

/** An app, known by the digest of its handle; `ids` are the hashes by which rules name it, one after the other. */
export interface DeviceAppRow {
  phone: string
  package: string
  handle: Bytes
  ids: Bytes
}

export type AccessOutcome = 'allowed' | 'declined' | 'denied'

export interface AccessRow {
  phone: string
  at: Date
  kind: 'app' | 'page'
  caller: string
  aid: Bytes
  outcome: AccessOutcome
}

type Use = Awaited<ReturnType<Phone['uses']>>['uses'][number]

export interface UseRow extends Pick<Use, 'at' | 'kind' | 'outcome'> {
  phone: string
  /** Empty where the phone cannot know. */
  who: string
}

export interface PhoneTables extends BiometricTable {
  usage: UseRow
  device_app: DeviceAppRow
  access: AccessRow
  /** Of each SIM; without one where it was before there could be another. */
  applied: { phone: string; iccid: string; order_id: string }
  sim: SimInside & { phone: string; inserted: Generated<boolean> }
  approval_inbox: { phone: string; token: string; user_code: boolean }
}

/** The secret by which the platform knows this phone. */
export interface ApprovalInbox {
  readonly token: string
  readonly userCode: boolean
}

export interface PhoneStore {
  readonly biometric: BiometricStore
  orderId(phone: string, iccid: string): Promise<string | null>
  setOrderId(phone: string, iccid: string, orderId: string): Promise<void>
  /** Orders of SIMs that were in this phone before. */
  otherOrderIds(phone: string, iccid: string): Promise<string[]>
  /** SIMs that its owner got after the first. */
  sims(phone: string): Promise<(SimInside & { inserted: boolean })[]>
  saveSim(phone: string, sim: SimInside, how?: 'unless known'): Promise<void>
  /** In place of that before; false when there is no such SIM. */
  putIn(phone: string, iccid: string, before: string): Promise<boolean>
  /** Replaces what was installed under this package name before. */
  saveApp(row: DeviceAppRow): Promise<void>
  deleteApp(phone: string, packageName: string): Promise<void>
  appByHandle(phone: string, handle: Bytes): Promise<DeviceAppRow | null>
  noteAccess(row: AccessRow): Promise<void>
  inbox(phone: string): Promise<ApprovalInbox | null>
  saveInbox(phone: string, inbox: ApprovalInbox): Promise<void>
  removeInbox(phone: string): Promise<void>
  /** The newest first, and not more than a screen shows. */
  accesses(phone: string): Promise<AccessRow[]>
  noteUse(row: UseRow): Promise<void>
  /** The newest first, and not more than a screen shows. */
  uses(phone: string): Promise<UseRow[]>
  forgetUses(phone: string): Promise<void>
}

export const phoneStore = (db: Kysely<PhoneTables>): PhoneStore => ({
  biometric: biometricStore(db as never),
  orderId: async (phone, iccid) => {
    const rows = db.selectFrom('applied').select('order_id').where('phone', '=', phone)
    const newest = rows.where('iccid', 'in', [iccid, BEFORE_SLOTS]).orderBy('iccid', 'desc')
    return (await newest.executeTakeFirst())?.order_id ?? null
  },
  setOrderId: async (phone, iccid, orderId) => {
    await db
      .insertInto('applied')
      .values({ phone, iccid, order_id: orderId })
      .onConflict((c) => c.columns(['phone', 'iccid']).doUpdateSet({ order_id: orderId }))
      .execute()
  },
  otherOrderIds: async (phone, iccid) => {
    const rows = db.selectFrom('applied').select('order_id').where('phone', '=', phone)
    const others = rows.where('iccid', 'not in', [iccid, BEFORE_SLOTS])
    return (await others.execute()).map((row) => row.order_id)
  },
  ...slotRecords(db),
  ...connectorRecords(db),
  ...inboxRecords(db),
  ...useRecords(db),
})

/** The SIM of an order that was kept when a phone had one SIM. */
const BEFORE_SLOTS = ''

const slotRecords = (db: Kysely<PhoneTables>) => ({
  sims: async (phone: string) =>
    db
      .selectFrom('sim')
      .select(['carrier', 'msisdn', 'iccid', 'inserted'])
      .where('phone', '=', phone)
      .orderBy('iccid')
      .execute(),
  saveSim: async (phone: string, { carrier, msisdn, iccid }: SimInside, how?: 'unless known') => {
    const entered = db.insertInto('sim').values({ phone, carrier, msisdn, iccid })
    await entered
      .onConflict((c) => (how ? c.doNothing() : c.columns(['phone', 'iccid']).doUpdateSet({ carrier, msisdn })))
      .execute()
  },
  putIn: (phone: string, iccid: string, before: string) =>
    db.transaction().execute(async (tx) => {
      const unnamed = tx.updateTable('applied').where('phone', '=', phone).where('iccid', '=', BEFORE_SLOTS)
      await unnamed.set({ iccid: before }).execute()
      const sims = tx.updateTable('sim').where('phone', '=', phone)
      const put = await sims.where('iccid', '=', iccid).set({ inserted: true }).returning('iccid').execute()
      if (put.length > 0) await sims.where('iccid', '<>', iccid).set({ inserted: false }).execute()
      return put.length > 0
    }),
})

const SHOWN = 50

const connectorRecords = (db: Kysely<PhoneTables>) => ({
  saveApp: async (row: DeviceAppRow) => {
    await db
      .insertInto('device_app')
      .values(row)
      .onConflict((c) => c.columns(['phone', 'package']).doUpdateSet({ handle: row.handle, ids: row.ids }))
      .execute()
  },
  deleteApp: async (phone: string, packageName: string) => {
    await db.deleteFrom('device_app').where('phone', '=', phone).where('package', '=', packageName).execute()
  },
  appByHandle: async (phone: string, handle: Bytes) => {
    const found = db.selectFrom('device_app').selectAll().where('phone', '=', phone).where('handle', '=', handle)
    return (await found.executeTakeFirst()) ?? null
  },
  noteAccess: async (row: AccessRow) => {
    await db.insertInto('access').values(row).execute()
  },
  accesses: async (phone: string) =>
    db.selectFrom('access').selectAll().where('phone', '=', phone).orderBy('at', 'desc').limit(SHOWN).execute(),
})

const inboxRecords = (db: Kysely<PhoneTables>) => ({
  inbox: async (phone: string) => {
    const row = await db.selectFrom('approval_inbox').selectAll().where('phone', '=', phone).executeTakeFirst()
    return row ? { token: row.token, userCode: row.user_code } : null
  },
  saveInbox: async (phone: string, { token, userCode }: ApprovalInbox) => {
    const row = { token, user_code: userCode }
    await db
      .insertInto('approval_inbox')
      .values({ phone, ...row })
      .onConflict((c) => c.column('phone').doUpdateSet(row))
      .execute()
  },
  removeInbox: async (phone: string) => {
    await db.deleteFrom('approval_inbox').where('phone', '=', phone).execute()
  },
})

const KEPT_MS = 365 * 24 * 3600 * 1000

const useRecords = (db: Kysely<PhoneTables>) => ({
  noteUse: async (row: UseRow) => {
    const old = db.deleteFrom('usage').where('phone', '=', row.phone)
    await old.where('at', '<', new Date(row.at.getTime() - KEPT_MS)).execute()
    await db.insertInto('usage').values(row).execute()
  },
  uses: async (phone: string) =>
    db.selectFrom('usage').selectAll().where('phone', '=', phone).orderBy('at', 'desc').limit(SHOWN).execute(),
  forgetUses: async (phone: string) => {
    await db.deleteFrom('usage').where('phone', '=', phone).execute()
  },
})
