// The role over HTTP, from its contract; and the connector's door for web pages, where the browser says who asks.

import { Hono, type MiddlewareHandler } from 'hono'
import { type ClientOptions, problemResponse, roleClient, roleRoutes } from '../../adapters/http/index.ts'
import { contract, type Implementation, operation } from '../../base/contract.ts'
import type { Log } from '../../base/ports.ts'
import { type Phone, phoneContract } from './contract.ts'
import { no } from './refusals.ts'

export const routes = (phone: Phone) => roleRoutes(phoneContract, phone)
export const client = (url: string, options: Omit<ClientOptions, 'url'> = {}): Phone =>
  roleClient(phoneContract, { url, ...options })

const { askAccess, accessState, transmit, closeAccess } = phoneContract.operations

/** What a web page may ask. It does not say who it is: the `Origin` header does, which no script can set. */
const pageContract = contract({
  role: 'phone',
  operations: {
    askAccess: operation(askAccess.summary, askAccess.input.omit({ caller: true }), askAccess.output),
    accessState: operation(accessState.summary, accessState.input.omit({ caller: true }), accessState.output),
    transmit: operation(transmit.summary, transmit.input.omit({ caller: true }), transmit.output),
    closeAccess: operation(closeAccess.summary, closeAccess.input.omit({ caller: true }), closeAccess.output),
  },
})

function asPage(phone: Phone, origin: string): Implementation<typeof pageContract> {
  const caller = { origin }
  return {
    askAccess: (input) => phone.askAccess({ ...input, caller }),
    accessState: (input) => phone.accessState({ ...input, caller }),
    transmit: (input) => phone.transmit({ ...input, caller }),
    closeAccess: (input) => phone.closeAccess({ ...input, caller }),
  }
}

/** A command with its coding, and nothing larger. */
const BODY_LIMIT = 4096

/**
 * POST `/<operation>` from a page of any origin, mounted under a path of its own; the rules in the SIM and the owner
 * decide. Nothing here depends on a cookie, so there is nothing that another page could forge.
 */
export function connectorDoor(phone: Phone, log: Log): Hono {
  const app = new Hono()
  app.use(crossOrigin)
  app.post('/:operation', async (c) => {
    const origin = c.req.header('origin')
    if (!origin) return problemResponse(no.unknownCaller())
    const own = roleRoutes(pageContract, asPage(phone, origin), { log, bodyLimit: BODY_LIMIT })
    const { method, headers } = c.req.raw
    const body = await c.req.raw.arrayBuffer()
    return own.fetch(new Request(new URL(`/${c.req.param('operation')}`, c.req.url), { method, headers, body }))
  })
  return app
}

/** Fetch standard, CORS: the answer is for the page that asked, without credentials. */
const crossOrigin: MiddlewareHandler = async (c, next) => {
  const origin = c.req.header('origin')
  const asks = c.req.method === 'OPTIONS'
  if (asks) c.res = new Response(null, { status: 204 })
  else await next()
  c.res.headers.set('vary', 'Origin')
  if (!origin) return
  c.res.headers.set('access-control-allow-origin', origin)
  if (!asks) return
  c.res.headers.set('access-control-allow-methods', 'POST')
  c.res.headers.set('access-control-allow-headers', 'content-type')
  c.res.headers.set('access-control-allow-private-network', 'true')
}
