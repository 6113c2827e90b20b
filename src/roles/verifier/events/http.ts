// The Shared Signals Framework over HTTP: metadata and keys for everybody, streams for services with an access token of the
// OpenID provider (scopes `ssf.read`, `ssf.manage`), polling. SSF 1.0 §7 and §8; RFC 8936 §2.

import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z } from 'zod'
import { noRequest, outside, problemResponse } from '../../../adapters/http/index.ts'
import { Refusal } from '../../../base/refusal.ts'
import { DELIVERY } from '../../../protocol/security-event/event-types.ts'
import { metadataPath } from '../../../protocol/security-event/metadata-path.ts'
import type { Deps } from '../model.ts'
import { type AskerOf, presentedWith } from '../openid/http/asker.ts'
import { no } from '../refusals.ts'
import { spend } from '../services/quota.ts'
import {
  STREAM_ROUTES,
  type StreamAct,
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
  /** Which service asks, when its access token is good for this scope. */
  readonly askerOf: AskerOf
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

const BODY_LIMIT = 256 * 1024

/** Paths from the root of the issuer's host. */
export function ssfRoutes(options: SsfOptions): Hono {
  const { issuer, log } = options
  const path = new URL(issuer).pathname.replace(/\/$/, '')
  const app = new Hono()
  app.get(metadataPath(issuer), (c) => c.json(metadata(issuer)))
  app.get(`${path}/ssf/jwks`, async (c) => c.json({ keys: [(await eventKey(options.keys)).jwk] }))
  app.use(`${path}/ssf/*`, bodyLimit({ maxSize: BODY_LIMIT, onError: tooLarge }), noStore)
  streamRoutes(app, path, options)
  otherMethods(app)
  app.notFound((c) => c.body(null, 404))
  app.onError((error) => {
    if (error instanceof Refusal) return problemResponse(error)
    log('verifier.ssf-error', { error: error.name })
    return new Response(null, { status: 500 })
  })
  return app
}

const tooLarge = () => problemResponse(noRequest['too-large']({ limit: BODY_LIMIT }))

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

type Act = (options: SsfOptions, clientId: string, c: Context) => Promise<object | undefined>

/** What each of them does; without an answer there is a status alone. */
const ACTS: Record<StreamAct, Act> = {
  createStream: async (o, id, c) => shown(o, await createStream(o, id, await body(c, zNewStream))),
  readStream: async (o, id, c) => {
    const streamId = c.req.query('stream_id')
    if (streamId !== undefined) return shown(o, await streamOf(o, id, streamId))
    const one = await o.store.events.streamOf(id)
    return one ? [shown(o, one)] : []
  },
  changeStream: async (o, id, c) => shown(o, await changeStream(o, id, await body(c, zChangedStream), false)),
  replaceStream: async (o, id, c) => shown(o, await changeStream(o, id, await body(c, zChangedStream), true)),
  removeStream: (o, id, c) => removeStream(o, id, c.req.query('stream_id') ?? ''),
  streamStatus: async (o, id, c) => statusOf(await streamOf(o, id, c.req.query('stream_id') ?? '')),
  setStreamStatus: async (o, id, c) => statusOf(await setStatus(o, id, await body(c, zNewStatus))),
  addSubject: async (o, id, c) => changeSubject(o, id, await body(c, zSubjectOfStream), 'add'),
  removeSubject: async (o, id, c) => changeSubject(o, id, await body(c, zSubjectOfStream), 'remove'),
  verifyStream: async (o, id, c) => verifyStream(o, id, await body(c, zVerification)),
  pollEvents: async (o, id, c) => poll(o, await streamOf(o, id, c.req.param('stream_id') ?? ''), await body(c, zPoll)),
}

function streamRoutes(app: Hono, base: string, options: SsfOptions): void {
  for (const [name, { path, method, scope, status }] of Object.entries(STREAM_ROUTES))
    app.on(method.toUpperCase(), base + path.replace('{stream_id}', ':stream_id'), async (c) => {
      const asker = await options.askerOf(presentedWith(c.req.raw), scope)
      if (!('clientId' in asker)) return c.body(null, asker.status, { 'www-authenticate': asker.challenge })
      await spend(options, asker.clientId)
      const answer = await ACTS[name as StreamAct](options, asker.clientId, c)
      return answer ? Response.json(answer, { status }) : c.body(null, status)
    })
}

async function body<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  const parsed = schema.safeParse(await c.req.json().catch(() => undefined))
  if (!parsed.success) throw no.streamRequest()
  return parsed.data
}

const statusOf = ({ stream_id, status, reason }: StreamRow) => ({ stream_id, status, ...(reason && { reason }) })

/** SSF 1.0 §8.1.1; the secret of the receiver is not shown again. */
function shown({ issuer }: SsfOptions, row: StreamRow) {
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
