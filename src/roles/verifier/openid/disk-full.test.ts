// The disk of the database is full in the middle of logins: each refused one says why, what was told as done is there, a code that was
// given out is good, and everything goes on once there is room.

import { afterAll, expect, test } from 'vitest'
import { openDatabase } from '../../../adapters/database/database.ts'
import { testDatabaseUrl } from '../../../adapters/testing/index.ts'
import { postgresBinaries, startPostgres } from '../../../adapters/testing/postgres-server.ts'
import { smallDisk } from '../../../adapters/testing/small-disk.ts'
import { verifierMigrations, verifierStore } from '../index.ts'
import { back, exchange, type OpenIdRoom, openIdRoom, plain, waiting } from '../testing/http/openid-room.ts'
import { answer } from '../testing/phone.ts'

const LOGINS = 40
const binaries = testDatabaseUrl() ? postgresBinaries() : undefined
const ends: (() => unknown)[] = []
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

async function begunAt(room: OpenIdRoom) {
  const shop = await room.service('shop')
  const begin = async () => {
    const begun = await plain(shop)
    return { shop, begun, at: await waiting(room, begun.location) }
  }
  const all: Awaited<ReturnType<typeof begin>>[] = []
  for (let i = 0; i < LOGINS; i++) all.push(await begin())
  return all
}
type Login = Awaited<ReturnType<typeof begunAt>>[number]

if (binaries) {
  test('a full disk refuses logins with its reason, loses none that was approved, and gives out no code that is not kept', async ({
    skip,
  }) => {
    const disk = smallDisk()
    if (!disk) return skip('needs the right to mount a file system')
    ends.push(disk.end)
    const server = await startPostgres(binaries, disk.folder)
    ends.push(server.stop)
    const database = await openDatabase({ url: server.url })
    ends.push(database.close)
    const store = verifierStore(await database.schema('verifier', verifierMigrations))
    const room = await openIdRoom(undefined, { store })
    ends.push(room.close)
    const all = await begunAt(room)

    const approved: Login[] = []
    const refused: Login[] = []
    const given: { login: Login; callback: URL }[] = []
    const reasons: unknown[] = []
    const goOn = async (login: Login) => {
      const callback = await back(room, login.at)
      if (callback.searchParams.has('code')) given.push({ login, callback })
    }
    disk.fill()
    for (const login of all) {
      try {
        expect((await answer(room.verifier, room.phone, login.at.loginId)).verdict.outcome).toBe('passed')
        approved.push(login)
      } catch (error) {
        refused.push(login)
        reasons.push(error)
        continue
      }
      await goOn(login)
    }
    expect(reasons.length).toBeGreaterThan(0)
    for (const reason of reasons) expect(reason).toMatchObject({ code: 'database/full', status: 503 })
    const sentBack = await fetch((await plain(all[0]!.shop)).location, { redirect: 'manual' })
    // RFC 6749 §4.1.2.1: the service hears that it may ask again.
    expect(new URL(sentBack.headers.get('location')!).searchParams.get('error')).toBe('temporarily_unavailable')

    disk.empty()
    for (const { at } of approved)
      expect((await room.verifier.showLogin({ loginId: at.loginId })).state).toBe('approved')
    for (const { login, callback } of given) expect(await tokensOf(login, callback)).toBeDefined()
    // What did not go on, does: with the same answer, and the same page.
    for (const { at } of refused) {
      const again = answer(room.verifier, room.phone, at.loginId).catch(({ code }) => code)
      expect([expect.objectContaining({}), 'verifier/loginAnswered']).toContainEqual(await again)
    }
    const done = new Set(given.map(({ login }) => login))
    const rest = all.filter((login) => !done.has(login))
    given.length = 0
    for (const login of rest) await goOn(login)
    expect(given.map(({ login }) => login)).toEqual(rest)
    for (const { login, callback } of given) expect(await tokensOf(login, callback)).toBeDefined()
  })
} else test('a full disk', ({ skip }) => skip('needs the project postgres and PostgreSQL server binaries'))

const tokensOf = async ({ shop, begun }: Login, callback: URL) => (await exchange(shop, begun, callback)).claims()?.sub
