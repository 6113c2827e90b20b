// A few of the enrolments of `npm run faults`, whose seed says what goes wrong: everything ends, all agree, and every private
// key is in one place. And the same with a defect planted, which must be found: faults that find nothing would say nothing.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../adapters/testing/index.ts'
import { DEFECTS } from './testing/faults/defects.ts'
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

test('lives of a certificate under faults, one in each setting; one of them goes the same way again', async () => {
  const reports: CaseReport[] = []
  for (const number of SETTING_NAMES.keys()) reports.push(await cases.run(number))
  expect(reports.map((report) => ({ setting: report.setting, wrong: wrongs(report) }))).toEqual(
    SETTING_NAMES.map((setting) => ({ setting, wrong: [] })),
  )
  const kinds = reports.flatMap(({ faults }) => faults.map(({ kind }) => kind))
  expect(kinds.length).toBeGreaterThan(15)
  for (const kind of ['killed sp-tsm', 'killed authority', 'killed adult'])
    expect(kinds.filter((one) => one.startsWith(kind)).length).toBeGreaterThan(0)
  expect(kinds.some((kind) => kind.startsWith('killed carrier'))).toBe(true)
  const { digest, acts } = await cases.run(1)
  expect({ digest, acts }).toEqual({ digest: reports[1]!.digest, acts: reports[1]!.acts })
})

test('a letter whose code was recorded and whose process died comes once: nobody has to apply anew', async () => {
  const report = await cases.run(
    0,
    {},
    {
      setting: 'simple',
      plan: { ways: ['home'], happenings: ['lost'] },
      aims: [{ where: ' sp-tsm→post.send', what: 'caller dies first', after: 1 }],
    },
  )
  expect(report.faults).toHaveLength(1)
  expect(wrongs(report)).toEqual([])
  expect(report.acts).toEqual(['apply from home', 'enter code', 'enter code', 'install', 'set PIN', 'stop', 'remove'])
})

// `npm run faults -- --planted` also lives each of these cases without its defect.
test.each(Object.entries(DEFECTS))('a planted defect is found: %s', async (_, defect) => {
  const report = await cases.run(0, defect, defect.shownBy)
  expect(report.faults.length).toBeGreaterThan(0)
  expect(wrongs(report)).not.toEqual([])
})
