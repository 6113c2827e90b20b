// CRL partitions: one per kind and issuing municipality. A counter of revocations says whether the stored CRL is whole,
// so that a CRL can be signed outside of any transaction and a revocation that happens meanwhile is not lost.

import { type Kysely, sql, type Transaction } from 'kysely'
import type { CertificateKind, RevocationReason } from '../contract.ts'
import type { AuthorityTables } from '../store.ts'

export interface PartitionRow {
  kind: CertificateKind
  generation: number
  municipality_code: string
  prefecture_romaji: string
  municipality_romaji: string
  /** How many revocations this partition has seen, and how many of them the stored CRL is sure to contain. */
  revocations: number
  included: number
  /** cRLNumber of the stored CRL; 0 before the first. */
  number: number
  /** cRLNumber of the last CRL that was put out. */
  published: number
  this_update: Date | null
  crl: Uint8Array | null
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

export interface NewCrl {
  readonly crl: Uint8Array
  readonly thisUpdate: Date
  readonly included: number
}

export interface CrlStore {
  partition(key: PartitionKey): Promise<PartitionRow | undefined>
  /** Partitions whose CRL lacks a revocation, was made outside of these times, or was not put out. */
  due(times: { readonly after: Date; readonly until: Date }): Promise<PartitionKey[]>
  /** Revoked or held, and not expired before `since`: RFC 5280 §3.3 wants each on one CRL after its expiry too. */
  revoked(key: PartitionKey, since: Date): Promise<RevokedRow[]>
  /** Stores the CRL as successor of `number`; false when another process was faster. */
  succeed(key: PartitionKey, number: number, next: NewCrl): Promise<boolean>
  markPublished(key: PartitionKey, number: number): Promise<void>
}

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
          where('included', '<', where.ref('revocations')),
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
  revoked: async (key, since) => {
    const rows = await db
      .selectFrom('certificate')
      .select(['serial', 'revoked_at', 'reason'])
      .where((where) => where.and(at(key)))
      .where('status', 'in', ['revoked', 'onHold'])
      .where('certificate', 'is not', null)
      .where('not_after', '>=', since)
      .orderBy('serial')
      .execute()
    return rows.map(({ serial, revoked_at, reason }) => ({ serial, revokedAt: revoked_at!, reason: reason! }))
  },
  succeed: async (key, number, { crl, thisUpdate, included }) => {
    const row = await db
      .updateTable('crl_partition')
      .set({ crl, this_update: thisUpdate, included, number: number + 1 })
      .where((where) => where.and({ ...at(key), number }))
      .returning('number')
      .executeTakeFirst()
    return row !== undefined
  },
  markPublished: async (key, number) => {
    await db
      .updateTable('crl_partition')
      .set({ published: number })
      .where((where) => where.and(at(key)))
      .where('published', '<', number)
      .execute()
  },
})

/** In the transaction of a revocation: the stored CRL of this certificate is no longer whole. */
export async function countRevocation(tx: Transaction<AuthorityTables>, key: PartitionKey): Promise<void> {
  await tx
    .updateTable('crl_partition')
    .set({ revocations: sql<number>`revocations + 1` })
    .where((where) => where.and(at(key)))
    .execute()
}
