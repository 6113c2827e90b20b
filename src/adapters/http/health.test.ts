// Health of a process: alive while it starts, ready while its database answers, whoever else is away; asked together, found once.

import { afterAll, expect, test } from 'vitest'
import { listen } from '../../world/listen.ts'
import { withHealth } from './health.ts'

let [asked, gone] = [0, false]
const database = async () => {
  asked += 1
  if (gone) throw new Error('the database at 192.0.2.7 is gone')
}
const peers = { authority: () => Promise.reject(new Error('away')), register: async () => undefined }
const listening = await listen('127.0.0.1', 0)
afterAll(() => listening.close())

const get = async (path: string) => {
  const answer = await fetch(`${listening.origin}${path}`)
  return [answer.status, await answer.text()]
}

test('alive while it starts, and not ready; then ready, without anybody but the database', async () => {
  expect(await get('/health/live')).toEqual([200, '{"status":"live"}'])
  expect((await get('/health/ready'))[0]).toBe(503)
  const statusAt = async () => new Date(0)
  listening.handle(withHealth({ database, peers, statusAt }))
  const told = '"database":"answers","peers":{"authority":"away","register":"answers"}'
  const seen = '"statusSeenAt":"1970-01-01T00:00:00.000Z"'
  expect(await get('/health/ready')).toEqual([200, `{"status":"ready",${told},${seen}}`])
  expect((await get('/elsewhere'))[0]).toBe(404)
})

test('who hangs is away after two seconds, and is asked no longer; a database that hangs is asked once', async () => {
  const signals: AbortSignal[] = []
  const hangs = (signal: AbortSignal) =>
    new Promise<void>(
      (_, reject) => signals.push(signal) && signal.addEventListener('abort', () => reject(signal.reason)),
    )
  let held = 0
  const hung = () => new Promise(() => void held++)
  listening.handle(withHealth({ database: hung, peers: { authority: hangs } }))
  const told = '{"status":"notReady","database":"away","peers":{"authority":"away"}}'
  for (const _ of [1, 2]) expect(await get('/health/ready')).toEqual([503, told])
  expect([held, signals.map(({ aborted }) => aborted)]).toEqual([1, [true, true]])
})

test('not ready without its database, alive all the same; nothing is told of why; what is asked together is found once', async () => {
  gone = true
  asked = 0
  listening.handle(withHealth({ database }, (_, response) => response.end('else')))
  const [one, other] = await Promise.all([get('/health/ready'), get('/health/ready')])
  expect(one).toEqual([503, '{"status":"notReady","database":"away","peers":{}}'])
  expect(other).toEqual(one)
  expect(asked).toBe(1)
  expect(await get('/health/live')).toEqual([200, '{"status":"live"}'])
  expect(await get('/elsewhere')).toEqual([200, 'else'])
})
