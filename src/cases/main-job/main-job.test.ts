// The main job in a seeded world, on real parts; and each sabotage with the refusal that is right for it.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { overall } from '../../base/verdict.ts'
import { CITIZENS } from '../../world/people.ts'
import { temporaryWorld } from '../../world/temporary.ts'
import type { World } from '../../world/world.ts'
import { mainJob } from './main-job.ts'
import type { MainJobReport } from './report.ts'
import { checked, login } from './steps.ts'

let database: TestDatabase
let world: World
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

const failing = ({ steps }: MainJobReport) => steps.at(-1)!
const failed = (report: MainJobReport) =>
  failing(report)
    .checks.filter((check) => check.outcome !== 'passed')
    .map((check) => check.name)

describe('seed 4, seed 2 pattern 3, seed 3 (2): from the card to the verdict', () => {
  let report: MainJobReport
  beforeAll(async () => {
    world = await temporaryWorld({ database })
    report = await mainJob(world)
  })
  afterAll(() => world.close())

  test('all six steps pass and every check names its clause', () => {
    expect(report.steps.map(({ number, outcome, refusal }) => [number, outcome, refusal])).toEqual(
      [1, 2, 3, 4, 5, 6].map((number) => [number, 'passed', null]),
    )
    const checks = report.steps.flatMap((step) => step.checks)
    expect(checks.length).toBeGreaterThan(60)
    for (const { cite } of checks) expect(cite).toMatch(/^(RFC|ISO|GPC|seed|OpenID|ours:|observed:)/)
    expect(report.outcome).toBe('passed')
  })

  test('the report holds none of the four facts and no PIN', () => {
    const text = JSON.stringify(report)
    const { fourInfo, pin, phonePin, password } = CITIZENS.adult
    for (const secret of [fourInfo.name, fourInfo.address, fourInfo.birthDate, `"${pin}"`, `"${phonePin}"`, password])
      expect(text).not.toContain(secret)
  })

  test('an application that nobody verified does not pass step 2', async () => {
    const job = { world, name: 'adult', sabotage: null } as const
    world.verdicts.clear()
    const { checks } = await checked(job)
    expect(overall(checks)).toBe('failed')
  })

  test('a line of another carrier, with another SIM, comes to the same', async () => {
    expect((await mainJob(world, { citizen: 'elder' })).outcome).toBe('passed')
  })

  test('a child has no signature certificate and is refused at the card', async () => {
    const step = failing(await mainJob(world, { citizen: 'child' }))
    expect([step.number, step.refusal?.code]).toEqual([1, 'phone/noSignCertificate'])
  })

  test('after revocation the next login is refused, and says why', async () => {
    const { serial } = (await world.citizens.adult.phone.order({})).order!
    const revocation = {
      kind: 'auth',
      serial: serial!,
      reason: 'cessationOfOperation',
      requestedBy: 'operator',
    } as const
    const { checks } = await world.unfollowed(async () => {
      await world.authority.revoke(revocation)
      return login({ world, name: 'adult', sabotage: null })
    })
    const revoked = checks.find((check) => check.name === 'no certificate is revoked')
    expect(revoked).toMatchObject({ outcome: 'failed', evidence: expect.stringContaining('revoked') })
  })
})

describe('sabotage', () => {
  test.each([
    ['revoked-card', 2, 'sp-tsm/signatureNotPassed', ['no certificate is revoked']],
    ['wrong-pin', 5, 'phone/wrongPin', []],
    ['cloned-sim', 6, null, ['challenge was signed by the listed key']],
    ['gate-list', 6, null, expect.arrayContaining(['certificate is on the allow-list'])],
  ] as const)('%s ends in step %i', async (sabotage, number, code, names) => {
    const own = await temporaryWorld({ database })
    try {
      const report = await mainJob(own, { sabotage })
      expect(report.outcome).not.toBe('passed')
      const step = failing(report)
      expect([step.number, step.refusal?.code ?? null]).toEqual([number, code])
      expect(failed(report)).toEqual(names)
    } finally {
      await own.close()
    }
  })
})
