// A real primary with a synchronous standby: killed, hung, succeeded, come back.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabaseUrl } from '../testing/index.ts'
import { type PostgresPair, startPair } from '../testing/postgres-pair.ts'
import { postgresBinaries } from '../testing/postgres-server.ts'
import { type Database, openDatabase } from './database.ts'
import { urlsOf } from './several-servers.ts'

test('the servers of a URL, and who among them is wanted', () => {
  expect(urlsOf('postgres://user:p,w@one:5433,two,[::1]:9/db?sslmode=require')).toEqual({
    urls: ['one:5433', 'two', '[::1]:9'].map((host) => `postgres://user:p,w@${host}/db?sslmode=require`),
    follow: true,
  })
  expect(urlsOf('postgres://one/db').follow).toBe(false)
  expect(urlsOf('postgresql://one/db?target_session_attrs=read-write').follow).toBe(true)
  expect(urlsOf('postgres:///db')).toEqual({ urls: ['postgres:///db'], follow: false })
  expect(() => urlsOf('postgres://one,two/db?target_session_attrs=any')).toThrow(
    expect.objectContaining({ code: 'database/session-attrs' }),
  )
})

test('none of several that takes writes is a refusal at the start', async () => {
  await expect(openDatabase({ url: 'postgres://u:hunter2@127.0.0.1:1,127.0.0.1:2/db' })).rejects.toMatchObject({
    code: 'database/unreachable',
    detail: { server: '127.0.0.1:1/db, 127.0.0.1:2/db', reason: 'database/no-primary' },
  })
})

const binaries = testDatabaseUrl() ? postgresBinaries() : undefined
const TABLES = { one: 'create table told (id int primary key)' }
interface Tables {
  told: { id: number }
}

if (binaries) {
  let pair: PostgresPair
  let database: Database
  beforeAll(async () => {
    pair = await startPair(binaries)
    database = await openDatabase({ url: pair.url })
  })
  afterAll(async () => {
    await database?.close()
    pair?.stop()
  })
  const told: number[] = []
  const schema = () => database.schema<Tables>('role', TABLES)
  const tell = async (id: number) => {
    await (await schema()).insertInto('told').values({ id }).execute()
    told.push(id)
  }
  const kept = async (db = database) =>
    (await (await db.schema<Tables>('role', TABLES)).selectFrom('told').select('id').orderBy('id').execute()).map(
      ({ id }) => id,
    )
  const serverOf = async ({ pool }: Database, { urls } = pair) => {
    const { rows } = await pool.query("select current_setting('port') as port")
    return urls.findIndex((url) => new URL(url).port === rows[0].port)
  }

  const nobodyThere = () =>
    expect.poll(() => database.pool.query('select 1').catch(({ code }) => code)).toBe('database/no-primary')

  test('after the death of the primary the standby is asked, with all that was told; the old one is not used again', async () => {
    for (let id = 0; id < 20; id++) await tell(id)
    pair.crash()
    await expect(tell(100)).rejects.toThrow()
    await nobodyThere()
    pair.promote()
    await tell(101)
    expect(await serverOf(database)).toBe(1)
    expect(await kept()).toEqual(told)
    // Of the two that take writes now, the first of the list is the old one.
    pair.comeBack()
    const fresh = await openDatabase({ url: pair.url })
    expect(await serverOf(fresh)).toBe(1)
    expect(await kept(fresh)).toEqual(told)
    await fresh.close()
    await Promise.all(Array.from({ length: 30 }, (_, i) => tell(200 + i)))
    expect(await serverOf(database)).toBe(1)
    // The successor dies, and only the old one is there: nobody who knew the successor goes back to it.
    pair.crash()
    await nobodyThere()
  })

  test('a primary that hangs and is succeeded is left, also by who waits for its answer', async () => {
    const hung = await startPair(binaries)
    const own = await openDatabase({ url: hung.url })
    try {
      const held = await own.pool.connect()
      hung.hang()
      const answer = held.query('select 1').catch(() => 'broken')
      hung.promote()
      expect(await answer).toBe('broken')
      held.release()
      await expect.poll(() => serverOf(own, hung).catch(() => undefined)).toBe(1)
      hung.comeBack()
      expect(await serverOf(own, hung)).toBe(1)
    } finally {
      await own.close()
      hung.stop()
    }
  })
} else test('a fail-over', ({ skip }) => skip('needs the project postgres and PostgreSQL server binaries'))
