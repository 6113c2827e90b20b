// Octets one after the other, for formats of fixed fields: never past the end. DER has a reader of its own.

import type { Bytes } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'

export class OctetReader {
  readonly #from: Bytes
  readonly #format: string
  #at = 0

  /** `format` begins the codes of what is refused: `sms` gives `sms/short`. */
  constructor(format: string, from: Bytes) {
    this.#format = format
    this.#from = from
  }

  get left(): number {
    return this.#from.length - this.#at
  }

  take(count: number): Bytes {
    if (count > this.left) throw new CodecError(`${this.#format}/short`, 'message is cut', this.#at)
    this.#at += count
    return this.#from.slice(this.#at - count, this.#at)
  }

  byte(): number {
    return this.take(1)[0]!
  }

  end(): void {
    if (this.left > 0) throw new CodecError(`${this.#format}/long`, 'bytes after the message', this.#at)
  }
}
