// `openssl s_server` takes our client: with both suites, with and without encrypt-then-MAC.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { fromHex, hex, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { TlsPskClient } from './client.ts'

const present = spawnSync('openssl', ['version']).status === 0
const PSK = fromHex('000102030405060708090a0b0c0d0e0f')
const started: ChildProcess[] = []
afterEach(() => {
  for (const each of started.splice(0)) each.kill()
})

/** A server that says every line backwards; its port. */
async function serving(...options: string[]): Promise<number> {
  const how = ['-nocert', '-psk', hex(PSK), '-psk_identity', 'sim', '-tls1_2', '-rev', '-accept', '127.0.0.1:0']
  const server = spawn('openssl', ['s_server', ...how, ...options])
  started.push(server)
  let said = ''
  for await (const piece of server.stdout) {
    said += String(piece)
    const port = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(said)?.[1]
    if (port) return Number(port)
  }
  throw new Error(`openssl s_server does not listen: ${said}`)
}

/** What comes back for a line, when the handshake succeeds. */
async function reversed(port: number, client: TlsPskClient, line: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  let asked = false
  socket.write(client.start())
  socket.on('data', (piece) => {
    const { send, data } = client.receive(Uint8Array.from(piece as Buffer))
    heard += new TextDecoder().decode(data)
    if (send.length > 0) socket.write(send)
    if (client.state === 'open' && !asked) {
      asked = true
      socket.write(client.write(utf8(`${line}\n`)))
    }
    if (heard.endsWith('\n') && client.state === 'open') socket.end(client.close())
  })
  socket.on('error', () => undefined)
  await once(socket, 'close')
  return heard
}

const client = (psk = PSK) => new TlsPskClient({ identity: utf8('sim'), psk, entropy: seededEntropy(utf8('card')) })

describe.skipIf(!present)('openssl s_server (absent: openssl is not installed)', () => {
  test.each([
    ['TLS_PSK_WITH_AES_128_GCM_SHA256', ['-cipher', 'PSK-AES128-GCM-SHA256']],
    ['TLS_PSK_WITH_AES_128_CBC_SHA256', ['-cipher', 'PSK-AES128-CBC-SHA256']],
    ['TLS_PSK_WITH_AES_128_CBC_SHA256', ['-cipher', 'PSK-AES128-CBC-SHA256', '-no_etm']],
    ['TLS_PSK_WITH_AES_128_GCM_SHA256', ['-cipher', 'PSK', '-psk_hint', 'any SIM']],
  ])('%s %j', async (suite, options) => {
    const ours = client()
    expect(await reversed(await serving(...options), ours, 'hello card')).toBe('drac olleh\n')
    expect([ours.suite, ours.state]).toEqual([suite, 'closed'])
  })

  test('no suite in common, and another key: no connection', async () => {
    for (const [options, psk] of [
      [['-cipher', 'PSK-AES256-CBC-SHA384'], PSK],
      [['-cipher', 'PSK'], fromHex('ff'.repeat(16))],
    ] as const) {
      const ours = client(psk)
      expect(await reversed(await serving(...options), ours, 'hello')).toBe('')
      expect(ours.state).not.toBe('open')
    }
  })
})
