// Of many workers one moves an order: whoever has its lease, until the lease ends.

import type { Kysely } from 'kysely'
import type { SpTsmStore, SpTsmTables } from '../store.ts'

type LeaseQuestions = Pick<SpTsmStore, 'lease' | 'renew' | 'release' | 'releaseAll' | 'moveLeased' | 'forgetFailures'>

export const leases = (db: Kysely<SpTsmTables>): LeaseQuestions => ({
  lease: async (orderId, owner, now, until) => {
    // One that ends so late was taken before the clock was set back: whoever lives has renewed it since.
    const neverSoLate = new Date(2 * until.getTime() - now.getTime())
    const taken = await db
      .updateTable('order_')
      .set({ lease_owner: owner, lease_until: until })
      .where('order_id', '=', orderId)
      .where((e) =>
        e.or([e('lease_owner', 'is', null), e('lease_until', '<', now), e('lease_until', '>', neverSoLate)]),
      )
      .returning('order_id')
      .execute()
    return taken.length === 1
  },
  renew: (orderId, owner, until) =>
    db
      .updateTable('order_')
      .set({ lease_until: until })
      .where('order_id', '=', orderId)
      .where('lease_owner', '=', owner)
      .returningAll()
      .executeTakeFirst(),
  release: async (orderId, owner) => {
    await db
      .updateTable('order_')
      .set({ lease_owner: null, lease_until: null })
      .where('order_id', '=', orderId)
      .where('lease_owner', '=', owner)
      .execute()
  },
  releaseAll: async () => {
    await db.updateTable('order_').set({ lease_owner: null, lease_until: null }).execute()
  },
  forgetFailures: async (orderId, state) => {
    const order = db.updateTable('order_').set({ attempts: 0 }).where('order_id', '=', orderId)
    await order.where('state', '=', state).execute()
  },
  moveLeased: async (orderId, owner, from, patch) => {
    const moved = await db
      .updateTable('order_')
      .set(patch)
      .where('order_id', '=', orderId)
      .where('state', '=', from)
      .where('lease_owner', '=', owner)
      .returning('order_id')
      .execute()
    return moved.length === 1
  },
})
