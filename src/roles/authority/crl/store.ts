// CRL partitions: one per kind, generation of the CA and issuing municipality. The number of the partition's last change says whether the
// stored CRL is whole, so that a CRL can be signed outside of any transaction and a change meanwhile is not lost.

import { type Kysely, sql } from 'kysely'
import type { CertificateKind, RevocationReason } from '../contract.ts'
import type { AuthorityTables } from '../store.ts'

export interface PartitionRow {
  kind: CertificateKind
  generation: number
  municipality_code: string
  prefecture_romaji: string
  municipality_romaji: string
  /** Sequence of the last status change in this partition, and up to which the stored CRL is sure to contain them. */
  last_change: number
  included: number
  /** cRLNumber of the stored CRL; 0 before the first. */
  number: number
  /** cRLNumber of the last CRL that was put out, and how often one was. */
  published: number
  put_out: number
  this_update: Date | null
  crl: Uint8Array | null
  /** The delta CRL of the same number, and the complete one that it is to be laid upon. RFC 5280 §5.2.4. */
  delta: Uint8Array | null
  base_number: number
  base_change: number
  /** The complete CRL that becomes the base when it is a day old. */
  next_base_number: number
  next_base_change: number
  next_base_at: Date | null
}

export interface PartitionKey {
  readonly kind: CertificateKind
  readonly generation: number
  readonly municipalityCode: string
}

export interface RevokedRow {
  readonly serial: bigint
  readonly revokedAt: Date
  readonly reason: RevocationReason
}

/** A certificate whose status changed since the base; without a reason it is valid again. */
export interface ChangedRow {
  readonly serial: bigint
  readonly at: Date
  readonly reason: RevocationReason | undefined
}

export type NewCrl = Pick<PartitionRow, 'crl' | 'delta' | 'this_update' | 'included'> & Base
type Base = Pick<PartitionRow, 'base_number' | 'base_change' | 'next_base_number' | 'next_base_change' | 'next_base_at'>

export interface CrlStore {
  partition(key: PartitionKey): Promise<PartitionRow | undefined>
  /** Partitions whose CRL lacks a change, was made outside of these times, or was not put out. */
  due(times: { readonly after: Date; readonly until: Date }): Promise<PartitionKey[]>
  /** Revoked or held, and not expired before `since`: RFC 5280 §3.3 wants each on one CRL after its expiry too. In pages. */
  revoked(key: PartitionKey, since: Date): AsyncIterable<readonly RevokedRow[]>
  /** What changed after this sequence number, each certificate once, as it is now. */
  changedSince(key: PartitionKey, sequence: number): Promise<ChangedRow[]>
  /** Stores the CRL as successor of `number`; false when another process was faster. */
  succeed(key: PartitionKey, number: number, next: NewCrl): Promise<boolean>
  /**
   * The CRL of this row was put out. False when another process put one out since the row was read: then nobody knows
   * whose came last, and it must be done again.
   */
  markPublished(key: PartitionKey, row: Pick<PartitionRow, 'number' | 'put_out'>): Promise<boolean>
}

const PAGE = 20_000

const at = ({ kind, generation, municipalityCode }: PartitionKey) => ({
  kind,
  generation,
  municipality_code: municipalityCode,
})

export const crlStore = (db: Kysely<AuthorityTables>): CrlStore => ({
  partition: (key) =>
    db
      .selectFrom('crl_partition')
      .selectAll()
      .where((where) => where.and(at(key)))
      .executeTakeFirst(),
  due: ({ after, until }) =>
    db
      .selectFrom('crl_partition')
      .select(['kind', 'generation', 'municipality_code as municipalityCode'])
      .where((where) =>
        where.or([
          where('included', '<', where.ref('last_change')),
          where('published', '<', where.ref('number')),
          where('this_update', 'is', null),
          where('this_update', '<=', after),
          where('this_update', '>', until),
        ]),
      )
      .orderBy('kind')
      .orderBy('generation')
      .orderBy('municipality_code')
      .execute(),
  revoked: async function* (key, since) {
    for (let last = -1n; ; ) {
      const rows = await revokedAfter(db, key, since, last)
      if (rows.length > 0) yield rows
      if (rows.length < PAGE) return
      last = rows.at(-1)!.serial
    }
  },
  changedSince: async (key, sequence) => {
    const changed = db
      .selectFrom('status_change')
      .select('serial')
      .where((where) => where.and(at(key)))
      .where('sequence', '>', sequence)
    const rows = await db
      .selectFrom('certificate')
      .select(['serial', 'status', 'reason', 'revoked_at', 'not_before'])
      .where('kind', '=', key.kind)
      .where('serial', 'in', changed)
      .where('certificate', 'is not', null)
      .orderBy('serial')
      .execute()
    return rows.map(({ serial, reason, revoked_at, not_before }) => ({
      serial,
      at: revoked_at ?? not_before,
      reason: reason ?? undefined,
    }))
  },
  succeed: async (key, number, next) => {
    const row = await db
      .updateTable('crl_partition')
      .set({ ...next, number: number + 1 })
      .where((where) => where.and({ ...at(key), number }))
      .returning('number')
      .executeTakeFirst()
    return row !== undefined
  },
  markPublished: async (key, { number, put_out }) => {
    const row = await db
      .updateTable('crl_partition')
      .set({ published: number, put_out: sql<number>`put_out + 1` })
      .where((where) => where.and({ ...at(key), put_out }))
      .returning('number')
      .executeTakeFirst()
    return row !== undefined
  },
})

async function revokedAfter(db: Kysely<AuthorityTables>, key: PartitionKey, since: Date, serial: bigint) {
  const rows = await db
    .selectFrom('certificate')
    .select(['serial', 'revoked_at', 'reason'])
    .where((where) => where.and(at(key)))
    .where('status', 'in', ['revoked', 'onHold'])
    .where('certificate', 'is not', null)
    .where('not_after', '>=', since)
    .where('serial', '>', serial)
    .orderBy('serial')
    .limit(PAGE)
    .execute()
  return rows.map(({ serial, revoked_at, reason }) => ({ serial, revokedAt: revoked_at!, reason: reason! }))
}
