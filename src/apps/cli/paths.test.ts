// Every path, through the real card: on PGlite with all roles in this process, on PostgreSQL with each as a process of its
// own. After each, SIM, carrier, SP-TSM and authority are compared.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase, testDatabaseUrl } from '../../adapters/testing/index.ts'
import { bring, holder, settled } from '../../world/testing/holder.ts'
import { type Household, joinedHousehold } from '../../world/testing/household.ts'
import { PATHS, walk } from '../../world/testing/paths.ts'
import { servedWorld } from './testing/served-world.ts'
import { ownDatabase } from './testing.ts'

let household: Household & { close(): Promise<void> }
let database: TestDatabase | undefined

beforeAll(async () => {
  const { DATABASE_URL } = testDatabaseUrl() ? await ownDatabase() : {}
  if (DATABASE_URL) household = await servedWorld({ databaseUrl: DATABASE_URL })
  else household = await joinedHousehold((database = await testDatabase()))
})
afterAll(async () => {
  await household?.close()
  await database?.close()
})
afterEach(async () => {
  await settled(household)
  const { findings, simsUnseen } = await household.audit()
  expect([findings, simsUnseen]).toEqual([[], []])
})

describe(testDatabaseUrl() ? 'processes' : 'one process', () => {
  test.each(PATHS.map((path) => [`${path.title} (${path.who})`, path] as const))('%s', async (_, path) => {
    await bring(holder(household, path.who), path.from)
    expect(await walk(path, household)).toBe(path.to)
  })
})
