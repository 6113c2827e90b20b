// The register's records: residents and their events. Sequence numbers are dense and in the order of commit,
// because a follower keeps only the last one that it saw.

import { type Kysely, sql, type Transaction } from 'kysely'
import type { RegisterEvent, Resident } from './contract.ts'
import { type CustodyStore, type CustodyTables, custodyMigrations, custodyStore } from './custody/store.ts'

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
  /** The clerk; null for a system of the municipality. */
  recorded_by: string | null
  /** What the record was and became, JSON of `RecordedState`. Null in events from before this was kept. */
  before: string | null
  after: string | null
  undoes: number | null
}

export type LookUp = 'search' | 'history' | 'match' | 'custody'

interface LookUpRow {
  at: Date
  by: string
  resident_id: string
  what: LookUp
}

/** What an event may change. */
export type RecordedState = Pick<Resident, 'fourInfo' | 'municipality' | 'status'>

export interface ResidentRegisterTables extends CustodyTables {
  resident: ResidentRow
  change: ChangeRow
  last_sequence: { id: number; sequence: number }
  look_up: LookUpRow
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
  '002-clerks': `
    alter table change
      add column recorded_by text,
      add column before text,
      add column after text,
      add column undoes integer references change;
    create index change_resident on change (resident_id, sequence);
    create index resident_birth_date on resident (birth_date);
    create table look_up (at timestamptz not null, by text not null, resident_id text not null, what text not null);
    create index look_up_resident on look_up (resident_id, at);
  `,
  ...custodyMigrations,
}

export type FoundResident = Resident & { readonly sequence: number }

export interface NewChange {
  readonly event: RegisterEvent
  readonly at: Date
  readonly by: string | null
  readonly undoes: number | null
  readonly after: Resident
}

export type ChangeOf = Pick<ChangeRow, 'sequence' | 'resident_id' | 'event' | 'at'>
export type PastRow = ChangeRow

export interface ResidentRegisterStore extends CustodyStore {
  /** False when the id is taken. */
  enter(resident: Resident, entered: Uint8Array): Promise<boolean>
  enteredAs(residentId: string): Promise<Uint8Array | undefined>
  find(residentId: string): Promise<FoundResident | undefined>
  /**
   * Records what `decide` makes of the resident as locked; undefined when nobody has this id.
   * A refusal thrown by `decide` leaves nothing behind.
   */
  change(
    residentId: string,
    decide: (before: FoundResident, last: PastRow | undefined) => NewChange,
  ): Promise<ChangeOf | undefined>
  changesSince(sequence: number, limit: number): Promise<ChangeOf[]>
  /** The newest first. */
  history(residentId: string): Promise<PastRow[]>
  search(by: { name?: string | undefined; birthDate?: string | undefined }, limit: number): Promise<FoundResident[]>
  /** Those who live here and were born on this day. */
  bornOn(birthDate: string): Promise<FoundResident[]>
  noteLookUps(by: string, at: Date, what: LookUp, residentIds: readonly string[]): Promise<void>
  lookUps(residentId: string, limit: number): Promise<LookUpRow[]>
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
      if (!row) return undefined
      const last = tx.selectFrom('change').selectAll().where('sequence', '=', row.sequence)
      const before = { ...residentOf(row), sequence: row.sequence }
      return record(tx, before, decide(before, await last.executeTakeFirst()))
    }),
  changesSince: (sequence, limit) =>
    db.selectFrom('change').selectAll().where('sequence', '>', sequence).orderBy('sequence').limit(limit).execute(),
  history: (residentId) =>
    db.selectFrom('change').selectAll().where('resident_id', '=', residentId).orderBy('sequence', 'desc').execute(),
  search: async ({ name, birthDate }, limit) => {
    let query = db.selectFrom('resident').selectAll()
    if (birthDate) query = query.where('birth_date', '=', birthDate)
    // Spaces between family and given name are written in several ways, or not at all.
    if (name)
      query = query.where(sql`translate(name, ${SPACES}, '')`, 'like', `%${literal(name.replace(/[\s\u3000]/g, ''))}%`)
    const rows = await query.orderBy('name').orderBy('resident_id').limit(limit).execute()
    return rows.map((row) => ({ ...residentOf(row), sequence: row.sequence }))
  },
  bornOn: async (birthDate) => {
    const born = db.selectFrom('resident').selectAll().where('birth_date', '=', birthDate)
    const rows = await born.where('status', '=', 'resident').execute()
    return rows.map((row) => ({ ...residentOf(row), sequence: row.sequence }))
  },
  noteLookUps: async (by, at, what, residentIds) => {
    if (residentIds.length === 0) return
    await db
      .insertInto('look_up')
      .values(residentIds.map((resident_id) => ({ at, by, what, resident_id })))
      .execute()
  },
  lookUps: (residentId, limit) =>
    db
      .selectFrom('look_up')
      .selectAll()
      .where('resident_id', '=', residentId)
      .orderBy('at', 'desc')
      .limit(limit)
      .execute(),
  ...custodyStore(db as unknown as Kysely<CustodyTables>),
})

const SPACES = ' \u3000'
/** As itself in a pattern of LIKE. */
const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

async function record(
  tx: Transaction<ResidentRegisterTables>,
  before: Resident,
  { event, at, by, undoes, after }: NewChange,
): Promise<ChangeOf> {
  const resident_id = before.residentId
  // The counter's row lock lasts to the commit: a later number can never be seen before an earlier one.
  const { sequence } = await tx
    .updateTable('last_sequence')
    .set({ sequence: sql<number>`sequence + 1` })
    .returning('sequence')
    .executeTakeFirstOrThrow()
  const change = { sequence, resident_id, event, at }
  const states = { before: JSON.stringify(stateOf(before)), after: JSON.stringify(stateOf(after)) }
  await tx
    .insertInto('change')
    .values({ ...change, ...states, recorded_by: by, undoes })
    .execute()
  await tx
    .updateTable('resident')
    .set({ ...columns(after), sequence })
    .where('resident_id', '=', resident_id)
    .execute()
  return change
}

const stateOf = ({ fourInfo, municipality, status }: Resident): RecordedState => ({ fourInfo, municipality, status })

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
