// The services of a bench that are pinged: told that an answer is there, they come for their tokens. CIBA Core 1.0 §10.2.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export const NOTIFICATION_TOKEN = 'of-the-bench'

export interface PingReceiver {
  readonly url: string
  /** When this request has been answered; to be asked before it can be. */
  told(authReqId: string): Promise<void>
  close(): void
}

export async function pingReceiver(): Promise<PingReceiver> {
  const waiting = new Map<string, () => void>()
  const server = createServer({ keepAliveTimeout: 120_000 }, async (req, res) => {
    let body = ''
    for await (const part of req.setEncoding('utf8')) body += part
    const known = req.headers.authorization === `Bearer ${NOTIFICATION_TOKEN}`
    res.writeHead(known ? 204 : 401).end()
    if (known) waiting.get(JSON.parse(body).auth_req_id)?.()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/told`,
    told: (authReqId) => new Promise((resolve) => void waiting.set(authReqId, resolve)),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
