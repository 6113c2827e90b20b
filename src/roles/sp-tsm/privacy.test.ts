import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { hex, utf8 } from '../../base/bytes.ts'
import { CITIZENS } from '../../world/people.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../world/testing/small-world.ts'
import type { SpTsmDeps } from './index.ts'

const { fourInfo, password } = CITIZENS.adult
const logged: string[] = []
const told: string[] = []
let database: TestDatabase
let world: SmallWorld
beforeAll(async () => {
  database = await testDatabase()
  const log = (event: string, fields?: object) => void logged.push(`${event} ${JSON.stringify(fields)}`)
  const bend = (deps: SpTsmDeps): SpTsmDeps => ({
    ...deps,
    log,
    authority: overheard(deps.authority),
    carriers: { minato: overheard(deps.carriers.minato!) },
  })
  world = await smallWorld({ database, jobs: promptJobs(), bend })
})
afterAll(() => database.close())

/** Text and bytes of a row, the bytes as hex. */
const everything = (row: object): string =>
  JSON.stringify(row, (_, value: unknown) =>
    value instanceof Uint8Array ? hex(value) : typeof value === 'bigint' ? value.toString() : value,
  )

/** The same role; what it is asked is written down. */
function overheard<T extends object>(role: T): T {
  const operations = Object.entries(role) as [string, (input: object) => unknown][]
  const heard = operations.map(([name, act]) => [
    name,
    (input: object) => {
      told.push(everything(input))
      return act(input)
    },
  ])
  return Object.fromEntries(heard)
}

test('no fact of the holder, no password and no PIN is in an order or in the log', async () => {
  const { orderId } = await world.applied()
  await world.phone.install({})
  const { transportPin } = await orderIn(world, 'written')
  const row = everything((await world.orders.order(orderId))!)
  for (const secret of [fourInfo.name, fourInfo.address, fourInfo.birthDate, password]) {
    for (const place of [row, logged.join('\n')]) {
      expect(place).not.toContain(secret)
      expect(place).not.toContain(hex(utf8(secret)))
    }
  }
  expect(row).not.toContain(`"${transportPin}"`)
  expect(logged.some((line) => line.startsWith('sp-tsm.step'))).toBe(true)
  expect(logged.join('\n')).not.toContain(orderId)
  expect(logged.join('\n')).not.toContain(`"${transportPin}"`)
})

test('who keeps the database alone cannot read the transport PIN', async () => {
  const { order } = await world.phone.order({})
  const row = (await world.orders.order(order!.orderId))!
  expect(row.transport_pin).not.toBeNull()
  expect(hex(row.transport_pin!)).not.toContain(hex(utf8(order!.transportPin!)))
})

test('the order id, which gives the transport PIN and ends the order, is told to the phone and nobody else', async () => {
  const { order } = await world.phone.order({})
  expect(told.some((input) => input.includes('serviceInstance'))).toBe(true)
  expect(told.some((input) => input.includes('proofOfPossession'))).toBe(true)
  expect(told.filter((input) => input.includes(order!.orderId))).toEqual([])
})
