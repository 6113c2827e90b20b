// What is answered at once, and what is left to node:http: on real sockets, octet by octet.

import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Served, serve } from './index.ts'

const READY = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nready', 'latin1')
let served: Served
let asked: string[] = []
/** Is given what ends the wait of `/held`. */
let held: (resolve: (ready: Buffer | undefined) => void) => void = () => {}
beforeAll(async () => {
  served = await serve(
    (request, response) => {
      let body = ''
      request.on('data', (part: Buffer) => (body += part.toString()))
      request.on('end', () => response.end(`node ${request.method} ${request.url} ${body}`))
    },
    {
      port: 0,
      atOnce: (path) => {
        asked.push(path)
        if (path === '/fails') return Promise.reject(new Error('the database is gone'))
        if (path === '/soon') return new Promise((resolve) => setImmediate(() => resolve(READY)))
        if (path === '/held') return new Promise(held)
        if (path === '/not-found') return Promise.resolve(undefined)
        return path === '/ready' ? READY : undefined
      },
    },
  )
})
afterAll(() => served.close())

const open = () =>
  new Promise<Socket>((resolve) => {
    const socket: Socket = connect(served.port, '127.0.0.1', () => resolve(socket))
  })

/** What comes back until `count` responses have ended, or the connection has. */
function answers(socket: Socket, count: number): Promise<string> {
  let text = ''
  return new Promise((resolve) => {
    const isWhole = () => [...text.matchAll(/HTTP\/1\.1 /g)].length >= count && /(ready|node .*|\r\n\r\n)$/.test(text)
    const take = (part: Buffer) => {
      text += part.toString('latin1')
      if (isWhole()) done()
    }
    const done = () => {
      socket.off('data', take).off('end', done)
      resolve(text)
    }
    socket.on('data', take).on('end', done)
  })
}

async function once(...parts: readonly string[]): Promise<string> {
  asked = []
  const socket = await open()
  const answer = answers(socket, 1)
  for (const part of parts) {
    socket.write(part, 'latin1')
    await new Promise((resolve) => setImmediate(resolve))
  }
  const text = await answer
  socket.destroy()
  return text
}
const get = (...fields: string[]) => ['GET /ready HTTP/1.1', 'Host: ca', ...fields, '', ''].join('\r\n')

test.each([
  ['curl', get('User-Agent: curl/8', 'Accept: */*')],
  ['with fields that change nothing', get('connection: keep-alive', 'Via: 1.1 cdn', 'x-forwarded-for: 192.0.2.1')],
])('a plain GET is answered at once: %s', async (_, request) => {
  expect(await once(request)).toBe(READY.toString())
})

test.each([
  ['a condition', get('If-None-Match: "x"')],
  ['a range', get('Range: bytes=0-1')],
  ['the end of the connection', get('Connection: close')],
  ['a path that is not ready', get().replace('/ready', '/other')],
  ['a path that is looked for and not found', get().replace('/ready', '/not-found')],
  ['a path that cannot be looked for', get().replace('/ready', '/fails')],
  ['HEAD', get().replace('GET', 'HEAD')],
  ['a body', `${get('Content-Length: 2')}{}`],
  ['a second host', get('Host: other')],
  ['HTTP/1.0', get().replace('1.1', '1.0')],
])('%s is for node:http', async (_, request) => {
  const answer = await once(request)
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\nDate: /)
  expect(answer).toMatch(request.startsWith('HEAD') ? /\r\n\r\n$/ : /node GET \//)
})

test.each([
  ['no host', 'GET /ready HTTP/1.1\r\nAccept: */*\r\n\r\n'],
  ['a space before the colon', get('Content-Length : 2')],
  ['two lengths', get('Content-Length: 2', 'Content-Length: 3')],
  ['a length and chunks', get('Content-Length: 2', 'Transfer-Encoding: chunked')],
])('what is malformed is refused by node:http: %s', async (_, request) => {
  expect(await once(request)).toMatch(/^HTTP\/1\.1 400 /)
  expect(asked).toEqual([])
})

test('a request that comes in pieces is whole for node:http', async () => {
  expect(await once('GET /rea', 'dy HTTP/1.1\r\nHo', 'st: ca\r\n\r\n')).toContain('node GET /ready')
})

describe('one connection', () => {
  test('is answered in order, also where node:http takes over', async () => {
    const socket = await open()
    const steps: readonly [string, number, RegExp][] = [
      [get(), 1, /ready$/],
      [get('Accept: */*'), 1, /ready$/],
      [get().replace('/ready', '/soon'), 1, /ready$/],
      ['POST /x HTTP/1.1\r\nHost: ca\r\nContent-Length: 2\r\n\r\n{}', 1, /node POST \/x \{\}$/],
      [get(), 1, /node GET \/ready $/],
    ]
    for (const [request, count, wanted] of steps) {
      const answer = answers(socket, count)
      socket.write(request)
      expect(await answer).toMatch(wanted)
    }
    socket.destroy()
  })

  test.each([
    ['found', READY, /ready.*node GET \/ready $/s],
    ['not found', undefined, /node GET \/held.*node GET \/ready $/s],
  ])('is answered in order also where the first is %s after the second came', async (_, later, wanted) => {
    const socket = await open()
    const both = answers(socket, 2)
    const asking = new Promise<(ready: Buffer | undefined) => void>((resolve) => {
      held = resolve
    })
    socket.write(get().replace('/ready', '/held'))
    const release = await asking
    await new Promise<void>((resolve) => socket.write(get('Range: bytes=0-'), () => resolve()))
    release(later)
    expect(await both).toMatch(wanted)
    socket.destroy()
  })

  test('with two requests at once gets two answers', async () => {
    const socket = await open()
    const both = answers(socket, 2)
    socket.write(get() + get())
    expect((await both).match(/node GET \/ready/g)).toHaveLength(2)
    socket.destroy()
  })

  test('of one who does not read fills no memory here, and every answer comes in the end', async () => {
    const socket = await open()
    socket.pause()
    const many = 20_000
    for (let i = 0; i < many; i++) socket.write(get())
    let [count, rest] = [0, '']
    const all = new Promise<void>((resolve) =>
      socket.on('data', (part: Buffer) => {
        const text = rest + part.toString('latin1')
        count += text.split('HTTP/1.1 200').length - 1
        rest = text.slice(text.lastIndexOf('HTTP/1.1 200') + 12).slice(-12)
        if (count >= many) resolve()
      }),
    )
    socket.resume()
    await all
    expect(count).toBe(many)
    socket.destroy()
  })

  test('that idles ends when the server closes', async () => {
    const other = await serve((_, response) => response.end(), { port: 0, atOnce: () => READY })
    const socket: Socket = connect(other.port, '127.0.0.1')
    const answer = answers(socket, 1)
    socket.write(get())
    await answer
    const ended = new Promise((resolve) => socket.once('close', resolve))
    await other.close()
    await ended
  })
})
