// The description of the Shared Signals Framework's own HTTP, beside the API's: SSF 1.0 §8.1, RFC 8936 §2.4. Its examples stand in the
// order in which they run.

import { DELIVERY, EVENT_TYPES } from '../../../protocol/security-event/event-types.ts'
import {
  STREAM_ROUTES,
  type StreamAct,
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

type Route = (typeof STREAM_ROUTES)[StreamAct]

export interface StreamOperation extends Pick<Route, 'path' | 'method' | 'scope' | 'status'> {
  readonly name: StreamAct
  readonly summary: string
  readonly input?: { readonly type: Schema; readonly example: object }
  readonly output?: Schema
  /** Where the stream is named, beside the body. */
  readonly streamIn?: 'query' | 'path'
  /** Without it: all that the service has. */
  readonly optional?: true
}

/** In the document; `subject` is a customer's. */
export const STREAM_SHOWN = '0123456789abcdef0123456789abcdef'

const of = (name: StreamAct, summary: string) => ({ name, summary, ...STREAM_ROUTES[name] })

/** `issuer`: of the subjects. */
export function streamOperations(issuer: string, subject: string): StreamOperation[] {
  const one = { stream_id: STREAM_SHOWN }
  const wanted = { events_requested: [Object.values(EVENT_TYPES)[0]!] }
  const person = {
    type: zSubjectOfStream,
    example: { ...one, subject: { format: 'iss_sub', iss: issuer, sub: subject } },
  }
  const polled = { method: DELIVERY.poll }
  const changed = (example: object) => ({ input: { type: zChangedStream, example }, output: zStream })
  return [
    {
      ...of('createStream', 'the one stream of the service: pushed to it, or polled by it'),
      ...{ input: { type: zNewStream, example: { delivery: polled, ...wanted } }, output: zStream },
    },
    { ...of('readStream', 'what was agreed for it'), output: zStreams, streamIn: 'query', optional: true },
    { ...of('changeStream', 'change what is named'), ...changed({ ...one, description: 'moves' }) },
    { ...of('replaceStream', 'change all of it'), ...changed({ ...one, ...wanted, delivery: polled }) },
    { ...of('streamStatus', 'whether events are sent'), output: zNewStatus, streamIn: 'query' },
    {
      ...of('setStreamStatus', 'pause it, or go on'),
      ...{ input: { type: zNewStatus, example: { ...one, status: 'enabled' } }, output: zNewStatus },
    },
    { ...of('removeSubject', 'tell no more of this customer'), input: person },
    { ...of('addSubject', 'tell of this customer again, who has agreed'), input: person },
    {
      ...of('verifyStream', 'send an event that says that the stream works'),
      input: { type: zVerification, example: { ...one, state: 'hello' } },
    },
    {
      ...of('pollEvents', 'acknowledge events and get the next, each a SET by its jti'),
      ...{ input: { type: zPoll, example: { returnImmediately: true, maxEvents: 10, ack: [] } }, output: zPolled },
      streamIn: 'path',
    },
    { ...of('removeStream', 'no more events'), streamIn: 'query' },
  ]
}
