// What an answer looks like on the wire when it does not fit: 61xx and GET RESPONSE, and with T=0 also 6Cxx.
// ISO 7816-4:2020 §5.3.4, ISO 7816-3:2006 §12.2; GPC v2.3.1 §11.1.5.2. A command is never done twice for it.

import { equal, NO_BYTES } from '../../base/bytes.ts'
import { type Command, header, type Response, response, SHORT_LE } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { StatusError } from './status-error.ts'

const MORE = 0x6100
const WRONG_LE = 0x6c00
/** SW2 for so many bytes: 00 says 256 or more. */
const count = (length: number): number => (length < SHORT_LE ? length : 0)

export class Outgoing {
  readonly #t0: boolean
  #rest: Response | undefined
  /** With T=0: a command without data that was told 6Cxx and whose answer waits. */
  #repeatable: Command | undefined

  constructor(t0: boolean) {
    this.#t0 = t0
  }

  /** The next piece for GET RESPONSE or for a repeated command; undefined for a new command, which ends the rest. */
  more(c: Command): Response | undefined {
    const [rest, repeatable] = [this.#rest, this.#repeatable]
    this.#rest = undefined
    this.#repeatable = undefined
    if (!rest) return undefined
    if (repeatable) return equal(header(repeatable), header(c)) ? this.first(c, rest) : undefined
    if (c.ins !== 0xc0) return undefined
    if (c.p1 !== 0 || c.p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
    return this.#piece(rest, c.le ?? SHORT_LE)
  }

  /** The answer to a command as it leaves the card, its first piece at least. */
  first(c: Command, answer: Response): Response {
    if (c.extended || answer.data.length === 0) return answer
    if (!this.#t0) return this.#piece(answer, c.le ?? SHORT_LE)
    if (c.data.length > 0) return this.#piece(answer, 0)
    const exact = Math.min(answer.data.length, SHORT_LE)
    if (c.le === exact || c.le === undefined) return this.#piece(answer, exact)
    this.#rest = answer
    this.#repeatable = c
    return response(WRONG_LE | count(exact))
  }

  #piece({ data, sw }: Response, room: number): Response {
    if (data.length <= room) return { data, sw }
    this.#rest = { data: data.slice(room), sw }
    return response(MORE | count(data.length - room), room === 0 ? NO_BYTES : data.slice(0, room))
  }
}
