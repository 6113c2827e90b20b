// Function calls of other TSMs and their answers (sealed), in the schema of the role that was asked.

import type { Kysely } from 'kysely'
import type { Bytes } from '../../base/bytes.ts'

export const FUNCTION_CALL_TABLE = `
  create table function_call (
    requesting_entity text not null,
    call_id text not null,
    digest bytea not null,
    started_at timestamptz not null,
    expires_at timestamptz,
    response bytea,
    primary key (requesting_entity, call_id)
  );
  create index function_call_started_at on function_call (started_at)`

export interface CallRow {
  readonly requesting_entity: string
  readonly call_id: string
  /** SHA-256 of function and request. */
  readonly digest: Bytes
  readonly started_at: Date
  readonly expires_at: Date | null
  /** Sealed; null until it has been carried out. */
  readonly response: Bytes | null
}

export interface FunctionCallTables {
  function_call: CallRow
}

export interface FunctionCallStore {
  /** Enters it unless it is there; what is there then. */
  begin(row: CallRow): Promise<CallRow>
  /** Writes the answer unless there is one; what is there then. */
  end(row: CallRow, response: Bytes): Promise<CallRow>
  /** Forgets what began before this; how many. */
  forget(before: Date): Promise<number>
}

export function functionCallStore<T extends FunctionCallTables>(of: Kysely<T>): FunctionCallStore {
  const db = of as unknown as Kysely<FunctionCallTables>
  const find = ({ requesting_entity, call_id }: CallRow) =>
    db
      .selectFrom('function_call')
      .selectAll()
      .where('requesting_entity', '=', requesting_entity)
      .where('call_id', '=', call_id)
      .executeTakeFirstOrThrow()
  return {
    begin: async (row) => {
      await db
        .insertInto('function_call')
        .values(row)
        .onConflict((c) => c.doNothing())
        .execute()
      return find(row)
    },
    end: async (row, response) => {
      await db
        .updateTable('function_call')
        .set({ response })
        .where('requesting_entity', '=', row.requesting_entity)
        .where('call_id', '=', row.call_id)
        .where('response', 'is', null)
        .execute()
      return find(row)
    },
    forget: async (before) => {
      const gone = await db.deleteFrom('function_call').where('started_at', '<', before).returning('call_id').execute()
      return gone.length
    },
  }
}
