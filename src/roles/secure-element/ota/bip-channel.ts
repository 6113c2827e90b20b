// One TCP connection that the terminal keeps for the card: Bearer Independent Protocol. ETSI TS 102 223 §6.4.27 to §6.4.31.
// The terminal tells of data by an event; the card asks for them. What is said in the bytes is nobody's matter here.

import { type Bytes, bytes, concat, NO_BYTES } from '../../../base/bytes.ts'
import {
  CAT,
  type CatObject,
  DEVICE,
  EVENT,
  findCat,
  needCat,
  PROACTIVE,
  type TerminalResponse,
} from '../../../codec/cat.ts'
import type { Toolkit } from './toolkit.ts'

/** Most channel data in one command of at most 256 bytes. */
const PIECE = 230
const SEND_AT_ONCE = 0x01
const IMMEDIATELY = 0x01
const LINKED = 0x80

/** Results 00 to 0F: performed, perhaps not quite as asked. ETSI TS 102 223 §8.12. */
const performed = ({ result }: TerminalResponse): boolean => result < 0x10

export interface BipUser {
  opened(): void
  received(data: Bytes): void
  /** The connection is gone, or never came. Not called after `close`. */
  lost(): void
}

export class BipChannel {
  readonly #toolkit: Toolkit
  readonly #user: BipUser
  #channel: number | undefined
  #ended = false
  #receiving = false

  constructor(toolkit: Toolkit, user: BipUser) {
    this.#toolkit = toolkit
    this.#user = user
  }

  /** `objects` are bearer, buffer size, transport and address of OPEN CHANNEL. */
  open(objects: readonly CatObject[]): void {
    const events = [{ tag: CAT.eventList, value: bytes(EVENT.dataAvailable, EVENT.channelStatus) }]
    this.#ask(PROACTIVE.setUpEventList, 0, DEVICE.terminal, events, () => undefined)
    this.#ask(PROACTIVE.openChannel, IMMEDIATELY, DEVICE.terminal, objects, (answer) => {
      const [status = 0] = findCat(answer.objects, CAT.channelStatus) ?? NO_BYTES
      const number = status & 0x07
      if (!performed(answer) || number === 0) return this.#lose()
      this.#channel = number
      return this.#user.opened()
    })
  }

  #ask(
    type: number,
    qualifier: number,
    to: number,
    objects: readonly CatObject[],
    done: (answer: TerminalResponse) => void,
  ): void {
    this.#toolkit.ask({ type, qualifier, to, objects }, (answer) => {
      if (!this.#ended) done(answer)
    })
  }

  get #device(): number {
    return DEVICE.channel + this.#channel!
  }

  send(data: Bytes): void {
    if (this.#channel === undefined) return
    for (let at = 0; at < data.length; at += PIECE) {
      const objects = [{ tag: CAT.channelData, value: data.slice(at, at + PIECE) }]
      this.#ask(PROACTIVE.sendData, SEND_AT_ONCE, this.#device, objects, (answer) => {
        if (!performed(answer)) this.#lose()
      })
    }
  }

  /** An event of the terminal: data wait, or the state of the channel has changed. */
  happened(objects: readonly CatObject[]): void {
    const [event] = needCat(objects, CAT.eventList)
    const [status = 0] = needCat(objects, CAT.channelStatus)
    if (this.#ended || this.#channel === undefined || (status & 0x07) !== this.#channel) return
    if (event === EVENT.dataAvailable) this.#receive()
    else if (event === EVENT.channelStatus && (status & LINKED) === 0) this.#lose()
  }

  #receive(): void {
    if (this.#receiving) return
    this.#receiving = true
    const objects = [{ tag: CAT.channelDataLength, value: bytes(PIECE) }]
    this.#ask(PROACTIVE.receiveData, 0, this.#device, objects, (answer) => {
      this.#receiving = false
      if (!performed(answer)) return this.#lose()
      const data = findCat(answer.objects, CAT.channelData) ?? NO_BYTES
      const [left = 0] = findCat(answer.objects, CAT.channelDataLength) ?? NO_BYTES
      if (left > 0) this.#receive()
      if (data.length > 0) this.#user.received(concat(data))
      return undefined
    })
  }

  #lose(): void {
    if (this.#ended) return
    this.close()
    this.#user.lost()
  }

  /** The last word: nothing is told to the user after it. */
  close(): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#channel === undefined) return
    this.#toolkit.ask({ type: PROACTIVE.closeChannel, qualifier: 0, to: this.#device, objects: [] })
  }
}
