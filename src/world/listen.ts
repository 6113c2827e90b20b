// One HTTP server for the screens and, below /verifier, for the OpenID provider.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Refusal } from '../base/refusal.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

export interface Listening {
  readonly origin: string
  /** Until a handler is there, answers are 503. */
  handle(handler: Handler): void
  close(): Promise<void>
}

const starting: Handler = (_, response) => response.writeHead(503, { 'retry-after': '1' }).end('starting')

/** Refuses with `http/port-in-use` when somebody else listens there. Port 0 is any free one. */
export async function listen(host: string, port: number): Promise<Listening> {
  let handler = starting
  const server = createServer((request, response) => handler(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Refusal('http/port-in-use', 409, 'another program listens on this port; choose one with --port', {
              port,
            })
          : error,
      ),
    )
    server.listen(port, host, resolve)
  })
  const actual = (server.address() as AddressInfo).port
  return {
    origin: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${actual}`,
    handle: (next) => {
      handler = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
