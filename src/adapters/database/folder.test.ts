import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { lockFile } from '../file-lock.ts'
import { openDatabase } from './database.ts'
import { emptyCluster, keptCluster, layOut } from './empty-cluster.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-folder-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const THINGS = { '001': 'create table thing (id int primary key)' }
interface Tables {
  thing: { id: number }
}

test('one process has the folder; killed, it leaves every row that it was told of', async () => {
  const where = join(folder, 'data')
  const source = `
    import { openDatabase } from './src/adapters/database/database.ts'
    const database = await openDatabase({ folder: ${JSON.stringify(where)} })
    const db = await database.schema('role', ${JSON.stringify(THINGS)})
    for (let id = 1; ; id++) {
      await db.insertInto('thing').values({ id }).execute()
      process.stdout.write(id + '\\n')
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  child.stdout.on('data', (part) => (told += part))
  await once(child.stdout, 'data')
  await expect(openDatabase({ folder: where })).rejects.toMatchObject({
    code: 'database/folder-in-use',
    detail: { folder: where, process: child.pid },
  })
  child.kill('SIGKILL')
  await once(child, 'close')
  const database = await openDatabase({ folder: where })
  const db = await database.schema<Tables>('role', THINGS)
  const rows = await db.selectFrom('thing').select('id').orderBy('id').execute()
  expect(rows.length).toBeGreaterThanOrEqual(Number(told.trimEnd().split('\n').at(-1)))
  await expect(openDatabase({ folder: where })).rejects.toMatchObject({ code: 'database/folder-in-use' })
  await database.close()
  await database.close()
  expect(existsSync(join(where, 'lock'))).toBe(false)
})

test('a damaged empty cluster is said and made anew, once; what a killed start left of a folder is in nobody’s way', async () => {
  const path = keptCluster(folder)
  writeFileSync(path, 'garbage')
  const said = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const made = await emptyCluster(folder)
  expect(Buffer.compare(await emptyCluster(folder), made)).toBe(0)
  expect(said.mock.calls).toEqual([[`${path} is made anew: incorrect header check`]])
  said.mockRestore()
  const data = join(folder, 'laid-out')
  mkdirSync(`${data}.part`)
  writeFileSync(join(`${data}.part`, 'left'), '')
  layOut(made, data)
  expect(readdirSync(data)).toEqual(expect.arrayContaining(['PG_VERSION', 'base', 'global', 'pg_wal']))
  expect([existsSync(`${data}.part`), existsSync(join(data, 'left'))]).toEqual([false, false])
})

test('a server that is not there, or does not let us in, is a refusal without the password', async () => {
  const refused = await openDatabase({ url: 'postgres://user:hunter2@127.0.0.1:1/kazasu' }).catch(
    (error: unknown) => error,
  )
  expect(refused).toMatchObject({
    code: 'database/unreachable',
    detail: { server: '127.0.0.1:1/kazasu', reason: 'ECONNREFUSED' },
  })
  expect(JSON.stringify(refused) + (refused as Error).message).not.toContain('hunter2')
})

test('the lock of a process whose number was given to another is stale', () => {
  const path = join(folder, 'some.lock')
  for (const stale of [`${process.pid} 1`, '4194999 5', '', 'garbage']) {
    writeFileSync(path, stale)
    const lock = lockFile(path)
    expect(() => lockFile(path)).toThrow(`held by process ${process.pid}`)
    lock.release()
    lock.release()
    expect(existsSync(path)).toBe(false)
  }
})
