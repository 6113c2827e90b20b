// The operators' numbers against states that are planted, each alarm against what must set it off.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openResidentRegister } from '../../resident-register/index.ts'
import { type TestAuthority, testAuthority } from '../test-authority.ts'
import { ALARMS } from './model.ts'

let made: TestAuthority
beforeAll(async () => {
  made = await testAuthority(openResidentRegister)
  await made.authority.refreshStatus({})
})
afterAll(() => made.close())

const overview = () => made.authority.overview({})
const count = async (kind: string, medium: string, status: string) =>
  (await overview()).certificates.find((one) => one.kind === kind && one.medium === medium && one.status === status)
    ?.count ?? 0

test('what was issued and stopped is counted by kind, medium, state and day in Japan', async () => {
  expect((await overview()).certificates).toEqual([])
  for (const id of ['a', 'b', 'c']) {
    await made.resident(id)
    await made.card(id)
  }
  const { serial } = await made.card('a', 'sign')
  made.clock.now = new Date('2026-06-01T16:00:00Z')
  await made.authority.revoke({ kind: 'sign', serial, reason: 'superseded', requestedBy: 'counter' })
  expect([await count('auth', 'card', 'valid'), await count('sign', 'card', 'revoked')]).toEqual([3, 1])
  expect((await overview()).days).toEqual([
    { day: '2026-06-02', kind: 'sign', medium: 'card', issued: 0, stopped: 1 },
    { day: '2026-06-01', kind: 'sign', medium: 'card', issued: 1, stopped: 0 },
    { day: '2026-06-01', kind: 'auth', medium: 'card', issued: 3, stopped: 0 },
  ])
})

test('fresh status sets off nothing', async () => {
  await made.authority.refreshStatus({})
  await made.authority.logHead({})
  const { alarms, answers, lists, log, generations } = await overview()
  expect(alarms).toEqual([])
  expect(answers).toMatchObject({ kept: 4, due: 0, stale: 0 })
  expect(lists).toMatchObject({ kept: 2, behind: 0, stale: 0 })
  expect(log.entries).toBe(log.head)
  expect(generations.map(({ kind, generation, issues }) => [kind, generation, issues])).toEqual([
    ['auth', 1, true],
    ['sign', 1, true],
  ])
})

test('an event that waits, and a certificate that is not signed', async () => {
  await made.register.change({ residentId: 'c', event: 'die' })
  expect(await overview()).toMatchObject({ register: { waiting: 1 }, alarms: ['registerBehind'] })
  await made.authority.followRegister({})
  await made.authority.refreshStatus({})
  expect((await overview()).alarms).toEqual([])
  const pending = made.tables.updateTable('certificate').where('resident_id', '=', 'b')
  await pending.set({ status: 'pending' }).execute()
  expect((await overview()).alarms).toContain('issuingStopped')
  await pending.set({ status: 'valid' }).execute()
})

test('upkeep that stopped: answers, then lists and filters go stale', async () => {
  await made.authority.refreshStatus({})
  const later = async (hours: number) => {
    made.clock.now = new Date(made.clock.now.getTime() + hours * 3600_000)
    return (await overview()).alarms
  }
  expect(await later(1)).toContain('answersStale')
  expect(await later(24)).toContain('listsStale')
  expect(await later(48)).toContain('filtersStale')
  await made.tables.updateTable('crl_partition').set({ last_change: 1_000_000 }).where('kind', '=', 'auth').execute()
  expect(await later(0)).toContain('listsBehind')
})

test('a log without a newer head, a generation near its end', async () => {
  await made.tables.updateTable('log_state').set({ size: 1_000_000n }).execute()
  expect((await overview()).alarms).toContain('logBehind')
  made.clock.now = new Date('2032-01-01T00:00:00Z')
  expect((await overview()).alarms).toContain('generationEnds')
})

test('the life of one certificate with its place in the chain', async () => {
  const { serials } = await made.authority.life(await only('sign', 'a'))
  const told = await made.authority.life({ kind: 'sign', serial: serials[0]! })
  expect(told).toMatchObject({ medium: 'card', generation: 1, status: 'revoked', position: 0 })
  expect(told.changes).toMatchObject([{ status: 'revoked', reason: 'superseded', by: 'counter' }])
  await expect(made.authority.life({ kind: 'auth', serial: 1n })).rejects.toMatchObject({
    code: 'authority/unknownCertificate',
  })
})

const only = async (kind: 'auth' | 'sign', residentId: string) => {
  const rows = made.tables.selectFrom('certificate').select(['kind', 'serial']).where('kind', '=', kind)
  return rows.where('resident_id', '=', residentId).executeTakeFirstOrThrow()
}

test('every alarm but the register’s absence was set off above', () => {
  expect(Object.keys(ALARMS)).toHaveLength(9)
})
