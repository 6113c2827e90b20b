// Issuing in batches: a transaction costs more than a row, so many certificates are prepared and completed at once.

import { type Kysely, sql } from 'kysely'
import { given } from '../../../adapters/database/given.ts'
import { batched, lookups, turn } from '../../../base/batch.ts'
import { NO_BYTES } from '../../../base/bytes.ts'
import type { CertificateKind } from '../contract.ts'
import { AT_NEXT } from '../ocsp/store.ts'
import { prepareAll, type Wanted } from '../registration/store.ts'
import type { AuthorityStore, AuthorityTables } from '../store.ts'

const MOST_AT_ONCE = 256

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

const COMPLETED = { kind: 'text', serial: 'numeric', certificate: 'bytea' } as const

/** Signatures come one by one, a statement costs as much as a dozen rows: those who wait share it as soon as half are back. */
function half() {
  let [away, back] = [0, 0]
  let wake = () => {}
  const isEnough = () => back >= Math.min(away, MOST_AT_ONCE / 2)
  return {
    of: async <T>(signing: Promise<T>): Promise<T> => {
      away++
      try {
        const made = await signing
        back++
        return made
      } finally {
        away--
        if (isEnough()) wake()
      }
    },
    room: async (): Promise<void> => {
      await turn()
      if (!isEnough())
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      back = 0
    },
  }
}

export function completing(db: Kysely<AuthorityTables>): AuthorityStore['complete'] {
  const waiting = half()
  const complete = async (made: readonly Completed[]) => {
    const rows = await db
      .with('done', (own) =>
        own
          .updateTable('certificate')
          .from(given(COMPLETED, made))
          .set({ certificate: sql<Uint8Array>`given.certificate`, tbs: NO_BYTES, status: 'valid' })
          .whereRef('certificate.kind', '=', sql.ref('given.kind'))
          .whereRef('certificate.serial', '=', sql.ref('given.serial'))
          .where('certificate.status', '=', 'pending')
          // What was signed is what was stored: DER of more than 255 octets has its first element behind four.
          .where(sql<boolean>`substring(given.certificate from 5 for length(certificate.tbs)) = certificate.tbs`)
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
    const done = new Set(rows.map(({ kind, serial }) => `${kind} ${serial}`))
    return made.map(({ kind, serial }) => done.has(`${kind} ${serial}`))
  }
  const all = batched(complete, MOST_AT_ONCE, waiting.room)
  return async (kind, serial, signing) => all({ kind, serial, certificate: await waiting.of(signing) })
}

export const findingRequests = (db: Kysely<AuthorityTables>): AuthorityStore['findRequest'] =>
  lookups(
    (keys) => db.selectFrom('certificate').selectAll().where(sql<boolean>`request_key = any(${keys})`).execute(),
    ({ request_key }) => request_key ?? '',
    MOST_AT_ONCE,
  )
