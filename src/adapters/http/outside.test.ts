import { createServer } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { outside } from './outside.ts'

/** A name server of somebody who wants us to look inside. */
const lookup: LookupFunction = (hostname, _, answer) =>
  answer(
    null,
    hostname === 'inside.example'
      ? [{ address: '10.0.0.1', family: 4 }]
      : [
          { address: '198.41.0.4', family: 4 },
          { address: '::ffff:127.0.0.1', family: 6 },
        ],
  )
const { signal } = new AbortController()
const request = (url: string) => ({ url, headers: { 'content-type': 'text/plain' }, body: 'x', signal })

let port: number
const asked: string[] = []
const server = createServer((req, res) => {
  asked.push(req.url ?? '')
  if (req.url === '/away') res.writeHead(307, { location: '/elsewhere' }).end()
  else res.writeHead(202).end('y'.repeat(100_000))
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

describe('the way out', () => {
  const out = outside({ lookup })
  afterAll(() => out.close())

  test.each([
    'http://receiver.example/',
    'https://127.0.0.1/',
    'https://localhost/',
    'https://db.localhost/',
    'https://10.1.2.3/',
    'https://169.254.169.254/latest/meta-data',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[64:ff9b::10.0.0.1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://user:secret@receiver.example/',
    'https://receiver.example/#x',
    'ftp://receiver.example/',
    'file:///etc/passwd',
    'receiver',
  ])('%s is no receiver', async (url) => {
    expect(out.accepts(url)).toBe(false)
    await expect(out.post(request(url))).rejects.toMatchObject({ code: 'EADDRESSREFUSED' })
  })

  test.each(['https://inside.example/', 'https://both.example/'])(
    'a name that leads inside when it is used: %s',
    async (url) => {
      expect(out.accepts(url)).toBe(true)
      await expect(out.post(request(url))).rejects.toMatchObject({ code: 'EADDRESSREFUSED' })
    },
  )

  test('without leave, not even this machine', async () => {
    await expect(out.post(request(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({ code: 'EADDRESSREFUSED' })
    expect(asked).toEqual([])
  })
})

test('on one laptop: redirects are not followed, long answers are cut, an end can be set to it', async () => {
  const out = outside({ loopback: true, largest: 1000 })
  expect(await out.post(request(`http://127.0.0.1:${port}/`))).toEqual({ status: 202, body: 'y'.repeat(1000) })
  expect(await out.post(request(`http://127.0.0.1:${port}/away`))).toEqual({ status: 307, body: '' })
  expect(asked).toEqual(['/', '/away'])
  const late = { ...request(`http://127.0.0.1:${port}/`), signal: AbortSignal.abort() }
  await expect(out.post(late)).rejects.toMatchObject({ name: 'AbortError' })
  out.close()
})

test('a connection that the other side closes while a request is under way on it is followed by a new one', async () => {
  const bodies: string[] = []
  const connections = new Set<object>()
  const receiver = createServer(async (req, res) => {
    // Whoever comes a second time on a connection finds it shut.
    if (connections.has(req.socket)) return void req.socket.resetAndDestroy()
    connections.add(req.socket)
    for await (const part of req) bodies.push(String(part))
    res.writeHead(202).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  const out = outside({ loopback: true })
  for (const body of ['a', 'b', 'c']) expect((await out.post({ ...request(url), body })).status).toBe(202)
  expect([bodies, connections.size]).toEqual([['a', 'b', 'c'], 3])
  receiver.close()
  receiver.closeAllConnections()
  await expect(out.post(request(url))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  out.close()
})
