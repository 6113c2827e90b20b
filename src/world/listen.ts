// The one HTTP server of a world. It listens before the roles exist, because their addresses are made of its own.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AtOnce, serve, whileStarting } from '../adapters/http/index.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

export interface Listening {
  readonly origin: string
  /** Until a handler is there, answers are 503. `atOnce` is asked before it. */
  handle(handler: Handler, atOnce?: AtOnce): void
  close(): Promise<void>
}

const starting: Handler = ({ url }, response) => whileStarting(url, response)

interface Address {
  /** How browsers reach it, when a proxy or a name stands before it. */
  readonly origin?: string | undefined
  /** Of this machine, in place of its address in numbers. */
  readonly name?: string | undefined
}

/** Port 0 is any free one. */
export async function listen(
  host: string,
  port: number,
  { origin, name = '127.0.0.1' }: Address = {},
): Promise<Listening> {
  let handler = starting
  let ready: AtOnce = () => undefined
  const served = await serve((request, response) => handler(request, response), {
    host,
    port,
    atOnce: (path) => ready(path),
  })
  return {
    origin: origin ?? served.url.replace(/\/\/(0\.0\.0\.0|127\.0\.0\.1):/, `//${name}:`),
    handle: (next, atOnce) => {
      handler = next
      ready = atOnce ?? ready
    },
    close: served.close,
  }
}
