// Global set-up of the vitest project `postgres`: the server of DATABASE_URL, or one of our own for this run.

import type { TestProject } from 'vitest/node'
import { MACHINE_LIVES, postgresBinaries, startPostgres } from './postgres-server.ts'

/** Returns the tear-down. */
export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
  const given = process.env.DATABASE_URL
  if (given) {
    project.provide('databaseUrl', given)
    return undefined
  }
  const binaries = postgresBinaries()
  if (!binaries) throw new Error('no PostgreSQL server binaries found; install postgresql or set DATABASE_URL')
  const server = await startPostgres(binaries, undefined, MACHINE_LIVES)
  project.provide('databaseUrl', server.url)
  return server.stop
}
