// Carries packets to a card that is at hand, as a handset with a perfect network does: each message by ENVELOPE, and what
// the card itself sends by FETCH. ETSI TS 102 223, 3GPP TS 31.111. Other proactive commands are said to be done.

import { type Bytes, bytes } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { CAT, decodeProactive, encodeTerminalResponse, findCat, RESULT, smsPpDownload } from '../../codec/cat.ts'
import { decodeSubmit } from '../../codec/sms.ts'
import { ask, type Dialogue } from '../iso7816/index.ts'
import type { Exchange } from './sender.ts'

const PROFILE = new Uint8Array(20).fill(0xff)
/** First byte of the status word: the card has a proactive command. */
const FETCH_WAITS = 0x91

/** An exchange with a card behind a reader. Throws what the exchange throws. */
export function* overTheAir<T>(exchange: Exchange<T>): Dialogue<T> {
  yield* ask(command(0x80, 0x10, 0, 0, PROFILE), 'TERMINAL PROFILE')
  let step = exchange.next()
  while (!step.done) {
    let answer: Bytes | undefined
    for (const tpdu of step.value) answer = (yield* delivered(tpdu)) ?? answer
    step = exchange.next(answer)
  }
  return step.value
}

/** User data of the answer: in the acknowledgement, or in a message of the card's own. */
function* delivered(tpdu: Bytes): Dialogue<Bytes | undefined> {
  const { data, sw } = yield command(0x80, 0xc2, 0, 0, smsPpDownload(tpdu), 256)
  if (data.length > 0) return data
  return sw >> 8 === FETCH_WAITS ? yield* fetched() : undefined
}

function* fetched(): Dialogue<Bytes | undefined> {
  const asked = decodeProactive(yield* ask(command(0x80, 0x12, 0, 0, bytes(), 256), 'FETCH'))
  const done = encodeTerminalResponse({ ...asked, result: RESULT.ok, information: bytes(), objects: [] })
  yield* ask(command(0x80, 0x14, 0, 0, done), 'TERMINAL RESPONSE')
  const tpdu = findCat(asked.objects, CAT.smsTpdu)
  return tpdu && decodeSubmit(tpdu).userData
}
