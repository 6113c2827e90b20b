// What becomes of the news of a consent when it ends, or when another takes its place. The tables of events are in the same schema.

import type { Kysely } from 'kysely'
import { keepEach } from '../../evidence/store.ts'
import type { ConsentRecord } from '../model.ts'
import type { ConsentColumns, ConsentTables } from '../store.ts'

/** Undelivered news about a consent ends with it, dead letters too. */
interface WithEvents extends ConsentTables {
  security_event: { consent_id: string | null; state: string; ends_at: Date | null }
}

/** Who agrees again has never ceased to agree: nothing that happened before is lost to the service. */
export async function goneOnWith(
  tx: Kysely<ConsentTables>,
  { consentId, clientId, personId, subject, until }: ConsentRecord,
  now: Date,
): Promise<Partial<ConsentColumns>> {
  const before = await tx
    .selectFrom('watched_consent')
    .select(['consent_id', 'given_by', 'serial', 'state', 'changed_at'])
    .where((eb) => eb.and({ client_id: clientId, person_id: personId, subject }))
    .where('withdrawn_at', 'is', null)
    .where('ends_at', '>=', now)
    .forUpdate()
    .executeTakeFirst()
  if (!before) return {}
  const { consent_id: old, ...watch } = before
  await (tx as unknown as Kysely<WithEvents>)
    .updateTable('security_event')
    .set({ consent_id: consentId, ends_at: until })
    .where('consent_id', '=', old)
    .where('state', '!=', 'delivered')
    .execute()
  return watch
}

export async function withdrawn(
  db: Kysely<ConsentTables>,
  at: Date,
  which: Partial<Pick<ConsentColumns, 'consent_id' | 'client_id' | 'person_id' | 'subject'>>,
): Promise<void> {
  const rows = await db
    .updateTable('watched_consent')
    .set({ withdrawn_at: at })
    .where('withdrawn_at', 'is', null)
    .where((eb) => eb.and(which))
    .returning(['consent_id', 'client_id'])
    .execute()
  const ids = rows.map((row) => row.consent_id)
  if (ids.length === 0) return
  await keepEach(db, at, rows, ({ consent_id: consent }) => ({ kind: 'withdrawal', consent }))
  await (db as unknown as Kysely<WithEvents>)
    .deleteFrom('security_event')
    .where('consent_id', 'in', ids)
    .where('state', '!=', 'delivered')
    .execute()
}
