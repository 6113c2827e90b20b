// What asks a card to call its administration server: the trigger that comes in a secured packet. GPC-B Table 3-3, §3.8.
// Observed: pySim, and a card in use for the order of key version and identifier. DNS resolution (B3) is not understood.

import { type Bytes, bytes, concat, fromUint, fromUtf8, NO_BYTES, u16, utf8 } from '../../base/bytes.ts'
import { CAT, type CatObject, decodeCatObjects, encodeCatObjects, needCat } from '../../codec/cat.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeTlv, decodeTlvs, findTlv, needTlv, tlv } from '../../codec/tlv.ts'

export interface SessionTrigger {
  /** Objects of OPEN CHANNEL: bearer, buffer size, transport, address, network. */
  readonly connection: readonly CatObject[]
  readonly identity: Bytes
  readonly keyVersion: number
  readonly keyId: number
  /** Absent: a session that fails is not tried again. */
  readonly retry?: RetryPolicy
  /** For the Host header. */
  readonly host: string
  readonly uri: string
  /** For X-Admin-From; the card's own name if absent. */
  readonly agent?: string
}

export interface RetryPolicy {
  readonly count: number
  /** The value of TIMER MANAGEMENT: hours, minutes, seconds in swapped BCD. */
  readonly delay: Bytes
}

const TAG = {
  trigger: 0x81,
  session: 0x83,
  connection: 0x84,
  security: 0x85,
  retry: 0x86,
  http: 0x89,
  host: 0x8a,
  agent: 0x8b,
  uri: 0x8c,
} as const

const TIMER_VALUE_LENGTH = 3
/** What one OPEN CHANNEL can carry. */
const CONNECTION_MAX = 200

/** The data of the packet. */
export function encodeTrigger({
  connection,
  identity,
  keyVersion,
  keyId,
  retry,
  host,
  uri,
  agent,
}: SessionTrigger): Bytes {
  const delay = (value: Bytes) => concat(bytes(CAT.timerValue, TIMER_VALUE_LENGTH), value)
  return tlv(
    TAG.trigger,
    tlv(
      TAG.session,
      tlv(TAG.connection, encodeCatObjects(connection)),
      tlv(TAG.security, bytes(identity.length), identity, bytes(2, keyVersion, keyId)),
      retry ? tlv(TAG.retry, u16(retry.count), delay(retry.delay)) : NO_BYTES,
      tlv(
        TAG.http,
        tlv(TAG.host, utf8(host)),
        agent === undefined ? NO_BYTES : tlv(TAG.agent, utf8(agent)),
        tlv(TAG.uri, utf8(uri)),
      ),
    ),
  )
}

/** Any bytes to a trigger, or a `CodecError`. Everything that a session needs must be there. */
export function decodeTrigger(data: Bytes): SessionTrigger {
  const session = decodeTlvs(needTlv(decodeTlvs(decodeTlv(TAG.trigger, data)), TAG.session))
  const parameters = needTlv(session, TAG.connection)
  if (parameters.length > CONNECTION_MAX)
    throw new CodecError('trigger/connection', 'connection parameters are too long')
  const connection = decodeCatObjects(parameters)
  needCat(connection, CAT.transport)
  needCat(connection, CAT.bufferSize)
  const http = decodeTlvs(needTlv(session, TAG.http))
  const retry = findTlv(session, TAG.retry)
  const agent = findTlv(http, TAG.agent)
  return {
    connection,
    ...securityOf(needTlv(session, TAG.security)),
    ...(retry && { retry: retryOf(retry) }),
    host: line(needTlv(http, TAG.host)),
    uri: line(needTlv(http, TAG.uri)),
    ...(agent && { agent: line(agent) }),
  }
}

/** Identity as LV, then key version and identifier, perhaps a hash algorithm. */
function securityOf(field: Bytes): Pick<SessionTrigger, 'identity' | 'keyVersion' | 'keyId'> {
  const end = 1 + (field[0] ?? 0)
  const [two, keyVersion, keyId] = field.subarray(end)
  if (two !== 2 || keyVersion === undefined || keyId === undefined) {
    throw new CodecError('trigger/security', 'security parameters are cut')
  }
  return { identity: field.slice(1, end), keyVersion, keyId }
}

function retryOf(field: Bytes): RetryPolicy {
  const [tag, length] = field.subarray(2)
  const right = ((tag ?? 0) & 0x7f) === CAT.timerValue && length === TIMER_VALUE_LENGTH
  if (!right || field.length < 4 + TIMER_VALUE_LENGTH) throw new CodecError('trigger/retry', 'retry policy is cut')
  return { count: fromUint(field.subarray(0, 2)), delay: field.slice(4, 4 + TIMER_VALUE_LENGTH) }
}

/** It becomes a line of HTTP: printable ASCII alone. */
function line(value: Bytes): string {
  if (value.length === 0 || value.some((byte) => byte < 0x21 || byte > 0x7e)) {
    throw new CodecError('trigger/text', 'not a word of HTTP')
  }
  return fromUtf8(value)
}
