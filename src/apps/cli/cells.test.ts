// Each cell of line × SIM × phone × network through the real card: on PGlite with all roles in this process, on PostgreSQL
// with the TSMs and all others as processes of their own. After each, SIM, carrier, SP-TSM and authority are compared.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase, testDatabaseUrl } from '../../adapters/testing/index.ts'
import { CELLS, cellWalk, titleOf } from '../../world/testing/cells.ts'
import { handsets } from '../../world/testing/handsets.ts'
import { holder, settled } from '../../world/testing/holder.ts'
import { type Household, joinedHousehold } from '../../world/testing/household.ts'
import { servedWorld } from './testing/served-world.ts'
import { ownDatabase } from './testing.ts'

const hands = handsets()
let household: Household & { close(): Promise<void> }
let walker: ReturnType<typeof cellWalk>
let database: TestDatabase | undefined

beforeAll(async () => {
  const { DATABASE_URL } = testDatabaseUrl() ? await ownDatabase() : {}
  if (DATABASE_URL) household = await servedWorld({ databaseUrl: DATABASE_URL, ...hands.options })
  else household = await joinedHousehold((database = await testDatabase()), hands.options)
  walker = cellWalk(holder(household, 'adult'), hands, household)
})
afterAll(async () => {
  await household?.close()
  await database?.close()
})
const agree = async () => {
  const { findings, simsUnseen } = await household.audit()
  expect([findings, simsUnseen]).toEqual([[], []])
}

test('the table: what completes, over the air and through the phone, for every carrier', () => {
  const complete = CELLS.filter(({ eligible }) => eligible)
  expect([CELLS.length, complete.length]).toEqual([240, 23])
  expect(CELLS.every(({ eligible, reasons }) => eligible === (reasons.length === 0))).toBe(true)
  expect(new Set(complete.map(({ carrier, bearer }) => `${carrier.id} ${bearer}`)).size).toBe(6)
})

describe(testDatabaseUrl() ? 'processes' : 'one process', () => {
  test.each(CELLS.map((cell) => [titleOf(cell), cell] as const))('%s', async (_, cell) => {
    await walker.walk(cell)
    if (!cell.eligible) return
    await agree()
    await walker.back()
  })
  test('afterwards', () => walker.close())
})
afterEach(async () => {
  await settled(household)
  await agree()
})
