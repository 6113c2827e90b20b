// Transcripts `*.apdu` of what was said to a card: `>` command, `<` response, `#` why. In both `*` stands for any bytes
// and `[8]` for eight. A card is held against one (`replay`), or one stands in for a card (transcript-card.ts).

import { type Bytes, fromHex, hex } from '../../base/bytes.ts'

/** Hex, perhaps with `*` and `[n]`. */
export type Pattern = string

export interface Exchange {
  /** Of the command, from 1. */
  readonly line: number
  readonly command: Pattern
  /** Absent when the answer was not recorded. */
  readonly response?: Pattern
  /** Line of the response. */
  readonly answered?: number
}

const WILD = /\*|\[(\d+)\]/g
const SAID = /^(?:[0-9a-f]{2}|\*|\[\d+\])*$/

function said(text: string, line: number): Pattern {
  const pattern = text.replace(/#.*$/, '').slice(1).replace(/\s+/g, '').toLowerCase()
  if (!SAID.test(pattern)) throw new RangeError(`line ${line} of the transcript is not hex`)
  return pattern
}

/** Commands with their responses, in order. Throws `RangeError` with the line of what is no transcript. */
export function parseTranscript(text: string): Exchange[] {
  const exchanges: Exchange[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1
    if (raw.startsWith('>')) exchanges.push({ line, command: said(raw, line) })
    else if (raw.startsWith('<')) {
      const asked = exchanges.pop()
      if (!asked || asked.response !== undefined) throw new RangeError(`line ${line} answers no command`)
      exchanges.push({ ...asked, response: said(raw, line), answered: line })
    } else if (raw.replace(/#.*$/, '').trim() !== '')
      throw new RangeError(`line ${line} is neither command nor response`)
  }
  return exchanges
}

export const matches = (pattern: Pattern, value: Bytes): boolean =>
  new RegExp(`^${pattern.replace(WILD, (wild, count) => (wild === '*' ? '(..)*' : `(..){${count}}`))}$`).test(
    hex(value),
  )

/** The bytes of a pattern that has no wild ones. */
export const exact = (pattern: Pattern): Bytes | undefined => (/[*[]/.test(pattern) ? undefined : fromHex(pattern))

/** Puts the commands to a card. Throws at the first response that is not as written, with its line. */
export function replay(card: { process(command: Bytes): Bytes }, transcript: string): void {
  for (const { line, command, response, answered } of parseTranscript(transcript)) {
    const asked = exact(command)
    if (!asked) throw new RangeError(`line ${line}: a command to a card has no wild bytes`)
    const answer = card.process(asked)
    if (response !== undefined && !matches(response, answer)) {
      throw new Error(`line ${answered}: expected ${response}, the card said ${hex(answer).toUpperCase()}`)
    }
  }
}
