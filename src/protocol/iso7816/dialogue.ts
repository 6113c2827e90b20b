// A dialogue with a card as a generator: it yields commands and is given responses. It does no I/O; `run` does.
// Any dialogue runs inside any secure channel and over any link.

import type { Bytes } from '../../base/bytes.ts'
import type { Link } from '../../base/ports.ts'
import { type Command, command, decodeResponse, encodeCommand, type Response } from '../../codec/apdu.ts'
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

/** Drives a dialogue over a link to its result. An error of the link ends the dialogue, which may clean up. */
export async function run<T>(link: Link, dialogue: Dialogue<T>, trace?: Trace): Promise<T> {
  let step = dialogue.next()
  while (!step.done) {
    let answer: Response
    try {
      answer = decodeResponse(await link.transmit(encodeCommand(step.value)))
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
