// What was said to a card, for whoever looks for the reason of a failure: decoded, in the clear as the dialogue meant it,
// and without what may be a PIN, a key or the holder's own (explain.ts masks it).

import type { Command, Response } from '../../codec/apdu.ts'
import type { Dialogue } from '../iso7816/dialogue.ts'
import { explain } from './explain.ts'

/** A failure is at the end: what came long before it says little. */
const KEPT = 40

export interface Recording {
  /** Runs the dialogue and writes down each exchange; inside a secure channel, those in the channel. */
  watch<T>(inner: Dialogue<T>): Dialogue<T>
  /** The last exchanges; empty when no card was spoken to. */
  lines(): string[]
}

interface Exchange {
  readonly command: Command
  response?: Response
}

export function recording(): Recording {
  const exchanges: Exchange[] = []
  let left = 0
  function* watch<T>(inner: Dialogue<T>): Dialogue<T> {
    let step = inner.next()
    while (!step.done) {
      const exchange: Exchange = { command: step.value }
      exchanges.push(exchange)
      if (exchanges.length > KEPT) left += exchanges.splice(0, 1).length
      try {
        exchange.response = yield step.value
      } catch (error) {
        step = inner.throw(error)
        continue
      }
      step = inner.next(exchange.response)
    }
    return step.value
  }
  const lines = () => [...(left > 0 ? [`(${left} exchanges before)`] : []), ...exchanges.flatMap(linesOf)]
  return { watch, lines }
}

const linesOf = ({ command, response }: Exchange): string[] =>
  response
    ? explain(command, response)
    : [...explain(command, { sw: 0, data: new Uint8Array() }).slice(0, -1), '< (no answer)']
