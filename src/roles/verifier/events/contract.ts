// Security events of the platform: the watch and the deliveries that somebody must set going, and the forms of the Shared Signals
// Framework's own HTTP. Part of the verifier's contract.

import { z } from 'zod'
import { operation, zNothing } from '../../../base/contract.ts'
import { DELIVERY, EVENT_TYPES } from '../../../protocol/security-event/event-types.ts'

export const eventOperations = {
  followChanges: operation(
    'take over what the authority tells of certificates, in order and once, and record what services must be told',
    zNothing,
    z.object({ taken: z.number().int(), told: z.number().int() }),
  ),
  deliverEvents: operation(
    'push what waits to receivers that can be reached; safe in several processes at once',
    zNothing,
    z.object({ delivered: z.number().int(), failed: z.number().int(), dead: z.number().int() }),
  ),
} as const

const zUri = z.url().max(500)
const zDelivery = z.discriminatedUnion('method', [
  z.object({
    method: z.literal(DELIVERY.push),
    endpoint_url: zUri,
    authorization_header: z
      .string()
      .max(2000)
      .regex(/^[\x20-\x7e]*$/)
      .optional(),
  }),
  z.object({ method: z.literal(DELIVERY.poll) }),
])
const zTypes = z.array(z.string().max(200)).max(50)

/** SSF 1.0 §8.1.1: what a receiver says of its stream. */
export const zNewStream = z.object({
  delivery: zDelivery.optional(),
  events_requested: zTypes.optional(),
  description: z.string().max(200).optional(),
})
export const zChangedStream = zNewStream.extend({ stream_id: z.string() })
export const zNewStatus = z.object({
  stream_id: z.string(),
  status: z.enum(['enabled', 'paused', 'disabled']),
  reason: z.string().max(200).optional(),
})
/** SSF 1.0 §8.1.3; RFC 9493 §3.2.3. */
export const zSubjectOfStream = z.object({
  stream_id: z.string(),
  subject: z.object({ format: z.literal('iss_sub'), iss: z.string(), sub: z.string() }),
  verified: z.boolean().optional(),
})
export const zVerification = z.object({ stream_id: z.string(), state: z.string().max(1000).optional() })
/** RFC 8936 §2.4. */
export const zPoll = z.object({
  maxEvents: z.number().int().min(0).optional(),
  returnImmediately: z.boolean().optional(),
  ack: z.array(z.string()).max(1000).optional(),
  setErrs: z
    .record(z.string(), z.object({ err: z.string().max(100), description: z.string().max(500).optional() }))
    .optional(),
})
/** SSF 1.0 §8.1.1: what the transmitter says of it. */
export const zStream = z.object({
  stream_id: z.string(),
  iss: z.string(),
  aud: z.string(),
  events_supported: z.array(z.string()),
  events_requested: z.array(z.string()),
  events_delivered: z.array(z.string()),
  delivery: z.object({ method: z.enum(DELIVERY), endpoint_url: z.string() }),
  min_verification_interval: z.number().int(),
  description: z.string().optional(),
})
export const zPolled = z.object({ sets: z.record(z.string(), z.string()), moreAvailable: z.boolean().optional() })
export const zStreams = z.union([zStream, z.array(zStream)])
export type NewStream = z.output<typeof zNewStream>
export type NewStatus = z.output<typeof zNewStatus>
export type Poll = z.output<typeof zPoll>
export const SUPPORTED = Object.values(EVENT_TYPES)

interface StreamRoute {
  /** Below the issuer. */
  readonly path: string
  readonly method: 'post' | 'get' | 'patch' | 'put' | 'delete'
  /** Of the access token. */
  readonly scope: 'ssf.read' | 'ssf.manage'
  /** Of an answer when it went well. */
  readonly status: 200 | 201 | 204
}

const stream = { path: '/ssf/stream' } as const
const [manage, read] = [{ scope: 'ssf.manage', status: 200 } as const, { scope: 'ssf.read', status: 200 } as const]

/** SSF 1.0 §8.1, RFC 8936 §2.4: what is asked where. */
export const STREAM_ROUTES = {
  createStream: { ...stream, method: 'post', ...manage, status: 201 },
  readStream: { ...stream, method: 'get', ...read },
  changeStream: { ...stream, method: 'patch', ...manage },
  replaceStream: { ...stream, method: 'put', ...manage },
  removeStream: { ...stream, method: 'delete', ...manage, status: 204 },
  streamStatus: { path: '/ssf/status', method: 'get', ...read },
  setStreamStatus: { path: '/ssf/status', method: 'post', ...manage },
  addSubject: { path: '/ssf/subjects/add', method: 'post', ...manage },
  removeSubject: { path: '/ssf/subjects/remove', method: 'post', ...manage, status: 204 },
  verifyStream: { path: '/ssf/verify', method: 'post', ...manage, status: 204 },
  pollEvents: { path: '/ssf/poll/{stream_id}', method: 'post', ...read },
} as const satisfies Record<string, StreamRoute>
export type StreamAct = keyof typeof STREAM_ROUTES
