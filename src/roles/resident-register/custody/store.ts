// The records of custody. Each one stays; the newest of a child and a parent says what is.

import { type Generated, type Kysely, type Selectable, sql } from 'kysely'
import type { Resident } from '../contract.ts'
import type { CustodyGround, CustodyKind } from './model.ts'

interface CustodyRow {
  custody_id: Generated<number>
  child_id: string
  parent_id: string
  kind: CustodyKind
  ended: boolean
  /** Null in a first entry, and in records from before this was kept. */
  ground: CustodyGround | null
  at: Date
  recorded_by: string | null
}

export interface CustodyTables {
  custody: CustodyRow
  resident: { resident_id: string; name: string; birth_date: string; status: Resident['status'] }
}

export const custodyMigrations = {
  '003-custody': `
    create table custody (
      custody_id integer generated always as identity primary key,
      child_id text not null references resident, parent_id text not null references resident,
      ended boolean not null, at timestamptz not null, recorded_by text);
    create index custody_child on custody (child_id, parent_id, custody_id);
  `,
  '004-grounds-of-custody': `
    alter table custody add column kind text not null default 'parent', add column ground text;
    create index custody_parent on custody (parent_id);
  `,
} as const

export interface CustodyRecord {
  readonly childId: string
  readonly parentId: string
  readonly kind: CustodyKind
  readonly ended: boolean
  readonly ground: CustodyGround | null
  readonly at: Date
  readonly by: string | null
}

interface Person {
  readonly name: string
  readonly birthDate: string
  readonly status: Resident['status']
}

export interface PastCustody extends CustodyRecord {
  readonly child: Person
  readonly parent: Person
  /** The newest of this child and this parent. */
  readonly last: boolean
}

export interface CustodyStore {
  /** The record that `decide` makes of those of this child, which are locked until it is written; null for none. */
  recordCustody(childId: string, decide: (of: readonly PastCustody[]) => CustodyRecord | null): Promise<void>
  /** Of a child or a parent: the newest first. */
  custodyRecords(residentId: string): Promise<PastCustody[]>
}

export const custodyStore = (db: Kysely<CustodyTables>): CustodyStore => ({
  recordCustody: (childId, decide) =>
    db.transaction().execute(async (tx) => {
      await tx.selectFrom('resident').select('resident_id').where('resident_id', '=', childId).forUpdate().execute()
      const record = decide(await recordsOf(tx, 'c.child_id', childId))
      if (!record) return
      const { parentId, kind, ended, ground, at, by } = record
      const row = { child_id: childId, parent_id: parentId, kind, ended, ground, at, recorded_by: by }
      await tx.insertInto('custody').values(row).execute()
    }),
  custodyRecords: async (residentId) => {
    const [asChild, asParent] = [
      await recordsOf(db, 'c.child_id', residentId),
      await recordsOf(db, 'c.parent_id', residentId),
    ]
    return [...asChild, ...asParent]
  },
})

async function recordsOf(
  db: Kysely<CustodyTables>,
  column: 'c.child_id' | 'c.parent_id',
  residentId: string,
): Promise<PastCustody[]> {
  const rows = await db
    .selectFrom('custody as c')
    .innerJoin('resident as child', 'child.resident_id', 'c.child_id')
    .innerJoin('resident as parent', 'parent.resident_id', 'c.parent_id')
    .selectAll('c')
    .select(['child.name as child_name', 'child.birth_date as child_born', 'child.status as child_status'])
    .select(['parent.name as parent_name', 'parent.birth_date as parent_born', 'parent.status as parent_status'])
    .select(sql<boolean>`c.custody_id = max(c.custody_id) over (partition by c.child_id, c.parent_id)`.as('last'))
    .where(column, '=', residentId)
    .orderBy('c.custody_id', 'desc')
    .execute()
  return rows.map((row) => ({
    ...recordOf(row),
    child: { name: row.child_name, birthDate: row.child_born, status: row.child_status },
    parent: { name: row.parent_name, birthDate: row.parent_born, status: row.parent_status },
    last: row.last,
  }))
}

const recordOf = (row: Selectable<CustodyRow>): CustodyRecord => ({
  ...{ childId: row.child_id, parentId: row.parent_id, kind: row.kind, ended: row.ended },
  ...{ ground: row.ground, at: row.at, by: row.recorded_by },
})
