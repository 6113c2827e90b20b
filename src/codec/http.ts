// HTTP/1.1 messages as a small client sends and reads them: one request after the other. RFC 9112.
// No trailers beyond reading over them, no upgrades, no content codings.

import { type Bytes, concat, fromLatin1, NO_BYTES, utf8 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'

export interface HttpRequest {
  readonly method: string
  readonly target: string
  /** In order, names as they are written. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Bytes
}

export interface HttpResponse {
  readonly status: number
  /** Names in small letters; of a name that comes twice the last. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Bytes
}

const PRINTABLE = /^[\x21-\x7e]+$/
const FIELD_VALUE = /^[\x20-\x7e]*$/

/** Throws `RangeError` for what would be two lines or no line. */
export function encodeRequest({ method, target, headers, body }: HttpRequest): Bytes {
  const sound = [method, target, ...headers.map(([name]) => name)].every((word) => PRINTABLE.test(word))
  if (!sound || headers.some(([, value]) => !FIELD_VALUE.test(value))) throw new RangeError('not a line of HTTP')
  const length = body.length > 0 ? [`Content-Length: ${body.length}`] : ['Content-Length: 0']
  const lines = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), ...length]
  return concat(utf8(`${lines.join('\r\n')}\r\n\r\n`), body)
}

export interface HttpLimits {
  readonly head: number
  readonly body: number
}

interface Head {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
}

/** Reads responses from a stream. Throws `CodecError` for what is none, or is too long. */
export class ResponseReader {
  readonly #limits: HttpLimits
  #held: Bytes = NO_BYTES

  constructor(limits: HttpLimits = { head: 4096, body: 0x10000 }) {
    this.#limits = limits
  }

  /** The next response once it is whole; what follows it stays for the next. */
  take(piece: Bytes): HttpResponse | undefined {
    this.#held = concat(this.#held, piece)
    const end = indexOf(this.#held, '\r\n\r\n', 0)
    if ((end < 0 ? this.#held.length : end) > this.#limits.head) throw new CodecError('http/head', 'head is too long')
    if (end < 0) return undefined
    const head = decodeHead(fromLatin1(this.#held.subarray(0, end)))
    const found = this.#body(head, end + 4)
    if (!found) return undefined
    this.#held = this.#held.slice(found.next)
    // RFC 9110 §15.2: an interim response is followed by the final one.
    return head.status < 200 ? this.take(NO_BYTES) : { ...head, body: found.body }
  }

  #body({ status, headers }: Head, start: number): { body: Bytes; next: number } | undefined {
    if (status < 200 || status === 204 || status === 304) return { body: NO_BYTES, next: start }
    if (headers.has('transfer-encoding')) {
      if (headers.get('transfer-encoding')?.toLowerCase() !== 'chunked')
        throw new CodecError('http/coding', 'not chunked')
      return this.#chunks(start)
    }
    const length = decimal(headers.get('content-length') ?? '')
    if (length > this.#limits.body) throw new CodecError('http/body', 'body is too long')
    const next = start + length
    return this.#held.length < next ? undefined : { body: this.#held.slice(start, next), next }
  }

  /** RFC 9112 §7.1. */
  #chunks(start: number): { body: Bytes; next: number } | undefined {
    const parts: Bytes[] = []
    for (let at = start, total = 0; ; ) {
      const line = indexOf(this.#held, '\r\n', at)
      if (line < 0) return this.#short(this.#held.length - at)
      const size = hexadecimal(fromLatin1(this.#held.subarray(at, line)))
      if ((total += size) > this.#limits.body) throw new CodecError('http/body', 'body is too long')
      if (size === 0) return this.#trailers(line, concat(...parts))
      const end = line + 2 + size
      if (this.#held.length < end + 2) return undefined
      if (this.#held[end] !== 0x0d || this.#held[end + 1] !== 0x0a)
        throw new CodecError('http/chunk', 'chunk has no end')
      parts.push(this.#held.slice(line + 2, end))
      at = end + 2
    }
  }

  /** A line that goes on and on is none. */
  #short(length: number): undefined {
    if (length > this.#limits.head) throw new CodecError('http/chunk', 'line is too long')
    return undefined
  }

  #trailers(line: number, body: Bytes): { body: Bytes; next: number } | undefined {
    const end = indexOf(this.#held, '\r\n\r\n', line)
    if (end < 0) return this.#short(this.#held.length - line)
    return { body, next: end + 4 }
  }
}

function decodeHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const status = /^HTTP\/1\.[01] (\d{3})(?: .*)?$/.exec(first)?.[1]
  if (!status) throw new CodecError('http/status', 'no status line')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    if (name === undefined || value === undefined) throw new CodecError('http/header', 'no header field')
    headers.set(name.toLowerCase(), value)
  }
  return { status: Number(status), headers }
}

function decimal(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new CodecError('http/length', 'no length')
  return Number(text)
}

function hexadecimal(line: string): number {
  const size = /^([0-9a-fA-F]{1,8})(?:;.*)?$/.exec(line)?.[1]
  if (!size) throw new CodecError('http/chunk', 'no chunk size')
  return Number.parseInt(size, 16)
}

function indexOf(from: Bytes, text: string, start: number): number {
  const wanted = utf8(text)
  for (let at = start; at + wanted.length <= from.length; at++) {
    if (wanted.every((byte, i) => from[at + i] === byte)) return at
  }
  return -1
}
