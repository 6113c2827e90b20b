// A role's contract as HTTP: POST /<operation>, JSON in and out. Every operation is POST so that no value of a
// person gets into a URL. Not here: who the caller is (mutual TLS between roles, adapters/http/serve.ts).

import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import type { Contract, Implementation } from '../../base/contract.ts'
import type { Log } from '../../base/ports.ts'
import { Refusal } from '../../base/refusal.ts'
import { invalidRequest, problemResponse } from './problem.ts'
import { noRequest } from './refusals.ts'
import type { From } from './role-client.ts'

export interface RouteOptions {
  readonly log?: Log
  /** Bytes; default 1 MiB. */
  readonly bodyLimit?: number
  /** Who may ask what; default anyone anything, for roles in this process and in tests. */
  readonly mayCall?: (operation: string, caller: string | undefined, input: object) => boolean | Promise<boolean>
}

type Operations = Record<string, (input: unknown) => Promise<unknown>>

/** The routes of one role, to be mounted or served. */
export function roleRoutes<C extends Contract>(
  { role, operations }: C,
  implementation: Implementation<C>,
  { log = () => undefined, bodyLimit: maxSize = 1024 * 1024, mayCall = () => true }: RouteOptions = {},
): Hono<{ Bindings: From }> {
  const app = new Hono<{ Bindings: From }>()
  const perform = implementation as Operations
  const tooLarge = () => problemResponse(noRequest['too-large']({ limit: maxSize }))
  const counted = bodyLimit({ maxSize, onError: tooLarge })
  // Of a length that is told the server takes no more; to count what comes makes a stream of it.
  app.use((context, next) => (toldLength(context.req.raw) <= maxSize ? next() : counted(context, next)))
  for (const [name, { input, output }] of Object.entries(operations)) {
    app.post(`/${name}`, async (context) => {
      const given = z.safeDecode(input, (await json(context.req.raw)) as never)
      if (!given.success) throw invalidRequest(given.error)
      if (!(await mayCall(name, context.env?.caller, given.data as object))) throw noRequest['not-yours']()
      const result = await perform[name]!(given.data)
      return context.json(z.encode(output, result) as object, 200, { 'cache-control': 'no-store' })
    })
  }
  app.notFound(() => problemResponse(noRequest['unknown-operation']()))
  app.onError((error, context) => {
    if (!(error instanceof Refusal) || error.status >= 500) {
      const reason = error instanceof Refusal ? error.code : error.constructor.name
      log('request.failed', { role, path: context.req.path, reason })
    }
    return problemResponse(error)
  })
  return app
}

const toldLength = ({ headers }: Request): number =>
  headers.has('transfer-encoding') ? Number.NaN : Number(headers.get('content-length') ?? Number.NaN)

async function json(request: Request): Promise<unknown> {
  // A browser page of another origin cannot send this type without being asked first.
  if (!request.headers.get('content-type')?.startsWith('application/json')) throw noRequest['not-json']()
  try {
    return await request.json()
  } catch (cause) {
    if ((cause as Error).name === 'BodyLimitError') throw cause
    throw noRequest.invalid({ places: '(all): not JSON' }, cause)
  }
}
