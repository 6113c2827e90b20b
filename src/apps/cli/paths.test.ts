// Every path, through the real card: on PGlite with all roles in this process, on PostgreSQL with each as a process of its
// own. After each, SIM, carrier, SP-TSM and authority are compared.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase, testDatabaseUrl } from '../../adapters/testing/index.ts'
import { bring, holder, settled } from '../../world/testing/holder.ts'
import { type Household, joinedHousehold } from '../../world/testing/household.ts'
import { PATHS } from '../../world/testing/paths/index.ts'
import { phoneAtReader } from './testing/phone-at-reader.ts'
import { type ServedWorld, servedWorld } from './testing/served-world.ts'
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

if (testDatabaseUrl())
  test('a phone held to a reader at the bank logs in, with its PIN and without', async () => {
    const me = holder(household, 'adult')
    await bring(me, 'active')
    await phoneAtReader(household as ServedWorld, me.phonePin)
  })

describe(testDatabaseUrl() ? 'processes' : 'one process', () => {
  test.each(PATHS.map((path) => [`${path.title} (${path.who})`, path] as const))('%s', async (_, path) => {
    const me = holder(household, path.who)
    await bring(me, path.from)
    await path.walk(me, household)
    expect(await me.state()).toBe(path.to)
  })
})
