// The register against the log of signatures, as questions that the database answers over all rows at once.

import { type Kysely, sql } from 'kysely'
import type { CertificateKind } from '../contract.ts'
import type { AuthorityTables } from '../store.ts'

export interface AuditStore {
  certificates(): Promise<number>
  /** Certificates that the key of their generation may not have signed: nobody logged it. At most a thousand. */
  unlogged(): Promise<{ kind: CertificateKind; serial: bigint }[]>
  /** Positions of entries for certificates that are not in the register. At most a thousand. */
  unregistered(): Promise<number[]>
  /** Every CRL and delta that is in force. */
  lists(): Promise<{ where: string; crl: Uint8Array }[]>
  isLogged(statement: Uint8Array): Promise<boolean>
}

const MOST = 1000
const said = (name: string) => sql<string>`convert_from(log_entry.entry, 'UTF8')::json->>${sql.lit(name)}`

/** SHA-256 of what was signed: the first element of the certificate, behind four octets; before that, what was to be. */
const statement = sql<Uint8Array>`sha256(case
  when certificate.certificate is null then certificate.tbs
  when length(certificate.certificate) < 8 then certificate.certificate
  else substring(certificate.certificate from 5
    for 4 + 256 * get_byte(certificate.certificate, 6) + get_byte(certificate.certificate, 7)) end)`

export const auditStore = (db: Kysely<AuthorityTables>): AuditStore => ({
  certificates: async () => {
    const count = db.selectFrom('certificate').select((build) => build.fn.countAll<bigint>().as('count'))
    return Number((await count.executeTakeFirstOrThrow()).count)
  },
  unlogged: () =>
    db
      .selectFrom('certificate')
      .innerJoin('certificate as ca', (on) =>
        on
          .onRef('ca.kind', '=', 'certificate.kind')
          .onRef('ca.generation', '=', 'certificate.generation')
          .on('ca.medium', '=', 'ca'),
      )
      .select(['certificate.kind', 'certificate.serial'])
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('log_entry')
              .select('position')
              .where('log_entry.statement', '=', statement)
              .where(said('key'), '=', sql<string>`encode(ca.public_key_hash, 'hex')`),
          ),
        ),
      )
      .limit(MOST)
      .execute(),
  unregistered: async () => {
    const rows = await db
      .selectFrom('log_entry')
      .leftJoin('certificate', (on) => on.on('log_entry.statement', '=', statement))
      .select('log_entry.position')
      .where(said('what'), '=', 'certificate')
      .where('certificate.serial', 'is', null)
      .orderBy('log_entry.position')
      .limit(MOST)
      .execute()
    return rows.map(({ position }) => Number(position))
  },
  lists: async () => {
    const rows = await db.selectFrom('crl_partition').selectAll().where('crl', 'is not', null).execute()
    return rows.flatMap(({ kind, generation, municipality_code, crl, delta }) => {
      const where = `${kind} ${generation} ${municipality_code}`
      return [{ where, crl: crl! }, ...(delta ? [{ where: `${where} delta`, crl: delta }] : [])]
    })
  },
  isLogged: async (statement) =>
    (await db.selectFrom('log_entry').select('position').where('statement', '=', statement).executeTakeFirst()) !==
    undefined,
})
