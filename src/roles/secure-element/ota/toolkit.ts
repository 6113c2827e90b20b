// The toolkit runtime: TERMINAL PROFILE, ENVELOPE, FETCH, TERMINAL RESPONSE, and 91xx while a command waits.
// ETSI TS 102 221 §7.4.2, §11.2; ETSI TS 102 223 §6.1. One proactive command at a time, in the order of their making.

import { type Bytes, NO_BYTES } from '../../../base/bytes.ts'
import { type Command, type Response, response, SHORT_LE } from '../../../codec/apdu.ts'
import {
  type CatObject,
  decodeEnvelope,
  decodeTerminalResponse,
  encodeProactive,
  type ProactiveCommand,
  type TerminalResponse,
} from '../../../codec/cat.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { SW } from '../../../codec/sw.ts'
import { StatusError } from '../status-error.ts'

const INS = { terminalProfile: 0x10, fetch: 0x12, terminalResponse: 0x14, envelope: 0xc2 } as const
const PROACTIVE_WAITS = 0x9100
const NUMBER_MAX = 0xfe

export type Wish = Omit<ProactiveCommand, 'number'>

interface Waiting {
  readonly number: number
  readonly type: number
  readonly encoded: Bytes
  readonly done: (answer: TerminalResponse) => void
}

/** By the tag of the envelope; the answer goes to the terminal with the status word. */
export type EnvelopeHandlers = Readonly<Record<number, (objects: readonly CatObject[]) => Bytes>>

export class Toolkit {
  #handlers: EnvelopeHandlers = {}
  #started: () => void = () => undefined
  #profile = false
  #waiting: Waiting[] = []
  #fetched: Waiting | undefined
  #number = 0

  /** `started` is called once the terminal has said what it can. */
  serve(handlers: EnvelopeHandlers, started: () => void): void {
    this.#handlers = handlers
    this.#started = started
  }

  reset(): void {
    this.#profile = false
    this.#waiting = []
    this.#fetched = undefined
  }

  /** True when the command is of the toolkit. */
  takes({ cla, ins }: Command): boolean {
    return cla === 0x80 && Object.values(INS).some((known) => known === ins)
  }

  process(c: Command): Response {
    if (c.p1 !== 0 || c.p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
    const answer = this.#act(c)
    const [next] = this.#waiting
    const sw = next && !this.#fetched && c.ins !== INS.fetch ? PROACTIVE_WAITS | (next.encoded.length & 0xff) : SW.OK.sw
    return response(sw, answer)
  }

  #act({ ins, data, le }: Command): Bytes {
    if (ins === INS.fetch) return this.#fetch(le ?? SHORT_LE)
    try {
      if (ins === INS.terminalProfile) this.#begin()
      else if (ins === INS.terminalResponse) this.#answered(decodeTerminalResponse(data))
      else return this.#envelope(data)
      return NO_BYTES
    } catch (error) {
      if (error instanceof CodecError) throw new StatusError(SW.WRONG_DATA)
      throw error
    }
  }

  #begin(): void {
    if (this.#profile) return
    this.#profile = true
    this.#started()
  }

  #envelope(data: Bytes): Bytes {
    const { tag, objects } = decodeEnvelope(data)
    const handler = this.#handlers[tag]
    if (!handler) throw new StatusError(SW.WRONG_DATA)
    return handler(objects)
  }

  #fetch(le: number): Bytes {
    const next = this.#fetched ?? this.#waiting.shift()
    if (!next) throw new StatusError(SW.CONDITIONS)
    this.#fetched = next
    if (le < next.encoded.length) throw new StatusError(SW.WRONG_LENGTH)
    return next.encoded
  }

  /** An answer to something else than what was fetched is no answer. */
  #answered(answer: TerminalResponse): void {
    const fetched = this.#fetched
    if (!fetched || fetched.number !== answer.number || fetched.type !== answer.type) {
      throw new StatusError(SW.CONDITIONS)
    }
    this.#fetched = undefined
    fetched.done(answer)
  }

  /** Asks the terminal for something. Forgotten when it has not said that it can be asked. */
  ask(wish: Wish, done: (answer: TerminalResponse) => void = () => undefined): void {
    if (!this.#profile) return
    this.#number = (this.#number % NUMBER_MAX) + 1
    const encoded = encodeProactive({ ...wish, number: this.#number })
    // Whoever asks keeps to what fits: pieces of data, and a trigger's connection, are bounded before.
    if (encoded.length > SHORT_LE) throw new RangeError('proactive command is too long')
    this.#waiting.push({ number: this.#number, type: wish.type, encoded, done })
  }
}
