// Issuing in batches: a transaction costs more than a row, so many certificates are prepared and completed at once.

import { type Kysely, sql } from 'kysely'
import { batched } from '../../../base/batch.ts'
import type { CertificateKind } from '../contract.ts'
import { AT_NEXT } from '../ocsp/store.ts'
import { prepareAll, type Wanted } from '../registration/store.ts'
import type { AuthorityStore, AuthorityTables } from '../store.ts'

const MOST_AT_ONCE = 128

export function preparing(db: Kysely<AuthorityTables>): AuthorityStore['prepare'] {
  const all = batched(
    (wanted: readonly Wanted[]) => db.transaction().execute((tx) => prepareAll(tx, wanted)),
    MOST_AT_ONCE,
  )
  return (draft, makeTbs) => all({ draft, makeTbs })
}

interface Completed {
  readonly kind: CertificateKind
  readonly serial: bigint
  readonly certificate: Uint8Array
}

export function completing(db: Kysely<AuthorityTables>): AuthorityStore['complete'] {
  const all = batched(async (made: readonly Completed[]) => {
    const given = sql<Completed>`(select unnest(${made.map(({ kind }) => kind)}::text[]) as kind,
      unnest(${made.map(({ serial }) => `${serial}`)}::numeric[]) as serial,
      unnest(${made.map(({ certificate }) => certificate)}::bytea[]) as certificate)`
    const rows = await db
      .with('done', (own) =>
        own
          .updateTable('certificate')
          .from(given.as('given'))
          .set({ certificate: sql<Uint8Array>`given.certificate`, status: 'valid' })
          .whereRef('certificate.kind', '=', sql.ref('given.kind'))
          .whereRef('certificate.serial', '=', sql.ref('given.serial'))
          .where('certificate.status', '=', 'pending')
          .returning(['certificate.kind', 'certificate.serial', 'certificate.generation']),
      )
      .insertInto('ocsp_answer')
      .columns(['kind', 'serial', 'generation', 'version', 'due_at'])
      .expression((from) =>
        from
          .selectFrom('done')
          .select(['kind', 'serial', 'generation', sql<number>`0`.as('version'), sql.val(AT_NEXT).as('due_at')]),
      )
      .returning(['kind', 'serial'])
      .execute()
    return made.map(({ kind, serial }) => rows.some((row) => row.kind === kind && row.serial === serial))
  }, MOST_AT_ONCE)
  return (kind, serial, certificate) => all({ kind, serial, certificate })
}

export const findingRequests = (db: Kysely<AuthorityTables>): AuthorityStore['findRequest'] =>
  batched(async (keys: readonly string[]) => {
    const rows = await db.selectFrom('certificate').selectAll().where('request_key', 'in', keys).execute()
    return keys.map((key) => rows.find((row) => row.request_key === key))
  }, MOST_AT_ONCE)
