// The artefacts of the OpenID provider (codes, grants, sessions, interactions, used assertions) in the verifier's schema: names by
// digest, what they hold sealed (adapter.ts), so that the records open nothing. Not here: clients, the verifier's own records.

import type { Kysely } from 'kysely'
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
}

export interface FoundArtifact {
  readonly id: string
  readonly sealed: Bytes | null
  readonly consumedAt: Date | null
}

export const artifactStore = (db: Kysely<ArtifactTable>) => ({
  async save(model: string, { id, sealed, grantId, uid }: Artifact, expiresAt: Date | null): Promise<void> {
    const row = { sealed, grant_id: grantId, uid, expires_at: expiresAt }
    await db
      .insertInto('openid_artifact')
      .values({ model, id, ...row, consumed_at: null })
      .onConflict((conflict) => conflict.columns(['model', 'id']).doUpdateSet(row))
      .execute()
  },

  /** False when it is there already, expired or not. */
  async add(model: string, id: string, expiresAt: Date): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('openid_artifact')
      .values({ model, id, expires_at: expiresAt })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  },

  /** Only what has not expired. */
  async find(model: string, by: 'id' | 'uid', name: string, now: Date): Promise<FoundArtifact | undefined> {
    const row = await db
      .selectFrom('openid_artifact')
      .select(['id', 'sealed', 'consumed_at'])
      .where('model', '=', model)
      .where(by, '=', name)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      .executeTakeFirst()
    return row && { id: row.id, sealed: row.sealed, consumedAt: row.consumed_at }
  },

  /** False when it was consumed before: of two that come at once, one wins. */
  async consume(model: string, id: string, now: Date): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('openid_artifact')
      .set({ consumed_at: now })
      .where('model', '=', model)
      .where('id', '=', id)
      .where('consumed_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  },

  async remove(model: string, id: string): Promise<void> {
    await db.deleteFrom('openid_artifact').where('model', '=', model).where('id', '=', id).execute()
  },

  async removeOfGrant(grantId: string): Promise<void> {
    await db.deleteFrom('openid_artifact').where('grant_id', '=', grantId).execute()
  },

  async removeExpired(now: Date): Promise<void> {
    await db.deleteFrom('openid_artifact').where('expires_at', '<=', now).execute()
  },
})
