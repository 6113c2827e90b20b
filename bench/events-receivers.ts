// Receivers of events for the bench: each listens on a port of its own, takes what comes and remembers its jti.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const seen = new Set<string>()

function take(request: IncomingMessage, response: ServerResponse): void {
  let set = ''
  request.on('data', (part: Buffer) => (set += part.toString('latin1')))
  request.on('end', () => {
    if (request.url !== '/floor') {
      const claims = JSON.parse(Buffer.from(set.split('.')[1] ?? '', 'base64url').toString()) as { jti: string }
      seen.add(claims.jti)
    }
    response.writeHead(202, { 'content-length': '0' }).end()
  })
}

const listening = () =>
  new Promise<number>((resolve) => {
    const server = createServer({ keepAliveTimeout: 60_000 }, take)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

const ports = await Promise.all(Array.from({ length: Number(process.argv[2]) }, listening))
process.send!(ports)
process.on('message', () => process.send!(seen.size))
process.on('disconnect', () => process.exit(0))
