// The tiles of the log made anew from its entries, where what a tile holds has changed. In one transaction, in pages.

import { type Kysely, sql } from 'kysely'
import { appended, leafHash, type Tile } from '../../../protocol/merkle-log/index.ts'
import { given } from '../rows/store.ts'
import { edgeAfter, type LogTables, TILE, TILE_COLUMNS } from './store.ts'

const PAGE = 10_000

/** `tx` has the tables of the log under their plain names. */
export async function retile(tx: Kysely<unknown>): Promise<void> {
  const log = tx as Kysely<LogTables>
  await log.selectFrom('log_state').select('size').forUpdate().execute()
  await log.deleteFrom('log_tile').execute()
  let edge: readonly Tile[] = []
  for (let size = 0; ; ) {
    const page = log.selectFrom('log_entry').select('entry').where('position', '>=', BigInt(size))
    const entries = await page.orderBy('position').limit(PAGE).execute()
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
