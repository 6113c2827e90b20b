// The other end of role-routes: a role somewhere else, called by the same contract as one in this process.
// Not here: retries; what must be repeated is a job.

import { z } from 'zod'
import type { Contract, Implementation } from '../../base/contract.ts'
import { refusalOf } from './problem.ts'
import { noAnswer } from './refusals.ts'

/** The global `fetch`, `mutualTlsFetch`, or the `fetch` of a Hono application in this process. */
export type Fetch = (request: Request) => Response | Promise<Response>

/** What the transport knows of who asks, beside the request, where no request can pretend it. */
export interface From {
  /** The common name in the certificate that the caller has shown; undefined without mutual TLS. */
  readonly caller: string | undefined
}

/** What a server calls. */
export type Answer = (request: Request, from: From) => Response | Promise<Response>

export interface ClientOptions {
  /** Where the role's routes are mounted. */
  readonly url: string
  readonly fetch?: Fetch
  /** Milliseconds that an answer may take; default 30 s. */
  readonly timeout?: number
}

/** Calls the role over HTTP; its Refusals arrive as Refusals, silence as `peer/unreachable`. */
export function roleClient<const C extends Contract>(contract: C, options: ClientOptions): Implementation<C> {
  const calls = Object.entries(contract.operations).map(([name, { input, output }]) => [
    name,
    async (value: unknown) => {
      const answer = await post(name, z.encode(input, value), contract.role, options)
      const result = z.safeDecode(output, answer as never)
      if (!result.success) throw noAnswer.failed({ peer: contract.role, operation: name })
      return result.data
    },
  ])
  return Object.fromEntries(calls) as Implementation<C>
}

async function post(name: string, body: unknown, peer: string, options: ClientOptions): Promise<unknown> {
  const { url, fetch: send = fetch, timeout = 30_000 } = options
  const request = new Request(`${url.replace(/\/$/, '')}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeout),
    redirect: 'error',
  })
  const response = await reached(() => send(request), peer)
  if (!response.ok) throw await refusalOf(response, peer)
  return reached(() => response.json(), peer)
}

async function reached<T>(send: () => T | Promise<T>, peer: string): Promise<T> {
  try {
    return await send()
  } catch (cause) {
    throw noAnswer.unreachable({ peer }, cause)
  }
}
