// The answers that are signed ahead: one row for each living certificate, with or without a signature that still counts.
// A change of status takes the answer away in its own transaction, so that no good one outlives it here.

import { type Kysely, type Selectable, sql } from 'kysely'
import type { CertificateKind, RevocationReason } from '../contract.ts'
import type { Status } from '../model.ts'
import type { AuthorityTables, Tx } from '../store.ts'

export interface AnswerColumns {
  kind: CertificateKind
  serial: bigint
  generation: number
  /** Grows with each answer and each change: who writes one says which it comes after. */
  version: number
  /** When it is to be made anew; while somebody works at it, when others may take it up. */
  due_at: Date
  this_update: Date | null
  next_update: Date | null
  /** Serial number of the responder's certificate. */
  responder: bigint | null
  tbs: Uint8Array | null
  signature: Uint8Array | null
}
export type AnswerRow = Selectable<AnswerColumns>

/** A certificate whose answer is to be made. */
export interface DueAnswer {
  readonly kind: CertificateKind
  readonly serial: bigint
  readonly version: number
  readonly generation: number
  readonly notAfter: Date
  readonly status: Status
  readonly reason: RevocationReason | null
  readonly revokedAt: Date | null
}

export interface MadeAnswer {
  readonly kind: CertificateKind
  readonly serial: bigint
  /** Of the row that it was made from. */
  readonly version: number
  readonly generation: number
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly responder: bigint
  readonly tbs: Uint8Array
  readonly signature: Uint8Array
}

export type AnswerKey = Pick<AnswerRow, 'kind' | 'serial' | 'version'>

export interface AnswerStore {
  find(kind: CertificateKind, serial: bigint): Promise<AnswerRow | undefined>
  /** Takes up to `limit` answers that are due at `now`, those of changed certificates first, until `lease`. */
  claim(now: Date, lease: Date, limit: number): Promise<DueAnswer[]>
  /** The same of one certificate, without taking it from who works at it. */
  due(kind: CertificateKind, serial: bigint): Promise<DueAnswer | undefined>
  /** Stores those whose certificate did not change since; the rows as they are now. */
  keep(answers: readonly MadeAnswer[]): Promise<AnswerKey[]>
  /** They were put out: due again at `dueAt`. Whatever changed meanwhile is due at once, and comes after all others. */
  finish(answers: readonly AnswerKey[], dueAt: Date): Promise<void>
  /** Of certificates that have ended. */
  drop(answers: readonly Pick<AnswerRow, 'kind' | 'serial'>[]): Promise<void>
  /** How many there are, how many are due, and when the oldest that still counts ends. */
  count(now: Date): Promise<{ answers: number; due: number }>
}

/** Before every other time. */
export const AT_ONCE = new Date(0)
/** Of new certificates: after those that changed, before those that only get old. */
export const AT_NEXT = new Date(1000)

const keyed = (keys: readonly Pick<AnswerRow, 'kind' | 'serial'>[], kind: CertificateKind) =>
  keys.filter((one) => one.kind === kind).map(({ serial }) => serial)
const KINDS = ['auth', 'sign'] as const

export const answerStore = (db: Kysely<AuthorityTables>): AnswerStore => ({
  find: (kind, serial) =>
    db
      .selectFrom('ocsp_answer')
      .selectAll()
      .where((where) => where.and({ kind, serial }))
      .executeTakeFirst(),
  claim: async (now, lease, limit) => {
    const due = db
      .selectFrom('ocsp_answer')
      .select(['kind', 'serial'])
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .limit(limit)
      .forUpdate()
      .skipLocked()
    const taken = await db
      .with('due', () => due)
      .updateTable('ocsp_answer')
      .from(['due'])
      .set({ due_at: lease })
      .whereRef('ocsp_answer.kind', '=', 'due.kind')
      .whereRef('ocsp_answer.serial', '=', 'due.serial')
      .returning(['ocsp_answer.kind', 'ocsp_answer.serial', 'version'])
      .execute()
    return (await Promise.all(KINDS.map((kind) => withStatus(db, kind, taken)))).flat()
  },
  due: async (kind, serial) => {
    const row = db.selectFrom('ocsp_answer').select(['kind', 'serial', 'version'])
    const found = await row.where((where) => where.and({ kind, serial })).execute()
    return (await withStatus(db, kind, found))[0]
  },
  keep: async (answers) => {
    if (answers.length === 0) return []
    return db
      .insertInto('ocsp_answer')
      .values(
        answers.map(({ kind, serial, generation, version, thisUpdate, nextUpdate, responder, tbs, signature }) => ({
          kind,
          serial,
          generation,
          version,
          // Never stored: the row is there.
          due_at: AT_ONCE,
          this_update: thisUpdate,
          next_update: nextUpdate,
          responder,
          tbs,
          signature,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['kind', 'serial'])
          .doUpdateSet((set) => ({
            version: sql<number>`excluded.version + 1`,
            this_update: set.ref('excluded.this_update'),
            next_update: set.ref('excluded.next_update'),
            responder: set.ref('excluded.responder'),
            tbs: set.ref('excluded.tbs'),
            signature: set.ref('excluded.signature'),
          }))
          .whereRef('ocsp_answer.version', '=', 'excluded.version'),
      )
      .returning(['kind', 'serial', 'version'])
      .execute()
  },
  finish: async (answers, dueAt) => {
    for (const kind of KINDS) {
      const serials = keyed(answers, kind)
      if (serials.length === 0) continue
      const done = new Set(await finished(db, kind, answers, dueAt))
      const others = serials.filter((serial) => !done.has(serial))
      if (others.length > 0)
        await db
          .updateTable('ocsp_answer')
          .set({ due_at: AT_ONCE, version: sql<number>`version + 1` })
          .where('kind', '=', kind)
          .where('serial', 'in', others)
          .execute()
    }
  },
  drop: async (answers) => {
    for (const kind of KINDS) {
      const serials = keyed(answers, kind)
      if (serials.length > 0)
        await db.deleteFrom('ocsp_answer').where('kind', '=', kind).where('serial', 'in', serials).execute()
    }
  },
  count: async (now) => {
    const { answers, due } = await db
      .selectFrom('ocsp_answer')
      .select([
        sql<number>`count(*)::integer`.as('answers'),
        sql<number>`(count(*) filter (where due_at <= ${now}))::integer`.as('due'),
      ])
      .executeTakeFirstOrThrow()
    return { answers, due }
  },
})

async function withStatus(db: Kysely<AuthorityTables>, kind: CertificateKind, taken: readonly AnswerKey[]) {
  const serials = keyed(taken, kind)
  if (serials.length === 0) return []
  const versions = new Map(taken.filter((one) => one.kind === kind).map(({ serial, version }) => [serial, version]))
  const rows = await db
    .selectFrom('certificate')
    .select(['serial', 'generation', 'not_after', 'status', 'reason', 'revoked_at'])
    .where('kind', '=', kind)
    .where('serial', 'in', serials)
    .execute()
  return rows.map(
    (row): DueAnswer => ({
      kind,
      serial: row.serial,
      version: versions.get(row.serial)!,
      generation: row.generation,
      notAfter: row.not_after,
      status: row.status,
      reason: row.reason,
      revokedAt: row.revoked_at,
    }),
  )
}

async function finished(
  db: Kysely<AuthorityTables>,
  kind: CertificateKind,
  answers: readonly AnswerKey[],
  dueAt: Date,
): Promise<bigint[]> {
  const own = answers.filter((one) => one.kind === kind)
  const rows = await db
    .updateTable('ocsp_answer')
    .set({ due_at: dueAt })
    .where('kind', '=', kind)
    .where((where) =>
      where(
        where.refTuple('serial', 'version'),
        'in',
        own.map(({ serial, version }) => where.tuple(serial, version)),
      ),
    )
    .returning('serial')
    .execute()
  return rows.map(({ serial }) => serial)
}

/** In the transaction of a change of status. */
export async function withdrawAnswer(tx: Tx, kind: CertificateKind, serial: bigint): Promise<void> {
  await tx
    .updateTable('ocsp_answer')
    .set({ version: sql<number>`version + 1`, due_at: AT_ONCE, tbs: null, signature: null })
    .where((where) => where.and({ kind, serial }))
    .execute()
}
