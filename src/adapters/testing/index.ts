// What tests of any layer use from outside: a database namespace of their own. The vitest project says which kind:
// `pglite` in this process, or `postgres`, a server. One database per worker, because PGlite takes a second to start.

import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../database/database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string | undefined
  }
}

/** A database whose `close` only removes this test's schemas. */
export type TestDatabase = Database

/** Survives from one test file to the next in the same worker. */
const shared = globalThis as { kazasuTestDatabases?: Map<string, Promise<Database>> }

/** The PostgreSQL server of this run, or undefined in the project `pglite`. */
export const testDatabaseUrl = (): string | undefined => inject('databaseUrl')

/** An empty namespace in the database of this worker: `beforeAll(async () => { database = await testDatabase() })`. */
export async function testDatabase(): Promise<TestDatabase> {
  const url = testDatabaseUrl()
  const opened = (shared.kazasuTestDatabases ??= new Map())
  const database = opened.get(url ?? '') ?? openDatabase(url ? { url } : { memory: true })
  opened.set(url ?? '', database)
  const own = (await database).withPrefix(`t${randomBytes(5).toString('hex')}`)
  return { ...own, close: own.drop }
}
