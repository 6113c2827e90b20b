// The log of signatures in the database: entries in their order, tiles of the Merkle tree over them, signed heads.
// An append is part of a transaction of the caller; its row lock is the last that a transaction takes.

import { type Kysely, sql } from 'kysely'
import { given } from '../../../adapters/database/given.ts'
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
  type TilePlace,
} from '../../../protocol/merkle-log/index.ts'
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
  append: appending(db),
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

/** Where the log ends: what must be known of it to go on. */
interface LogEnd {
  readonly size: number
  /** The tiles that are not full. */
  readonly edge: readonly Tile[]
}

/** Goes on from where it ended itself; reads where the log ends only when somebody else came between. */
function appending(db: Kysely<AuthorityTables>): LogStore['append'] {
  let end: LogEnd | undefined
  return async (entries) => {
    if (entries.length === 0) return
    const known = end && (await appendAt(db, end, entries))
    end = known ?? (await db.transaction().execute((tx) => appendLast(tx, entries)))
  }
}

/** As part of the caller's transaction. */
export async function appendEntries(tx: Tx, entries: readonly LogEntry[]): Promise<void> {
  if (entries.length > 0) await appendLast(tx, entries)
}

async function appendLast(tx: Tx, entries: readonly LogEntry[]): Promise<LogEnd> {
  const state = tx.selectFrom('log_state').select('size').where('id', '=', 1).forUpdate()
  const size = Number((await state.executeTakeFirstOrThrow()).size)
  const end = await appendAt(tx, { size, edge: await edge(tx, size) }, entries)
  if (!end) throw new Error('the log grew while it was locked')
  return end
}

/** Entries and the tree over them grow together, in one statement; undefined when the log does not end here any more. */
async function appendAt(db: Kysely<AuthorityTables>, end: LogEnd, entries: readonly LogEntry[]) {
  const encoded = entries.map(encodeEntry)
  const rows = entries.map(({ statement }, i) => ({ position: BigInt(end.size + i), entry: encoded[i]!, statement }))
  const tiles = appended(end.size, end.edge, encoded.map(leafHash))
  const size = end.size + entries.length
  const grown = await db
    .with('grown', (grow) =>
      grow
        .updateTable('log_state')
        .set({ size: BigInt(size) })
        .where('id', '=', 1)
        .where('size', '=', BigInt(end.size))
        .returning('size'),
    )
    .with('entries', (into) =>
      into
        .insertInto('log_entry')
        .columns(ENTRY_COLUMNS)
        .expression((from) => from.selectFrom(['grown', given(ENTRY, rows)]).select(ENTRY_COLUMNS)),
    )
    .with('tiles', (into) =>
      into
        .insertInto('log_tile')
        .columns(TILE_COLUMNS)
        .expression((from) => from.selectFrom(['grown', given(TILE, tiles)]).select(TILE_COLUMNS))
        .onConflict((there) => there.columns(['level', 'number']).doUpdateSet({ hashes: sql`excluded.hashes` })),
    )
    .selectFrom('grown')
    .select('size')
    .executeTakeFirst()
  return grown && { size, edge: edgeAfter(size, end.edge, tiles) }
}

const ENTRY = { position: 'bigint', entry: 'bytea', statement: 'bytea' } as const
const ENTRY_COLUMNS = Object.keys(ENTRY) as (keyof typeof ENTRY)[]
const TILE = { level: 'integer', number: 'bigint', hashes: 'bytea' } as const
const TILE_COLUMNS = Object.keys(TILE) as (keyof typeof TILE)[]

const isPlace = (place: TilePlace) => (tile: TilePlace) => tile.level === place.level && tile.number === place.number

const edgeAfter = (size: number, before: readonly Tile[], changed: readonly Tile[]): Tile[] =>
  edgeOf(size).map((place) => (changed.find(isPlace(place)) ?? before.find(isPlace(place)))!)

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

const RETILED_AT_ONCE = 10_000

/** All tiles made anew from the entries, where what a tile holds has changed. `tx` has the tables of the log under their plain names. */
export async function retile(tx: Kysely<unknown>): Promise<void> {
  const log = tx as Kysely<LogTables>
  await log.selectFrom('log_state').select('size').forUpdate().execute()
  await log.deleteFrom('log_tile').execute()
  let edge: readonly Tile[] = []
  for (let size = 0; ; ) {
    const page = log.selectFrom('log_entry').select('entry').where('position', '>=', BigInt(size))
    const entries = await page.orderBy('position').limit(RETILED_AT_ONCE).execute()
    if (entries.length === 0) return
    const leaves = entries.map(({ entry }) => leafHash(entry))
    const tiles = appended(size, edge, leaves)
    size += entries.length
    edge = edgeAfter(size, edge, tiles)
    await log
      .insertInto('log_tile')
      .columns(TILE_COLUMNS)
      .expression((from) => from.selectFrom(given(TILE, tiles)).select(TILE_COLUMNS))
      .onConflict((there) => there.columns(['level', 'number']).doUpdateSet({ hashes: sql`excluded.hashes` }))
      .execute()
  }
}
