// Relying parties as the verifier keeps them: what they are registered with, the newest only.

import type { ColumnType, Kysely } from 'kysely'
import type { Client } from '../openid/contract.ts'

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

export const clientStore = (db: Kysely<ClientTable>) => ({
  async saveClient({ clientId, name, redirectUris, publicJwk, ...options }: Client): Promise<void> {
    const row = {
      name,
      redirect_uris: JSON.stringify(redirectUris),
      public_jwk: publicJwk ? JSON.stringify(publicJwk) : null,
      options: JSON.stringify(options),
    }
    await db
      .insertInto('client')
      .values({ client_id: clientId, ...row })
      .onConflict((conflict) => conflict.column('client_id').doUpdateSet(row))
      .execute()
  },

  async client(clientId: string): Promise<Client | undefined> {
    const row = await db.selectFrom('client').selectAll().where('client_id', '=', clientId).executeTakeFirst()
    // One that its tenant has closed is nobody: it neither logs people in nor asks.
    if (!row || row.options.closed) return undefined
    const { name, redirect_uris: redirectUris, public_jwk: publicJwk, options } = row
    const { earlier, ...same } = options
    return {
      clientId,
      name,
      redirectUris,
      ...(publicJwk && { publicJwk }),
      ...same,
      ...(earlier && { earlier: { ...earlier, until: new Date(earlier.until) } }),
    }
  },
})
