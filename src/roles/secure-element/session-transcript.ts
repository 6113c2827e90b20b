// Replays a transcript of plain commands inside secure channels: `=` opens one with a domain (its AID, one key for ENC, MAC
// and DEK), then `>` and `<` as in every transcript. For tests of what clients say once they are authenticated.

import { fromHex, hex, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { command as asShort, decodeCommand, encodeResponse, type Response } from '../../codec/apdu.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import type { SecureElement } from './contract.ts'

const pattern = (expected: string): RegExp =>
  new RegExp(
    `^${expected
      .toLowerCase()
      .replaceAll('*', '(..)*')
      .replace(/\[(\d+)\]/g, '(..){$1}')}$`,
  )

/** Throws at the first response that is not as written, with its line. */
export async function replayInSession(card: SecureElement, transcript: string, level: gp.SecurityLevel): Promise<void> {
  const entropy = seededEntropy(utf8('transcript'))
  let channel: gp.SecureChannel | undefined
  let answer = ''
  for (const [number, line] of transcript.split('\n').entries()) {
    const [text = ''] = line.split('#')
    const body = text.slice(1).replace(/\s+/g, '')
    if (text.startsWith('=')) {
      const [aid, key] = text.slice(1).trim().split(/\s+/).map(fromHex)
      await run(card.link(), gp.select(aid!))
      const keys = { enc: key!, mac: key!, dek: key! }
      channel = await run(card.link(), gp.openScp03({ keys, entropy, aid: aid!, level }))
    }
    if (text.startsWith('>')) answer = hex(encodeResponse(await run(card.link(), gp.secured(channel!, one(body)))))
    if (text.startsWith('<') && !pattern(body).test(answer)) {
      throw new Error(`line ${number + 1}: expected ${body}, the card said ${answer.toUpperCase()}`)
    }
  }
}

function* one(command: string): Dialogue<Response> {
  // Longer than one command: `secured` sends a chain.
  const { cla, ins, p1, p2, data, le } = decodeCommand(fromHex(command))
  return yield asShort(cla, ins, p1, p2, data, le && Math.min(le, 256))
}
