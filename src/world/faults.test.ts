// A few of the enrolments of `npm run faults`, whose seed says what goes wrong: everything ends, all agree, and every private
// key is in one place. And the same with a defect planted, which must be found: faults that find nothing would say nothing.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../adapters/testing/index.ts'
import { DEFECTS, type DefectName } from './testing/faults/defects.ts'
import { type CaseReport, faultCases, SETTING_NAMES } from './testing/faults/run.ts'

const SEED = '2016'
let database: TestDatabase
let cases: Awaited<ReturnType<typeof faultCases>>
beforeAll(async () => {
  database = await testDatabase()
  cases = await faultCases(database, SEED)
})
afterAll(() => database.close())

const wrongs = ({ disagreements, unended, keysTwice, bugs }: CaseReport) => [
  ...[...disagreements, ...unended, ...keysTwice, ...bugs],
]

test('lives of a certificate in each setting under faults', async () => {
  const reports: CaseReport[] = []
  for (const [number] of SETTING_NAMES.entries()) {
    const report = await cases.run(number)
    expect({ number, wrong: wrongs(report), faults: report.faults }).toMatchObject({ wrong: [] })
    reports.push(report)
  }
  expect(reports.map(({ setting }) => setting)).toEqual(SETTING_NAMES)
  const kinds = reports.flatMap(({ faults }) => faults.map(({ kind }) => kind))
  expect(kinds.length).toBeGreaterThan(12)
  expect(kinds.filter((kind) => kind.startsWith('killed')).length).toBeGreaterThan(2)
})

test('a case goes the same way again', async () => {
  const [first, again] = [await cases.run(1), await cases.run(1)]
  expect(again).toEqual(first)
})

test.each([
  ['the SIM acknowledges a write before it is committed', 0],
  ['keys of the domain go to the SIM before they are stored', 0],
] satisfies [DefectName, number][])('a planted defect is found: %s', async (name, number) => {
  expect(wrongs(await cases.run(number, DEFECTS[name]))).not.toEqual([])
})
