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
  /** False when there is no such terminal. One that is revoked already keeps its place. */
  revokeTerminal(number: number): Promise<boolean>
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
  revokeTerminal: async (number) => {
    const next = db
      .selectFrom('terminal_certificate as others')
      .select(sql<number>`coalesce(max(revoked_in), 0) + 1`.as('next'))
    const row = await db
      .updateTable('terminal_certificate')
      .set((build) => ({ revoked_in: build.fn.coalesce('revoked_in', next) }))
      .where('number', '=', number)
      .returning('number')
      .executeTakeFirst()
    return row !== undefined
  },
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
