import { afterAll, beforeAll, expect, test } from 'vitest'
import { roleClient, roleRoutes } from '../../adapters/http/index.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../world/testing/small-world.ts'
import { authorityContract } from '../authority/contract.ts'
import * as carrierHttp from '../carrier/http.ts'
import * as phoneHttp from '../phone/http.ts'
import * as spTsmHttp from './http.ts'
import type { SpTsmDeps } from './index.ts'

let database: TestDatabase
let world: SmallWorld

/** The SP-TSM reaches carrier and authority by HTTP. */
const apart = (deps: SpTsmDeps): SpTsmDeps => {
  const carrier = carrierHttp.routes(deps.carriers.minato!)
  const authority = roleRoutes(authorityContract, deps.authority)
  const fetch = (request: Request) => authority.fetch(request)
  return {
    ...deps,
    carriers: { minato: carrierHttp.client('http://carrier', { fetch: (request) => carrier.fetch(request) }) },
    authority: roleClient(authorityContract, { url: 'http://authority', fetch }),
  }
}

beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({ database, bend: apart, jobs: promptJobs() })
})
afterAll(() => database.close())

test('an enrolment where every role is a process of its own', async () => {
  const served = phoneHttp.routes(world.phone)
  const phone = phoneHttp.client('http://phone', { fetch: (request) => served.fetch(request) })
  await expect(phone.apply({ card: 'adult', password: 'WRONG1' })).rejects.toMatchObject({
    code: 'phone/wrongPassword',
    detail: { triesLeft: 4 },
  })
  const { orderId } = await world.applied(phone)
  await phone.install({})
  const written = await orderIn({ phone }, 'written', 'undone')
  expect(written).toMatchObject({ state: 'written', refusal: null })
  expect(written.serial).toBeTypeOf('bigint')
  const orders = spTsmHttp.routes(world.spTsm)
  const spTsm = spTsmHttp.client('http://sp-tsm', { fetch: (request) => orders.fetch(request) })
  expect(await spTsm.order({ orderId })).toEqual(await world.spTsm.order({ orderId }))
  await phone.remove({})
  await orderIn({ phone }, 'undone')
})
