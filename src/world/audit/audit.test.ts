// Each kind of disagreement is planted, behind the roles' backs, and found; before and after, all agree.

import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { hex } from '../../base/bytes.ts'
import { type AuthorityTables, authorityMigrations } from '../../roles/authority/index.ts'
import { type CarrierTables, carrierMigrations } from '../../roles/carrier/index.ts'
import { type SpTsmTables, spTsmMigrations } from '../../roles/sp-tsm/index.ts'
import { choosePin } from '../choose-pin.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../testing/small-world.ts'
import { FINDINGS, type FindingCode } from './agreed.ts'

let database: TestDatabase
let world: SmallWorld
const found = new Set<FindingCode>()
beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({ database, jobs: promptJobs() })
})
afterAll(() => database.close())
const agree = async () => expect((await world.audit()).findings).toEqual([])

const authority = () => database.schema<AuthorityTables>('authority', authorityMigrations)
const carrier = () => database.schema<CarrierTables>('carrier-minato', carrierMigrations)
const orders = () => database.schema<SpTsmTables>('sp-tsm', spTsmMigrations)
const order = async () => (await world.orders.order((await world.phone.order({})).order!.orderId))!

/** Plants, looks, takes back; the codes that are found. */
async function planted(plant: () => Promise<unknown>, back: () => Promise<unknown>): Promise<FindingCode[]> {
  await agree()
  await plant()
  const codes = [...new Set((await world.audit()).findings.map(({ code }) => code))].toSorted()
  await back()
  for (const code of codes) found.add(code)
  await agree()
  return codes
}
const patched = async (patch: object): Promise<FindingCode[]> => {
  const before = await order()
  const db = await orders()
  const write = (set: object) => db.updateTable('order_').set(set).where('order_id', '=', before.order_id).execute()
  const old = Object.fromEntries(Object.keys(patch).map((key) => [key, before[key as keyof typeof before]]))
  return planted(
    () => write(patch),
    () => write(old),
  )
}

test('nothing yet: nobody disagrees; an application alone changes nothing', async () => {
  await agree()
  await world.applied()
  await agree()
})

test('before the PIN is set', async () => {
  await world.phone.install({})
  await orderIn(world, 'written')
  expect(await patched({ state: 'active' })).toEqual(['sim-pin'])
  await choosePin(world.phone, '4711')
  expect(await world.audit()).toMatchObject({ orders: 1, certificates: 1, services: 1, simsSeen: 1, simsUnseen: [] })
})

test('orders that say something else', async () => {
  expect(await patched({ key_number: 7 })).toEqual(['sim-key'])
  expect(await patched({ certificate: Uint8Array.of(0x30) })).toEqual(['sim-certificate'])
  expect(await patched({ state: 'suspended' })).toEqual(['certificate-status', 'sim-life'])
  expect(await patched({ serial: null })).toEqual(['certificate-of-nobody', 'certificate-status'])
  expect(await patched({ state: 'undone', live_iccid: null })).toEqual([
    'certificate-of-nobody',
    'certificate-status',
    'service-of-nobody',
    'sim-not-empty',
  ])
})

test('a carrier that says something else', async () => {
  const db = await carrier()
  const service = await db.selectFrom('service').selectAll().executeTakeFirstOrThrow()
  const write = (set: Partial<typeof service>) => db.updateTable('service').set(set).execute()
  const state = await planted(
    () => write({ state: 'deploying' }),
    () => write({ state: 'deployed' }),
  )
  expect(state).toEqual(['service-state'])
  const missing = await planted(
    () => db.deleteFrom('service').execute(),
    () => db.insertInto('service').values(service).execute(),
  )
  expect(missing).toEqual(['service-missing'])
  const iccid = '8981990000000009993'
  const another = await planted(
    async () => {
      await world.carriers.minato.stockSim({ iccid, simModel: 'minato-nfc-1' })
      await db
        .insertInto('service')
        .values({ ...service, iccid, service_instance: 'stranger' })
        .execute()
    },
    async () => {
      await db.deleteFrom('service').where('iccid', '=', iccid).execute()
      await db.deleteFrom('sim').where('iccid', '=', iccid).execute()
    },
  )
  expect(another).toEqual(['service-of-nobody'])
})

test('an authority that says something else', async () => {
  const db = await authority()
  const serial = BigInt((await order()).serial!)
  const write = (status: 'valid' | 'onHold') =>
    db.updateTable('certificate').set({ status }).where('serial', '=', serial).execute()
  const unlisted = await planted(
    () => write('onHold'),
    () => write('valid'),
  )
  expect(unlisted).toEqual(['certificate-not-listed', 'certificate-status'])
  const ofPhone = { kind: 'auth', serial, requestedBy: 'operator' } as const
  const listed = await planted(
    async () => {
      await world.authority.revoke({ ...ofPhone, reason: 'certificateHold' })
      await write('valid')
    },
    async () => {
      await write('onHold')
      await world.authority.resume(ofPhone)
    },
  )
  expect(listed).toEqual(['certificate-listed'])
  const row = await db.selectFrom('certificate').selectAll().where('serial', '=', serial).executeTakeFirstOrThrow()
  const second = { ...row, serial: 7n, request_key: 'second', public_key_hash: Uint8Array.of(7) }
  const beside = await planted(
    async () => {
      await sql`drop index ${sql.id(database.schemaName('authority'), 'certificate_phone')}`.execute(db)
      await db.insertInto('certificate').values(second).execute()
    },
    () => db.deleteFrom('certificate').where('serial', '=', 7n).execute(),
  )
  expect(beside).toEqual(['certificate-of-nobody', 'certificates-beside'])
})

test('a SIM that says something else', async () => {
  const { minato } = world.carriers
  const service = async () => ({
    functionCallIdentifier: hex(systemEntropy(16)),
    requestingEntity: 'sp-tsm',
    iccid: world.iccid,
    serviceInstance: (await minato.getServiceState({ iccid: world.iccid })).serviceInstance!,
  })
  const locked = await planted(
    async () => minato.suspendOrResumeService({ ...(await service()), suspend: true }),
    async () => minato.suspendOrResumeService({ ...(await service()), suspend: false }),
  )
  expect(locked).toEqual(['service-state', 'sim-locked'])
  const emptied = await planted(
    async () => minato.terminateService(await service()),
    async () => {
      await world.phone.remove({})
      await orderIn(world, 'undone')
    },
  )
  expect(emptied).toEqual(['service-missing', 'sim-empty'])
})

test('an application of a partner without an order', async () => {
  const db = await orders()
  const row = {
    ...{ request_id: 'a'.repeat(32), partner: 'railway', name: 'x', app: new Uint8Array(32), expires_at: new Date() },
    ...{ state: 'deployed' as const, carrier: 'minato', iccid: '8981990000000009993' },
    ...{ security_domain: null, first_key_version: null, first_keys: null },
  } as const
  const lost = await planted(
    () => db.insertInto('partner_request').values(row).execute(),
    () => db.deleteFrom('partner_request').execute(),
  )
  expect(lost).toEqual(['partner-of-nobody'])
})

test('every kind of finding was planted', () => expect([...found].toSorted()).toEqual(Object.keys(FINDINGS).toSorted()))

afterEach(agree)
