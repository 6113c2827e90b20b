// Key pairs that the authority made ahead, wrapped, until each is delivered: then the wrapped key is gone and only what
// the receiver can open is left, until he says that he has it.

import type { Kysely } from 'kysely'
import type { AuthorityTables } from '../store.ts'

export interface KeyPoolTables {
  key_pool: { public_key: Uint8Array; algorithm: string; sealed: Uint8Array }
  key_delivery: { request_key: string; receiver: Uint8Array; public_key: Uint8Array; envelope: Uint8Array | null }
}

export type Delivery = KeyPoolTables['key_delivery']

export interface KeyPoolStore {
  count(algorithm: string): Promise<number>
  add(row: KeyPoolTables['key_pool']): Promise<void>
  /**
   * What was delivered for this request, or takes a key pair out of the pool and keeps what `seal` makes of it, in one
   * transaction. Undefined when the pool is empty.
   */
  deliver(
    request: Pick<Delivery, 'request_key' | 'receiver'>,
    algorithm: string,
    seal: (taken: KeyPoolTables['key_pool']) => Uint8Array,
  ): Promise<Delivery | undefined>
  /** Erases the envelope; the row stays, or comes, so that the request is never served again. */
  confirm(request_key: string): Promise<void>
}

export const keyPoolStore = (db: Kysely<AuthorityTables>): KeyPoolStore => ({
  count: async (algorithm) => {
    const count = db.selectFrom('key_pool').select((build) => build.fn.countAll<bigint>().as('count'))
    return Number((await count.where('algorithm', '=', algorithm).executeTakeFirstOrThrow()).count)
  },
  add: async (row) => {
    await db.insertInto('key_pool').values(row).execute()
  },
  deliver: ({ request_key, receiver }, algorithm, seal) =>
    db.transaction().execute(async (tx) => {
      const place = { ...nothing(request_key), receiver }
      // Two who ask at once for one request: the second waits here for the first.
      const claimed = tx
        .insertInto('key_delivery')
        .values(place)
        .onConflict((conflict) => conflict.doNothing())
      const isNew = (await claimed.returning('request_key').executeTakeFirst()) !== undefined
      const own = tx.selectFrom('key_delivery').selectAll().where('request_key', '=', request_key)
      if (!isNew) return own.executeTakeFirst()
      const next = tx.selectFrom('key_pool').select('public_key').where('algorithm', '=', algorithm).limit(1)
      const taken = await tx
        .deleteFrom('key_pool')
        .where('public_key', '=', next.forUpdate().skipLocked())
        .returningAll()
        .executeTakeFirst()
      if (!taken) {
        await tx.deleteFrom('key_delivery').where('request_key', '=', request_key).execute()
        return undefined
      }
      return tx
        .updateTable('key_delivery')
        .set({ public_key: taken.public_key, envelope: seal(taken) })
        .where('request_key', '=', request_key)
        .returningAll()
        .executeTakeFirstOrThrow()
    }),
  confirm: async (request_key) => {
    await db
      .insertInto('key_delivery')
      .values(nothing(request_key))
      .onConflict((conflict) => conflict.column('request_key').doUpdateSet({ envelope: null }))
      .execute()
  },
})

const nothing = (request_key: string): Delivery => ({
  request_key,
  receiver: new Uint8Array(),
  public_key: new Uint8Array(),
  envelope: null,
})
