import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { afterAll, expect, test, vi } from 'vitest'
import { systemClock } from './clock.ts'
import { mutualTlsFetch, serve } from './http/index.ts'
import { volatileKeyStore } from './keys/index.ts'
import { systemEntropy } from './random.ts'
import { livingIdentity, type TlsIdentity, tlsIdentity } from './tls-identity.ts'

const installation = () => ({ keys: volatileKeyStore(systemEntropy), clock: systemClock, entropy: systemEntropy })
const ours = installation()
const server = createServer(
  { ...(await tlsIdentity(ours, 'authority', '127.0.0.1')), requestCert: true, rejectUnauthorized: true },
  (_, response) => response.end('hello'),
)
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
afterAll(() => server.close())

const ask = (identity: Partial<TlsIdentity>) =>
  new Promise<string>((resolve, reject) => {
    const { port } = server.address() as AddressInfo
    request({ ...identity, host: '127.0.0.1', port, agent: false }, (response) => {
      response.on('data', (data) => resolve(String(data)))
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })

test('two roles of one installation know each other', async () => {
  expect(await ask(await tlsIdentity(ours, 'sp-tsm', '127.0.0.1'))).toBe('hello')
})

test('a client without certificate, and one of another installation, are refused', async () => {
  const mine = await tlsIdentity(ours, 'sp-tsm', '127.0.0.1')
  const other = await tlsIdentity(installation(), 'sp-tsm', '127.0.0.1')
  await expect(ask({ ca: mine.ca })).rejects.toThrow()
  await expect(ask({ ...other, ca: mine.ca })).rejects.toThrow()
  await expect(ask({ ...mine, ca: other.ca })).rejects.toThrow()
})

const identities = await Promise.all(
  Array.from({ length: 64 }, (_, i) => tlsIdentity(ours, 'r'.repeat(i + 1), '127.0.0.1')),
)

test('certificates of any length are PEM that TLS accepts', async () => {
  for (let length = 1; length <= 64; length++)
    expect(() => tls.createSecureContext(identities[length - 1]!)).not.toThrow()
})

test('a process that runs for longer than its certificate lives is known all along, at both ends', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] })
  // TLS judges by the clock of the machine: by it both have ended ten days ago.
  let days = -40
  const logged: string[] = []
  const clock = () => new Date(Date.now() + days * 86_400_000)
  const deps = { ...ours, clock, log: (event: string) => void logged.push(event) }
  const [server, client] = [await livingIdentity(deps, 'authority', '127.0.0.1'), await livingIdentity(deps, 'a', 'a')]
  const served = await serve({ fetch: () => new Response('hello') }, { port: 0, tls: server })
  const fetch = mutualTlsFetch(client)
  const call = async () => (await fetch(new Request(served.url, { method: 'POST', body: '' }))).text()
  await expect(call()).rejects.toThrow('certificate has expired')
  const fresh = await tlsIdentity(ours, 'sp-tsm', '127.0.0.1')
  await expect(ask(fresh).then(() => mutualTlsFetch(fresh)(new Request(served.url)))).rejects.toThrow('has expired')
  days = 0
  vi.advanceTimersByTime(60_000)
  await expect.poll(call).toBe('hello')
  expect(await (await mutualTlsFetch(fresh)(new Request(served.url))).text()).toBe('hello')
  expect(logged).toEqual([])
  vi.useRealTimers()
  await served.close()
})
