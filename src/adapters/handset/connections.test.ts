// What comes on a channel is told while the card has it open, and not after.

import { createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { utf8 } from '../../base/bytes.ts'
import { Connections } from './connections.ts'

const server = createServer({ allowHalfOpen: true })
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => server.close())
const port = () => (server.address() as { port: number }).port

test('a farewell on a channel that is closed is for nobody', async () => {
  const told: string[] = []
  const arrived = Promise.withResolvers<void>()
  const connections = new Connections({
    arrived: (channel, waiting) => {
      told.push(`${channel}: ${waiting}`)
      arrived.resolve()
    },
    dropped: (channel) => told.push(`${channel} gone`),
  })
  const [accepted, channel] = await Promise.all([
    new Promise<Socket>((resolve) => server.once('connection', resolve)),
    connections.open('127.0.0.1', port()),
  ])
  accepted.write('hello')
  await arrived.promise
  expect(connections.receive(channel!, 5)?.data).toEqual(utf8('hello'))
  const ended = new Promise((resolve) => accepted.resume().once('end', resolve))
  connections.close(channel!)
  await ended
  await new Promise((resolve) => accepted.end('farewell', () => resolve(undefined)))
  await new Promise((resolve) => accepted.once('close', resolve))
  // Another connection has been through the loop after it.
  await connections.open('127.0.0.1', port())
  connections.closeAll()
  expect(told).toEqual(['1: 5'])
})
