// What the verifier asks of its records: persons here, and where the rest is.

import type { Kysely } from 'kysely'
import { given } from '../../adapters/database/given.ts'
import { statement } from '../../adapters/database/statement.ts'
import { batched } from '../../base/batch.ts'
import { clerkStore } from '../../protocol/clerks/store.ts'
import { approvalMigrations, approvalStore } from './approvals/store.ts'
import { type ClientTable, clientStore } from './clients/store.ts'
import { consentMigrations, consentStore } from './consents/store.ts'
import { eventMigrations, eventStore } from './events/store.ts'
import { evidenceMigrations, evidenceStore } from './evidence/store.ts'
import { firmMigrations, firmStore } from './firms/store.ts'
import { keptStatusMigrations, keptStatusStore } from './kept-status/store.ts'
import { linkMigrations, linkStore } from './links/store.ts'
import { type LoginTables, loginStore } from './logins/store.ts'
import { mandateMigrations, mandateStore } from './mandates/store.ts'
import type { CertificateId } from './model.ts'
import {
  type ArtifactTable,
  artifactMigrations,
  artifactStore,
  sealedArtifactMigrations,
  sparseArtifactMigrations,
} from './openid/store.ts'
import { figureMigrations, figureStore } from './operator/figures/store.ts'
import { actMigrations, operatorMigrations, operatorStore } from './operator/store.ts'
import { type NoteTables, ownMigrations, ownStore } from './own/store.ts'
import { type RequestTables, requestMigrations, requestStore } from './requests/store.ts'
import { retentionMigrations, retentionStore } from './retention/store.ts'
import { serviceMigrations, serviceStore } from './services/store.ts'
import { tenantKeyMigrations, tenantKeyStore } from './tenant-keys/store.ts'
import { type WatchTables, watchMigrations, watchStore } from './watch/store.ts'

export interface VerifierTables
  extends ArtifactTable,
    ClientTable,
    LoginTables,
    RequestTables,
    Omit<NoteTables, 'client'>,
    Omit<WatchTables, 'client'> {
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
  ...keptStatusMigrations,
  ...evidenceMigrations,
  '060-logins-at-a-reader': 'alter table login add column reader text;',
  ...actMigrations,
  ...sparseArtifactMigrations,
  ...firmMigrations,
}

export type VerifierStore = ReturnType<typeof verifierStore>

/** The questions, over the role's own schema. */
export function verifierStore(tables: Kysely<VerifierTables>) {
  // Each room says of itself which of the tables it knows.
  const db = tables as never
  return {
    ...clientStore(db),
    ...loginStore(db),
    ...persons(tables),
    artifacts: artifactStore(db),
    requests: requestStore(db),
    consents: consentStore(db),
    events: eventStore(db),
    watch: watchStore(db),
    links: linkStore(db),
    mandates: mandateStore(db),
    firms: firmStore(db),
    own: ownStore(db),
    services: serviceStore(db),
    tenantKeys: tenantKeyStore(db),
    approvals: approvalStore(db),
    clerks: clerkStore(db),
    operator: operatorStore(db),
    figures: figureStore(db),
    evidence: evidenceStore(db),
    retention: retentionStore(db),
    keptStatus: keptStatusStore(db),
  }
}

/** What many ask at the same moment is one statement. */
const MOST_AT_ONCE = 64

const persons = (db: Kysely<VerifierTables>) => ({
  person: batched(personsOf(db), MOST_AT_ONCE),

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

const OF_CERTIFICATE = { issuer: 'text', serial: 'numeric' } as const

function personsOf(db: Kysely<VerifierTables>) {
  const find = statement<readonly CertificateId[], VerifierTables['person_certificate']>(db, (asked) =>
    db
      .selectFrom(given<CertificateId>(OF_CERTIFICATE, asked))
      .innerJoin('person_certificate as tied', (join) =>
        join.onRef('tied.issuer', '=', 'given.issuer').onRef('tied.serial', '=', 'given.serial'),
      )
      .select(['tied.issuer', 'tied.serial', 'tied.person_id']),
  )
  return async (all: readonly CertificateId[]): Promise<(string | undefined)[]> => {
    const found = new Map((await find(all)).map(({ issuer, serial, person_id }) => [`${serial} ${issuer}`, person_id]))
    return all.map(({ issuer, serial }) => found.get(`${serial} ${issuer}`))
  }
}
