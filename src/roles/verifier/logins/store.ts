// The logins that browsers begin and phones answer. What many do at the same moment is one statement; of several who end the
// same login at the same moment, the database decides who was first.

import { type ColumnType, type Kysely, type Selectable, sql } from 'kysely'
import { given } from '../../../adapters/database/given.ts'
import { type Asked, anyOf, statement } from '../../../adapters/database/statement.ts'
import { batched, lookups } from '../../../base/batch.ts'
import type { Bytes } from '../../../base/bytes.ts'
import type { AskedClaim } from '../../../protocol/login/login-message.ts'
import type { Assumed } from '../mandates/acting.ts'
import { assuming } from '../mandates/sessions/store.ts'
import type { LoginRecord, LoginState } from '../model.ts'
import type { Note } from '../own/model.ts'
import type { NoteTables } from '../own/store.ts'
import { kept } from '../told-words.ts'

/** Who approved a login, how, and under which name the service knows them. */
export interface Approval {
  readonly personId: string
  readonly acr: string
  /** Of a person who acts for nobody but themselves. */
  readonly subject?: string
  readonly assumed?: Assumed
  /** Of the certificate that approved. */
  readonly serial: bigint
  readonly way: NonNullable<Note['way']>
  /** SHA-256 of the word with which the browser goes on. */
  readonly release?: string | null
  readonly given?: readonly string[]
  readonly ageProof?: Bytes | null
  /** Where J-LIS did not answer: of when the status is that stood in its place. */
  readonly statusAt?: Date | null
}

type Json<T> = ColumnType<T, string, string>

interface LoginTable {
  login_id: string
  /** SHA-256 of the name of the interaction, which the browser has. */
  uid: string
  client_id: string
  client_name: string
  origin: string
  code: string
  nonce: Bytes
  expires_at: Date
  state: LoginState
  person_id: string | null
  acr: string | null
  acr_values: Json<string[]>
  asked: Json<AskedClaim[]>
  given: Json<string[]>
  age_proof: Bytes | null
  claim: string | null
  release: string | null
  status_at: Date | null
  /** Key identifier of the reader that took it. */
  reader: string | null
}

export interface LoginTables {
  login: LoginTable
}

const loginOf = (row: Selectable<LoginTable>): LoginRecord => ({
  loginId: row.login_id,
  clientId: row.client_id,
  clientName: row.client_name,
  origin: row.origin,
  code: row.code,
  nonce: row.nonce,
  expiresAt: row.expires_at,
  recorded: row.state,
  personId: row.person_id,
  acr: row.acr,
  acrValues: row.acr_values,
  asked: row.asked,
  given: row.given,
  ageProof: row.age_proof,
  claim: row.claim,
  release: row.release,
  statusAt: row.status_at,
  readerId: row.reader,
})

const MOST_AT_ONCE = 64

export function loginStore(db: Kysely<LoginTables>) {
  const byId = loginsBy(db, 'login_id')
  const ofUids = loginsBy(db, 'uid')
  const byUid = lookups(ofUids, ({ uid }) => uid, MOST_AT_ONCE)
  const start = batched(starting(db, ofUids), MOST_AT_ONCE)
  const ended = batched(endingEach(db), MOST_AT_ONCE)
  return {
    /** The login of this interaction: the given one, or the one that was there before. */
    startLogin: (interaction: string, login: LoginRecord): Promise<LoginRecord> =>
      start({ login, uid: kept(interaction) }),

    login: lookups(
      async (ids) => (await byId(ids)).map(loginOf),
      ({ loginId }) => loginId,
      MOST_AT_ONCE,
    ),

    async loginOfInteraction(interaction: string): Promise<LoginRecord | undefined> {
      const row = await byUid(kept(interaction))
      return row && loginOf(row)
    },

    /** False when another phone or reader has read it, or its time is over: the database decides who was first. */
    async claimLogin(
      loginId: string,
      { claim, readerId }: { readonly claim: string; readonly readerId: string | null },
      now: Date,
    ): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('login')
        .set({ claim, reader: readerId })
        .where('login_id', '=', loginId)
        .where('claim', 'is', null)
        .where('state', '=', 'waiting')
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    /** False when someone else has ended it, or time has: the database decides, so one answer counts. */
    async endLogin(
      login: Pick<LoginRecord, 'loginId' | 'claim'>,
      end: { state: LoginState } & Partial<Approval>,
      now: Date,
    ): Promise<boolean> {
      const row = endedRow(login, end, now)
      if (!end.assumed) return ended(row)
      return assuming(db as never, ((on: Kysely<LoginTables>) => ending(on, [row])) as never, end.assumed, now)
    },
  }
}

type Row = Selectable<LoginTable>

const loginsBy = (db: Kysely<LoginTables>, name: 'login_id' | 'uid') =>
  statement<readonly string[], Row>(db, (asked) => db.selectFrom('login').selectAll().where(anyOf(name, asked)))

interface Started {
  readonly login: LoginRecord
  readonly uid: string
}

const STARTED = {
  login_id: 'text',
  uid: 'text',
  client_id: 'text',
  client_name: 'text',
  origin: 'text',
  code: 'text',
  nonce: 'bytea',
  expires_at: 'timestamptz',
  state: 'text',
  acr_values: 'jsonb',
  asked: 'jsonb',
  given: 'jsonb',
} as const

const COLUMNS = Object.keys(STARTED) as (keyof typeof STARTED)[]

const startedRow = ({ login, uid }: Started) => ({
  ...{ login_id: login.loginId, uid, client_id: login.clientId, client_name: login.clientName },
  ...{ origin: login.origin, code: login.code, nonce: login.nonce, expires_at: login.expiresAt },
  ...{ state: login.recorded, acr_values: JSON.stringify(login.acrValues) },
  ...{ asked: JSON.stringify(login.asked), given: '[]' },
})
type StartedRow = ReturnType<typeof startedRow>

function starting(db: Kysely<LoginTables>, ofUids: (uids: readonly string[]) => Promise<Row[]>) {
  const start = statement<readonly StartedRow[], Row>(db, (asked) =>
    db
      .insertInto('login')
      .columns(COLUMNS)
      .expression((eb) => eb.selectFrom(given<StartedRow>(STARTED, asked)).select(COLUMNS))
      .onConflict((conflict) => conflict.column('uid').doNothing())
      .returningAll(),
  )
  return async (all: readonly Started[]): Promise<LoginRecord[]> => {
    const there = new Map((await start(all.map(startedRow))).map((row) => [row.uid, row]))
    const before = all.map(({ uid }) => uid).filter((uid) => !there.has(uid))
    if (before.length > 0) for (const row of await ofUids(before)) there.set(row.uid, row)
    return all.map(({ uid }) => loginOf(there.get(uid)!))
  }
}

const ENDED = {
  login_id: 'text',
  claim: 'text',
  at: 'timestamptz',
  state: 'text',
  person_id: 'text',
  acr: 'text',
  release: 'text',
  given: 'jsonb',
  age_proof: 'bytea',
  status_at: 'timestamptz',
  subject: 'text',
  serial: 'numeric',
  way: 'text',
  items: 'text',
} as const

const endedRow = (
  { loginId, claim }: Pick<LoginRecord, 'loginId' | 'claim'>,
  { state, given: items = [], ...end }: { state: LoginState } & Partial<Approval>,
  at: Date,
) => ({
  ...{ login_id: loginId, claim, at, state, person_id: end.personId ?? null, acr: end.acr ?? null },
  ...{ release: end.release ?? null, given: JSON.stringify(items), age_proof: end.ageProof ?? null },
  ...{ status_at: end.statusAt ?? null, subject: (end.personId && end.subject) ?? null, serial: end.serial ?? null },
  ...{ way: end.way ?? null, items: items.length > 0 ? JSON.stringify(items) : null },
})
type EndedRow = ReturnType<typeof endedRow>

/** Those that wait, each for who may answer it. */
const ending = (db: Kysely<LoginTables>, rows: readonly EndedRow[] | Asked<readonly EndedRow[]>) =>
  db
    .updateTable('login as waiting')
    .from(given<EndedRow>(ENDED, rows))
    .set(({ ref }) => ({
      ...{ state: ref('given.state'), person_id: ref('given.person_id'), acr: ref('given.acr') },
      ...{ release: ref('given.release'), given: ref('given.given'), age_proof: ref('given.age_proof') },
      status_at: ref('given.status_at'),
    }))
    .whereRef('waiting.login_id', '=', 'given.login_id')
    .where('waiting.state', '=', 'waiting')
    .whereRef('waiting.expires_at', '>', 'given.at')
    .where(({ ref }) => sql<boolean>`${ref('waiting.claim')} is not distinct from ${ref('given.claim')}`)
    .returning(['waiting.login_id', 'waiting.client_id', 'given.person_id', 'given.at', 'given.acr'])
    .returning(['given.subject', 'given.serial', 'given.way', 'given.items'])

/** With the note for the own page, and the name by which the service speaks of the person later. */
function endingEach(db: Kysely<LoginTables>) {
  const end = statement<readonly EndedRow[], Pick<EndedRow, 'login_id'>>(db, (asked) =>
    (db as unknown as Kysely<LoginTables & NoteTables>)
      .with('ended', (inner) => ending(inner as never, asked))
      .with('note', (inner) =>
        inner
          .insertInto('login_note')
          .columns(['client_id', 'person_id', 'at', 'acr', 'way', 'serial', 'items'])
          .expression((eb) =>
            eb
              .selectFrom('ended')
              .select(['client_id', 'person_id', 'at', 'acr', 'way', 'serial', 'items'] as never)
              .where('subject', 'is not', null),
          ),
      )
      .with('known', (inner) =>
        inner
          .insertInto('pairwise_subject')
          .columns(['client_id', 'person_id', 'subject'])
          .expression((eb) =>
            eb
              .selectFrom('ended')
              .select(['client_id', 'person_id', 'subject'] as never)
              .where('subject', 'is not', null),
          )
          .onConflict((conflict) => conflict.doNothing()),
      )
      .selectFrom('ended')
      .select('login_id'),
  )
  /** Of several for one login each has its turn: one that is none for it takes nothing from the next. */
  return async function each(all: readonly EndedRow[]): Promise<boolean[]> {
    const first = new Map([...all].reverse().map((row) => [row.login_id, row]))
    const ended = new Set((await end([...first.values()])).map(({ login_id }) => login_id))
    const later = all.filter((row) => first.get(row.login_id) !== row)
    const then = later.length > 0 ? await each(later) : []
    return all.map((row) => (first.get(row.login_id) === row ? ended.has(row.login_id) : then[later.indexOf(row)]!))
  }
}
