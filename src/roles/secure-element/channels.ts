// Logical channels: each has its selected application, its unfinished command and the rest of its answer.
// ISO 7816-4:2020 §5.4.1, GPC v2.3.1 §6.4, §11.7. Which application a new channel begins with is said in implicit-selection.ts.

import { type Bytes, bytes, concat, equal } from '../../base/bytes.ts'
import { type Command, header, type Response, response } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import type { Applet } from './applet.ts'
import { Outgoing } from './outgoing.ts'
import type { Application } from './registry.ts'
import { StatusError } from './status-error.ts'

const CHAIN_MAX = 4096
const CHAINED = 0x10

export interface Selected {
  readonly app: Application
  readonly applet: Applet
}

export class Channel {
  readonly number: number
  readonly outgoing: Outgoing
  selected: Selected | undefined
  #chain: Command | undefined

  constructor(number: number, outgoing: Outgoing, selected: Selected | undefined) {
    this.number = number
    this.outgoing = outgoing
    this.selected = selected
  }

  /** ISO 7816-4:2020 §5.3.3: CLA bit 5 says that more follows. Undefined while it does. */
  assemble(c: Command): Command | undefined {
    const chain = this.#chain
    this.#chain = undefined
    const cla = c.cla & ~CHAINED
    if (chain && !equal(header(chain), header({ ...c, cla }))) throw new StatusError(SW.LAST_OF_CHAIN_EXPECTED)
    const data = chain ? concat(chain.data, c.data) : c.data
    if (data.length > CHAIN_MAX) throw new StatusError(SW.WRONG_LENGTH)
    const whole = { ...c, cla, data }
    if ((c.cla & CHAINED) === 0) return whole
    this.#chain = whole
    return undefined
  }
}

export class Channels {
  readonly #count: number
  readonly #t0: boolean
  #open = new Map<number, Channel>()

  /** `count` includes the basic channel. `t0` is the transmission protocol, which the answers depend on. */
  constructor(count: number, t0: boolean) {
    this.#count = count
    this.#t0 = t0
  }

  /** Only the basic channel is open, with this application. */
  reset(selected: Selected | undefined): void {
    this.#open = new Map()
    this.#begin(0, selected)
  }

  #begin(number: number, selected: Selected | undefined): void {
    this.#open.set(number, new Channel(number, new Outgoing(this.#t0), selected))
  }

  /** An open channel; the others are 6881. GPC v2.3.1 §6.3. */
  at(number: number): Channel {
    const channel = this.#open.get(number)
    if (!channel) throw new StatusError(SW.CHANNEL_NOT_SUPPORTED)
    return channel
  }

  selects(aid: Bytes): boolean {
    return [...this.#open.values()].some(({ selected }) => selected !== undefined && equal(selected.app.aid, aid))
  }

  /** Tells the application on other channels that it was selected on this one. */
  tellOthers(number: number, aid: Bytes): void {
    for (const { number: other, selected } of this.#open.values()) {
      if (other !== number && selected && equal(selected.app.aid, aid)) selected.applet.selectedElsewhere?.()
    }
  }

  /** MANAGE CHANNEL, received on `from`; `begin` gives the application of a new channel. */
  manage({ p1, p2, data }: Command, from: number, begin: (number: number) => Selected | undefined): Response {
    if (this.#count === 1) throw new StatusError(SW.FUNCTION_NOT_SUPPORTED)
    if (data.length > 0) throw new StatusError(SW.WRONG_LENGTH)
    if (p1 === 0x00) return this.#openNext(p2, begin)
    if (p1 === 0x80) return this.#close(p2 || from)
    throw new StatusError(SW.WRONG_P1P2)
  }

  #openNext(asked: number, begin: (number: number) => Selected | undefined): Response {
    if (asked >= this.#count) throw new StatusError(SW.CHANNEL_NOT_SUPPORTED)
    if (this.#open.size === this.#count) throw new StatusError(SW.FUNCTION_NOT_SUPPORTED)
    if (this.#open.has(asked) && asked !== 0) throw new StatusError(SW.CONDITIONS)
    let number = asked || 1
    while (this.#open.has(number)) number++
    this.#begin(number, begin(number))
    return response(SW.OK.sw, asked === 0 ? bytes(number) : bytes())
  }

  #close(number: number): Response {
    if (number === 0) throw new StatusError(SW.WRONG_P1P2)
    if (number >= this.#count) throw new StatusError(SW.CHANNEL_NOT_SUPPORTED)
    const wasOpen = this.#open.delete(number)
    return response((wasOpen ? SW.OK : SW.CHANNEL_CLOSED_ALREADY).sw)
  }

  /** Ends a supplementary channel whatever it does: a locked card has none. GPC v2.3.1 §6.4.3.1.2. */
  drop(number: number): void {
    if (number !== 0) this.#open.delete(number)
  }
}
