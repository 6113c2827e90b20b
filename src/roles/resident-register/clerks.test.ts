// What a clerk asks of the register: to find a person, to see what happened, to take an event back.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../adapters/testing/index.ts'
import type { Resident } from './contract.ts'
import {
  createResidentRegister,
  type ResidentRegisterTables,
  residentRegisterMigrations,
  residentRegisterStore,
} from './index.ts'

const database = await testDatabase()
const store = residentRegisterStore(
  await database.schema<ResidentRegisterTables>('resident-register', residentRegisterMigrations),
)
const clock = { now: new Date('2026-06-01T00:00:00Z') }
const register = createResidentRegister({ store, clock: () => clock.now })
afterAll(() => database.close())

const fourInfo = { name: '風見　あかり', address: '東京都かざす市１番', birthDate: '1988-04-12', gender: '2' } as const
const municipality = {
  code: '13999',
  name: 'かざす市',
  prefectureRomaji: 'Tokyo-to',
  municipalityRomaji: 'Kazasu-shi',
}
const by = 'clerk-mori'
const resident = (residentId: string, changed: Partial<Resident['fourInfo']> = {}): Resident => ({
  residentId,
  fourInfo: { ...fourInfo, ...changed },
  municipality,
  status: 'resident',
})
const refused = (code: string) => ({ code: `resident-register/${code}` })

beforeAll(async () => {
  await register.register(resident('akari'))
  await register.register(resident('shozo', { name: '風見 正造', birthDate: '1944-11-03', gender: '1' }))
  await register.register(resident('odd', { name: '百％　_子', birthDate: '2000-01-01' }))
})

test('a person is found by a part of the name, however the space is written, or by the date of birth', async () => {
  const ids = async (asked: { name?: string; birthDate?: string }) =>
    (await register.search({ ...asked, by })).found.map(({ residentId }) => residentId)
  expect(await ids({ name: '風見あかり' })).toEqual(['akari'])
  expect((await ids({ name: '風見' })).toSorted()).toEqual(['akari', 'shozo'])
  expect(await ids({ name: '風見', birthDate: '1944-11-03' })).toEqual(['shozo'])
  expect(await ids({ birthDate: '1988-04-12' })).toEqual(['akari'])
  expect(await ids({ name: '__' })).toEqual([])
  expect(await ids({ name: '_子' })).toEqual(['odd'])
  await expect(register.search({ name: '風', by })).rejects.toMatchObject(refused('searchTooWide'))
  await expect(register.search({ by })).rejects.toMatchObject(refused('searchTooWide'))
})

test('no more is shown than a clerk can read, and that there is more is said', async () => {
  for (let i = 0; i < 21; i++) await register.register(resident(`many-${i}`, { birthDate: '1970-01-01' }))
  const { found, more } = await register.search({ birthDate: '1970-01-01', by })
  expect([found.length, more]).toEqual([20, true])
})

test('who looked at a record is kept', async () => {
  await register.history({ residentId: 'shozo', by: 'clerk-ito' })
  const { lookUps } = await register.lookUps({ residentId: 'shozo' })
  expect(lookUps).toContainEqual({ at: clock.now, by: 'clerk-ito', what: 'history' })
  expect(lookUps).toContainEqual({ at: clock.now, by, what: 'search' })
})

test('a move recorded in error is taken back by a correction; history tells both, with clerk, before and after', async () => {
  const after = { ...fourInfo, address: '東京都かざす市９番' }
  const { sequence } = await register.change({ residentId: 'akari', event: 'move', fourInfo: after, by })
  const undone = await register.undo({ residentId: 'akari', sequence, by: 'clerk-ito' })
  expect(undone.event).toBe('correct')
  expect((await register.find({ residentId: 'akari' })).fourInfo).toEqual(fourInfo)
  const { events } = await register.history({ residentId: 'akari', by })
  expect(events.map(({ event, by: clerk, undoes, mayUndo }) => [event, clerk, undoes, mayUndo])).toEqual([
    ['correct', 'clerk-ito', sequence, false],
    ['move', by, null, false],
  ])
  expect(events[1]).toMatchObject({ before: { fourInfo }, after: { fourInfo: after } })
})

test.each(['die', 'emigrate'] as const)('a %s recorded in error: the resident is restored', async (event) => {
  const residentId = `not-${event}`
  await register.register(resident(residentId))
  const { sequence } = await register.change({ residentId, event, by })
  expect((await register.undo({ residentId, sequence, by })).event).toBe('restore')
  expect(await register.find({ residentId })).toMatchObject({ status: 'resident', fourInfo })
})

test('only the last event, once, and not of somebody else', async () => {
  const move = (address: string) =>
    register.change({ residentId: 'shozo', event: 'move', fourInfo: { ...shozo, address }, by })
  const shozo = { ...fourInfo, name: '風見 正造', birthDate: '1944-11-03', gender: '1' } as const
  const first = await move('東京都かざす市２番')
  const second = await move('東京都かざす市３番')
  const undo = (sequence: number, residentId = 'shozo') => register.undo({ residentId, sequence, by })
  await expect(undo(first.sequence)).rejects.toMatchObject(refused('notTheLast'))
  await expect(undo(second.sequence, 'odd')).rejects.toMatchObject(refused('notTheLast'))
  await expect(undo(second.sequence, 'nobody')).rejects.toMatchObject(refused('unknownResident'))
  const taken = await undo(second.sequence)
  await expect(undo(second.sequence)).rejects.toMatchObject(refused('notTheLast'))
  await expect(undo(taken.sequence)).rejects.toMatchObject(refused('notTheLast'))
  expect((await register.find({ residentId: 'shozo' })).fourInfo.address).toBe('東京都かざす市２番')
})

test('a clerk records who stands for a child and who does no more, on a ground of the family register; each entry stays', async () => {
  await register.register(resident('kid', { name: '風見 こはる', birthDate: '2015-06-21' }))
  await register.register(resident('teen', { birthDate: '2009-06-01' }))
  for (const name of ['mother', 'father', 'aunt']) await register.register(resident(name))
  type Entry = Parameters<typeof register.recordCustody>[0]
  const enter = (parentId: string, ground: Entry['ground'], more: Partial<Entry> = {}) =>
    register.recordCustody({ childId: 'kid', parentId, ground, by, ...more })
  const guardian = { kind: 'guardian' } as const
  const ended = { ended: true } as const
  const not = (code: string, entry: Promise<unknown>) => expect(entry).rejects.toMatchObject(refused(code))
  await enter('mother', 'birth')
  await not('hasCustody', enter('mother', 'court'))
  await not('hasCustody', enter('aunt', 'will', guardian))
  await enter('father', 'birth')
  await not('hasCustody', enter('aunt', 'adoption'))
  // Custody moves to one of the two; who never had it, or had it, has nothing to end.
  await not('custodyGround', enter('father', 'birth', ended))
  await enter('father', 'divorce', ended)
  await not('noCustody', enter('father', 'divorce', ended))
  await not('noCustody', enter('aunt', 'court', ended))
  // A guardian where nobody has custody any more, and no parent beside.
  await register.change({ residentId: 'mother', event: 'die', by })
  await enter('aunt', 'will', guardian)
  await not('hasCustody', enter('father', 'court'))
  await not('custodyGround', enter('aunt', 'divorce', ended))
  // Of age, not of age, and nobody's ground.
  await not('childOfAge', enter('aunt', 'court', { childId: 'odd' }))
  await not('parentNotOfAge', enter('teen', 'court'))
  await not('notResident', enter('mother', 'court'))
  await not('custodyGround', enter('aunt', undefined, { childId: 'teen' }))
  const { minor, records } = await register.custodyRecords({ residentId: 'kid', by })
  expect(minor).toBe(true)
  expect(records.map((one) => [one.parentId, one.kind, one.ground, one.ended, one.stands])).toEqual([
    ['aunt', 'guardian', 'will', false, true],
    ['father', 'parent', 'divorce', true, false],
    ['father', 'parent', 'birth', false, false],
    ['mother', 'parent', 'birth', false, false],
  ])
  expect((await register.custodyRecords({ residentId: 'aunt', by })).records).toEqual([records[0]])
  expect((await register.lookUps({ residentId: 'aunt' })).lookUps[0]).toMatchObject({ by, what: 'custody' })
  await Promise.allSettled(['mother', 'father', 'aunt'].map((one) => enter(one, 'court', { childId: 'teen' })))
  expect((await register.custodyRecords({ residentId: 'teen', by })).records).toHaveLength(2)
})
