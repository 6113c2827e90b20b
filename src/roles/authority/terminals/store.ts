// Records of the terminals (資格確認端末) that were certified, and of those that cards shall refuse.

import { type Kysely, sql, type Transaction } from 'kysely'

export interface TerminalTables {
  /** `revoked_in`: number of the list that first named it. */
  terminal_certificate: { request_key: string; number: number; public_key: Uint8Array; revoked_in: number | null }
}

export interface TerminalStore {
  /** The number of a terminal; the same request key gives the same row. */
  terminal(requestKey: string, publicKey: Uint8Array): Promise<{ number: number; publicKey: Uint8Array }>
  /** Numbers of the revoked terminals, and of the list that has them all: how many there are. */
  revokedTerminals(): Promise<number[]>
  /** Gives a terminal the next of `most` places on the list; one that is revoked already keeps its own. */
  revokeTerminal(number: number, most: number): Promise<'revoked' | 'unknown' | 'full'>
}

export const terminalStore = (db: Kysely<TerminalTables>): TerminalStore => ({
  terminal: (requestKey, publicKey) => db.transaction().execute((tx) => terminal(tx, requestKey, publicKey)),
  revokedTerminals: async () => {
    const rows = await db
      .selectFrom('terminal_certificate')
      .select('number')
      .where('revoked_in', 'is not', null)
      .orderBy('revoked_in')
      .execute()
    return rows.map(({ number }) => number)
  },
  revokeTerminal: (number, most) => db.transaction().execute((tx) => revoke(tx, number, most)),
})

async function terminal(tx: Transaction<TerminalTables>, requestKey: string, publicKey: Uint8Array) {
  for (;;) {
    const known = await tx
      .selectFrom('terminal_certificate')
      .selectAll()
      .where('request_key', '=', requestKey)
      .executeTakeFirst()
    if (known) return { number: known.number, publicKey: known.public_key }
    await tx
      .insertInto('terminal_certificate')
      .columns(['request_key', 'number', 'public_key'])
      .expression((build) =>
        build
          .selectFrom('terminal_certificate')
          .select([
            sql.val(requestKey).as('request_key'),
            sql<number>`coalesce(max(number), 0) + 1`.as('number'),
            sql.val(publicKey).as('public_key'),
          ]),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** The first terminal's row is the latch: two at the same moment get neither one place nor a place too many. */
async function revoke(tx: Transaction<TerminalTables>, number: number, most: number) {
  await tx.selectFrom('terminal_certificate').select('number').orderBy('number').limit(1).forUpdate().execute()
  const known = await tx
    .selectFrom('terminal_certificate')
    .select('revoked_in')
    .where('number', '=', number)
    .executeTakeFirst()
  if (!known) return 'unknown'
  if (known.revoked_in !== null) return 'revoked'
  const { next } = await tx
    .selectFrom('terminal_certificate')
    .select(sql<number>`coalesce(max(revoked_in), 0) + 1`.as('next'))
    .executeTakeFirstOrThrow()
  if (next > most) return 'full'
  await tx.updateTable('terminal_certificate').set({ revoked_in: next }).where('number', '=', number).execute()
  return 'revoked'
}
