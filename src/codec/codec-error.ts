// What every decoder throws when the bytes are not what they claim to be; nothing else may come out of a decoder.

/** `code` is a stable word for the rule that was broken; `offset` counts from the start of the bytes given. */
export class CodecError extends Error {
  override readonly name = 'CodecError'
  readonly code: string
  readonly offset?: number

  constructor(code: string, message: string = code, offset?: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    if (offset !== undefined) this.offset = offset
  }
}
