// What the verifier asks of its records: clients, logins, persons. The OpenID artefacts are in openid/store.ts.

import type { ColumnType, Kysely, Selectable } from 'kysely'
import type { Bytes } from '../../base/bytes.ts'
import { clerkStore } from '../../protocol/clerks/store.ts'
import type { AskedClaim } from '../../protocol/login/login-message.ts'
import { approvalMigrations, approvalStore } from './approvals/store.ts'
import { type ClientTable, clientStore } from './clients/store.ts'
import { consentMigrations, consentStore } from './consents/store.ts'
import { eventMigrations, eventStore } from './events/store.ts'
import { linkMigrations, linkStore } from './links/store.ts'
import type { Assumed } from './mandates/acting.ts'
import { assuming, mandateMigrations, mandateStore } from './mandates/store.ts'
import type { CertificateId, LoginRecord, LoginState } from './model.ts'
import { type ArtifactTable, artifactMigrations, artifactStore, sealedArtifactMigrations } from './openid/store.ts'
import { figureMigrations, figureStore } from './operator/figures/store.ts'
import { operatorMigrations, operatorStore } from './operator/store.ts'
import type { Note } from './own/model.ts'
import { endedAndNoted, type NoteTables, ownMigrations, ownStore } from './own/store.ts'
import { type RequestTables, requestMigrations, requestStore } from './requests/store.ts'
import { retentionMigrations, retentionStore } from './retention/store.ts'
import { serviceMigrations, serviceStore } from './services/store.ts'
import { type TenantKeyTables, tenantKeyMigrations, tenantKeyStore } from './tenant-keys/store.ts'
import { kept } from './told-words.ts'
import { type WatchTables, watchMigrations, watchStore } from './watch/store.ts'

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
}

export interface VerifierTables
  extends ArtifactTable,
    ClientTable,
    RequestTables,
    Omit<NoteTables, 'client'>,
    Omit<WatchTables, 'client'> {
  login: LoginTable
  person: { person_id: string; since: Date }
  person_certificate: { issuer: string; serial: bigint; person_id: string }
}

export const verifierMigrations = {
  '001-clients-logins-persons': `
    create table client (
      client_id text primary key, name text not null, redirect_uris jsonb not null, public_jwk jsonb not null);
    create table login (
      login_id text primary key, uid text not null unique, client_id text not null, client_name text not null,
      origin text not null, code text not null, nonce bytea not null, expires_at timestamptz not null,
      state text not null, person_id text, acr text);
    create table person (person_id text primary key, since timestamptz not null);
    create table person_certificate (
      issuer text not null, serial numeric(49) not null, person_id text not null references person,
      primary key (issuer, serial));`,
  ...artifactMigrations,
  '003-client-options-and-acr': `
    alter table client alter column public_jwk drop not null, add column options jsonb not null default '{}';
    alter table login add column acr_values jsonb not null default '[]';`,
  ...requestMigrations,
  ...consentMigrations,
  ...eventMigrations,
  ...watchMigrations,
  ...serviceMigrations,
  '020-logins-by-their-end': 'create index login_end on login (expires_at);',
  ...approvalMigrations,
  '021-logins-on-another-device': 'alter table login add column claim text, add column release text;',
  ...linkMigrations,
  ...sealedArtifactMigrations,
  '031-logins-by-digest': `update login set uid = encode(sha256(convert_to(uid, 'UTF8')), 'hex')`,
  ...mandateMigrations,
  ...tenantKeyMigrations,
  '034-claims-at-a-login': `
    alter table login add column asked jsonb not null default '[]', add column given jsonb not null default '[]',
      add column age_proof bytea;`,
  ...operatorMigrations,
  ...figureMigrations,
  ...retentionMigrations,
  ...ownMigrations,
}

export type VerifierStore = ReturnType<typeof verifierStore>

/** The questions, over the role's own schema. */
export const verifierStore = (db: Kysely<VerifierTables>) => ({
  ...clientStore(db as never),
  ...logins(db),
  ...persons(db),
  artifacts: artifactStore(db as unknown as Kysely<ArtifactTable>),
  requests: requestStore(db as unknown as Kysely<RequestTables>),
  consents: consentStore(db as never),
  events: eventStore(db as never),
  watch: watchStore(db as never),
  links: linkStore(db as never),
  mandates: mandateStore(db as never),
  own: ownStore(db as never),
  services: serviceStore(db as never),
  tenantKeys: tenantKeyStore(db as unknown as Kysely<TenantKeyTables>),
  approvals: approvalStore(db as never),
  clerks: clerkStore(db as never),
  operator: operatorStore(db as never),
  figures: figureStore(db),
  retention: retentionStore(db),
})

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
})

const logins = (db: Kysely<VerifierTables>) => ({
  /** The login of this interaction: the given one, or the one that was there before. */
  async startLogin(interaction: string, login: LoginRecord): Promise<LoginRecord> {
    const uid = kept(interaction)
    const made = await db
      .insertInto('login')
      .values({
        login_id: login.loginId,
        uid,
        client_id: login.clientId,
        client_name: login.clientName,
        origin: login.origin,
        code: login.code,
        nonce: login.nonce,
        expires_at: login.expiresAt,
        state: login.recorded,
        person_id: null,
        acr: null,
        acr_values: JSON.stringify(login.acrValues),
        asked: JSON.stringify(login.asked),
        given: '[]',
      })
      .onConflict((conflict) => conflict.column('uid').doNothing())
      .returningAll()
      .executeTakeFirst()
    return loginOf(made ?? (await db.selectFrom('login').selectAll().where('uid', '=', uid).executeTakeFirstOrThrow()))
  },

  async login(loginId: string): Promise<LoginRecord | undefined> {
    const row = await db.selectFrom('login').selectAll().where('login_id', '=', loginId).executeTakeFirst()
    return row && loginOf(row)
  },

  async loginOfInteraction(interaction: string): Promise<LoginRecord | undefined> {
    const row = await db.selectFrom('login').selectAll().where('uid', '=', kept(interaction)).executeTakeFirst()
    return row && loginOf(row)
  },

  /** False when another phone has read it, or its time is over: the database decides who was first. */
  async claimLogin(loginId: string, claim: string, now: Date): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('login')
      .set({ claim })
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
    const ending = (on: Kysely<VerifierTables>) =>
      on
        .updateTable('login')
        .set({
          state: end.state,
          person_id: end.personId ?? null,
          acr: end.acr ?? null,
          release: end.release ?? null,
          given: JSON.stringify(end.given ?? []),
          age_proof: end.ageProof ?? null,
        })
        .where('login_id', '=', loginId)
        .where('state', '=', 'waiting')
        .where('expires_at', '>', now)
        .where('claim', claim === null ? 'is' : '=', claim)
        .returning('client_id')
    const { personId, acr, subject, serial, way, assumed } = end
    if (assumed) return assuming(db as never, ending as never, assumed, now)
    const use = { kind: 'login', outcome: 'done', acr, ...(serial && { serial }), ...(way && { way }) } as const
    const ended =
      personId && subject
        ? endedAndNoted(db as never, ending(db) as never, { ...use, personId, subject }, now)
        : ending(db).executeTakeFirst()
    return (await ended) !== undefined
  },
})

const persons = (db: Kysely<VerifierTables>) => ({
  async person({ issuer, serial }: CertificateId): Promise<string | undefined> {
    const row = await db
      .selectFrom('person_certificate')
      .select('person_id')
      .where('issuer', '=', issuer)
      .where('serial', '=', serial)
      .executeTakeFirst()
    return row?.person_id
  },

  async certificatesOf(personId: string): Promise<bigint[]> {
    const found = db.selectFrom('person_certificate').select('serial').where('person_id', '=', personId)
    return (await found.execute()).map(({ serial }) => serial)
  },

  /** Ties a certificate to a person, made if new; a certificate that is tied keeps its person. */
  async tieCertificate({ issuer, serial }: CertificateId, personId: string, now: Date): Promise<void> {
    await db.transaction().execute(async (tx) => {
      await tx
        .insertInto('person')
        .values({ person_id: personId, since: now })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      await tx
        .insertInto('person_certificate')
        .values({ issuer, serial, person_id: personId })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    })
  },
})
