// A link to a security domain over an administration session: each C-APDU waits for the card's next request, its answer
// comes with the one after. GPC-B §4. A card that comes back tells again what is known; no command is given twice.

import { type Bytes, NO_BYTES } from '../../base/bytes.ts'
import { encodeResponse } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import {
  ADMIN_CONTENT,
  ADMIN_HEADER,
  ADMIN_PROTOCOL,
  type AdminPost,
  type AdminReply,
  applicationUri,
  onlyCommand,
  onlyResponse,
  ScriptRefused,
} from './admin-messages.ts'

interface Asked {
  readonly command: Bytes
  readonly answered: (response: Bytes) => void
  readonly refused: (error: unknown) => void
}

const HEADERS = { [ADMIN_HEADER.protocol]: ADMIN_PROTOCOL }
const OVER: AdminReply = { status: 204, headers: HEADERS, body: NO_BYTES }

export class AdminLink {
  readonly #path: string
  readonly #targeted: Bytes | undefined
  #number = 0
  #asked: Asked | undefined
  /** The card's request that is open just now. */
  #open: ((reply: AdminReply) => void) | undefined
  #over = false

  /** `path` is where the card is told to go on; `targeted` names another domain than the card's agent. */
  constructor(path: string, targeted?: Bytes) {
    this.#path = path
    this.#targeted = targeted
  }

  /** One C-APDU to its R-APDU; one at a time. Waits for the card as long as the caller does. */
  transmit(command: Bytes): Promise<Bytes> {
    if (this.#over) return Promise.reject(new ScriptRefused('session over'))
    return new Promise((answered, refused) => {
      this.#asked = { command, answered, refused }
      this.#number += 1
      this.#give()
    })
  }

  /** The card may go. What waits is given up. */
  end(error: unknown = new ScriptRefused('session over')): void {
    this.#over = true
    this.#asked?.refused(error)
    this.#asked = undefined
    this.#open?.(OVER)
    this.#open = undefined
  }

  async post({ target, header, body }: AdminPost): Promise<AdminReply> {
    if (header(ADMIN_HEADER.protocol) !== ADMIN_PROTOCOL) return { status: 400, headers: {}, body: NO_BYTES }
    const status = header(ADMIN_HEADER.status)
    // What was told before, and to an earlier request, is known.
    if (status !== undefined && target === this.#uri) this.#told(status, body)
    if (this.#over) return OVER
    return new Promise((reply) => {
      this.#open?.(OVER)
      this.#open = reply
      this.#give()
    })
  }

  get #uri(): string {
    return `${this.#path}?script=${this.#number}`
  }

  #told(status: string, body: Bytes): void {
    const asked = this.#asked
    this.#asked = undefined
    const response = status === 'ok' ? onlyResponse(body) : undefined
    if (status !== 'ok') asked?.refused(new ScriptRefused(status))
    else if (response) asked?.answered(encodeResponse(response))
    else asked?.refused(new CodecError('admin/answer', 'not the answer of one command'))
  }

  #give(): void {
    if (!this.#open || !this.#asked) return
    const open = this.#open
    this.#open = undefined
    const targeted = this.#targeted && { [ADMIN_HEADER.targeted]: applicationUri(this.#targeted) }
    open({
      status: 200,
      headers: { ...HEADERS, 'Content-Type': ADMIN_CONTENT.script, [ADMIN_HEADER.next]: this.#uri, ...targeted },
      body: onlyCommand(this.#asked.command),
    })
  }
}
