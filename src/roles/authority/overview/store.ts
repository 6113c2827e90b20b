// The numbers of the overview, each from its table. Counting all certificates reads the whole register: for operators,
// who look now and then, not for a page that reloads itself.

import { type Kysely, sql } from 'kysely'
import type { CertificateKind } from '../contract.ts'
import { FILTER_LIFE_MS, type Status } from '../model.ts'
import type { AuthorityTables } from '../store.ts'

const HOLDERS = ['card', 'phone'] as const
const JAPAN_DAY = (column: string) => sql<string>`to_char(${sql.ref(column)} at time zone 'Asia/Tokyo', 'YYYY-MM-DD')`
type HolderMedium = (typeof HOLDERS)[number]

interface DayCount {
  readonly day: string
  readonly kind: CertificateKind
  readonly medium: HolderMedium
  readonly count: number
}

export type OverviewStore = ReturnType<typeof overviewStore>

export const overviewStore = (db: Kysely<AuthorityTables>) => ({
  certificates: async () => {
    const rows = await db
      .selectFrom('certificate')
      .select(['kind', 'medium', 'status', sql<string>`count(*)`.as('count')])
      .where('medium', 'in', HOLDERS)
      .groupBy(['kind', 'medium', 'status'])
      .orderBy('kind')
      .orderBy('medium')
      .orderBy('status')
      .execute()
    return rows.map((row) => ({
      kind: row.kind,
      medium: row.medium as HolderMedium,
      status: row.status as Status,
      count: Number(row.count),
    }))
  },
  phones: (after: bigint, limit: number) =>
    db
      .selectFrom('certificate')
      .select(['serial', 'status', 'card_auth_serial', 'municipality_code', 'giving_way', 'not_after'])
      .where('kind', '=', 'auth')
      .where('medium', '=', 'phone')
      .where('status', 'in', ['valid', 'onHold'])
      .where('serial', '>', after)
      .orderBy('serial')
      .limit(limit)
      .execute(),
  pendingSince: async (): Promise<Date | null> => {
    const pending = db.selectFrom('certificate').select(sql<Date | null>`min(not_before)`.as('since'))
    const row = await pending.where('status', '=', 'pending').where('medium', 'in', HOLDERS).executeTakeFirst()
    return row?.since ?? null
  },
  issued: async (since: Date): Promise<DayCount[]> => {
    const rows = await db
      .selectFrom('certificate')
      .select([JAPAN_DAY('not_before').as('day'), 'kind', 'medium', sql<string>`count(*)`.as('count')])
      .where('medium', 'in', HOLDERS)
      .where('certificate', 'is not', null)
      .where('not_before', '>=', since)
      .groupBy(['day', 'kind', 'medium'])
      .execute()
    return rows.map((row) => ({ ...row, medium: row.medium as HolderMedium, count: Number(row.count) }))
  },
  stopped: async (since: Date): Promise<DayCount[]> => {
    const rows = await db
      .selectFrom('status_change')
      .innerJoin('certificate', (join) =>
        join
          .onRef('certificate.kind', '=', 'status_change.kind')
          .onRef('certificate.serial', '=', 'status_change.serial'),
      )
      .select([JAPAN_DAY('at').as('day'), 'status_change.kind', 'medium', sql<string>`count(*)`.as('count')])
      .where('status_change.status', 'in', ['revoked', 'onHold'])
      .where('at', '>=', since)
      .groupBy(['day', 'status_change.kind', 'medium'])
      .execute()
    return rows.map((row) => ({ ...row, medium: row.medium as HolderMedium, count: Number(row.count) }))
  },
  answers: async (now: Date) => {
    const row = await db
      .selectFrom('ocsp_answer')
      .select([
        sql<string>`count(*)`.as('kept'),
        sql<string>`count(*) filter (where due_at <= ${now})`.as('due'),
        sql<string>`count(*) filter (where next_update < ${now})`.as('stale'),
        sql<Date | null>`min(next_update)`.as('oldest'),
      ])
      .executeTakeFirstOrThrow()
    return {
      kept: Number(row.kept),
      due: Number(row.due),
      stale: Number(row.stale),
      oldestNextUpdate: row.oldest,
    }
  },
  lists: async (staleBefore: Date) => {
    const row = await db
      .selectFrom('crl_partition')
      .select([
        sql<string>`count(*)`.as('kept'),
        sql<string>`count(*) filter (where last_change > included)`.as('behind'),
        sql<string>`count(*) filter (where this_update < ${staleBefore})`.as('stale'),
        sql<Date | null>`min(this_update)`.as('oldest'),
      ])
      .executeTakeFirstOrThrow()
    return {
      kept: Number(row.kept),
      behind: Number(row.behind),
      stale: Number(row.stale),
      oldestThisUpdate: row.oldest,
    }
  },
  filters: async () => {
    const { sequence } = await db.selectFrom('last_status_change').select('sequence').executeTakeFirstOrThrow()
    const rows = await db
      .selectFrom('revocation_filter')
      .select(['kind', 'number', 'made_at', 'included'])
      .orderBy('kind')
      .execute()
    return rows.map((row) => ({
      kind: row.kind,
      number: row.number,
      madeAt: row.made_at,
      until: new Date(row.made_at.getTime() + FILTER_LIFE_MS),
      behind: sequence - row.included,
    }))
  },
  changesOf: (kind: CertificateKind, serial: bigint) =>
    db
      .selectFrom('status_change')
      .select(['at', 'status', 'reason', 'by'])
      .where((where) => where.and({ kind, serial }))
      .orderBy('sequence')
      .execute(),
})
