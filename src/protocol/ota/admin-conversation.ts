// The server's side of remote administration over HTTP: a dialogue with a security domain, one script for each request.
// GPC-B §4. A card that comes back tells again what the server may know already; no command is given twice.

import { type Bytes, NO_BYTES } from '../../base/bytes.ts'
import { encodeCommand } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import type { Dialogue } from '../iso7816/dialogue.ts'
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

export type Outcome<T> = { readonly value: T } | { readonly error: unknown }

export class AdminConversation<T> {
  readonly #dialogue: Dialogue<T>
  readonly #path: string
  readonly #targeted: Bytes | undefined
  #step: IteratorResult<Parameters<typeof encodeCommand>[0], T> | undefined
  #number = 0
  #outcome: Outcome<T> | undefined

  /** `path` is where the card is told to go on; `targeted` names another domain than the card's agent. */
  constructor(dialogue: Dialogue<T>, path: string, targeted?: Bytes) {
    this.#dialogue = dialogue
    this.#path = path
    this.#targeted = targeted
    this.#go(() => dialogue.next())
  }

  /** Present once the dialogue has come to its end. */
  get outcome(): Outcome<T> | undefined {
    return this.#outcome
  }

  post({ target, header, body }: AdminPost): AdminReply {
    if (header(ADMIN_HEADER.protocol) !== ADMIN_PROTOCOL) return { status: 400, headers: {}, body: NO_BYTES }
    const status = header(ADMIN_HEADER.status)
    // What was told before, and to an earlier request, is known.
    if (status !== undefined && target === this.#uri && !this.#outcome) this.#told(status, body)
    return this.#reply()
  }

  get #uri(): string {
    return `${this.#path}?script=${this.#number}`
  }

  #told(status: string, body: Bytes): void {
    if (status !== 'ok') {
      this.#go(() => this.#dialogue.throw(new ScriptRefused(status)))
      return
    }
    const response = onlyResponse(body)
    if (response) this.#go(() => this.#dialogue.next(response))
    else this.#go(() => this.#dialogue.throw(new CodecError('admin/answer', 'not the answer of one command')))
  }

  #go(next: () => IteratorResult<Parameters<typeof encodeCommand>[0], T>): void {
    try {
      const step = next()
      this.#step = step
      this.#number += 1
      if (step.done) this.#outcome = { value: step.value }
    } catch (error) {
      this.#outcome = { error }
    }
  }

  #reply(): AdminReply {
    const headers = { [ADMIN_HEADER.protocol]: ADMIN_PROTOCOL }
    const step = this.#step
    if (this.#outcome || !step || step.done) return { status: 204, headers, body: NO_BYTES }
    return {
      status: 200,
      headers: {
        ...headers,
        'Content-Type': ADMIN_CONTENT.script,
        [ADMIN_HEADER.next]: this.#uri,
        ...(this.#targeted && { [ADMIN_HEADER.targeted]: applicationUri(this.#targeted) }),
      },
      body: onlyCommand(encodeCommand(step.value)),
    }
  }
}
