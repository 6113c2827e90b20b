// The terminal around a SIM: hands it short messages and events, fetches what it asks for and does it with real sockets.
// ETSI TS 102 223; 3GPP TS 31.111. Messages, connections and timers; no screen, no calls.

import { type Bytes, bytes, concat, fromUint, NO_BYTES, u16 } from '../../base/bytes.ts'
import type { Link } from '../../base/ports.ts'
import { command, decodeResponse, encodeCommand, type Response } from '../../codec/apdu.ts'
import {
  CAT,
  type CatObject,
  DEVICE,
  decodeProactive,
  EVENT,
  encodeTerminalResponse,
  eventDownload,
  findCat,
  needCat,
  PROACTIVE,
  type ProactiveCommand,
  RESULT,
  smsPpDownload,
  timerExpiration,
} from '../../codec/cat.ts'
import { decodeSemiOctets } from '../../codec/sms.ts'
import { Connections } from './connections.ts'

export interface HandsetParts {
  readonly link: Link
  /** A message that the card sends: an SMS-SUBMIT. */
  readonly submit: (tpdu: Bytes) => void
  /** Calls back after so many seconds. */
  readonly timer: (seconds: number, ring: () => void) => void
  /** Whether it has a network for connections; always if absent. */
  readonly online?: () => boolean
  /** Told after each piece of work that leaves nothing open. */
  readonly quiet?: () => void
}

const INS = { terminalProfile: 0x10, fetch: 0x12, terminalResponse: 0x14, envelope: 0xc2, getResponse: 0xc0 } as const
const PROACTIVE_WAITS = 0x91
const MORE = 0x61
const LINKED = 0x80
const TCP_CLIENT = 0x02
const ADDRESS = { v4: 0x21, v6: 0x57 } as const
const AVAILABLE_MAX = 0xff

interface Done {
  readonly result: number
  readonly objects?: readonly CatObject[]
}

const OK: Done = { result: RESULT.ok }
/** No channel, or one that is closed. ETSI TS 102 223 §8.12.11. */
const NO_CHANNEL: Done = { result: RESULT.bearerProtocol }

export class Handset {
  readonly #parts: HandsetParts
  readonly #connections: Connections
  #events: Bytes = NO_BYTES
  #timers = 0
  #turns = 0
  #line: Promise<unknown> = Promise.resolve()

  constructor(parts: HandsetParts) {
    this.#parts = parts
    this.#connections = new Connections({
      arrived: (channel, waiting) => this.#tell(EVENT.dataAvailable, channel, LINKED, waiting),
      dropped: (channel) => this.#tell(EVENT.channelStatus, channel, 0),
    })
  }

  /** TERMINAL PROFILE: from here on the card may ask for things. */
  start(): Promise<Response> {
    return this.#said(INS.terminalProfile, new Uint8Array(20).fill(0xff))
  }

  /** Hands a short message to the card; what it acknowledges it with. */
  async deliver(tpdu: Bytes): Promise<Bytes> {
    return (await this.#said(INS.envelope, smsPpDownload(tpdu))).data
  }

  /** Whether a connection is open, or the card waits to be called back. */
  get busy(): boolean {
    return this.#connections.any || this.#timers > 0 || this.#turns > 0
  }

  /** Takes the card out: connections are cut. */
  close(): void {
    this.#connections.closeAll()
  }

  /** When all that was begun is done. What comes later from a server is not waited for. */
  async idle(): Promise<void> {
    await this.#line
  }

  /** One command and everything that the card asks for after it, before the next. */
  #said(ins: number, data: Bytes): Promise<Response> {
    this.#turns += 1
    const turn = this.#line.then(async () => {
      const first = await this.#transmit(ins, data)
      for (let answer = first; answer.sw >> 8 === PROACTIVE_WAITS; ) answer = await this.#serve(answer.sw & 0xff)
      return first
    })
    const over = () => {
      this.#turns -= 1
      if (!this.busy) this.#parts.quiet?.()
    }
    this.#line = turn.then(over, over)
    return turn
  }

  async #transmit(ins: number, data: Bytes, le = 256): Promise<Response> {
    const say = async (cla: number, what: number, field: Bytes, expected: number) =>
      decodeResponse(await this.#parts.link.transmit(encodeCommand(command(cla, what, 0, 0, field, expected))))
    let answer = await say(0x80, ins, data, le)
    // A card with T=0 has its answer fetched. ISO 7816-3:2006 §12.2.
    while (answer.sw >> 8 === MORE) {
      const more = await say(0x00, INS.getResponse, NO_BYTES, answer.sw & 0xff || 256)
      answer = { data: concat(answer.data, more.data), sw: more.sw }
    }
    return answer
  }

  async #serve(length: number): Promise<Response> {
    const asked = decodeProactive((await this.#transmit(INS.fetch, NO_BYTES, length || 256)).data)
    const { result, objects = [] } = await this.#perform(asked)
    const answer = encodeTerminalResponse({ ...asked, result, information: NO_BYTES, objects })
    return this.#transmit(INS.terminalResponse, answer)
  }

  #tell(event: number, channel: number, status: number, waiting?: number): void {
    if (!this.#events.includes(event)) return
    const objects = [
      { tag: CAT.channelStatus, value: bytes(status | channel, 0) },
      ...(waiting === undefined ? [] : [available(waiting)]),
    ]
    // A card that has lost its power does not hear of it.
    this.#said(INS.envelope, eventDownload(event, objects)).catch(() => undefined)
  }

  async #perform(asked: ProactiveCommand): Promise<Done> {
    const { objects, to } = asked
    const channel = to - DEVICE.channel
    switch (asked.type) {
      case PROACTIVE.setUpEventList:
        this.#events = needCat(objects, CAT.eventList)
        return OK
      case PROACTIVE.sendShortMessage:
        this.#parts.submit(needCat(objects, CAT.smsTpdu))
        return OK
      case PROACTIVE.openChannel:
        return this.#openChannel(objects)
      case PROACTIVE.sendData:
        return this.#connections.send(channel, needCat(objects, CAT.channelData)) ? sent : NO_CHANNEL
      case PROACTIVE.receiveData:
        return this.#receive(channel, needCat(objects, CAT.channelDataLength)[0] ?? 0)
      case PROACTIVE.closeChannel:
        return this.#connections.close(channel) ? OK : NO_CHANNEL
      case PROACTIVE.timerManagement:
        return this.#startTimer(asked)
      default:
        return { result: RESULT.beyondCapability }
    }
  }

  async #openChannel(objects: readonly CatObject[]): Promise<Done> {
    const [kind, ...port] = needCat(objects, CAT.transport)
    const host = hostOf(findCat(objects, CAT.otherAddress) ?? NO_BYTES)
    if (kind !== TCP_CLIENT || host === undefined) return { result: RESULT.beyondCapability }
    if (this.#parts.online?.() === false) return NO_CHANNEL
    const channel = await this.#connections.open(host, fromUint(Uint8Array.from(port)))
    if (channel === undefined) return NO_CHANNEL
    const bufferSize = findCat(objects, CAT.bufferSize) ?? u16(0)
    return {
      result: RESULT.ok,
      objects: [
        { tag: CAT.channelStatus, value: bytes(LINKED | channel, 0) },
        { tag: CAT.bufferSize, value: bufferSize },
      ],
    }
  }

  #receive(channel: number, length: number): Done {
    const received = this.#connections.receive(channel, length)
    if (!received) return NO_CHANNEL
    const { data, left } = received
    return { result: RESULT.ok, objects: [{ tag: CAT.channelData, value: data }, available(left)] }
  }

  #startTimer({ qualifier, objects }: ProactiveCommand): Done {
    if (qualifier !== 0) return { result: RESULT.beyondCapability }
    const [timer = 0] = needCat(objects, CAT.timerIdentifier)
    const value = needCat(objects, CAT.timerValue)
    const [hours, minutes, seconds] = decodeSemiOctets(value).match(/../g)?.map(Number) ?? []
    const delay = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)
    this.#timers += 1
    this.#parts.timer(delay, () => {
      this.#timers -= 1
      this.#said(INS.envelope, timerExpiration(timer, value)).catch(() => undefined)
    })
    return OK
  }
}

const available = (waiting: number): CatObject => ({
  tag: CAT.channelDataLength,
  value: bytes(Math.min(waiting, AVAILABLE_MAX)),
})
const sent: Done = { result: RESULT.ok, objects: [available(AVAILABLE_MAX)] }

function hostOf([type, ...address]: Bytes): string | undefined {
  if (type === ADDRESS.v4 && address.length === 4) return address.join('.')
  if (type !== ADDRESS.v6 || address.length !== 16) return undefined
  const groups = Array.from({ length: 8 }, (_, i) => fromUint(Uint8Array.from(address.slice(2 * i, 2 * i + 2))))
  return groups.map((group) => group.toString(16)).join(':')
}
