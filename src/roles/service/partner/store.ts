// Members with an application in their SIM: which count of their passwords is next.

import type { Generated, Kysely } from 'kysely'

export const memberMigrations = {
  '001-members': 'create table member (request_id text primary key, next_count integer not null)',
  '002-tries': 'alter table member add column wrong integer not null default 0',
} as const

export interface MemberTables {
  member: { request_id: string; next_count: number; wrong: Generated<number> }
}

export interface MemberStore {
  addMember(requestId: string): Promise<void>
  nextCount(requestId: string): Promise<number | undefined>
  /** Counts before the password is looked at; false when there were so many. */
  spendTry(requestId: string, most: number): Promise<boolean>
  /** And forgets the wrong ones. False when another password was taken meanwhile. */
  takeCount(requestId: string, before: number, after: number): Promise<boolean>
  removeMember(requestId: string): Promise<void>
}

export const memberStore = (db: Kysely<MemberTables>): MemberStore => ({
  addMember: async (requestId) => {
    await db
      .insertInto('member')
      .values({ request_id: requestId, next_count: 0 })
      .onConflict((c) => c.doNothing())
      .execute()
  },
  nextCount: async (requestId) => {
    const rows = db.selectFrom('member').select('next_count').where('request_id', '=', requestId)
    return (await rows.executeTakeFirst())?.next_count
  },
  spendTry: async (requestId, most) => {
    const spent = db.updateTable('member').set((e) => ({ wrong: e('wrong', '+', 1) }))
    const row = spent.where('request_id', '=', requestId).where('wrong', '<', most).returning('request_id')
    return (await row.executeTakeFirst()) !== undefined
  },
  takeCount: async (requestId, before, after) => {
    const taken = db
      .updateTable('member')
      .set({ next_count: after, wrong: 0 })
      .where('request_id', '=', requestId)
      .where('next_count', '=', before)
    return (await taken.returning('request_id').executeTakeFirst()) !== undefined
  },
  removeMember: async (requestId) => {
    await db.deleteFrom('member').where('request_id', '=', requestId).execute()
  },
})
