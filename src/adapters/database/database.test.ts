import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase, testDatabaseUrl } from '../testing/index.ts'
import { openDatabase } from './database.ts'

interface Tables {
  second: { id: string }
  thing: { id: string; content: Uint8Array; serial: bigint; counter: bigint; at: Date; extra: unknown }
}
const MIGRATIONS = {
  '001 thing': `create table thing (id text primary key, content bytea, serial numeric(49), counter int8, at timestamptz, extra jsonb);
                create index thing_serial on thing (serial);`,
  '002 second': async (db: Kysely<unknown>) => {
    await db.schema.createTable('second').addColumn('id', 'text').execute()
  },
}
const ROW = {
  id: 'a',
  content: Uint8Array.of(0, 255, 1),
  serial: 1234567890123456789012345678901234567890123456789n,
  counter: 9007199254740993n,
  at: new Date('2026-02-03T04:05:06.789Z'),
  extra: { 漢: [1, null] },
}

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())
const things = () => database.schema<Tables>('sp-tsm', MIGRATIONS)

test('the project decides the kind', () => expect(database.kind).toBe(testDatabaseUrl() ? 'postgres' : 'pglite'))

test('values come back as they went in', async () => {
  const db = await things()
  await db.insertInto('thing').values(ROW).execute()
  const row = await db.selectFrom('thing').selectAll().where('serial', '=', ROW.serial).executeTakeFirstOrThrow()
  expect(row).toStrictEqual(ROW)
  const half = await db.selectFrom('thing').select(sql<string>`0.50`.as('half')).execute()
  expect(half).toEqual([{ half: '0.50' }])
})

test('a character that no record can hold is refused, in text and in JSON', async () => {
  const db = await things()
  for (const change of [{ id: 'a\0' }, { id: 'b', extra: JSON.stringify('\0') }])
    await expect(
      db
        .insertInto('thing')
        .values({ ...ROW, ...change })
        .execute(),
    ).rejects.toMatchObject({ code: 'database/text', status: 400 })
  await expect(db.selectFrom('thing').selectAll().where('id', '=', 'a\0').execute()).rejects.toMatchObject({
    code: 'database/text',
  })
})

describe('migrations', () => {
  test('run once each, in order, and new ones later', async () => {
    const seen: string[] = []
    const step = (name: string) => async () => void seen.push(name)
    await database.schema('m', { b: step('b'), a: step('a') })
    await database.schema('m', { b: step('b'), a: step('a'), c: step('c') })
    expect(seen).toEqual(['b', 'a', 'c'])
    // Whoever knows less than was done to the tables does not start on them.
    await expect(database.schema('m', { b: step('b'), a: step('a') })).rejects.toMatchObject({
      code: 'database/newer',
      detail: { schema: database.schemaName('m'), migration: 'c' },
    })
  })

  test('one that fails leaves nothing behind and runs again', async () => {
    const broken = { one: 'create table half (id int); select 1/0' }
    await expect(database.schema('f', broken)).rejects.toThrow('division by zero')
    await expect(database.schema('f', { one: 'create table half (id int)' })).resolves.toBeDefined()
  })

  test('two that start together run each step once', async () => {
    const race = { one: 'create table once (id int); insert into once values (1)' }
    const [db] = await Promise.all([1, 2, 3].map(() => database.schema<{ once: { id: number } }>('race', race)))
    expect(await db!.selectFrom('once').selectAll().execute()).toHaveLength(1)
  })
})

test('a prefix is a world of its own', async () => {
  const inner = database.withPrefix('inner')
  const db = await inner.schema<Tables>('sp-tsm', MIGRATIONS)
  expect(await db.selectFrom('thing').selectAll().execute()).toEqual([])
  await inner.drop()
  await expect(db.selectFrom('thing').selectAll().execute()).rejects.toThrow('does not exist')
  expect(await (await things()).selectFrom('second').selectAll().execute()).toEqual([])
  expect(() => database.schemaName('a"; drop')).toThrow(RangeError)
})

test('a server that takes no more connections, and one that ends them, is refused as such; then all goes on', async ({
  skip,
}) => {
  const server = testDatabaseUrl()
  if (!server) return skip('needs the project postgres')
  const url = new URL(server)
  ;[url.username, url.password] = [`few_${process.pid}`, 'few']
  await database.pool.query(`create role ${url.username} login password 'few' connection limit 2`)
  const few = await openDatabase({ url: url.href })
  try {
    const held = [await few.pool.connect(), await few.pool.connect()]
    // A server that is reached by a socket of this machine has none.
    const { rows } = await held[0]!.query('show tcp_keepalives_idle')
    expect(rows).toEqual([{ tcp_keepalives_idle: url.hostname ? '15' : '0' }])
    const busy = { code: 'database/busy', status: 503 }
    await expect(few.pool.connect()).rejects.toMatchObject(busy)
    await expect(few.pool.query('select 1')).rejects.toMatchObject(busy)
    const answer = held[0]!.query('select pg_sleep(600)').catch((error: unknown) => error)
    await database.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [
      url.username,
    ])
    expect(await answer).toMatchObject({ code: 'database/broken', status: 503 })
    for (const client of held) client.release(true)
    expect((await few.pool.query('select 7 as seven')).rows).toEqual([{ seven: 7 }])
  } finally {
    await few.close()
    await database.pool.query(`drop role ${url.username}`)
  }
})

describe('one connection or many', () => {
  test('a transaction and queries beside it end', async () => {
    const db = await things()
    const put = (id: string) => ({ ...ROW, id })
    const long = db.transaction().execute(async (tx) => {
      await tx.insertInto('thing').values(put('t1')).execute()
      await tx.insertInto('thing').values(put('t2')).execute()
    })
    const beside = Array.from({ length: 20 }, () => db.selectFrom('thing').select('id').execute())
    await Promise.all([long, ...beside])
    expect(await db.selectFrom('thing').select('id').where('id', 'like', 't_').execute()).toHaveLength(2)
  })

  test('a transaction that fails is undone, also beside others', async () => {
    const db = await things()
    const failing = db.transaction().execute(async (tx) => {
      await tx
        .insertInto('thing')
        .values({ ...ROW, id: 'undone' })
        .execute()
      throw new Error('no')
    })
    const other = db
      .insertInto('thing')
      .values({ ...ROW, id: 'kept' })
      .execute()
    await expect(failing).rejects.toThrow('no')
    await other
    const ids = (await db.selectFrom('thing').select('id').execute()).map((row) => row.id)
    expect(ids).toContain('kept')
    expect(ids).not.toContain('undone')
  })

  test('what was asked again and again is asked of the tables as they are now', async () => {
    const db = await things()
    const ask = () => db.selectFrom('second').selectAll().where('id', '=', 'again').execute()
    await db.insertInto('second').values({ id: 'again' }).execute()
    for (let i = 0; i < 30; i++) expect(await ask()).toEqual([{ id: 'again' }])
    await db.schema.alterTable('second').addColumn('late', 'integer').execute()
    for (let i = 0; i < 30; i++) expect(await ask()).toEqual([{ id: 'again', late: null }])
    await db.schema.alterTable('second').dropColumn('late').execute()
  })

  test('an error leaves the connection usable', async () => {
    const db = await things()
    await db
      .insertInto('thing')
      .values({ ...ROW, id: 'twice' })
      .execute()
    for (let i = 0; i < 3; i++)
      await expect(
        db
          .insertInto('thing')
          .values({ ...ROW, id: 'twice' })
          .execute(),
      ).rejects.toMatchObject({ code: '23505' })
    await expect(database.pool.query('begin; select 1/0; commit')).rejects.toMatchObject({ code: '22012' })
    await expect(database.pool.query('select 1/0')).rejects.toMatchObject({ code: '22012' })
    expect((await database.pool.query('select 7 as seven')).rows).toEqual([{ seven: 7 }])
  })

  test('who was in another’s way, or was cancelled, is told to ask again', async () => {
    const db = await things()
    for (const state of ['40001', '40P01', '55P03', '57014']) {
      const raised = sql.raw(`do $$ begin raise exception 'no' using errcode = '${state}'; end $$`).execute(db)
      await expect(raised).rejects.toMatchObject({ code: 'database/busy', status: 503 })
    }
  })
})
