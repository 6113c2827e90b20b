// The description of the Shared Signals Framework's own HTTP, beside the API's: SSF 1.0 §8.1, RFC 8936 §2.4. Its examples stand in the
// order in which they run.

import { DELIVERY, EVENT_TYPES } from '../../../protocol/security-event/event-types.ts'
import {
  zChangedStream,
  zNewStatus,
  zNewStream,
  zPoll,
  zPolled,
  zStream,
  zStreams,
  zSubjectOfStream,
  zVerification,
} from '../events/contract.ts'
import type { schemaOf } from './contract.ts'

type Schema = Parameters<typeof schemaOf>[0]

export interface StreamOperation {
  readonly path: string
  readonly method: 'post' | 'get' | 'patch' | 'put' | 'delete'
  readonly scope: 'ssf.read' | 'ssf.manage'
  readonly name: string
  readonly summary: string
  readonly status: 200 | 201 | 204
  readonly input?: { readonly type: Schema; readonly example: object }
  readonly output?: Schema
  /** Where the stream is named, beside the body. */
  readonly streamIn?: 'query' | 'path'
  /** Without it: all that the service has. */
  readonly optional?: true
}

/** In the document; `subject` is a customer's. */
export const STREAM_SHOWN = '0123456789abcdef0123456789abcdef'

/** `issuer`: of the subjects. */
export function streamOperations(issuer: string, subject: string): StreamOperation[] {
  const one = { stream_id: STREAM_SHOWN }
  const wanted = { events_requested: [Object.values(EVENT_TYPES)[0]!] }
  const person = { ...one, subject: { format: 'iss_sub', iss: issuer, sub: subject } }
  const [manage, read] = ['ssf.manage', 'ssf.read'] as const
  const [stream, status] = ['/ssf/stream', '/ssf/status']
  const changed = (example: object) =>
    ({ input: { type: zChangedStream, example }, output: zStream, status: 200 }) as const
  const polled = { type: zPoll, example: { returnImmediately: true, maxEvents: 10, ack: [] } }
  const about = (name: string, summary: string) => ({ name, summary })
  return [
    {
      ...{ path: stream, method: 'post', scope: manage, status: 201, output: zStream },
      ...about('createStream', 'the one stream of the service: pushed to it, or polled by it'),
      input: { type: zNewStream, example: { delivery: { method: DELIVERY.poll }, ...wanted } },
    },
    {
      ...{ path: stream, method: 'get', scope: read, status: 200, output: zStreams },
      ...{ streamIn: 'query', optional: true },
      ...about('readStream', 'what was agreed for it'),
    },
    {
      ...{ path: stream, method: 'patch', scope: manage, ...changed({ ...one, description: 'moves' }) },
      ...about('changeStream', 'change what is named'),
    },
    {
      ...{ path: stream, method: 'put', scope: manage },
      ...changed({ ...one, ...wanted, delivery: { method: DELIVERY.poll } }),
      ...about('replaceStream', 'change all of it'),
    },
    {
      ...{ path: status, method: 'get', scope: read, status: 200, output: zNewStatus, streamIn: 'query' },
      ...about('streamStatus', 'whether events are sent'),
    },
    {
      ...{ path: status, method: 'post', scope: manage, status: 200, output: zNewStatus },
      ...about('setStreamStatus', 'pause it, or go on'),
      input: { type: zNewStatus, example: { ...one, status: 'enabled' } },
    },
    {
      ...{ path: '/ssf/subjects/remove', method: 'post', scope: manage, status: 204 },
      ...about('removeSubject', 'tell no more of this customer'),
      input: { type: zSubjectOfStream, example: person },
    },
    {
      ...{ path: '/ssf/subjects/add', method: 'post', scope: manage, status: 200 },
      ...about('addSubject', 'tell of this customer again, who has agreed'),
      input: { type: zSubjectOfStream, example: person },
    },
    {
      ...{ path: '/ssf/verify', method: 'post', scope: manage, status: 204 },
      ...about('verifyStream', 'send an event that says that the stream works'),
      input: { type: zVerification, example: { ...one, state: 'hello' } },
    },
    {
      ...{ path: '/ssf/poll/{stream_id}', method: 'post', scope: read, status: 200, output: zPolled, streamIn: 'path' },
      ...about('pollEvents', 'acknowledge events and get the next, each a SET by its jti'),
      input: polled,
    },
    {
      ...{ path: stream, method: 'delete', scope: manage, status: 204, streamIn: 'query' },
      ...about('removeStream', 'no more events'),
    },
  ]
}
