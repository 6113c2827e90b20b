// What the transport between roles says by itself, when no role has answered.

import { refusals } from '../../base/refusal.ts'

export const noRequest = refusals('request', {
  invalid: [400, 'the request does not have the form that this operation takes'],
  'too-large': [413, 'the request is larger than this operation takes'],
  'unknown-operation': [404, 'there is no such operation'],
  'not-yours': [403, 'this caller may not ask for that'],
  'not-json': [415, 'the request must be application/json'],
})

export const noAnswer = refusals('peer', {
  unreachable: [503, 'the other system cannot be reached'],
  failed: [502, 'the other system failed'],
})

export const noServer = refusals('server', {
  'port-in-use': [409, 'another program listens on this port: stop it, or choose another port'],
  'cannot-listen': [409, 'the address cannot be listened on'],
})
