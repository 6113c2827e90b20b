// The last good answer of J-LIS on a certificate, and the revocations that were seen since. Neither lives longer than it serves.

import { type Kysely, sql } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'
import type { CertificateKind } from '../../authority/contract.ts'
import { KEPT_MS, type KeptStatus, type Subject } from './model.ts'

export interface KeptStatusTables {
  kept_status: { kind: CertificateKind; serial: bigint; response: Bytes; nonce: Bytes; asked_at: Date }
  seen_revocation: { kind: CertificateKind; serial: bigint; seen_at: Date }
}

export const keptStatusMigrations = {
  '042-kept-status': `
    create table kept_status (
      kind text not null, serial numeric(49) not null, response bytea not null, nonce bytea not null,
      asked_at timestamptz not null, primary key (kind, serial));
    create index kept_status_age on kept_status (asked_at);
    create table seen_revocation (
      kind text not null, serial numeric(49) not null, seen_at timestamptz not null, primary key (kind, serial));
    create index seen_revocation_age on seen_revocation (seen_at);
    alter table login add column status_at timestamptz;
    alter table approval add column status_at timestamptz;`,
} as const

export const keptStatusStore = (db: Kysely<KeptStatusTables>) => ({
  async keep({ kind, serial, response, nonce, askedAt }: KeptStatus): Promise<void> {
    const row = { response, nonce, asked_at: askedAt }
    await db
      .insertInto('kept_status')
      .values({ kind, serial, ...row })
      .onConflict((c) => c.columns(['kind', 'serial']).doUpdateSet(row).where('kept_status.asked_at', '<', askedAt))
      .execute()
  },

  /** These are not valid any more, whatever was heard before. */
  async revoked(all: readonly Subject[], seenAt: Date): Promise<void> {
    const each = new Map(all.map(({ kind, serial }) => [`${kind} ${serial}`, { kind, serial, seen_at: seenAt }]))
    if (each.size === 0) return
    await db
      .insertInto('seen_revocation')
      .values([...each.values()])
      .onConflict((c) => c.columns(['kind', 'serial']).doUpdateSet({ seen_at: seenAt }))
      .execute()
  },

  /** Asked of J-LIS since then, and no revocation seen since it was asked; the clocks of two processes may differ by a minute. */
  async kept({ kind, serial }: Subject, since: Date): Promise<KeptStatus | undefined> {
    const row = await db
      .selectFrom('kept_status as k')
      .selectAll()
      .where('k.kind', '=', kind)
      .where('k.serial', '=', serial)
      .where('k.asked_at', '>=', since)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('seen_revocation as r')
              .select('r.seen_at')
              .whereRef('r.kind', '=', 'k.kind')
              .whereRef('r.serial', '=', 'k.serial')
              .where(sql<boolean>`r.seen_at >= k.asked_at - interval '1 minute'`),
          ),
        ),
      )
      .executeTakeFirst()
    return row && { kind, serial, response: row.response, nonce: row.nonce, askedAt: row.asked_at }
  },
})

/** Older ones than serve anybody need not be noted. */
export const isRecent = (at: Date, now: Date): boolean => now.getTime() - at.getTime() < KEPT_MS
