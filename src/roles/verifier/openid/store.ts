// The artefacts of the OpenID provider (codes, grants, sessions, interactions, used assertions) in the verifier's schema: names by
// digest, what they hold sealed (adapter.ts), so that the records open nothing. Not here: clients, the verifier's own records.

import type { Kysely } from 'kysely'
import { given } from '../../../adapters/database/given.ts'
import { statement } from '../../../adapters/database/statement.ts'
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

/** Four of eleven rows of a login are only remembered as used: they are in none of these, and most others in one. */
export const sparseArtifactMigrations = {
  '061-artifacts-indexed-where-named': `
    drop index openid_artifact_grant, openid_artifact_uid;
    create index openid_artifact_grant on openid_artifact (grant_id) where grant_id is not null;
    create index openid_artifact_uid on openid_artifact (uid) where uid is not null;`,
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

interface Saved extends Omit<Artifact, 'sealed'> {
  readonly model: string
  /** Null: only remembered as used, and only if it is not there. */
  readonly sealed: Bytes | null
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

type At = Named & { readonly at: Date }
const NAMED_AT = { ...NAMED, at: 'timestamptz' } as const

/** What many logins ask at the same moment is one statement; each waits until its own rows are there. */
const MOST_AT_ONCE = 64

export const artifactStore = (db: Kysely<ArtifactTable>) => {
  const save = batched(saving(db), MOST_AT_ONCE)
  const find = batched(finding(db), MOST_AT_ONCE)
  const consume = batched(consuming(db), MOST_AT_ONCE)
  const remove = batched(removing(db), MOST_AT_ONCE)
  return {
    async save(model: string, artifact: Artifact, expiresAt: Date | null): Promise<void> {
      await save({ model, ...artifact, expiresAt })
    },

    /** False when it is there already, expired or not. */
    add: (model: string, id: string, expiresAt: Date): Promise<boolean> =>
      save({ model, id, sealed: null, grantId: null, uid: null, clientId: null, expiresAt }),

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

function saving(db: Kysely<ArtifactTable>) {
  const save = statement<readonly Saved[], Named>(db, (asked) =>
    db
      .insertInto('openid_artifact')
      .columns(['model', 'id', 'sealed', 'grant_id', 'uid', 'client_id', 'expires_at'])
      .expression((eb) =>
        eb
          .selectFrom(given<Saved>(SAVED, asked))
          .select(['model', 'id', 'sealed', 'grantId', 'uid', 'clientId', 'expiresAt']),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['model', 'id'])
          .doUpdateSet(({ ref }) => ({
            sealed: ref('excluded.sealed'),
            grant_id: ref('excluded.grant_id'),
            uid: ref('excluded.uid'),
            client_id: ref('excluded.client_id'),
            expires_at: ref('excluded.expires_at'),
          }))
          .where('excluded.sealed' as never, 'is not', null),
      )
      .returning(['openid_artifact.model', 'openid_artifact.id']),
  )
  return async (all: readonly Saved[]): Promise<boolean[]> => whichOf(all, await save(inOrder(all)))
}

function finding(db: Kysely<ArtifactTable>) {
  const find = statement<readonly At[], FoundArtifact & Named>(db, (asked) =>
    db
      .selectFrom(given<At>(NAMED_AT, asked))
      .innerJoin('openid_artifact as kept', (join) =>
        join.onRef('kept.model', '=', 'given.model').onRef('kept.id', '=', 'given.id'),
      )
      .select(['kept.model', 'kept.id', 'kept.sealed', 'kept.consumed_at as consumedAt'])
      .where((eb) => eb.or([eb('kept.expires_at', 'is', null), eb('kept.expires_at', '>', eb.ref('given.at'))])),
  )
  return async (all: readonly At[]): Promise<(FoundArtifact | undefined)[]> => {
    const found = new Map((await find(all)).map((row) => [keyOf(row), row]))
    return all.map((one) => found.get(keyOf(one)))
  }
}

function consuming(db: Kysely<ArtifactTable>) {
  const consume = statement<readonly At[], Named>(db, (asked) =>
    db
      .updateTable('openid_artifact as kept')
      .from(given<At>(NAMED_AT, asked))
      .set((eb) => ({ consumed_at: eb.ref('given.at') }))
      .whereRef('kept.model', '=', 'given.model')
      .whereRef('kept.id', '=', 'given.id')
      .where('kept.consumed_at', 'is', null)
      .returning(['kept.model', 'kept.id']),
  )
  return async (all: readonly At[]): Promise<boolean[]> => whichOf(all, await consume(inOrder(all)))
}

function removing(db: Kysely<ArtifactTable>) {
  const remove = statement<readonly Named[], unknown>(db, (asked) =>
    db
      .deleteFrom('openid_artifact as kept')
      .using(given<Named>(NAMED, asked))
      .whereRef('kept.model', '=', 'given.model')
      .whereRef('kept.id', '=', 'given.id'),
  )
  return async (all: readonly Named[]): Promise<undefined[]> => {
    await remove(inOrder(all))
    return all.map(() => undefined)
  }
}
