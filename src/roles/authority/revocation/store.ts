// Changes of a certificate's status in the register: one certificate with all that hangs on it, or all that an event
// ends. Each change takes the next number of one dense order: whoever follows keeps only the last one that it saw.

import { type Kysely, type Selectable, sql } from 'kysely'
import type { CertificateKind, RevocationReason } from '../contract.ts'
import {
  cascadeReason,
  fallsWith,
  ON_REGISTER_EVENT,
  PLACES,
  type Place,
  placeOf,
  type Status,
  statusAfter,
} from '../model.ts'
import { withdrawAnswer } from '../ocsp/store.ts'
import { seenAll } from '../registration/store.ts'
import type { AuthorityTables, CertificateRow, Change, Revocation, Tx } from '../store.ts'

/** One change of status as it was committed. */
export interface StatusChangeColumns {
  sequence: number
  kind: CertificateKind
  serial: bigint
  generation: number
  municipality_code: string
  status: Status
  reason: RevocationReason | null
  at: Date
  by: string
}
export type StatusChangeRow = Selectable<StatusChangeColumns>

export const byId = (db: Kysely<AuthorityTables>, kind: CertificateKind, serial: bigint) =>
  db
    .selectFrom('certificate')
    .selectAll()
    .where((where) => where.and({ kind, serial }))

/** Revokes these rows with what hangs on them; how many certificates that were. */
export async function revokeAll(tx: Tx, rows: readonly CertificateRow[], revocation: Revocation): Promise<number> {
  const changed: NewChange[] = []
  for (const row of rows) {
    // A phone's certificate may have gone with its card's just now.
    const fresh = await byId(tx, row.kind, row.serial).executeTakeFirstOrThrow()
    changed.push(...(await revokeAlong(tx, fresh, revocation)))
  }
  await record(tx, changed)
  return changed.length
}

/** What changes: nothing when this one keeps its first reason. RFC 5280 §5.3.1; `CASCADE`. */
async function revokeAlong(tx: Tx, row: CertificateRow, { reason, at, by }: Revocation): Promise<NewChange[]> {
  const status = statusAfter(row.status, reason)
  const place = placeOf(row)
  if (!status || !place || row.municipality_code === null) return []
  // A hold that becomes final began when it was put: what was signed since stays doubtful.
  const set = { status, reason, revoked_at: row.revoked_at ?? at, revoked_by: by }
  const changed = [await change(tx, row, set, { at, by })]
  if (status === 'revoked' && place === 'phone-auth' && !row.giving_way) await keepPlace(tx, row)
  for (const next of fallsWith(place, reason))
    for (const hanging of await hangingOn(tx, next, row.serial))
      changed.push(...(await revokeAlong(tx, hanging, { reason: cascadeReason(reason), at, by })))
  return changed
}

type Set = Pick<CertificateRow, 'status' | 'reason' | 'revoked_at' | 'revoked_by'> & { giving_way?: boolean }
type NewChange = Omit<StatusChangeRow, 'sequence'>

async function change(tx: Tx, row: CertificateRow, set: Set, { at, by }: { at: Date; by: string }): Promise<NewChange> {
  const { kind, serial, generation } = row
  const municipality_code = row.municipality_code!
  await tx
    .updateTable('certificate')
    .set(set)
    .where((where) => where.and({ kind, serial }))
    .execute()
  await withdrawAnswer(tx, kind, serial)
  return { kind, serial, generation, municipality_code, status: set.status, reason: set.reason, at, by }
}

/** What was to take the place of another phone's certificate is gone: the other keeps it. */
async function keepPlace(tx: Tx, { card_auth_serial }: CertificateRow): Promise<void> {
  const staying = tx
    .selectFrom('certificate')
    .select('serial')
    .where((where) => where.and({ ...PLACES['phone-auth'], card_auth_serial, status: 'valid' as const }))
    .orderBy('not_before', 'desc')
    .limit(1)
  await tx.updateTable('certificate').set({ giving_way: false }).where('serial', '=', staying).execute()
}

const hangingOn = (tx: Tx, place: Place, cardAuthSerial: bigint) =>
  tx
    .selectFrom('certificate')
    .selectAll()
    .where((where) => where.and({ ...PLACES[place], card_auth_serial: cardAuthSerial }))
    .orderBy('serial')
    .forUpdate()
    .execute()

export type Resumed = CertificateRow | 'notOnHold' | 'cardNotValid' | 'phoneExists'

/** Ends a hold of a phone's certificate; its card is locked first, as everywhere. */
export async function resume(tx: Tx, row: CertificateRow, at: Date, by: string): Promise<Resumed> {
  const card = await byId(tx, 'auth', row.card_auth_serial ?? row.serial)
    .forUpdate()
    .executeTakeFirst()
  const held = await byId(tx, row.kind, row.serial).forUpdate().executeTakeFirstOrThrow()
  if (held.status !== 'onHold') return 'notOnHold'
  if (card?.status !== 'valid' || card.not_after < at) return 'cardNotValid'
  const others = await hangingOn(tx, 'phone-auth', card.serial)
  if (others.some(({ status }) => status === 'pending' || status === 'valid')) return 'phoneExists'
  const set = { status: 'valid', reason: null, revoked_at: null, revoked_by: null, giving_way: false } as const
  await record(tx, [await change(tx, held, set, { at, by })])
  return { ...held, ...set }
}

/** The lock on the counter lasts to the commit, so that a later number is never seen before an earlier one. */
async function record(tx: Tx, changed: readonly NewChange[]): Promise<void> {
  if (changed.length === 0) return
  const { sequence: last } = await tx
    .updateTable('last_status_change')
    .set({ sequence: sql<number>`sequence + ${changed.length}` })
    .returning('sequence')
    .executeTakeFirstOrThrow()
  const rows = changed.map((one, i) => ({ ...one, sequence: last - changed.length + 1 + i }))
  await tx.insertInto('status_change').values(rows).execute()
  for (const { kind, generation, municipality_code, sequence } of rows)
    await tx
      .updateTable('crl_partition')
      .set({ last_change: sequence })
      .where((where) => where.and({ kind, generation, municipality_code }))
      .execute()
}

/** Exactly once: the cursor and what follows from the change are committed together. */
export async function follow(tx: Tx, { sequence, residentId, event }: Change, at: Date): Promise<number | undefined> {
  const cursor = tx.updateTable('register_cursor').set({ sequence }).where('sequence', '<', sequence)
  if (!(await cursor.returning('sequence').executeTakeFirst())) return undefined
  await seenAll(tx, [residentId])
  await tx.updateTable('resident_seen').set({ sequence }).where('resident_id', '=', residentId).execute()
  const { kinds, reason } = ON_REGISTER_EVENT[event]
  if (kinds.length === 0) return 0
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
