// What the phone keeps: the order that it made. PINs are never kept.

import type { Kysely } from 'kysely'

export const phoneMigrations = {
  '001-order': 'create table applied (phone text primary key, order_id text not null)',
} as const

export interface PhoneTables {
  applied: { phone: string; order_id: string }
}

export interface PhoneStore {
  orderId(phone: string): Promise<string | null>
  setOrderId(phone: string, orderId: string): Promise<void>
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
})
