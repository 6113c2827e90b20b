// Every cell of line × SIM × phone × network, asked of the carriers themselves: what is eligible is deployed, taken over
// and taken out again through the real card by the bearer that was told; for the rest the SIM hears nothing.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { type CarrierId, carrierFacts } from '../../world/people.ts'
import { carrierWorld, deployAndTakeOver, subscriber, takeOut } from '../../world/testing/carrier-world.ts'
import type { Phone } from '../phone/contract.ts'
import { type Cell, matrix, SITUATIONS } from './index.ts'

const CELLS = matrix(carrierFacts)
let database: TestDatabase
let world: Awaited<ReturnType<typeof carrierWorld>>
let asked: string[] = []

beforeAll(async () => {
  database = await testDatabase()
  world = await carrierWorld({ database })
})
afterAll(async () => {
  await world.close()
  await database.close()
})

/** Notes what reaches the SIM. */
const overheard = (phone: Phone): Phone => ({
  ...phone,
  proxyOpen: (input) => {
    asked.push('proxy')
    return phone.proxyOpen(input)
  },
  shortMessages: (input) => {
    asked.push('message')
    return phone.shortMessages(input)
  },
})

const title = ({ carrier, line, sim, device, situation }: Cell<CarrierId>) =>
  `${carrier.id} ${line} · ${sim} · ${device} · ${situation}`

async function judged(cell: Cell<CarrierId>) {
  const { id } = cell.carrier
  const sim = await world.sim({ carrier: id, model: cell.sim, suspended: cell.line === 'suspended' })
  const phone = world.hold(id, sim, cell.device, overheard)
  await phone.setConnections(SITUATIONS[cell.situation])
  asked = []
  const { msisdn, iccid } = sim
  const carrier = world.carriers[id]
  const told = await carrier.checkGlobalEligibility({
    msisdn,
    iccid,
    deviceModel: cell.device,
    applicant: subscriber,
  })
  const { eligible, reasons, bearer } = cell
  expect(told, title(cell)).toEqual({ eligible, reasons, bearer })
  expect(asked, title(cell)).toEqual([])
  return { carrier, iccid }
}

test('refused cells: a reason for each, and nothing is sent', async () => {
  const refused = CELLS.filter(({ eligible }) => !eligible)
  for (const cell of refused) await judged(cell)
  expect(refused.every(({ reasons }) => reasons.length > 0)).toBe(true)
  expect(refused.length).toBeGreaterThan(100)
})

describe('complete cells', () => {
  const complete = CELLS.filter(({ eligible }) => eligible)
  test('are there for every carrier, and by proxy and over HTTP', () => {
    expect(new Set(complete.map(({ carrier }) => carrier.id)).size).toBe(3)
    expect(new Set(complete.map(({ bearer }) => bearer))).toEqual(new Set(['proxy', 'https']))
  })

  test.each(complete.map((cell) => [title(cell), cell] as const))('%s', async (_, cell) => {
    const { carrier, iccid } = await judged(cell)
    await deployAndTakeOver(carrier, iccid)
    await takeOut(carrier, iccid)
    expect(await carrier.getServiceState({ iccid })).toMatchObject({ state: 'none' })
    expect(new Set(asked)).toEqual(new Set([cell.bearer === 'proxy' ? 'proxy' : 'message']))
  })
})
