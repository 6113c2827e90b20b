// Replays a transcript `*.apdu` on a card: `>` command, `<` response, `#` why. In a response `*` stands for any
// bytes and `[8]` for eight. Only the card is asked; nothing is recorded.

import { fromHex, hex } from '../../base/bytes.ts'
import type { SecureElement } from './contract.ts'

function pattern(expected: string): RegExp {
  const anyBytes = expected.replace(/\s+/g, '').toLowerCase().replaceAll('*', '(..)*')
  return new RegExp(`^${anyBytes.replace(/\[(\d+)\]/g, '(..){$1}')}$`)
}

/** Throws at the first response that is not as written, with its line. */
export function replay(card: SecureElement, transcript: string): void {
  let answer = ''
  for (const [number, line] of transcript.split('\n').entries()) {
    const text = line.replace(/#.*$/, '')
    const body = text.slice(1).trim()
    if (text.startsWith('>')) answer = hex(card.process(fromHex(body)))
    if (text.startsWith('<') && !pattern(body).test(answer)) {
      throw new Error(`line ${number + 1}: expected ${body}, the card said ${answer.toUpperCase()}`)
    }
  }
}
