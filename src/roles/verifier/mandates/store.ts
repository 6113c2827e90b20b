// Mandates and their uses. The code of an invitation is kept by its digest, what was signed is sealed.

import { type ColumnType, type Kysely, type Selectable, sql } from 'kysely'
import { type Bytes, NO_BYTES } from '../../../base/bytes.ts'
import type { FirmTables } from '../firms/store.ts'
import type { MandateUse } from './contract.ts'
import { type Account, CHAIN_AT_MOST, type MandateRecord, type MandateState } from './model.ts'
import { noted, type SessionTables, sessionStore, type Use } from './sessions/store.ts'
import type { Words } from './words.ts'

interface MandateTable {
  mandate_id: string
  kind: MandateRecord['kind']
  principal: string
  grantor: string
  delegate: string | null
  within: string | null
  /** Sealed; null of one from before that was done, until the platform starts. */
  words: Bytes | null
  principal_called: ColumnType<string | null, never, null>
  delegate_called: ColumnType<string | null, never, null>
  purpose: ColumnType<string | null, never, null>
  scope: ColumnType<Words['scope'] | null, never, null>
  begins_at: Date
  ends_at: Date
  sub_delegation: number
  state: MandateState
  invitation: Bytes | null
  invitation_until: Date
  offered_at: Date
  accepted_at: Date | null
  ended_at: Date | null
  offer_evidence: Bytes
  acceptance_evidence: Bytes | null
  attestation_id: string | null
}

export interface MandateTables extends SessionTables {
  mandate: MandateTable
  client: { client_id: string; name: string; options: Record<string, unknown> }
  representation: FirmTables['representation']
}

export const mandateMigrations = {
  '032-mandates': `
    create table mandate (
      mandate_id text primary key, kind text not null, principal text not null, grantor text not null, delegate text,
      within text references mandate, principal_called text not null, delegate_called text not null, purpose text not null,
      scope jsonb not null, begins_at timestamptz not null, ends_at timestamptz not null, sub_delegation integer not null,
      state text not null, invitation bytea unique, invitation_until timestamptz not null, offered_at timestamptz not null,
      accepted_at timestamptz, ended_at timestamptz, offer_evidence bytea not null, acceptance_evidence bytea);
    create index mandate_principal on mandate (principal);
    create index mandate_grantor on mandate (grantor);
    create index mandate_delegate on mandate (delegate);
    create table mandate_use (
      mandate_id text not null references mandate, client_id text not null, act text not null, at timestamptz not null);
    create index mandate_use_mandate on mandate_use (mandate_id, at);`,
  '041-mandate-sessions': `
    create table mandate_session (
      sid text primary key, client_id text not null, mandate_id text not null, account text not null,
      ends_at timestamptz not null);
    create index mandate_session_end on mandate_session (ends_at);
    create index person_certificate_person on person_certificate (person_id);`,
  '051-mandates-of-parents': `alter table mandate add column attestation_id text`,
  '063-sealed-words-of-mandates': `
    alter table mandate add column words bytea, alter column principal_called drop not null,
      alter column delegate_called drop not null, alter column purpose drop not null, alter column scope drop not null;
    create index mandate_in_clear on mandate (mandate_id) where words is null;`,
} as const

/** What is said in it is sealed. */
export type KeptMandate = Omit<MandateRecord, keyof Words> & { readonly words: Bytes }

const recordOf = (row: Selectable<MandateTable>): KeptMandate => ({
  mandateId: row.mandate_id,
  kind: row.kind,
  principal: row.principal,
  grantor: row.grantor,
  delegate: row.delegate,
  within: row.within,
  words: row.words ?? NO_BYTES,
  from: row.begins_at,
  until: row.ends_at,
  subDelegation: row.sub_delegation,
  recorded: row.state,
  invitationUntil: row.invitation_until,
  offeredAt: row.offered_at,
  acceptedAt: row.accepted_at,
  endedAt: row.ended_at,
  attestationId: row.attestation_id,
})

/** As it is kept, with the words of its mandate. */
export type KeptUse = Omit<MandateUse, 'title' | 'principalCalled' | 'delegateCalled'> & { readonly words: Bytes }

export const mandateStore = (db: Kysely<MandateTables>) => ({
  ...mandates(db),
  ...seen(db),
  ...inClear(db),
  ...ends(db),
  ...sessionStore(db),
})

const mandates = (db: Kysely<MandateTables>) => ({
  /** `invitation`: the digest of the code; null where nobody has to accept. */
  async add(mandate: KeptMandate, invitation: Bytes | null, evidence: Bytes): Promise<void> {
    await db
      .insertInto('mandate')
      .values({
        ...{ mandate_id: mandate.mandateId, kind: mandate.kind, within: mandate.within, words: mandate.words },
        ...{ principal: mandate.principal, grantor: mandate.grantor, delegate: mandate.delegate },
        ...{ sub_delegation: mandate.subDelegation, state: mandate.recorded },
        ...{ begins_at: mandate.from, ends_at: mandate.until, invitation_until: mandate.invitationUntil },
        ...{ offered_at: mandate.offeredAt, accepted_at: mandate.acceptedAt, ended_at: null },
        ...{ invitation, offer_evidence: evidence, acceptance_evidence: null, attestation_id: mandate.attestationId },
      })
      .execute()
  },

  async invited(invitation: Bytes): Promise<KeptMandate | undefined> {
    const found = db
      .selectFrom('mandate')
      .selectAll()
      .where('invitation', '=', invitation)
      .where('state', '=', 'offered')
    const row = await found.executeTakeFirst()
    return row && recordOf(row)
  },

  /** False when another was first, or it is over: the database decides. The code is gone with it. */
  async accept(mandateId: string, delegate: Account, evidence: Bytes, now: Date): Promise<boolean> {
    const accepted = db
      .updateTable('mandate')
      .set({ state: 'standing', delegate, accepted_at: now, acceptance_evidence: evidence, invitation: null })
      .where('mandate_id', '=', mandateId)
      .where('state', '=', 'offered')
      .where('invitation_until', '>', now)
      .where('ends_at', '>', now)
    return (await accepted.executeTakeFirst()).numUpdatedRows === 1n
  },

  /** This one, then the one it was handed on from, up to the principal's own; empty for none. */
  async chain(mandateId: string): Promise<KeptMandate[]> {
    const one = (id: string) => db.selectFrom('mandate').selectAll().where('mandate_id', '=', id).executeTakeFirst()
    const chain: KeptMandate[] = []
    let next: string | null = mandateId
    while (next !== null && chain.length < CHAIN_AT_MOST) {
      const row: Selectable<MandateTable> | undefined = await one(next)
      if (!row) return []
      chain.push(recordOf(row))
      next = row.within
    }
    // One that is longer than may be is none.
    return next === null ? chain : []
  },
})

/** Whom a mandate concerns: as principal, as who handed it on, as delegate. */
function concerns(accounts: readonly Account[]) {
  const any = sql.join(accounts)
  return sql<boolean>`(principal in (${any}) or grantor in (${any}) or delegate in (${any}))`
}

const seen = (db: Kysely<MandateTables>) => ({
  /** The newest first, at most two hundred. */
  async of(accounts: readonly Account[]): Promise<KeptMandate[]> {
    const found = db
      .selectFrom('mandate')
      .selectAll()
      .where(concerns(accounts))
      .orderBy('offered_at', 'desc')
      .orderBy('mandate_id')
      .limit(200)
    return (await found.execute()).map(recordOf)
  },

  async open(grantor: Account, now: Date): Promise<number> {
    const found = db
      .selectFrom('mandate')
      .select(({ fn }) => fn.countAll<bigint>().as('count'))
      .where('grantor', '=', grantor)
      .where('state', 'in', ['offered', 'standing'])
      .where('ends_at', '>', now)
    return Number((await found.executeTakeFirstOrThrow()).count)
  },

  /** Those by which one may act for the other, as far as the records say. */
  async between(principal: Account, delegate: Account): Promise<string[]> {
    const found = db
      .selectFrom('mandate')
      .select('mandate_id')
      .where('principal', '=', principal)
      .where('delegate', '=', delegate)
      .where('state', '=', 'standing')
      .orderBy('offered_at')
    return (await found.execute()).map((row) => row.mandate_id)
  },

  noteUse: (use: Use, at: Date): Promise<void> => db.transaction().execute((tx) => noted(tx as never, use, at)),

  /** Of every mandate that concerns one of them: the newest first, at most two hundred. */
  async uses(accounts: readonly Account[], since: Date): Promise<KeptUse[]> {
    const rows = await db
      .selectFrom('mandate_use')
      .innerJoin('mandate', 'mandate.mandate_id', 'mandate_use.mandate_id')
      .innerJoin('client', 'client.client_id', 'mandate_use.client_id')
      .select(['mandate.mandate_id', 'words', 'mandate_use.client_id', 'name', 'act', 'at'])
      .where(concerns(accounts))
      .where('at', '>=', since)
      .orderBy('at', 'desc')
      .limit(200)
      .execute()
    return rows.map((row) => ({
      ...{ mandateId: row.mandate_id, clientId: row.client_id, clientName: row.name, act: row.act, at: row.at },
      words: row.words ?? NO_BYTES,
    }))
  },

  /** Names of services that let people act for others are in their registration. */
  async delegable(): Promise<string[]> {
    const found = db.selectFrom('client').select('client_id').where(sql<boolean>`options ? 'delegation'`)
    return (await found.orderBy('client_id').execute()).map((row) => row.client_id)
  },
})

/** Those whose words nobody has sealed yet: from before that was done. */
const inClear = (db: Kysely<MandateTables>) => ({
  async inClear(): Promise<readonly (Words & { readonly mandateId: string })[]> {
    const rows = db
      .selectFrom('mandate')
      .select(['mandate_id', 'principal_called', 'delegate_called', 'purpose', 'scope'])
      .where('words', 'is', null)
      .limit(100)
    return (await rows.execute()).map(({ mandate_id: mandateId, purpose, scope, ...row }) => ({
      ...{ mandateId, purpose: purpose!, scope: scope! },
      ...{ principalCalled: row.principal_called!, delegateCalled: row.delegate_called! },
    }))
  },

  /** Once: another process may be at it too. */
  async close(mandateId: string, words: Bytes): Promise<void> {
    await db
      .updateTable('mandate')
      .set({ words, principal_called: null, delegate_called: null, purpose: null, scope: null })
      .where('mandate_id', '=', mandateId)
      .where('words', 'is', null)
      .execute()
  },
})

/** What the register says of a child is not ended by the child. */
const mayEnd = (by: readonly Account[]) =>
  sql<boolean>`case when kind in ('parent', 'guardian') then delegate in (${sql.join(by)}) else ${concerns(by)} end`

const ends = (db: Kysely<MandateTables>) => ({
  /** Ends one that is offered or stands; false when it has ended already, or concerns this person not. */
  async end(mandateId: string, by: readonly Account[] | null, state: MandateState, now: Date): Promise<boolean> {
    let ending = db
      .updateTable('mandate')
      .set({ state, ended_at: now, invitation: null })
      .where('mandate_id', '=', mandateId)
      .where('state', 'in', ['offered', 'standing'])
    if (by !== null) ending = ending.where(mayEnd(by))
    return (await ending.executeTakeFirst()).numUpdatedRows === 1n
  },

  /** Of this firm, those whose holder does not represent it any more. */
  async fallUnrepresented(firm: Account, now: Date): Promise<void> {
    await db
      .updateTable('mandate')
      .set({ state: 'fallen', ended_at: now })
      .where('principal', '=', firm)
      .where('kind', '=', 'representative')
      .where('state', '=', 'standing')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('representation as r')
              .select('representation_id')
              .whereRef('r.firm', '=', 'mandate.principal')
              .whereRef('r.person_id', '=', 'mandate.delegate')
              .where('r.state', '=', 'standing')
              .where('r.ends_at', '>', now),
          ),
        ),
      )
      .execute()
  },
})
