// The artefacts of the OpenID provider (codes, grants, sessions, interactions, used assertions) in the verifier's schema.
// Not here: clients, which are the verifier's own records.

import type { ColumnType, Kysely } from 'kysely'

export interface ArtifactTable {
  openid_artifact: {
    model: string
    id: string
    payload: ColumnType<Record<string, unknown>, string, string>
    grant_id: string | null
    uid: string | null
    user_code: string | null
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
}

export interface Artifact {
  readonly payload: Record<string, unknown>
  readonly consumedAt: Date | null
}

export type ArtifactKey = { readonly id: string } | { readonly uid: string } | { readonly userCode: string }

export const artifactStore = (db: Kysely<ArtifactTable>) => ({
  async save(model: string, id: string, payload: Record<string, unknown>, expiresAt: Date | null): Promise<void> {
    const row = rowOf(payload, expiresAt)
    await db
      .insertInto('openid_artifact')
      .values({ model, id, ...row, consumed_at: null })
      .onConflict((conflict) => conflict.columns(['model', 'id']).doUpdateSet(row))
      .execute()
  },

  /** False when it is there already, expired or not. */
  async add(model: string, id: string, payload: Record<string, unknown>, expiresAt: Date | null): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('openid_artifact')
      .values({ model, id, ...rowOf(payload, expiresAt), consumed_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  },

  /** Only what has not expired. */
  async find(model: string, key: ArtifactKey, now: Date): Promise<Artifact | undefined> {
    const [column, value] =
      'id' in key
        ? (['id', key.id] as const)
        : 'uid' in key
          ? (['uid', key.uid] as const)
          : (['user_code', key.userCode] as const)
    const row = await db
      .selectFrom('openid_artifact')
      .select(['payload', 'consumed_at'])
      .where('model', '=', model)
      .where(column, '=', value)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      .executeTakeFirst()
    return row && { payload: row.payload, consumedAt: row.consumed_at }
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

const rowOf = (payload: Record<string, unknown>, expiresAt: Date | null) => ({
  payload: JSON.stringify(payload),
  grant_id: text(payload.grantId),
  uid: text(payload.uid),
  user_code: text(payload.userCode),
  expires_at: expiresAt,
})

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
