import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { utf8 } from '../../../base/bytes.ts'
import { type VerifierTables, verifierMigrations, verifierStore } from '../store.ts'

const NOW = new Date('2026-02-03T04:05:06Z')
const LATER = new Date(NOW.getTime() + 60_000)

let database: TestDatabase
let artifacts: ReturnType<typeof verifierStore>['artifacts']
beforeAll(async () => {
  database = await testDatabase()
  artifacts = verifierStore(await database.schema<VerifierTables>('verifier', verifierMigrations)).artifacts
})
afterAll(() => database.close())

const code = (id: string, text = id) => ({ id, sealed: utf8(text), grantId: null, uid: null, clientId: null })
const MANY = Array.from({ length: 200 }, (_, i) => `code ${(i * 89) % 200}`)

test('asked for at one moment by many, each gets its own, of none or of what is over nothing', async () => {
  await Promise.all(MANY.map((id) => artifacts.save('Code', code(id), id === 'code 7' ? NOW : LATER)))
  const found = await Promise.all([...MANY, 'none'].map((id) => artifacts.find('Code', id, NOW)))
  const expected = [...MANY, 'none'].map((id) => (id === 'code 7' || id === 'none' ? undefined : utf8(id)))
  expect(found.map((artifact) => artifact?.sealed)).toEqual(expected)
  expect(await artifacts.find('Session', 'code 1', NOW)).toBeUndefined()
})

test('saved twice at one moment, the last stays; consumed or added by several at one moment, one wins', async () => {
  await Promise.all(['a', 'b', 'c'].map((text) => artifacts.save('Code', code('same', text), null)))
  expect((await artifacts.find('Code', 'same', NOW))?.sealed).toEqual(utf8('c'))
  const ids = ['same', 'none', 'same', 'code 1', 'same']
  const [won, again] = [
    await Promise.all(ids.map((id) => artifacts.consume('Code', id, NOW))),
    await Promise.all(ids.map((id) => artifacts.consume('Code', id, NOW))),
  ]
  expect(won).toEqual([true, false, false, true, false])
  expect(again).toEqual([false, false, false, false, false])
  // What is saved anew stays consumed.
  await artifacts.save('Code', code('same', 'd'), null)
  expect(await artifacts.find('Code', 'same', NOW)).toMatchObject({ sealed: utf8('d'), consumedAt: NOW })
  const beside = artifacts.save('Code', code('beside'), LATER)
  const added = await Promise.all(['x', 'y', 'x'].map((id) => artifacts.add('Used', id, LATER)))
  await beside
  expect(added).toEqual([true, true, false])
  expect((await artifacts.find('Code', 'beside', NOW))?.sealed).toEqual(utf8('beside'))
  expect((await artifacts.find('Used', 'x', NOW))?.sealed).toBe(null)
  expect(await artifacts.add('Used', 'y', LATER)).toBe(false)
})

test('removed by many at one moment, the others stay', async () => {
  await Promise.all(MANY.slice(0, 100).map((id) => artifacts.remove('Code', id)))
  const left = await Promise.all(MANY.map((id) => artifacts.find('Code', id, NOW)))
  expect(left.filter((artifact) => artifact).length).toBe(MANY.slice(100).filter((id) => id !== 'code 7').length)
})
