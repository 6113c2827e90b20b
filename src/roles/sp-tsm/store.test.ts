import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import type { OrderState } from './contract.ts'
import { type SpTsmStore, type SpTsmTables, spTsmMigrations, spTsmStore } from './index.ts'
import type { OrderPatch } from './store.ts'

let database: TestDatabase
let store: SpTsmStore
beforeAll(async () => {
  database = await testDatabase()
  store = spTsmStore(await database.schema<SpTsmTables>('sp-tsm', spTsmMigrations))
})
afterAll(() => database.close())

const T0 = new Date('2026-04-01T00:00:00Z')
const at = (seconds: number) => new Date(T0.getTime() + seconds * 1000)
const order = (order_id: string, iccid: string, nonce = order_id) => ({
  order_id,
  iccid,
  nonce,
  carrier: 'minato',
  card_auth_serial: '7',
  applied_at: T0,
})

test('of many workers at once, one has the order, until its lease ends', async () => {
  await store.accept(order('lease', 'sim-1'))
  const takers = ['a', 'b', 'c', 'd', 'e']
  const taken = await Promise.all(takers.map((owner) => store.lease('lease', owner, at(0), at(20))))
  expect(taken.filter(Boolean)).toHaveLength(1)
  const first = takers[taken.indexOf(true)]!
  expect(await store.lease('lease', 'late', at(19), at(39))).toBe(false)
  expect(await store.lease('lease', 'late', at(21), at(41))).toBe(true)
  expect(await store.renew('lease', first, at(50))).toBeUndefined()
  expect(await store.moveLeased('lease', first, 'accepted', { state: 'deploying' })).toBe(false)
  expect(await store.moveLeased('lease', 'late', 'accepted', { state: 'deploying' })).toBe(true)
  await store.release('lease', first)
  expect(await store.lease('lease', 'other', at(30), at(50))).toBe(false)
  await store.release('lease', 'late')
  expect(await store.lease('lease', 'other', at(30), at(50))).toBe(true)
  // The clock is set back: by a little, as two machines differ, and by more than any lease.
  expect(await store.lease('lease', 'earlier', at(11), at(31))).toBe(false)
  expect(await store.lease('lease', 'earlier', at(9), at(29))).toBe(true)
})

test('a nonce counts once, and a SIM has one live order; an accepted one gives way', async () => {
  expect(await store.accept(order('one', 'sim-2'))).toBe(true)
  expect(await store.accept(order('two', 'sim-2', 'one'))).toBe(false)
  expect(await store.order('one')).toMatchObject({ state: 'accepted', live_iccid: 'sim-2' })
  expect(await store.accept(order('three', 'sim-2'))).toBe(true)
  expect((await store.order('one'))?.state).toBe('undone')
  const come = (to: OrderState, more: OrderPatch = {}) =>
    store.happen('three', { event: 'end', by: 'holder', at: T0 }, () => ({ ...more, state: to }))
  await come('deploying')
  expect(await store.accept(order('four', 'sim-2'))).toBe(false)
  expect(await store.order('four')).toBeUndefined()
  await come('undone', { live_iccid: null })
  expect((await store.history('three')).map((one) => [one.from_state, one.to_state])).toEqual([
    ['deploying', 'undone'],
    ['accepted', 'deploying'],
  ])
  expect(await store.accept(order('four', 'sim-2'))).toBe(true)
})

test('of many applications for one SIM at once, one becomes its order', async () => {
  const ids = ['p', 'q', 'r', 's']
  await Promise.all(ids.map((id) => store.accept(order(`race-${id}`, 'sim-3'))))
  const rows = await Promise.all(ids.map((id) => store.order(`race-${id}`)))
  expect(rows.filter((row) => row?.live_iccid === 'sim-3')).toHaveLength(1)
})
