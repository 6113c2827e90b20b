// A few of the enrolments of `npm run faults`, whose seed says what goes wrong: everything ends, and all agree.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { type CaseReport, faultWorld } from '../../world/testing/fault-run.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

const GOOD = { disagreements: [], unended: [], keysTwice: 0, bugs: [] }

test.each(['minato-nfc-1', 'aozora-lite-1'] as const)(
  'six lives of a certificate in %s under faults',
  {
    timeout: 300_000,
  },
  async (model) => {
    const { run } = await faultWorld(
      database.withPrefix(database.schemaName(model).replaceAll('-', '_')),
      '2016',
      model,
    )
    const reports: CaseReport[] = []
    for (let number = 0; number < 6; number++) {
      const report = await run(number)
      expect({ number, ...report }).toMatchObject({ number, ...GOOD })
      reports.push(report)
    }
    const faults = reports.flatMap((report) => report.faults)
    expect(faults.length).toBeGreaterThan(12)
    expect(faults.filter((fault) => fault.startsWith('killed')).length).toBeGreaterThan(0)
    expect(reports.flatMap(({ acts }) => acts).length).toBeGreaterThan(30)
  },
)
