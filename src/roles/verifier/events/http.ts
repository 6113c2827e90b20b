// The Shared Signals Framework over HTTP: metadata and keys for everybody, streams for services with an access token of the
// OpenID provider (scopes `ssf.read`, `ssf.manage`), polling. SSF 1.0 §7 and §8; RFC 8936 §2.

import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z } from 'zod'
import { bearerIn, INVALID_TOKEN, outside, problemResponse } from '../../../adapters/http/index.ts'
import { Refusal } from '../../../base/refusal.ts'
import { DELIVERY } from '../../../protocol/security-event/event-types.ts'
import { metadataPath } from '../../../protocol/security-event/metadata-path.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import {
  SUPPORTED,
  zChangedStream,
  zNewStatus,
  zNewStream,
  zPoll,
  zSubjectOfStream,
  zVerification,
} from './contract.ts'
import { eventKey } from './key.ts'
import { MIN_VERIFICATION_INTERVAL, type Push } from './model.ts'
import { poll } from './poll.ts'
import type { StreamRow } from './store.ts'
import {
  changeStream,
  changeSubject,
  createStream,
  removeStream,
  setStatus,
  streamOf,
  verifyStream,
} from './streams/streams.ts'

export interface SsfOptions extends Deps {
  readonly issuer: string
  /** The client whose access token this is, when it is good for this scope. */
  readonly clientOf: (token: string, scope: Scope) => Promise<string | undefined>
}
/** To receivers outside; with `loopback` also to those on this machine. RFC 8935 §2.1. */
export function outsidePush(options: { readonly loopback: boolean }): Push & { close(): void } {
  const { accepts, post, close } = outside(options)
  return {
    accepts,
    close,
    post: ({ url, authorization, set, signal }) => {
      const headers = { 'content-type': 'application/secevent+jwt', accept: 'application/json' }
      return post({ url, headers: { ...headers, ...(authorization && { authorization }) }, body: set, signal })
    },
  }
}

export type Scope = 'ssf.read' | 'ssf.manage'

const BODY_LIMIT = 256 * 1024

/** Paths from the root of the issuer's host. */
export function ssfRoutes(options: SsfOptions): Hono {
  const { issuer, log } = options
  const path = new URL(issuer).pathname.replace(/\/$/, '')
  const app = new Hono()
  app.get(metadataPath(issuer), (c) => c.json(metadata(issuer)))
  app.get(`${path}/ssf/jwks`, async (c) => c.json({ keys: [(await eventKey(options.keys)).jwk] }))
  app.use(`${path}/ssf/*`, bodyLimit({ maxSize: BODY_LIMIT }), noStore)
  manage(app, `${path}/ssf`, options)
  otherMethods(app)
  app.notFound((c) => c.body(null, 404))
  app.onError((error) => {
    if (error instanceof Refusal) return problemResponse(error)
    log('verifier.ssf-error', { error: error.name })
    return new Response(null, { status: 500 })
  })
  return app
}

/** RFC 9110 §15.5.6: what has a path is not told that there is none. */
function otherMethods(app: Hono): void {
  const allowed = new Map<string, string[]>()
  for (const { path, method } of app.routes)
    if (method !== 'ALL') allowed.set(path, [...(allowed.get(path) ?? []), method])
  for (const [path, methods] of allowed) app.all(path, (c) => c.body(null, 405, { allow: methods.join(', ') }))
}

const noStore: MiddlewareHandler = async (c, next) => {
  await next()
  c.header('cache-control', 'no-store')
}

/** SSF 1.0 §7.1.1. */
const metadata = (issuer: string) => ({
  spec_version: '1_0',
  issuer,
  jwks_uri: `${issuer}/ssf/jwks`,
  delivery_methods_supported: Object.values(DELIVERY),
  configuration_endpoint: `${issuer}/ssf/stream`,
  status_endpoint: `${issuer}/ssf/status`,
  add_subject_endpoint: `${issuer}/ssf/subjects/add`,
  remove_subject_endpoint: `${issuer}/ssf/subjects/remove`,
  verification_endpoint: `${issuer}/ssf/verify`,
  authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
  // Whoever has agreed, and nobody else.
  default_subjects: 'ALL',
})

function manage(app: Hono, base: string, options: SsfOptions): void {
  const as = (scope: Scope, act: (c: Context, clientId: string) => Promise<Response>) => async (c: Context) => {
    const token = bearerIn(c.req.header('authorization'))
    const clientId = token && (await options.clientOf(token, scope))
    if (!clientId) return c.body(null, 401, INVALID_TOKEN)
    return act(c, clientId)
  }
  const shown = (row: StreamRow) => configuration(options.issuer, row)
  app.post(
    `${base}/stream`,
    as('ssf.manage', async (c, id) => c.json(shown(await createStream(options, id, await body(c, zNewStream))), 201)),
  )
  app.get(
    `${base}/stream`,
    as('ssf.read', async (c, id) => {
      const streamId = c.req.query('stream_id')
      if (streamId !== undefined) return c.json(shown(await streamOf(options, id, streamId)))
      const one = await options.store.events.streamOf(id)
      return c.json(one ? [shown(one)] : [])
    }),
  )
  for (const [method, whole] of [
    ['PATCH', false],
    ['PUT', true],
  ] as const)
    app.on(
      method,
      `${base}/stream`,
      as('ssf.manage', async (c, id) =>
        c.json(shown(await changeStream(options, id, await body(c, zChangedStream), whole))),
      ),
    )
  app.delete(
    `${base}/stream`,
    as('ssf.manage', async (c, id) => {
      await removeStream(options, id, c.req.query('stream_id') ?? '')
      return c.body(null, 204)
    }),
  )
  app.get(
    `${base}/status`,
    as('ssf.read', async (c, id) => c.json(statusOf(await streamOf(options, id, c.req.query('stream_id') ?? '')))),
  )
  app.post(
    `${base}/status`,
    as('ssf.manage', async (c, id) => c.json(statusOf(await setStatus(options, id, await body(c, zNewStatus))))),
  )
  for (const [change, done] of [
    ['add', 200],
    ['remove', 204],
  ] as const)
    app.post(
      `${base}/subjects/${change}`,
      as('ssf.manage', async (c, id) => {
        await changeSubject(options, id, await body(c, zSubjectOfStream), change)
        return c.body(null, done)
      }),
    )
  app.post(
    `${base}/verify`,
    as('ssf.manage', async (c, id) => {
      const { stream_id, state } = await body(c, zVerification)
      await verifyStream(options, id, stream_id, state)
      return c.body(null, 204)
    }),
  )
  app.post(
    `${base}/poll/:streamId`,
    as('ssf.read', async (c, id) =>
      c.json(await poll(options, await streamOf(options, id, c.req.param('streamId') ?? ''), await body(c, zPoll))),
    ),
  )
}

async function body<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  const parsed = schema.safeParse(await c.req.json().catch(() => undefined))
  if (!parsed.success) throw no.streamRequest()
  return parsed.data
}

const statusOf = ({ stream_id, status, reason }: StreamRow) => ({ stream_id, status, ...(reason && { reason }) })

/** SSF 1.0 §8.1.1; the secret of the receiver is not shown again. */
function configuration(issuer: string, row: StreamRow) {
  const types: string[] = JSON.parse(row.types)
  const delivery =
    row.method === 'push'
      ? { method: DELIVERY.push, endpoint_url: row.endpoint }
      : { method: DELIVERY.poll, endpoint_url: `${issuer}/ssf/poll/${row.stream_id}` }
  return {
    stream_id: row.stream_id,
    iss: issuer,
    aud: row.client_id,
    events_supported: SUPPORTED,
    events_requested: types,
    events_delivered: types,
    delivery,
    min_verification_interval: MIN_VERIFICATION_INTERVAL,
    ...(row.description && { description: row.description }),
  }
}
