// The database of a bench: a PostgreSQL server of its own where the machine has one, else PGlite.

import { type Database, openDatabase } from '../src/adapters/database/database.ts'
import { postgresBinaries, startPostgres } from '../src/adapters/testing/postgres-server.ts'

export async function benchDatabase(): Promise<{ opened: Database; url?: string; end: () => Promise<void> }> {
  const binaries = postgresBinaries()
  if (!binaries) {
    const opened = await openDatabase({ memory: true })
    return { opened, end: opened.close }
  }
  const server = await startPostgres(binaries)
  const opened = await openDatabase({ url: server.url })
  return {
    opened,
    url: server.url,
    end: async () => {
      await opened.close()
      server.stop()
    },
  }
}
