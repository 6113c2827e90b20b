import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { utf8 } from '../../../base/bytes.ts'
import type { LoginRecord } from '../model.ts'
import { type VerifierTables, verifierMigrations, verifierStore } from '../store.ts'
import { kept } from '../told-words.ts'

const NOW = new Date('2026-02-03T04:05:06Z')
const LATER = new Date(NOW.getTime() + 60_000)

let database: TestDatabase
let store: ReturnType<typeof verifierStore>
beforeAll(async () => {
  database = await testDatabase()
  store = verifierStore(await database.schema<VerifierTables>('verifier', verifierMigrations))
  await store.saveClient({ clientId: 'bank', name: 'bank', redirectUris: [] })
})
afterAll(() => database.close())

const waiting = (loginId: string, expiresAt = LATER): LoginRecord => ({
  ...{ loginId, clientId: 'bank', clientName: 'bank', origin: 'https://bank.example', code: '11', expiresAt },
  ...{ nonce: utf8(loginId), recorded: 'waiting', personId: null, acr: null, acrValues: [], asked: [], given: [] },
  ...{ ageProof: null, claim: null, release: null, statusAt: null, readerId: null },
})
const approval = (personId: string) => ({
  ...({ state: 'approved', personId, subject: `subject of ${personId}`, acr: 'phone' } as const),
  ...({ serial: 7n, way: 'same-device', ageProof: personId === 'a' ? utf8('proof') : null } as const),
})
const answer = (loginId: string, personId: string, claim: string | null = null) =>
  store.endLogin({ loginId, claim }, approval(personId), NOW)

test('ended by many at one moment: each by who was first and may, noted once; what is over by nobody', async () => {
  const ids = ['one', 'two', 'claimed', 'refused']
  await Promise.all(ids.map((id) => store.startLogin(`interaction ${id}`, waiting(id))))
  await store.startLogin('interaction over', waiting('over', NOW))
  expect(await store.claimLogin('claimed', { claim: kept('of the phone'), readerId: null }, NOW)).toBe(true)
  const ended = await Promise.all([
    answer('one', 'a'),
    answer('claimed', 'thief'),
    answer('one', 'b'),
    answer('two', 'a'),
    answer('over', 'a'),
    store.endLogin({ loginId: 'refused', claim: null }, { state: 'refused' }, NOW),
    answer('claimed', 'c', kept('of the phone')),
    answer('claimed', 'd', kept('of the phone')),
  ])
  expect(ended).toEqual([true, false, false, true, false, true, true, false])
  const logins = await Promise.all(['one', 'two', 'claimed', 'refused', 'over'].map((id) => store.login(id)))
  expect(logins.map((login) => [login?.recorded, login?.personId])).toEqual([
    ['approved', 'a'],
    ['approved', 'a'],
    ['approved', 'c'],
    ['refused', null],
    ['waiting', null],
  ])
  expect(logins.map((login) => login?.ageProof)).toEqual([utf8('proof'), utf8('proof'), null, null, null])
  const noted = await Promise.all(['a', 'b', 'c', 'd', 'thief'].map((id) => store.own.usesOf(id, null, 9)))
  expect(noted.map((uses) => uses.length)).toEqual([2, 0, 1, 0, 0])
  expect(noted[2]![0]).toMatchObject({ kind: 'login', outcome: 'done', acr: 'phone', serial: 7n, way: 'same-device' })
})
