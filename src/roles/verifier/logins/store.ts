// The logins that browsers begin and phones answer. What many do at the same moment is one statement; of several who end the
// same login at the same moment, the database decides who was first.

import type { ColumnType, Kysely, Selectable } from 'kysely'
import { given } from '../../../adapters/database/given.ts'
import { anyOf, statement } from '../../../adapters/database/statement.ts'
import { batched, lookups } from '../../../base/batch.ts'
import type { Bytes } from '../../../base/bytes.ts'
import type { AskedClaim } from '../../../protocol/login/login-message.ts'
import type { Assumed } from '../mandates/acting.ts'
import { assuming } from '../mandates/store.ts'
import type { LoginRecord, LoginState } from '../model.ts'
import type { Note } from '../own/model.ts'
import { endedAndNoted } from '../own/store.ts'
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
      { loginId, claim }: Pick<LoginRecord, 'loginId' | 'claim'>,
      end: { state: LoginState } & Partial<Approval>,
      now: Date,
    ): Promise<boolean> {
      const ending = (on: Kysely<LoginTables>) =>
        on
          .updateTable('login')
          .set({
            state: end.state,
            person_id: end.personId ?? null,
            acr: end.acr ?? null,
            release: end.release ?? null,
            given: JSON.stringify(end.given ?? []),
            age_proof: end.ageProof ?? null,
            status_at: end.statusAt ?? null,
          })
          .where('login_id', '=', loginId)
          .where('state', '=', 'waiting')
          .where('expires_at', '>', now)
          .where('claim', claim === null ? 'is' : '=', claim)
          .returning('client_id')
      const { personId, acr, subject, serial, way, given: items, assumed } = end
      if (assumed) return assuming(db as never, ending as never, assumed, now)
      const use = {
        kind: 'login',
        outcome: 'done',
        acr,
        items,
        ...(serial && { serial }),
        ...(way && { way }),
      } as const
      const ended =
        personId && subject
          ? endedAndNoted(db as never, ending(db) as never, { ...use, personId, subject }, now)
          : ending(db).executeTakeFirst()
      return (await ended) !== undefined
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
