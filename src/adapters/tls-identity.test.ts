import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { volatileKeyStore } from './keys/index.ts'
import { systemEntropy } from './random.ts'
import { type TlsIdentity, tlsIdentity } from './tls-identity.ts'

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
