import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../../adapters/testing/index.ts'
import type { RegisterEvent, Resident } from './contract.ts'
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
const register = createResidentRegister({ store, clock: () => new Date('2026-06-01T00:00:00Z') })
afterAll(() => database.close())

const fourInfo = { name: '試験　花子', address: '東京都かざす市１番', birthDate: '1990-02-03', gender: '2' } as const
const municipality = {
  code: '13999',
  name: 'かざす市',
  prefectureRomaji: 'Tokyo-to',
  municipalityRomaji: 'Kazasu-shi',
}
const resident = (residentId: string): Resident => ({ residentId, fourInfo, municipality, status: 'resident' })
const refused = (code: string) => ({ code: `resident-register/${code}` })

test('a resident is entered once; the same entry again is none, also after a move', async () => {
  await register.register(resident('r1'))
  await register.change({ residentId: 'r1', event: 'move', fourInfo: { ...fourInfo, address: '東京都かざす市２番' } })
  await register.register(resident('r1'))
  expect((await register.find({ residentId: 'r1' })).fourInfo.address).toBe('東京都かざす市２番')
  const other = { ...resident('r1'), fourInfo: { ...fourInfo, name: '別人' } }
  await expect(register.register(other)).rejects.toMatchObject(refused('differentResident'))
})

test('who is not registered is not found and has no events', async () => {
  await expect(register.find({ residentId: 'nobody' })).rejects.toMatchObject(refused('unknownResident'))
  const change = register.change({ residentId: 'nobody', event: 'die' })
  await expect(change).rejects.toMatchObject(refused('unknownResident'))
})

test('a move to another municipality changes both, and `find` names the event it includes', async () => {
  await register.register(resident('r2'))
  const harbour = { ...municipality, code: '13998', name: 'みなと町', municipalityRomaji: 'Minato-machi' }
  const after = { ...fourInfo, address: '東京都みなと町１番' }
  const { sequence } = await register.change({
    residentId: 'r2',
    event: 'move',
    fourInfo: after,
    municipality: harbour,
  })
  expect(await register.find({ residentId: 'r2' })).toEqual({
    residentId: 'r2',
    fourInfo: after,
    municipality: harbour,
    status: 'resident',
    sequence,
  })
})

test.each(['die', 'emigrate'] as const)('after `%s` nothing more is recorded', async (last) => {
  const residentId = `last-${last}`
  await register.register(resident(residentId))
  await register.change({ residentId, event: last })
  for (const event of ['move', 'rename', 'correct', 'die', 'emigrate'] as const satisfies RegisterEvent[]) {
    const again = register.change({ residentId, event, fourInfo: { ...fourInfo, name: '改名' } })
    await expect(again).rejects.toMatchObject(refused('notResident'))
  }
})

test.each([
  ['factsMissing', { event: 'move' }],
  ['nothingChanged', { event: 'move', fourInfo }],
  ['factsNotOfThisEvent', { event: 'move', fourInfo: { ...fourInfo, name: '改名' } }],
  ['factsNotOfThisEvent', { event: 'rename', fourInfo: { ...fourInfo, name: '改名' }, municipality }],
  ['factsNotExpected', { event: 'die', fourInfo }],
] as const)('%s: %o', async (code, wrong) => {
  await register.register(resident('r3'))
  await expect(register.change({ residentId: 'r3', ...wrong })).rejects.toMatchObject(refused(code))
  expect(await register.find({ residentId: 'r3' })).toMatchObject({ fourInfo, status: 'resident', sequence: 0 })
})

test('events of many writers have dense numbers in order, and are read in pages', async () => {
  const before = await register.changesSince({ sequence: 0, limit: 1000 })
  const from = before.changes.length
  expect(before.changes.map(({ sequence }) => sequence)).toEqual(Array.from({ length: from }, (_, i) => i + 1))
  const ids = Array.from({ length: 20 }, (_, i) => `crowd-${i}`)
  await Promise.all(ids.map((id) => register.register(resident(id))))
  await Promise.all(ids.map((residentId) => register.change({ residentId, event: 'emigrate' })))
  const first = await register.changesSince({ sequence: from, limit: 15 })
  const second = await register.changesSince({ sequence: from + 15, limit: 15 })
  expect([...first.changes, ...second.changes].map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 20 }, (_, i) => from + i + 1),
  )
  expect(new Set([...first.changes, ...second.changes].map(({ residentId }) => residentId))).toEqual(new Set(ids))
})

test('親権 is as it was recorded last: over for either who has left; what a clerk has ended no later entry of the first day brings back', async () => {
  const born = (birthDate: string, residentId: string) => ({
    ...resident(residentId),
    fourInfo: { ...fourInfo, birthDate },
  })
  for (const name of ['mother', 'father', 'stranger']) await register.register(resident(name))
  await register.register(born('2012-05-05', 'child'))
  await register.register(born('2008-06-01', 'grown'))
  const of = (childId: string, parentId: string) => ({ childId, parentId })
  const stands = async (childId: string, parentId: string) =>
    (await register.custody(of(childId, parentId))).kind !== null
  for (const parent of ['mother', 'father']) {
    await register.recordCustody(of('child', parent))
    await register.recordCustody(of('grown', parent))
  }
  expect([await stands('child', 'mother'), await stands('child', 'father')]).toEqual([true, true])
  // Eighteen on this day in Japan; nobody's parent; and the other way round.
  const none = [
    stands('grown', 'mother'),
    stands('child', 'stranger'),
    stands('mother', 'child'),
    stands('no', 'mother'),
  ]
  expect(await Promise.all(none)).toEqual([false, false, false, false])
  await register.recordCustody({ ...of('child', 'mother'), ended: true, ground: 'divorce', by: 'mori' })
  await register.recordCustody(of('child', 'mother'))
  expect(await stands('child', 'mother')).toBe(false)
  await register.recordCustody({ ...of('child', 'mother'), ground: 'court', by: 'mori' })
  expect(await stands('child', 'mother')).toBe(true)
  await register.change({ residentId: 'father', event: 'die' })
  expect([await stands('child', 'mother'), await stands('child', 'father')]).toEqual([true, false])
  await register.change({ residentId: 'child', event: 'emigrate' })
  expect(await stands('child', 'mother')).toBe(false)
  await expect(register.recordCustody(of('mother', 'mother'))).rejects.toMatchObject(refused('ownCustody'))
  await expect(register.recordCustody(of('child', 'nobody'))).rejects.toMatchObject(refused('unknownResident'))
})
