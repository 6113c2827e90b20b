// The log of signatures in the database: entries in their order, tiles of the Merkle tree over them, signed heads.
// An append is part of a transaction of the caller; its row lock is the last that a transaction takes.

import { type Kysely, sql } from 'kysely'
import {
  appended,
  edgeOf,
  encodeEntry,
  type HashOf,
  hashesFrom,
  type LogEntry,
  leafHash,
  type SignedTreeHead,
  type Tile,
} from '../../../protocol/merkle-log/index.ts'
import { given } from '../rows/store.ts'
import type { AuthorityTables, Tx } from '../store.ts'

export interface LogTables {
  log_state: { id: number; size: bigint }
  log_entry: { position: bigint; entry: Uint8Array; statement: Uint8Array }
  log_tile: { level: number; number: bigint; hashes: Uint8Array }
  log_head: { size: bigint; root: Uint8Array; at: Date; signature: Uint8Array }
}

export interface LogStore {
  /** In a transaction of its own. */
  append(entries: readonly LogEntry[]): Promise<void>
  size(): Promise<number>
  /** Roots over ranges of the leaves that were there when it was called. */
  hashOf(): HashOf
  /** Encoded, from this position on. */
  entries(from: number, most: number): Promise<Uint8Array[]>
  /** As `entries`, as they are kept. */
  page(from: number, most: number): Promise<{ position: number; entry: Uint8Array; statement: Uint8Array }[]>
  /** Positions of the entries with this statement, in order. */
  find(statement: Uint8Array): Promise<number[]>
  /** The largest head of at most this size. */
  head(upTo?: number): Promise<SignedTreeHead | undefined>
  heads(after: number, most: number): Promise<SignedTreeHead[]>
  /** One of this size stays as it is. */
  addHead(head: SignedTreeHead): Promise<void>
}

export const logStore = (db: Kysely<AuthorityTables>): LogStore => ({
  append: (entries) => db.transaction().execute((tx) => appendEntries(tx, entries)),
  size: async () => Number((await db.selectFrom('log_state').select('size').executeTakeFirstOrThrow()).size),
  hashOf: () =>
    hashesFrom(async ({ level, number }) => {
      const tile = db.selectFrom('log_tile').select('hashes').where('level', '=', level)
      return (await tile.where('number', '=', BigInt(number)).executeTakeFirstOrThrow()).hashes
    }),
  entries: async (from, most) => {
    const rows = db.selectFrom('log_entry').select('entry').where('position', '>=', BigInt(from))
    return (await rows.orderBy('position').limit(most).execute()).map(({ entry }) => entry)
  },
  page: async (from, most) => {
    const rows = db.selectFrom('log_entry').selectAll().where('position', '>=', BigInt(from)).orderBy('position')
    return (await rows.limit(most).execute()).map(({ position, ...row }) => ({ ...row, position: Number(position) }))
  },
  find: async (statement) => {
    const rows = db.selectFrom('log_entry').select('position').where('statement', '=', statement)
    return (await rows.orderBy('position').execute()).map(({ position }) => Number(position))
  },
  head: async (upTo) => {
    const heads = db.selectFrom('log_head').selectAll().orderBy('size', 'desc').limit(1)
    const row = await heads.$if(upTo !== undefined, (query) => query.where('size', '<=', BigInt(upTo!))).execute()
    return row.map(headOf)[0]
  },
  heads: async (after, most) => {
    const rows = db.selectFrom('log_head').selectAll().where('size', '>', BigInt(after))
    return (await rows.orderBy('size').limit(most).execute()).map(headOf)
  },
  addHead: async ({ size, root, at, signature }) => {
    await db
      .insertInto('log_head')
      .values({ size: BigInt(size), root, at, signature })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  },
})

const headOf = ({ size, ...head }: LogTables['log_head']): SignedTreeHead => ({ ...head, size: Number(size) })

/** Entries and the tree over them grow together. */
export async function appendEntries(tx: Tx, entries: readonly LogEntry[]): Promise<void> {
  if (entries.length === 0) return
  const state = await tx
    .selectFrom('log_state')
    .select('size')
    .where('id', '=', 1)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const size = Number(state.size)
  const encoded = entries.map(encodeEntry)
  const rows = entries.map(({ statement }, i) => ({ position: BigInt(size + i), entry: encoded[i]!, statement }))
  await tx
    .insertInto('log_entry')
    .columns(ENTRY_COLUMNS)
    .expression((from) => from.selectFrom(given(ENTRY, rows)).select(ENTRY_COLUMNS))
    .execute()
  const tiles = appended(size, await edge(tx, size), encoded.map(leafHash))
  await tx
    .insertInto('log_tile')
    .values(tiles.map(({ level, number, hashes }) => ({ level, number: BigInt(number), hashes })))
    .onConflict((conflict) => conflict.columns(['level', 'number']).doUpdateSet({ hashes: sql`excluded.hashes` }))
    .execute()
  await tx
    .updateTable('log_state')
    .set({ size: BigInt(size + entries.length) })
    .where('id', '=', 1)
    .execute()
}

const ENTRY = { position: 'bigint', entry: 'bytea', statement: 'bytea' } as const
const ENTRY_COLUMNS = Object.keys(ENTRY) as (keyof typeof ENTRY)[]

async function edge(tx: Tx, size: number): Promise<Tile[]> {
  const places = edgeOf(size)
  if (places.length === 0) return []
  const rows = await tx
    .selectFrom('log_tile')
    .selectAll()
    .where((where) => where.or(places.map(({ level, number }) => where.and({ level, number: BigInt(number) }))))
    .execute()
  return rows.map(({ level, number, hashes }) => ({ level, number: Number(number), hashes }))
}
