// A TLS 1.2 client with a pre-shared key, bytes in and bytes out: for a card, which has no I/O of its own.
// RFC 5246, RFC 4279, RFC 5487. No certificates, no resumption, no renegotiation, no compression.

import { type Bytes, bytes, concat, NO_BYTES } from '../../base/bytes.ts'
import { equalSecret, sha256 } from '../../base/crypto.ts'
import type { Entropy } from '../../base/ports.ts'
import { CodecError } from '../../codec/codec-error.ts'
import {
  ALERT,
  CONTENT,
  decodeIdentityHint,
  decodeServerHello,
  encodeClientHello,
  encodeClientKeyExchange,
  encodeHandshake,
  encodeRecord,
  FRAGMENT_MAX,
  HANDSHAKE,
  type HandshakeMessage,
  HandshakeReader,
  RecordReader,
  type ServerHello,
  TLS_1_2,
  type TlsRecord,
} from '../../codec/tls.ts'
import { extendedMasterSecret, keyBlock, masterSecret, premasterSecret, verifyData } from './key-schedule.ts'
import { BadRecord, type Protection, SUITES, type Suite, splitKeyBlock } from './record-protection.ts'

export interface TlsPskParts {
  readonly identity: Bytes
  readonly psk: Bytes
  readonly entropy: Entropy
  /** Numbers of `SUITES`; all if absent. */
  readonly suites?: readonly number[]
}

export interface TlsStep {
  /** For the server. */
  readonly send: Bytes
  /** From the server. */
  readonly data: Bytes
}

const EXTENSION = { encryptThenMac: 0x0016, extendedMasterSecret: 0x0017, renegotiationInfo: 0xff01 } as const
const CHANGE_CIPHER_SPEC = bytes(1)
const FATAL = 2
const WARNING = 1

type State = 'hello' | 'keyExchange' | 'changeCipherSpec' | 'finished' | 'open' | 'closed' | 'failed'

/** Ends the connection with this alert. */
class Alert extends Error {
  override readonly name = 'Alert'
  readonly description: number

  constructor(description: number) {
    super(`alert ${description}`)
    this.description = description
  }
}

export class TlsPskClient {
  readonly #parts: TlsPskParts
  readonly #random: Bytes
  readonly #records = new RecordReader()
  readonly #messages = new HandshakeReader()
  #transcript: Bytes = NO_BYTES
  #state: State = 'hello'
  #server: ServerHello | undefined
  #master: Bytes = NO_BYTES
  #sealing: Protection | undefined
  #opening: Protection | undefined
  #pendingOpening: Protection | undefined

  constructor(parts: TlsPskParts) {
    this.#parts = parts
    this.#random = parts.entropy(32)
  }

  get state(): 'handshaking' | 'open' | 'closed' | 'failed' {
    return this.#state === 'open' || this.#state === 'closed' || this.#state === 'failed' ? this.#state : 'handshaking'
  }

  /** The name of the suite that was agreed on. */
  get suite(): string | undefined {
    return this.#server && SUITES[this.#server.suite]?.name
  }

  /** The ClientHello. */
  start(): Bytes {
    const suites = this.#parts.suites ?? Object.keys(SUITES).map(Number)
    const extensions = [
      [EXTENSION.renegotiationInfo, bytes(0)],
      [EXTENSION.encryptThenMac, NO_BYTES],
      [EXTENSION.extendedMasterSecret, NO_BYTES],
    ] as const
    return this.#say(HANDSHAKE.clientHello, encodeClientHello({ random: this.#random, suites, extensions }))
  }

  /** What the server said, in pieces of any size. Never throws: what is wrong ends in an alert and state `failed`. */
  receive(piece: Bytes): TlsStep {
    const [send, data]: [Bytes[], Bytes[]] = [[], []]
    try {
      for (const record of this.#records.take(piece)) {
        if (this.#state === 'closed' || this.#state === 'failed') break
        const step = this.#take(record)
        send.push(step.send)
        data.push(step.data)
      }
    } catch (error) {
      send.push(this.#fail(error))
    }
    return { send: concat(...send), data: concat(...data) }
  }

  /** Application data as records. Throws when there is no open connection. */
  write(data: Bytes): Bytes {
    if (this.#state !== 'open') throw new Error('the connection is not open')
    const records: Bytes[] = []
    for (let at = 0; at < data.length; at += FRAGMENT_MAX) {
      records.push(this.#record(CONTENT.applicationData, data.slice(at, at + FRAGMENT_MAX)))
    }
    return concat(...records)
  }

  /** close_notify. RFC 5246 §7.2.1. */
  close(): Bytes {
    if (this.#state !== 'open') return NO_BYTES
    this.#state = 'closed'
    return this.#record(CONTENT.alert, bytes(WARNING, ALERT.closeNotify))
  }

  #fail(error: unknown): Bytes {
    const description =
      error instanceof Alert ? error.description : error instanceof BadRecord ? ALERT.badRecordMac : ALERT.decodeError
    if (!(error instanceof Alert || error instanceof BadRecord || error instanceof CodecError)) throw error
    this.#state = 'failed'
    return this.#record(CONTENT.alert, bytes(FATAL, description))
  }

  #record(type: number, content: Bytes): Bytes {
    const fragment = this.#sealing ? this.#sealing.seal({ type, fragment: content }) : content
    return encodeRecord({ type, fragment })
  }

  #say(type: number, body: Bytes): Bytes {
    const message = encodeHandshake(type, body)
    this.#transcript = concat(this.#transcript, message)
    return this.#record(CONTENT.handshake, message)
  }

  #take(record: TlsRecord): TlsStep {
    const content = this.#opening ? this.#opening.open(record) : record.fragment
    if (content.length > FRAGMENT_MAX) throw new Alert(ALERT.recordOverflow)
    if (record.type !== CONTENT.handshake && this.#messages.waits) throw new Alert(ALERT.unexpectedMessage)
    switch (record.type) {
      case CONTENT.alert:
        return { send: this.#alerted(content), data: NO_BYTES }
      case CONTENT.changeCipherSpec:
        return this.#changed(content)
      case CONTENT.handshake:
        return { send: concat(...this.#messages.take(content).map((each) => this.#handshake(each))), data: NO_BYTES }
      case CONTENT.applicationData:
        if (this.#state === 'open') return { send: NO_BYTES, data: content }
    }
    throw new Alert(ALERT.unexpectedMessage)
  }

  #alerted([level, description, ...more]: Bytes): Bytes {
    if (description === undefined || more.length > 0) throw new Alert(ALERT.decodeError)
    if (description === ALERT.closeNotify) {
      const answer = this.close()
      this.#state = 'closed'
      return answer
    }
    if (level !== WARNING || this.#state !== 'open') this.#state = 'failed'
    return NO_BYTES
  }

  #changed(content: Bytes): TlsStep {
    const right = this.#state === 'changeCipherSpec' && content.length === 1 && content[0] === 1
    if (!right || this.#messages.waits) throw new Alert(ALERT.unexpectedMessage)
    this.#opening = this.#pendingOpening
    this.#state = 'finished'
    return { send: NO_BYTES, data: NO_BYTES }
  }

  #handshake(message: HandshakeMessage): Bytes {
    const { type, body, whole } = message
    // RFC 5246 §7.4.1.1: a client may ignore it; it is in no hash.
    if (type === HANDSHAKE.helloRequest && body.length === 0) return NO_BYTES
    const before = sha256(this.#transcript)
    this.#transcript = concat(this.#transcript, whole)
    if (this.#state === 'hello' && type === HANDSHAKE.serverHello) return this.#greeted(decodeServerHello(body))
    if (this.#state === 'keyExchange' && type === HANDSHAKE.serverKeyExchange) {
      decodeIdentityHint(body)
      return NO_BYTES
    }
    if (this.#state === 'keyExchange' && type === HANDSHAKE.serverHelloDone && body.length === 0) return this.#agree()
    if (this.#state === 'finished' && type === HANDSHAKE.finished) return this.#finish(body, before)
    throw new Alert(ALERT.unexpectedMessage)
  }

  /** Nothing that was not offered. RFC 5246 §7.4.1.3. */
  #greeted(hello: ServerHello): Bytes {
    if (hello.version !== TLS_1_2) throw new Alert(ALERT.protocolVersion)
    const offered = this.#parts.suites ?? Object.keys(SUITES).map(Number)
    const known: readonly number[] = Object.values(EXTENSION)
    const foreign = [...hello.extensions.keys()].some((type) => !known.includes(type))
    const renegotiation = hello.extensions.get(EXTENSION.renegotiationInfo)
    const wrong = hello.compression !== 0 || foreign || !offered.includes(hello.suite) || !SUITES[hello.suite]
    // RFC 5746 §3.4: empty in a first handshake.
    if (wrong || (renegotiation && renegotiation[0] !== 0)) throw new Alert(ALERT.illegalParameter)
    this.#server = hello
    this.#state = 'keyExchange'
    return NO_BYTES
  }

  /** ClientKeyExchange, ChangeCipherSpec and Finished. */
  #agree(): Bytes {
    const hello = this.#server!
    const suite = SUITES[hello.suite]!
    const exchange = this.#say(HANDSHAKE.clientKeyExchange, encodeClientKeyExchange(this.#parts.identity))
    const premaster = premasterSecret(this.#parts.psk)
    this.#master = hello.extensions.has(EXTENSION.extendedMasterSecret)
      ? extendedMasterSecret(premaster, sha256(this.#transcript))
      : masterSecret(premaster, this.#random, hello.random)
    const change = this.#record(CONTENT.changeCipherSpec, CHANGE_CIPHER_SPEC)
    this.#protect(suite, hello)
    const finished = verifyData(this.#master, 'client', sha256(this.#transcript))
    this.#state = 'changeCipherSpec'
    return concat(exchange, change, this.#say(HANDSHAKE.finished, finished))
  }

  #protect(suite: Suite, { random, extensions }: ServerHello): void {
    const length = 2 * suite.lengths.reduce((sum, each) => sum + each, 0)
    const [own, theirs] = splitKeyBlock(keyBlock(this.#master, this.#random, random, length), suite.lengths)
    const agreed = extensions.has(EXTENSION.encryptThenMac)
    this.#sealing = suite.protect(own, agreed, this.#parts.entropy)
    this.#pendingOpening = suite.protect(theirs, agreed, this.#parts.entropy)
  }

  #finish(body: Bytes, transcriptHash: Bytes): Bytes {
    const expected = verifyData(this.#master, 'server', transcriptHash)
    if (!equalSecret(expected, body)) throw new Alert(ALERT.decryptError)
    this.#state = 'open'
    return NO_BYTES
  }
}
