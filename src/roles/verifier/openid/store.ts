// The artefacts of the OpenID provider (codes, grants, sessions, interactions, used assertions) in the verifier's schema: names by
// digest, what they hold sealed (adapter.ts), so that the records open nothing. Not here: clients, the verifier's own records.

import type { Kysely } from 'kysely'
import { given } from '../../../adapters/database/given.ts'
import { batched } from '../../../base/batch.ts'
import type { Bytes } from '../../../base/bytes.ts'

export interface ArtifactTable {
  openid_artifact: {
    model: string
    /** SHA-256, as of the grant and of the other name of a session or an interaction. */
    id: string
    /** None of what is only remembered as used. */
    sealed: Bytes | null
    grant_id: string | null
    uid: string | null
    /** Whose it is; with a service that is suspended its artefacts go. */
    client_id: string | null
    expires_at: Date | null
    consumed_at: Date | null
  }
}

export const artifactMigrations = {
  '002-openid-artifacts': `
    create table openid_artifact (
      model text not null, id text not null, payload jsonb not null, grant_id text, uid text, user_code text,
      expires_at timestamptz, consumed_at timestamptz, primary key (model, id));
    create index openid_artifact_grant on openid_artifact (grant_id);
    create index openid_artifact_uid on openid_artifact (uid);
    create index openid_artifact_expiry on openid_artifact (expires_at);`,
} as const

/** What was kept in clear goes: who was in the middle of a login begins again. Used assertions stay used. */
export const sealedArtifactMigrations = {
  '031-artifacts-sealed': `
    delete from openid_artifact where model <> 'ReplayDetection';
    alter table openid_artifact drop column payload, drop column user_code, add column sealed bytea;`,
} as const

export interface Artifact {
  readonly id: string
  readonly sealed: Bytes
  readonly grantId: string | null
  readonly uid: string | null
  readonly clientId: string | null
}

export interface FoundArtifact {
  readonly id: string
  readonly sealed: Bytes | null
  readonly consumedAt: Date | null
}

interface Saved extends Artifact {
  readonly model: string
  readonly expiresAt: Date | null
}
const SAVED = {
  model: 'text',
  id: 'text',
  sealed: 'bytea',
  grantId: 'text',
  uid: 'text',
  clientId: 'text',
  expiresAt: 'timestamptz',
} as const

interface Named {
  readonly model: string
  readonly id: string
}
const NAMED = { model: 'text', id: 'text' } as const
const NAMED_AT = { ...NAMED, at: 'timestamptz' } as const

/** What many logins ask at the same moment is one statement; each waits until its own rows are there. */
const MOST_AT_ONCE = 64

export const artifactStore = (db: Kysely<ArtifactTable>) => {
  const save = batched((all: readonly Saved[]) => saveAll(db, all), MOST_AT_ONCE)
  const add = batched((all: readonly (Named & { expiresAt: Date })[]) => addAll(db, all), MOST_AT_ONCE)
  const find = batched((all: readonly (Named & { at: Date })[]) => findAll(db, all), MOST_AT_ONCE)
  const consume = batched((all: readonly (Named & { at: Date })[]) => consumeAll(db, all), MOST_AT_ONCE)
  const remove = batched((all: readonly Named[]) => removeAll(db, all), MOST_AT_ONCE)
  return {
    save: (model: string, artifact: Artifact, expiresAt: Date | null): Promise<void> =>
      save({ model, ...artifact, expiresAt }),

    /** False when it is there already, expired or not. */
    add: (model: string, id: string, expiresAt: Date): Promise<boolean> => add({ model, id, expiresAt }),

    /** Only what has not expired. */
    find: (model: string, id: string, at: Date): Promise<FoundArtifact | undefined> => find({ model, id, at }),

    async findByUid(model: string, uid: string, now: Date): Promise<FoundArtifact | undefined> {
      const row = await db
        .selectFrom('openid_artifact')
        .select(['id', 'sealed', 'consumed_at as consumedAt'])
        .where('model', '=', model)
        .where('uid', '=', uid)
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
        .executeTakeFirst()
      return row
    },

    /** False when it was consumed before: of two that come at once, one wins. */
    consume: (model: string, id: string, at: Date): Promise<boolean> => consume({ model, id, at }),

    remove: (model: string, id: string): Promise<void> => remove({ model, id }),

    async removeOfGrant(grantId: string): Promise<void> {
      await db.deleteFrom('openid_artifact').where('grant_id', '=', grantId).execute()
    },
  }
}

const keyOf = ({ model, id }: Named): string => `${model} ${id}`

/** Each once, the last that was said of it, in an order that all processes have: so nobody waits for somebody who waits. */
const inOrder = <T extends Named>(all: readonly T[]): T[] =>
  [...new Map(all.map((one) => [keyOf(one), one]))].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)

/** Of several who ask for the same, the first. */
function whichOf(all: readonly Named[], done: readonly Named[]): boolean[] {
  const left = new Set(done.map(keyOf))
  return all.map((one) => left.delete(keyOf(one)))
}

async function saveAll(db: Kysely<ArtifactTable>, all: readonly Saved[]): Promise<undefined[]> {
  await db
    .insertInto('openid_artifact')
    .columns(['model', 'id', 'sealed', 'grant_id', 'uid', 'client_id', 'expires_at'])
    .expression((eb) =>
      eb
        .selectFrom(given<Saved>(SAVED, inOrder(all)))
        .select(['model', 'id', 'sealed', 'grantId', 'uid', 'clientId', 'expiresAt']),
    )
    .onConflict((conflict) =>
      conflict.columns(['model', 'id']).doUpdateSet(({ ref }) => ({
        sealed: ref('excluded.sealed'),
        grant_id: ref('excluded.grant_id'),
        uid: ref('excluded.uid'),
        client_id: ref('excluded.client_id'),
        expires_at: ref('excluded.expires_at'),
      })),
    )
    .execute()
  return all.map(() => undefined)
}

async function addAll(db: Kysely<ArtifactTable>, all: readonly (Named & { expiresAt: Date })[]): Promise<boolean[]> {
  const added = await db
    .insertInto('openid_artifact')
    .columns(['model', 'id', 'expires_at'])
    .expression((eb) =>
      eb
        .selectFrom(given({ ...NAMED, expiresAt: 'timestamptz' } as const, inOrder(all)))
        .select(['model', 'id', 'expiresAt']),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning(['model', 'id'])
    .execute()
  return whichOf(all, added)
}

async function findAll(
  db: Kysely<ArtifactTable>,
  all: readonly (Named & { at: Date })[],
): Promise<(FoundArtifact | undefined)[]> {
  const rows = await db
    .selectFrom(given(NAMED_AT, all))
    .innerJoin('openid_artifact as kept', (join) =>
      join.onRef('kept.model', '=', 'given.model').onRef('kept.id', '=', 'given.id'),
    )
    .select(['kept.model', 'kept.id', 'kept.sealed', 'kept.consumed_at as consumedAt'])
    .where((eb) => eb.or([eb('kept.expires_at', 'is', null), eb('kept.expires_at', '>', eb.ref('given.at'))]))
    .execute()
  const found = new Map(rows.map((row) => [keyOf(row), row]))
  return all.map((one) => found.get(keyOf(one)))
}

async function consumeAll(db: Kysely<ArtifactTable>, all: readonly (Named & { at: Date })[]): Promise<boolean[]> {
  const consumed = await db
    .updateTable('openid_artifact as kept')
    .from(given(NAMED_AT, inOrder(all)))
    .set((eb) => ({ consumed_at: eb.ref('given.at') }))
    .whereRef('kept.model', '=', 'given.model')
    .whereRef('kept.id', '=', 'given.id')
    .where('kept.consumed_at', 'is', null)
    .returning(['kept.model', 'kept.id'])
    .execute()
  return whichOf(all, consumed)
}

async function removeAll(db: Kysely<ArtifactTable>, all: readonly Named[]): Promise<undefined[]> {
  await db
    .deleteFrom('openid_artifact as kept')
    .using(given(NAMED, inOrder(all)))
    .whereRef('kept.model', '=', 'given.model')
    .whereRef('kept.id', '=', 'given.id')
    .execute()
  return all.map(() => undefined)
}
