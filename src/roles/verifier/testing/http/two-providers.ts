// Two processes of one platform, as far as one process can be two: each with a store, with caches and with keys of its own, on
// one database and one folder of keys. Before them stands what stands before several processes: a proxy that takes them in turn.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileKeyStore } from '../../../../adapters/keys/index.ts'
import type { Verifier } from '../../contract.ts'
import type { OpenIdServer } from '../http.ts'
import { type OpenIdRoom, openIdRoom } from './openid-room.ts'

export interface TwoProviders {
  /** Of the first; the issuer is the proxy. */
  readonly room: OpenIdRoom
  readonly verifiers: readonly [Verifier, Verifier]
  /** At this one. */
  readonly at: (which: 0 | 1, path: string, init?: RequestInit) => Promise<Response>
  /** Which is next; every request goes to the other than the one before. */
  readonly turn: { next: number }
  close(): Promise<void>
}

export async function twoProviders(): Promise<TwoProviders> {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-two-providers-'))
  const servers: OpenIdServer[] = []
  const turn = { next: 0 }
  const proxy = createServer((asked, answer) => {
    const to = servers[turn.next++ % 2]!
    const { method, url: path, headers } = asked
    const passed = request({ host: 'localhost', port: new URL(to.address).port, method, path, headers }, (told) => {
      answer.writeHead(told.statusCode!, told.headers)
      told.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => proxy.once('listening', resolve))
  const { port } = proxy.address() as AddressInfo
  const room = await openIdRoom(`http://localhost:${port}/verifier`, { keys: fileKeyStore(folder) })
  const other = await room.another({ keys: fileKeyStore(folder) })
  servers.push(room.server, other.server)
  return {
    room,
    verifiers: [room.verifier, other.verifier],
    at: async (which, path, init) => {
      turn.next = which
      return fetch(`${room.server.issuer}${path}`, init)
    },
    turn,
    close: async () => {
      proxy.close()
      proxy.closeAllConnections()
      other.server.close()
      await room.close()
      rmSync(folder, { recursive: true })
    },
  }
}
