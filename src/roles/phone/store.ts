// What the phone keeps: the order that it made, its apps, and who reached the SIM. PINs are never kept.

import type { Kysely } from 'kysely'
import type { Bytes } from '../../base/bytes.ts'

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

export interface PhoneTables {
  device_app: DeviceAppRow
  access: AccessRow
  applied: { phone: string; order_id: string }
}

export interface PhoneStore {
  orderId(phone: string): Promise<string | null>
  setOrderId(phone: string, orderId: string): Promise<void>
  /** Replaces what was installed under this package name before. */
  saveApp(row: DeviceAppRow): Promise<void>
  deleteApp(phone: string, packageName: string): Promise<void>
  appByHandle(phone: string, handle: Bytes): Promise<DeviceAppRow | null>
  noteAccess(row: AccessRow): Promise<void>
  /** The newest first, and not more than a screen shows. */
  accesses(phone: string): Promise<AccessRow[]>
}

export const phoneStore = (db: Kysely<PhoneTables>): PhoneStore => ({
  orderId: async (phone) => {
    const row = await db.selectFrom('applied').select('order_id').where('phone', '=', phone).executeTakeFirst()
    return row?.order_id ?? null
  },
  setOrderId: async (phone, orderId) => {
    await db
      .insertInto('applied')
      .values({ phone, order_id: orderId })
      .onConflict((c) => c.column('phone').doUpdateSet({ order_id: orderId }))
      .execute()
  },
  ...connectorRecords(db),
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
