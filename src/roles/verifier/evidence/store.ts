// Evidence as it is kept, and as it is sealed: numbered for each tenant, each line with the digest of the one before. Kept with
// what it speaks of, in one statement; sealed soon after, in batches, so that no login waits for another's.

import { type Insertable, type Kysely, sql } from 'kysely'
import { given } from '../../../adapters/database/given.ts'
import type { Asked } from '../../../adapters/database/statement.ts'
import type { ServiceTables } from '../services/store.ts'

export const evidenceMigrations = {
  '032-evidence': `
    create table evidence (
      evidence_id bigint generated always as identity primary key, client_id text, tenant_id text,
      at timestamptz not null, record text not null, number bigint, line text, sealed_at timestamptz);
    create index evidence_unsealed on evidence (evidence_id) where number is null;
    create unique index evidence_number on evidence (tenant_id, number) where number is not null;
    create index evidence_at on evidence (tenant_id, at) where number is not null;
    create index evidence_sealed on evidence (sealed_at) where number is not null;
    create table evidence_head (tenant_id text primary key, number bigint not null, chain text not null);`,
} as const

export interface EvidenceTables {
  evidence: {
    evidence_id?: bigint
    client_id: string | null
    tenant_id: string | null
    at: Date
    /** JSON; empty once it is sealed into its line. */
    record: string
    number?: bigint | null
    line?: string | null
    sealed_at?: Date | null
  }
  evidence_head: { tenant_id: string; number: bigint; chain: string }
  status_seen: { kind: string; at: Date }
  tenant_service: ServiceTables['tenant_service']
}

/** A service that has no tenant is the platform's own. */
export const OWN = 'platform'
export const NOTHING_BEFORE = '0'.repeat(64)

export interface Unsealed {
  readonly id: bigint
  readonly clientId: string | null
  readonly tenantId: string
  readonly at: Date
  readonly record: string
}
export interface Sealed {
  readonly id: bigint
  readonly tenantId: string
  readonly number: bigint
  readonly line: string
}
export interface Head {
  readonly number: number
  readonly chain: string
}
export interface Span {
  readonly tenantId: string
  readonly from: Date
  readonly to: Date
}

export const evidenceRow = (clientId: string, at: Date, record: object) => ({
  ...{ client_id: clientId, tenant_id: null, at, record: JSON.stringify(record) },
})

/** With what it speaks of, in the same transaction. */
export async function keepIn(tx: unknown, rows: readonly Insertable<EvidenceTables['evidence']>[]): Promise<void> {
  if (rows.length > 0)
    await (tx as Kysely<EvidenceTables>)
      .insertInto('evidence')
      .values([...rows])
      .execute()
}

const KEPT = { client_id: 'text', tenant_id: 'text', at: 'timestamptz', record: 'text' } as const
type Kept = ReturnType<typeof evidenceRow>

/** In the statement that follows. */
export const beside = <T>(db: Kysely<T>, rows: Asked<readonly Kept[]>): Kysely<T> =>
  (db as unknown as Kysely<EvidenceTables>).with('kept', (inner) =>
    inner
      .insertInto('evidence')
      .columns(['client_id', 'tenant_id', 'at', 'record'])
      .expression((eb) => eb.selectFrom(given<Kept>(KEPT, rows)).select(['client_id', 'tenant_id', 'at', 'record'])),
  ) as never

type OfService = { readonly client_id: string }

export const keepEach = <T extends OfService>(tx: unknown, at: Date, rows: readonly T[], record: (row: T) => object) =>
  keepIn(
    tx,
    rows.map((row) => evidenceRow(row.client_id, at, record(row))),
  )

/** What became of events, and the evidence of it: both or neither. How many there were. */
export const withEvidence = <T>(
  db: Kysely<T>,
  { at, ...became }: { readonly at: Date; readonly outcome: string; readonly reason?: string },
  change: (tx: Kysely<T>) => Promise<(OfService & { readonly jti: string; readonly type: string })[]>,
): Promise<number> =>
  db.transaction().execute(async (tx) => {
    const rows = await change(tx)
    await keepEach(tx, at, rows, ({ jti, type }) => ({ kind: 'delivery', event: jti, type, ...became }))
    return rows.length
  })

const AT_ONCE = 500

export const evidenceStore = (all: unknown) => {
  const db = all as Kysely<EvidenceTables>
  return { ...keeping(db), ...reading(db) }
}

const keeping = (db: Kysely<EvidenceTables>) => ({
  async keep(clientId: string, at: Date, record: object): Promise<void> {
    await db
      .insertInto('evidence')
      .values(evidenceRow(clientId, at, record))
      .execute()
  },

  /** One batch: `seal` makes lines of what is kept of one tenant, upon its head. False when nothing waits. */
  async sealSome(
    now: Date,
    seal: (head: Head, rows: readonly Unsealed[]) => { readonly head: Head; readonly sealed: readonly Sealed[] },
    seen: (rows: readonly Unsealed[]) => Date | undefined,
  ): Promise<boolean> {
    return db.transaction().execute(async (tx) => {
      const rows = await unsealed(tx)
      const all: Sealed[] = []
      // In one order, so that two who seal never wait for each other in a circle.
      for (const tenantId of [...new Set(rows.map((row) => row.tenantId))].sort()) {
        const own = rows.filter((row) => row.tenantId === tenantId)
        const { head, sealed } = seal(await lockedHead(tx, tenantId), own)
        all.push(...sealed)
        const moved = { number: BigInt(head.number), chain: head.chain }
        await tx.updateTable('evidence_head').set(moved).where('tenant_id', '=', tenantId).execute()
      }
      if (all.length > 0) await saveSealed(tx, all, now)
      const newest = seen(rows)
      if (newest) await saveSeen(tx, newest)
      return rows.length > 0
    })
  },
})

async function unsealed(tx: Kysely<EvidenceTables>): Promise<Unsealed[]> {
  const rows = await tx
    .selectFrom('evidence as e')
    .select(['e.evidence_id', 'e.client_id', 'e.at', 'e.record'])
    .select((eb) =>
      eb.fn
        .coalesce(
          'e.tenant_id',
          eb.selectFrom('tenant_service as s').select('s.tenant_id').whereRef('s.client_id', '=', 'e.client_id'),
          sql<string>`${OWN}::text`,
        )
        .as('tenant'),
    )
    .where('e.number', 'is', null)
    .orderBy('e.evidence_id')
    .limit(AT_ONCE)
    .forUpdate('e')
    .skipLocked()
    .execute()
  return rows.map(({ evidence_id, client_id: clientId, tenant, at, record }) => ({
    ...{ id: evidence_id!, clientId, tenantId: tenant!, at, record },
  }))
}

async function lockedHead(tx: Kysely<EvidenceTables>, tenantId: string): Promise<Head> {
  const { number, chain } = await tx
    .insertInto('evidence_head')
    .values({ tenant_id: tenantId, number: 0n, chain: NOTHING_BEFORE })
    .onConflict((there) => there.column('tenant_id').doUpdateSet({ tenant_id: tenantId }))
    .returning(['number', 'chain'])
    .executeTakeFirstOrThrow()
  return { number: Number(number), chain }
}

async function saveSealed(tx: Kysely<EvidenceTables>, all: readonly Sealed[], now: Date): Promise<void> {
  await tx
    .updateTable('evidence as kept')
    .from(given<Sealed>({ id: 'bigint', tenantId: 'text', number: 'bigint', line: 'text' }, all))
    .set((eb) => ({
      ...{ tenant_id: eb.ref('given.tenantId'), number: eb.ref('given.number'), line: eb.ref('given.line') },
      ...{ record: '', sealed_at: now },
    }))
    .whereRef('kept.evidence_id', '=', 'given.id')
    .execute()
}

async function saveSeen(tx: Kysely<EvidenceTables>, at: Date): Promise<void> {
  await tx
    .insertInto('status_seen')
    .values({ kind: 'ocsp', at })
    .onConflict((there) => there.column('kind').doUpdateSet({ at: sql`greatest(status_seen.at, excluded.at)` }))
    .execute()
}

const PAGE = 1000

const reading = (db: Kysely<EvidenceTables>) => {
  const sealed = (tenantId: string) =>
    db.selectFrom('evidence').where('tenant_id', '=', tenantId).where('number', 'is not', null)
  return {
    /** The numbers between which all lines of the span are; a line in between may be some moments outside of it. */
    async numbers({
      tenantId,
      from,
      to,
    }: Span): Promise<{ readonly first: number; readonly last: number } | undefined> {
      const { first, last } = await sealed(tenantId)
        .select(({ fn }) => [fn.min('number').as('first'), fn.max('number').as('last')])
        .where('at', '>=', from)
        .where('at', '<', to)
        .executeTakeFirstOrThrow()
      return first === null || last === null ? undefined : { first: Number(first), last: Number(last) }
    },

    async lines(
      tenantId: string,
      after: number,
      last: number,
    ): Promise<{ readonly number: number; readonly line: string }[]> {
      const rows = await sealed(tenantId)
        .select(['number', 'line'])
        .where('number', '>', BigInt(after))
        .where('number', '<=', BigInt(last))
        .orderBy('number')
        .limit(PAGE)
        .execute()
      return rows.map(({ number, line }) => ({ number: Number(number), line: line! }))
    },

    async head(tenantId: string): Promise<Head> {
      const row = await db.selectFrom('evidence_head').selectAll().where('tenant_id', '=', tenantId).executeTakeFirst()
      return row ? { number: Number(row.number), chain: row.chain } : { number: 0, chain: NOTHING_BEFORE }
    },
  }
}
