// The register's records: residents and their events. Sequence numbers are dense and in the order of commit,
// because a follower keeps only the last one that it saw.

import { type Kysely, sql, type Transaction } from 'kysely'
import type { RegisterEvent, Resident } from './contract.ts'

interface ResidentRow {
  resident_id: string
  name: string
  address: string
  birth_date: string
  gender: Resident['fourInfo']['gender']
  municipality_code: string
  municipality_name: string
  prefecture_romaji: string
  municipality_romaji: string
  status: Resident['status']
  /** SHA-256 of the record as it was first entered: tells the same entry from another. */
  entered: Uint8Array
  /** Sequence number of the resident's last event, 0 before the first. */
  sequence: number
}

interface ChangeRow {
  sequence: number
  resident_id: string
  event: RegisterEvent
  at: Date
}

export interface ResidentRegisterTables {
  resident: ResidentRow
  change: ChangeRow
  last_sequence: { id: number; sequence: number }
}

export const residentRegisterMigrations: Record<string, string> = {
  '001-residents': `
    create table resident (
      resident_id text primary key,
      name text not null,
      address text not null,
      birth_date text not null,
      gender text not null,
      municipality_code text not null,
      municipality_name text not null,
      prefecture_romaji text not null,
      municipality_romaji text not null,
      status text not null,
      entered bytea not null,
      sequence integer not null
    );
    create table change (
      sequence integer primary key,
      resident_id text not null references resident,
      event text not null,
      at timestamptz not null
    );
    create table last_sequence (id integer primary key check (id = 1), sequence integer not null);
    insert into last_sequence values (1, 0);
  `,
}

export type FoundResident = Resident & { readonly sequence: number }

export interface NewChange {
  readonly event: RegisterEvent
  readonly at: Date
  readonly after: Resident
}

export interface ResidentRegisterStore {
  /** False when the id is taken. */
  enter(resident: Resident, entered: Uint8Array): Promise<boolean>
  enteredAs(residentId: string): Promise<Uint8Array | undefined>
  find(residentId: string): Promise<FoundResident | undefined>
  /**
   * Records what `decide` makes of the resident as locked; undefined when nobody has this id.
   * A refusal thrown by `decide` leaves nothing behind.
   */
  change(residentId: string, decide: (before: Resident) => NewChange): Promise<ChangeRow | undefined>
  changesSince(sequence: number, limit: number): Promise<ChangeRow[]>
}

export const residentRegisterStore = (db: Kysely<ResidentRegisterTables>): ResidentRegisterStore => ({
  enter: async (resident, entered) => {
    const inserted = await db
      .insertInto('resident')
      .values({ resident_id: resident.residentId, ...columns(resident), entered, sequence: 0 })
      .onConflict((conflict) => conflict.column('resident_id').doNothing())
      .returning('resident_id')
      .executeTakeFirst()
    return inserted !== undefined
  },
  enteredAs: async (residentId) =>
    (await db.selectFrom('resident').select('entered').where('resident_id', '=', residentId).executeTakeFirst())
      ?.entered,
  find: async (residentId) => {
    const row = await db.selectFrom('resident').selectAll().where('resident_id', '=', residentId).executeTakeFirst()
    return row && { ...residentOf(row), sequence: row.sequence }
  },
  change: (residentId, decide) =>
    db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('resident')
        .selectAll()
        .where('resident_id', '=', residentId)
        .forUpdate()
        .executeTakeFirst()
      return row && record(tx, row, decide(residentOf(row)))
    }),
  changesSince: (sequence, limit) =>
    db.selectFrom('change').selectAll().where('sequence', '>', sequence).orderBy('sequence').limit(limit).execute(),
})

async function record(
  tx: Transaction<ResidentRegisterTables>,
  { resident_id }: ResidentRow,
  { event, at, after }: NewChange,
): Promise<ChangeRow> {
  // The counter's row lock lasts to the commit: a later number can never be seen before an earlier one.
  const { sequence } = await tx
    .updateTable('last_sequence')
    .set({ sequence: sql<number>`sequence + 1` })
    .returning('sequence')
    .executeTakeFirstOrThrow()
  const change = { sequence, resident_id, event, at }
  await tx.insertInto('change').values(change).execute()
  await tx
    .updateTable('resident')
    .set({ ...columns(after), sequence })
    .where('resident_id', '=', resident_id)
    .execute()
  return change
}

const columns = ({ fourInfo, municipality, status }: Resident) => ({
  name: fourInfo.name,
  address: fourInfo.address,
  birth_date: fourInfo.birthDate,
  gender: fourInfo.gender,
  municipality_code: municipality.code,
  municipality_name: municipality.name,
  prefecture_romaji: municipality.prefectureRomaji,
  municipality_romaji: municipality.municipalityRomaji,
  status,
})

const residentOf = (row: ResidentRow): Resident => ({
  residentId: row.resident_id,
  fourInfo: { name: row.name, address: row.address, birthDate: row.birth_date, gender: row.gender },
  municipality: {
    code: row.municipality_code,
    name: row.municipality_name,
    prefectureRomaji: row.prefecture_romaji,
    municipalityRomaji: row.municipality_romaji,
  },
  status: row.status,
})
