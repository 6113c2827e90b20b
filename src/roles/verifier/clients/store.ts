// Relying parties as the verifier keeps them: what they are registered with, the newest only.

import { type ColumnType, type Kysely, type Selectable, sql } from 'kysely'
import { anyOf, statement } from '../../../adapters/database/statement.ts'
import { lookups } from '../../../base/batch.ts'
import type { Client } from '../openid/contract.ts'
import { under } from '../operator/measures/store.ts'

type Json<T> = ColumnType<T, string, string>

type ClientOptions = Omit<Client, 'clientId' | 'name' | 'redirectUris' | 'publicJwk'>

export interface ClientTable {
  client: {
    client_id: string
    name: string
    redirect_uris: Json<string[]>
    public_jwk: Json<Record<string, string>> | null
    options: Json<ClientOptions>
  }
}

/** What many ask at the same moment is one statement. */
const MOST_AT_ONCE = 64

export const clientStore = (db: Kysely<ClientTable>) => ({
  /** False where it is closed, which it stays. */
  async saveClient({ clientId, name, redirectUris, publicJwk, ...options }: Client): Promise<boolean> {
    const row = {
      name,
      redirect_uris: JSON.stringify(redirectUris),
      public_jwk: publicJwk ? JSON.stringify(publicJwk) : null,
      options: JSON.stringify(options),
    }
    const saved = db
      .insertInto('client')
      .values({ client_id: clientId, ...row })
      .onConflict((there) =>
        there.column('client_id').doUpdateSet(row).where(sql<boolean>`client.options->>'closed' is null`),
      )
    return (await saved.returning('client_id').executeTakeFirst()) !== undefined
  },

  /** One that is closed, or suspended by the operator, is nobody: it neither logs people in nor asks. */
  client: lookups(clientsOf(db), ({ clientId }) => clientId, MOST_AT_ONCE),

  /** Also a suspended one, for those who administer it. */
  async registeredClient(clientId: string): Promise<Client | undefined> {
    const row = await db.selectFrom('client').selectAll().where('client_id', '=', clientId).executeTakeFirst()
    return row && clientOf(row)
  },
})

function clientsOf(db: Kysely<ClientTable>) {
  const find = statement<readonly string[], Selectable<ClientTable['client']>>(db, (asked) =>
    db
      .selectFrom('client')
      .selectAll()
      .where(anyOf('client_id', asked))
      .where((eb) => eb.not(under('suspended', 'client.client_id')(eb as never))),
  )
  return async (ids: readonly string[]): Promise<Client[]> => (await find(ids)).flatMap((row) => clientOf(row) ?? [])
}

function clientOf(row: Selectable<ClientTable['client']>): Client | undefined {
  const { client_id: clientId, name, redirect_uris: redirectUris, public_jwk: publicJwk, options } = row
  if (options.closed) return undefined
  const { earlier, ...same } = options
  return {
    clientId,
    name,
    redirectUris,
    ...(publicJwk && { publicJwk }),
    ...same,
    ...(earlier && { earlier: { ...earlier, until: new Date(earlier.until) } }),
  }
}
