import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage, RequestListener } from 'node:http'
import { get } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bytes } from '../../base/bytes.ts'
import {
  contract,
  type Implementation,
  operation,
  zBytes,
  zNothing,
  zSerial,
  zTime,
  zVerdict,
} from '../../base/contract.ts'
import { Refusal, refusals } from '../../base/refusal.ts'
import { verdict } from '../../base/verdict.ts'
import { type MutualTls, mutualTlsFetch, roleClient, roleRoutes, type Served, serve, unanswered } from './index.ts'

const zRich = z.object({
  bytes: zBytes,
  at: zTime,
  serial: zSerial,
  list: z.array(z.object({ bytes: zBytes })),
  maybe: zTime.optional(),
  none: zBytes.nullable(),
})
const echoContract = contract({
  role: 'echo',
  operations: {
    echo: operation('the same back', zRich, zRich),
    judge: operation('a verdict', zNothing, zVerdict),
    refuse: operation('no', z.object({ pin: z.string().regex(/^[0-9]{4}$/) }), zNothing),
    fail: operation('a bug', zNothing, zNothing),
    lie: operation('an answer of the wrong form', zNothing, z.object({ serial: zSerial })),
  },
})
type Echo = Implementation<typeof echoContract>

const no = refusals('echo', { notToday: [409, 'not today'] })
const passed = verdict([{ name: 'n', cite: 'c', outcome: 'passed', evidence: 'e' }])
const echo: Echo = {
  echo: async (input) => input,
  judge: async () => passed,
  refuse: async () => {
    throw no.notToday({ day: 3, holiday: true, name: '祝日' })
  },
  fail: async () => {
    throw new Error('secret of the inside')
  },
  lie: async () => ({ serial: 'x' as unknown as bigint }),
}
const RICH = {
  bytes: bytes(0, 255),
  at: new Date('2026-02-03T04:05:06.789Z'),
  serial: 2n ** 150n,
  list: [{ bytes: bytes() }, { bytes: bytes(7) }],
  none: null,
}

const logged: [string, unknown][] = []
const app = roleRoutes(echoContract, echo, {
  log: (event, fields) => void logged.push([event, fields]),
  bodyLimit: 10_000,
})
let tls: MutualTls
let plain: Served
let mutual: Served
beforeAll(async () => {
  tls = certificates()
  plain = await serve(app, { port: 0 })
  mutual = await serve(app, { port: 0, tls })
})
afterAll(() => Promise.all([plain.close(), mutual.close()]))

/** A CA and one certificate for 127.0.0.1 that serves both sides, made by openssl. */
function certificates(): MutualTls {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-tls-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  openssl('req', '-x509', ...ec, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=ca', '-days', '2')
  const end = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
  openssl('req', '-x509', ...ec, ...end, '-keyout', 'role.key', '-out', 'role.pem', '-subj', '/CN=role')
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const made = { key: read('role.key'), cert: read('role.pem'), ca: read('ca.pem') }
  rmSync(folder, { recursive: true })
  return made
}

/** One suite, every way to reach a role. */
describe.each<[string, () => Echo]>([
  ['in this process', () => echo],
  [
    'in this process, in the form of the wire',
    () => roleClient(echoContract, { url: 'http://role', fetch: app.fetch }),
  ],
  ['over HTTP', () => roleClient(echoContract, { url: plain.url })],
  ['over mutual TLS', () => roleClient(echoContract, { url: mutual.url, fetch: mutualTlsFetch(tls) })],
])('a role %s', (_, reach) => {
  test('takes and gives rich values', async () => {
    expect(await reach().echo(RICH)).toEqual(RICH)
    expect(await reach().echo({ ...RICH, maybe: RICH.at })).toEqual({ ...RICH, maybe: RICH.at })
    expect(await reach().judge({})).toEqual(passed)
  })

  test('refuses with code, status, text and context', async () => {
    const refused = await reach()
      .refuse({ pin: '1234' })
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Refusal)
    expect(refused).toMatchObject({
      code: 'echo/notToday',
      status: 409,
      message: 'not today',
      detail: { day: 3, holiday: true, name: '祝日' },
    })
  })
})

test('an idle connection stays longer than timers of roles wait, and proxies; the caller is told how long', async () => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${mutual.url}/none`, tls, resolve).on('error', reject)
  })
  answer.resume()
  expect(answer.headers['keep-alive']).toBe('timeout=65')
  expect((await fetch(`${plain.url}/none`)).headers.get('keep-alive')).toBe('timeout=65')
})

describe('on the wire', () => {
  const post = (path: string, body: string, type = 'application/json') =>
    app.request(path, { method: 'POST', body, headers: { 'content-type': type, 'content-length': `${body.length}` } })

  test('a request of the wrong form: where, not what', async () => {
    const answer = await post('/refuse', '{"pin":"98765"}')
    const text = await answer.text()
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(JSON.parse(text)).toMatchObject({ code: 'request/invalid', context: { places: 'pin: invalid_format' } })
    expect(text).not.toContain('98765')
    expect((await post('/refuse', 'pin=9876')).status).toBe(400)
    expect((await post('/refuse', '{"pin":"9876"}', 'text/plain')).status).toBe(415)
    expect((await post('/refuse', `{"pin":"${'1'.repeat(10_001)}"}`)).status).toBe(413)
    expect((await post('/nothing', '{}')).status).toBe(404)
    expect((await app.request('/echo')).status).toBe(404)
  })

  test('a bug: nothing of it outside, its name in the log', async () => {
    for (const path of ['/fail', '/lie']) {
      logged.length = 0
      const answer = await post(path, '{}')
      expect(answer.status).toBe(500)
      expect(await answer.json()).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500 })
      expect(logged).toEqual([['request.failed', { role: 'echo', path, reason: expect.any(String) }]])
    }
    await expect(roleClient(echoContract, { url: plain.url }).fail({})).rejects.toMatchObject({ code: 'peer/failed' })
  })

  test('an answer that is not of the contract is no answer', async () => {
    const answering = (body: string, init: ResponseInit) => ({
      url: 'http://role',
      fetch: () => new Response(body, init),
    })
    const html = roleClient(echoContract, answering('<h1>Bad Gateway</h1>', { status: 502 }))
    await expect(html.judge({})).rejects.toMatchObject({ code: 'peer/failed' })
    const wrong = roleClient(echoContract, answering('{"outcome":"yes"}', { status: 200 }))
    await expect(wrong.judge({})).rejects.toMatchObject({ code: 'peer/failed' })
    const cut = roleClient(echoContract, answering('{"outc', { status: 200 }))
    await expect(cut.judge({})).rejects.toMatchObject({ code: 'peer/unreachable' })
  })
})

test('what a server cannot just now is no answer, also where a library has read the body', () => {
  const said = (status: number) => Object.assign(new Error('said'), { status, response: {} })
  expect([503, 500, 400].map((status) => unanswered(said(status)))).toEqual([true, false, false])
})

describe('listening', () => {
  test('on a port in use is refused with a reason', async () => {
    await expect(serve(app, { port: plain.port })).rejects.toMatchObject({
      code: 'server/port-in-use',
      detail: { port: plain.port },
    })
    await expect(serve(app, { port: 0, host: '192.0.2.1' })).rejects.toMatchObject({ code: 'server/cannot-listen' })
  })

  test('a bare request listener too', async () => {
    const served = await serve((_, response) => response.end('bare'), { port: 0 })
    expect(await (await fetch(served.url)).text()).toBe('bare')
    await served.close()
    const client = roleClient(echoContract, { url: served.url })
    await expect(client.judge({})).rejects.toMatchObject({ code: 'peer/unreachable', status: 503 })
  })
})

describe('closing', () => {
  const soon = <T>(closed: Promise<T>) =>
    Promise.race([closed.then(() => 'closed'), new Promise((resolve) => setTimeout(resolve, 30_000, 'open').unref())])

  test('a call that has begun is answered; its connection stays for no other', async () => {
    const begun = Promise.withResolvers<void>()
    const may = Promise.withResolvers<void>()
    const judge: Echo['judge'] = async () => {
      begun.resolve()
      await may.promise
      return passed
    }
    const slow = await serve(roleRoutes(echoContract, { ...echo, judge }), { port: 0, tls })
    const client = roleClient(echoContract, { url: slow.url, fetch: mutualTlsFetch(tls) })
    const answer = client.judge({})
    await begun.promise
    const closed = slow.close()
    await expect(
      roleClient(echoContract, { url: slow.url, fetch: mutualTlsFetch(tls) }).judge({}),
    ).rejects.toMatchObject({ code: 'peer/unreachable' })
    may.resolve()
    expect([await answer, await soon(closed)]).toEqual([passed, 'closed'])
  })

  test('whoever sends a request octet by octet does not keep it open', async () => {
    const served = await serve(app, { port: 0, drain: 100 })
    const socket = connect(served.port, '127.0.0.1')
    const sent = new Promise((resolve) => socket.once('connect', () => socket.write('POST /judge HT', resolve)))
    const ended = new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve))
    await sent
    expect(await soon(served.close())).toBe('closed')
    await ended
  })
})

test('whoever does not read an answer, or stops in the middle of a request, is not waited for', async () => {
  const gone: Promise<unknown>[] = []
  const listener: RequestListener = (request, response) => {
    gone.push(new Promise((resolve) => response.once('close', resolve)))
    if (request.method === 'GET') response.end(Buffer.alloc(64 << 20))
  }
  const served = await serve(listener, { port: 0, still: 100 })
  const sockets = [
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab',
  ].map((begun) => {
    const socket = connect(served.port, '127.0.0.1').pause()
    socket.on('error', () => undefined).write(begun)
    return socket
  })
  await expect.poll(() => gone.length).toBe(2)
  await Promise.all(gone)
  for (const socket of sockets) socket.destroy()
  await served.close()
})

describe('mutual TLS', () => {
  test('a caller without a certificate, or with one of another CA, is not heard', async () => {
    const stranger = certificates()
    for (const shown of [
      { ...stranger, ca: tls.ca },
      { key: '', cert: '', ca: tls.ca },
    ]) {
      const client = roleClient(echoContract, { url: mutual.url, fetch: mutualTlsFetch(shown) })
      await expect(client.judge({})).rejects.toMatchObject({ code: 'peer/unreachable' })
    }
  })

  test('who may ask what is decided by the name in the certificate, and without one by nothing', async () => {
    const mayCall = (operation: string, caller: string | undefined) => operation === 'echo' && caller === 'role'
    const guarded = roleRoutes(echoContract, echo, { mayCall })
    const [named, nameless] = [await serve(guarded, { port: 0, tls }), await serve(guarded, { port: 0 })]
    const known = roleClient(echoContract, { url: named.url, fetch: mutualTlsFetch(tls) })
    expect(await known.echo(RICH)).toEqual(RICH)
    const refusal = { code: 'request/not-yours', status: 403 }
    await expect(known.judge({})).rejects.toMatchObject(refusal)
    await expect(roleClient(echoContract, { url: nameless.url }).echo(RICH)).rejects.toMatchObject(refusal)
    await expect(
      roleClient(echoContract, { url: 'http://role', fetch: guarded.fetch }).echo(RICH),
    ).rejects.toMatchObject(refusal)
    await Promise.all([named.close(), nameless.close()])
  })

  test('a server of another CA is not told anything', async () => {
    const client = roleClient(echoContract, {
      url: mutual.url,
      fetch: mutualTlsFetch({ ...tls, ca: certificates().ca }),
    })
    await expect(client.judge({})).rejects.toMatchObject({ code: 'peer/unreachable' })
  })
})
