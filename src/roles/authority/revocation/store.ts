// Revocation in the register of certificates: one certificate with all that hangs on it, or all that an event ends.

import { type Kysely, sql } from 'kysely'
import type { CertificateKind } from '../contract.ts'
import { countRevocation, type PartitionKey } from '../crl/store.ts'
import { CASCADE, cascadeReason, ON_REGISTER_EVENT, PLACES, type Place, placeOf, statusAfter } from '../model.ts'
import { seen } from '../registration/store.ts'
import type { AuthorityTables, CertificateRow, Change, Revocation, Tx } from '../store.ts'

export const byId = (db: Kysely<AuthorityTables>, kind: CertificateKind, serial: bigint) =>
  db
    .selectFrom('certificate')
    .selectAll()
    .where((where) => where.and({ kind, serial }))

/** Revokes these rows with what hangs on them; how many certificates that were. */
export async function revokeAll(tx: Tx, rows: readonly CertificateRow[], revocation: Revocation): Promise<number> {
  const touched: PartitionKey[] = []
  for (const row of rows) {
    // A phone's certificate may have gone with its card's just now.
    const fresh = await byId(tx, row.kind, row.serial).executeTakeFirstOrThrow()
    touched.push(...(await revokeAlong(tx, fresh, revocation)))
  }
  // In one order, so that two revocations across the same municipalities do not wait for each other.
  const name = ({ kind, generation, municipalityCode }: PartitionKey) => `${kind} ${generation} ${municipalityCode}`
  for (const key of touched.toSorted((a, b) => (name(a) < name(b) ? -1 : 1))) await countRevocation(tx, key)
  return touched.length
}

/** The partitions that lose a certificate: none when this one keeps its first reason. RFC 5280 §5.3.1; `CASCADE`. */
async function revokeAlong(tx: Tx, row: CertificateRow, { reason, at, by }: Revocation): Promise<PartitionKey[]> {
  const status = statusAfter(row.status, reason)
  const place = placeOf(row)
  if (!status || !place || row.municipality_code === null) return []
  await tx
    .updateTable('certificate')
    // A hold that becomes final began when it was put: what was signed since stays doubtful.
    .set({ status, reason, revoked_at: row.revoked_at ?? at, revoked_by: by })
    .where((where) => where.and({ kind: row.kind, serial: row.serial }))
    .execute()
  const touched = [{ kind: row.kind, generation: row.generation, municipalityCode: row.municipality_code }]
  for (const next of CASCADE[place])
    for (const hanging of await hangingOn(tx, next, row.serial))
      touched.push(...(await revokeAlong(tx, hanging, { reason: cascadeReason(reason), at, by })))
  return touched
}

const hangingOn = (tx: Tx, place: Place, cardAuthSerial: bigint) =>
  tx
    .selectFrom('certificate')
    .selectAll()
    .where((where) => where.and({ ...PLACES[place], card_auth_serial: cardAuthSerial }))
    .orderBy('serial')
    .forUpdate()
    .execute()

/** Exactly once: the cursor and what follows from the change are committed together. */
export async function follow(tx: Tx, { sequence, residentId, event }: Change, at: Date): Promise<number | undefined> {
  const cursor = tx.updateTable('register_cursor').set({ sequence }).where('sequence', '<', sequence)
  if (!(await cursor.returning('sequence').executeTakeFirst())) return undefined
  await seen(tx, residentId)
  await tx.updateTable('resident_seen').set({ sequence }).where('resident_id', '=', residentId).execute()
  const { kinds, reason } = ON_REGISTER_EVENT[event]
  const rows = await tx
    .selectFrom('certificate')
    .selectAll()
    .where('resident_id', '=', residentId)
    .where('kind', 'in', kinds)
    // One that was issued after the event, before we heard of it, has the new facts already.
    .where('facts_sequence', '<', sequence)
    .orderBy(sql`medium = 'phone'`)
    .orderBy('kind')
    .orderBy('serial')
    .forUpdate()
    .execute()
  return revokeAll(tx, rows, { reason, at, by: `resident-register ${sequence}` })
}
