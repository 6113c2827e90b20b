// Clerks and their sessions, in the schema of the role whose desks they sit at.

import { type Kysely, type Selectable, sql } from 'kysely'
import { type Bytes, hex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'

export const CLERK_TABLES = `
  create table clerk (
    clerk_id text primary key, name text not null, salt bytea not null, passcode_hash bytea not null,
    wrong_passcodes integer not null, parts text not null);
  create table clerk_session (
    session text primary key, clerk_id text not null references clerk, until timestamptz not null)`

interface ClerkTable {
  clerk_id: string
  name: string
  salt: Bytes
  passcode_hash: Bytes
  wrong_passcodes: number
  /** With spaces between them. */
  parts: string
}
export type ClerkRow = Selectable<ClerkTable>

export interface ClerkTables {
  clerk: ClerkTable
  /** SHA-256 of what the clerk's browser holds. */
  clerk_session: { session: string; clerk_id: string; until: Date }
}

export type ClerkStore = ReturnType<typeof clerkStore>

type Changing = ReturnType<typeof changing>

const changing = (db: Kysely<ClerkTables>) => {
  const endSessionsOf = (clerkId: string) => db.deleteFrom('clerk_session').where('clerk_id', '=', clerkId).execute()
  return {
    async saveClerk(clerk: Omit<ClerkRow, 'wrong_passcodes'>): Promise<void> {
      const { clerk_id, ...rest } = clerk
      await endSessionsOf(clerk_id)
      await db
        .insertInto('clerk')
        .values({ ...clerk, wrong_passcodes: 0 })
        .onConflict((conflict) => conflict.column('clerk_id').doUpdateSet({ ...rest, wrong_passcodes: 0 }))
        .execute()
    },
    /** Passcode and sessions stay: what is the clerk's part is looked at with each act. False when there is no such clerk. */
    async changeClerk(clerkId: string, changed: Pick<ClerkRow, 'name' | 'parts'>): Promise<boolean> {
      const those = db.updateTable('clerk').set(changed).where('clerk_id', '=', clerkId)
      return (await those.returning('clerk_id').executeTakeFirst()) !== undefined
    },
    /** False when there is no such clerk. */
    async removeClerk(clerkId: string): Promise<boolean> {
      await endSessionsOf(clerkId)
      const those = db.deleteFrom('clerk').where('clerk_id', '=', clerkId)
      return (await those.returning('clerk_id').executeTakeFirst()) !== undefined
    },
  }
}

const kept = (session: string): string => hex(sha256(utf8(session)))

export function clerkStore<T extends ClerkTables>(of: Kysely<T>) {
  const db = of as unknown as Kysely<ClerkTables>
  return {
    ...changing(db),
    /** False, and nothing is done, when this clerk alone has the part: of two who go at once one stays. */
    async unlessLast(part: string, clerkId: string, work: (tx: Changing) => Promise<unknown>): Promise<boolean> {
      return db.transaction().execute(async (tx) => {
        const having = tx
          .selectFrom('clerk')
          .select('clerk_id')
          .where(sql<boolean>`${part} = any(string_to_array(parts, ' '))`)
        const those = await having.orderBy('clerk_id').forUpdate().execute()
        if (those.length === 1 && those[0]!.clerk_id === clerkId) return false
        await work(changing(tx))
        return true
      })
    },
    allClerks: () =>
      db.selectFrom('clerk').select(['clerk_id', 'name', 'parts', 'wrong_passcodes']).orderBy('clerk_id').execute(),
    clerkOf: (clerkId: string): Promise<ClerkRow | undefined> =>
      db.selectFrom('clerk').selectAll().where('clerk_id', '=', clerkId).executeTakeFirst(),
    /** Counts before it is known whether it is the right one: many at once gain nothing. */
    async spendTry(clerkId: string, most: number): Promise<boolean> {
      const spent = db
        .updateTable('clerk')
        .set((set) => ({ wrong_passcodes: set('wrong_passcodes', '+', 1) }))
        .where('clerk_id', '=', clerkId)
        .where('wrong_passcodes', '<', most)
      return (await spent.returning('clerk_id').executeTakeFirst()) !== undefined
    },
    async beginSession(session: string, clerkId: string, until: Date, now: Date): Promise<void> {
      await db.deleteFrom('clerk_session').where('until', '<', now).execute()
      await db.updateTable('clerk').set({ wrong_passcodes: 0 }).where('clerk_id', '=', clerkId).execute()
      await db
        .insertInto('clerk_session')
        .values({ session: kept(session), clerk_id: clerkId, until })
        .execute()
    },
    async endSession(session: string): Promise<void> {
      await db.deleteFrom('clerk_session').where('session', '=', kept(session)).execute()
    },
    clerkIn: (session: string, now: Date) =>
      db
        .selectFrom('clerk_session')
        .innerJoin('clerk', 'clerk.clerk_id', 'clerk_session.clerk_id')
        .select(['clerk.clerk_id', 'clerk.name', 'clerk.parts', 'clerk_session.until'])
        .where('session', '=', kept(session))
        .where('until', '>=', now)
        .executeTakeFirst(),
  }
}
