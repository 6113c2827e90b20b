// A few of the enrolments of `npm run faults`, whose seed says what goes wrong: everything ends, all agree, and every private
// key is in one place. And the same with a defect planted, which must be found: faults that find nothing would say nothing.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../adapters/testing/index.ts'
import { DEFECTS, type DefectName } from './testing/faults/defects.ts'
import { type CaseReport, faultCases } from './testing/faults/run.ts'

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

/** Where the machine is busy with others a case takes its time. */
const PATIENCE = { timeout: 600_000 }

test(
  'lives of a certificate under faults: loaded by delegation, and with an MVNO; one of them goes the same way again',
  PATIENCE,
  async () => {
    const reports = [await cases.run(1), await cases.run(5)]
    expect(reports.map((report) => ({ setting: report.setting, wrong: wrongs(report) }))).toEqual([
      { setting: 'delegated', wrong: [] },
      { setting: 'MVNO', wrong: [] },
    ])
    const kinds = reports.flatMap(({ faults }) => faults.map(({ kind }) => kind))
    expect(kinds.length).toBeGreaterThan(4)
    expect(kinds.some((kind) => kind.startsWith('killed'))).toBe(true)
    const { digest, acts } = await cases.run(1)
    expect({ digest, acts }).toEqual({ digest: reports[0]!.digest, acts: reports[0]!.acts })
  },
)

test.each([
  ['the SIM acknowledges a write before it is committed', 0],
  ['the carrier forgets the service before the SIM is empty', 0],
] satisfies [DefectName, number][])('a planted defect is found: %s', PATIENCE, async (name, number) => {
  expect(wrongs(await cases.run(number, DEFECTS[name]))).not.toEqual([])
})
