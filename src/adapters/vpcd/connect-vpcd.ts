// The card's side of vpcd (vsmartcard): our card appears in a PC/SC reader of pcscd. Observed: vsmartcard vpcd 3.3.
// vpcd listens and the card connects. Not here: the card.

import { connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Bytes } from '../../base/bytes.ts'
import { refusals } from '../../base/refusal.ts'
import { CONTROL, encodeFrame, type Frame, frameReader } from './frames.ts'

export interface InsertableCard {
  /** Answer to reset. ISO 7816-3 §8. */
  readonly atr: Bytes
  process(command: Bytes): Bytes | Promise<Bytes>
  /** Power off, power on or warm reset: the card forgets what is selected and verified. */
  reset(): void
}

export interface VpcdOptions {
  readonly host: string
  readonly port: number
  /** Connect again when pcscd ends; `closed` then comes after `close()` only. */
  readonly reconnect?: boolean
  /** Called once when the reader delays every command, with the cure. */
  readonly onSlow?: (cure: string) => void
}

export interface InsertedInVpcd {
  /** The card is out: `close()` was called or vpcd went away. Rejects when the card failed. */
  readonly closed: Promise<void>
  close(): void
}

const no = refusals('vpcd', {
  unreachable: [503, 'no virtual reader listens there: install vsmartcard-vpcd and start pcscd'],
})

const RETRY_MS = 500
const SLOW = { gapMs: 20, times: 3 } as const

/** What the delay is, in the words of who can end it. */
export const SLOW_READER_CURE = [
  'this vpcd sends each command in two parts and waits about 40 ms between them (Nagle with delayed acknowledgement).',
  'Cure, as root: ip route change local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1 quickack 1',
  'or: sysctl net.ipv4.tcp_pingpong_thresh=255 or a newer vsmartcard, which has mended it.',
].join(' ')

/** Puts the card into the virtual reader; refuses with `vpcd/unreachable`. */
export async function connectVpcd(options: VpcdOptions, card: InsertableCard): Promise<InsertedInVpcd> {
  const watch = slowness(options.onSlow)
  let wanted = true
  let socket: Socket | undefined = await reach(options)
  const stay = async () => {
    while (socket) {
      await converse(socket, card, watch)
      socket = wanted && options.reconnect ? await reachAgain(options, () => wanted) : undefined
    }
  }
  const closed = stay()
  // Whoever waits for `closed` sees the failure; nobody has to.
  closed.catch(() => undefined)
  return {
    closed,
    close: () => {
      wanted = false
      socket?.destroy()
    },
  }
}

function reach({ host, port }: VpcdOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', (cause) => reject(no.unreachable({ host, port }, cause)))
  })
}

async function reachAgain(options: VpcdOptions, wanted: () => boolean): Promise<Socket | undefined> {
  while (wanted()) {
    const socket = await reach(options).catch(() => undefined)
    if (socket && wanted()) return socket
    socket?.destroy()
    await setTimeout(RETRY_MS)
  }
  return undefined
}

/** Until the connection ends. Commands are answered one after another, as a card does. */
function converse(socket: Socket, card: InsertableCard, watch: (frame: Frame) => void): Promise<void> {
  const frames = frameReader(() => performance.now())
  return new Promise((resolve, reject) => {
    let turn: Promise<void> = Promise.resolve()
    socket.on('data', (piece) => {
      for (const frame of frames(Uint8Array.from(piece as Buffer))) {
        watch(frame)
        turn = turn.then(() => answer(socket, card, frame.content))
        turn.catch((error) => {
          reject(error)
          socket.destroy()
        })
      }
    })
    // An error is followed by `close`; a reader that goes away is the end of the session, however it goes.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      card.reset()
      resolve()
    })
  })
}

async function answer(socket: Socket, card: InsertableCard, content: Bytes): Promise<void> {
  if (content.length > 1) {
    const response = await card.process(content)
    socket.write(encodeFrame(response))
  } else if (content[0] === CONTROL.ATR) socket.write(encodeFrame(card.atr))
  else if (content[0] === CONTROL.OFF || content[0] === CONTROL.ON || content[0] === CONTROL.RESET) card.reset()
}

function slowness(onSlow: VpcdOptions['onSlow']): (frame: Frame) => void {
  let late = 0
  return ({ gap }) => {
    if (gap >= SLOW.gapMs && ++late === SLOW.times) onSlow?.(SLOW_READER_CURE)
  }
}
