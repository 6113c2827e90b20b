// What a reader of the database sees: every row of a schema as text, bytes in hexadecimal.

import { hex, utf8 } from '../../base/bytes.ts'
import type { Database } from '../database/database.ts'

export async function rowsOf({ pool, schemaName }: Database, schema: string): Promise<string> {
  const own = schemaName(schema)
  const tables = await pool.query('select table_name from information_schema.tables where table_schema = $1', [own])
  const rows: string[] = []
  for (const { table_name } of tables.rows) {
    const found = await pool.query(`select to_jsonb(t)::text as row from "${own}"."${table_name}" t`)
    rows.push(...found.rows.map(({ row }) => `${table_name} ${row}`))
  }
  return rows.join('\n')
}

/** Where the words stand in the rows, as text or as bytes; nowhere is an empty list. */
export const standingIn = (rows: string, words: readonly string[]): string[] =>
  rows.split('\n').filter((row) => words.some((word) => row.includes(word) || row.includes(hex(utf8(word)))))
