// `kazasu up` as the README shows it: its output, a second start on the same folder, stop and start again.

import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileMemory } from '../../adapters/memory/index.ts'
import { testDatabaseUrl } from '../../adapters/testing/index.ts'
import { cardPath } from '../../world/platform.ts'
import { ended, kazasu, ownDatabase, printed, start } from './testing.ts'

const READY = /Kazasu is up: (http:\/\/localhost:[0-9]+)\/\nStop with Ctrl-C\. Everything is kept in (.+)\n/
let folder: string
let database: { DATABASE_URL?: string }
let running: ChildProcess
let origin: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kazasu-up-'))
  database = await ownDatabase()
})
afterAll(async () => {
  running.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

const up = async () => {
  running = start(['up', '--data', folder, '--port', '0'], database)
  origin = (await printed(running, READY))[1]!
}
const cardSerial = async () => (await kazasu(['card', 'list', '--data', folder, '--json'], database)).stdout

test('the output is what the README promises, and the start page answers', async () => {
  expect(readFileSync('README.md', 'utf8')).toMatch(new RegExp(READY.source.replaceAll('\\n', '\n')))
  await up()
  const page = await fetch(origin)
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('かざす')])
})

// A server may serve many processes; an embedded database one.
if (testDatabaseUrl() === undefined)
  test('a second process on the same folder is refused with the folder and what to do', async () => {
    const { status, stderr } = await kazasu(['up', '--data', folder, '--port', '0'])
    expect([status, stderr]).toEqual([1, expect.stringMatching(/database\/folder-in-use[\s\S]*folder: .*database/)])
  })

test('what was made is there again after a stop, and after a kill; a card that is in a reader stays there', async () => {
  const before = await cardSerial()
  running.kill('SIGTERM')
  expect(await ended(running)).toBe(0)
  await up()
  running.kill('SIGKILL')
  await ended(running)
  const inReader = fileMemory(cardPath(folder, 'adult'))
  await up()
  inReader.close()
  expect(await cardSerial()).toBe(before)
})

test.each(['http', '-1', '65536', '80.5', ''])('the port %j is none, and that is said', async (port) => {
  const { status, stderr } = await kazasu(['up', '--data', join(folder, 'none'), `--port=${port}`], database)
  expect([status, stderr]).toEqual([64, expect.stringContaining('a port is a number from 0 to 65535')])
})

test('a port that is taken is refused by name', async () => {
  const other = await mkdtemp(join(tmpdir(), 'kazasu-up-'))
  const { port } = new URL(origin)
  const { status, stderr } = await kazasu(['up', '--data', other, '--port', port], database)
  expect([status, stderr]).toEqual([1, expect.stringContaining('server/port-in-use')])
  await rm(other, { recursive: true, force: true })
})
