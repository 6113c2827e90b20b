// One attempt to talk to an administration server: connection, TLS, requests and responses, until one side is done.
// RFC 4279, RFC 9112; GPC-B §3.3. What is asked and what follows from an answer is the agent's matter.

import { type Bytes, NO_BYTES } from '../../../base/bytes.ts'
import type { Entropy } from '../../../base/ports.ts'
import type { CatObject } from '../../../codec/cat.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { encodeRequest, type HttpResponse, ResponseReader } from '../../../codec/http.ts'
import { ADMIN_CONTENT, ADMIN_HEADER, ADMIN_PROTOCOL } from '../../../protocol/ota/admin-messages.ts'
import type { SessionTrigger } from '../../../protocol/ota/session-trigger.ts'
import { TlsPskClient } from '../../../protocol/tls-psk/client.ts'
import { BipChannel } from './bip-channel.ts'
import type { Toolkit } from './toolkit.ts'

/** A URI that can stand in a request line. */
export const isTarget = (uri: string): boolean => /^[\x21-\x7e]+$/.test(uri)

/** The server is asked by path; its name is in the Host header. RFC 9112 §3.2.1. */
const pathOf = (uri: string): string => uri.replace(/^https?:\/\/[^/]*/i, '') || '/'

export interface AdminRequest {
  readonly uri: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** A response script. */
  readonly answer?: Bytes
}

export interface AdminCallParts {
  readonly toolkit: Toolkit
  readonly entropy: Entropy
  readonly psk: Bytes
  readonly trigger: SessionTrigger
}

export interface AdminCallUser {
  /** What is said once the connection is secure. */
  first(): AdminRequest
  /** The next request; undefined when there is none. */
  answered(response: HttpResponse): AdminRequest | undefined
  /** The attempt has failed; not called after `end`. */
  lost(): void
}

export class AdminCall {
  readonly #parts: AdminCallParts
  readonly #user: AdminCallUser
  readonly #channel: BipChannel
  readonly #tls: TlsPskClient
  readonly #responses = new ResponseReader()
  #greeted = false

  constructor(parts: AdminCallParts, user: AdminCallUser) {
    this.#parts = parts
    this.#user = user
    const { identity } = parts.trigger
    this.#tls = new TlsPskClient({ identity, psk: parts.psk, entropy: parts.entropy })
    this.#channel = new BipChannel(parts.toolkit, {
      opened: () => this.#channel.send(this.#tls.start()),
      received: (data) => this.#received(data),
      lost: () => user.lost(),
    })
  }

  begin(): void {
    this.#channel.open(this.#parts.trigger.connection)
  }

  happened(objects: readonly CatObject[]): void {
    this.#channel.happened(objects)
  }

  /** Says good-bye and closes. */
  end(): void {
    this.#channel.send(this.#tls.close())
    this.#channel.close()
  }

  #received(piece: Bytes): void {
    const { send, data } = this.#tls.receive(piece)
    this.#channel.send(send)
    if (this.#tls.state === 'open' && !this.#greeted) {
      this.#greeted = true
      this.#ask(this.#user.first())
    }
    if (data.length > 0) this.#read(data)
    if (this.#tls.state === 'failed' || this.#tls.state === 'closed') this.#give()
  }

  #give(): void {
    this.#channel.close()
    this.#user.lost()
  }

  #read(data: Bytes): void {
    try {
      let response = this.#responses.take(data)
      while (response) {
        const next = this.#user.answered(response)
        if (!next) return
        this.#ask(next)
        response = this.#responses.take(NO_BYTES)
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      this.#give()
    }
  }

  #ask({ uri, headers, answer }: AdminRequest): void {
    if (this.#tls.state !== 'open') return
    const request = encodeRequest({
      method: 'POST',
      target: pathOf(uri),
      headers: [
        ['Host', this.#parts.trigger.host],
        [ADMIN_HEADER.protocol, ADMIN_PROTOCOL],
        ...headers,
        ...(answer ? [['Content-Type', ADMIN_CONTENT.answer] as const] : []),
      ],
      body: answer ?? NO_BYTES,
    })
    this.#channel.send(this.#tls.write(request))
  }
}
