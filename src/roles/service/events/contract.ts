// What the service hears of its customers from the verifier that watches for it. Part of the service's contract. Seed 2 pattern 2.

import { z } from 'zod'
import { operation, zNothing } from '../../../base/contract.ts'

export const eventOperations = {
  takeEvent: operation(
    'a security event token as it was pushed (RFC 8935 §2.1), with the header of who pushed it: judged, and counted once',
    z.object({ set: z.string().max(65_536), authorization: z.string().nullable() }),
    zNothing,
  ),
  followNews: operation(
    'makes the stream of events where there is none, and asks for the facts of customers of whom was heard that they changed',
    zNothing,
    z.object({ subscribed: z.boolean(), refreshed: z.number().int() }),
  ),
} as const

/** RFC 8417 §2.2, with a subject of RFC 9493: one event. */
export const zSetClaims = z.object({
  jti: z.string().min(1).max(200),
  toe: z.number().optional(),
  sub_id: z.discriminatedUnion('format', [
    z.object({ format: z.literal('iss_sub'), iss: z.string(), sub: z.string() }),
    z.object({ format: z.literal('opaque'), id: z.string() }),
  ]),
  events: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .refine((events) => Object.keys(events).length === 1, 'one event'),
})

/** SSF 1.0 §7.1 and §8.1.1: what a receiver reads of its transmitter. */
export const zTransmitter = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  configuration_endpoint: z.url(),
  verification_endpoint: z.url(),
})
export const zStream = z.object({
  stream_id: z.string(),
  events_requested: z.array(z.string()).optional(),
  delivery: z.object({ method: z.string(), endpoint_url: z.string().optional() }),
})
