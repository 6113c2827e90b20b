// TLS 1.2 records and the handshake messages that a client with a pre-shared key needs. RFC 5246 §6.2, §7.4; RFC 4279 §2.
// Bytes only: keys, order and checks are in protocol/tls-psk.

import { type Bytes, bytes, concat, fromUint, NO_BYTES, u16, u24 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import { OctetReader } from './octet-reader.ts'

export const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const
export const HANDSHAKE = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  serverKeyExchange: 12,
  serverHelloDone: 14,
  clientKeyExchange: 16,
  finished: 20,
} as const
/** RFC 5246 §7.2. */
export const ALERT = {
  closeNotify: 0,
  unexpectedMessage: 10,
  badRecordMac: 20,
  recordOverflow: 22,
  handshakeFailure: 40,
  illegalParameter: 47,
  decodeError: 50,
  decryptError: 51,
  protocolVersion: 70,
} as const
export const TLS_1_2 = 0x0303
export const FRAGMENT_MAX = 1 << 14
const CIPHERTEXT_MAX = FRAGMENT_MAX + 2048
const MESSAGE_MAX = 1 << 14

export interface TlsRecord {
  readonly type: number
  readonly fragment: Bytes
}

export const encodeRecord = ({ type, fragment }: TlsRecord): Bytes =>
  concat(bytes(type), u16(TLS_1_2), u16(fragment.length), fragment)

/** Cuts a stream into records. Throws `CodecError` for what can be none. */
export class RecordReader {
  #held: Bytes = NO_BYTES

  take(piece: Bytes): TlsRecord[] {
    const from = concat(this.#held, piece)
    const records: TlsRecord[] = []
    let at = 0
    while (from.length - at >= 5) {
      const length = fromUint(from.subarray(at + 3, at + 5))
      if (from[at + 1] !== 3 || length > CIPHERTEXT_MAX) throw new CodecError('tls/record', 'not a TLS record', at)
      if (from.length - at < 5 + length) break
      records.push({ type: from[at]!, fragment: from.slice(at + 5, at + 5 + length) })
      at += 5 + length
    }
    this.#held = from.slice(at)
    return records
  }
}

export interface HandshakeMessage {
  readonly type: number
  readonly body: Bytes
  /** As it goes into the hash. */
  readonly whole: Bytes
}

export const encodeHandshake = (type: number, body: Bytes): Bytes => concat(bytes(type), u24(body.length), body)

/** Puts messages together that may be cut anywhere by records. */
export class HandshakeReader {
  #held: Bytes = NO_BYTES

  /** True when a message is not complete: nothing but its rest may follow. */
  get waits(): boolean {
    return this.#held.length > 0
  }

  take(fragment: Bytes): HandshakeMessage[] {
    const from = concat(this.#held, fragment)
    const messages: HandshakeMessage[] = []
    let at = 0
    while (from.length - at >= 4) {
      const length = fromUint(from.subarray(at + 1, at + 4))
      if (length > MESSAGE_MAX) throw new CodecError('tls/message', 'message is too long', at)
      if (from.length - at < 4 + length) break
      const whole = from.slice(at, at + 4 + length)
      messages.push({ type: whole[0]!, body: whole.slice(4), whole })
      at += 4 + length
    }
    this.#held = from.slice(at)
    return messages
  }
}

/** Fields with a length before them, one after the other. */
class Fields extends OctetReader {
  constructor(from: Bytes) {
    super('tls', from)
  }

  vector(lengthBytes: 1 | 2): Bytes {
    return this.take(fromUint(this.take(lengthBytes)))
  }
}

export interface ClientHello {
  readonly random: Bytes
  readonly suites: readonly number[]
  /** In order. */
  readonly extensions: readonly (readonly [type: number, data: Bytes])[]
}

const vector16 = (value: Bytes): Bytes => concat(u16(value.length), value)

/** Without a session to resume and without compression. */
export const encodeClientHello = ({ random, suites, extensions }: ClientHello): Bytes =>
  concat(
    u16(TLS_1_2),
    random,
    bytes(0),
    vector16(concat(...suites.map(u16))),
    bytes(1, 0),
    vector16(concat(...extensions.map(([type, data]) => concat(u16(type), vector16(data))))),
  )

export interface ServerHello {
  readonly version: number
  readonly random: Bytes
  readonly suite: number
  readonly compression: number
  readonly extensions: ReadonlyMap<number, Bytes>
}

/** Any bytes to a ServerHello, or a `CodecError`. */
export function decodeServerHello(body: Bytes): ServerHello {
  const from = new Fields(body)
  const version = fromUint(from.take(2))
  const random = from.take(32)
  from.vector(1)
  const [suite, compression] = [fromUint(from.take(2)), from.take(1)[0]!]
  const extensions = new Map<number, Bytes>()
  if (from.left > 0) {
    const each = new Fields(from.vector(2))
    while (each.left > 0) {
      const type = fromUint(each.take(2))
      if (extensions.has(type)) throw new CodecError('tls/extension', 'extension comes twice')
      extensions.set(type, each.vector(2))
    }
  }
  from.end()
  return { version, random, suite, compression, extensions }
}

/** The identity hint of the server, which nobody here follows. Throws `CodecError`. RFC 4279 §2. */
export function decodeIdentityHint(body: Bytes): Bytes {
  const from = new Fields(body)
  const hint = from.vector(2)
  from.end()
  return hint
}

export const encodeClientKeyExchange = (identity: Bytes): Bytes => vector16(identity)
