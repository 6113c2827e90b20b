// A dialogue with a card as a generator: it yields commands and is given responses. It does no I/O; `run` does.
// Any dialogue runs inside any secure channel and over any link.

import { type Bytes, concat, NO_BYTES } from '../../base/bytes.ts'
import type { Link } from '../../base/ports.ts'
import { type Command, command, decodeResponse, encodeCommand, type Response } from '../../codec/apdu.ts'
import { readClass, writeClass } from '../../codec/class-byte.ts'
import { explain, SW } from '../../codec/sw.ts'

export type Dialogue<T> = Generator<Command, T, Response>

/** Sees each pair as the dialogue sees it; give it to `describe` to print, which masks secrets. */
export type Trace = (command: Command, response: Response) => void

/** The card said no. Keeps the status word and what was being done; never the data. */
export class CardRefused extends Error {
  override readonly name = 'CardRefused'
  readonly sw: number
  readonly doing: string

  constructor(sw: number, doing: string) {
    super(`${doing}: ${explain(sw)}`)
    this.sw = sw
    this.doing = doing
  }
}

const SW1 = { more: 0x61, wrongLe: 0x6c } as const
/** More than the longest answer there is, in pieces of 256 bytes. */
const PIECES_MAX = 512

/** A command and the whole of its answer, however the card cuts it. ISO 7816-4:2020 §5.3.4. */
async function exchange(link: Link, c: Command): Promise<Response> {
  const send = async (next: Command) => decodeResponse(await link.transmit(encodeCommand(next)))
  const told = ({ sw }: Response) => sw & 0xff || 256
  let answer = await send(c)
  if (answer.sw >> 8 === SW1.wrongLe) answer = await send({ ...c, le: told(answer) })
  if (answer.sw >> 8 !== SW1.more) return answer
  const pieces = [answer.data]
  const cla = writeClass({ cla: 0x00, channel: readClass(c.cla)?.channel ?? 0 })
  while (answer.sw >> 8 === SW1.more && pieces.length < PIECES_MAX) {
    answer = await send(command(cla, 0xc0, 0x00, 0x00, NO_BYTES, told(answer)))
    pieces.push(answer.data)
  }
  return { data: concat(...pieces), sw: answer.sw }
}

/** Drives a dialogue over a link to its result. An error of the link ends the dialogue, which may clean up. */
export async function run<T>(link: Link, dialogue: Dialogue<T>, trace?: Trace): Promise<T> {
  let step = dialogue.next()
  while (!step.done) {
    let answer: Response
    try {
      answer = await exchange(link, step.value)
    } catch (error) {
      step = dialogue.throw(error)
      continue
    }
    trace?.(step.value, answer)
    step = dialogue.next(answer)
  }
  return step.value
}

/** One command that must be answered by 9000; its data. */
export function* ask(request: Command, doing: string): Dialogue<Bytes> {
  const { data, sw } = yield request
  if (sw !== SW.OK.sw) throw new CardRefused(sw, doing)
  return data
}

/** SELECT by DF name, first or only occurrence. `p2` 00 asks for the FCI, 0C for none. ISO 7816-4:2020 §11.2.2. */
export function* selectByName(aid: Bytes, p2: 0x00 | 0x0c = 0x00): Dialogue<Bytes> {
  const request = command(0x00, 0xa4, 0x04, p2, aid, p2 === 0x00 ? 256 : undefined)
  return yield* ask(request, 'SELECT')
}
