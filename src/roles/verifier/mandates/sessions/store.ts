// What runs by a mandate: the login that begins it, recorded with the use that both see, and the sessions at services that end with it.

import type { Kysely } from 'kysely'
import { evidenceRow, keepIn } from '../../evidence/store.ts'
import type { Assumed } from '../acting.ts'

export interface SessionTables {
  mandate_use: { mandate_id: string; client_id: string; act: string; at: Date }
  mandate_session: { sid: string; client_id: string; mandate_id: string; account: string; ends_at: Date }
}

export interface MandateSession {
  readonly sid: string
  readonly clientId: string
  readonly mandateId: string
  /** As the OpenID provider knows it. */
  readonly account: string
  readonly until: Date
}

export const sessionStore = (db: Kysely<SessionTables>) => ({
  async begin({ sid, clientId, mandateId, account, until }: MandateSession): Promise<void> {
    const row = { client_id: clientId, mandate_id: mandateId, account, ends_at: until }
    await db
      .insertInto('mandate_session')
      .values({ sid, ...row })
      .onConflict((conflict) => conflict.column('sid').doUpdateSet(row))
      .execute()
  },

  async running(now: Date): Promise<Omit<MandateSession, 'until'>[]> {
    const rows = await db.selectFrom('mandate_session').selectAll().where('ends_at', '>', now).execute()
    return rows.map((row) => ({
      ...{ sid: row.sid, clientId: row.client_id, mandateId: row.mandate_id, account: row.account },
    }))
  },

  async ended(sid: string): Promise<void> {
    await db.deleteFrom('mandate_session').where('sid', '=', sid).execute()
  },
})

/** `mandate`: as the service reads it. */
export interface Use {
  readonly mandateId: string
  readonly mandate: string
  readonly clientId: string
  readonly act: string
}

/** What both see, and the service's auditors by the name that the service has for the mandate. */
export async function noted(tx: Kysely<SessionTables>, { mandateId, mandate, clientId, act }: Use, at: Date) {
  await tx.insertInto('mandate_use').values({ mandate_id: mandateId, client_id: clientId, act, at }).execute()
  await keepIn(tx, [evidenceRow(clientId, at, { kind: 'mandate', mandate, act })])
}

interface WithNames extends SessionTables {
  pairwise_subject: { client_id: string; subject: string; person_id: string }
}

/** A login by a mandate ends, all or nothing: under which names the service knows the two, and the use that both see. */
export const assuming = (
  db: Kysely<WithNames>,
  ending: (on: Kysely<WithNames>) => { executeTakeFirst(): Promise<{ client_id: string } | undefined> },
  { mandateId, mandate, names }: Assumed,
  now: Date,
): Promise<boolean> =>
  db.transaction().execute(async (tx) => {
    const ended = await ending(tx).executeTakeFirst()
    if (!ended) return false
    const { client_id } = ended
    await tx
      .insertInto('pairwise_subject')
      .values(names.map(({ account, subject }) => ({ client_id, person_id: account, subject })))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await noted(tx as never, { mandateId, mandate, clientId: client_id, act: 'login' }, now)
    return true
  })
