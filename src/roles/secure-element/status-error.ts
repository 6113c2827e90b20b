// Inside the card: what ends a command with a status word and takes all its writes back.

import type { StatusWord } from '../../codec/sw.ts'

export class StatusError extends Error {
  override readonly name = 'StatusError'
  readonly sw: number

  constructor({ sw, meaning }: StatusWord) {
    super(meaning)
    this.sw = sw
  }
}
