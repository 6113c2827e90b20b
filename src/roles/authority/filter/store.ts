// The revocation filter of each authority as it was last made, and what it is made of: every living certificate once.

import { type Kysely, type Selectable, sql } from 'kysely'
import type { CertificateKind } from '../contract.ts'
import type { AuthorityTables } from '../store.ts'

export interface FilterColumns {
  kind: CertificateKind
  /** Of the last filter or delta. */
  number: number
  /** Up to which change of status the delta is sure to contain them. */
  included: number
  made_at: Date
  delta: Uint8Array
  /** Of the whole filter that the delta is upon. */
  base_number: number
  base_change: number
  base_at: Date
  base_until: Date
  filter: Uint8Array
  /** Number of the last one that was put out, and how often one was. */
  published: number
  put_out: number
}
export type FilterRow = Selectable<FilterColumns>
export type NewFilter = Omit<FilterRow, 'published' | 'put_out'>

export interface Listed {
  readonly serial: bigint
  readonly revoked: boolean
}

export interface FilterStore {
  find(kind: CertificateKind): Promise<FilterRow | undefined>
  /** Every certificate of this time that has not ended, signed or not, as it is now; in pages. */
  issued(kind: CertificateKind, until: Date, now: Date): AsyncIterable<readonly Listed[]>
  /** Revoked or on hold, of the same. */
  revoked(kind: CertificateKind, until: Date, now: Date): Promise<bigint[]>
  /** About how many certificates there are: decides about size and nothing else. */
  count(kind: CertificateKind): Promise<number>
  /** Whose status changed after this number, each once, as it is now. */
  changedSince(kind: CertificateKind, sequence: number): Promise<Listed[]>
  /** Stores it as successor of `number` (0: the first); false when another process was faster. */
  succeed(number: number, next: NewFilter): Promise<boolean>
  markPublished(row: FilterRow): Promise<boolean>
}

const PAGE = 50_000
const isRevoked = (status: string) => status === 'revoked' || status === 'onHold'

export const filterStore = (db: Kysely<AuthorityTables>): FilterStore => {
  const living = (kind: CertificateKind, until: Date, now: Date) =>
    db
      .selectFrom('certificate')
      .select('serial')
      .where('kind', '=', kind)
      .where('medium', 'in', ['card', 'phone'])
      .where('not_before', '<=', until)
      .where('not_after', '>=', now)
  return {
    find: (kind) => db.selectFrom('revocation_filter').selectAll().where('kind', '=', kind).executeTakeFirst(),
    issued: async function* (kind, until, now) {
      for (let last = -1n; ; ) {
        const rows = await living(kind, until, now)
          .select('status')
          .where('serial', '>', last)
          .orderBy('serial')
          .limit(PAGE)
          .execute()
        yield rows.map(({ serial, status }) => ({ serial, revoked: isRevoked(status) }))
        if (rows.length < PAGE) return
        last = rows.at(-1)!.serial
      }
    },
    revoked: async (kind, until, now) => {
      const rows = await living(kind, until, now).where('status', 'in', ['revoked', 'onHold']).execute()
      return rows.map(({ serial }) => serial)
    },
    count: async (kind) => {
      const row = await db
        .selectFrom('certificate')
        .select(sql<number>`count(*)::integer`.as('count'))
        .where('kind', '=', kind)
        .executeTakeFirstOrThrow()
      return row.count
    },
    changedSince: async (kind, sequence) => {
      const rows = await db
        .selectFrom('certificate')
        .select(['serial', 'status'])
        .where('kind', '=', kind)
        .where('serial', 'in', (from) =>
          from.selectFrom('status_change').select('serial').where('kind', '=', kind).where('sequence', '>', sequence),
        )
        .execute()
      return rows.map(({ serial, status }) => ({ serial, revoked: isRevoked(status) }))
    },
    succeed: async (number, next) => {
      const row = await db
        .insertInto('revocation_filter')
        .values({ ...next, published: 0, put_out: 0 })
        .onConflict((conflict) =>
          conflict.column('kind').doUpdateSet(next).where('revocation_filter.number', '=', number),
        )
        .returning('number')
        .executeTakeFirst()
      return row !== undefined
    },
    markPublished: async ({ kind, number, put_out }) => {
      const row = await db
        .updateTable('revocation_filter')
        .set({ published: number, put_out: sql<number>`put_out + 1` })
        .where((where) => where.and({ kind, put_out }))
        .returning('number')
        .executeTakeFirst()
      return row !== undefined
    },
  }
}
