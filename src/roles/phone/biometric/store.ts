// The sealed PIN of each SIM that was in this phone, and the credential whose authenticator has its key.

import type { Kysely } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'

export const biometricMigrations = {
  '006-biometric': `
    create table biometric (
      phone text not null, iccid text not null, credential_id bytea not null, public_key bytea not null,
      origin text not null, salt bytea not null, sealed_pin bytea not null, counter bigint not null,
      failures integer not null default 0, primary key (phone, iccid))`,
} as const

interface BiometricRow {
  phone: string
  iccid: string
  credential_id: Bytes
  public_key: Bytes
  origin: string
  salt: Bytes
  sealed_pin: Bytes
  counter: number
  failures: number
}

export interface BiometricTable {
  biometric: BiometricRow
}

export interface Biometric {
  readonly credentialId: Bytes
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Bytes
  readonly origin: string
  /** Of the PRF. */
  readonly salt: Bytes
  readonly sealedPin: Bytes
  readonly counter: number
  /** In a row. */
  readonly failures: number
}

export interface BiometricStore {
  of(phone: string, iccid: string): Promise<Biometric | null>
  save(phone: string, iccid: string, one: Biometric): Promise<void>
  /** False when the counter did not go on: an assertion was used twice, or somebody has a copy of the authenticator. */
  counted(phone: string, iccid: string, counter: number): Promise<boolean>
  failed(phone: string, iccid: string): Promise<void>
  recovered(phone: string, iccid: string): Promise<void>
  forget(phone: string, iccid: string): Promise<void>
}

export function biometricStore(db: Kysely<BiometricTable>): BiometricStore {
  const update = (phone: string, iccid: string) =>
    db.updateTable('biometric').where('phone', '=', phone).where('iccid', '=', iccid)
  return {
    of: async (phone, iccid) => {
      const rows = db.selectFrom('biometric').selectAll().where('phone', '=', phone).where('iccid', '=', iccid)
      const row = await rows.executeTakeFirst()
      if (!row) return null
      const { credential_id: credentialId, public_key: publicKey, sealed_pin: sealedPin, origin, salt, failures } = row
      return { credentialId, publicKey, sealedPin, origin, salt, failures, counter: Number(row.counter) }
    },
    save: async (phone, iccid, { credentialId, publicKey, sealedPin, ...plain }) => {
      const row = { ...plain, credential_id: credentialId, public_key: publicKey, sealed_pin: sealedPin }
      const entered = db.insertInto('biometric').values({ phone, iccid, ...row })
      await entered.onConflict((c) => c.columns(['phone', 'iccid']).doUpdateSet(row)).execute()
    },
    counted: async (phone, iccid, counter) => {
      const onward = update(phone, iccid).where('counter', counter === 0 ? '=' : '<', counter)
      return (await onward.set({ counter }).executeTakeFirst()).numUpdatedRows === 1n
    },
    failed: async (phone, iccid) => {
      await update(phone, iccid)
        .set((eb) => ({ failures: eb('failures', '+', 1) }))
        .execute()
    },
    recovered: async (phone, iccid) => {
      await update(phone, iccid).set({ failures: 0 }).execute()
    },
    forget: async (phone, iccid) => {
      await db.deleteFrom('biometric').where('phone', '=', phone).where('iccid', '=', iccid).execute()
    },
  }
}
