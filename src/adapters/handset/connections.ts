// TCP connections that a handset keeps for its card: channels 1 to 7, data held until the card asks for them.
// ETSI TS 102 223 §6.4.27 to §6.4.30. TCP in client mode alone; no UDP, no server mode.

import { connect, type Socket } from 'node:net'
import { type Bytes, concat, NO_BYTES } from '../../base/bytes.ts'

const CHANNEL_MAX = 7

/** What the card is told by events. */
export interface ConnectionEvents {
  readonly arrived: (channel: number, waiting: number) => void
  readonly dropped: (channel: number) => void
}

interface Connection {
  readonly socket: Socket
  held: Bytes
  gone: boolean
}

export class Connections {
  readonly #events: ConnectionEvents
  readonly #open = new Map<number, Connection>()

  constructor(events: ConnectionEvents) {
    this.#events = events
  }

  get any(): boolean {
    return this.#open.size > 0
  }

  /** The channel number; undefined when nobody answers there or all channels are taken. */
  async open(host: string, port: number): Promise<number | undefined> {
    const channel = Array.from({ length: CHANNEL_MAX }, (_, i) => i + 1).find((number) => !this.#open.has(number))
    const socket = channel === undefined ? undefined : await reach(host, port)
    if (channel === undefined || !socket) return undefined
    const connection: Connection = { socket, held: NO_BYTES, gone: false }
    this.#open.set(channel, connection)
    socket.on('data', (piece: Uint8Array) => {
      // The other side's farewell to a channel that the card has closed: its number may be another's by now.
      if (this.#open.get(channel) !== connection) return
      const first = connection.held.length === 0
      connection.held = concat(connection.held, Uint8Array.from(piece))
      if (first) this.#events.arrived(channel, connection.held.length)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      connection.gone = true
      this.#tellGone(channel, connection)
    })
    return channel
  }

  /** Only when the card has all that came before. */
  #tellGone(channel: number, connection: Connection): void {
    const open = this.#open.get(channel) === connection
    if (open && connection.gone && connection.held.length === 0) this.#events.dropped(channel)
  }

  /** False when there is no such connection any more. */
  send(channel: number, data: Bytes): boolean {
    const connection = this.#open.get(channel)
    if (!connection || connection.gone) return false
    connection.socket.write(data)
    return true
  }

  /** At most so many bytes, and how many are left. */
  receive(channel: number, length: number): { data: Bytes; left: number } | undefined {
    const connection = this.#open.get(channel)
    if (!connection) return undefined
    const data = connection.held.slice(0, length)
    connection.held = connection.held.slice(length)
    this.#tellGone(channel, connection)
    return { data, left: connection.held.length }
  }

  close(channel: number): boolean {
    const connection = this.#open.get(channel)
    this.#open.delete(channel)
    connection?.socket.end()
    return connection !== undefined
  }

  closeAll(): void {
    for (const { socket } of this.#open.values()) socket.destroy()
    this.#open.clear()
  }
}

function reach(host: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true })
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', () => resolve(undefined))
  })
}
