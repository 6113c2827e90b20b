// The one HTTP server of a world. It listens before the roles exist, because their addresses are made of its own.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AtOnce, serve } from '../adapters/http/index.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

export interface Listening {
  readonly origin: string
  /** Until a handler is there, answers are 503. `atOnce` is asked before it. */
  handle(handler: Handler, atOnce?: AtOnce): void
  close(): Promise<void>
}

const starting: Handler = (_, response) => response.writeHead(503, { 'retry-after': '1' }).end('starting')

/** Port 0 is any free one. `origin` is how browsers reach it, when a proxy or a name stands before it. */
export async function listen(host: string, port: number, origin?: string): Promise<Listening> {
  let handler = starting
  let ready: AtOnce = () => undefined
  const served = await serve((request, response) => handler(request, response), {
    host,
    port,
    atOnce: (path) => ready(path),
  })
  return {
    origin: origin ?? served.url.replace('//0.0.0.0:', '//127.0.0.1:'),
    handle: (next, atOnce) => {
      handler = next
      ready = atOnce ?? ready
    },
    close: served.close,
  }
}
